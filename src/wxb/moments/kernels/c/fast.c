/* Rounded sums around a point, for precision="fast". */

#include "sums.h"

#define FEW 24   /* columns of which a part of a stretch stays in the first cache, while the memory of the next one comes */
#define PART 256 /* rows of it */

/* A part of a stretch: the columns less their shift, these times the weights where there are some, and the sums of them all. */
static void add_part(const Lanes *lanes, Space *s, double *scaled, const Column *columns, ptrdiff_t width, ptrdiff_t start,
                     ptrdiff_t rows, const double *shift, const Column *weights, double *sums)
{
    ptrdiff_t length = padded(rows), height = width + 1;
    double total[8] = {0};
    fetch_shifted(lanes, columns, width, start, rows, shift, s->rows);
    if (weights) {
        for (ptrdiff_t k = 0; k < length; k++) s->buffer[k] = k < rows ? at(weights, start + k) : 0;
        for (ptrdiff_t k = 0; k < length; k += 8)
            for (int l = 0; l < 8; l++) total[l] += s->buffer[k + l];
        lanes->scale(s->rows, s->buffer, width, length, scaled);
    }
    for (int l = 0; l < 8; l++) *sums += total[l];
    if (!weights) *sums += rows;
    Ahead ahead = next_rows(lanes, columns, width, start, rows);
    lanes->square(weights ? scaled : s->rows, s->rows, width, length, &(Sink){NULL, sums + height + 1, height, &ahead}, sums + 1);
}

void add_shifted(const Lanes *lanes, Space *s, double *scaled, const Column *columns, ptrdiff_t width, ptrdiff_t stop,
                 const double *shift, const Column *weights, double *sums)
{
    ptrdiff_t cells = (width + 1) * (width + 1), part = width < FEW ? PART : ROWS;
    double *here = (double *)s->sums;
    for (ptrdiff_t start = 0; start < stop; start += ROWS) {
        ptrdiff_t end = stop - start < ROWS ? stop : start + ROWS;
        for (ptrdiff_t i = 0; i < cells; i++) here[i] = 0;
        for (ptrdiff_t from = start; from < end; from += part)
            add_part(lanes, s, scaled, columns, width, from, end - from < part ? end - from : part, shift, weights, here);
        for (ptrdiff_t i = 0; i < cells; i++) sums[i] += here[i];
    }
}
