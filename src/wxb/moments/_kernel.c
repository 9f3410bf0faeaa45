/* The inner loop of `slices` and `fast`, compiled: cut, multiply and add a block without holding the interpreter.

   Gives the sums that the NumPy code there gives, a few hundred rows at a time so that everything stays in the cache, and
   as they are exact the answer is the same to the last bit. Where NumPy multiplies all slices with all slices, here every
   product is one of a matrix with itself, of which half is enough:

       s_k s_l' + s_l s_k' = (s_k + s_l)(s_k + s_l)' - s_k s_k' - s_l s_l'

   so that L slices take L (L + 1) / 2 halves instead of L^2. What needs a decision (many rows that do not fit the plan,
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
#define MOST_PAIRS (MOST_LEVELS * (MOST_LEVELS - 1) / 2)
#define PAIR(k, l) ((l) * ((l) - 1) / 2 + (k)) /* number of the pair of levels k < l */
#define BITS 22
#define UNIT 0x1p22
#define WHOLE 0x1.8p52           /* adding and subtracting it rounds to a whole number */
#define LIMIT 9007199254740992.0 /* 2^53 */
/* A first slice of at most this square, added to another slice (of at most 2^21 in each of 2^9 rows, a norm of 2^25.5), has
   a norm of at most 2^26.5: its products stay below 2^53 too. */
#define MIXABLE 0x1p51
#define FULL 256        /* products of at most 2^53 added before they move on: sums of a pair stay below 2^63 */
#define CARRY 256       /* additions to the low part of the sums before their upper part moves on */
#define VALUE INT64_MAX /* all bits of a double but its sign */
#define LOW_BITS 40     /* what stays below */

/* Where products are added: `whole` or `rounded`, the other NULL, `stride` numbers to a row. */
typedef struct {
    int64_t *whole;
    double *rounded;
    ptrdiff_t stride;
} Sink;

typedef struct {
    void (*square)(const double *left, const double *right, ptrdiff_t height, ptrdiff_t length, const Sink *sink);
    void (*product)(const double *left, ptrdiff_t height, const double *right, ptrdiff_t width, ptrdiff_t length,
                    const Sink *sink);
    double (*cut)(const double *numbers, const char *ahead, ptrdiff_t length, double factor, int depth, double *const *slices,
                  double *const *mixed, int64_t *over, double *low, double *high);
    void (*turn_rows)(const char *data, ptrdiff_t step, ptrdiff_t rows, ptrdiff_t width, double *out);
} Lanes;

#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define UNROLL _Pragma("GCC unroll 32")
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (MASK){__VA_ARGS__})
#endif

#define NAME(x) x##_plain
#define TARGET
#define LANES 2
#define MR 4
#define NR 3
#define PICK(mask, a, b) ((vector_plain)(((mask) & (mask_plain)(a)) | (~(mask) & (mask_plain)(b))))
#define LESSER(a, b) PICK((a) < (b), a, b)
#define GREATER(a, b) PICK((a) > (b), a, b)
#include "_lanes.h"

#ifdef __x86_64__
#include <immintrin.h>

#define NAME(x) x##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 4
#define MR 4
#define NR 3
#define LESSER _mm256_min_pd
#define GREATER _mm256_max_pd
#include "_lanes.h"

#define NAME(x) x##_avx512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,fma")))
#define LANES 8
#define MR 6
#define NR 4
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

/* `rows` numbers of a column one after the other, and memory that is worth having in the cache by the next stretch. */
typedef struct {
    const double *numbers;
    const char *ahead;
} Place;

/* Make the numbers of each column follow each other. A last stretch shorter than a multiple of 8 is filled up with its
   last number. */
static void fetch(const Column *columns, ptrdiff_t width, ptrdiff_t start, ptrdiff_t rows, double *buffer, Place *places)
{
    ptrdiff_t length = (rows + 7) & ~(ptrdiff_t)7;
    for (ptrdiff_t j = 0, run; j < width; j += run) {
        const Column *column = columns + j;
        double *out = buffer + j * STEP;
        run = side_by_side(column, width - j);
        if (run == 1 && column->step == 8 && length == rows) {
            places[j].numbers = (const double *)column->data + start;
            places[j].ahead = (const char *)(places[j].numbers + rows);
            continue;
        }
        const char *data = column->data + start * column->step;
        if (run < 8)
            for (ptrdiff_t c = 0; c < run; c++)
                for (ptrdiff_t k = 0; k < rows; k++) out[c * STEP + k] = at(column + c, start + k);
        else
            lanes->turn_rows(data, column->step, rows, run, out);
        for (ptrdiff_t c = 0; c < run; c++) {
            for (ptrdiff_t k = rows; k < length; k++) out[c * STEP + k] = out[c * STEP + rows - 1];
            places[j + c].numbers = out + c * STEP;
            places[j + c].ahead = data + rows * column->step + c * rows * 8; /* of a matrix, each column takes a part */
        }
    }
}

