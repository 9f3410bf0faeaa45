/* The inner loops, for one instruction set. Included once for each, with

   NAME(x)  the name of x there         TARGET  the attribute that allows its instructions
   LANES    doubles in one register     MR, NR  sides of the tile of the product that stays in registers

   LESSER, GREATER  of two registers, the second where the first is NaN

   MR * NR is a multiple of LANES. Lengths are multiples of 8. */

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
#define LOW1 (MASK){0, 2}
#define HIGH1 (MASK){1, 3}
#elif LANES == 4
#define LOW1 (MASK){0, 4, 2, 6}
#define HIGH1 (MASK){1, 5, 3, 7}
#define LOW2 (MASK){0, 1, 4, 5}
#define HIGH2 (MASK){2, 3, 6, 7}
#else
#define LOW1 (MASK){0, 8, 2, 10, 4, 12, 6, 14}
#define HIGH1 (MASK){1, 9, 3, 11, 5, 13, 7, 15}
#define LOW2 (MASK){0, 1, 8, 9, 4, 5, 12, 13}
#define HIGH2 (MASK){2, 3, 10, 11, 6, 7, 14, 15}
#define LOW4 (MASK){0, 1, 2, 3, 8, 9, 10, 11}
#define HIGH4 (MASK){4, 5, 6, 7, 12, 13, 14, 15}
#endif

/* Lane l of the result is the sum of all lanes of v[l]. */
TARGET INLINE VECTOR NAME(across)(const VECTOR *v)
{
    VECTOR two[LANES / 2];
    UNROLL for (int i = 0; i < LANES / 2; i++)
        two[i] = __builtin_shuffle(v[2 * i], v[2 * i + 1], LOW1) + __builtin_shuffle(v[2 * i], v[2 * i + 1], HIGH1);
#if LANES > 2
    UNROLL for (int i = 0; i < LANES / 4; i++)
        two[i] = __builtin_shuffle(two[2 * i], two[2 * i + 1], LOW2) + __builtin_shuffle(two[2 * i], two[2 * i + 1], HIGH2);
#endif
#if LANES > 4
    two[0] = __builtin_shuffle(two[0], two[1], LOW4) + __builtin_shuffle(two[0], two[1], HIGH4);
#endif
    return two[0];
}

#define EXCHANGE(d, low, high)                                   \
    UNROLL for (int i = 0; i < LANES; i++) if (!(i & d))          \
    {                                                            \
        VECTOR first = v[i], second = v[i + d];                  \
        v[i] = __builtin_shuffle(first, second, low);            \
        v[i + d] = __builtin_shuffle(first, second, high);       \
    }

/* LANES rows of as many numbers, `step` bytes apart, become columns: out[c][row]. */
TARGET INLINE void NAME(turn)(const char *data, ptrdiff_t step, double *out)
{
    VECTOR v[LANES];
    UNROLL for (int i = 0; i < LANES; i++) v[i] = LOAD(data + i * step);
    EXCHANGE(1, LOW1, HIGH1)
#if LANES > 2
    EXCHANGE(2, LOW2, HIGH2)
#endif
#if LANES > 4
    EXCHANGE(4, LOW4, HIGH4)
#endif
    UNROLL for (int i = 0; i < LANES; i++) STORE(out + i * STEP, v[i]);
}

/* `rows` rows of 8 numbers side by side become columns: out[c][row]. */
TARGET static void NAME(turn8)(const char *data, ptrdiff_t step, ptrdiff_t rows, double *out)
{
    ptrdiff_t k = 0;
    for (; k + LANES <= rows; k += LANES)
        for (int c = 0; c < 8; c += LANES) NAME(turn)(data + k * step + 8 * c, step, out + c * STEP + k);
    for (; k < rows; k++)
        for (int c = 0; c < 8; c++) out[c * STEP + k] = ((const double *)(data + k * step))[c];
}

