/* Slices of many columns, packed for products in tiles, and what is over of single numbers.

   A stretch of hundreds of columns does not stay in the cache as the rows of a Stack. Its slices lie in panels, `lanes` columns
   side by side, row after row: a tile of products is then made of single numbers of one panel times registers of others, without
   a sum across, and some panels stay in the second cache while all others pass by. The products are those of a Stack, added
   tile by tile to the sums of the plan.

   Of hundreds of columns nearly every row holds a number that is more than its slices. Such a number alone, what is over of it, is
   multiplied with its row: a crumb. */

#ifndef WXB_PANELS_H
#define WXB_PANELS_H

#include "sums.h"

#define BLOCK 12 /* panels that stay in the second cache */

typedef struct {
    ptrdiff_t row, column, next; /* column in the plan's order; the next crumb of the row, −1 for none */
    double rest;                 /* a whole number, in units of the slice after the last */
} Crumb;

typedef struct {
    const Lanes *lanes;
    ptrdiff_t levels, width, step;              /* step: numbers from panel to panel */
    ptrdiff_t panels[MOST_LEVELS];              /* that have slice k */
    double *level[MOST_LEVELS], *mixed[MOST_PAIRS], *left;
    Crumb *crumbs;
    ptrdiff_t count, room;
    ptrdiff_t first[ROWS]; /* crumb of each row */
    int direct;            /* the first slices are too large to be mixed */
} Panels;

/* 0 when there is no memory. */
int make_panels(Panels *t, Space *s, const Lanes *lanes, const Exact *e);

/* Fetch and cut a stretch of rows; rows that do not fit are marked in s->over. */
void cut_panels(Panels *t, const Exact *e, Space *s, const Column *columns, ptrdiff_t start, ptrdiff_t rows);
double largest_in_panels(const Panels *t, const Space *s, ptrdiff_t rows);
void clear_in_panels(Panels *t, ptrdiff_t row);

/* Add all products to the sums of the plan; `over` says which rows are not there. */
void multiply_panels(Panels *t, const Exact *e, ptrdiff_t length, const int64_t *over);

#endif
