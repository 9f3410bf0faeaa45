/* Cutting a stretch of rows and multiplying its slices. */

#include "stack.h"

#include <stdlib.h>
#include <string.h>

int make_space(Space *s, size_t width, size_t rows, size_t sums)
{
    size_t numbers = (rows + width + 1) * STEP + sums + 3 * width + 8;
    s->memory = malloc(numbers * sizeof(double));
    if (!s->memory) return 0;
    s->rows = (double *)(((uintptr_t)s->memory + 63) & ~(uintptr_t)63);
    s->buffer = s->rows + rows * STEP;
    s->over = (int64_t *)(s->buffer + width * STEP);
    s->sums = s->over + STEP;
    s->squares = (double *)(s->sums + sums);
    s->places = (Place *)(s->squares + width);
    memset(s->buffer, 0, (char *)(s->places + width) - (char *)s->buffer); /* rows are written before they are read */
    return 1;
}

/* Rows of all slices and of their sums in pairs, and some that a product may read beyond. */
size_t rows_needed(ptrdiff_t levels, const int64_t *counts)
{
    size_t rows = 8;
    for (ptrdiff_t k = 0; k < levels; k++) rows += (1 + k) * counts[k];
    return rows;
}

size_t sums_needed(ptrdiff_t levels, const int64_t *counts)
{
    size_t size = 0;
    for (ptrdiff_t l = 0; l < levels; l++) {
        size += counts[l] * counts[l];
        for (ptrdiff_t k = 0; k < l; k++) size += counts[l] * (counts[l] + counts[k]);
    }
    return size;
}

void lay_out(Stack *t, const Lanes *lanes, ptrdiff_t levels, const int64_t *counts, double *rows, int64_t *sums)
{
    *t = (Stack){
        .lanes = lanes, .levels = levels, .counts = counts, .sums = sums, .size = sums_needed(levels, counts)};
    for (ptrdiff_t l = 0; l < levels; l++) {
        t->level[l] = rows, rows += counts[l] * STEP;
        t->own[l] = sums, sums += counts[l] * counts[l];
    }
    for (ptrdiff_t l = 1; l < levels; l++)
        for (ptrdiff_t k = 0; k < l; k++) {
            t->mixed[PAIR(k, l)] = rows, rows += counts[l] * STEP;
            t->square[PAIR(k, l)] = sums, sums += counts[l] * counts[l];
            t->across[PAIR(k, l)] = sums, sums += counts[l] * counts[k];
        }
}

int has_points(const Stack *t)
{
    return t->levels == 3 && t->counts[2] == t->counts[1] && t->counts[2] == t->counts[0] - (t->totals != NULL);
}

static double cut_points(Stack *t, ptrdiff_t i, Place place, ptrdiff_t length, double factor, int64_t *over, double *low,
                         double *high)
{
    double *const points[POINTS] = {t->level[0] + i * STEP, t->level[2] + i * STEP, t->mixed[PAIR(0, 1)] + i * STEP,
                                    t->mixed[PAIR(0, 2)] + i * STEP, t->mixed[PAIR(1, 2)] + i * STEP};
    return t->lanes->cut_points(place.numbers, place.ahead, length, factor, points, over, low, high);
}

double cut_column(Stack *t, ptrdiff_t i, Place place, ptrdiff_t length, double factor, int64_t *over, double *low,
                  double *high)
{
    if (t->by_points) return cut_points(t, i, place, length, factor, over, low, high);
    double *slices[MOST_LEVELS], *mixed[MOST_PAIRS];
    int depth = 0;
    for (; depth < t->levels && i < t->counts[depth]; depth++) {
        slices[depth] = t->level[depth] + i * STEP;
        for (int k = 0; k < depth; k++) mixed[PAIR(k, depth)] = t->mixed[PAIR(k, depth)] + i * STEP;
    }
    return t->lanes->cut(place.numbers, place.ahead, length, factor, depth, slices, mixed, over, low, high);
}

void clear_row(Stack *t, ptrdiff_t row)
{
    for (ptrdiff_t l = 0; l < t->levels; l++)
        for (ptrdiff_t i = 0; i < t->counts[l]; i++) {
            t->level[l][i * STEP + row] = 0;
            for (ptrdiff_t k = 0; k < l; k++) t->mixed[PAIR(k, l)][i * STEP + row] = 0;
        }
}

double largest_square(const Stack *t, const double *squares, const int64_t *over, ptrdiff_t length)
{
    double largest = 0;
    for (ptrdiff_t i = 0; i < t->counts[0]; i++) {
        double total = squares[i];
        if (!t->by_points && !(total <= MIXABLE)) {
            total = 0;
            for (ptrdiff_t k = 0; k < length; k++)
                if (!(over[k] & VALUE)) total += t->level[0][i * STEP + k] * t->level[0][i * STEP + k];
        }
        if (!(total < LIMIT)) return total; /* which may be NaN: no other column's may take its place */
        if (total > largest) largest = total;
    }
    return largest;
}

static void multiply_points(Stack *t, ptrdiff_t length)
{
    ptrdiff_t few = t->counts[2], many = t->counts[0];
    const struct {
        const double *rows;
        const Sink sink;
        double *totals;
    } points[POINTS] = {{t->level[0], {t->own[0], NULL, many}, t->totals},
                        {t->level[2], {t->own[2], NULL, few}, t->totals ? t->totals + 2 * many : NULL},
                        {t->mixed[PAIR(0, 1)], {t->square[PAIR(0, 1)], NULL, few}, t->totals ? t->totals + many : NULL},
                        {t->mixed[PAIR(0, 2)], {t->square[PAIR(0, 2)], NULL, few}, NULL},
                        {t->mixed[PAIR(1, 2)], {t->square[PAIR(1, 2)], NULL, few}, NULL}};
    for (int p = 0; p < POINTS; p++)
        t->lanes->square(points[p].rows, points[p].rows, few, length, &points[p].sink, points[p].totals);
}

void multiply(Stack *t, ptrdiff_t length)
{
    if (t->by_points) {
        multiply_points(t, length);
        return;
    }
    ptrdiff_t columns = t->counts[0] - (t->totals != NULL);
    for (ptrdiff_t l = 0; l < t->levels; l++) {
        ptrdiff_t few = l ? t->counts[l] : columns;
        t->lanes->square(t->level[l], t->level[l], few, length, &(Sink){t->own[l], NULL, t->counts[l]},
                         t->totals ? t->totals + l * t->counts[0] : NULL);
        for (ptrdiff_t k = 0; k < l; k++) {
            ptrdiff_t pair = PAIR(k, l), many = k ? t->counts[k] : columns, from = k == 0 && t->direct ? 0 : few;
            const Sink square = {t->square[pair], NULL, few}, across = {t->across[pair] + from, NULL, t->counts[k]};
            if (from) t->lanes->square(t->mixed[pair], t->mixed[pair], few, length, &square, NULL);
            if (from < many)
                t->lanes->product(t->level[l], few, t->level[k] + from * STEP, many - from, length, &across);
        }
    }
}
