/* heap.h - the first of many in order, one after the other, without sorting all. */
#ifndef ALLOT_RULE_HEAP_H
#define ALLOT_RULE_HEAP_H

#include <stddef.h>

/* Below 0 where a comes before b; 0 only for a == b. */
typedef int heap_compare_fn(const void *a, const void *b);

/* Arranges items[n] as a binary heap. O(n). */
void heap_build(const void **items, size_t n, heap_compare_fn *compare);

/* Takes out the first of n > 0 items in order; n - 1 are left. O(log n). */
const void *heap_pop(const void **items, size_t n, heap_compare_fn *compare);

/* Puts the first of n > 0 items in its place after it has changed. O(log n). */
void heap_sink(const void **items, size_t n, heap_compare_fn *compare);

#endif
