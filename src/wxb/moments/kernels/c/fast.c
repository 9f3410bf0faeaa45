/* Rounded sums around a point, for precision="fast". */

#include "panels.h"

#define FETCHED 4 /* panels whose columns are fetched together */
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

/* ---- many columns, in panels (panels.h) ---- */

/* Columns side by side, row after row, these times the weights where there are some; what is beyond them is 0. */
static void pack(const double *rows, ptrdiff_t n, ptrdiff_t here, ptrdiff_t length, const double *weights, double *panel)
{
    for (ptrdiff_t c = 0; c < n; c++)
        for (ptrdiff_t k = 0; k < length; k++) panel[k * n + c] = c < here ? rows[c * STEP + k] : 0;
    if (!weights) return;
    for (ptrdiff_t k = 0; k < length; k++)
        for (ptrdiff_t c = 0; c < n; c++) panel[k * n + c] *= weights[k];
}

/* The sums of a panel's columns, added in eight parts. */
static void add_totals(const double *panel, ptrdiff_t n, ptrdiff_t here, ptrdiff_t length, double *sums)
{
    for (ptrdiff_t c = 0; c < here; c++) {
        double parts[8] = {0}, total = 0;
        for (ptrdiff_t k = 0; k < length; k += 8)
            for (int l = 0; l < 8; l++) parts[l] += panel[(k + l) * n + c];
        for (int l = 0; l < 8; l++) total += parts[l];
        sums[c] += total;
    }
}

/* A tile of products, of one on the diagonal the upper triangle, added where it belongs. */
static void add_tile(const double *out, ptrdiff_t step, ptrdiff_t height, ptrdiff_t columns, int diagonal, double *sums,
                     ptrdiff_t stride)
{
    for (ptrdiff_t y = 0; y < height; y++)
        for (ptrdiff_t x = diagonal ? y : 0; x < columns; x++) sums[y * stride + x] += out[y * step + x];
}

static void add_products(const Lanes *lanes, const double *left, const double *right, ptrdiff_t width, ptrdiff_t length,
                         double *sums, ptrdiff_t stride)
{
    ptrdiff_t n = lanes->lanes, step = n * STEP, panels = (width + n - 1) / n;
    double out[MOST_TILE];
    for (ptrdiff_t block = 0; block < panels; block += BLOCK) {
        ptrdiff_t to = panels < block + BLOCK ? panels : block + BLOCK;
        for (ptrdiff_t i = 0; i < to; i++)
            for (ptrdiff_t j = i > block ? i : block, some; j < to; j += some) {
                some = to - j < lanes->tile ? to - j : lanes->tile;
                lanes->outer(left + i * step, right + j * step, some, length, out);
                ptrdiff_t height = width - i * n < n ? width - i * n : n;
                ptrdiff_t columns = width - j * n < some * n ? width - j * n : some * n;
                add_tile(out, lanes->tile * n, height, columns, i == j, sums + i * n * stride + j * n, stride);
            }
    }
}

/* A stretch of rows: the rows of the space take what is fetched, the panels, and those times the weights where there are some. */
static void add_stretch(const Lanes *lanes, Space *s, const Column *columns, ptrdiff_t width, ptrdiff_t start, ptrdiff_t rows,
                        const double *shift, const Column *weights, double *sums)
{
    ptrdiff_t n = lanes->lanes, length = padded(rows), height = width + 1, together = FETCHED * n;
    double *right = s->rows + together * STEP, *left = weights ? right + (width + n) * STEP : right, total = 0;
    for (ptrdiff_t k = 0; weights && k < length; k++) total += s->buffer[k] = k < rows ? at(weights, start + k) : 0;
    sums[0] += weights ? total : (double)rows;
    for (ptrdiff_t first = 0; first < width; first += together) {
        ptrdiff_t all = width - first < together ? width - first : together;
        fetch_shifted(lanes, columns + first, all, start, rows, shift + first, s->rows);
        for (ptrdiff_t j = 0; j < all; j += n) {
            ptrdiff_t here = all - j < n ? all - j : n, at_panel = (first + j) * STEP;
            pack(s->rows + j * STEP, n, here, length, NULL, right + at_panel);
            if (weights) pack(s->rows + j * STEP, n, here, length, s->buffer, left + at_panel);
            add_totals(left + at_panel, n, here, length, sums + 1 + first + j);
        }
    }
    add_products(lanes, left, right, width, length, sums + height + 1, height);
}

void add_shifted_panels(const Lanes *lanes, Space *s, const Column *columns, ptrdiff_t width, ptrdiff_t stop,
                        const double *shift, const Column *weights, double *sums)
{
    for (ptrdiff_t start = 0; start < stop; start += ROWS)
        add_stretch(lanes, s, columns, width, start, stop - start < ROWS ? stop - start : ROWS, shift, weights, sums);
}

ptrdiff_t panel_rows(const Lanes *lanes, ptrdiff_t width, int weighted)
{
    return FETCHED * lanes->lanes + (weighted ? 2 : 1) * (width + lanes->lanes);
}

/* ---- fewer ---- */

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
