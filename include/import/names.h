/* names.h - names met in a file, numbered in the order in which they came. */
#ifndef ALLOT_IMPORT_NAMES_H
#define ALLOT_IMPORT_NAMES_H

#include "base/text_index.h"
#include "import/slice.h"

struct names {
    struct arena arena;
    const char **items;
    size_t n, capacity;
    struct text_index index;
};

enum { NAME_MOST_BYTES = 200 };

void names_init(struct names *names);
void names_release(struct names *names);

/* The number of a name, -1 if there is none. O(length) */
int names_find(const struct names *names, struct slice name);

/* The same; a new name is added. -1 where it cannot be one: empty, longer than
 * NAME_MOST_BYTES, no UTF-8, with control characters, or beyond the `most`-th. */
int names_add(struct names *names, struct slice name, size_t most);

#endif
