/* Rows as they lie around a line, and sums of them weighted anew, by tiles. */

#include "rows.h"

#include <string.h>

void whiten(const Lanes *lanes, const Around *around, Space *s, const Column *columns, const Column *rests, ptrdiff_t rows,
            Seen seen)
{
    ptrdiff_t p = around->p, q = around->q;
    double *u = s->rows, *z = u + p * STEP, *size = z + p * STEP, *left = size + STEP;
    Place *others = s->places + q;
    for (ptrdiff_t start = 0; start < rows; start += ROWS) {
        ptrdiff_t some = rows - start < ROWS ? rows - start : ROWS;
        fetch(lanes, columns, q, start, some, s->buffer, s->places);
        if (rests) fetch(lanes, rests, q, start, some, s->buffer + q * STEP, others);
        lanes->whiten(around, s->places, rests ? others : NULL, padded(some), u, z, size, left);
        for (ptrdiff_t i = 0; i < p; i++) memcpy(seen.z + i * seen.step + start, z + i * STEP, some * sizeof *z);
        memcpy(seen.size + start, size, some * sizeof *size);
        memcpy(seen.left + start, left, some * sizeof *left);
    }
}

/* Numbers of a column from `start` on, zeros up to whole registers. */
static void copy(const Column *column, ptrdiff_t start, ptrdiff_t rows, double *out)
{
    if (column->step == 8)
        memcpy(out, column->data + 8 * start, rows * sizeof *out);
    else
        for (ptrdiff_t k = 0; k < rows; k++) out[k] = at(column, start + k);
    for (ptrdiff_t k = rows; k < padded(rows); k++) out[k] = 0;
}

void weigh(const Lanes *lanes, Space *s, const Column *columns, ptrdiff_t width, const int64_t *starts, ptrdiff_t tiles,
           const Column *weights, ptrdiff_t count, double *sums)
{
    double *scaled = s->rows + width * STEP, *factors = s->buffer;
    for (ptrdiff_t t = 0; t < tiles; t++) {
        ptrdiff_t rows = starts[t + 1] - starts[t];
        for (ptrdiff_t i = 0; i < width; i++) copy(columns + i, starts[t], rows, s->rows + i * STEP);
        for (ptrdiff_t m = 0; m < count; m++, sums += width * width) {
            Sink sink = {NULL, sums, width};
            if (weights[m].data) {
                copy(weights + m, starts[t], rows, factors);
                lanes->scale(s->rows, factors, width, padded(rows), scaled);
            }
            lanes->square(weights[m].data ? scaled : s->rows, s->rows, width, padded(rows), &sink, NULL);
            for (ptrdiff_t i = 0; i < width; i++)
                for (ptrdiff_t j = 0; j < i; j++) sums[i * width + j] = sums[j * width + i];
        }
    }
}
