/* The inner loops of panels, for one instruction set; included by lanes_body.h, with its names. A panel is LANES columns side by
   side, the LANES numbers of a row one after the other, PANEL numbers from one panel to the next. */

#define PANEL (LANES * STEP)

/* Cut a panel of columns into `depth` slices, and put the sums of slices k < l at mixed[PAIR(k, l)]. What is over goes to `left`, NaN
   where scaling lost it; odd[k] says whether any is in the LANES rows from k LANES on. */
TARGET INLINE void NAME(cut_panel_to)(const Place *places, ptrdiff_t length, int depth, double *const *slices,
                                      double *const *mixed, double *left, char *odd, Range *range)
{
    VECTOR factor = LOAD(range->factor), least = LOAD(range->low), most = LOAD(range->high), square = {0};
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        VECTOR v[LANES];
        MASK any = {0};
        UNROLL for (int c = 0; c < LANES; c++) {
            __builtin_prefetch(places[c].ahead + 8 * k, 0, 2);
            v[c] = LOAD(places[c].numbers + k);
        }
        EXCHANGES
        UNROLL for (int r = 0; r < LANES; r++) {
            ptrdiff_t at = (k + r) * LANES;
            VECTOR number = v[r], rest = number * factor, slice[MOST_LEVELS] = {{0}};
            MASK lost = (rest == 0) & (number != 0);
            least = LESSER(number, least);
            most = GREATER(number, most);
            UNROLL for (int level = 0; level < depth; level++) {
                slice[level] = WHOLE(rest);
                STORE(slices[level] + at, slice[level]);
                UNROLL for (int upper = 0; upper < level; upper++)
                    STORE(mixed[PAIR(upper, level)] + at, slice[upper] + slice[level]);
                rest = (rest - slice[level]) * UNIT;
            }
            square += slice[0] * slice[0];
            MASK bits = (MASK)rest | lost;
            STORE(left + at, (VECTOR)bits);
            any |= bits;
        }
        int64_t bits = 0;
        UNROLL for (int c = 0; c < LANES; c++) bits |= any[c];
        odd[k / LANES] = (bits & INT64_MAX) != 0;
    }
    STORE(range->low, least);
    STORE(range->high, most);
    STORE(range->square, square);
}

TARGET static void NAME(cut_panel)(const Place *places, ptrdiff_t length, int depth, double *const *slices,
                                   double *const *mixed, double *left, char *odd, Range *range)
{
    switch (depth) {
    case 1: NAME(cut_panel_to)(places, length, 1, slices, mixed, left, odd, range); break;
    case 2: NAME(cut_panel_to)(places, length, 2, slices, mixed, left, odd, range); break;
    case 3: NAME(cut_panel_to)(places, length, 3, slices, mixed, left, odd, range); break;
    default: NAME(cut_panel_to)(places, length, depth, slices, mixed, left, odd, range);
    }
}

/* The products of the columns of one panel with those of `m` ≤ MV panels: out[y][x], MV LANES numbers to a row. */
TARGET INLINE void NAME(outer_of)(const double *left, const double *right, int m, ptrdiff_t length, double *out)
{
    VECTOR sum[LANES * MV];
    UNROLL for (int i = 0; i < LANES * m; i++) sum[i] = (VECTOR){0};
    for (ptrdiff_t k = 0; k < length * LANES; k += LANES) {
        VECTOR there[MV];
        UNROLL for (int x = 0; x < m; x++) there[x] = LOAD(right + x * PANEL + k);
        UNROLL for (int y = 0; y < LANES; y++) {
            double here = left[k + y];
            UNROLL for (int x = 0; x < m; x++) sum[y * m + x] += there[x] * here;
        }
    }
    UNROLL for (int y = 0; y < LANES; y++)
        UNROLL for (int x = 0; x < m; x++) STORE(out + (y * MV + x) * LANES, sum[y * m + x]);
}

TARGET static void NAME(outer)(const double *left, const double *right, ptrdiff_t m, ptrdiff_t length, double *out)
{
    switch (m) {
    case 1: NAME(outer_of)(left, right, 1, length, out); break;
    case 2: NAME(outer_of)(left, right, 2, length, out); break;
#if MV > 3
    case 3: NAME(outer_of)(left, right, 3, length, out); break;
#endif
    default: NAME(outer_of)(left, right, MV, length, out);
    }
}

/* Add a tile of products, or take it away, where it belongs; of a tile on the diagonal the upper triangle only. */
TARGET static void NAME(settle)(const double *out, ptrdiff_t rows, ptrdiff_t columns, int diagonal, int64_t *sums,
                                ptrdiff_t stride, int away)
{
    for (ptrdiff_t y = 0; y < rows; y++, out += MV * LANES, sums += stride) {
        ptrdiff_t x = diagonal ? y : 0;
        for (; x < columns && (x % LANES || x + LANES > columns); x++)
            sums[x] += away ? -(int64_t)out[x] : (int64_t)out[x];
        for (; x + LANES <= columns; x += LANES) {
            MASK whole = __builtin_convertvector(LOAD(out + x), MASK);
            NAME(loose_mask) *there = (NAME(loose_mask) *)(sums + x);
            *there = away ? *there - whole : *there + whole;
        }
        for (; x < columns; x++) sums[x] += away ? -(int64_t)out[x] : (int64_t)out[x];
    }
}

#undef PANEL
