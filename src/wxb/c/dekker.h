/* Dekker's: what a product of doubles leaves, exactly, for machines that have no product and sum in one. For one double, or for
   vectors of them; to be compiled without contracting. */

#ifndef WXB_DEKKER_H
#define WXB_DEKKER_H

#define DEKKER(name, number)                                                                         \
    static inline __attribute__((always_inline)) number name(number a, number b, number product)     \
    {                                                                                                \
        number big = a * 134217729.0, a_high = big - (big - a), a_low = a - a_high;                  \
        big = b * 134217729.0;                                                                       \
        number b_high = big - (big - b), b_low = b - b_high;                                         \
        return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;      \
    }

#endif
