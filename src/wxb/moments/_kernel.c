/* The inner loop of `slices` and `fast`, compiled: cut, multiply and add a block without holding the interpreter.

   Does what the NumPy code there does, a few hundred rows at a time so that everything stays in the cache, and as those
   sums are exact the answer is the same to the last bit. What needs a decision (many rows that do not fit the plan,
   squares that would leave 2^53) is handed back to Python untouched. wxb works without this module, more slowly. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__FAST_MATH__) || FLT_EVAL_METHOD != 0
#error "the slices need the arithmetic of the standard: no -ffast-math, no wider registers"
#endif

#define ROWS 512          /* rows cut and multiplied at a time */
#define STEP (ROWS + 8)   /* numbers from one row of the stack to the next: not a power of two, which caches dislike */
#define MOST_LEVELS 8
#define BITS 22
#define LIMIT 9007199254740992.0 /* 2^53 */
#define CARRY 256         /* products added to 64-bit sums before their upper part moves on: 2^8 · 2^53 < 2^63 */
#define VALUE INT64_MAX    /* all bits of a double but its sign */
#define LOW_BITS 40       /* what stays below */

/* Where products go: `whole` in units of 2^(−22 (k + l)), or `rounded`; both (height, height), upper triangle. */
typedef struct {
    int64_t *whole;
    double *rounded;
    const double *unit; /* (height) 2^(22 level) of each row of the stack */
} Sink;

typedef struct {
    void (*gram)(const double *left, const double *right, ptrdiff_t height, ptrdiff_t length, Sink *sink);
    double (*cut)(const double *numbers, ptrdiff_t length, double factor, int depth, double *const *out, int64_t *over,
                  double *low, double *high);
    void (*turn8)(const char *data, ptrdiff_t step, ptrdiff_t rows, double *out);
} Lanes;

/* 1.5 · 2^(52 − 22 level): adding and subtracting it rounds to a multiple of 2^(−22 level). */
static const double CONSTANTS[MOST_LEVELS] = {0x1.8p52,  0x1.8p30,  0x1.8p8,    0x1.8p-14,
                                              0x1.8p-36, 0x1.8p-58, 0x1.8p-80, 0x1.8p-102};

#define UNROLL _Pragma("GCC unroll 32")

#define NAME(x) x##_plain
#define TARGET
#define LANES 2
#define MR 3
#define NR 4
#define PICK(mask, a, b) ((vector_plain)(((mask) & (mask_plain)(a)) | (~(mask) & (mask_plain)(b))))
#define LESSER(a, b) PICK((a) < (b), a, b)
#define GREATER(a, b) PICK((a) > (b), a, b)
#include "_lanes.h"

#ifdef __x86_64__
#include <immintrin.h>

#define NAME(x) x##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 4
#define MR 2
#define NR 6
#define LESSER _mm256_min_pd
#define GREATER _mm256_max_pd
#include "_lanes.h"

#define NAME(x) x##_avx512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,fma")))
#define LANES 8
#define MR 4
#define NR 6
#define LESSER _mm512_min_pd
#define GREATER _mm512_max_pd
#include "_lanes.h"
#endif

static const Lanes *lanes = &lanes_plain;
static const char *lanes_name = "plain";

static int use_lanes(const char *name)
{
    if (!strcmp(name, "plain")) {
        lanes = &lanes_plain, lanes_name = "plain";
        return 1;
    }
#ifdef __x86_64__
    if (!strcmp(name, "avx2") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        lanes = &lanes_avx2, lanes_name = "avx2";
        return 1;
    }
    if (!strcmp(name, "avx512") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
        lanes = &lanes_avx512, lanes_name = "avx512";
        return 1;
    }
#endif
    return 0;
}

/* ---- columns ---- */

typedef struct {
    const char *data;
    ptrdiff_t step; /* bytes */
} Column;

static inline double at(const Column *column, ptrdiff_t row)
{
    return *(const double *)(column->data + row * column->step);
}