/* out[MR][NR] = the products of MR rows with NR rows, each of `length` numbers. */
TARGET static void NAME(tile)(const double *const *left, const double *const *right, ptrdiff_t length, double *out)
{
    VECTOR sum[MR * NR];
    const double *a[MR], *b[NR];
    UNROLL for (int i = 0; i < MR * NR; i++) sum[i] = (VECTOR){0};
    UNROLL for (int x = 0; x < MR; x++) a[x] = left[x];
    UNROLL for (int y = 0; y < NR; y++) b[y] = right[y];
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        VECTOR here[MR];
        UNROLL for (int x = 0; x < MR; x++) here[x] = LOAD(a[x] + k);
        UNROLL for (int y = 0; y < NR; y++) {
            VECTOR there = LOAD(b[y] + k);
            UNROLL for (int x = 0; x < MR; x++) sum[x * NR + y] += here[x] * there;
        }
    }
    UNROLL for (int i = 0; i < MR * NR; i += LANES) STORE(out + i, NAME(across)(sum + i));
}

/* The upper triangle of left · rightᵀ, tile by tile, to where `sink` adds it. */
TARGET static void NAME(gram)(const double *left, const double *right, ptrdiff_t height, ptrdiff_t length, Sink *sink)
{
    double out[MR * NR];
    const double *a[MR], *b[NR];
    for (ptrdiff_t i = 0; i < height; i += MR) {
        for (int x = 0; x < MR; x++) a[x] = left + (i + x < height ? i + x : height - 1) * STEP;
        for (ptrdiff_t j = i; j < height; j += NR) {
            for (int y = 0; y < NR; y++) b[y] = right + (j + y < height ? j + y : height - 1) * STEP;
            NAME(tile)(a, b, length, out);
            for (ptrdiff_t x = i; x < height && x < i + MR; x++)
                for (ptrdiff_t y = j > x ? j : x; y < height && y < j + NR; y++) {
                    double product = out[(x - i) * NR + y - j];
                    if (sink->whole)
                        sink->whole[x * height + y] += (int64_t)(product * sink->unit[x] * sink->unit[y]);
                    else
                        sink->rounded[x * height + y] += product;
                }
        }
    }
}

/* Cut one column into `depth` slices at out[0] … out[depth − 1]. Sets bits of `over` where a number is more than the sum
   of its slices, lost by scaling, or not finite (a sign bit alone means nothing); widens [*low, *high]; returns the sum
   of squares of the first slice. */
TARGET INLINE double NAME(cut_to)(const double *numbers, ptrdiff_t length, double factor, int depth, double *const *out,
                                  int64_t *over, double *low, double *high)
{
    VECTOR least = (VECTOR){0} + *low, most = (VECTOR){0} + *high, square = {0};
    for (ptrdiff_t k = 0; k < length; k += LANES) {
        VECTOR number = LOAD(numbers + k), rest = number * factor;
        least = LESSER(number, least);
        most = GREATER(number, most);
        UNROLL for (int level = 0; level < depth; level++) {
            double constant = CONSTANTS[level];
            VECTOR slice = (rest + constant) - constant;
            STORE(out[level] + k, slice);
            if (level == 0) square += slice * slice;
            rest -= slice;
        }
        *(NAME(loose_mask) *)(over + k) |= (MASK)rest;
    }
    if (factor < 1)
        for (ptrdiff_t k = 0; k < length; k++) over[k] |= numbers[k] * factor == 0 && numbers[k] != 0;
    double total = 0;
    for (int l = 0; l < LANES; l++) {
        if (least[l] < *low) *low = least[l];
        if (most[l] > *high) *high = most[l];
        total += square[l];
    }
    return total;
}

TARGET static double NAME(cut)(const double *numbers, ptrdiff_t length, double factor, int depth, double *const *out,
                               int64_t *over, double *low, double *high)
{
    switch (depth) {
    case 1: return NAME(cut_to)(numbers, length, factor, 1, out, over, low, high);
    case 2: return NAME(cut_to)(numbers, length, factor, 2, out, over, low, high);
    case 3: return NAME(cut_to)(numbers, length, factor, 3, out, over, low, high);
    case 4: return NAME(cut_to)(numbers, length, factor, 4, out, over, low, high);
    default: return NAME(cut_to)(numbers, length, factor, depth, out, over, low, high);
    }
}

static const Lanes NAME(lanes) = {NAME(gram), NAME(cut), NAME(turn8)};

#undef VECTOR
#undef MASK
#undef LOAD
#undef STORE
#undef EXCHANGE
#undef LOW1
#undef HIGH1
#undef LOW2
#undef HIGH2
#undef LOW4
#undef HIGH4
#undef INLINE
#undef NAME
#undef TARGET
#undef LANES
#undef MR
#undef NR
#undef LESSER
#undef GREATER
