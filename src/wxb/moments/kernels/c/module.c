/* What Python sees: wxb.moments.kernels._native, one type that adds without holding the interpreter.

   A Loop holds the instruction set it works with and nothing else, so one may be shared by all threads. What needs a
   decision (many rows that do not fit the plan, squares that would leave 2^53) is handed back to Python untouched. As the
   sums are exact they are the same bits as NumPy's. */

#include "borrow.h"
#include "cells_calls.h"
#include "dealing_calls.h"
#include "rows_calls.h"
#include "scores_calls.h"
#include "sums.h"
#include "taking_calls.h"

#include <stdlib.h>

typedef struct {
    PyObject_HEAD
    const Lanes *lanes;
} Loop;

static const Lanes *lanes_of(PyObject *self)
{
    return ((Loop *)self)->lanes;
}

/* ---- add ---- */

PyDoc_STRVAR(add_doc,
             "add(columns, start, order, factors, counts, sums, pending, low, high, aside) -> (reached, found, care)\n\n"
             "Add the rows of a list of float64 columns from `start` on to the sums of a plan. Rows before `reached` are in\n"
             "`sums`, or listed in aside[:found]; if `care`, the ROWS from there need a decision.");

enum { ORDER, FACTORS, COUNTS, SUMS, PENDING, LOW, HIGH, ASIDE, ARRAYS };

static int plan_is_sound(const Exact *e, const Py_buffer *views)
{
    if (e->levels < 1 || e->levels > MOST_LEVELS || e->room < ROWS) return 0;
    for (ptrdiff_t k = 0; k < e->levels; k++)
        if (e->counts[k] < 1 || e->counts[k] > (k ? e->counts[k - 1] : e->width)) return 0;
    for (ptrdiff_t i = 0; i < e->width; i++)
        if (e->order[i] < 0 || e->order[i] >= e->width) return 0;
    return e->counts[0] == e->width && views[SUMS].len == 8 * (2 * e->levels + 2) * e->width * e->width;
}

static PyObject *add_checked(const Lanes *lanes, Columns *all, Py_ssize_t start, Py_buffer *views)
{
    Exact e = {.width = all->width,
               .levels = views[COUNTS].len / 8,
               .order = views[ORDER].buf,
               .factors = views[FACTORS].buf,
               .counts = views[COUNTS].buf,
               .sums = views[SUMS].buf,
               .pending = views[PENDING].buf,
               .low = views[LOW].buf,
               .high = views[HIGH].buf,
               .aside = views[ASIDE].buf,
               .room = views[ASIDE].len / 8};
    if (start < 0 || !plan_is_sound(&e, views)) {
        PyErr_SetString(PyExc_ValueError, "the plan and its arrays do not belong together");
        return NULL;
    }
    ptrdiff_t found;
    int care;
    Py_BEGIN_ALLOW_THREADS
    start = (e.width < lanes->wide ? add_narrow : add_wide)(lanes, &e, all->columns, start, all->rows, &found, &care);
    Py_END_ALLOW_THREADS
    if (start < 0) return PyErr_NoMemory();
    return Py_BuildValue("nnO", start, found, care ? Py_True : Py_False);
}

static PyObject *add(PyObject *self, PyObject *args)
{
    PyObject *list, *arrays[ARRAYS], *result = NULL;
    Py_ssize_t start;
    if (!PyArg_ParseTuple(args, "O!nOOOOOOOO", &PyList_Type, &list, &start, arrays + ORDER, arrays + FACTORS,
                          arrays + COUNTS, arrays + SUMS, arrays + PENDING, arrays + LOW, arrays + HIGH, arrays + ASIDE))
        return NULL;
    Columns all;
    if (borrow_columns(list, &all) < 0) return NULL;
    const Wanted wanted[ARRAYS] = {{"l", all.width, 0}, {"d", all.width, 0}, {"l", -1, 0},        {"l", -1, 1},
                                   {"l", 1, 1},         {"d", all.width, 1}, {"d", all.width, 1}, {"l", -1, 1}};
    Py_buffer views[ARRAYS];
    if (borrow_all(arrays, views, wanted, ARRAYS) == 0) {
        result = add_checked(lanes_of(self), &all, start, views);
        give_back(views, ARRAYS);
    }
    give_back_columns(&all);
    return result;
}

