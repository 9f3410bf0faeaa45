/* What Python sees: wxb.penalties._walk. Pairs are arrays of twice as many numbers, all first ones before the second. */

#include "walk.h"

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include <string.h>

/* An array of `count` doubles. −1, and an error set. */
static int borrow(PyObject *object, Py_buffer *view, Py_ssize_t count, int written)
{
    if (PyObject_GetBuffer(object, view, (written ? PyBUF_CONTIG : PyBUF_CONTIG_RO) | PyBUF_FORMAT) < 0) return -1;
    if (view->itemsize == 8 && !strcmp(view->format, "d") && view->len == 8 * count) return 0;
    PyBuffer_Release(view);
    PyErr_Format(PyExc_TypeError, "%zd numbers of float64 expected", count);
    return -1;
}

static Pairs pairs_of(const Py_buffer *view)
{
    return (Pairs){view->buf, (double *)view->buf + view->len / 16};
}

enum { MOST = 9 };

/* Borrow arrays with as many numbers as is said, those from `written` on to be written to; all or none. */
static int borrow_all(PyObject **objects, Py_buffer *views, const Py_ssize_t *counts, int many, int written)
{
    for (int held = 0; held < many; held++)
        if (borrow(objects[held], views + held, counts[held], held >= written) < 0) {
            while (held--) PyBuffer_Release(views + held);
            return -1;
        }
    return 0;
}

static PyObject *ended(Py_buffer *views, int many, int failed)
{
    while (many--) PyBuffer_Release(views + many);
    return failed < 0 ? PyErr_NoMemory() : Py_NewRef(Py_None);
}

static int sizes_are_sound(Py_ssize_t p, Py_ssize_t count)
{
    if (p >= 1 && count >= 1 && p < 1 << 20 && count < 1 << 20) return 1;
    PyErr_SetString(PyExc_ValueError, "no columns or no penalties");
    return 0;
}

static PyObject *call_walk(PyObject *self, PyObject *args)
{
    PyObject *o[MOST];
    Py_buffer v[MOST];
    Py_ssize_t p, count;
    int positive, free, failed;
    if (!PyArg_ParseTuple(args, "nnppOOOOOOOOO", &p, &count, &positive, &free, o, o + 1, o + 2, o + 3, o + 4, o + 5, o + 6,
                          o + 7, o + 8))
        return NULL;
    const Py_ssize_t counts[] = {2 * p * p, 2 * p, count, count, 2 * p, 2 * p, 2 * count * p, count, count};
    if (!sizes_are_sound(p, count) || borrow_all(o, v, counts, 9, 6) < 0) return NULL;
    const Walk w = {.p = p, .count = count, .positive = positive, .A = pairs_of(v), .a = pairs_of(v + 1), .l1 = v[2].buf,
                    .l2 = v[3].buf, .by_l1 = pairs_of(v + 4), .by_l2 = pairs_of(v + 5), .out = pairs_of(v + 6),
                    .gaps = v[7].buf, .freedom = free ? v[8].buf : NULL};
    Py_BEGIN_ALLOW_THREADS
    failed = walk(&w);
    Py_END_ALLOW_THREADS
    return ended(v, 9, failed);
}

static PyObject *call_ridges(PyObject *self, PyObject *args)
{
    PyObject *o[MOST];
    Py_buffer v[MOST];
    Py_ssize_t p, count;
    int free, failed;
    if (!PyArg_ParseTuple(args, "nnpOOOOOOO", &p, &count, &free, o, o + 1, o + 2, o + 3, o + 4, o + 5, o + 6)) return NULL;
    const Py_ssize_t counts[] = {2 * p * p, 2 * p, count, 2 * p, 2 * count * p, count, count};
    if (!sizes_are_sound(p, count) || borrow_all(o, v, counts, 7, 4) < 0) return NULL;
    const Walk w = {.p = p, .count = count, .A = pairs_of(v), .a = pairs_of(v + 1), .l2 = v[2].buf, .by_l2 = pairs_of(v + 3),
                    .out = pairs_of(v + 4), .gaps = v[5].buf, .freedom = free ? v[6].buf : NULL};
    Py_BEGIN_ALLOW_THREADS
    failed = ridges(&w);
    Py_END_ALLOW_THREADS
    return ended(v, 7, failed);
}

static PyObject *call_products(PyObject *self, PyObject *args)
{
    PyObject *o[MOST];
    Py_buffer v[MOST];
    Py_ssize_t p, count;
    if (!PyArg_ParseTuple(args, "nnOOO", &p, &count, o, o + 1, o + 2)) return NULL;
    const Py_ssize_t counts[] = {2 * p * p, 2 * count * p, 2 * count * p};
    if (!sizes_are_sound(p, count) || borrow_all(o, v, counts, 3, 2) < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS
    products(p, count, pairs_of(v), pairs_of(v + 1), pairs_of(v + 2));
    Py_END_ALLOW_THREADS
    return ended(v, 3, 0);
}

static PyObject *call_costs(PyObject *self, PyObject *args)
{
    PyObject *o[MOST];
    Py_buffer v[MOST];
    Py_ssize_t p, count;
    if (!PyArg_ParseTuple(args, "nnOOOOOO", &p, &count, o, o + 1, o + 2, o + 3, o + 4, o + 5)) return NULL;
    const Py_ssize_t counts[] = {2 * p * p, 2 * count * p, 2 * p, 2 * p, count, count};
    if (!sizes_are_sound(p, count) || borrow_all(o, v, counts, 6, 3) < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS
    costs(p, count, pairs_of(v), pairs_of(v + 1), pairs_of(v + 2), pairs_of(v + 3), v[4].buf, v[5].buf);
    Py_END_ALLOW_THREADS
    return ended(v, 6, 0);
}

static PyMethodDef methods[] = {
    {"walk", call_walk, METH_VARARGS,
     "walk(p, count, positive, free, A, a, l1, l2, by_l1, by_l2, out, gaps, freedom): the minimum of\n"
     "uAu - 2au + l2 by_l2 u^2 + 2 l1 by_l1 |u| for each of `count` l1 and l2, in `out` (count, p)"},
    {"ridges", call_ridges, METH_VARARGS,
     "ridges(p, count, free, A, a, l2, by_l2, out, failed, freedom): the same without l1; failed is 1 where columns are collinear"},
    {"products", call_products, METH_VARARGS, "products(p, count, A, given, out): out (count, p) = given (count, p) A"},
    {"costs", call_costs, METH_VARARGS,
     "costs(p, count, A, lines, apart, work, out, lost): (w apart)^2 + w A w of each line w, and the root of what may cancel"},
    {NULL, NULL, 0, NULL}};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "wxb.penalties._walk", "Lines under a penalty, in pairs of doubles.", 0, methods, slots, NULL, NULL,
    NULL};

PyMODINIT_FUNC PyInit__walk(void)
{
    return PyModuleDef_Init(&definition);
}