/* How many columns from the first on lie side by side in a row-major matrix. */
static ptrdiff_t side_by_side(const Column *columns, ptrdiff_t left)
{
    ptrdiff_t run = 1;
    while (run < left && columns[run].step == columns[0].step && columns[0].step > 8 &&
           columns[run].data == columns[0].data + 8 * run)
        run++;
    return run;
}

/* Make `rows` numbers of each column follow each other: places[j] points to them. A last stretch shorter than a
   multiple of 8 is filled up with its last number. */
static void fetch(const Column *columns, ptrdiff_t width, ptrdiff_t start, ptrdiff_t rows, double *buffer,
                  const double **places)
{
    ptrdiff_t length = (rows + 7) & ~(ptrdiff_t)7;
    for (ptrdiff_t j = 0, run; j < width; j += run) {
        const Column *column = columns + j;
        double *out = buffer + j * STEP;
        run = side_by_side(column, width - j);
        if (run == 1 && column->step == 8 && length == rows) {
            places[j] = (const double *)column->data + start;
            continue;
        }
        const char *data = column->data + start * column->step;
        if (run < 8)
            for (ptrdiff_t c = 0; c < run; c++)
                for (ptrdiff_t k = 0; k < rows; k++) out[c * STEP + k] = at(column + c, start + k);
        for (ptrdiff_t c = 0; run >= 8 && c < run; c += 8) {
            if (c > run - 8) c = run - 8; /* the last 8, some of them once more */
            lanes->turn8(data + 8 * c, column->step, rows, out + c * STEP);
        }
        for (ptrdiff_t c = 0; c < run; c++) {
            for (ptrdiff_t k = rows; k < length; k++) out[c * STEP + k] = out[c * STEP + rows - 1];
            places[j + c] = out + c * STEP;
        }
    }
}

/* ---- exact ---- */

typedef struct {
    ptrdiff_t width, levels, height;
    const int64_t *order;  /* (width) columns by falling number of slices */
    const double *factors; /* (width) 2^−e of each column */
    const int64_t *counts; /* (levels) columns with more than k slices */
    int64_t *sums;         /* (2, height, height) low and high part, upper triangle */
    int64_t *pending;      /* products added to the low part since it was carried over */
    double *low, *high;    /* (width) smallest and largest number of each column */
    int64_t *aside;        /* rows that do not fit */
    ptrdiff_t room;
} Exact;

typedef struct {
    void *memory;
    double *stack, *buffer, *scaled, *unit, *squares;
    int64_t *over;
    const double **places;
} Space;

static void carry(Exact *e)
{
    ptrdiff_t cells = e->height * e->height;
    int64_t *low = e->sums, *high = e->sums + cells;
    for (ptrdiff_t i = 0; i < cells; i++) {
        high[i] += low[i] >> LOW_BITS;
        low[i] &= ((int64_t)1 << LOW_BITS) - 1;
    }
    *e->pending = 0;
}

/* List the rows marked in `over`, and take them out of the stack. Returns how many, or −1 when there is no room. */
static ptrdiff_t set_aside(Exact *e, const Space *s, ptrdiff_t start, ptrdiff_t rows, ptrdiff_t found)
{
    ptrdiff_t here = 0;
    for (ptrdiff_t k = 0; k < rows; k++) here += (s->over[k] & VALUE) != 0;
    if (!here) return 0;
    if (found + here > e->room) return -1;
    for (ptrdiff_t k = 0; k < rows; k++)
        if (s->over[k] & VALUE) {
            e->aside[found++] = start + k;
            for (ptrdiff_t i = 0; i < e->height; i++) s->stack[i * STEP + k] = 0;
        }
    return here;
}

