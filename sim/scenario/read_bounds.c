/* A floor or ceiling is one number for every pool, or a list of numbers by pool and date.
 * At one instant a number for one pool goes before one for all of them, whatever their
 * order in the list. */
#include "scenario/loading.h"
#include "scenario/sections.h"

#include <math.h>

struct bound {
    struct dated_value dated;
    int pool; /* -1: every pool */
    const char *who;
    struct node *node;
    bool is_bad;
};

static const struct setting pool_setting = {
    "pool", SETTING_TEXT, SETTING_OPTIONAL,
    0,      .unit = "",   .help = "the pool that it holds for; left out: every pool"};

static void store_bound(struct loading *l, int group, int pool,
                        const struct setting *setting, double number)
{
    size_t n = l->s->n_pools;
    for (size_t p = 0; p < n; p++)
        if (pool < 0 || pool == (int)p)
            setting_store(setting, &l->bounds[(size_t)group * n + p], number);
}

static void plan_bound(struct loading *l, struct form *f, int group,
                       const struct setting *setting, const struct bound *bound)
{
    const char *path =
        arena_printf(l->reader.arena, "%s.%s", f->target.path, setting->key);
    const char *pool = bound->pool < 0 ? NULL : l->pools[bound->pool].name;
    if (pool)
        path = arena_printf(l->reader.arena, "%s.%s", path, loading_path(l, pool, NULL));
    struct planned planned = {
        .happening = {.kind = HAPPENING_SET,
                      .at_s = bound->dated.at_s,
                      .pool = -1,
                      .project = -1,
                      .team = -1,
                      .value = bound->dated.number,
                      .target = {HOME_BOUNDS, group, bound->pool, setting, path}},
        .who = bound->who,
        .date = bound->dated.from,
        .node = bound->node,
        .value = bound->dated.value};
    reader_plan(&l->reader, planned);
}

/* The dates of each pool's values, and of those for every pool, must ascend. */
static void check_ascent(struct form *element, const struct bound *bounds, size_t i)
{
    const struct bound *last = NULL;
    for (size_t k = 0; k < i; k++)
        if (bounds[k].pool == bounds[i].pool && !bounds[k].is_bad)
            last = &bounds[k];
    if (!last || element->is_bad)
        return;
    if (!bounds[i].dated.from)
        form_missing(element, "from", "only a pool's first value may be without it");
    else if (bounds[i].dated.at_s <= last->dated.at_s)
        form_error(element, &bounds[i].dated.from->value_at,
                   "from is %s, must be later than that of the value before",
                   bounds[i].dated.from->value.text);
}

static void read_element(struct loading *l, const struct form *f,
                         const struct setting *setting, struct node *node, size_t i,
                         struct bound *bounds)
{
    struct form element;
    struct bound *bound = &bounds[i];
    const char *pool = NULL;
    bound->who =
        arena_printf(l->reader.arena, "%s, value %zu of %s", f->who, i + 1, setting->key);
    bound->node = node;
    bound->pool = -1;
    form_open(&element, &l->reader, node, bound->who);
    form_setting(&element, &pool_setting, &pool);
    if (pool)
        bound->pool = loading_resolve(l, &element, "pool", pool, &l->pool_names, NULL);
    form_dated_value(&element, setting, &bound->dated);
    check_ascent(&element, bounds, i);
    form_close(&element);
    bound->is_bad = element.is_bad;
}

static void read_list(struct loading *l, struct form *f, int group,
                      const struct setting *setting, struct node *list)
{
    size_t n = list->n_children;
    struct bound *bounds = ARENA_ARRAY(l->reader.arena, struct bound, n);
    if (n == 0)
        form_error(f, &list->value_at, "%s is an empty list", setting->key);
    for (size_t i = 0; i < n; i++) {
        read_element(l, f, setting, list->children[i], i, bounds);
        f->is_bad |= bounds[i].is_bad;
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            if (bounds[i].is_bad || (bounds[i].pool >= 0) != (pass == 1))
                continue;
            if (bounds[i].dated.at_s > 0)
                plan_bound(l, f, group, setting, &bounds[i]);
            else
                store_bound(l, group, bounds[i].pool, setting, bounds[i].dated.number);
        }
}

void read_bounds(struct loading *l, struct form *f, int group)
{
    size_t n_pools = l->s->n_pools;
    for (size_t p = 0; p < n_pools; p++)
        l->bounds[(size_t)group * n_pools + p] = (struct bounds){0, INFINITY};
    for (size_t i = 0; i < bounds_settings.n_items; i++) {
        const struct setting *setting = &bounds_settings.items[i];
        struct node *node = node_find(f->group, setting->key);
        if (node && node->kind == NODE_LIST) {
            read_list(l, f, group, setting, form_node(f, setting->key));
            continue;
        }
        struct bounds all;
        form_setting(f, setting, &all);
        double number = setting_number(setting, &all);
        if (!isnan(number))
            store_bound(l, group, -1, setting, number);
    }
    l->is_bad_bound[group] |= f->is_bad;
}
