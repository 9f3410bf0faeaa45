/* The inner loops, for one instruction set. Included once for each, with

   NAME(x)  the name of x there         TITLE   the name of the set
   TARGET   the attribute that allows its instructions
   LANES    doubles in one register     MR, NR  sides of the tile of a product that stays in registers
   MV       registers along a tile of panels     WIDE  columns from which on panels are quicker

   LESSER, GREATER  of two registers, the second where the first is NaN
   WHOLE(a)         a rounded to whole numbers, half to even, where |a| < 2^51; beyond, some number near it
   SOME(a)          whether any of a register is not 0, or may be
   TWO_HALVES(p, q) half a register of what lies at p, then half of what lies at q
   LEFT(a, b, p)    what a product p of a and b leaves, exactly

   MR is 4 or more, NR from 2 to 4. Rows lie STEP numbers apart; lengths are multiples of 8. */

typedef double NAME(vector) __attribute__((vector_size(8 * LANES)));
typedef double NAME(loose) __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef int64_t NAME(mask) __attribute__((vector_size(8 * LANES)));
typedef int64_t NAME(loose_mask) __attribute__((vector_size(8 * LANES), aligned(8), may_alias));

#define VECTOR NAME(vector)
#define MASK NAME(mask)
#define LOAD(p) ((VECTOR)(*(const NAME(loose) *)(p)))
#define STORE(p, v) (*(NAME(loose) *)(p) = (v))
#define INLINE static inline __attribute__((always_inline))

/* Lanes exchanged between two registers: stage d swaps the blocks of d lanes that lie across the diagonal. */
#if LANES == 2
#define LOW1 0, 2
#define HIGH1 1, 3
#elif LANES == 4
#define LOW1 0, 4, 2, 6
#define HIGH1 1, 5, 3, 7
#define LOW2 0, 1, 4, 5
#define HIGH2 2, 3, 6, 7
#else
#define LOW1 0, 8, 2, 10, 4, 12, 6, 14
#define HIGH1 1, 9, 3, 11, 5, 13, 7, 15
#define LOW2 0, 1, 8, 9, 4, 5, 12, 13
#define HIGH2 2, 3, 10, 11, 6, 7, 14, 15
#define LOW4 0, 1, 2, 3, 8, 9, 10, 11
#define HIGH4 4, 5, 6, 7, 12, 13, 14, 15
#endif

/* Lane l of the result is the sum of all lanes of v[l]. */
TARGET INLINE VECTOR NAME(across)(const VECTOR *v)
{
    VECTOR two[LANES / 2];
    UNROLL for (int i = 0; i < LANES / 2; i++)
        two[i] = SHUFFLE(v[2 * i], v[2 * i + 1], LOW1) + SHUFFLE(v[2 * i], v[2 * i + 1], HIGH1);
#if LANES > 2
    UNROLL for (int i = 0; i < LANES / 4; i++)
        two[i] = SHUFFLE(two[2 * i], two[2 * i + 1], LOW2) + SHUFFLE(two[2 * i], two[2 * i + 1], HIGH2);
#endif
#if LANES > 4
    two[0] = SHUFFLE(two[0], two[1], LOW4) + SHUFFLE(two[0], two[1], HIGH4);
#endif
    return two[0];
}

#define EXCHANGE(count, d, low, high)                            \
    UNROLL for (int i = 0; i < count; i++) if (!(i & d))          \
    {                                                            \
        VECTOR first = v[i], second = v[i + d];                  \
        v[i] = SHUFFLE(first, second, low);            \
        v[i + d] = SHUFFLE(first, second, high);       \
    }

#define HALF (LANES / 2)
#if LANES == 2
#define EXCHANGES EXCHANGE(2, 1, LOW1, HIGH1)
#define EXCHANGE_HALVES
#elif LANES == 4
#define EXCHANGES EXCHANGE(4, 1, LOW1, HIGH1) EXCHANGE(4, 2, LOW2, HIGH2)
#define EXCHANGE_HALVES EXCHANGE(2, 1, LOW1, HIGH1)
#else
#define EXCHANGES EXCHANGE(8, 1, LOW1, HIGH1) EXCHANGE(8, 2, LOW2, HIGH2) EXCHANGE(8, 4, LOW4, HIGH4)
#define EXCHANGE_HALVES EXCHANGE(4, 1, LOW1, HIGH1) EXCHANGE(4, 2, LOW2, HIGH2)
#endif

