/* Exact sums under one plan: products of a few hundred rows at a time, so that everything stays in the cache. */

#include "panels.h"

#include <stdlib.h>
#include <string.h>

#define FULL 32     /* stretches added before sums are carried: of one they stay below 2^57 */
#define BITS 22     /* from one level to the next */
#define TOP_BITS 44 /* of the first level, what is beyond is counted apart */
#define PATIENCE 16 /* stretches that are not cut by points after one whose squares are too large for them */

/* Move all but the lowest bits of each level to the one before. */
static void carry(Exact *e)
{
    ptrdiff_t cells = e->width * e->width;
    for (ptrdiff_t levels = 2 * e->levels; levels >= 0; levels--) {
        int64_t *low = sums_of(e, levels), *high = low - cells;
        const int bits = levels ? BITS : TOP_BITS;
        for (ptrdiff_t i = 0; i < cells; i++) {
            high[i] += low[i] >> bits;
            low[i] &= ((int64_t)1 << bits) - 1;
        }
    }
    *e->pending = 0;
}

/* A column that is the same in all rows, as the one of ones is, comes last where others have more slices: what it is multiplied with
   are sums of slices, which come along with their products. Nothing changes where there is none. */
static void find_constant(Exact *e, Space *s, Stack *t, const Column *columns)
{
    ptrdiff_t last = e->width - 1, j = e->order[last];
    double number = at(columns + j, 0), slice = number * e->factors[j];
    if (columns[j].step || e->levels == 1 || e->counts[1] == e->width) return;
    if (!(slice <= 0x1p21 && slice >= -0x1p21) || slice != (double)(int64_t)slice || (slice == 0 && number != 0)) return;
    if (number < e->low[j]) e->low[j] = number;
    if (number > e->high[j]) e->high[j] = number;
    t->totals = (double *)(t->sums + t->size);
    t->constant = slice;
    s->squares[last] = slice * slice * ROWS;
}

/* Its products with all columns, `rows` with itself. */
static void add_constant(Stack *t, ptrdiff_t rows)
{
    ptrdiff_t width = t->counts[0], last = width - 1;
    int64_t slice = (int64_t)t->constant;
    if (t->by_points) /* in place of the middle slice there is the sum of all three */
        for (ptrdiff_t i = 0; i < last; i++) t->totals[width + i] -= t->totals[i] + t->totals[2 * width + i];
    for (ptrdiff_t i = 0; i < last; i++) t->own[0][i * width + last] += slice * (int64_t)t->totals[i];
    for (ptrdiff_t l = 1; l < t->levels; l++)
        for (ptrdiff_t i = 0; i < t->counts[l]; i++)
            t->across[PAIR(0, l)][i * width + last] += slice * (int64_t)t->totals[l * width + i];
    t->own[0][last * width + last] += slice * slice * rows;
    memset(t->totals, 0, t->levels * width * sizeof *t->totals);
}

/* Those of a stack that was cut by points, but for what a constant column is multiplied with. */
static void move_points(Exact *e, const Stack *t)
{
    for (ptrdiff_t i = 0; i < t->counts[2]; i++)
        for (ptrdiff_t j = i; j < t->counts[2]; j++) {
            int64_t found[POINTS];
            coefficients(t, i, j, found);
            for (int m = 0; m < POINTS; m++) sums_of(e, m)[i * e->width + j] += found[m];
        }
    if (!t->totals) return;
    ptrdiff_t last = e->width - 1;
    for (ptrdiff_t i = 0; i <= last; i++) sums_of(e, 0)[i * e->width + last] += t->own[0][i * e->width + last];
    for (ptrdiff_t l = 1; l < t->levels; l++)
        for (ptrdiff_t i = 0; i < last; i++)
            sums_of(e, l)[i * e->width + last] += t->across[PAIR(0, l)][i * e->width + last];
}

/* Move the products of `added` stretches, of `rows` rows, to the sums of the plan. */
static void move_on(Exact *e, Stack *t, ptrdiff_t added, ptrdiff_t rows)
{
    if (t->totals) add_constant(t, rows);
    if (*e->pending + added > FULL) carry(e);
    if (t->by_points) move_points(e, t);
    for (ptrdiff_t l = 0; !t->by_points && l < t->levels; l++)
        for (ptrdiff_t i = 0; i < t->counts[l]; i++) {
            int64_t *sums = sums_of(e, 2 * l) + i * e->width;
            for (ptrdiff_t j = i; j < t->counts[l]; j++) sums[j] += t->own[l][i * t->counts[l] + j];
            for (ptrdiff_t k = 0; k < l; k++) {
                sums = sums_of(e, k + l) + i * e->width;
                for (ptrdiff_t j = i; j < t->counts[k]; j++) sums[j] += both_ways(t, k, l, i, j);
            }
        }
    memset(t->sums, 0, t->size * sizeof *t->sums);
    *e->pending += added;
}

