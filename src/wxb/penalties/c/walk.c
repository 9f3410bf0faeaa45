/* The walk along λ. With their signs known the columns that are in have one minimum; it is gone to until a coefficient would
   change its sign, which stops at 0 and goes. At the minimum the column whose gradient most exceeds its penalty comes in, with
   the sign of its gradient. Every step lowers the cost, so no set comes twice, and λ by λ little changes. */

#include "walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OPEN 0x1p-90    /* of the largest |a|: a gradient beyond its penalty by less is at it */
#define FIRST 0x1p-48   /* the same while nothing penalised is in, as where λ is the one from which on all are 0 */
#define SETTLED 0x1p-66 /* of a coefficient: a step below it is the last */
#define TOGETHER 0x1p-30 /* of a coefficient on collinear columns: below it it is none */
#define LARGEST 0x1p900  /* of a penalty */
#define FAR 0x1p900      /* farther than any coefficient goes */

typedef struct {
    const Walk *w;
    Factor f;
    Pairs u, g, step, half, ridge; /* (p), the last two of this λ */
    double *signs, *barred, size;  /* (p) of columns that are in; of those that are kept out for this λ */
    char *in;                      /* (p) */
} State;

/* Whether the coefficient may not go through 0. */
static int bound(const State *s, ptrdiff_t j)
{
    return s->w->positive || s->half.high[j] > 0;
}

static Pair plus(Pair a, Pair b)
{
    return minus(a, (Pair){-b.high, -b.low});
}

/* What the gradient of column j is beyond its penalty, on the side of its coefficient. */
static Pair slope(const State *s, ptrdiff_t j)
{
    double sign = s->signs[j];
    Pair penalty = plus(times(of(s->ridge, j), of(s->u, j)), (Pair){sign * s->half.high[j], sign * s->half.low[j]});
    return minus(of(s->g, j), penalty);
}

/* By how much column j wants to leave 0. */
static double wish(const State *s, ptrdiff_t j)
{
    double sign = s->g.high[j] < 0 ? -1 : 1;
    if (s->w->positive && sign < 0) return 0;
    return (sign * s->g.high[j] - s->half.high[j]) + (sign * s->g.low[j] - s->half.low[j]);
}

/* u_j += t, and the gradient follows. */
static void move(State *s, ptrdiff_t j, Pair t)
{
    Pairs column = from(s->f.A, j * s->f.p);
    put(s->u, j, plus(of(s->u, j), t));
    s->f.take(s->g.high, s->g.low, column.high, column.low, t, s->f.p);
}

static void remove_at(State *s, ptrdiff_t place)
{
    ptrdiff_t j = s->f.set[place];
    move(s, j, (Pair){-s->u.high[j], -s->u.low[j]});
    put(s->u, j, (Pair){0, 0});
    s->in[j] = 0;
    s->signs[j] = 0;
    let_go(&s->f, place);
}

/* How far along `step` until a coefficient that is bound comes to 0, at most `most`; its place, −1 where none does. */
static ptrdiff_t first_to_stop(const State *s, double most, Pair *share)
{
    ptrdiff_t first = -1;
    *share = (Pair){most, 0};
    for (ptrdiff_t i = 0; i < s->f.count; i++) {
        ptrdiff_t j = s->f.set[i];
        Pair u = of(s->u, j), step = of(s->step, i);
        if (!bound(s, j) || !(step.high * s->signs[j] < 0)) continue;
        Pair own = over((Pair){-u.high, -u.low}, step);
        if (minus(own, *share).high < 0) *share = own, first = i;
    }
    return first;
}

/* Go along `step` by that share. */
static void go(State *s, Pair share, int whole)
{
    for (ptrdiff_t i = 0; i < s->f.count; i++)
        move(s, s->f.set[i], whole ? of(s->step, i) : times(share, of(s->step, i)));
}

/* To the minimum with these signs, or to where the first stops. 0: a coefficient has gone; 1: there; 2: there, and settled. */
static int towards(State *s)
{
    int settled = 1;
    Pair share;
    for (ptrdiff_t i = 0; i < s->f.count; i++) put(s->step, i, slope(s, s->f.set[i]));
    solve(&s->f, s->step);
    ptrdiff_t first = first_to_stop(s, 1, &share);
    for (ptrdiff_t i = 0; i < s->f.count; i++)
        settled &= fabs(s->step.high[i]) <= SETTLED * fabs(s->u.high[s->f.set[i]]);
    if (first >= 0 && s->u.high[s->f.set[first]] == 0) s->barred[s->f.set[first]] = 1;
    go(s, share, first < 0);
    if (first >= 0) remove_at(s, first);
    return first >= 0 ? 0 : 1 + settled;
}