/* ---- add_shifted ---- */

PyDoc_STRVAR(add_shifted_doc, "add_shifted(columns, shift, weights, sums)\n\n"
                              "sums += the upper triangle of the sum of w (1, z - shift)(1, z - shift)' over all rows, rounded;\n"
                              "weights a column or None.");

static PyObject *add_shifted_checked(const Lanes *lanes, Columns *all, const double *shift, const Column *weights,
                                     double *sums)
{
    Space s;
    size_t width = all->width, height = width + 1;
    int wide = all->width >= lanes->wide;
    size_t rows = wide ? panel_rows(lanes, all->width, weights != NULL) : (weights ? 2 : 1) * width + 8;
    if (!make_space(&s, wide ? 1 : width, rows, wide ? 0 : height * height)) return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    if (wide)
        add_shifted_panels(lanes, &s, all->columns, all->width, all->rows, shift, weights, sums);
    else
        add_shifted(lanes, &s, s.rows + width * STEP, all->columns, all->width, all->rows, shift, weights, sums);
    Py_END_ALLOW_THREADS
    free(s.memory);
    Py_RETURN_NONE;
}

static PyObject *loop_add_shifted(PyObject *self, PyObject *args)
{
    PyObject *list, *arrays[2], *weights, *result = NULL;
    if (!PyArg_ParseTuple(args, "O!OOO", &PyList_Type, &list, arrays, &weights, arrays + 1)) return NULL;
    Columns all;
    if (borrow_columns(list, &all) < 0) return NULL;
    Py_ssize_t height = all.width + 1;
    const Wanted wanted[2] = {{"d", all.width, 0}, {"d", height * height, 1}};
    Py_buffer views[2], weight;
    if (borrow_all(arrays, views, wanted, 2) == 0) {
        if (weights == Py_None)
            result = add_shifted_checked(lanes_of(self), &all, views[0].buf, NULL, views[1].buf);
        else if (borrow(weights, &weight, "d", all.rows, PyBUF_STRIDED_RO) == 0) {
            Column column = as_column(&weight);
            result = add_shifted_checked(lanes_of(self), &all, views[0].buf, &column, views[1].buf);
            PyBuffer_Release(&weight);
        }
        give_back(views, 2);
    }
    give_back_columns(&all);
    return result;
}

/* ---- add_segments ---- */

PyDoc_STRVAR(add_segments_doc,
             "add_segments(columns, rows, length, factors, start, stop, combined, aside) -> found\n\n"
             "The sums of small groups laid out in segments: of the segments from start to stop, into combined (segments,\n"
             "2 levels - 1, q, q), which must hold zeros. Rows that do not fit are in aside[:found].");

enum { G_FACTORS, G_COMBINED, G_ASIDE, G_ROWS, G_ARRAYS };

/* Whether the arrays suit the segments from start to stop; says how many levels they are for. */
static int segments_are_sound(Groups *g, const Py_buffer *views, Py_ssize_t all_rows, Py_ssize_t start, Py_ssize_t stop)
{
    if (g->length < 1 || g->length > ROWS) return 0;
    Py_ssize_t segments = (g->rows ? views[G_ROWS].len / 8 : all_rows) / g->length;
    Py_ssize_t per_level = 8 * segments * g->width * g->width;
    if (per_level == 0 || start < 0 || start > stop || stop > segments) return 0;
    Py_ssize_t levels = (views[G_COMBINED].len / per_level + 1) / 2;
    if (levels < 1 || levels > MOST_LEVELS || views[G_COMBINED].len != per_level * (2 * levels - 1)) return 0;
    if (views[G_ASIDE].len < 8 * (stop - start) * g->length) return 0;
    for (Py_ssize_t i = start * g->length; g->rows && i < stop * g->length; i++)
        if (g->rows[i] < -1 || g->rows[i] >= all_rows) return 0;
    g->levels = (int)levels;
    for (int k = 0; k < g->levels; k++) g->counts[k] = g->width;
    return 1;
}

