/* The loops, for one instruction set. Included once for each, with

   NAME(x)  the name of x there        TARGET  the attribute that allows its instructions
   LEFT(a, b, p)  what a product p of a and b leaves, exactly; each result is the same bits whatever the set */

/* a + b = *total + what is returned, exactly. */
TARGET INLINE double NAME(two_sum)(double a, double b, double *total)
{
    double t = a + b, other = t - a;
    *total = t;
    return (a - (t - other)) + (b - other);
}

/* The double nearest to high + low, and whether the error leaves that open. */
TARGET INLINE double NAME(rounded)(double high, double low, double *open)
{
    double total = high + low, rest = low - (total - high), error = __builtin_fabs(total) * ERROR;
    *open = (total + (rest + error) != total) | (total + (rest - error) != total) ? 1.0 : 0.0;
    return total;
}

/* table : (3, 256) reciprocals c, and -log c as pairs        numbers : log 2 as 42 bits and the rest, a factor as a pair */
TARGET static ptrdiff_t NAME(logarithms)(const double *restrict x, ptrdiff_t n, const double *restrict table,
                                const double *numbers, double *restrict out, double *restrict open)
{
    ptrdiff_t count = 0;
    const double ln2 = numbers[0], ln2_low = numbers[1], factor = numbers[2], factor_low = numbers[3];
    const double third = 0x1.5555555555555p-2, third_low = 0x1.5555555555555p-56;
    for (ptrdiff_t i = 0; i < n; i++) {
        int64_t shifted = bits_of(x[i]) - START, k = shifted >> 52;
        int64_t place = (shifted & ((INT64_C(1) << 52) - 1)) >> 44;
        double m = of_bits(bits_of(x[i]) - k * (INT64_C(1) << 52)), exponent = (double)(int32_t)k;
        double c = table[place], base = table[256 + place], base_low = table[512 + place];
        double product = m * c, left = LEFT(m, c, product), near = product - 1;
        double r = near + left, rest = left - (r - near);
        double square = r * r, more = LEFT(r, r, square);
        double cube = r * square, more_cube = LEFT(r, square, cube) + r * more;
        double share = cube * third, share_low = LEFT(cube, third, share) + cube * third_low + more_cube * third;
        double tail = square * square
                      * (-1.0 / 4
                         + r * (1.0 / 5 + r * (-1.0 / 6 + r * (1.0 / 7 + r * (-1.0 / 8 + r * (1.0 / 9 + r * (-1.0 / 10)))))));
        double total, low = exponent * ln2_low + base_low;
        low += NAME(two_sum)(exponent * ln2, base, &total);
        low += NAME(two_sum)(total, r, &total);
        low += NAME(two_sum)(total, -0.5 * square, &total);
        low += NAME(two_sum)(total, share, &total);
        low += (rest - r * rest + square * rest) - 0.5 * more + share_low + tail;
        double high = total * factor;
        low = LEFT(total, factor, high) + (total * factor_low + low * factor);
        double doubt;
        out[i] = NAME(rounded)(high, low, &doubt);
        open[i] = x[i] >= DBL_MIN && x[i] <= DBL_MAX ? doubt : 1.0;
        count += open[i] != 0;
    }
    return count;
}

/* table : (2, 64) 2^(j/64) as pairs        numbers : 64/log 2, and (log 2)/64 as twice 32 bits and the rest */
TARGET static ptrdiff_t NAME(exponentials)(const double *restrict x, ptrdiff_t n, const double *restrict table,
                                  const double *numbers, double *restrict out, double *restrict open)
{
    ptrdiff_t count = 0;
    const double per = numbers[0], first = numbers[1], second = numbers[2], third = numbers[3];
    for (ptrdiff_t i = 0; i < n; i++) {
        int inside = x[i] > -660 && x[i] < 700;
        double v = inside ? x[i] : 0.0, shifted = v * per + MAGIC, places = shifted - MAGIC;
        int64_t whole = bits_of(shifted) - bits_of(MAGIC);
        double r, rest = NAME(two_sum)(v - places * first, -places * second, &r) - places * third;
        double square = r * r, more = LEFT(r, r, square);
        double tail = r * square
                      * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + r * (1.0 / 5040 + r * (1.0 / 40320))))));
        double p, left = NAME(two_sum)(r, 0.5 * square, &p);
        left += tail + (0.5 * more + r * rest + rest);
        double power = table[whole & 63], power_low = table[64 + (whole & 63)];
        double product = power * p, high, low = LEFT(power, p, product);
        low += power * left + power_low * (1 + p);
        low += NAME(two_sum)(power, product, &high);
        double doubt, scale = of_bits(((whole >> 6) + 1023) * (INT64_C(1) << 52));
        out[i] = NAME(rounded)(high, low, &doubt) * scale;
        open[i] = inside ? doubt : 1.0;
        count += open[i] != 0;
    }
    return count;
}

TARGET static void NAME(products)(const double *restrict a, const double *restrict b, ptrdiff_t n, double *restrict high,
                              double *restrict low)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double product = a[i] * b[i];
        high[i] = product;
        low[i] = LEFT(a[i], b[i], product);
    }
}

TARGET static void NAME(sums)(const double *restrict a, const double *restrict b, ptrdiff_t n, double *restrict high,
                              double *restrict low)
{
    for (ptrdiff_t i = 0; i < n; i++) low[i] = NAME(two_sum)(a[i], b[i], high + i);
}

static const Loops NAME(loops) = {NAME(logarithms), NAME(exponentials), NAME(products), NAME(sums)};

#undef NAME
#undef TARGET
#undef LEFT
