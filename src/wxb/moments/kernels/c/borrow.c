/* Borrowing arrays: everything about them is looked at here, so that the sums need not. */

#include "borrow.h"

#include <stdlib.h>
#include <string.h>

int borrow(PyObject *object, Py_buffer *view, const char *format, Py_ssize_t length, int flags)
{
    if (PyObject_GetBuffer(object, view, flags | PyBUF_FORMAT) < 0) return -1;
    int fits = view->itemsize == 8 && (!strcmp(view->format, format) || (*format == 'l' && !strcmp(view->format, "q")));
    if (!fits || (length >= 0 && view->len != 8 * length)) {
        PyErr_Format(PyExc_TypeError, "an array of %zd numbers of format %s expected, not %zd bytes of %s", length, format,
                     view->len, view->format);
        PyBuffer_Release(view);
        return -1;
    }
    return 0;
}

int borrow_all(PyObject *const *objects, Py_buffer *views, const Wanted *wanted, int count)
{
    for (int held = 0; held < count; held++) {
        int flags = wanted[held].written ? PyBUF_CONTIG : PyBUF_CONTIG_RO;
        if (borrow(objects[held], views + held, wanted[held].format, wanted[held].length, flags) < 0) {
            give_back(views, held);
            return -1;
        }
    }
    return 0;
}

void give_back(Py_buffer *views, int count)
{
    while (count--) PyBuffer_Release(views + count);
}

Column as_column(const Py_buffer *view)
{
    return (Column){view->buf, view->ndim == 1 ? view->strides[0] : 8};
}

void give_back_columns(Columns *all)
{
    for (Py_ssize_t j = 0; j < all->width; j++) PyBuffer_Release(all->views + j);
    free(all->views);
    free(all->columns);
}

static int borrow_each(PyObject *list, Columns *all, Py_ssize_t width)
{
    for (Py_ssize_t j = 0; j < width; j++) {
        Py_buffer *view = all->views + j;
        if (borrow(PyList_GetItem(list, j), view, "d", j ? all->rows : -1, PyBUF_STRIDED_RO) < 0) return -1;
        all->width = j + 1;
        all->rows = view->len / 8;
        all->columns[j] = as_column(view);
        if ((uintptr_t)view->buf % 8 || all->columns[j].step % 8) {
            PyErr_SetString(PyExc_TypeError, "numbers that do not lie at multiples of 8 bytes");
            return -1;
        }
    }
    return 0;
}

int borrow_columns(PyObject *list, Columns *all)
{
    Py_ssize_t width = PyList_Size(list);
    *all = (Columns){0};
    if (width < 1) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "no columns");
        return -1;
    }
    all->views = calloc(width, sizeof *all->views);
    all->columns = calloc(width, sizeof *all->columns);
    if (!all->views || !all->columns) {
        PyErr_NoMemory();
    } else if (borrow_each(list, all, width) == 0) {
        return 0;
    }
    give_back_columns(all);
    return -1;
}
