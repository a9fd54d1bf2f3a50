#include "base/check.h"
#include "base/seconds.h"
#include "world/settle.h"

#include <math.h>
#include <stdlib.h>

double world_available_gpus(const struct world *world, size_t pool)
{
    const struct pool_state *p = &world->pool_states[pool];
    return fmax(0, p->installed_gpus - p->failed_gpus - p->reserved_gpus);
}

static void change(struct world *world, size_t pool, double installed, double failed)
{
    world->needs_at_s = NAN;
    struct pool_state *p = &world->pool_states[pool];
    settle_pool(world, pool);
    p->installed_gpus += installed;
    p->failed_gpus += failed;
    CHECK(p->failed_gpus >= 0 && p->installed_gpus >= p->failed_gpus);
    p->reserved_gpus =
        (p->installed_gpus - p->failed_gpus) * world->pools[pool].reserved_frac;
    shrink_grants(world, pool, -1);
}

static double at_most_in_service(const struct world *world, size_t pool, double gpus)
{
    const struct pool_state *p = &world->pool_states[pool];
    return fmin(gpus, p->installed_gpus - p->failed_gpus);
}

void world_deliver(struct world *world, size_t pool, double gpus)
{
    change(world, pool, gpus, 0);
}

double world_retire(struct world *world, size_t pool, double gpus)
{
    double taken = at_most_in_service(world, pool, gpus);
    change(world, pool, -taken, 0);
    return taken;
}

double world_take_out(struct world *world, size_t pool, double gpus)
{
    double taken = at_most_in_service(world, pool, gpus);
    change(world, pool, 0, taken);
    return taken;
}

void world_bring_back(struct world *world, size_t pool, double gpus)
{
    change(world, pool, 0, -gpus);
}

double world_failures_per_s(const struct world *world, size_t pool)
{
    const struct pool_state *p = &world->pool_states[pool];
    const struct pool *settings = &world->pools[pool];
    double nodes = (p->installed_gpus - p->failed_gpus) / (double)settings->node_gpus;
    if (settings->repair_hours == 0)
        return 0;
    return settings->reliability.failures_per_node_day / SECONDS_PER_DAY * nodes;
}

struct loser {
    double score;
    size_t claimant;
};

/* The lowest score first; of equal ones the later claimant, which is the later name. */
static int by_loss(const void *a, const void *b)
{
    const struct loser *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    return x->claimant > y->claimant ? -1 : 1;
}

void shrink_grants(struct world *world, size_t pool, int kept)
{
    size_t first = world->pool_claimants[pool], last = world->pool_claimants[pool + 1];
    unsettle_loans(world, pool);
    double granted = 0, available = world_available_gpus(world, pool);
    for (size_t c = first; c < last; c++)
        granted += world->holdings[c].granted_gpus;
    double excess = granted - available;
    if (excess <= 1e-9 * fmax(1, available))
        return;
    struct arena scratch;
    arena_init(&scratch);
    struct loser *losers = ARENA_ARRAY(&scratch, struct loser, last - first);
    size_t n = 0;
    for (size_t c = first; c < last; c++)
        if (world->holdings[c].granted_gpus > 0 && (int)c != kept)
            losers[n++] = (struct loser){world->holdings[c].score, c};
    qsort(losers, n, sizeof *losers, by_loss);
    for (size_t i = 0; i < n && excess > 0; i++) {
        double has = world->holdings[losers[i].claimant].granted_gpus;
        double loss = fmin(has, excess);
        put_grant(world, losers[i].claimant, has - loss);
        excess -= loss;
    }
    arena_release(&scratch);
}