/* ---- slices and their products ---- */

/* Slices of one stretch of rows, and the sums of the products made of them.

   Column i of level k, one of the counts[k] columns (in falling order of their number of slices) that have that slice, is
   row i of level[k]; mixed[PAIR(k, l)] holds the sums of the slices k and l of the counts[l] columns that have both. */
typedef struct {
    ptrdiff_t levels;
    const int64_t *counts;
    double *level[MOST_LEVELS], *mixed[MOST_PAIRS];
    int64_t *own[MOST_LEVELS];     /* (counts[k], counts[k]) level k with itself, upper triangle */
    int64_t *square[MOST_PAIRS];   /* (counts[l], counts[l]) mixed with itself, upper triangle */
    int64_t *across[MOST_PAIRS];   /* (counts[l], counts[k]) level l with level k, where not in the square */
    int64_t *sums;                 /* all of them, one after the other */
    size_t size;                   /* how many numbers that are */
    int direct;                    /* the first slices are too large to be mixed: those pairs are wholly in `across` */
} Stack;

static ptrdiff_t height_of(ptrdiff_t levels, const int64_t *counts)
{
    ptrdiff_t height = 0;
    for (ptrdiff_t k = 0; k < levels; k++) height += counts[k];
    return height;
}

/* Rows of all slices and of their sums in pairs, and some that a product may read beyond. */
static size_t rows_needed(ptrdiff_t levels, const int64_t *counts)
{
    size_t rows = 8;
    for (ptrdiff_t k = 0; k < levels; k++) rows += (1 + k) * counts[k];
    return rows;
}

static size_t sums_needed(ptrdiff_t levels, const int64_t *counts)
{
    size_t size = 0;
    for (ptrdiff_t l = 0; l < levels; l++) {
        size += counts[l] * counts[l];
        for (ptrdiff_t k = 0; k < l; k++) size += counts[l] * (counts[l] + counts[k]);
    }
    return size;
}

static void lay_out(Stack *t, ptrdiff_t levels, const int64_t *counts, double *rows, int64_t *sums)
{
    *t = (Stack){.levels = levels, .counts = counts, .sums = sums, .size = sums_needed(levels, counts)};
    for (ptrdiff_t l = 0; l < levels; l++) {
        t->level[l] = rows, rows += counts[l] * STEP;
        t->own[l] = sums, sums += counts[l] * counts[l];
    }
    for (ptrdiff_t l = 1; l < levels; l++)
        for (ptrdiff_t k = 0; k < l; k++) {
            t->mixed[PAIR(k, l)] = rows, rows += counts[l] * STEP;
            t->square[PAIR(k, l)] = sums, sums += counts[l] * counts[l];
            t->across[PAIR(k, l)] = sums, sums += counts[l] * counts[k];
        }
}

/* Cut the numbers that the plan has as its i-th column; returns the sum of squares of the first slice. */
static double cut_column(Stack *t, ptrdiff_t i, Place place, ptrdiff_t length, double factor, int64_t *over, double *low,
                         double *high)
{
    double *slices[MOST_LEVELS], *mixed[MOST_PAIRS];
    int depth = 0;
    for (; depth < t->levels && i < t->counts[depth]; depth++) {
        slices[depth] = t->level[depth] + i * STEP;
        for (int k = 0; k < depth; k++) mixed[PAIR(k, depth)] = t->mixed[PAIR(k, depth)] + i * STEP;
    }
    return lanes->cut(place.numbers, place.ahead, length, factor, depth, slices, mixed, over, low, high);
}

static void clear_row(Stack *t, ptrdiff_t row)
{
    for (ptrdiff_t l = 0; l < t->levels; l++)
        for (ptrdiff_t i = 0; i < t->counts[l]; i++) {
            t->level[l][i * STEP + row] = 0;
            for (ptrdiff_t k = 0; k < l; k++) t->mixed[PAIR(k, l)][i * STEP + row] = 0;
        }
}

