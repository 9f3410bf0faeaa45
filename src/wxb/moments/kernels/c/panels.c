/* Packing, tiles, and crumbs. */

#include "panels.h"

#include <stdlib.h>
#include <string.h>

#define SPARSE 64 /* of so many numbers one may be over */

static ptrdiff_t panels_of(const Lanes *lanes, ptrdiff_t columns)
{
    return (columns + lanes->lanes - 1) / lanes->lanes;
}

int make_panels(Panels *t, Space *s, const Lanes *lanes, const Exact *e)
{
    ptrdiff_t n = lanes->lanes;
    int64_t counts[MOST_LEVELS];
    *t = (Panels){.lanes = lanes, .levels = e->levels, .width = e->width, .step = n * STEP, .room = e->width * ROWS / SPARSE};
    for (ptrdiff_t l = 0; l < e->levels; l++) {
        t->panels[l] = panels_of(lanes, e->counts[l]);
        counts[l] = t->panels[l] * n;
    }
    if (!make_space(s, e->width + n, rows_needed(e->levels, counts) + n, 0)) return 0;
    t->crumbs = malloc(t->room * sizeof *t->crumbs);
    if (!t->crumbs) return 0;
    double *rows = s->rows;
    t->left = rows, rows += t->step;
    for (ptrdiff_t l = 0; l < t->levels; l++) {
        t->level[l] = rows, rows += t->panels[l] * t->step;
        for (ptrdiff_t k = 0; k < l; k++) t->mixed[PAIR(k, l)] = rows, rows += t->panels[l] * t->step;
    }
    return 1;
}

static int depth_of(const Panels *t, ptrdiff_t panel)
{
    int depth = 1;
    while (depth < t->levels && panel < t->panels[depth]) depth++;
    return depth;
}

/* What is over in a panel: crumbs where it is one more slice, and there is room; else the row does not fit. */
static void keep_crumbs(Panels *t, ptrdiff_t panel, const char *odd, ptrdiff_t rows, int64_t *over)
{
    ptrdiff_t n = t->lanes->lanes;
    for (ptrdiff_t k = 0; k < rows; k++) {
        if (!odd[k / n]) continue;
        for (ptrdiff_t c = 0; c < n; c++) {
            double rest = t->left[k * n + c];
            if (rest == 0) continue;
            if (t->count < t->room && rest <= 0x1p21 && rest >= -0x1p21 && rest == (double)(int64_t)rest) {
                t->crumbs[t->count] = (Crumb){k, panel * n + c, t->first[k], rest};
                t->first[k] = t->count++;
            } else
                over[k] = VALUE;
        }
    }
}

void cut_panels(Panels *t, const Exact *e, Space *s, const Column *columns, ptrdiff_t start, ptrdiff_t rows)
{
    ptrdiff_t n = t->lanes->lanes, length = padded(rows);
    const Place nothing = {s->buffer + e->width * STEP, (const char *)s->buffer};
    fetch(t->lanes, columns, e->width, start, rows, s->buffer, s->places);
    memset(s->over, 0, ROWS * sizeof *s->over);
    for (ptrdiff_t k = 0; k < ROWS; k++) t->first[k] = -1;
    t->count = 0;
    for (ptrdiff_t p = 0; p < t->panels[0]; p++) {
        double *slices[MOST_LEVELS], *mixed[MOST_PAIRS];
        char odd[ROWS];
        Place places[MOST_LANES];
        Range range;
        ptrdiff_t here = e->width - p * n < n ? e->width - p * n : n;
        const int64_t *order = e->order + p * n;
        int depth = depth_of(t, p);
        for (ptrdiff_t c = 0; c < n; c++) {
            places[c] = c < here ? s->places[order[c]] : nothing;
            range.factor[c] = c < here ? e->factors[order[c]] : 1;
            range.low[c] = c < here ? e->low[order[c]] : 0;
            range.high[c] = c < here ? e->high[order[c]] : 0;
        }
        for (int l = 0; l < depth; l++) {
            slices[l] = t->level[l] + p * t->step;
            for (int k = 0; k < l; k++) mixed[PAIR(k, l)] = t->mixed[PAIR(k, l)] + p * t->step;
        }
        t->lanes->cut_panel(places, length, depth, slices, mixed, t->left, odd, &range);
        for (ptrdiff_t c = 0; c < n; c++) {
            s->squares[p * n + c] = range.square[c];
            if (c < here) e->low[order[c]] = range.low[c], e->high[order[c]] = range.high[c];
        }
        keep_crumbs(t, p, odd, rows, s->over);
    }
    for (ptrdiff_t k = rows; k < length; k++) clear_in_panels(t, k);
}

void clear_in_panels(Panels *t, ptrdiff_t row)
{
    ptrdiff_t n = t->lanes->lanes;
    for (ptrdiff_t l = 0; l < t->levels; l++)
        for (ptrdiff_t p = 0; p < t->panels[l]; p++) {
            memset(t->level[l] + p * t->step + row * n, 0, n * sizeof(double));
            for (ptrdiff_t k = 0; k < l; k++) memset(t->mixed[PAIR(k, l)] + p * t->step + row * n, 0, n * sizeof(double));
        }
}

double largest_in_panels(const Panels *t, const Space *s, ptrdiff_t rows)
{
    double largest = 0;
    ptrdiff_t n = t->lanes->lanes;
    for (ptrdiff_t i = 0; i < t->width; i++) {
        double total = s->squares[i];
        if (!(total <= MIXABLE)) {
            const double *first = t->level[0] + i / n * t->step + i % n;
            total = 0;
            for (ptrdiff_t k = 0; k < rows; k++)
                if (!(s->over[k] & VALUE)) total += first[k * n] * first[k * n];
        }
        if (!(total <= largest)) largest = total;
    }
    return largest;
}

