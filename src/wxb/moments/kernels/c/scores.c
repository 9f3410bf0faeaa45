/* Scores by cell: numbers of a row times a factor of its own, on one grid, each added where the row's cell has that column. */

#include "scores.h"

#include <stdlib.h>
#include <string.h>

#define SOME 64         /* rows whose digits stay in the nearest cache */
#define SOON 4          /* rows ahead */
#define APART (SOME + 8) /* not a power of two, which caches dislike */

/* Digits of `rows` rows from `start` on; marks in `over` those that do not fit. */
static void cut(const Lanes *lanes, const Scores *s, ptrdiff_t start, ptrdiff_t rows, int64_t *digits, int64_t *over)
{
    double factors[SOME] = {0}, numbers[SOME] = {0};
    memcpy(factors, s->factors + start, rows * sizeof *factors);
    memset(over, 0, SOME * sizeof *over);
    for (ptrdiff_t j = 0; j < s->width; j++) {
        const double *row = s->z + j * s->rows + start;
        if (rows < SOME) row = memcpy(numbers, row, rows * sizeof *numbers);
        lanes->round(row, factors, padded(rows), digits + 3 * j * APART, APART, over);
    }
}

/* Call a cell into the cache. */
static inline void call_in(const int64_t *cell, ptrdiff_t digits)
{
    for (ptrdiff_t m = 0; m < digits; m += 8) __builtin_prefetch(cell + m, 1);
}

ptrdiff_t add_scores(const Lanes *lanes, const Scores *s)
{
    int64_t over[SOME], *digits = malloc((3 * s->width + 1) * APART * sizeof *digits);
    if (!digits) return -1;
    ptrdiff_t found = 0;
    for (ptrdiff_t start = 0; start < s->rows; start += SOME) {
        ptrdiff_t rows = s->rows - start < SOME ? s->rows - start : SOME;
        cut(lanes, s, start, rows, digits, over);
        for (ptrdiff_t k = 0; k < rows; k++) {
            if (start + k + SOON < s->rows) call_in(s->table + s->cells[start + k + SOON] * s->digits, s->digits);
            if (over[k]) {
                s->aside[found++] = start + k;
                continue;
            }
            int64_t *sums = s->table + s->cells[start + k] * s->digits;
            const int64_t *digit = digits + k;
            for (ptrdiff_t j = 0; j < s->width; j++, digit += 3 * APART) {
                int64_t *there = sums + s->columns[j];
                there[0] += digit[0];
                there[1] += digit[APART];
                there[2] += digit[2 * APART];
            }
        }
    }
    free(digits);
    return found;
}