/* The largest sum of squares of a first slice, which by Cauchy and Schwarz bounds every product of them; `squares` are
   those of all rows, and where they seem large the rows marked in `over` are left out. */
static double largest_square(const Stack *t, const double *squares, const int64_t *over, ptrdiff_t length)
{
    double largest = 0;
    for (ptrdiff_t i = 0; i < t->counts[0]; i++) {
        double total = squares[i];
        if (!(total <= MIXABLE)) {
            total = 0;
            for (ptrdiff_t k = 0; k < length; k++)
                if (!(over[k] & VALUE)) total += t->level[0][i * STEP + k] * t->level[0][i * STEP + k];
        }
        if (!(total <= largest)) largest = total;
    }
    return largest;
}

static void multiply(Stack *t, ptrdiff_t length)
{
    for (ptrdiff_t l = 0; l < t->levels; l++) {
        ptrdiff_t few = t->counts[l];
        lanes->square(t->level[l], t->level[l], few, length, &(Sink){t->own[l], NULL, few});
        for (ptrdiff_t k = 0; k < l; k++) {
            ptrdiff_t pair = PAIR(k, l), many = t->counts[k], from = k == 0 && t->direct ? 0 : few;
            if (from) lanes->square(t->mixed[pair], t->mixed[pair], few, length, &(Sink){t->square[pair], NULL, few});
            if (from < many)
                lanes->product(t->level[l], few, t->level[k] + from * STEP, many - from, length,
                               &(Sink){t->across[pair] + from, NULL, many});
        }
    }
}

/* Sum of s_k[i] s_l[j] + s_l[i] s_k[j] for i <= j, i < counts[l], k < l; a column without slice l has 0 there. */
static inline int64_t both_ways(const Stack *t, ptrdiff_t k, ptrdiff_t l, ptrdiff_t i, ptrdiff_t j)
{
    ptrdiff_t few = t->counts[l], many = t->counts[k];
    const int64_t *across = t->across[PAIR(k, l)];
    if (j >= few) return across[i * many + j];
    if (k == 0 && t->direct) return across[i * many + j] + across[j * many + i];
    return t->square[PAIR(k, l)][i * few + j] - t->own[k][i * many + j] - t->own[l][i * few + j];
}

/* ---- exact ---- */

typedef struct {
    ptrdiff_t width, levels, height;
    const int64_t *order;  /* (width) columns by falling number of slices */
    const double *factors; /* (width) 2^−e of each column */
    const int64_t *counts; /* (levels) columns with more than k slices */
    int64_t *sums;         /* (2, height, height) low and high part, upper triangle */
    int64_t *pending;      /* additions to the low part since it was carried over */
    double *low, *high;    /* (width) smallest and largest number of each column */
    int64_t *aside;        /* rows that do not fit */
    ptrdiff_t room;
} Exact;

typedef struct {
    void *memory;
    double *rows, *buffer, *squares;
    int64_t *over, *sums;
    Place *places;
} Space;

static inline void add_to(Exact *e, ptrdiff_t x, ptrdiff_t y, int64_t value)
{
    int64_t *low = e->sums + x * e->height + y, *high = low + e->height * e->height;
    *low += value & (((int64_t)1 << LOW_BITS) - 1);
    *high += value >> LOW_BITS;
}

/* Move the products to the sums of the plan. Only s_k s_l' and s_l s_k' together are ever asked for: of the two cells that
   belong to them the upper one takes both. */
static void move_on(Exact *e, Stack *t)
{
    for (ptrdiff_t l = 0, below = 0; l < t->levels; below += t->counts[l++])
        for (ptrdiff_t i = 0; i < t->counts[l]; i++) {
            for (ptrdiff_t j = i; j < t->counts[l]; j++) add_to(e, below + i, below + j, t->own[l][i * t->counts[l] + j]);
            for (ptrdiff_t k = 0, above = 0; k < l; above += t->counts[k++]) {
                add_to(e, above + i, below + i, both_ways(t, k, l, i, i) / 2);
                for (ptrdiff_t j = i + 1; j < t->counts[l]; j++)
                    add_to(e, above + i, below + j, both_ways(t, k, l, i, j));
                for (ptrdiff_t j = t->counts[l]; j < t->counts[k]; j++)
                    add_to(e, above + j, below + i, both_ways(t, k, l, i, j));
            }
        }
    memset(t->sums, 0, t->size * sizeof *t->sums);
    if (++*e->pending < CARRY) return;
    ptrdiff_t cells = e->height * e->height;
    int64_t *low = e->sums, *high = e->sums + cells;
    for (ptrdiff_t i = 0; i < cells; i++) {
        high[i] += low[i] >> LOW_BITS;
        low[i] &= ((int64_t)1 << LOW_BITS) - 1;
    }
    *e->pending = 0;
}