/* Whether all squares of the first slices stay below 2^53 together, which by Cauchy and Schwarz bounds every product. */
static int squares_fit(const Space *s, ptrdiff_t width, ptrdiff_t length)
{
    for (ptrdiff_t i = 0; i < width; i++) {
        if (s->squares[i] < LIMIT) continue;
        double total = 0; /* again, without the rows that will be set aside */
        for (ptrdiff_t k = 0; k < length; k++)
            if (!(s->over[k] & VALUE)) total += s->stack[i * STEP + k] * s->stack[i * STEP + k];
        if (!(total < LIMIT)) return 0;
    }
    return 1;
}

/* Add rows from `start` on; returns the row reached. *care: the rows there need a decision; else the list is full. */
static ptrdiff_t add_rows(Exact *e, Space *s, const Column *columns, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t *found,
                          int *care)
{
    Sink sink = {e->sums, NULL, s->unit};
    *found = 0, *care = 0;
    for (; start < stop; start += ROWS) {
        ptrdiff_t rows = stop - start < ROWS ? stop - start : ROWS, length = (rows + 7) & ~(ptrdiff_t)7;
        fetch(columns, e->width, start, rows, s->buffer, s->places);
        memset(s->over, 0, ROWS * sizeof *s->over);
        for (ptrdiff_t i = 0; i < e->width; i++) {
            ptrdiff_t j = e->order[i], top = 0;
            double *out[MOST_LEVELS];
            int depth = 0;
            while (depth < e->levels && i < e->counts[depth]) {
                out[depth] = s->stack + (top + i) * STEP;
                top += e->counts[depth++];
            }
            s->squares[i] = lanes->cut(s->places[j], length, e->factors[j], depth, out, s->over, e->low + j, e->high + j);
        }
        for (ptrdiff_t i = 0; i < e->height; i++)
            for (ptrdiff_t k = rows; k < length; k++) s->stack[i * STEP + k] = 0;
        ptrdiff_t here = 0;
        for (ptrdiff_t k = 0; k < rows; k++) here += (s->over[k] & VALUE) != 0;
        if ((here > 8 && here > rows / 10) || !squares_fit(s, e->width, length)) {
            *care = 1;
            return start;
        }
        here = set_aside(e, s, start, rows, *found);
        if (here < 0) return start;
        *found += here;
        lanes->gram(s->stack, s->stack, e->height, length, &sink);
        if (++*e->pending == CARRY) carry(e);
    }
    return stop;
}

/* ---- fast ---- */

/* sums += Σ w (1, z − c)(1, z − c)ᵀ over the rows; with weights the space has a second stack. */
static void add_shifted(Space *s, const Column *columns, ptrdiff_t width, ptrdiff_t stop, const double *shift,
                        const Column *weights, double *sums)
{
    Sink sink = {NULL, sums, NULL};
    for (ptrdiff_t start = 0; start < stop; start += ROWS) {
        ptrdiff_t rows = stop - start < ROWS ? stop - start : ROWS, length = (rows + 7) & ~(ptrdiff_t)7;
        fetch(columns, width, start, rows, s->buffer, s->places);
        for (ptrdiff_t k = 0; k < length; k++) s->stack[k] = k < rows;
        for (ptrdiff_t j = 0; j < width; j++) {
            double *out = s->stack + (j + 1) * STEP;
            const double *numbers = s->places[j], c = shift[j];
            for (ptrdiff_t k = 0; k < length; k++) out[k] = numbers[k] - c;
            for (ptrdiff_t k = rows; k < length; k++) out[k] = 0;
        }
        if (weights)
            for (ptrdiff_t i = 0; i <= width; i++) {
                for (ptrdiff_t k = 0; k < rows; k++) s->scaled[i * STEP + k] = s->stack[i * STEP + k] * at(weights, start + k);
                for (ptrdiff_t k = rows; k < length; k++) s->scaled[i * STEP + k] = 0;
            }
        lanes->gram(weights ? s->scaled : s->stack, s->stack, width + 1, length, &sink);
    }
}

/* ---- groups ---- */

