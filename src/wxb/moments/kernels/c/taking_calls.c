/* What Python calls of taking.c; everything that is borrowed is looked at here. */

#include "taking_calls.h"
#include "taking.h"

enum { X, Y, X_ROOM, Y_ROOM, ARRAYS };

static Rows as_rows(const Py_buffer *view)
{
    int flat = view->ndim < 2;
    return (Rows){.data = view->buf,
                  .rows = view->ndim ? view->shape[0] : 1,
                  .width = flat ? 1 : view->shape[1],
                  .step = view->ndim ? view->strides[0] : 8,
                  .next = flat ? 8 : view->strides[1]};
}

/* Whether these rows find room there, from a row on. */
static int fits(const Rows *given, const Py_buffer *room, Py_ssize_t start)
{
    Py_ssize_t numbers = room->len / 8;
    return given->width > 0 && start >= 0 && numbers / given->width - start >= given->rows;
}

static PyObject *take_checked(const Py_buffer *views, Py_ssize_t start)
{
    Rows given[] = {as_rows(views + X), as_rows(views + Y)};
    if (views[X].ndim > 2 || views[Y].ndim > 2 || given[X].rows != given[Y].rows || !fits(given + X, views + X_ROOM, start) ||
        !fits(given + Y, views + Y_ROOM, start)) {
        PyErr_SetString(PyExc_ValueError, "the rows and the room for them do not belong together");
        return NULL;
    }
    int finite;
    Py_BEGIN_ALLOW_THREADS
    finite = take_rows(given + X, (uint64_t *)views[X_ROOM].buf + start * given[X].width) &
             take_rows(given + Y, (uint64_t *)views[Y_ROOM].buf + start * given[Y].width);
    Py_END_ALLOW_THREADS
    return PyBool_FromLong(finite);
}

PyObject *call_take(PyObject *args)
{
    PyObject *arrays[ARRAYS], *result = NULL;
    Py_ssize_t start;
    if (!PyArg_ParseTuple(args, "OOOOn", arrays, arrays + Y, arrays + X_ROOM, arrays + Y_ROOM, &start)) return NULL;
    Py_buffer views[ARRAYS];
    for (int held = 0; held < ARRAYS; held++)
        if (borrow(arrays[held], views + held, "d", -1, held < X_ROOM ? PyBUF_STRIDED_RO : PyBUF_CONTIG) < 0) {
            give_back(views, held);
            return NULL;
        }
    result = take_checked(views, start);
    give_back(views, ARRAYS);
    return result;
}