/* LANES rows of HALF numbers, `step` bytes apart, become columns, less the shift of each where there is one: out[c][row]. A
   register takes a row and the one HALF rows further on, so that the widest exchange is left to loading. */
TARGET INLINE void NAME(turn)(const char *data, ptrdiff_t step, const double *shift, double *out)
{
    VECTOR v[HALF];
    UNROLL for (int i = 0; i < HALF; i++) v[i] = TWO_HALVES(data + i * step, data + (i + HALF) * step);
    EXCHANGE_HALVES
    UNROLL for (int i = 0; i < HALF; i++) STORE(out + i * STEP, shift ? v[i] - shift[i] : v[i]);
}

/* `rows` rows of `width` ≥ 4 numbers side by side become columns, less `shift` (width) unless it is NULL: out[c][row]. */
TARGET static void NAME(turn_rows)(const char *data, ptrdiff_t step, ptrdiff_t rows, ptrdiff_t width, const double *shift,
                                   double *out)
{
    ptrdiff_t k = 0;
    for (; k + 8 <= rows; k += 8) {
        for (ptrdiff_t c = 0; c < width; c += HALF) {
            if (c > width - HALF) c = width - HALF; /* the last ones, some of them once more */
            for (int r = 0; r < 8; r += LANES) {
                const char *from = data + (k + r) * step + 8 * c;
                double *to = out + c * STEP + k + r;
                if (shift)
                    NAME(turn)(from, step, shift + c, to);
                else
                    NAME(turn)(from, step, NULL, to);
            }
        }
    }
    for (; k < rows; k++)
        for (ptrdiff_t c = 0; c < width; c++)
            out[c * STEP + k] = ((const double *)(data + k * step))[c] - (shift ? shift[c] : 0);
}

/* Where products go: sums of `stride` to a row, of integers (`whole`) or of doubles. */
INLINE void NAME(put)(const Sink *sink, ptrdiff_t x, ptrdiff_t y, double product)
{
    if (sink->whole)
        sink->whole[x * sink->stride + y] += (int64_t)product;
    else
        sink->rounded[x * sink->stride + y] += product;
}

/* Some lines of what lies ahead. */
INLINE void NAME(ask_for)(Ahead *ahead)
{
    if (!ahead || ahead->from >= ahead->stop) return;
    for (ptrdiff_t line = 0; line < ahead->lines; line++) __builtin_prefetch(ahead->from + LINE * line, 0, 2);
    ahead->from += LINE * ahead->lines;
}

/* The products of `n` rows with `n` rows, upper triangle, added at (at, at); the sums of the left ones are added to `totals`, if
   there are such: adding them takes no time beside products. */
TARGET INLINE void NAME(triangle_of)(const double *left, const double *right, int n, int same, ptrdiff_t length,
                                     const Sink *sink, ptrdiff_t at, double *totals)
{
    VECTOR sum[MR * (MR + 1) / 2 + MR + LANES];
    double out[MR * (MR + 1) / 2 + MR + LANES];
    int products = n * (n + 1) / 2, count = products + (totals ? n : 0);
    UNROLL for (int i = 0; i < count + LANES - 1; i++) sum[i] = (VECTOR){0};
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        VECTOR here[MR];
        NAME(ask_for)(sink->ahead);
        UNROLL for (int x = 0; x < n; x++) here[x] = LOAD(left + x * STEP + k);
        UNROLL for (int y = 0; y < n; y++) {
            VECTOR there = same ? here[y] : LOAD(right + y * STEP + k);
            UNROLL for (int x = 0; x <= y; x++) sum[y * (y + 1) / 2 + x] += here[x] * there;
        }
        if (totals) UNROLL for (int x = 0; x < n; x++) sum[products + x] += here[x];
    }
    UNROLL for (int i = 0; i < count; i += LANES) STORE(out + i, NAME(across)(sum + i));
    for (int y = 0; y < n; y++)
        for (int x = 0; x <= y; x++) NAME(put)(sink, at + x, at + y, out[y * (y + 1) / 2 + x]);
    for (int x = 0; totals && x < n; x++) totals[at + x] += out[products + x];
}

