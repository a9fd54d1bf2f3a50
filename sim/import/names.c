#include "import/names.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

void names_init(struct names *names)
{
    *names = (struct names){.n_slots = 64};
    arena_init(&names->arena);
    names->slots = MEM_ARRAY(uint32_t, names->n_slots);
}

void names_release(struct names *names)
{
    arena_release(&names->arena);
    mem_free(names->items);
    mem_free(names->slots);
    *names = (struct names){0};
}

/* Where a name stands or would stand. */
static size_t slot_of(const struct names *names, struct slice name)
{
    size_t slot = slice_hash(TEXT_HASH, name) & (names->n_slots - 1);
    for (; names->slots[slot]; slot = (slot + 1) & (names->n_slots - 1))
        if (slice_is(name, names->items[names->slots[slot] - 1]))
            break;
    return slot;
}

int names_find(const struct names *names, struct slice name)
{
    return (int)names->slots[slot_of(names, name)] - 1;
}

static void widen(struct names *names)
{
    mem_free(names->slots);
    names->n_slots *= 2;
    names->slots = MEM_ARRAY(uint32_t, names->n_slots);
    for (size_t i = 0; i < names->n; i++)
        names->slots[slot_of(names, slice_of(names->items[i]))] = (uint32_t)i + 1;
}

static bool is_name(struct slice s)
{
    if (s.length > 0 && text_begins_formula(s.at[0]))
        return false;
    for (size_t i = 0; i < s.length; i++)
        if ((unsigned char)s.at[i] < ' ' || s.at[i] == 0x7F)
            return false;
    return s.length > 0 && s.length <= NAME_MOST_BYTES && text_is_utf8(s.at, s.length);
}

int names_add(struct names *names, struct slice name, size_t most)
{
    size_t slot = slot_of(names, name);
    if (names->slots[slot])
        return (int)names->slots[slot] - 1;
    if (names->n == most || !is_name(name))
        return -1;
    if (2 * (names->n + 1) > names->n_slots) {
        widen(names);
        slot = slot_of(names, name);
    }
    ARRAY_PUSH(names->items, names->n, names->capacity) =
        arena_copy(&names->arena, name.at, name.length);
    names->slots[slot] = (uint32_t)names->n;
    return (int)names->n - 1;
}
