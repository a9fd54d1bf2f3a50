#include "import/seen.h"

#include "base/memory.h"

struct entry {
    uint64_t key; /* 0: free */
    double until_s;
};

struct seen {
    struct entry *entries;
    size_t n, most, n_slots; /* slots: a power of two */
};

struct seen *seen_new(size_t most)
{
    struct seen *s = mem_new(1, sizeof *s);
    s->most = most;
    s->n_slots = 1024;
    s->entries = MEM_ARRAY(struct entry, s->n_slots);
    return s;
}

void seen_free(struct seen *s)
{
    if (s)
        mem_free(s->entries);
    mem_free(s);
}

static struct entry *entry_of(struct seen *s, uint64_t key)
{
    size_t slot = (key ^ (key >> 32)) & (s->n_slots - 1);
    while (s->entries[slot].key != 0 && s->entries[slot].key != key)
        slot = (slot + 1) & (s->n_slots - 1);
    return &s->entries[slot];
}

static void widen(struct seen *s)
{
    struct entry *old = s->entries;
    size_t n_old = s->n_slots;
    s->n_slots *= 2;
    s->entries = MEM_ARRAY(struct entry, s->n_slots);
    for (size_t i = 0; i < n_old; i++)
        if (old[i].key != 0)
            *entry_of(s, old[i].key) = old[i];
    mem_free(old);
}

double *seen_until(struct seen *s, uint64_t key)
{
    key += key == 0;
    struct entry *entry = entry_of(s, key);
    if (entry->key == 0) {
        if (s->n == s->most)
            return NULL;
        if (4 * (s->n + 1) > 3 * s->n_slots) {
            widen(s);
            entry = entry_of(s, key);
        }
        *entry = (struct entry){key, 0};
        s->n++;
    }
    return &entry->until_s;
}
