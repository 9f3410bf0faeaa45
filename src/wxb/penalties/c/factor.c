/* L D Lᵀ in pairs: columns come and go. What is subtracted runs along rows or columns, whichever lies in one piece. */

#include "dekker.h"
#include "walk.h"

#include <string.h>

#define COLLINEAR 0x1p-84 /* of a diagonal entry: pairs tell what is above from rounding */

DEKKER(left_of, double)

#define NAME(x) x##_plain
#define TARGET
#define LEFT(a, b, p) left_of(a, b, p)
#include "walk_body.h"

#ifdef __x86_64__
#define NAME(x) x##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define LEFT(a, b, p) __builtin_fma(a, b, -(p))
#include "walk_body.h"

#define NAME(x) x##_avx512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,fma,prefer-vector-width=512")))
#define LEFT(a, b, p) __builtin_fma(a, b, -(p))
#include "walk_body.h"
#endif

Take *take_here(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) return take_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return take_avx2;
#endif
    return take_plain;
}

static inline Pair settled(double high, double low)
{
    double total = high + low;
    return (Pair){total, low - (total - high)};
}

Pair minus(Pair a, Pair b)
{
    double sum = a.high - b.high, other = sum - a.high;
    return settled(sum, ((a.high - (sum - other)) - (b.high + other)) + (a.low - b.low));
}

Pair times(Pair a, Pair b)
{
    double product = a.high * b.high;
    return settled(product, left_of(a.high, b.high, product) + (a.high * b.low + a.low * b.high));
}

Pair over(Pair a, Pair b)
{
    double first = a.high / b.high;
    Pair rest = minus(a, times((Pair){first, 0}, b));
    double second = rest.high / b.high;
    rest = minus(rest, times((Pair){second, 0}, b));
    Pair both = settled(first, second);
    return settled(both.high, both.low + rest.high / b.high);
}

static Pairs cut(double **room, size_t count)
{
    Pairs found = {*room, *room + count};
    *room += 2 * count;
    return found;
}

size_t factor_room(ptrdiff_t p)
{
    return 4 * p * p + 4 * p + p;
}

double *lay_factor(Factor *f, double *room)
{
    f->rows = cut(&room, f->p * f->p);
    f->columns = cut(&room, f->p * f->p);
    f->D = cut(&room, f->p);
    f->work = cut(&room, f->p);
    f->set = (ptrdiff_t *)room;
    f->count = 0;
    return room + f->p;
}

int let_in(Factor *f, ptrdiff_t j)
{
    const ptrdiff_t p = f->p, m = f->count;
    Pairs x = f->work, row = from(f->rows, m * p), entries = from(f->A, j * p);
    Pair diagonal = minus(of(entries, j), (Pair){-f->ridge.high[j], -f->ridge.low[j]}), left = diagonal;
    for (ptrdiff_t i = 0; i < m; i++) put(x, i, of(entries, f->set[i]));
    for (ptrdiff_t k = 0; k < m; k++) {
        Pair z = of(x, k), own = over(z, of(f->D, k));
        const ptrdiff_t next = k + 1;
        Pairs column = from(f->columns, k * p + next), rest = from(x, next);
        f->take(rest.high, rest.low, column.high, column.low, z, m - next);
        put(row, k, own);
        left = minus(left, times(z, own));
    }
    if (!(left.high > COLLINEAR * diagonal.high)) return 0;
    for (ptrdiff_t k = 0; k < m; k++) put(f->columns, k * p + m, of(row, k));
    put(f->D, m, left);
    f->set[m] = j;
    f->count++;
    return 1;
}

void let_go(Factor *f, ptrdiff_t place)
{
    const ptrdiff_t count = f->count;
    f->count = place;
    for (ptrdiff_t i = place + 1; i < count; i++) let_in(f, f->set[i]); /* writes set[i − 1] at most */
}

void turn_back(const Factor *f, Pairs x)
{
    for (ptrdiff_t k = f->count - 1; k > 0; k--) {
        Pairs row = from(f->rows, k * f->p);
        f->take(x.high, x.low, row.high, row.low, of(x, k), k);
    }
}

void solve(const Factor *f, Pairs x)
{
    const ptrdiff_t m = f->count;
    for (ptrdiff_t k = 0; k < m; k++) {
        Pairs column = from(f->columns, k * f->p + k + 1), rest = from(x, k + 1);
        f->take(rest.high, rest.low, column.high, column.low, of(x, k), m - k - 1);
    }
    for (ptrdiff_t k = 0; k < m; k++) put(x, k, over(of(x, k), of(f->D, k)));
    turn_back(f, x);
}
