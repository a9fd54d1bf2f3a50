#include "study/identity.h"

#include "run/run.h"

#include <string.h>

/* The root without what no run depends on. Only the root is new: the children are the
 * scenario's. */
static struct node *tree_of_runs(struct arena *arena, const struct node *tree)
{
    static const char *const left_out[] = {"alternatives", "sweep", "answer", "seed"};
    struct node *root = node_new(arena, NODE_GROUP, NULL);
    for (size_t i = 0; i < tree->n_children; i++) {
        bool is_kept = true;
        for (size_t k = 0; k < sizeof left_out / sizeof *left_out; k++)
            is_kept &= strcmp(tree->children[i]->key, left_out[k]) != 0;
        if (is_kept)
            node_append(arena, root, tree->children[i]);
    }
    return root;
}

void identity_of(const struct scenario *s, uint64_t seed, char hex[DIGEST_ROOM])
{
    struct arena arena;
    struct text all;
    arena_init(&arena);
    text_init(&all);
    text_printf(&all, "results %d\nseed %llu\n", RESULTS_VERSION,
                (unsigned long long)seed);
    node_print(tree_of_runs(&arena, s->tree), &all);
    for (size_t i = s->sources.n_scenario; i < s->sources.n_sources; i++)
        text_printf(&all, "file %s\n", s->sources.sources[i]->sha256);
    digest_of(all.bytes, all.length, hex);
    text_release(&all);
    arena_release(&arena);
}
