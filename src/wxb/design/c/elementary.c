/* Logarithms and exponentials of whole columns, rounded correctly, and products of doubles without error: what
   wxb.design.elementary and wxb.design.arithmetic do by NumPy, some ten times as fast.

   Each value is found as a pair of doubles within 2^-72 of itself. Where that does not decide how it rounds, and outside of
   the range of the loops, its place is handed back and Python works it out: so the results are the same bits whoever made
   them. Tables and constants come from Python, which has them from decimal arithmetic. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "dekker.h"

#include <float.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__FAST_MATH__) || FLT_EVAL_METHOD != 0
#error "pairs of doubles need the arithmetic of the standard: no -ffast-math, no wider registers"
#endif

#define ERROR 0x1p-72
#define START INT64_C(0x3FE69F8000000000) /* the bits of about the root of ½, where the table begins */
#define MAGIC 0x1.8p52                     /* adding it rounds to a whole number, which is in the last bits then */

static inline int64_t bits_of(double x)
{
    int64_t bits;
    memcpy(&bits, &x, 8);
    return bits;
}

static inline double of_bits(int64_t bits)
{
    double x;
    memcpy(&x, &bits, 8);
    return x;
}

typedef ptrdiff_t Loop(const double *restrict, ptrdiff_t, const double *restrict, const double *, double *restrict,
                  double *restrict);

typedef void Pairs(const double *restrict, const double *restrict, ptrdiff_t, double *restrict, double *restrict);

typedef struct {
    Loop *logarithms, *exponentials;
    Pairs *products, *sums;
} Loops;

#define INLINE static inline __attribute__((always_inline))

DEKKER(left_of, double)

#define NAME(x) x##_plain
#define TARGET
#define LEFT(a, b, p) left_of(a, b, p)
#include "elementary_loops.h"

#ifdef __x86_64__
#define NAME(x) x##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define LEFT(a, b, p) __builtin_fma(a, b, -(p))
#include "elementary_loops.h"

#define NAME(x) x##_avx512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,fma,prefer-vector-width=512")))
#define LEFT(a, b, p) __builtin_fma(a, b, -(p))
#include "elementary_loops.h"
#endif

/* Those for the widest registers that this machine has. */
static const Loops *loops(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) return &loops_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &loops_avx2;
#endif
    return &loops_plain;
}

/* Borrow `count` contiguous arrays of doubles, those from `written` on to be written to; all or, with an error set, none. */
static int borrow(PyObject **objects, Py_buffer *views, int count, int written)
{
    for (int held = 0; held < count; held++) {
        int flags = (held < written ? PyBUF_CONTIG_RO : PyBUF_CONTIG) | PyBUF_FORMAT;
        if (PyObject_GetBuffer(objects[held], views + held, flags) == 0) {
            if (views[held].itemsize == 8 && !strcmp(views[held].format, "d")) continue;
            PyBuffer_Release(views + held);
            PyErr_SetString(PyExc_TypeError, "arrays of float64 expected");
        }
        while (held--) PyBuffer_Release(views + held);
        return -1;
    }
    return 0;
}

static void give_back(Py_buffer *views, int count)
{
    while (count--) PyBuffer_Release(views + count);
}

/* (x, table, numbers, out, open): `loop` over x, with a table and constants of these lengths at least. */
static PyObject *by_table(PyObject *args, Loop *loop, Py_ssize_t entries, Py_ssize_t constants)
{
    PyObject *arrays[5];
    Py_buffer v[5];
    if (!PyArg_ParseTuple(args, "OOOOO", arrays, arrays + 1, arrays + 2, arrays + 3, arrays + 4)) return NULL;
    if (borrow(arrays, v, 5, 3) < 0) return NULL;
    int fit = v[1].len == 8 * entries && v[2].len == 8 * constants && v[3].len == v[0].len && v[4].len == v[0].len;
    ptrdiff_t count = 0;
    if (fit) {
        Py_BEGIN_ALLOW_THREADS
        count = loop(v[0].buf, v[0].len / 8, v[1].buf, v[2].buf, v[3].buf, v[4].buf);
        Py_END_ALLOW_THREADS
    } else
        PyErr_SetString(PyExc_ValueError, "the arrays do not belong together");
    give_back(v, 5);
    return fit ? PyLong_FromSsize_t(count) : NULL;
}

static PyObject *call_logarithms(PyObject *self, PyObject *args)
{
    return by_table(args, loops()->logarithms, 3 * 256, 4);
}

static PyObject *call_exponentials(PyObject *self, PyObject *args)
{
    return by_table(args, loops()->exponentials, 2 * 64, 4);
}

/* (a, b, high, low) */
static PyObject *in_pairs(PyObject *args, Pairs *loop)
{
    PyObject *arrays[4];
    Py_buffer v[4];
    if (!PyArg_ParseTuple(args, "OOOO", arrays, arrays + 1, arrays + 2, arrays + 3)) return NULL;
    if (borrow(arrays, v, 4, 2) < 0) return NULL;
    int fit = v[1].len == v[0].len && v[2].len == v[0].len && v[3].len == v[0].len;
    if (fit) {
        Py_BEGIN_ALLOW_THREADS
        loop(v[0].buf, v[1].buf, v[0].len / 8, v[2].buf, v[3].buf);
        Py_END_ALLOW_THREADS
    } else
        PyErr_SetString(PyExc_ValueError, "the arrays do not belong together");
    give_back(v, 4);
    return fit ? Py_NewRef(Py_None) : NULL;
}

static PyObject *call_products(PyObject *self, PyObject *args)
{
    return in_pairs(args, loops()->products);
}

static PyObject *call_sums(PyObject *self, PyObject *args)
{
    return in_pairs(args, loops()->sums);
}

static PyMethodDef methods[] = {
    {"logarithms", call_logarithms, METH_VARARGS, "logarithms(x, table, numbers, out, open): open[i] is 0 where out[i] is right; how many are not"},
    {"exponentials", call_exponentials, METH_VARARGS, "exponentials(x, table, numbers, out, open): the same"},
    {"products", call_products, METH_VARARGS, "products(a, b, high, low): a b = high + low"},
    {"sums", call_sums, METH_VARARGS, "sums(a, b, high, low): a + b = high + low"},
    {NULL, NULL, 0, NULL}};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "wxb.design._elementary", "Elementary functions, compiled.", 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__elementary(void)
{
    return PyModuleDef_Init(&definition);
}