/* The products of MR rows with `m` rows, added at (at_x, at_y); of the MR only the first `n` count. */
TARGET INLINE void NAME(tile_of)(const double *left, const double *right, int m, ptrdiff_t n, ptrdiff_t length,
                                 const Sink *sink, ptrdiff_t at_x, ptrdiff_t at_y)
{
    VECTOR sum[MR * NR + LANES];
    double out[MR * NR + LANES];
    UNROLL for (int i = 0; i < MR * m + LANES - 1; i++) sum[i] = (VECTOR){0};
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        VECTOR there[NR];
        NAME(ask_for)(sink->ahead);
        UNROLL for (int y = 0; y < m; y++) there[y] = LOAD(right + y * STEP + k);
        UNROLL for (int x = 0; x < MR; x++) {
            VECTOR here = LOAD(left + x * STEP + k);
            UNROLL for (int y = 0; y < m; y++) sum[x * m + y] += here * there[y];
        }
    }
    UNROLL for (int i = 0; i < MR * m; i += LANES) STORE(out + i, NAME(across)(sum + i));
    for (int x = 0; x < n; x++)
        for (int y = 0; y < m; y++) NAME(put)(sink, at_x + x, at_y + y, out[x * m + y]);
}

TARGET static void NAME(tile)(const double *left, const double *right, ptrdiff_t m, ptrdiff_t n, ptrdiff_t length,
                              const Sink *sink, ptrdiff_t at_x, ptrdiff_t at_y)
{
    switch (m) {
    case 1: NAME(tile_of)(left, right, 1, n, length, sink, at_x, at_y); break;
    case 2: NAME(tile_of)(left, right, 2, n, length, sink, at_x, at_y); break;
#if NR > 3
    case 3: NAME(tile_of)(left, right, 3, n, length, sink, at_x, at_y); break;
#endif
    default: NAME(tile_of)(left, right, NR, n, length, sink, at_x, at_y);
    }
}

#define TRIANGLE(n)                                                                      \
    if (left != right)                                                                   \
        if (totals)                                                                      \
            NAME(triangle_of)(left, right, n, 0, length, sink, at, totals);              \
        else                                                                             \
            NAME(triangle_of)(left, right, n, 0, length, sink, at, NULL);                \
    else if (totals)                                                                     \
        NAME(triangle_of)(left, left, n, 1, length, sink, at, totals);                   \
    else                                                                                 \
        NAME(triangle_of)(left, left, n, 1, length, sink, at, NULL);                     \
    break

TARGET static void NAME(triangle)(const double *left, const double *right, ptrdiff_t n, ptrdiff_t length,
                                  const Sink *sink, ptrdiff_t at, double *totals)
{
    switch (n) {
    case 1: TRIANGLE(1);
    case 2: TRIANGLE(2);
    case 3: TRIANGLE(3);
#if MR > 4
    case 4: TRIANGLE(4);
    case 5: TRIANGLE(5);
#endif
    default: TRIANGLE(MR);
    }
}

/* The upper triangle of left · rightᵀ, which is symmetric, in strips of MR rows; `totals` (height) take the sums of the left rows
   unless they are NULL. */
TARGET static void NAME(square)(const double *left, const double *right, ptrdiff_t height, ptrdiff_t length,
                                const Sink *sink, double *totals)
{
    for (ptrdiff_t i = 0; i < height; i += MR) {
        const double *strip = left + i * STEP;
        NAME(triangle)(strip, right + i * STEP, height - i < MR ? height - i : MR, length, sink, i, totals);
        for (ptrdiff_t j = i + MR; j < height; j += NR)
            NAME(tile)(strip, right + j * STEP, height - j < NR ? height - j : NR, MR, length, sink, i, j);
    }
}

/* left · rightᵀ of `height` and `width` rows. Reads up to MR − 1 rows beyond the last of left. */
TARGET static void NAME(product)(const double *left, ptrdiff_t height, const double *right, ptrdiff_t width,
                                 ptrdiff_t length, const Sink *sink)
{
    for (ptrdiff_t i = 0; i < height; i += MR)
        for (ptrdiff_t j = 0; j < width; j += NR)
            NAME(tile)(left + i * STEP, right + j * STEP, width - j < NR ? width - j : NR,
                       height - i < MR ? height - i : MR, length, sink, i, j);
}

