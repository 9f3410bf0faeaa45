/* Rounded sums around a point, for precision="fast". */

#include "sums.h"

#define FEW 24   /* columns of which a part of a stretch stays in the first cache, while the memory of the next one comes */
#define PART 128 /* rows of it */

/* A part of a stretch: a row of ones, the columns less their shift, and these times the weights where there are some. */
static void add_part(const Lanes *lanes, Space *s, double *scaled, const Column *columns, ptrdiff_t width, ptrdiff_t start,
                     ptrdiff_t rows, const double *shift, const Column *weights, double *sums)
{
    ptrdiff_t length = padded(rows), height = width + 1;
    for (ptrdiff_t k = 0; k < length; k++) s->rows[k] = k < rows ? 1.0 : 0.0;
    fetch_shifted(lanes, columns, width, start, rows, shift, s->rows + STEP);
    if (weights) {
        for (ptrdiff_t k = 0; k < rows; k++) s->buffer[k] = at(weights, start + k);
        for (ptrdiff_t k = rows; k < length; k++) s->buffer[k] = 0;
        lanes->scale(s->rows, s->buffer, height, length, scaled);
    }
    lanes->square(weights ? scaled : s->rows, s->rows, height, length, &(Sink){NULL, sums, height});
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
