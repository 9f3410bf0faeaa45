/* Rows counted by cell, a stretch at a time: all of its bins first, which says whether any row lies outside. */

#include "cells.h"

#define MOST_COLUMNS (MOST_SIDES + 2)
#define MOST_TIMES 0x1p53

/* The cells of a stretch; 0 where a row lies outside. */
static int cells_of(const Lanes *lanes, const Cells *c, const Place *places, ptrdiff_t rows, int64_t *cells)
{
    double low[MOST_SIDES], high[MOST_SIDES];
    for (ptrdiff_t j = 0; j < c->sides; j++) {
        low[j] = c->low[j], high[j] = c->high[j];
        ptrdiff_t shift = j ? c->shift : -1;
        if (!lanes->bin(places[j].numbers, places[j].ahead, padded(rows), c->scales[j], c->firsts[j],
                        (double)((int64_t)1 << c->shift), shift, cells, low + j, high + j))
            return 0;
    }
    for (ptrdiff_t j = 0; j < c->sides; j++) c->low[j] = low[j], c->high[j] = high[j];
    return 1;
}

static inline int64_t times_of(double number)
{
    return number >= 0 && number <= MOST_TIMES ? (int64_t)number : 0;
}

ptrdiff_t count_cells(const Lanes *lanes, const Cells *c, const Column *columns, ptrdiff_t start, ptrdiff_t stop)
{
    double buffer[MOST_COLUMNS * STEP];
    int64_t cells[ROWS], shares[ROWS];
    Place places[MOST_COLUMNS] = {{0}};
    ptrdiff_t width = c->sides + c->averaged + c->often, above = c->shift * (c->sides - 1);
    for (ptrdiff_t rows; start < stop; start += rows) {
        rows = stop - start < ROWS ? stop - start : ROWS;
        fetch(lanes, columns, width, start, rows, buffer, places);
        if (!cells_of(lanes, c, places, rows, cells)) break;
        const double *often = c->often ? places[width - 1].numbers : NULL;
        if (often)
            for (ptrdiff_t k = 0; k < rows; k++) c->counts[cells[k]] += times_of(often[k]);
        else
            for (ptrdiff_t k = 0; k < rows; k++) c->counts[cells[k]]++;
        if (!c->averaged) continue;
        lanes->multiples(places[c->sides].numbers, padded(rows), c->unit, shares);
        for (ptrdiff_t k = 0; k < rows; k++) {
            uint64_t share = (uint64_t)shares[k] * (uint64_t)(often ? times_of(often[k]) : 1);
            c->sums[cells[k] >> above] = (int64_t)((uint64_t)c->sums[cells[k] >> above] + share);
        }
    }
    return start;
}