typedef struct {
    ptrdiff_t width;       /* q, with the column of ones, which comes first and is not among the columns */
    int levels;            /* slices of every column */
    ptrdiff_t length;      /* rows of a segment */
    const double *factors; /* (q) 2^−e */
    const int64_t *rows;   /* (segments, length) row of each place, −1 for padding; NULL when the rows lie so already */
    int64_t *combined;     /* (segments, 2 levels − 1, q, q) sums, each level in units of its own */
    int64_t *aside;        /* rows that do not fit */
} Groups;

/* Fetch one segment and cut it; rows that do not fit are listed and taken out. Returns how many are listed now. */
static ptrdiff_t cut_segment(const Groups *g, Space *s, const Column *columns, ptrdiff_t segment, ptrdiff_t found)
{
    ptrdiff_t length = (g->length + 7) & ~(ptrdiff_t)7, from = segment * g->length;
    int64_t here[ROWS];
    for (ptrdiff_t k = 0; k < length; k++) {
        here[k] = k >= g->length ? -1 : g->rows ? g->rows[from + k] : from + k;
        s->buffer[k] = here[k] >= 0;
    }
    for (ptrdiff_t j = 1; j < g->width; j++)
        for (ptrdiff_t k = 0; k < length; k++)
            s->buffer[j * STEP + k] = here[k] >= 0 ? at(columns + j - 1, here[k]) : 0;
    memset(s->over, 0, length * sizeof *s->over);
    for (ptrdiff_t j = 0; j < g->width; j++) {
        double *out[MOST_LEVELS], low = 0, high = 0;
        for (int level = 0; level < g->levels; level++) out[level] = s->stack + (level * g->width + j) * STEP;
        s->squares[j] = lanes->cut(s->buffer + j * STEP, length, g->factors[j], g->levels, out, s->over, &low, &high);
    }
    int fits = squares_fit(s, g->width, length);
    for (ptrdiff_t k = 0; k < length; k++)
        if (here[k] >= 0 && (!fits || s->over[k] & VALUE)) {
            g->aside[found++] = here[k];
            for (ptrdiff_t i = 0; i < g->levels * g->width; i++) s->stack[i * STEP + k] = 0;
        }
    return found;
}

/* The sums of the segments from `start` to `stop`; returns the number of rows set aside. */
static ptrdiff_t add_segments(const Groups *g, Space *s, const Column *columns, ptrdiff_t start, ptrdiff_t stop)
{
    ptrdiff_t q = g->width, height = g->levels * q, length = (g->length + 7) & ~(ptrdiff_t)7, found = 0;
    double *products = s->scaled;
    Sink sink = {NULL, products, NULL};
    for (ptrdiff_t segment = start; segment < stop; segment++) {
        found = cut_segment(g, s, columns, segment, found);
        memset(products, 0, height * height * sizeof *products);
        lanes->gram(s->stack, s->stack, height, length, &sink);
        int64_t *sums = g->combined + segment * (2 * g->levels - 1) * q * q;
        for (ptrdiff_t k = 0; k < g->levels; k++)
            for (ptrdiff_t l = k; l < g->levels; l++)
                for (ptrdiff_t i = 0; i < q; i++)
                    for (ptrdiff_t j = k == l ? i : 0; j < q; j++) {
                        ptrdiff_t x = k * q + i, y = l * q + j;
                        int64_t value = (int64_t)(products[x * height + y] * s->unit[x] * s->unit[y]);
                        sums[((k + l) * q + i) * q + j] += value;
                        if (x != y) sums[((k + l) * q + j) * q + i] += value;
                    }
    }
    return found;
}

/* ---- what Python sees ---- */

/* A buffer of `length` (any, if negative) numbers of one format, contiguous unless it is a column. */
static int get(PyObject *object, Py_buffer *view, const char *format, Py_ssize_t length, int flags)
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

typedef struct {
    Py_ssize_t width, rows;
    Py_buffer *views;
    Column *columns;
} Columns;

static void release_columns(Columns *all)
{
    for (Py_ssize_t j = 0; j < all->width; j++) PyBuffer_Release(all->views + j);
    free(all->views);
    free(all->columns);
}

