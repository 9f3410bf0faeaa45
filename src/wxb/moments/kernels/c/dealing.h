/* Rows put together by their labels, and the labels of rows that a hash deals. */

#ifndef WXB_DEALING_H
#define WXB_DEALING_H

#include "columns.h"

#define MOST_FOLDS 32 /* that are put in order by comparing all pairs */

typedef struct {
    ptrdiff_t width, rows, stride; /* of the columns; numbers from one column of `out` to the next */
    const int64_t *codes;          /* (rows) */
    int64_t *next;                 /* by code, where its next row goes */
    double *out;                   /* (width, stride) */
} Deal;

/* Each row to where the next of its code goes, so that those of a code keep their order. */
void deal_rows(const Deal *deal, const Column *columns);

/* The fold of each row from `first` on: of every `count` rows in turn (at most MOST_FOLDS) the hashes are put in order, and where
   the j-th of them stands in it, row j of these goes (wxb.question.shares). */
void deal_folds(uint64_t first, ptrdiff_t rows, ptrdiff_t count, uint64_t seed, int64_t *folds);

#endif