static ptrdiff_t marked(const int64_t *over, ptrdiff_t rows)
{
    ptrdiff_t here = 0;
    for (ptrdiff_t k = 0; k < rows; k++) here += (over[k] & VALUE) != 0;
    return here;
}

/* Add rows from `start` on; returns the row reached. *care: the rows there need a decision; else the list is full. */
static ptrdiff_t add_rows(Exact *e, Space *s, const Column *columns, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t *found,
                          int *care)
{
    Stack t;
    lay_out(&t, e->levels, e->counts, s->rows, s->sums);
    ptrdiff_t added = 0;
    *found = 0, *care = 0;
    for (; start < stop; start += ROWS) {
        ptrdiff_t rows = stop - start < ROWS ? stop - start : ROWS, length = (rows + 7) & ~(ptrdiff_t)7;
        fetch(columns, e->width, start, rows, s->buffer, s->places);
        memset(s->over, 0, ROWS * sizeof *s->over);
        for (ptrdiff_t i = 0; i < e->width; i++) {
            ptrdiff_t j = e->order[i];
            s->squares[i] = cut_column(&t, i, s->places[j], length, e->factors[j], s->over, e->low + j, e->high + j);
        }
        for (ptrdiff_t k = rows; k < length; k++) clear_row(&t, k), s->over[k] = 0;
        ptrdiff_t here = marked(s->over, rows);
        double largest = largest_square(&t, s->squares, s->over, rows);
        *care = (here > 8 && here > rows / 10) || !(largest < LIMIT);
        if (*care || *found + here > e->room) break;
        for (ptrdiff_t k = 0; here && k < rows; k++)
            if (s->over[k] & VALUE) {
                e->aside[(*found)++] = start + k;
                clear_row(&t, k);
            }
        int direct = largest > MIXABLE;
        if (added == FULL || (added && direct != t.direct)) {
            move_on(e, &t);
            added = 0;
        }
        t.direct = direct;
        multiply(&t, length);
        added++;
    }
    if (added) move_on(e, &t);
    return start < stop ? start : stop;
}

/* ---- fast ---- */

/* sums += Σ w (1, z − c)(1, z − c)ᵀ over the rows; with weights the space has a second stack, `scaled`. */
static void add_shifted(Space *s, double *scaled, const Column *columns, ptrdiff_t width, ptrdiff_t stop,
                        const double *shift, const Column *weights, double *sums)
{
    Sink sink = {NULL, sums, width + 1};
    for (ptrdiff_t start = 0; start < stop; start += ROWS) {
        ptrdiff_t rows = stop - start < ROWS ? stop - start : ROWS, length = (rows + 7) & ~(ptrdiff_t)7;
        fetch(columns, width, start, rows, s->buffer, s->places);
        for (ptrdiff_t k = 0; k < length; k++) s->rows[k] = k < rows;
        for (ptrdiff_t j = 0; j < width; j++) {
            double *out = s->rows + (j + 1) * STEP;
            Place place = s->places[j];
            double c = shift[j];
            for (ptrdiff_t k = 0; k < length; k += 8) {
                __builtin_prefetch(place.ahead + 8 * k, 0, 2);
                for (int l = 0; l < 8; l++) out[k + l] = place.numbers[k + l] - c;
            }
            for (ptrdiff_t k = rows; k < length; k++) out[k] = 0;
        }
        if (weights)
            for (ptrdiff_t i = 0; i <= width; i++) {
                for (ptrdiff_t k = 0; k < rows; k++) scaled[i * STEP + k] = s->rows[i * STEP + k] * at(weights, start + k);
                for (ptrdiff_t k = rows; k < length; k++) scaled[i * STEP + k] = 0;
            }
        lanes->square(weights ? scaled : s->rows, s->rows, width + 1, length, &sink);
    }
}

/* ---- groups ---- */

typedef struct {
    ptrdiff_t width;       /* q, with the column of ones, which comes first and is not among the columns */
    int levels;            /* slices of every column */
    int64_t counts[MOST_LEVELS]; /* q columns with each of them */
    ptrdiff_t length;      /* rows of a segment */
    const double *factors; /* (q) 2^−e */
    const int64_t *rows;   /* (segments, length) row of each place, −1 for padding; NULL when the rows lie so already */
    int64_t *combined;     /* (segments, 2 levels − 1, q, q) sums, each level in units of its own */
    int64_t *aside;        /* rows that do not fit */
} Groups;