/* Borrow a list of float64 columns of equal length. */
static int get_columns(PyObject *list, Columns *all)
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
        release_columns(all);
        return -1;
    }
    for (Py_ssize_t j = 0; j < width; j++) {
        Py_buffer *view = all->views + j;
        if (get(PyList_GetItem(list, j), view, "d", j ? all->rows : -1, PyBUF_STRIDED_RO) < 0) {
            release_columns(all);
            return -1;
        }
        all->width = j + 1;
        all->rows = view->len / 8;
        all->columns[j] = (Column){view->buf, view->ndim == 1 ? view->strides[0] : 8};
        if ((uintptr_t)view->buf % 8 || all->columns[j].step % 8) {
            PyErr_SetString(PyExc_TypeError, "numbers that do not lie at multiples of 8 bytes");
            release_columns(all);
            return -1;
        }
    }
    return 0;
}

/* Room for one stretch of rows, everything at multiples of 64 bytes, without which every load is two; 0 when there is
   no memory. `scaled` asks for that many numbers more. Free `s->memory`. */
static int make_space(Space *s, ptrdiff_t width, ptrdiff_t height, size_t scaled)
{
    size_t stack = height * STEP, buffer = width * STEP, small = height + 2 * width;
    s->memory = calloc(stack + buffer + STEP + scaled + small + 8, sizeof(double));
    if (!s->memory) return 0;
    s->stack = (double *)(((uintptr_t)s->memory + 63) & ~(uintptr_t)63);
    s->buffer = s->stack + stack;
    s->over = (int64_t *)(s->buffer + buffer);
    s->scaled = s->buffer + buffer + STEP;
    s->unit = s->scaled + scaled;
    s->squares = s->unit + height;
    s->places = (const double **)(s->squares + width);
    return 1;
}

PyDoc_STRVAR(add_doc,
             "add(columns, start, order, factors, counts, sums, pending, low, high, aside) -> (reached, found, care)\n\n"
             "Add the rows of a list of float64 columns from `start` on, as `Slicer` does. Rows before `reached` are in\n"
             "`sums`, or listed in aside[:found]; if `care`, the ROWS from there need a decision.");

enum { ORDER, FACTORS, COUNTS, SUMS, PENDING, LOW, HIGH, ASIDE, ARRAYS };

static PyObject *add_checked(Columns *all, Py_ssize_t start, Py_buffer *views)
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
    int sound = e.levels >= 1 && e.levels <= MOST_LEVELS && e.room >= ROWS && start >= 0;
    for (ptrdiff_t k = 0; sound && k < e.levels; k++) {
        sound = e.counts[k] >= 1 && e.counts[k] <= (k ? e.counts[k - 1] : e.width);
        e.height += e.counts[k];
    }
    for (ptrdiff_t i = 0; sound && i < e.width; i++) sound = e.order[i] >= 0 && e.order[i] < e.width;
    if (!sound || e.counts[0] != e.width || views[SUMS].len != 16 * e.height * e.height) {
        PyErr_SetString(PyExc_ValueError, "the plan and its arrays do not belong together");
        return NULL;
    }
    Space s;
    if (!make_space(&s, e.width, e.height, 0)) return PyErr_NoMemory();
    for (ptrdiff_t k = 0, i = 0; k < e.levels; k++)
        for (ptrdiff_t c = 0; c < e.counts[k]; c++) s.unit[i++] = ldexp(1.0, BITS * (int)k);
    ptrdiff_t found;
    int care;
    Py_BEGIN_ALLOW_THREADS
    start = add_rows(&e, &s, all->columns, start, all->rows, &found, &care);
    Py_END_ALLOW_THREADS
    free(s.memory);
    return Py_BuildValue("nnO", start, found, care ? Py_True : Py_False);
}

