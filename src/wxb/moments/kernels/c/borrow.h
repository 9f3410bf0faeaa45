/* Arrays borrowed from Python through the buffer protocol. */

#ifndef WXB_BORROW_H
#define WXB_BORROW_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "columns.h"

/* A buffer of `length` (any, if negative) numbers of one format, contiguous unless it is a column. −1, and an error set. */
int borrow(PyObject *object, Py_buffer *view, const char *format, Py_ssize_t length, int flags);

/* What an argument must be. Those that are written to must allow it. */
typedef struct {
    const char *format;
    Py_ssize_t length;
    int written;
} Wanted;

/* Borrow several; all or, with an error set, none. */
int borrow_all(PyObject *const *objects, Py_buffer *views, const Wanted *wanted, int count);
void give_back(Py_buffer *views, int count);

typedef struct {
    Py_ssize_t width, rows;
    Py_buffer *views;
    Column *columns;
} Columns;

/* Borrow a list of float64 columns of equal length. */
int borrow_columns(PyObject *list, Columns *all);
void give_back_columns(Columns *all);

/* A borrowed column, of one dimension or none. */
Column as_column(const Py_buffer *view);

#endif