/* Cut one column into `depth` slices, whole numbers, at slices[0] … slices[depth − 1], and put the sums of slices k < l at
   mixed[PAIR(k, l)]. Sets bits of `over` where a number is more than its slices, lost by scaling, or not finite (a sign bit
   alone means nothing); widens [*low, *high]; returns the sum of squares of the first slice. */
TARGET INLINE double NAME(cut_to)(const double *numbers, const char *ahead, ptrdiff_t length, double factor, int depth,
                                  double *const *slices, double *const *mixed, int64_t *over, double *low, double *high)
{
    VECTOR least = (VECTOR){0} + *low, most = (VECTOR){0} + *high, square = {0};
    double *own[MOST_LEVELS] = {0}, *both[MOST_PAIRS] = {0}; /* in registers, as nothing that is stored can change them */
    UNROLL for (int level = 0; level < depth; level++) {
        own[level] = slices[level];
        UNROLL for (int upper = 0; upper < level; upper++) both[PAIR(upper, level)] = mixed[PAIR(upper, level)];
    }
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        __builtin_prefetch(ahead + 8 * k, 0, 2);
        VECTOR number = LOAD(numbers + k), rest = number * factor, slice[MOST_LEVELS] = {{0}};
        least = LESSER(number, least);
        most = GREATER(number, most);
        UNROLL for (int level = 0; level < depth; level++) {
            slice[level] = WHOLE(rest);
            STORE(own[level] + k, slice[level]);
            UNROLL for (int upper = 0; upper < level; upper++)
                STORE(both[PAIR(upper, level)] + k, slice[upper] + slice[level]);
            rest = (rest - slice[level]) * UNIT;
        }
        square += slice[0] * slice[0];
        if (SOME(rest)) *(NAME(loose_mask) *)(over + k) |= (MASK)rest;
    }
    lost(numbers, length, factor, over);
    double total = 0;
    for (int l = 0; l < LANES; l++) {
        if (least[l] < *low) *low = least[l];
        if (most[l] > *high) *high = most[l];
        total += square[l];
    }
    return total;
}

TARGET static double NAME(cut)(const double *numbers, const char *ahead, ptrdiff_t length, double factor, int depth,
                               double *const *slices, double *const *mixed, int64_t *over, double *low, double *high)
{
    switch (depth) {
    case 1: return NAME(cut_to)(numbers, ahead, length, factor, 1, slices, mixed, over, low, high);
    case 2: return NAME(cut_to)(numbers, ahead, length, factor, 2, slices, mixed, over, low, high);
    case 3: return NAME(cut_to)(numbers, ahead, length, factor, 3, slices, mixed, over, low, high);
    case 4: return NAME(cut_to)(numbers, ahead, length, factor, 4, slices, mixed, over, low, high);
    default: return NAME(cut_to)(numbers, ahead, length, factor, depth, slices, mixed, over, low, high);
    }
}

/* Cut one column into three slices, the coefficients of a + b t + c t^2, and put the values of that at t = 0, ∞, 1, −1 and 1/2, times
   4 there, at points[0] … points[4]. Sets bits of `over` and widens [*low, *high] as `cut` does; returns the largest sum of squares
   of the last three: where it is below 2^53 so are those of a, of at most (2^26.5 + 2^26.5 + 2^25.5)² / 16, and of c. */
