/* Rows counted by cell. */

#ifndef WXB_CELLS_H
#define WXB_CELLS_H

#include "columns.h"

#define MOST_SIDES 2

/* What is counted: one or two columns of numbers, each cut into 2^shift bins, ⌊x scale⌋ − first; then, where there are such,
   what is averaged in each bin of the first, and how often a row counts. */
typedef struct {
    ptrdiff_t sides, shift;
    const double *scales, *firsts; /* (sides) powers of two, and whole numbers below 2^50 */
    int averaged, often;           /* whether these columns follow */
    double unit;                   /* what is averaged times this is rounded to whole numbers, of at most 2^36 */
    int64_t *counts;               /* (2^(shift sides)) */
    int64_t *sums;                 /* (2^shift) of what is averaged */
    double *low, *high;            /* (sides) the range of the rows that were counted */
} Cells;

/* Count rows from `start` on; returns the row reached: at it, or soon after, lies one outside the bins. */
ptrdiff_t count_cells(const Lanes *lanes, const Cells *c, const Column *columns, ptrdiff_t start, ptrdiff_t stop);

#endif
