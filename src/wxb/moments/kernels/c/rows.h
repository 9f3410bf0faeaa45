/* Rows as they lie around a line, and sums of them weighted anew, by tiles. */

#ifndef WXB_ROWS_H
#define WXB_ROWS_H

#include "stack.h"

typedef struct {
    double *z;           /* (p, rows), `step` numbers from one row to the next */
    double *size, *left; /* (rows) */
    ptrdiff_t step;
} Seen;

/* z = T (x - c), size = |z|^2, left = theta (1, x), of `rows` rows. The space has room for 2 q columns and 2 p + 2 rows; the
   rests of the columns, as many as they are, or NULL. */
void whiten(const Lanes *lanes, const Around *around, Space *s, const Column *columns, const Column *rests, ptrdiff_t rows,
            Seen seen);

/* sums[t, m] += sum of v z z' over the rows from starts[t] to starts[t + 1], v the m-th of the weights (NULL: ones), of `width`
   columns; the space has room for these, and two times as many rows. */
void weigh(const Lanes *lanes, Space *s, const Column *columns, ptrdiff_t width, const int64_t *starts, ptrdiff_t tiles,
           const Column *weights, ptrdiff_t count, double *sums);

#endif