static ptrdiff_t marked(const int64_t *over, ptrdiff_t rows)
{
    ptrdiff_t here = 0;
    int64_t any = 0;
    for (ptrdiff_t k = 0; k < rows; k++) any |= over[k];
    for (ptrdiff_t k = 0; (any & VALUE) && k < rows; k++) here += (over[k] & VALUE) != 0;
    return here;
}

/* Whether a stretch must be left to the caller: too many rows do not fit, squares are too large, or there is no room. */
static int stops(const Exact *e, ptrdiff_t here, ptrdiff_t rows, double largest, ptrdiff_t found, int *care)
{
    *care = (here > 8 && here > rows / 10) || !(largest < LIMIT);
    return *care || found + here > e->room;
}

/* Fetch and cut a stretch of rows, of which none is marked yet; what is made up to fill the registers is taken out again. */
static void cut_rows(Exact *e, Space *s, Stack *t, const Column *columns, ptrdiff_t start, ptrdiff_t rows)
{
    ptrdiff_t length = padded(rows);
    fetch(t->lanes, columns, e->width, start, rows, s->buffer, s->places);
    for (ptrdiff_t i = 0; i < e->width - (t->totals != NULL); i++) {
        ptrdiff_t j = e->order[i];
        s->squares[i] = cut_column(t, i, s->places[j], length, e->factors[j], s->over, e->low + j, e->high + j);
    }
    for (ptrdiff_t k = rows; k < length; k++) clear_row(t, k), s->over[k] = 0;
}

ptrdiff_t add_narrow(const Lanes *lanes, Exact *e, const Column *columns, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t *found,
                     int *care)
{
    Stack t;
    Space s;
    ptrdiff_t added = 0, counted = 0; /* stretches and rows whose products are still to be moved on */
    *found = 0, *care = 0;
    size_t sums = sums_needed(e->levels, e->counts) + e->levels * e->width;
    if (!make_space(&s, e->width, rows_needed(e->levels, e->counts), sums)) return -1;
    lay_out(&t, lanes, e->levels, e->counts, s.rows, s.sums);
    if (start < stop) find_constant(e, &s, &t, columns);
    ptrdiff_t by_points_from = has_points(&t) ? start : stop;
    while (start < stop) {
        ptrdiff_t rows = stop - start < ROWS ? stop - start : ROWS;
        int by_points = start >= by_points_from;
        if (added && by_points != t.by_points) {
            move_on(e, &t, added, counted);
            added = counted = 0;
        }
        t.by_points = by_points;
        cut_rows(e, &s, &t, columns, start, rows);
        ptrdiff_t here = marked(s.over, rows);
        double largest = largest_square(&t, s.squares, s.over, rows);
        if (by_points && !(largest < LIMIT)) {
            by_points_from = start + PATIENCE * ROWS;
            memset(s.over, 0, ROWS * sizeof *s.over);
            continue;
        }
        if (stops(e, here, rows, largest, *found, care)) break;
        for (ptrdiff_t k = 0; here && k < rows; k++)
            if (s.over[k] & VALUE) {
                e->aside[(*found)++] = start + k;
                clear_row(&t, k);
            }
        if (here) memset(s.over, 0, ROWS * sizeof *s.over);
        int direct = !by_points && largest > MIXABLE;
        if (added == FULL || (added && direct != t.direct)) {
            move_on(e, &t, added, counted);
            added = counted = 0;
        }
        t.direct = direct;
        multiply(&t, padded(rows));
        added++, counted += rows - here, start += rows;
    }
    if (added) move_on(e, &t, added, counted);
    free(s.memory);
    return start;
}

ptrdiff_t add_wide(const Lanes *lanes, Exact *e, const Column *columns, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t *found,
                   int *care)
{
    Panels t;
    Space s = {0};
    *found = 0, *care = 0;
    if (!make_panels(&t, &s, lanes, e)) {
        free(s.memory);
        return -1;
    }
    for (; start < stop; start += ROWS) {
        ptrdiff_t rows = stop - start < ROWS ? stop - start : ROWS;
        cut_panels(&t, e, &s, columns, start, rows);
        ptrdiff_t here = marked(s.over, rows);
        double largest = largest_in_panels(&t, &s, rows);
        if (stops(e, here, rows, largest, *found, care)) break;
        for (ptrdiff_t k = 0; here && k < rows; k++)
            if (s.over[k] & VALUE) {
                e->aside[(*found)++] = start + k;
                clear_in_panels(&t, k);
            }
        t.direct = largest > MIXABLE;
        if (*e->pending >= FULL) carry(e);
        multiply_panels(&t, e, padded(rows), s.over);
        ++*e->pending;
    }
    free(t.crumbs);
    free(s.memory);
    return start < stop ? start : stop;
}