/* Fetch one segment and cut it; rows that do not fit are listed and taken out. Returns how many are listed now. */
static ptrdiff_t cut_segment(const Groups *g, Space *s, Stack *t, const Column *columns, ptrdiff_t segment, ptrdiff_t found)
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
        double low = 0, high = 0;
        s->squares[j] = cut_column(t, j, (Place){s->buffer + j * STEP, (char *)s->buffer}, length, g->factors[j], s->over, &low, &high);
    }
    double largest = largest_square(t, s->squares, s->over, length);
    t->direct = largest > MIXABLE;
    for (ptrdiff_t k = 0; k < length; k++)
        if (here[k] >= 0 && (!(largest < LIMIT) || s->over[k] & VALUE)) {
            g->aside[found++] = here[k];
            clear_row(t, k);
        }
    return found;
}

/* The sums of the segments from `start` to `stop`; returns the number of rows set aside. */
static ptrdiff_t add_segments(const Groups *g, Space *s, const Column *columns, ptrdiff_t start, ptrdiff_t stop)
{
    ptrdiff_t q = g->width, length = (g->length + 7) & ~(ptrdiff_t)7, found = 0;
    Stack t;
    lay_out(&t, g->levels, g->counts, s->rows, s->sums);
    for (ptrdiff_t segment = start; segment < stop; segment++) {
        found = cut_segment(g, s, &t, columns, segment, found);
        memset(t.sums, 0, t.size * sizeof *t.sums);
        multiply(&t, length);
        int64_t *sums = g->combined + segment * (2 * g->levels - 1) * q * q;
        for (ptrdiff_t l = 0; l < g->levels; l++)
            for (ptrdiff_t k = 0; k <= l; k++)
                for (ptrdiff_t i = 0; i < q; i++)
                    for (ptrdiff_t j = i; j < q; j++) {
                        int64_t value = k == l ? t.own[l][i * q + j] : both_ways(&t, k, l, i, j);
                        sums[((k + l) * q + i) * q + j] += value;
                        if (i != j) sums[((k + l) * q + j) * q + i] += value;
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

/* Room for one stretch of rows, everything at multiples of 64 bytes, without which every load is two: `width` columns,
   `rows` of slices and what is made of them, `sums` of products. 0 when there is no memory; else free `s->memory`. */
static int make_space(Space *s, size_t width, size_t rows, size_t sums)
{
    size_t numbers = (rows + width + 1) * STEP + sums + 3 * width + 8;
    s->memory = calloc(numbers, sizeof(double));
    if (!s->memory) return 0;
    s->rows = (double *)(((uintptr_t)s->memory + 63) & ~(uintptr_t)63);
    s->buffer = s->rows + rows * STEP;
    s->over = (int64_t *)(s->buffer + width * STEP);
    s->sums = s->over + STEP;
    s->squares = (double *)(s->sums + sums);
    s->places = (Place *)(s->squares + width);
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
    for (ptrdiff_t k = 0; sound && k < e.levels; k++)
        sound = e.counts[k] >= 1 && e.counts[k] <= (k ? e.counts[k - 1] : e.width);
    if (sound) e.height = height_of(e.levels, e.counts);
    for (ptrdiff_t i = 0; sound && i < e.width; i++) sound = e.order[i] >= 0 && e.order[i] < e.width;
    if (!sound || e.counts[0] != e.width || views[SUMS].len != 16 * e.height * e.height) {
        PyErr_SetString(PyExc_ValueError, "the plan and its arrays do not belong together");
        return NULL;
    }
    Space s;
    if (!make_space(&s, e.width, rows_needed(e.levels, e.counts), sums_needed(e.levels, e.counts))) return PyErr_NoMemory();
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
    size_t height = all->width + 1;
    if (!make_space(&s, all->width, (weights ? 2 : 1) * height + 8, 0)) return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    add_shifted(&s, s.rows + height * STEP, all->columns, all->width, all->rows, shift, weights, sums);
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
    ptrdiff_t found;
    for (int k = 0; k < g->levels; k++) g->counts[k] = g->width;
    if (!make_space(&s, g->width, rows_needed(g->levels, g->counts), sums_needed(g->levels, g->counts)))
        return PyErr_NoMemory();
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
