/* What is summed: products of slices under a plan, rounded products around a point, products of small groups. */

#ifndef WXB_SUMS_H
#define WXB_SUMS_H

#include "stack.h"

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

/* Add rows from `start` on; returns the row reached. *care: the rows there need a decision; else the list is full. */
ptrdiff_t add_rows(const Lanes *lanes, Exact *e, Space *s, const Column *columns, ptrdiff_t start, ptrdiff_t stop,
                   ptrdiff_t *found, int *care);

/* sums += Σ w (1, z − c)(1, z − c)ᵀ over the rows; with weights the space has a second stack, `scaled`. */
void add_shifted(const Lanes *lanes, Space *s, double *scaled, const Column *columns, ptrdiff_t width, ptrdiff_t stop,
                 const double *shift, const Column *weights, double *sums);

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
