/* Copying rows. What is not finite has an exponent of ones: one more carries into the sign, which no branch need ask for. */

#include "taking.h"

#include <string.h>

#define EXPONENT 0x7FF0000000000000
#define ONE_MORE 0x0010000000000000
#define SIGN 0x8000000000000000

static inline uint64_t bits_at(const char *place)
{
    uint64_t bits;
    memcpy(&bits, place, sizeof bits);
    return bits;
}

static uint64_t take_side_by_side(const char *data, ptrdiff_t count, uint64_t *restrict out)
{
    uint64_t odd = 0;
    for (ptrdiff_t k = 0; k < count; k++) {
        uint64_t bits = bits_at(data + 8 * k);
        out[k] = bits;
        odd |= (bits & EXPONENT) + ONE_MORE;
    }
    return odd;
}

static uint64_t take_apart(const char *data, ptrdiff_t next, ptrdiff_t count, uint64_t *restrict out)
{
    uint64_t odd = 0;
    for (ptrdiff_t k = 0; k < count; k++) {
        out[k] = bits_at(data + k * next);
        odd |= (out[k] & EXPONENT) + ONE_MORE;
    }
    return odd;
}

int take_rows(const Rows *given, uint64_t *out)
{
    uint64_t odd = 0;
    ptrdiff_t width = given->width;
    if ((given->next == 8 || width == 1) && given->step == 8 * width)
        odd = take_side_by_side(given->data, given->rows * width, out);
    else
        for (ptrdiff_t k = 0; k < given->rows; k++) {
            const char *row = given->data + k * given->step;
            odd |= given->next == 8 ? take_side_by_side(row, width, out + k * width)
                                    : take_apart(row, given->next, width, out + k * width);
        }
    return !(odd & SIGN);
}
