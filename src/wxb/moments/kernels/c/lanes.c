/* The instruction sets, and which of them this machine has. */

#include "dekker.h"
#include "lanes.h"

#include <string.h>

#define UNIT 0x1p22      /* from one slice to the next */
#define ROUND 0x1.8p52   /* adding and subtracting it rounds to a whole number */

/* Marks numbers that scaling loses. */
static void lost(const double *numbers, ptrdiff_t length, double factor, int64_t *over)
{
    if (factor < 1)
        for (ptrdiff_t k = 0; k < length; k++) over[k] |= numbers[k] * factor == 0 && numbers[k] != 0;
}

#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define UNROLL _Pragma("GCC unroll 32")
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (MASK){__VA_ARGS__})
#endif

#define NAME(x) x##_plain
#define TITLE "plain"
#define TARGET
#define LANES 2
#define MR 4
#define NR 3
#define MV 4
#define WIDE 192
#define PICK(mask, a, b) ((vector_plain)(((mask) & (mask_plain)(a)) | (~(mask) & (mask_plain)(b))))
#define LESSER(a, b) PICK((a) < (b), a, b)
#define GREATER(a, b) PICK((a) > (b), a, b)
#define LEFT(a, b, p) left_plain(a, b, p)
#define WHOLE(a) (((a) + ROUND) - ROUND)
#define SOME(a) 1
#define TWO_HALVES(p, q) ((vector_plain){*(const double *)(p), *(const double *)(q)})
typedef double pair_of_plain __attribute__((vector_size(16)));

DEKKER(left_plain, pair_of_plain)
#include "lanes_body.h"

#ifdef __x86_64__
#include <immintrin.h>

#define NAME(x) x##_avx2
#define TITLE "avx2"
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 4
#define MR 4
#define NR 3
#define MV 3
#define WIDE 96
#define LESSER _mm256_min_pd
#define GREATER _mm256_max_pd
#define LEFT(a, b, p) _mm256_fmsub_pd(a, b, p)
#define WHOLE(a) (((a) + ROUND) - ROUND)
#define SOME(a) _mm256_movemask_pd(_mm256_cmp_pd(a, _mm256_setzero_pd(), _CMP_NEQ_UQ))
#define TWO_HALVES(p, q) _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd((const double *)(p))), _mm_loadu_pd((const double *)(q)), 1)
#include "lanes_body.h"

#define NAME(x) x##_avx512
#define TITLE "avx512"
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,fma")))
#define LANES 8
#define MR 6
#define NR 4
#define MV 3
#define WIDE 96
#define LESSER _mm512_min_pd
#define GREATER _mm512_max_pd
#define LEFT(a, b, p) _mm512_fmsub_pd(a, b, p)
#define WHOLE(a) _mm512_roundscale_pd(a, _MM_FROUND_TO_NEAREST_INT)
#define SOME(a) _mm512_cmp_pd_mask(a, _mm512_setzero_pd(), _CMP_NEQ_UQ)
#define TWO_HALVES(p, q) _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_loadu_pd((const double *)(p))), _mm256_loadu_pd((const double *)(q)), 1)
#include "lanes_body.h"
#endif

const Lanes *lanes_named(const char *name)
{
#ifdef __x86_64__
    int avx512 = __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx512 && (!name || !strcmp(name, "avx512"))) return &lanes_avx512;
    if (avx2 && (!name || !strcmp(name, "avx2"))) return &lanes_avx2;
#endif
    return !name || !strcmp(name, "plain") ? &lanes_plain : NULL;
}