static PyObject *add_segments_checked(const Lanes *lanes, Columns *all, Groups *g, Py_ssize_t start, Py_ssize_t stop)
{
    Space s;
    ptrdiff_t found;
    if (!make_space(&s, g->width, rows_needed(g->levels, g->counts), sums_needed(g->levels, g->counts)))
        return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    found = add_segments(lanes, g, &s, all->columns, start, stop);
    Py_END_ALLOW_THREADS
    free(s.memory);
    return PyLong_FromSsize_t(found);
}

static PyObject *loop_add_segments(PyObject *self, PyObject *args)
{
    PyObject *list, *arrays[G_ARRAYS], *result = NULL;
    Py_ssize_t length, start, stop;
    if (!PyArg_ParseTuple(args, "O!OnOnnOO", &PyList_Type, &list, arrays + G_ROWS, &length, arrays + G_FACTORS, &start,
                          &stop, arrays + G_COMBINED, arrays + G_ASIDE))
        return NULL;
    Columns all;
    if (borrow_columns(list, &all) < 0) return NULL;
    const Wanted wanted[G_ARRAYS] = {{"d", all.width + 1, 0}, {"l", -1, 1}, {"l", -1, 1}, {"l", -1, 0}};
    int given = arrays[G_ROWS] == Py_None ? G_ROWS : G_ARRAYS;
    Py_buffer views[G_ARRAYS];
    if (borrow_all(arrays, views, wanted, given) == 0) {
        Groups g = {.width = all.width + 1,
                    .length = length,
                    .factors = views[G_FACTORS].buf,
                    .rows = given == G_ARRAYS ? views[G_ROWS].buf : NULL,
                    .combined = views[G_COMBINED].buf,
                    .aside = views[G_ASIDE].buf};
        if (segments_are_sound(&g, views, all.rows, start, stop))
            result = add_segments_checked(lanes_of(self), &all, &g, start, stop);
        else
            PyErr_SetString(PyExc_ValueError, "the segments and their arrays do not belong together");
        give_back(views, given);
    }
    give_back_columns(&all);
    return result;
}

/* ---- rows around a line ---- */

PyDoc_STRVAR(whiten_doc, "whiten(columns, rests, centre, T, theta, z, size, left)\n\n"
                         "z (p, n) = T (x - centre) of the first p columns, size = |z|^2, left = theta (1, x) of all as one sum;\n"
                         "centre (2, p) and theta (2, q + 1) are pairs, rests columns or None.");

static PyObject *loop_whiten(PyObject *self, PyObject *args)
{
    return call_whiten(lanes_of(self), args);
}

PyDoc_STRVAR(weigh_doc, "weigh(columns, starts, weights, sums)\n\n"
                        "sums[t, m] += sum of v z z' over the rows from starts[t] to starts[t + 1], at most ROWS of them, v the\n"
                        "m-th of the weights, None for ones; whole and symmetric.");

static PyObject *loop_weigh(PyObject *self, PyObject *args)
{
    return call_weigh(lanes_of(self), args);
}

PyDoc_STRVAR(count_cells_doc, "count_cells(columns, start, shift, scales, firsts, averaged, often, unit, counts, sums, low, high)\n\n"
                              "-> reached: rows from `start` on counted by the cell of their bins, of which there are 2^shift for\n"
                              "each of one or two columns; beside these stand what is averaged and how often a row counts, if\n"
                              "such are. Rows from `reached` on are not counted: one of them lies outside the bins.");

