/* Rows that are put aside: copied, and looked at on the way, so that the memory is read once. */

#ifndef WXB_TAKING_H
#define WXB_TAKING_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *data;
    ptrdiff_t rows, width;
    ptrdiff_t step, next; /* bytes from one row to the next, from one column to the next */
} Rows;

/* Copy rows to `out`, one after the other; whether all of their numbers are finite. */
int take_rows(const Rows *given, uint64_t *out);

#endif