TARGET static double NAME(cut_points)(const double *numbers, const char *ahead, ptrdiff_t length, double factor,
                                      double *const *points, int64_t *over, double *low, double *high)
{
    VECTOR least = (VECTOR){0} + *low, most = (VECTOR){0} + *high, square[3] = {{0}};
    double *first = points[0], *last = points[1], *plus = points[2], *minus = points[3], *half = points[4];
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        __builtin_prefetch(ahead + 8 * k, 0, 2);
        VECTOR number = LOAD(numbers + k), rest = number * factor;
        least = LESSER(number, least);
        most = GREATER(number, most);
        VECTOR a = WHOLE(rest);
        rest = (rest - a) * UNIT;
        VECTOR b = WHOLE(rest);
        rest = (rest - b) * UNIT;
        VECTOR c = WHOLE(rest);
        rest = rest - c;
        VECTOR ends = a + c, one = ends + b, other = ends - b, middle = (a + a + b) * 2 + c;
        STORE(first + k, a);
        STORE(last + k, c);
        STORE(plus + k, one);
        STORE(minus + k, other);
        STORE(half + k, middle);
        square[0] += one * one;
        square[1] += other * other;
        square[2] += middle * middle;
        if (SOME(rest)) *(NAME(loose_mask) *)(over + k) |= (MASK)rest;
    }
    lost(numbers, length, factor, over);
    double totals[3] = {0}, largest = 0;
    for (int l = 0; l < LANES; l++) {
        if (least[l] < *low) *low = least[l];
        if (most[l] > *high) *high = most[l];
        UNROLL for (int p = 0; p < 3; p++) totals[p] += square[p][l];
    }
    for (int p = 0; p < 3; p++)
        if (!(totals[p] <= largest)) largest = totals[p];
    return largest;
}

/* Rows of columns less their centre, u, and theta times the columns as one sum, what each step loses summed beside it. */
TARGET static void NAME(centre)(const Around *around, const Place *places, const Place *rests, ptrdiff_t length, double *u,
                                double *left)
{
    const double *centre = around->centre, *theta = around->theta, *lower = theta + around->q + 1;
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        VECTOR high = (VECTOR){0} + theta[0], low = (VECTOR){0} + lower[0];
        for (ptrdiff_t j = 0; j < around->q; j++) {
            VECTOR x = LOAD(places[j].numbers + k), factor = (VECTOR){0} + theta[j + 1];
            __builtin_prefetch(places[j].ahead + 8 * k, 0, 2);
            VECTOR product = x * factor, total = high + product, other = total - high;
            low += (LEFT(x, factor, product) + ((high - (total - other)) + (product - other))) + x * lower[j + 1];
            high = total;
            if (rests) low += LOAD(rests[j].numbers + k) * factor;
            if (j >= around->p) continue;
            x = (x - centre[j]) - centre[around->p + j];
            if (rests) x += LOAD(rests[j].numbers + k);
            STORE(u + j * STEP + k, x);
        }
        STORE(left + k, high + low);
    }
}

/* z = T u for `m` of the rows of T from the i-th on, the squares of z are added to `size`. */
TARGET INLINE void NAME(turn_to)(const Around *around, ptrdiff_t i, int m, ptrdiff_t length, const double *u, double *z,
                                 double *size)
{
    const double *T = around->T + i * around->p;
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        VECTOR sum[4] = {{0}}, square = LOAD(size + k);
        for (ptrdiff_t j = 0; j < i + m; j++) {
            VECTOR there = LOAD(u + j * STEP + k);
            UNROLL for (int x = 0; x < m; x++) sum[x] += there * T[x * around->p + j];
        }
        UNROLL for (int x = 0; x < m; x++) {
            STORE(z + (i + x) * STEP + k, sum[x]);
            square += sum[x] * sum[x];
        }
        STORE(size + k, square);
    }
}

TARGET static void NAME(whiten)(const Around *around, const Place *places, const Place *rests, ptrdiff_t length, double *u,
                                double *z, double *size, double *left)
{
    NAME(centre)(around, places, rests, length, u, left);
    for (ptrdiff_t k = 0; k < length; k++) size[k] = 0;
    ptrdiff_t i = 0;
    for (; i + 4 <= around->p; i += 4) NAME(turn_to)(around, i, 4, length, u, z, size);
    for (; i < around->p; i++) NAME(turn_to)(around, i, 1, length, u, z, size);
}

/* `height` rows, each number times the factor of its place. */
TARGET static void NAME(scale)(const double *rows, const double *factors, ptrdiff_t height, ptrdiff_t length, double *out)
{
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        VECTOR factor = LOAD(factors + k);
        for (ptrdiff_t i = 0; i < height; i++) STORE(out + i * STEP + k, LOAD(rows + i * STEP + k) * factor);
    }
}

/* Numbers times the factor of their place, rounded to whole ones, in three digits of 32 bits `step` apart, the first of 36 at
   most. Sets bits of `over` where one is more than that, or NaN. Cutting from the top rounds as a whole does: what the digits
   before the last one take away is even. */
