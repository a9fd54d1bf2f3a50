#include "scenario/loading.h"
#include "scenario/sections.h"

#include <math.h>

static void read_delivery(struct loading *l, struct node *node, const char *pool,
                          size_t i, int id)
{
    struct form f;
    struct delivery_record record;
    const char *who = arena_printf(l->reader.arena, "%s, delivery %zu", pool, i + 1);
    form_open(&f, &l->reader, node, who);
    form_read(&f, &delivery_settings, &record);
    form_close(&f);
    l->is_bad_pool[id] |= f.is_bad;
    if (f.is_bad)
        return;
    struct planned planned = {.happening = {.kind = HAPPENING_DELIVER,
                                            .at_s = record.at_s,
                                            .pool = id,
                                            .project = -1,
                                            .team = -1,
                                            .gpus = (double)record.gpus},
                              .who = who,
                              .date = node_find(node, "at"),
                              .node = node};
    reader_plan(&l->reader, planned);
}

static void check_energy(struct loading *l, struct form *f, const struct pool *pool)
{
    if (f->is_bad || !isnan(pool->watts))
        return;
    const char *key = pool->pue != 1 ? "pue" : "co2_g_per_kwh";
    if (pool->pue == 1 && isnan(pool->co2_g_per_kwh))
        return;
    form_error(f, form_place(f, key), "%s tells nothing without the watts of a GPU", key);
    diag_hint(l->reader.d, "watts = 400.0;");
}

static void read_pool(struct loading *l, struct node *node, size_t i)
{
    struct form f;
    struct pool *pool = &l->pools[i];
    form_open(&f, &l->reader, node, reader_who(&l->reader, "pool", node, i));
    const char *name = node_identity("pools", node);
    f.target.home = HOME_POOL;
    f.target.index = (int)i;
    f.target.path = loading_path(l, "pools", name ? name : "?", NULL);
    form_read(&f, &pool_settings, pool);
    check_energy(l, &f, pool);
    l->is_bad_pool[i] = f.is_bad;
    loading_add_name(l, &l->pool_names, pool->name, (int)i, node);
    struct node *deliveries = form_list(&f, "deliveries");
    for (size_t k = 0; deliveries && k < deliveries->n_children; k++)
        read_delivery(l, deliveries->children[k], f.who, k, (int)i);
    form_close(&f);
    l->is_bad_pool[i] |= f.is_bad;
}

void read_pools(struct loading *l, struct form *top)
{
    l->pool_names.sort = "pool";
    struct node *list = form_list(top, "pools");
    size_t n = list ? list->n_children : 0;
    l->s->n_pools = n;
    l->s->pools = l->pools = ARENA_ARRAY(l->reader.arena, struct pool, n);
    l->is_bad_pool = ARENA_ARRAY(l->reader.arena, bool, n);
    l->pool_names.is_open = n == 0;
    const char *hint = "pools = ( { name = \"a100\"; gpus = 1000; } );";
    if (!node_find(top->group, "pools"))
        form_missing(top, "pools", hint);
    if (list && n == 0) {
        form_error(top, &list->value_at, "pools is an empty list");
        diag_hint(l->reader.d, "%s", hint);
    }
    for (size_t i = 0; i < n; i++)
        read_pool(l, list->children[i], i);
    l->pool_names.is_open |= !loading_check_names(l, &l->pool_names);
}
