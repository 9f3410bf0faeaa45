/* Exact sums of many small groups: each segment is cut and multiplied on its own, its levels combined at once. */

#include "sums.h"

#include <string.h>

/* Fetch one segment and cut it; rows that do not fit are listed and taken out. Returns how many are listed now. */
static ptrdiff_t cut_segment(const Groups *g, Space *s, Stack *t, const Column *columns, ptrdiff_t segment, ptrdiff_t found)
{
    ptrdiff_t length = padded(g->length), from = segment * g->length;
    int64_t here[ROWS];
    for (ptrdiff_t k = 0; k < length; k++) {
        here[k] = k >= g->length ? -1 : g->rows ? g->rows[from + k] : from + k;
        s->buffer[k] = here[k] >= 0;
    }
    for (ptrdiff_t j = 1; j < g->width; j++)
        for (ptrdiff_t k = 0; k < length; k++)
            s->buffer[j * STEP + k] = here[k] >= 0 ? at(columns + j - 1, here[k]) : 0;
    memset(s->over, 0, length * sizeof *s->over);
    for (ptrdiff_t j = 0; j < g->width; j++) {
        double low = 0, high = 0;
        Place place = {s->buffer + j * STEP, (char *)s->buffer};
        s->squares[j] = cut_column(t, j, place, length, g->factors[j], s->over, &low, &high);
    }
    double largest = largest_square(t, s->squares, s->over, length);
    t->direct = largest > MIXABLE;
    for (ptrdiff_t k = 0; k < length; k++)
        if (here[k] >= 0 && (!(largest < LIMIT) || s->over[k] & VALUE)) {
            g->aside[found++] = here[k];
            clear_row(t, k);
        }
    return found;
}

ptrdiff_t add_segments(const Lanes *lanes, const Groups *g, Space *s, const Column *columns, ptrdiff_t start,
                       ptrdiff_t stop)
{
    ptrdiff_t q = g->width, found = 0;
    Stack t;
    lay_out(&t, lanes, g->levels, g->counts, s->rows, s->sums);
    for (ptrdiff_t segment = start; segment < stop; segment++) {
        found = cut_segment(g, s, &t, columns, segment, found);
        memset(t.sums, 0, t.size * sizeof *t.sums);
        multiply(&t, padded(g->length));
        int64_t *sums = g->combined + segment * (2 * g->levels - 1) * q * q;
        for (ptrdiff_t l = 0; l < g->levels; l++)
            for (ptrdiff_t k = 0; k <= l; k++)
                for (ptrdiff_t i = 0; i < q; i++)
                    for (ptrdiff_t j = i; j < q; j++) {
                        int64_t value = k == l ? t.own[l][i * q + j] : both_ways(&t, k, l, i, j);
                        sums[((k + l) * q + i) * q + j] += value;
                        if (i != j) sums[((k + l) * q + j) * q + i] += value;
                    }
    }
    return found;
}
