#include "rule/heap.h"

/* Lets an item sink to where it comes before both of its children. */
static void sink(const void **items, size_t n, size_t at, heap_compare_fn *compare)
{
    const void *item = items[at];
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && compare(items[child + 1], items[child]) < 0)
            child++;
        if (compare(item, items[child]) < 0)
            break;
        items[at] = items[child];
    }
    items[at] = item;
}

void heap_build(const void **items, size_t n, heap_compare_fn *compare)
{
    for (size_t at = n / 2; at-- > 0;)
        sink(items, n, at, compare);
}

const void *heap_pop(const void **items, size_t n, heap_compare_fn *compare)
{
    const void *first = items[0];
    items[0] = items[n - 1];
    sink(items, n - 1, 0, compare);
    return first;
}

void heap_sink(const void **items, size_t n, heap_compare_fn *compare)
{
    sink(items, n, 0, compare);
}
