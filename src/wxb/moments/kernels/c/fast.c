/* Rounded sums around a point, for precision="fast". */

#include "sums.h"

/* One stretch of rows: a row of ones, then each column less its shift. */
static void shift_rows(const Lanes *lanes, Space *s, const Column *columns, ptrdiff_t width, ptrdiff_t start, ptrdiff_t rows,
                       const double *shift)
{
    ptrdiff_t length = padded(rows);
    fetch(lanes, columns, width, start, rows, s->buffer, s->places);
    for (ptrdiff_t k = 0; k < length; k++) s->rows[k] = k < rows;
    for (ptrdiff_t j = 0; j < width; j++) {
        double *out = s->rows + (j + 1) * STEP;
        Place place = s->places[j];
        double c = shift[j];
        for (ptrdiff_t k = 0; k < length; k += 8) {
            __builtin_prefetch(place.ahead + 8 * k, 0, 2);
            for (int l = 0; l < 8; l++) out[k + l] = place.numbers[k + l] - c;
        }
        for (ptrdiff_t k = rows; k < length; k++) out[k] = 0;
    }
}

void add_shifted(const Lanes *lanes, Space *s, double *scaled, const Column *columns, ptrdiff_t width, ptrdiff_t stop,
                 const double *shift, const Column *weights, double *sums)
{
    Sink sink = {NULL, sums, width + 1};
    for (ptrdiff_t start = 0; start < stop; start += ROWS) {
        ptrdiff_t rows = stop - start < ROWS ? stop - start : ROWS, length = padded(rows);
        shift_rows(lanes, s, columns, width, start, rows, shift);
        if (weights)
            for (ptrdiff_t i = 0; i <= width; i++) {
                for (ptrdiff_t k = 0; k < rows; k++) scaled[i * STEP + k] = s->rows[i * STEP + k] * at(weights, start + k);
                for (ptrdiff_t k = rows; k < length; k++) scaled[i * STEP + k] = 0;
            }
        lanes->square(weights ? scaled : s->rows, s->rows, width + 1, length, &sink);
    }
}