/* Column j is collinear with those that are in: coefficients move over to it, which changes no prediction, until one is 0. */
static void take_over(State *s, ptrdiff_t j)
{
    const ptrdiff_t m = s->f.count;
    Pairs row = from(s->f.rows, m * s->f.p);
    Pair share;
    double sign = s->signs[j];
    for (ptrdiff_t i = 0; i < m; i++) put(s->step, i, of(row, i));
    turn_back(&s->f, s->step);
    for (ptrdiff_t i = 0; i < m; i++) put(s->step, i, times(of(s->step, i), (Pair){-sign, 0}));
    ptrdiff_t first = first_to_stop(s, FAR, &share);
    if (first < 0 || !(fabs(s->step.high[first]) > TOGETHER)) {
        s->barred[j] = 1;
        s->signs[j] = 0;
        return;
    }
    go(s, share, 0);
    remove_at(s, first);
    move(s, j, times(share, (Pair){sign, 0}));
    if (let_in(&s->f, j)) {
        s->in[j] = 1;
        return;
    }
    move(s, j, (Pair){-s->u.high[j], -s->u.low[j]}); /* nothing is left of it but rounding */
    put(s->u, j, (Pair){0, 0});
    s->signs[j] = 0;
    s->barred[j] = 1;
}

/* Let in the column that most wants it. 0 where none does. */
static int one_more(State *s)
{
    ptrdiff_t first = -1;
    double most = 0, least = FIRST;
    for (ptrdiff_t i = 0; i < s->f.count; i++)
        if (s->half.high[s->f.set[i]] > 0) least = OPEN;
    for (ptrdiff_t j = 0; j < s->f.p; j++) {
        if (s->in[j] || s->barred[j] || !(s->f.A.high[j * s->f.p + j] > 0)) continue;
        double own = wish(s, j);
        if (own > most && own > (s->half.high[j] > 0 ? least : OPEN) * s->size) most = own, first = j;
    }
    if (first < 0) return 0;
    s->signs[first] = s->g.high[first] < 0 ? -1 : 1;
    if (let_in(&s->f, first))
        s->in[first] = 1;
    else
        take_over(s, first);
    return 1;
}

static double gap(const State *s)
{
    double worst = 0;
    for (ptrdiff_t j = 0; j < s->f.p; j++) {
        double own = s->in[j] ? fabs(slope(s, j).high) : wish(s, j);
        if (own > worst) worst = own;
    }
    return s->size > 0 ? worst / s->size : worst;
}

/* Tr M⁻¹A = m − Σ_j ridge_j (M⁻¹)_jj of the m columns that are in. */
static double freedom_of(const Factor *f, Pairs x)
{
    const ptrdiff_t m = f->count;
    Pair left = {(double)m, 0};
    for (ptrdiff_t k = 0; k < m; k++) {
        Pair ridge = of(f->ridge, f->set[k]);
        if (!(ridge.high > 0)) continue;
        memset(x.high, 0, m * sizeof(double));
        memset(x.low, 0, m * sizeof(double));
        x.high[k] = 1;
        solve(f, x);
        left = minus(left, times(ridge, of(x, k)));
    }
    return left.high;
}

/* Penalties of a λ, up to where nothing is left of a coefficient. */
static void penalties(double by, Pairs each, Pairs out, ptrdiff_t p)
{
    for (ptrdiff_t j = 0; j < p; j++) {
        Pair own = times((Pair){by, 0}, of(each, j));
        put(out, j, own.high <= LARGEST ? own : (Pair){LARGEST, 0});
    }
}

/* Take up the penalties of another λ. */
static void begin(State *s, ptrdiff_t l)
{
    const Walk *w = s->w;
    penalties(w->l1[l], w->by_l1, s->half, w->p);
    memset(s->barred, 0, w->p * sizeof *s->barred);
    if (l && w->l2[l] == w->l2[l - 1]) return;
    penalties(w->l2[l], w->by_l2, s->ridge, w->p);
    s->f.ridge = s->ridge;
    ptrdiff_t count = s->f.count;
    s->f.count = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        ptrdiff_t j = s->f.set[i];
        if (let_in(&s->f, j)) continue;
        move(s, j, (Pair){-s->u.high[j], -s->u.low[j]}); /* collinear where its penalty held it apart */
        put(s->u, j, (Pair){0, 0});
        s->in[j] = 0;
        s->signs[j] = 0;
    }
}

