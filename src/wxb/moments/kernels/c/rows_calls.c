/* What Python calls of rows.c; everything that is borrowed is looked at here. */

#include "rows_calls.h"
#include "rows.h"

#include <stdlib.h>

enum { CENTRE, TURN, THETA, SEEN, SIZE, LEFT, ARRAYS };

static PyObject *whiten_checked(const Lanes *lanes, const Columns *all, const Columns *rests, Py_buffer *views, Py_ssize_t p)
{
    Around around = {p, all->width, views[CENTRE].buf, views[TURN].buf, views[THETA].buf};
    Seen seen = {views[SEEN].buf, views[SIZE].buf, views[LEFT].buf, all->rows};
    Space s;
    if (!make_space(&s, 2 * all->width, 2 * p + 2, 0)) return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    whiten(lanes, &around, &s, all->columns, rests ? rests->columns : NULL, all->rows, seen);
    Py_END_ALLOW_THREADS
    free(s.memory);
    Py_RETURN_NONE;
}

static PyObject *whiten_columns(const Lanes *lanes, const Columns *all, const Columns *rests, PyObject *const *arrays)
{
    Py_ssize_t p = PyObject_Length(arrays[TURN]), rows = all->rows, q = all->width;
    if (p < 0) return NULL;
    if (p > q || (rests && (rests->width != q || rests->rows != rows)))
        return PyErr_Format(PyExc_ValueError, "the columns and what they are seen from do not belong together");
    const Wanted wanted[ARRAYS] = {{"d", 2 * p, 0}, {"d", p * p, 0}, {"d", 2 * (q + 1), 0},
                                   {"d", p * rows, 1}, {"d", rows, 1}, {"d", rows, 1}};
    Py_buffer views[ARRAYS];
    if (borrow_all(arrays, views, wanted, ARRAYS) < 0) return NULL;
    PyObject *result = whiten_checked(lanes, all, rests, views, p);
    give_back(views, ARRAYS);
    return result;
}

PyObject *call_whiten(const Lanes *lanes, PyObject *args)
{
    PyObject *list, *others, *arrays[ARRAYS], *result = NULL;
    if (!PyArg_ParseTuple(args, "O!OOOOOOO", &PyList_Type, &list, &others, arrays, arrays + 1, arrays + 2, arrays + 3,
                          arrays + 4, arrays + 5))
        return NULL;
    Columns all, rests;
    if (borrow_columns(list, &all) < 0) return NULL;
    if (others == Py_None)
        result = whiten_columns(lanes, &all, NULL, arrays);
    else if (!PyList_Check(others))
        PyErr_SetString(PyExc_TypeError, "the rests are a list of columns, or None");
    else if (borrow_columns(others, &rests) == 0) {
        result = whiten_columns(lanes, &all, &rests, arrays);
        give_back_columns(&rests);
    }
    give_back_columns(&all);
    return result;
}

static int tiles_are_sound(const int64_t *starts, Py_ssize_t tiles, Py_ssize_t rows)
{
    for (Py_ssize_t t = 0; t < tiles; t++)
        if (starts[t] < 0 || starts[t] > starts[t + 1] || starts[t + 1] - starts[t] > ROWS) return 0;
    return tiles >= 0 && (tiles < 0 || starts[tiles] <= rows);
}

/* Borrow a list of weights, None for ones. How many were borrowed, or -1 and an error set. */
static Py_ssize_t borrow_weights(PyObject *list, Py_buffer *views, Column *weights, Py_ssize_t rows)
{
    Py_ssize_t held = 0;
    for (Py_ssize_t m = 0; m < PyList_Size(list); m++) {
        PyObject *one = PyList_GetItem(list, m);
        weights[m] = (Column){NULL, 8};
        if (one == Py_None) continue;
        if (borrow(one, views + held, "d", rows, PyBUF_STRIDED_RO) < 0) {
            give_back(views, (int)held);
            return -1;
        }
        weights[m] = as_column(views + held++);
    }
    return held;
}

static PyObject *weigh_checked(const Lanes *lanes, const Columns *all, const Py_buffer *views, const Column *weights,
                               Py_ssize_t count)
{
    Py_ssize_t tiles = views[0].len / 8 - 1;
    if (!tiles_are_sound(views[0].buf, tiles, all->rows) || views[1].len != 8 * tiles * count * all->width * all->width)
        return PyErr_Format(PyExc_ValueError, "the tiles and their arrays do not belong together");
    Space s;
    if (!make_space(&s, all->width, 2 * all->width + 8, 0)) return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    weigh(lanes, &s, all->columns, all->width, views[0].buf, tiles, weights, count, views[1].buf);
    Py_END_ALLOW_THREADS
    free(s.memory);
    Py_RETURN_NONE;
}

PyObject *call_weigh(const Lanes *lanes, PyObject *args)
{
    PyObject *list, *several, *arrays[2], *result = NULL;
    if (!PyArg_ParseTuple(args, "O!OO!O", &PyList_Type, &list, arrays, &PyList_Type, &several, arrays + 1)) return NULL;
    Columns all;
    if (borrow_columns(list, &all) < 0) return NULL;
    Py_ssize_t count = PyList_Size(several), held = -1;
    const Wanted wanted[2] = {{"l", -1, 0}, {"d", -1, 1}};
    Py_buffer views[2], *lent = calloc(count + 1, sizeof *lent);
    Column *weights = calloc(count + 1, sizeof *weights);
    if (!lent || !weights)
        PyErr_NoMemory();
    else if ((held = borrow_weights(several, lent, weights, all.rows)) >= 0 && borrow_all(arrays, views, wanted, 2) == 0) {
        result = weigh_checked(lanes, &all, views, weights, count);
        give_back(views, 2);
    }
    if (held > 0) give_back(lent, (int)held);
    free(lent);
    free(weights);
    give_back_columns(&all);
    return result;
}
