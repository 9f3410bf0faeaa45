/* Scores by cell. */

#ifndef WXB_SCORES_H
#define WXB_SCORES_H

#include "lanes.h"

typedef struct {
    ptrdiff_t width, rows, digits; /* digits: of a cell */
    const double *z;               /* (width, rows) */
    const double *factors;         /* (rows) */
    const int64_t *cells;          /* (rows) the cell of each row */
    const int64_t *columns;        /* (width) where the three digits of each stand in a cell */
    int64_t *table;                /* (cells, digits) */
    int64_t *aside;                /* (rows) rows that do not fit */
} Scores;

/* Add the scores of all rows that fit; how many do not, -1 where there is no memory. */
ptrdiff_t add_scores(const Lanes *lanes, const Scores *s);

#endif
