/* Columns as they come, fetched a stretch of rows at a time so that the numbers of each follow each other. */

#ifndef WXB_COLUMNS_H
#define WXB_COLUMNS_H

#include "lanes.h"

typedef struct {
    const char *data;
    ptrdiff_t step; /* bytes */
} Column;

static inline double at(const Column *column, ptrdiff_t row)
{
    return *(const double *)(column->data + row * column->step);
}

/* How many columns from the first on lie side by side in a row-major matrix. */
ptrdiff_t side_by_side(const Column *columns, ptrdiff_t left);

/* As many rows more of a row-major matrix, where the first columns are of one: nothing of it is asked for while they are fetched.
   Lines are asked for evenly while `square` multiplies: asked for at once they wait for each other, and the products for them. */
Ahead next_rows(const Lanes *lanes, const Column *columns, ptrdiff_t width, ptrdiff_t start, ptrdiff_t rows);

/* Say where the numbers of each column lie, in `buffer` (width rows of STEP) those that had to be moved. A last stretch
   shorter than a multiple of 8 is filled up with its last number. `buffer` and `places` are as the stretch before left
   them, zeros at first. */
void fetch(const Lanes *lanes, const Column *columns, ptrdiff_t width, ptrdiff_t start, ptrdiff_t rows, double *buffer,
           Place *places);

/* The numbers of each column less its shift, in rows of `out`, zeros up to whole registers. */
void fetch_shifted(const Lanes *lanes, const Column *columns, ptrdiff_t width, ptrdiff_t start, ptrdiff_t rows,
                   const double *shift, double *out);

#endif
