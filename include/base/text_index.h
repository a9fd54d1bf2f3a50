/* text_index.h - finds a text in an array of texts by its hash.
 *
 * The array is the caller's; the index keeps numbers only. O(length) a call. */
#ifndef ALLOT_BASE_TEXT_INDEX_H
#define ALLOT_BASE_TEXT_INDEX_H

#include "base/arena.h"

#include <stdint.h>

/* Zeroed: empty. */
struct text_index {
    uint32_t *slots; /* open hashing: number + 1, 0 where there is none */
    size_t n_slots;  /* a power of two, or 0 */
};

/* The number of the first text that is equal, -1 if none is. */
int text_index_find(const struct text_index *index, const char *const *texts,
                    const char *bytes, size_t length);

/* Enters texts[n]; those before it have been. */
void text_index_add(struct text_index *index, struct arena *arena,
                    const char *const *texts, size_t n);

#endif
