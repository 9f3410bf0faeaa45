/* Dealing a stretch of rows at a time: where they go is found once, columns of a row-major matrix are moved row by row. */

#include "dealing.h"

void deal_rows(const Deal *d, const Column *columns)
{
    int64_t places[ROWS];
    for (ptrdiff_t start = 0; start < d->rows; start += ROWS) {
        ptrdiff_t rows = d->rows - start < ROWS ? d->rows - start : ROWS;
        for (ptrdiff_t k = 0; k < rows; k++) places[k] = d->next[d->codes[start + k]]++;
        for (ptrdiff_t j = 0, run; j < d->width; j += run) {
            const char *from = columns[j].data + start * columns[j].step;
            double *to = d->out + j * d->stride;
            run = side_by_side(columns + j, d->width - j);
            for (ptrdiff_t k = 0; k < rows; k++, from += columns[j].step)
                for (ptrdiff_t c = 0; c < run; c++) to[c * d->stride + places[k]] = ((const double *)from)[c];
        }
    }
}

/* The finaliser of splitmix64. */
static inline uint64_t mixed(uint64_t bits)
{
    bits += 0x9E3779B97F4A7C15u;
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
    return bits ^ bits >> 31;
}

void deal_folds(uint64_t first, ptrdiff_t rows, ptrdiff_t count, uint64_t seed, int64_t *folds)
{
    uint64_t hashes[MOST_FOLDS];
    int64_t order[MOST_FOLDS];
    ptrdiff_t skip = first % count;
    for (uint64_t begin = first - skip; rows > 0; begin += count, skip = 0) {
        for (ptrdiff_t j = 0; j < count; j++) hashes[j] = mixed(mixed(begin + j + seed) + 0xD1B54A32D192ED03u);
        for (ptrdiff_t j = 0; j < count; j++) {
            ptrdiff_t rank = 0;
            for (ptrdiff_t i = 0; i < j; i++) rank += hashes[i] <= hashes[j];
            for (ptrdiff_t i = j + 1; i < count; i++) rank += hashes[i] < hashes[j];
            order[rank] = j;
        }
        for (ptrdiff_t j = skip; j < count && rows > 0; j++, rows--) *folds++ = order[j];
    }
}