static PyObject *add(PyObject *module, PyObject *args)
{
    static const char *const formats[ARRAYS] = {"l", "d", "l", "l", "l", "d", "d", "l"};
    PyObject *list, *arrays[ARRAYS];
    Py_ssize_t start;
    if (!PyArg_ParseTuple(args, "O!nOOOOOOOO", &PyList_Type, &list, &start, arrays + ORDER, arrays + FACTORS,
                          arrays + COUNTS, arrays + SUMS, arrays + PENDING, arrays + LOW, arrays + HIGH, arrays + ASIDE))
        return NULL;
    Columns all;
    if (get_columns(list, &all) < 0) return NULL;
    const Py_ssize_t lengths[ARRAYS] = {all.width, all.width, -1, -1, 1, all.width, all.width, -1};
    Py_buffer views[ARRAYS];
    PyObject *result = NULL;
    int held = 0;
    while (held < ARRAYS) {
        int flags = held >= SUMS ? PyBUF_CONTIG : PyBUF_CONTIG_RO;
        if (get(arrays[held], views + held, formats[held], lengths[held], flags) < 0) break;
        held++;
    }
    if (held == ARRAYS) result = add_checked(&all, start, views);
    while (held--) PyBuffer_Release(views + held);
    release_columns(&all);
    return result;
}

PyDoc_STRVAR(add_shifted_doc, "add_shifted(columns, shift, weights, sums)\n\n"
                              "sums += the upper triangle of the sum of w (1, z - shift)(1, z - shift)' over all rows, rounded;\n"
                              "weights a column or None.");

static PyObject *add_shifted_checked(Columns *all, const double *shift, const Column *weights, double *sums)
{
    Space s;
    if (!make_space(&s, all->width, all->width + 1, weights ? (all->width + 1) * STEP : 0)) return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    add_shifted(&s, all->columns, all->width, all->rows, shift, weights, sums);
    Py_END_ALLOW_THREADS
    free(s.memory);
    Py_RETURN_NONE;
}

static PyObject *add_shifted_to(PyObject *module, PyObject *args)
{
    PyObject *list, *shift, *weights, *sums, *result = NULL;
    if (!PyArg_ParseTuple(args, "O!OOO", &PyList_Type, &list, &shift, &weights, &sums)) return NULL;
    Columns all;
    if (get_columns(list, &all) < 0) return NULL;
    Py_ssize_t height = all.width + 1;
    Py_buffer shifts, sum, weight;
    if (get(shift, &shifts, "d", all.width, PyBUF_CONTIG_RO) < 0) goto columns;
    if (get(sums, &sum, "d", height * height, PyBUF_CONTIG) < 0) goto shifts;
    if (weights == Py_None)
        result = add_shifted_checked(&all, shifts.buf, NULL, sum.buf);
    else if (get(weights, &weight, "d", all.rows, PyBUF_STRIDED_RO) == 0) {
        Column column = {weight.buf, weight.ndim == 1 ? weight.strides[0] : 8};
        result = add_shifted_checked(&all, shifts.buf, &column, sum.buf);
        PyBuffer_Release(&weight);
    }
    PyBuffer_Release(&sum);
shifts:
    PyBuffer_Release(&shifts);
columns:
    release_columns(&all);
    return result;
}

PyDoc_STRVAR(add_segments_doc,
             "add_segments(columns, rows, length, factors, start, stop, combined, aside) -> found\n\n"
             "The sums of small groups laid out in segments, as `grouped` does: of the segments from start to stop, into\n"
             "combined (segments, 2 levels - 1, q, q), which must hold zeros. Rows that do not fit are in aside[:found].");

static PyObject *add_segments_checked(Columns *all, Groups *g, Py_ssize_t start, Py_ssize_t stop)
{
    Space s;
    ptrdiff_t height = g->levels * g->width, found;
    if (!make_space(&s, g->width, height, height * height)) return PyErr_NoMemory();
    for (ptrdiff_t i = 0; i < height; i++) s.unit[i] = ldexp(1.0, BITS * (int)(i / g->width));
    Py_BEGIN_ALLOW_THREADS
    found = add_segments(g, &s, all->columns, start, stop);
    Py_END_ALLOW_THREADS
    free(s.memory);
    return PyLong_FromSsize_t(found);
}

