/* What takes the time, for one instruction set. Included once for each, with

   NAME(x)  the name of x there        TARGET  the attribute that allows its instructions
   LEFT(a, b, p)  what a product p of a and b leaves, exactly; each result is the same bits whatever the set */

/* y −= c x of n pairs. */
TARGET static void NAME(take)(double *restrict y, double *restrict y_low, const double *restrict x,
                              const double *restrict x_low, Pair c, ptrdiff_t n)
{
    const double high = c.high, low = c.low;
    for (ptrdiff_t i = 0; i < n; i++) {
        double product = x[i] * high, left = LEFT(x[i], high, product) + (x[i] * low + x_low[i] * high);
        double sum = y[i] - product, other = sum - y[i];
        double rest = ((y[i] - (sum - other)) - (product + other)) + (y_low[i] - left);
        double total = sum + rest;
        y_low[i] = rest - (total - sum);
        y[i] = total;
    }
}

#undef NAME
#undef TARGET
#undef LEFT
