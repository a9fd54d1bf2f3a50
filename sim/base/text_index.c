#include "base/text_index.h"

#include "base/text.h"

#include <string.h>

enum { FEWEST_SLOTS = 32 };

/* Where a text stands or would stand. */
static uint32_t *slot_of(const struct text_index *index, const char *const *texts,
                         const char *bytes, size_t length)
{
    size_t mask = index->n_slots - 1;
    size_t slot = text_hash(TEXT_HASH, bytes, length) & mask;
    for (; index->slots[slot]; slot = (slot + 1) & mask) {
        const char *text = texts[index->slots[slot] - 1];
        if (strlen(text) == length && memcmp(text, bytes, length) == 0)
            break;
    }
    return &index->slots[slot];
}

int text_index_find(const struct text_index *index, const char *const *texts,
                    const char *bytes, size_t length)
{
    return index->n_slots > 0 ? (int)*slot_of(index, texts, bytes, length) - 1 : -1;
}

static void enter(struct text_index *index, const char *const *texts, size_t i)
{
    uint32_t *slot = slot_of(index, texts, texts[i], strlen(texts[i]));
    if (*slot == 0)
        *slot = (uint32_t)i + 1;
}

/* At most half of the slots are taken. */
void text_index_add(struct text_index *index, struct arena *arena,
                    const char *const *texts, size_t n)
{
    if (2 * (n + 1) > index->n_slots) {
        index->n_slots = index->n_slots > 0 ? 2 * index->n_slots : FEWEST_SLOTS;
        index->slots = ARENA_ARRAY(arena, uint32_t, index->n_slots);
        for (size_t i = 0; i < n; i++)
            enter(index, texts, i);
    }
    enter(index, texts, n);
}
