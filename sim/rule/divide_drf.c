/* Dominant resource fairness (Ghodsi et al., NSDI 2011), divisible, by progressive
 * filling: a party's dominant share is the largest fraction of any pool that its bundle
 * takes; the dominant shares, divided by the parties' shares, rise together until a pool
 * is full; whoever would need more of that pool stops there, the others go on. A party's
 * claims on several pools form one bundle in the proportion of its wants, but for floors,
 * which each claim keeps. A pool without GPUs belongs to no bundle, so it holds nobody
 * back. On one pool this is max-min. Cost: O(n_pools^2) water fillings. */
#include "rule/divide.h"
#include "rule/fill.h"

#include <math.h>

struct filling {
    const struct divide_input *in;
    double *speed; /* by party: fraction of the bundle gained per unit of level */
    double *stop;  /* by party: the level beyond which it does not rise */
    double *lo, *hi, *weight, *out; /* scratch by party */
};

/* What a party has in a pool when it stops. */
static double most_of(const struct filling *f, size_t party, size_t cell)
{
    double want = f->in->want_gpus[cell], floor = f->in->floor_gpus[cell];
    if (isinf(f->stop[party]))
        return want;
    return smaller(want, larger(floor, f->stop[party] * (f->speed[party] * want)));
}

/* The level at which the pool is full; INFINITY if never. */
static double level_of_pool(struct filling *f, size_t pool)
{
    const struct divide_input *in = f->in;
    size_t n = 0;
    for (size_t i = 0; i < in->n_parties; i++) {
        size_t cell = i * in->n_pools + pool;
        if (in->want_gpus[cell] <= 0)
            continue;
        f->lo[n] = in->floor_gpus[cell];
        f->hi[n] = most_of(f, i, cell);
        f->weight[n++] = f->speed[i] * in->want_gpus[cell];
    }
    return fill(in->capacity_gpus[pool], n, f->lo, f->hi, f->weight, f->out);
}

/* Whoever wants more of the full pool than its floor stops at the level. */
static void stop_at(struct filling *f, size_t pool, double level)
{
    const struct divide_input *in = f->in;
    for (size_t i = 0; i < in->n_parties; i++) {
        size_t cell = i * in->n_pools + pool;
        double weight = f->speed[i] * in->want_gpus[cell];
        if (weight > 0)
            f->stop[i] =
                smaller(f->stop[i], larger(level, in->floor_gpus[cell] / weight));
    }
}

static void divide(const struct divide_input *in, double *grants)
{
    size_t n = in->n_parties, n_pools = in->n_pools;
    struct filling f = {in,
                        ARENA_ARRAY(in->scratch, double, n),
                        ARENA_ARRAY(in->scratch, double, n),
                        ARENA_ARRAY(in->scratch, double, n),
                        ARENA_ARRAY(in->scratch, double, n),
                        ARENA_ARRAY(in->scratch, double, n),
                        ARENA_ARRAY(in->scratch, double, n)};
    bool *is_full = ARENA_ARRAY(in->scratch, bool, n_pools);
    for (size_t p = 0; p < n_pools; p++)
        is_full[p] = in->capacity_gpus[p] <= 0;
    for (size_t i = 0; i < n; i++) {
        double dominant = 0;
        for (size_t p = 0; p < n_pools; p++)
            if (!is_full[p])
                dominant = larger(dominant,
                                  in->want_gpus[i * n_pools + p] / in->capacity_gpus[p]);
        f.speed[i] = dominant > 0 ? in->parties[i].share / dominant : 0;
        f.stop[i] = INFINITY;
    }
    for (size_t round = 0; round < n_pools; round++) {
        double least = INFINITY;
        size_t first_full = n_pools;
        for (size_t p = 0; p < n_pools; p++) {
            double level = is_full[p] ? INFINITY : level_of_pool(&f, p);
            if (level < least) {
                least = level;
                first_full = p;
            }
        }
        if (first_full == n_pools)
            break;
        is_full[first_full] = true;
        stop_at(&f, first_full, least);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t p = 0; p < n_pools; p++) {
            size_t cell = i * n_pools + p;
            grants[cell] = in->capacity_gpus[p] > 0 ? most_of(&f, i, cell) : 0;
        }
}

const struct divide_type divide_drf = {
    .name = "drf",
    .summary = "dominant resource fairness over all pools at once, by share",
    .reads = READS_SHARES,
    .breaks = BREAKS_NO_WASTE,
    .over_projects = true,
    .over_groups = true,
    .takes_passes = true,
    .all_pools = true,
    .divide = divide,
};