static void one_line(State *s, ptrdiff_t l)
{
    const Walk *w = s->w;
    begin(s, l);
    for (ptrdiff_t left = 200 + 40 * w->p; left; left--) {
        int there = s->f.count ? towards(s) : 2;
        if (there && !one_more(s) && there == 2) break;
    }
    memcpy(w->out.high + l * w->p, s->u.high, w->p * sizeof(double));
    memcpy(w->out.low + l * w->p, s->u.low, w->p * sizeof(double));
    w->gaps[l] = gap(s);
    if (w->freedom) w->freedom[l] = freedom_of(&s->f, s->step);
}

int walk(const Walk *w)
{
    const ptrdiff_t p = w->p;
    State s = {.w = w, .f = {.p = p, .A = w->A, .take = take_here()}};
    double *room = calloc(factor_room(p) + 13 * p, sizeof(double)), *next;
    if (!room) return -1;
    next = lay_factor(&s.f, room);
    s.u = (Pairs){next, next + p}, next += 2 * p;
    s.g = (Pairs){next, next + p}, next += 2 * p;
    s.step = (Pairs){next, next + p}, next += 2 * p;
    s.half = (Pairs){next, next + p}, next += 2 * p;
    s.ridge = (Pairs){next, next + p}, next += 2 * p;
    s.signs = next, s.barred = next + p, next += 2 * p;
    s.in = (char *)next;
    memcpy(s.g.high, w->a.high, p * sizeof(double));
    memcpy(s.g.low, w->a.low, p * sizeof(double));
    for (ptrdiff_t j = 0; j < p; j++)
        if (fabs(w->a.high[j]) > s.size) s.size = fabs(w->a.high[j]);
    for (ptrdiff_t l = 0; l < w->count; l++) one_line(&s, l);
    free(room);
    return 0;
}

int ridges(const Walk *w)
{
    const ptrdiff_t p = w->p;
    Factor f = {.p = p, .A = w->A, .take = take_here()};
    double *room = calloc(factor_room(p) + 4 * p, sizeof(double));
    if (!room) return -1;
    double *next = lay_factor(&f, room);
    Pairs rest = {next, next + p};
    f.ridge = (Pairs){next + 2 * p, next + 3 * p};
    for (ptrdiff_t l = 0; l < w->count; l++) {
        Pairs u = from(w->out, l * p);
        f.count = 0;
        penalties(w->l2[l], w->by_l2, f.ridge, p);
        while (f.count < p && let_in(&f, f.count)) continue;
        w->gaps[l] = f.count < p;
        if (f.count < p) continue;
        memcpy(u.high, w->a.high, p * sizeof(double));
        memcpy(u.low, w->a.low, p * sizeof(double));
        solve(&f, u);
        for (ptrdiff_t j = 0; j < p; j++) put(rest, j, minus(of(w->a, j), times(of(f.ridge, j), of(u, j))));
        for (ptrdiff_t k = 0; k < p; k++) f.take(rest.high, rest.low, w->A.high + k * p, w->A.low + k * p, of(u, k), p);
        solve(&f, rest);
        for (ptrdiff_t j = 0; j < p; j++) put(u, j, plus(of(u, j), of(rest, j)));
        if (w->freedom) w->freedom[l] = freedom_of(&f, rest);
    }
    free(room);
    return 0;
}

void products(ptrdiff_t p, ptrdiff_t count, Pairs A, Pairs given, Pairs out)
{
    Take *take = take_here();
    memset(out.high, 0, count * p * sizeof(double));
    memset(out.low, 0, count * p * sizeof(double));
    for (ptrdiff_t l = 0; l < count; l++)
        for (ptrdiff_t k = 0; k < p; k++) {
            Pair c = {-given.high[l * p + k], -given.low[l * p + k]};
            if (c.high) take(out.high + l * p, out.low + l * p, A.high + k * p, A.low + k * p, c, p);
        }
}

void costs(ptrdiff_t p, ptrdiff_t count, Pairs A, Pairs lines, Pairs apart, Pairs work, double *out, double *lost)
{
    Take *take = take_here();
    for (ptrdiff_t l = 0; l < count; l++) {
        Pairs line = from(lines, l * p);
        Pair level = {0, 0}, total = {0, 0};
        memset(work.high, 0, p * sizeof(double));
        memset(work.low, 0, p * sizeof(double));
        lost[l] = 0;
        for (ptrdiff_t k = 0; k < p; k++) {
            Pair own = of(line, k);
            if (own.high) take(work.high, work.low, A.high + k * p, A.low + k * p, own, p);
            level = minus(level, times(own, of(apart, k)));
            lost[l] += fabs(own.high) * (sqrt(A.high[k * p + k]) + fabs(apart.high[k]));
        }
        for (ptrdiff_t k = 0; k < p; k++) total = minus(total, times(of(line, k), of(work, k)));
        out[l] = plus(total, times(level, level)).high;
    }
}
