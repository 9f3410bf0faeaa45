/* What Python calls of scores.c; everything that is borrowed is looked at here. */

#include "scores_calls.h"
#include "scores.h"

enum { Z, FACTORS, CELLS, COLUMNS, TABLE, ASIDE, ARRAYS };

static int scores_are_sound(const Scores *s, Py_ssize_t numbers)
{
    if (s->digits < 1 || numbers % s->digits) return 0;
    for (Py_ssize_t k = 0; k < s->rows; k++)
        if (s->cells[k] < 0 || s->cells[k] >= numbers / s->digits) return 0;
    for (Py_ssize_t j = 0; j < s->width; j++)
        if (s->columns[j] < 0 || s->columns[j] > s->digits - 3) return 0;
    return 1;
}

static PyObject *add_checked(const Lanes *lanes, const Scores *s, Py_ssize_t numbers)
{
    if (!scores_are_sound(s, numbers))
        return PyErr_Format(PyExc_ValueError, "the cells, the columns and the table do not belong together");
    ptrdiff_t found;
    Py_BEGIN_ALLOW_THREADS
    found = add_scores(lanes, s);
    Py_END_ALLOW_THREADS
    return found < 0 ? PyErr_NoMemory() : PyLong_FromSsize_t(found);
}

PyObject *call_add_scores(const Lanes *lanes, PyObject *args)
{
    PyObject *arrays[ARRAYS];
    Py_ssize_t digits;
    if (!PyArg_ParseTuple(args, "OOOOOOn", arrays, arrays + 1, arrays + 2, arrays + 3, arrays + 4, arrays + 5, &digits))
        return NULL;
    Py_ssize_t rows = PyObject_Length(arrays[FACTORS]), width = PyObject_Length(arrays[COLUMNS]);
    if (rows < 0 || width < 0) return NULL;
    const Wanted wanted[ARRAYS] = {{"d", width * rows, 0}, {"d", rows, 0}, {"l", rows, 0},
                                   {"l", width, 0},        {"l", -1, 1},   {"l", rows, 1}};
    Py_buffer views[ARRAYS];
    if (borrow_all(arrays, views, wanted, ARRAYS) < 0) return NULL;
    Scores s = {.width = width,
                .rows = rows,
                .digits = digits,
                .z = views[Z].buf,
                .factors = views[FACTORS].buf,
                .cells = views[CELLS].buf,
                .columns = views[COLUMNS].buf,
                .table = views[TABLE].buf,
                .aside = views[ASIDE].buf};
    PyObject *result = add_checked(lanes, &s, views[TABLE].len / 8);
    give_back(views, ARRAYS);
    return result;
}
