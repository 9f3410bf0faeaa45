/* Sums by cell: numbers cut into digits of 32 bits, each added where its row's cell has that place. */

#include "sums.h"

#include <string.h>

#define TILE 512                  /* rows whose cells stay in the cache from part to part */
#define NEXT 4294967296.0         /* 2^32, from one digit to the next */
#define MOST_FIRST 68719476736.0  /* 2^36, of the first one */
#define ROUND 0x1.8p52            /* added to a number it leaves a whole one in the lowest bits */

static inline int64_t bits_of(double number)
{
    int64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* Cut `rows` numbers into `depth` digits, TILE of each; marks what is over. */
static void cut_digits(const double *numbers, ptrdiff_t rows, double factor, ptrdiff_t depth, int64_t *digits, int64_t *over)
{
    double rest[TILE];
    const int64_t zero = bits_of(ROUND);
    for (ptrdiff_t k = 0; k < rows; k++) {
        rest[k] = numbers[k] * factor;
        over[k] = !(rest[k] <= MOST_FIRST && rest[k] >= -MOST_FIRST) | (rest[k] == 0 && numbers[k] != 0);
    }
    for (ptrdiff_t m = 0; m < depth; m++)
        for (ptrdiff_t k = 0; k < rows; k++) {
            double sum = rest[k] + ROUND;
            digits[m * TILE + k] = bits_of(sum) - zero;
            rest[k] = (rest[k] - (sum - ROUND)) * NEXT;
        }
    for (ptrdiff_t k = 0; k < rows; k++) over[k] |= rest[k] != 0;
}

void add_digits(const Digits *d, const Column *columns, ptrdiff_t rows)
{
    double moved[TILE];
    int64_t digits[MOST_DIGITS * TILE], over[TILE];
    memset(d->found, 0, d->parts * sizeof *d->found);
    for (ptrdiff_t start = 0; start < rows; start += TILE) {
        ptrdiff_t length = rows - start < TILE ? rows - start : TILE;
        const int64_t *cells = d->cells + start;
        for (ptrdiff_t p = 0; p < d->parts; p++) {
            ptrdiff_t depth = d->plan[3 * p + 2];
            int64_t *table = d->table + d->plan[3 * p + 1];
            for (ptrdiff_t k = 0; k < length; k++) moved[k] = at(columns + p, start + k);
            cut_digits(moved, length, d->factors[p], depth, digits, over);
            for (ptrdiff_t k = 0; k < length; k++) {
                if (over[k]) {
                    d->aside[p * rows + d->found[p]++] = start + k;
                    continue;
                }
                int64_t *sums = table + cells[k] * d->width;
                for (ptrdiff_t m = 0; m < depth; m++) sums[m] += digits[m * TILE + k];
            }
        }
    }
}