static PyObject *add_segments_to(PyObject *module, PyObject *args)
{
    enum { FACTORS, COMBINED, ASIDE, ROWS_OF, ARRAYS };
    PyObject *list, *arrays[ARRAYS], *result = NULL;
    Py_ssize_t length, start, stop;
    if (!PyArg_ParseTuple(args, "O!OnOnnOO", &PyList_Type, &list, arrays + ROWS_OF, &length, arrays + FACTORS, &start,
                          &stop, arrays + COMBINED, arrays + ASIDE))
        return NULL;
    Columns all;
    if (get_columns(list, &all) < 0) return NULL;
    Groups g = {.width = all.width + 1, .length = length};
    Py_buffer views[ARRAYS];
    int held = 0, wanted = arrays[ROWS_OF] == Py_None ? ROWS_OF : ARRAYS;
    while (held < wanted) {
        int flags = held == COMBINED || held == ASIDE ? PyBUF_CONTIG : PyBUF_CONTIG_RO;
        if (get(arrays[held], views + held, held == FACTORS ? "d" : "l", held == FACTORS ? g.width : -1, flags) < 0) break;
        held++;
    }
    if (held == wanted) {
        g.factors = views[FACTORS].buf, g.combined = views[COMBINED].buf, g.aside = views[ASIDE].buf;
        g.rows = wanted == ARRAYS ? views[ROWS_OF].buf : NULL;
        Py_ssize_t places = g.rows ? views[ROWS_OF].len / 8 : all.rows, segments = length > 0 ? places / length : 0;
        Py_ssize_t per_level = 8 * segments * g.width * g.width;
        g.levels = per_level ? (int)((views[COMBINED].len / per_level + 1) / 2) : 0;
        int sound = length >= 1 && length <= ROWS && start >= 0 && start <= stop && stop <= segments && g.levels >= 1 &&
                    g.levels <= MOST_LEVELS && views[COMBINED].len == per_level * (2 * g.levels - 1) &&
                    views[ASIDE].len >= 8 * (stop - start) * length;
        for (Py_ssize_t i = start * length; sound && g.rows && i < stop * length; i++)
            sound = g.rows[i] >= -1 && g.rows[i] < all.rows;
        if (sound)
            result = add_segments_checked(&all, &g, start, stop);
        else
            PyErr_SetString(PyExc_ValueError, "the segments and their arrays do not belong together");
    }
    while (held--) PyBuffer_Release(views + held);
    release_columns(&all);
    return result;
}

PyDoc_STRVAR(instructions_doc, "instructions(name=None) -> str\n\n"
                               "The instruction set in use; with a name ('plain', 'avx2', 'avx512') it is changed to that,\n"
                               "where the machine has it.");

static PyObject *instructions(PyObject *module, PyObject *args)
{
    const char *name = NULL;
    if (!PyArg_ParseTuple(args, "|s", &name)) return NULL;
    if (name && !use_lanes(name)) return PyErr_Format(PyExc_ValueError, "this machine has no %s", name);
    return PyUnicode_FromString(lanes_name);
}

static PyMethodDef methods[] = {{"add", add, METH_VARARGS, add_doc},
                                {"add_shifted", add_shifted_to, METH_VARARGS, add_shifted_doc},
                                {"add_segments", add_segments_to, METH_VARARGS, add_segments_doc},
                                {"instructions", instructions, METH_VARARGS, instructions_doc},
                                {NULL, NULL, 0, NULL}};

static int start_module(PyObject *module)
{
    if (!use_lanes("avx512")) use_lanes("avx2");
    return PyModule_AddIntConstant(module, "ROWS", ROWS);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, start_module}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "wxb.moments._kernel", "Cut, multiply and add, compiled.", 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void)
{
    return PyModuleDef_Init(&definition);
}
