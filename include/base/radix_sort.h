/* radix_sort.h - sorts many numbers by a key of 64 bits.
 *
 * Stable: items of equal keys stay in the order in which they came. O(n), least
 * significant digit first (Knuth, The Art of Computer Programming 3, 5.2.5); digits that
 * are the same in all keys cost nothing, few items are sorted by insertion. */
#ifndef ALLOT_BASE_RADIX_SORT_H
#define ALLOT_BASE_RADIX_SORT_H

#include "base/arena.h"

#include <stdint.h>
#include <string.h>

struct keyed {
    uint64_t key;
    size_t index;
};

/* Ascending. The scratch has room for as many items again while it sorts. */
void radix_sort(struct keyed *items, size_t n, struct arena *scratch);

/* A key of the same order as the number, which is not NaN; both zeros are equal. */
static inline uint64_t radix_key(double x)
{
    uint64_t bits;
    x += 0.0; /* -0 becomes 0 */
    memcpy(&bits, &x, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

#endif