static PyObject *loop_count_cells(PyObject *self, PyObject *args)
{
    return call_count_cells(lanes_of(self), args);
}

PyDoc_STRVAR(add_scores_doc, "add_scores(z, factors, cells, columns, table, aside, digits) -> found\n\n"
                             "Round z (k, n) times the factors of its rows to whole numbers and add these, in three digits of\n"
                             "32 bits, to the row's cell of a table (cells, digits), from `columns` (k) on. Rows that do not\n"
                             "fit are in aside[:found].");

static PyObject *loop_add_scores(PyObject *self, PyObject *args)
{
    return call_add_scores(lanes_of(self), args);
}

/* ---- dealing ---- */

PyDoc_STRVAR(deal_doc, "deal(columns, codes, counts, next, out, stride)\n\n"
                       "Move the rows of a list of float64 columns, out[j, next[c] + k] being column j of the k-th row of code c,\n"
                       "of which there are counts[c]. A column of `out` has `stride` numbers; `counts` and `next` are used up.");

static PyObject *loop_deal(PyObject *self, PyObject *args)
{
    return call_deal(args);
}

PyDoc_STRVAR(folds_doc, "folds(first, count, seed, out)\n\n"
                        "The folds of rows from `first` on, as wxb.question.shares deals them.");

static PyObject *loop_folds(PyObject *self, PyObject *args)
{
    return call_folds(args);
}

/* ---- taking ---- */

PyDoc_STRVAR(take_doc, "take(X, y, X_room, y_room, start) -> finite\n\n"
                       "Copy the rows of X (n, p) and y (n,) or (n, t) to rooms for such, from row `start` of these on; False when\n"
                       "some number is not finite.");

static PyObject *loop_take(PyObject *self, PyObject *args)
{
    return call_take(args);
}

/* ---- add_digits ---- */

PyDoc_STRVAR(add_digits_doc,
             "add_digits(columns, cells, factors, plan, aside, found, table, width)\n\n"
             "Cut columns into digits of 32 bits and add those of each row to its cell of a table (cells, width). plan (columns,\n"
             "3): place of the first digit, its column in the table, number of digits. Rows that do not fit are in aside\n"
             "(columns, rows), found (columns) of them.");

enum { D_CELLS, D_FACTORS, D_PLAN, D_ASIDE, D_FOUND, D_TABLE, D_ARRAYS };

static int digits_are_sound(Digits *d, Py_ssize_t rows, Py_ssize_t numbers, Py_ssize_t width)
{
    if (width < 1 || numbers % width) return 0;
    for (Py_ssize_t k = 0; k < rows; k++)
        if (d->cells[k] < 0 || d->cells[k] >= numbers / width) return 0;
    for (Py_ssize_t p = 0; p < d->parts; p++) {
        int64_t column = d->plan[3 * p + 1], depth = d->plan[3 * p + 2];
        if (column < 0 || depth < 1 || depth > MOST_DIGITS || column + depth > width) return 0;
    }
    d->width = width;
    return 1;
}

