/* What is written once for each instruction set: cutting columns into slices, and products of what lies in the cache.

   Vectors of gcc and clang, in three widths (lanes_body.h); which of them a machine has is asked once, by whoever makes a
   Loop (module.c), and handed down from there. */

#ifndef WXB_LANES_H
#define WXB_LANES_H

#include <float.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(__GNUC__) && !defined(__clang__)
#error "written with the vectors of gcc and clang; wxb works without this extension"
#endif
#if defined(__FAST_MATH__) || FLT_EVAL_METHOD != 0
#error "the slices need the arithmetic of the standard: no -ffast-math, no wider registers"
#endif

#define LINE 64         /* bytes that memory comes by */
#define ROWS 512        /* rows cut and multiplied at a time */
#define STEP (ROWS + 8) /* numbers from one row of the stack to the next: not a power of two, which caches dislike */
#define MOST_LEVELS 8
#define MOST_PAIRS (MOST_LEVELS * (MOST_LEVELS - 1) / 2)
#define POINTS 5
#define PAIR(k, l) ((l) * ((l) - 1) / 2 + (k)) /* number of the pair of levels k < l */

/* Rows filled up to whole registers, of whatever width. */
static inline ptrdiff_t padded(ptrdiff_t rows)
{
    return (rows + 7) & ~(ptrdiff_t)7;
}

/* Memory that is worth having in the cache by the next stretch: what of it has not been asked for yet, and how many lines are
   asked for at a time. */
typedef struct {
    const char *from, *stop;
    ptrdiff_t lines;
} Ahead;

/* Where products are added: `whole` or `rounded`, the other NULL, `stride` numbers to a row. `ahead`, unless it is NULL, is
   asked for meanwhile: products leave the memory idle. */
typedef struct {
    int64_t *whole;
    double *rounded;
    ptrdiff_t stride;
    Ahead *ahead;
} Sink;

/* `rows` numbers of a column one after the other, and memory that is worth having in the cache by the next stretch. */
typedef struct {
    const double *numbers;
    const char *ahead;
} Place;

#define MOST_LANES 8
#define MOST_TILE (MOST_LANES * 4 * MOST_LANES) /* numbers of a tile of panels */

/* By column of a panel: 2^−e, the smallest and largest number, the sum of squares of the first slice. */
typedef struct {
    double factor[MOST_LANES], low[MOST_LANES], high[MOST_LANES], square[MOST_LANES];
} Range;

/* Where rows are looked at from: p of q columns less a centre, times T; all of them times theta, after a constant. Centre
   and theta are pairs of doubles, the first of all before the second. */
typedef struct {
    ptrdiff_t p, q;
    const double *centre; /* (2, p) */
    const double *T;      /* (p, p) lower triangular */
    const double *theta;  /* (2, q + 1) */
} Around;

typedef struct {
    const char *name;
    ptrdiff_t lanes, tile, wide; /* columns of a panel, panels side by side in a tile, columns that are taken by panels */
    ptrdiff_t strip, across;     /* sides of a tile of rows */
    void (*square)(const double *left, const double *right, ptrdiff_t height, ptrdiff_t length, const Sink *sink,
                   double *totals);
    void (*product)(const double *left, ptrdiff_t height, const double *right, ptrdiff_t width, ptrdiff_t length,
                    const Sink *sink);
    double (*cut)(const double *numbers, const char *ahead, ptrdiff_t length, double factor, int depth, double *const *slices,
                  double *const *mixed, int64_t *over, double *low, double *high);
    double (*cut_points)(const double *numbers, const char *ahead, ptrdiff_t length, double factor, double *const *points,
                         int64_t *over, double *low, double *high);
    void (*cut_panel)(const Place *places, ptrdiff_t length, int depth, double *const *slices, double *const *mixed,
                      double *left, char *odd, Range *range);
    void (*outer)(const double *left, const double *right, ptrdiff_t panels, ptrdiff_t length, double *out);
    void (*settle)(const double *out, ptrdiff_t rows, ptrdiff_t columns, int diagonal, int64_t *sums, ptrdiff_t stride,
                   int away);
    void (*turn_rows)(const char *data, ptrdiff_t step, ptrdiff_t rows, ptrdiff_t width, const double *shift, double *out);
    void (*whiten)(const Around *around, const Place *places, const Place *rests, ptrdiff_t length, double *u, double *z,
                   double *size, double *left);
    void (*scale)(const double *rows, const double *factors, ptrdiff_t height, ptrdiff_t length, double *out);
    void (*round)(const double *numbers, const double *factors, ptrdiff_t length, int64_t *digits, ptrdiff_t step,
                  int64_t *over);
    int (*bin)(const double *numbers, const char *ahead, ptrdiff_t length, double scale, double first, double most,
               ptrdiff_t shift, int64_t *cells, double *low, double *high);
    void (*multiples)(const double *numbers, ptrdiff_t length, double scale, int64_t *out);
} Lanes;

/* Those of this name, the widest of this machine for NULL; NULL where the machine has no such. */
const Lanes *lanes_named(const char *name);

#endif
