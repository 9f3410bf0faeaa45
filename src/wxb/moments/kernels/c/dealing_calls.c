/* What Python calls of dealing.c; everything that is borrowed is looked at here. */

#include "dealing_calls.h"
#include "dealing.h"

enum { CODES, COUNTS, NEXT, OUT, ARRAYS };

/* Whether there are counts[c] rows of each code c, and room for them where they go. */
static int dealing_is_sound(const Deal *d, int64_t *counts, Py_ssize_t many, Py_ssize_t numbers)
{
    if (d->stride < 0 || numbers < d->width * d->stride) return 0;
    int64_t total = 0;
    for (Py_ssize_t c = 0; c < many; c++) {
        if (counts[c] < 0 || d->next[c] < 0 || d->next[c] > d->stride - counts[c]) return 0;
        total += counts[c];
    }
    for (Py_ssize_t k = 0; k < d->rows; k++)
        if (d->codes[k] < 0 || d->codes[k] >= many || --counts[d->codes[k]] < 0) return 0;
    return total == d->rows;
}

static PyObject *deal_checked(const Columns *all, const Py_buffer *views, Py_ssize_t stride)
{
    Deal d = {.width = all->width,
              .rows = all->rows,
              .stride = stride,
              .codes = views[CODES].buf,
              .next = views[NEXT].buf,
              .out = views[OUT].buf};
    int sound;
    Py_BEGIN_ALLOW_THREADS
    sound = dealing_is_sound(&d, views[COUNTS].buf, views[COUNTS].len / 8, views[OUT].len / 8);
    if (sound) deal_rows(&d, all->columns);
    Py_END_ALLOW_THREADS
    if (!sound) return PyErr_Format(PyExc_ValueError, "the codes, their counts and the room do not belong together");
    Py_RETURN_NONE;
}

PyObject *call_deal(PyObject *args)
{
    PyObject *list, *arrays[ARRAYS];
    Py_ssize_t stride;
    if (!PyArg_ParseTuple(args, "O!OOOOn", &PyList_Type, &list, arrays, arrays + 1, arrays + 2, arrays + 3, &stride))
        return NULL;
    Py_ssize_t many = PyObject_Length(arrays[COUNTS]);
    Columns all;
    if (many < 0 || borrow_columns(list, &all) < 0) return NULL;
    const Wanted wanted[ARRAYS] = {{"l", all.rows, 0}, {"l", many, 1}, {"l", many, 1}, {"d", -1, 1}};
    Py_buffer views[ARRAYS];
    PyObject *result = NULL;
    if (borrow_all(arrays, views, wanted, ARRAYS) == 0) {
        result = deal_checked(&all, views, stride);
        give_back(views, ARRAYS);
    }
    give_back_columns(&all);
    return result;
}

PyObject *call_folds(PyObject *args)
{
    unsigned long long first, seed;
    Py_ssize_t count;
    PyObject *out;
    if (!PyArg_ParseTuple(args, "KnKO", &first, &count, &seed, &out)) return NULL;
    if (count < 1 || count > MOST_FOLDS) return PyErr_Format(PyExc_ValueError, "from 1 to %d folds", MOST_FOLDS);
    const Wanted wanted = {"l", -1, 1};
    Py_buffer view;
    if (borrow_all(&out, &view, &wanted, 1) < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS
    deal_folds(first, view.len / 8, count, seed, view.buf);
    Py_END_ALLOW_THREADS
    give_back(&view, 1);
    Py_RETURN_NONE;
}
