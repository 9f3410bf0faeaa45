/* What is summed: products of slices under a plan, rounded products around a point, products of small groups. */

#ifndef WXB_SUMS_H
#define WXB_SUMS_H

#include "stack.h"

typedef struct {
    ptrdiff_t width, levels;
    const int64_t *order;  /* (width) columns by falling number of slices */
    const double *factors; /* (width) 2^−e of each column */
    const int64_t *counts; /* (levels) columns with more than k slices */
    int64_t *sums;         /* (2 levels + 2, width, width) by sum of levels, after what is carried beyond the first of them; two
                              cells across the diagonal are one sum */
    int64_t *pending;      /* stretches added since it was carried */
    double *low, *high;    /* (width) smallest and largest number of each column */
    int64_t *aside;        /* rows that do not fit */
    ptrdiff_t room;
} Exact;

/* The sums of all products of two slices whose levels add to this. */
static inline int64_t *sums_of(const Exact *e, ptrdiff_t levels)
{
    return e->sums + (levels + 1) * e->width * e->width;
}

/* Add rows from `start` on; returns the row reached, −1 when there is no memory. *care: the rows there need a decision; else
   the list is full. One for few columns, one by panels for many. */
ptrdiff_t add_narrow(const Lanes *lanes, Exact *e, const Column *columns, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t *found,
                     int *care);
ptrdiff_t add_wide(const Lanes *lanes, Exact *e, const Column *columns, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t *found,
                   int *care);

/* sums += Σ w (1, z − c)(1, z − c)ᵀ over the rows; with weights the space has a second stack, `scaled`. */
void add_shifted(const Lanes *lanes, Space *s, double *scaled, const Column *columns, ptrdiff_t width, ptrdiff_t stop,
                 const double *shift, const Column *weights, double *sums);

/* The same of many columns; the space has so many rows. */
void add_shifted_panels(const Lanes *lanes, Space *s, const Column *columns, ptrdiff_t width, ptrdiff_t stop,
                        const double *shift, const Column *weights, double *sums);
ptrdiff_t panel_rows(const Lanes *lanes, ptrdiff_t width, int weighted);

typedef struct {
    ptrdiff_t width;             /* q, with the column of ones, which comes first and is not among the columns */
    int levels;                  /* slices of every column */
    int64_t counts[MOST_LEVELS]; /* q columns with each of them */
    ptrdiff_t length;            /* rows of a segment */
    const double *factors;       /* (q) 2^−e */
    const int64_t *rows; /* (segments, length) row of each place, −1 for padding; NULL when the rows lie so already */
    int64_t *combined;   /* (segments, 2 levels − 1, q, q) sums, each level in units of its own */
    int64_t *aside;      /* rows that do not fit */
} Groups;

/* The sums of the segments from `start` to `stop`; returns the number of rows set aside. */
ptrdiff_t add_segments(const Lanes *lanes, const Groups *g, Space *s, const Column *columns, ptrdiff_t start,
                       ptrdiff_t stop);


#define MOST_DIGITS 32

typedef struct {
    ptrdiff_t parts, width; /* width: digits of a cell */
    const int64_t *cells;   /* (rows) the cell of each row */
    const double *factors;  /* (parts) 2^(−32 p), p the place of the first digit */
    const int64_t *plan;    /* (parts, 3) that place, where the digits stand in a cell, how many there are */
    int64_t *table;         /* (cells, width) */
    int64_t *aside;         /* (parts, rows) rows that do not fit, */
    int64_t *found;         /* (parts) and how many of them there are */
} Digits;

/* Add the digits of all rows that fit, part by part. */
void add_digits(const Digits *d, const Column *columns, ptrdiff_t rows);

#endif
