/* Positive definite systems in pairs of doubles, and the walk along λ from one set of columns to the next.

       minimise  uᵀAu − 2 aᵀu + Σ_j r_j u_j² + 2 h_j |u_j|         g = a − A u

   All numbers are pairs of doubles, of which the second is below an ulp of the first. */

#ifndef WXB_WALK_H
#define WXB_WALK_H

#include <float.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(__GNUC__) && !defined(__clang__)
#error "written for gcc and clang; wxb works without this extension"
#endif
#if defined(__FAST_MATH__) || FLT_EVAL_METHOD != 0
#error "pairs need the arithmetic of the standard: no -ffast-math, no wider registers"
#endif

typedef struct {
    double high, low;
} Pair;

/* Numbers as two arrays. */
typedef struct {
    double *high, *low;
} Pairs;

static inline Pair of(Pairs all, ptrdiff_t i)
{
    return (Pair){all.high[i], all.low[i]};
}

static inline Pairs from(Pairs all, ptrdiff_t start)
{
    return (Pairs){all.high + start, all.low + start};
}

static inline void put(Pairs all, ptrdiff_t i, Pair value)
{
    all.high[i] = value.high;
    all.low[i] = value.low;
}

Pair minus(Pair a, Pair b);
Pair times(Pair a, Pair b);
Pair over(Pair a, Pair b);

/* y −= c x of n pairs, on the widest registers of this machine. */
typedef void Take(double *restrict y, double *restrict y_low, const double *restrict x, const double *restrict x_low, Pair c,
                  ptrdiff_t n);
Take *take_here(void);

/* M = A + r of some columns as L D Lᵀ, in the order in which they came. */
typedef struct {
    ptrdiff_t p, count;   /* columns of A, and how many of them are in */
    Pairs A, ridge;       /* (p, p), (p) */
    ptrdiff_t *set;       /* (p) the columns that are in */
    Pairs rows, columns;  /* (p, p) L by rows, and by columns; its diagonal is 1 */
    Pairs D, work;        /* (p) */
    Take *take;
} Factor;

/* Numbers that the arrays of a factor take, besides A and ridge; and lays them out. */
size_t factor_room(ptrdiff_t p);
double *lay_factor(Factor *f, double *room);

/* Let column j in. 0, and nothing changed, where it is collinear with those that are: then L of it is in rows[count]. */
int let_in(Factor *f, ptrdiff_t j);
/* Let go of the column in this place. */
void let_go(Factor *f, ptrdiff_t place);
/* Solve M x = x, of the columns that are in. */
void solve(const Factor *f, Pairs x);
/* From L of a column to its coefficients on those that are in: solve Lᵀ x = x. */
void turn_back(const Factor *f, Pairs x);

typedef struct {
    ptrdiff_t p, count;      /* columns, λ */
    int positive;
    Pairs A, a;              /* (p, p), (p) */
    const double *l1, *l2;   /* (count) of each line: h = l1 by_l1, r = l2 by_l2 */
    Pairs by_l1, by_l2;      /* (p) */
    Pairs out;               /* (count, p) */
    double *gaps, *freedom;  /* (count) the second NULL where it is not wanted */
} Walk;

/* The minimum for each λ; gaps[l] is by how much its conditions do not hold, of the largest |a|. −1 where there is no memory. */
int walk(const Walk *w);

/* The solutions of (A + r) u = a for each λ, and their freedom; gaps[l] is 1 where there is none, else 0. */
int ridges(const Walk *w);

/* out (count, p) = given (count, p) A, A symmetric. */
void products(ptrdiff_t p, ptrdiff_t count, Pairs A, Pairs given, Pairs out);

/* out[l] = (wᵀ apart)² + wᵀ A w of the line w; lost[l] : Σ |w_i| (√A_ii + |apart_i|), whose square is what may have cancelled, or more. work : (p) */
void costs(ptrdiff_t p, ptrdiff_t count, Pairs A, Pairs lines, Pairs apart, Pairs work, double *out, double *lost);

#endif
