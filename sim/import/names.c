#include "import/names.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

void names_init(struct names *names)
{
    *names = (struct names){0};
    arena_init(&names->arena);
}

void names_release(struct names *names)
{
    arena_release(&names->arena);
    mem_free(names->items);
    *names = (struct names){0};
}

int names_find(const struct names *names, struct slice name)
{
    return text_index_find(&names->index, names->items, name.at, name.length);
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
    int number = names_find(names, name);
    if (number >= 0)
        return number;
    if (names->n == most || !is_name(name))
        return -1;
    ARRAY_PUSH(names->items, names->n, names->capacity) =
        arena_copy(&names->arena, name.at, name.length);
    text_index_add(&names->index, &names->arena, names->items, names->n - 1);
    return (int)names->n - 1;
}
