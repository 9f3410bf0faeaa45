/* Exact sums under one plan: products of a few hundred rows at a time, so that everything stays in the cache. */

#include "sums.h"

#include <string.h>

#define FULL 256    /* products of at most 2^53 added before they move on: sums of a pair stay below 2^63 */
#define CARRY 256   /* additions to the low part of the sums before their upper part moves on */
#define LOW_BITS 40 /* what stays below */
#define LOW_PART (((int64_t)1 << LOW_BITS) - 1)

static inline void add_to(Exact *e, ptrdiff_t x, ptrdiff_t y, int64_t value)
{
    int64_t *low = e->sums + x * e->height + y, *high = low + e->height * e->height;
    *low += value & LOW_PART;
    *high += value >> LOW_BITS;
}

static void carry(Exact *e)
{
    ptrdiff_t cells = e->height * e->height;
    int64_t *low = e->sums, *high = e->sums + cells;
    for (ptrdiff_t i = 0; i < cells; i++) {
        high[i] += low[i] >> LOW_BITS;
        low[i] &= LOW_PART;
    }
    *e->pending = 0;
}

/* Move the products to the sums of the plan. Only s_k s_l' and s_l s_k' together are ever asked for: of the two cells that
   belong to them the upper one takes both. */
static void move_on(Exact *e, Stack *t)
{
    for (ptrdiff_t l = 0, below = 0; l < t->levels; below += t->counts[l++])
        for (ptrdiff_t i = 0; i < t->counts[l]; i++) {
            for (ptrdiff_t j = i; j < t->counts[l]; j++) add_to(e, below + i, below + j, t->own[l][i * t->counts[l] + j]);
            for (ptrdiff_t k = 0, above = 0; k < l; above += t->counts[k++]) {
                add_to(e, above + i, below + i, both_ways(t, k, l, i, i) / 2);
                for (ptrdiff_t j = i + 1; j < t->counts[l]; j++)
                    add_to(e, above + i, below + j, both_ways(t, k, l, i, j));
                for (ptrdiff_t j = t->counts[l]; j < t->counts[k]; j++)
                    add_to(e, above + j, below + i, both_ways(t, k, l, i, j));
            }
        }
    memset(t->sums, 0, t->size * sizeof *t->sums);
    if (++*e->pending >= CARRY) carry(e);
}

static ptrdiff_t marked(const int64_t *over, ptrdiff_t rows)
{
    ptrdiff_t here = 0;
    for (ptrdiff_t k = 0; k < rows; k++) here += (over[k] & VALUE) != 0;
    return here;
}

/* Fetch and cut a stretch of rows; what is made up to fill the registers is taken out again. */
static void cut_rows(Exact *e, Space *s, Stack *t, const Column *columns, ptrdiff_t start, ptrdiff_t rows)
{
    ptrdiff_t length = padded(rows);
    fetch(t->lanes, columns, e->width, start, rows, s->buffer, s->places);
    memset(s->over, 0, ROWS * sizeof *s->over);
    for (ptrdiff_t i = 0; i < e->width; i++) {
        ptrdiff_t j = e->order[i];
        s->squares[i] = cut_column(t, i, s->places[j], length, e->factors[j], s->over, e->low + j, e->high + j);
    }
    for (ptrdiff_t k = rows; k < length; k++) clear_row(t, k), s->over[k] = 0;
}

ptrdiff_t add_rows(const Lanes *lanes, Exact *e, Space *s, const Column *columns, ptrdiff_t start, ptrdiff_t stop,
                   ptrdiff_t *found, int *care)
{
    Stack t;
    lay_out(&t, lanes, e->levels, e->counts, s->rows, s->sums);
    ptrdiff_t added = 0;
    *found = 0, *care = 0;
    for (; start < stop; start += ROWS) {
        ptrdiff_t rows = stop - start < ROWS ? stop - start : ROWS;
        cut_rows(e, s, &t, columns, start, rows);
        ptrdiff_t here = marked(s->over, rows);
        double largest = largest_square(&t, s->squares, s->over, rows);
        *care = (here > 8 && here > rows / 10) || !(largest < LIMIT);
        if (*care || *found + here > e->room) break;
        for (ptrdiff_t k = 0; here && k < rows; k++)
            if (s->over[k] & VALUE) {
                e->aside[(*found)++] = start + k;
                clear_row(&t, k);
            }
        int direct = largest > MIXABLE;
        if (added == FULL || (added && direct != t.direct)) {
            move_on(e, &t);
            added = 0;
        }
        t.direct = direct;
        multiply(&t, padded(rows));
        added++;
    }
    if (added) move_on(e, &t);
    return start < stop ? start : stop;
}
