#include "base/radix_sort.h"

#include <stdbool.h>

enum { DIGIT_BITS = 8, N_DIGITS = 64 / DIGIT_BITS, RADIX = 1 << DIGIT_BITS };
enum { FEW = 48 }; /* insertion is faster then */

static size_t digit_of(uint64_t key, int digit)
{
    return key >> (digit * DIGIT_BITS) & (RADIX - 1);
}

static void insertion_sort(struct keyed *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct keyed item = items[i];
        size_t k = i;
        for (; k > 0 && items[k - 1].key > item.key; k--)
            items[k] = items[k - 1];
        items[k] = item;
    }
}

/* Turns the numbers of items by digit into where each digit's items begin; false: all
 * items have the same digit. */
static bool place_digits(size_t *counts, size_t n)
{
    size_t sum = 0;
    for (size_t d = 0; d < RADIX; d++) {
        size_t count = counts[d];
        if (count == n)
            return false;
        counts[d] = sum;
        sum += count;
    }
    return true;
}

void radix_sort(struct keyed *items, size_t n, struct arena *scratch)
{
    if (n <= FEW) {
        insertion_sort(items, n);
        return;
    }
    struct arena_mark mark = arena_get_mark(scratch);
    size_t(*counts)[RADIX] = arena_alloc(scratch, N_DIGITS, sizeof *counts);
    struct keyed *from = items, *to = ARENA_BARE(scratch, struct keyed, n);
    for (size_t i = 0; i < n; i++)
        for (int digit = 0; digit < N_DIGITS; digit++)
            counts[digit][digit_of(items[i].key, digit)]++;
    for (int digit = 0; digit < N_DIGITS; digit++) {
        if (!place_digits(counts[digit], n))
            continue;
        for (size_t i = 0; i < n; i++)
            to[counts[digit][digit_of(from[i].key, digit)]++] = from[i];
        struct keyed *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != items)
        memcpy(items, from, n * sizeof *items);
    arena_rewind(scratch, mark);
}