static PyObject *loop_add_digits(PyObject *self, PyObject *args)
{
    PyObject *list, *arrays[D_ARRAYS], *result = NULL;
    Py_ssize_t width;
    if (!PyArg_ParseTuple(args, "O!OOOOOOn", &PyList_Type, &list, arrays + D_CELLS, arrays + D_FACTORS, arrays + D_PLAN,
                          arrays + D_ASIDE, arrays + D_FOUND, arrays + D_TABLE, &width))
        return NULL;
    Columns all;
    if (borrow_columns(list, &all) < 0) return NULL;
    const Wanted wanted[D_ARRAYS] = {{"l", all.rows, 0},           {"d", all.width, 0}, {"l", 3 * all.width, 0},
                                     {"l", all.width * all.rows, 1}, {"l", all.width, 1}, {"l", -1, 1}};
    Py_buffer views[D_ARRAYS];
    if (borrow_all(arrays, views, wanted, D_ARRAYS) == 0) {
        Digits d = {.parts = all.width,
                    .cells = views[D_CELLS].buf,
                    .factors = views[D_FACTORS].buf,
                    .plan = views[D_PLAN].buf,
                    .aside = views[D_ASIDE].buf,
                    .found = views[D_FOUND].buf,
                    .table = views[D_TABLE].buf};
        if (digits_are_sound(&d, all.rows, views[D_TABLE].len / 8, width)) {
            Py_BEGIN_ALLOW_THREADS
            add_digits(&d, all.columns, all.rows);
            Py_END_ALLOW_THREADS
            result = Py_NewRef(Py_None);
        } else
            PyErr_SetString(PyExc_ValueError, "the cells, the plan and the table do not belong together");
        give_back(views, D_ARRAYS);
    }
    give_back_columns(&all);
    return result;
}

/* ---- the type and the module ---- */

PyDoc_STRVAR(loop_doc, "Loop(instructions=None)\n\n"
                       "Cut, multiply and add with an instruction set ('plain', 'avx2', 'avx512'), the widest of this machine if\n"
                       "None. ValueError where the machine has no such.");

static PyObject *loop_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"instructions", NULL};
    const char *name = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|z", names, &name)) return NULL;
    const Lanes *lanes = lanes_named(name);
    if (!lanes) return PyErr_Format(PyExc_ValueError, "this machine has no %s", name);
    PyObject *self = ((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (self) ((Loop *)self)->lanes = lanes;
    return self;
}

static PyObject *instructions(PyObject *self, void *unused)
{
    return PyUnicode_FromString(lanes_of(self)->name);
}

static PyObject *wide(PyObject *self, void *unused)
{
    return PyLong_FromSsize_t(lanes_of(self)->wide);
}

static PyMethodDef methods[] = {{"add", add, METH_VARARGS, add_doc},
                                {"add_shifted", loop_add_shifted, METH_VARARGS, add_shifted_doc},
                                {"add_segments", loop_add_segments, METH_VARARGS, add_segments_doc},
                                {"whiten", loop_whiten, METH_VARARGS, whiten_doc},
                                {"weigh", loop_weigh, METH_VARARGS, weigh_doc},
                                {"add_scores", loop_add_scores, METH_VARARGS, add_scores_doc},
                                {"count_cells", loop_count_cells, METH_VARARGS, count_cells_doc},
                                {"deal", loop_deal, METH_VARARGS, deal_doc},
                                {"folds", loop_folds, METH_VARARGS, folds_doc},
                                {"take", loop_take, METH_VARARGS, take_doc},
                                {"add_digits", loop_add_digits, METH_VARARGS, add_digits_doc},
                                {NULL, NULL, 0, NULL}};

static PyGetSetDef attributes[] = {{"instructions", instructions, NULL, "the name of the instruction set", NULL},
                                   {"wide", wide, NULL, "columns from which on single numbers may be over", NULL},
                                   {NULL, NULL, NULL, NULL, NULL}};

static PyType_Slot loop_slots[] = {{Py_tp_doc, (void *)loop_doc},
                                   {Py_tp_new, loop_new},
                                   {Py_tp_methods, methods},
                                   {Py_tp_getset, attributes},
                                   {0, NULL}};

static PyType_Spec loop_spec = {"wxb.moments.kernels._native.Loop", sizeof(Loop), 0,
                                Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, loop_slots};

static int start_module(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &loop_spec, NULL);
    if (!type) return -1;
    int failed = PyModule_AddObjectRef(module, "Loop", type);
    Py_DECREF(type);
    return failed < 0 ? -1 : PyModule_AddIntConstant(module, "ROWS", ROWS);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, start_module}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "wxb.moments.kernels._native", "Cut, multiply and add, compiled.", 0, NULL, slots, NULL, NULL,
    NULL};

PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&definition);
}
