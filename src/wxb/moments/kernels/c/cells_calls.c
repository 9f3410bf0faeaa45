/* What Python calls of cells.c; everything that is borrowed is looked at here. */

#include "cells_calls.h"
#include "cells.h"

#define MOST_SHIFT 14

enum { SCALES, FIRSTS, COUNTS, SUMS, LOW, HIGH, ARRAYS };

static PyObject *count_checked(const Lanes *lanes, Cells *c, const Columns *all, Py_ssize_t start, Py_buffer *views)
{
    c->scales = views[SCALES].buf, c->firsts = views[FIRSTS].buf;
    c->counts = views[COUNTS].buf, c->sums = views[SUMS].buf;
    c->low = views[LOW].buf, c->high = views[HIGH].buf;
    Py_BEGIN_ALLOW_THREADS
    start = count_cells(lanes, c, all->columns, start, all->rows);
    Py_END_ALLOW_THREADS
    return PyLong_FromSsize_t(start);
}

PyObject *call_count_cells(const Lanes *lanes, PyObject *args)
{
    PyObject *list, *arrays[ARRAYS], *result = NULL;
    Py_ssize_t start;
    Cells c = {0};
    if (!PyArg_ParseTuple(args, "O!nnOOppdOOOO", &PyList_Type, &list, &start, &c.shift, arrays + SCALES, arrays + FIRSTS,
                          &c.averaged, &c.often, &c.unit, arrays + COUNTS, arrays + SUMS, arrays + LOW, arrays + HIGH))
        return NULL;
    Columns all;
    if (borrow_columns(list, &all) < 0) return NULL;
    c.sides = all.width - c.averaged - c.often;
    if (start < 0 || c.shift < 1 || c.sides < 1 || c.sides > MOST_SIDES || c.shift * c.sides > MOST_SHIFT) {
        PyErr_SetString(PyExc_ValueError, "the columns and the bins do not belong together");
    } else {
        const Wanted wanted[ARRAYS] = {{"d", c.sides, 0}, {"d", c.sides, 0}, {"l", (Py_ssize_t)1 << c.shift * c.sides, 1},
                                       {"l", (Py_ssize_t)1 << c.shift, 1}, {"d", c.sides, 1}, {"d", c.sides, 1}};
        Py_buffer views[ARRAYS];
        if (borrow_all(arrays, views, wanted, ARRAYS) == 0) {
            result = count_checked(lanes, &c, &all, start, views);
            give_back(views, ARRAYS);
        }
    }
    give_back_columns(&all);
    return result;
}