TARGET static void NAME(round)(const double *numbers, const double *factors, ptrdiff_t length, int64_t *digits, ptrdiff_t step,
                               int64_t *over)
{
    const VECTOR whole = (VECTOR){0} + ROUND;
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        VECTOR rest = (LOAD(numbers + k) * LOAD(factors + k)) * 0x1p-64;
        *(NAME(loose_mask) *)(over + k) |= (rest > 0x1p36) | (rest < -0x1p36) | (rest != rest);
        UNROLL for (int m = 0; m < 3; m++) {
            VECTOR sum = rest + whole;
            *(NAME(loose_mask) *)(digits + m * step + k) = (MASK)sum - (MASK)whole;
            rest = (rest - (sum - whole)) * 0x1p32;
        }
    }
}

/* Cells of numbers by their bins ⌊number scale⌋ − first, of which there are `most`: those bins, or with shift ≥ 0 the cells
   there were times 2^shift plus them. Widens [*low, *high]; 0 where a number lies outside, and then nothing counts. */
TARGET static int NAME(bin)(const double *numbers, const char *ahead, ptrdiff_t length, double scale, double first,
                            double most, ptrdiff_t shift, int64_t *cells, double *low, double *high)
{
    const VECTOR whole = (VECTOR){0} + ROUND, one = (VECTOR){0} + 1.0, zero = (VECTOR){0} + 0x1p52;
    VECTOR least = (VECTOR){0} + *low, greatest = (VECTOR){0} + *high;
    MASK over = {0}, upwards = (MASK){0} + (shift < 0 ? 0 : shift);
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        __builtin_prefetch(ahead + 8 * k, 0, 2);
        VECTOR number = LOAD(numbers + k), scaled = number * scale, place = (scaled + whole) - whole;
        MASK below = (place > scaled) | ((place == 0) & (number < 0)); /* what is scaled to nothing is still below 0 */
        place = (place - (VECTOR)(below & (MASK)one)) - first;
        over |= ~((place >= 0) & (place < most));
        least = LESSER(number, least);
        greatest = GREATER(number, greatest);
        MASK bins = (MASK)(place + zero) - (MASK)zero;
        NAME(loose_mask) *there = (NAME(loose_mask) *)(cells + k);
        *there = shift < 0 ? bins : ((MASK)*there << upwards) + bins;
    }
    int64_t any = 0;
    for (int l = 0; l < LANES; l++) {
        any |= over[l];
        if (least[l] < *low) *low = least[l];
        if (greatest[l] > *high) *high = greatest[l];
    }
    return !any;
}

/* Numbers times a scale, rounded to whole ones of at most 2^36. */
TARGET static void NAME(multiples)(const double *numbers, ptrdiff_t length, double scale, int64_t *out)
{
    const VECTOR whole = (VECTOR){0} + ROUND, most = (VECTOR){0} + 0x1p36;
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        VECTOR rest = GREATER(LESSER(LOAD(numbers + k) * scale, most), -most);
        *(NAME(loose_mask) *)(out + k) = (MASK)(rest + whole) - (MASK)whole;
    }
}

#include "panels_body.h"

static const Lanes NAME(lanes) = {TITLE,
                                  LANES,
                                  MV,
                                  WIDE,
                                  MR,
                                  NR,
                                  NAME(square),
                                  NAME(product),
                                  NAME(cut),
                                  NAME(cut_points),
                                  NAME(cut_panel),
                                  NAME(outer),
                                  NAME(settle),
                                  NAME(turn_rows),
                                  NAME(whiten),
                                  NAME(scale),
                                  NAME(round),
                                  NAME(bin),
                                  NAME(multiples)};

#undef VECTOR
#undef MASK
#undef LOAD
#undef STORE
#undef EXCHANGE
#undef EXCHANGES
#undef LOW1
#undef HIGH1
#undef LOW2
#undef HIGH2
#undef LOW4
#undef HIGH4
#undef INLINE
#undef NAME
#undef TITLE
#undef TARGET
#undef LANES
#undef MR
#undef NR
#undef MV
#undef WIDE
#undef LESSER
#undef GREATER
#undef LEFT
#undef WHOLE
#undef SOME
#undef TWO_HALVES
#undef TRIANGLE
#undef HALF
#undef EXCHANGE_HALVES
