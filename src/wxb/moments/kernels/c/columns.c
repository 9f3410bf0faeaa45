/* Fetching columns. Those of a row-major matrix are turned together, or the matrix would be read once for each of them. */

#include "columns.h"

ptrdiff_t side_by_side(const Column *columns, ptrdiff_t left)
{
    ptrdiff_t run = 1;
    while (run < left && columns[run].step == columns[0].step && columns[0].step > 8 &&
           columns[run].data == columns[0].data + 8 * run)
        run++;
    return run;
}

/* How often `square` of `height` rows asks for what lies ahead. */
static ptrdiff_t times_asked(const Lanes *lanes, ptrdiff_t height, ptrdiff_t length)
{
    ptrdiff_t products = 0;
    for (ptrdiff_t left = height; left > 0; left -= lanes->strip)
        products += 1 + (left > lanes->strip ? (left - lanes->strip + lanes->across - 1) / lanes->across : 0);
    return products * (length / lanes->lanes);
}

Ahead next_rows(const Lanes *lanes, const Column *columns, ptrdiff_t width, ptrdiff_t start, ptrdiff_t rows)
{
    ptrdiff_t step = columns[0].step, times = times_asked(lanes, width, padded(rows));
    if (side_by_side(columns, width) < 4 || step > 8 * 64) return (Ahead){0};
    const char *from = columns[0].data + (start + rows) * step;
    return (Ahead){from, from + rows * step, (rows * step / LINE + times - 1) / times};
}

/* The numbers of `run` columns side by side, to rows of `out`. */
static void move(const Lanes *lanes, const Column *column, ptrdiff_t run, ptrdiff_t start, ptrdiff_t rows, double *out)
{
    if (run >= 4) {
        lanes->turn_rows(column->data + start * column->step, column->step, rows, run, NULL, out);
        return;
    }
    for (ptrdiff_t c = 0; c < run; c++)
        for (ptrdiff_t k = 0; k < rows; k++) out[c * STEP + k] = at(column + c, start + k);
}

void fetch(const Lanes *lanes, const Column *columns, ptrdiff_t width, ptrdiff_t start, ptrdiff_t rows, double *buffer,
           Place *places)
{
    ptrdiff_t length = padded(rows);
    for (ptrdiff_t j = 0, run; j < width; j += run) {
        const Column *column = columns + j;
        double *out = buffer + j * STEP;
        run = side_by_side(column, width - j);
        if (column->step == 0 && places[j].numbers == out && *out == at(column, 0)) continue; /* there since the stretch before */
        if (run == 1 && column->step == 8 && length == rows) {
            places[j].numbers = (const double *)column->data + start;
            places[j].ahead = (const char *)(places[j].numbers + rows);
            continue;
        }
        move(lanes, column, run, start, rows, out);
        const char *next = column->data + (start + rows) * column->step;
        for (ptrdiff_t c = 0; c < run; c++) {
            for (ptrdiff_t k = rows; k < length; k++) out[c * STEP + k] = out[c * STEP + rows - 1];
            places[j + c].numbers = out + c * STEP;
            places[j + c].ahead = next + c * rows * 8; /* of a matrix, each column takes a part */
        }
    }
}

void fetch_shifted(const Lanes *lanes, const Column *columns, ptrdiff_t width, ptrdiff_t start, ptrdiff_t rows,
                   const double *shift, double *out)
{
    for (ptrdiff_t j = 0, run; j < width; j += run) {
        run = side_by_side(columns + j, width - j);
        if (run >= 4)
            lanes->turn_rows(columns[j].data + start * columns[j].step, columns[j].step, rows, run, shift + j, out + j * STEP);
        for (ptrdiff_t c = j; c < j + run; c++) {
            const double *numbers = (const double *)columns[c].data + start;
            double *to = out + c * STEP;
            if (columns[c].step == 8)
                for (ptrdiff_t k = 0; k < rows; k += 8) {
                    __builtin_prefetch(numbers + rows + k, 0, 2);
                    for (ptrdiff_t l = k; l < rows && l < k + 8; l++) to[l] = numbers[l] - shift[c];
                }
            else if (run < 4)
                for (ptrdiff_t k = 0; k < rows; k++) to[k] = at(columns + c, start + k) - shift[c];
            for (ptrdiff_t k = rows; k < padded(rows); k++) to[k] = 0;
        }
    }
}
