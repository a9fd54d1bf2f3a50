#include "import/tres.h"

#include <math.h>
#include <string.h>

static enum tres_result add(struct tres_gpus *g, int pool, double gpus)
{
    size_t i = 0;
    while (i < g->n && g->types[i].pool != pool)
        i++;
    if (pool < 0 || i == TRES_MOST_TYPES)
        return TRES_NAME;
    if (i == g->n) {
        g->types[g->n].pool = pool;
        g->types[g->n++].gpus = 0;
    }
    g->types[i].gpus += gpus;
    return TRES_READ;
}

/* One KEY=COUNT. */
static enum tres_result read_item(struct usage *usage, struct slice item,
                                  struct tres_gpus *g)
{
    static const char gpu[] = "gres/gpu";
    enum { PREFIX = sizeof gpu - 1 };
    int64_t count;
    if (!slice_begins(item, gpu))
        return TRES_READ;
    const char *equals = memchr(item.at, '=', item.length);
    size_t key = equals ? (size_t)(equals - item.at) : item.length;
    bool is_type = key > PREFIX + 1 && item.at[PREFIX] == ':';
    if (key != PREFIX && !is_type)
        return TRES_READ; /* gres/gpumem, gres/gpuutil */
    if (!equals ||
        !slice_integer((struct slice){equals + 1, item.length - key - 1}, &count) ||
        count > 1000000000)
        return TRES_NUMBER;
    if (count < 0)
        return TRES_NEGATIVE;
    if (is_type) {
        struct slice type = {item.at + PREFIX + 1, key - PREFIX - 1};
        return add(g, usage_pool(usage, type), (double)count);
    }
    g->all = (double)count;
    return TRES_READ;
}

enum tres_result tres_read_gpus(struct usage *usage, struct slice list,
                                struct tres_gpus *gpus)
{
    struct slice items[64];
    double typed = 0;
    *gpus = (struct tres_gpus){.all = -1};
    if (list.length == 0)
        return TRES_READ;
    if (list.at[list.length - 1] == '+')
        return TRES_CUT;
    size_t n = slice_split(list, slice_of(","), items, 64);
    for (size_t i = 0; i < n && i < 64; i++) {
        enum tres_result result = read_item(usage, items[i], gpus);
        if (result != TRES_READ)
            return result;
    }
    for (size_t i = 0; i < gpus->n; i++)
        typed += gpus->types[i].gpus;
    double untyped = gpus->all - typed;
    gpus->all = fmax(gpus->all, gpus->n > 0 ? typed : -1);
    return untyped > 0 ? add(gpus, usage_pool(usage, slice_of("gpu")), untyped)
                       : TRES_READ;
}
