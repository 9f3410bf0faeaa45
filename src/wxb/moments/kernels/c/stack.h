/* Slices of one stretch of rows, and the sums of the products made of them.

   Where NumPy multiplies all slices with all slices, here every product is one of a matrix with itself, of which half is
   enough:

       s_k s_l' + s_l s_k' = (s_k + s_l)(s_k + s_l)' - s_k s_k' - s_l s_l'

   so that L slices take L (L + 1) / 2 halves instead of L^2. Where all columns have three, five do: the slices are coefficients of
   a + b t + c t², and the square of that, of degree 4, is known by its values at five points (Toom and Cook). */

#ifndef WXB_STACK_H
#define WXB_STACK_H

#include "columns.h"

#define LIMIT 9007199254740992.0 /* 2^53 */
/* A first slice of at most this square, added to another slice (of at most 2^21 in each of 2^9 rows, a norm of 2^25.5), has
   a norm of at most 2^26.5: its products stay below 2^53 too. */
#define MIXABLE 0x1p51
#define VALUE INT64_MAX /* all bits of a double but its sign */

/* Room for one stretch, everything at multiples of 64 bytes, without which every load is two. */
typedef struct {
    void *memory;
    double *rows, *buffer, *squares; /* slices and what is made of them; numbers that had to be moved; of first slices */
    int64_t *over, *sums;            /* (STEP) what is over in each row; of products */
    Place *places;
} Space;

/* For `width` columns, `rows` rows of slices and `sums` sums. 0 when there is no memory; else free `memory` in the end. */
int make_space(Space *s, size_t width, size_t rows, size_t sums);

/* Column i of level k, one of the counts[k] columns (in falling order of their number of slices) that have that slice, is
   row i of level[k]; mixed[PAIR(k, l)] holds the sums of the slices k and l of the counts[l] columns that have both. */
typedef struct {
    const Lanes *lanes;
    ptrdiff_t levels;
    const int64_t *counts;
    double *level[MOST_LEVELS], *mixed[MOST_PAIRS];
    int64_t *own[MOST_LEVELS];   /* (counts[k], counts[k]) level k with itself, upper triangle */
    int64_t *square[MOST_PAIRS]; /* (counts[l], counts[l]) mixed with itself, upper triangle */
    int64_t *across[MOST_PAIRS]; /* (counts[l], counts[k]) level l with level k, where not in the square */
    int64_t *sums;               /* all of them, one after the other */
    size_t size;                 /* how many numbers that are */
    int by_points;               /* whether columns are cut for the five products that three slices take, and not for six */
    int direct;                  /* the first slices are too large to be mixed: those pairs are wholly in `across` */
    double *totals;              /* (levels, counts[0]) sums of the slices of each column; NULL where none is constant */
    double constant;             /* the slice of the last column, where it is the same in all rows: it needs no products */
} Stack;

size_t rows_needed(ptrdiff_t levels, const int64_t *counts);
size_t sums_needed(ptrdiff_t levels, const int64_t *counts);
void lay_out(Stack *t, const Lanes *lanes, ptrdiff_t levels, const int64_t *counts, double *rows, int64_t *sums);

/* Cut the numbers that the plan has as its i-th column; returns the sum of squares of the first slice. */
double cut_column(Stack *t, ptrdiff_t i, Place place, ptrdiff_t length, double factor, int64_t *over, double *low,
                  double *high);

/* Whether the plan has three slices for every column that is not constant. */
int has_points(const Stack *t);
void clear_row(Stack *t, ptrdiff_t row);

/* The largest sum of squares of a first slice, which by Cauchy and Schwarz bounds every product of them; `squares` are
   those of all rows, and where they seem large the rows marked in `over` are left out. */
double largest_square(const Stack *t, const double *squares, const int64_t *over, ptrdiff_t length);

/* Add all products of the slices to the sums. */
void multiply(Stack *t, ptrdiff_t length);

/* Where the stack is cut by points: what one square of the polynomial has at t^0 … t^4 for the columns i <= j. */
static inline void coefficients(const Stack *t, ptrdiff_t i, ptrdiff_t j, int64_t *out)
{
    ptrdiff_t few = t->counts[2], place = i * few + j;
    int64_t first = t->own[0][i * t->counts[0] + j], last = t->own[2][place];
    int64_t plus = t->square[PAIR(0, 1)][place], minus = t->square[PAIR(0, 2)][place], half = t->square[PAIR(1, 2)][place];
    int64_t odd = (plus - minus) / 2, even = (plus + minus) / 2 - first - last;
    out[0] = first, out[2] = even, out[4] = last;
    out[1] = ((half - 16 * first - 4 * even - last) / 2 - odd) / 3;
    out[3] = odd - out[1];
}

/* Sum of s_k[i] s_l[j] + s_l[i] s_k[j] for i <= j, i < counts[l], k < l; a column without slice l has 0 there. */
static inline int64_t both_ways(const Stack *t, ptrdiff_t k, ptrdiff_t l, ptrdiff_t i, ptrdiff_t j)
{
    ptrdiff_t few = t->counts[l], many = t->counts[k];
    const int64_t *across = t->across[PAIR(k, l)];
    if (j >= few) return across[i * many + j];
    if (k == 0 && t->direct) return across[i * many + j] + across[j * many + i];
    return t->square[PAIR(k, l)][i * few + j] - t->own[k][i * many + j] - t->own[l][i * few + j];
}

#endif