/* ---- products ---- */

/* Products of the panels before `tall` of the left with those from `from` to `to` of the right, above the diagonal, and the sums to
   which they are added or from which they are taken away: as far as the panel `limit`. */
typedef struct {
    const double *left, *right;
    ptrdiff_t tall, from, to;
    int targets;
    struct {
        int64_t *sums;
        ptrdiff_t limit;
        int away;
    } target[MOST_LEVELS];
} Term;

static Term *add_term(Term *term, const double *left, const double *right, ptrdiff_t tall, ptrdiff_t from, ptrdiff_t to)
{
    *term = (Term){.left = left, .right = right, .tall = tall, .from = from, .to = to};
    return term;
}

static void add_target(Term *term, int64_t *sums, ptrdiff_t limit, int away)
{
    term->target[term->targets].sums = sums;
    term->target[term->targets].limit = limit;
    term->target[term->targets++].away = away;
}

/* The products of a Stack: each level with itself, mixed ones with themselves less those of their levels, and levels across. */
static int list_terms(const Panels *t, const Exact *e, Term *terms)
{
    Term *next = terms;
    const ptrdiff_t *panels = t->panels;
    for (ptrdiff_t l = 0; l < t->levels; l++) {
        Term *own = add_term(next++, t->level[l], t->level[l], panels[l], 0, panels[l]);
        add_target(own, sums_of(e, 2 * l), panels[l], 0);
        for (ptrdiff_t k = 0; k < t->levels; k++) {
            ptrdiff_t upper = k < l ? k : l, lower = k < l ? l : k;
            if (k != l && (upper || !t->direct)) add_target(own, sums_of(e, k + l), panels[lower], 1);
        }
        for (ptrdiff_t k = 0; k < l; k++) {
            int64_t *sums = sums_of(e, k + l);
            ptrdiff_t few = panels[l], many = panels[k];
            if (k == 0 && t->direct) {
                add_target(add_term(next++, t->level[l], t->level[0], few, 0, many), sums, many, 0);
                add_target(add_term(next++, t->level[0], t->level[l], few, 0, few), sums, few, 0);
                continue;
            }
            const double *mixed = t->mixed[PAIR(k, l)];
            add_target(add_term(next++, mixed, mixed, few, 0, few), sums, few, 0);
            if (few < many) add_target(add_term(next++, t->level[l], t->level[k], few, few, many), sums, many, 0);
        }
    }
    return (int)(next - terms);
}

/* One panel of the left times the panels from `from` to `to` of the right. */
static void multiply_strip(const Panels *t, const Term *term, ptrdiff_t i, ptrdiff_t from, ptrdiff_t to, ptrdiff_t length)
{
    ptrdiff_t n = t->lanes->lanes, height = t->width - i * n < n ? t->width - i * n : n;
    double out[MOST_TILE];
    for (ptrdiff_t j = from, some; j < to; j += some) {
        some = to - j < t->lanes->tile ? to - j : t->lanes->tile;
        for (int g = 0; g < term->targets; g++) {
            ptrdiff_t limit = term->target[g].limit;
            if (j < limit && limit < j + some) some = limit - j;
        }
        ptrdiff_t columns = t->width - j * n < some * n ? t->width - j * n : some * n;
        t->lanes->outer(term->left + i * t->step, term->right + j * t->step, some, length, out);
        for (int g = 0; g < term->targets; g++)
            if (j < term->target[g].limit)
                t->lanes->settle(out, height, columns, i == j, term->target[g].sums + i * n * t->width + j * n, t->width,
                                 term->target[g].away);
    }
}

/* A crumb times all slices of its row, below and above the diagonal, and times the crumbs after it in the row. */
static void multiply_crumb(const Panels *t, const Exact *e, const Crumb *crumb)
{
    ptrdiff_t n = t->lanes->lanes, i = crumb->column, width = t->width;
    int depth = depth_of(t, i / n);
    for (ptrdiff_t l = 0; l < t->levels; l++) {
        int64_t *sums = sums_of(e, depth + l) + i * width;
        for (ptrdiff_t p = 0; p < t->panels[l]; p++) {
            const double *slices = t->level[l] + p * t->step + crumb->row * n;
            ptrdiff_t here = width - p * n < n ? width - p * n : n;
            for (ptrdiff_t c = 0; c < here; c++) sums[p * n + c] += (int64_t)(slices[c] * crumb->rest);
            if (p == i / n) sums[i] += (int64_t)(slices[i % n] * crumb->rest);
        }
    }
    for (const Crumb *other = crumb;; other = t->crumbs + other->next) {
        int64_t product = (int64_t)(crumb->rest * other->rest);
        sums_of(e, depth + depth_of(t, other->column / n))[i * width + other->column] += product;
        if (other->next < 0) break;
    }
}

void multiply_panels(Panels *t, const Exact *e, ptrdiff_t length, const int64_t *over)
{
    Term terms[MOST_LEVELS + 2 * MOST_PAIRS];
    int count = list_terms(t, e, terms);
    for (ptrdiff_t block = 0; block < t->panels[0]; block += BLOCK)
        for (const Term *term = terms; term < terms + count; term++) {
            ptrdiff_t to = term->to < block + BLOCK ? term->to : block + BLOCK;
            for (ptrdiff_t i = 0; i < term->tall && i < to; i++) {
                ptrdiff_t from = i > block ? i : block;
                multiply_strip(t, term, i, from > term->from ? from : term->from, to, length);
            }
        }
    for (ptrdiff_t c = 0; c < t->count; c++)
        if (!(over[t->crumbs[c].row] & VALUE)) multiply_crumb(t, e, t->crumbs + c);
}
