/* Dominant resource fairness (Ghodsi et al., NSDI 2011), divisible, by progressive
 * filling: a party's dominant share is the largest fraction of any pool that its bundle
 * takes; the dominant shares, divided by the parties' shares, rise together until a pool
 * is full; whoever needs that pool stops there, the others go on. A party's claims on
 * several pools form one bundle in the proportion of its wants, but for floors, which
 * each claim keeps. On one pool this is max-min. Cost: O(n_pools^2) water fillings. */
#include "rule/divide.h"
#include "rule/fill.h"

#include <math.h>
#include <string.h>

struct filling {
    const struct divide_input *in;
    double *speed;    /* by party: bundle fraction gained per unit of level */
    double *level;    /* by party: where it stopped; NaN while it rises */
    double *lo, *hi, *weight, *out; /* scratch by party */
};

/* The level at which the pool is full, given who has stopped; INFINITY if never. */
static double level_of_pool(struct filling *f, size_t pool)
{
    const struct divide_input *in = f->in;
    double rest = in->capacity_gpus[pool];
    size_t n = 0;
    for (size_t i = 0; i < in->n_parties; i++) {
        size_t cell = i * in->n_pools + pool;
        double want = in->want_gpus[cell], floor = in->floor_gpus[cell];
        if (!isnan(f->level[i])) {
            rest -= fmin(want, fmax(floor, f->level[i] * f->speed[i] * want));
        } else if (want > 0) {
            f->lo[n] = floor;
            f->hi[n] = want;
            f->weight[n++] = f->speed[i] * want;
        }
    }
    return n == 0 ? INFINITY : fill(fmax(0, rest), n, f->lo, f->hi, f->weight, f->out);
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
    for (size_t i = 0; i < n; i++) {
        double dominant = 0;
        for (size_t p = 0; p < n_pools; p++)
            if (in->capacity_gpus[p] > 0)
                dominant = fmax(dominant,
                                in->want_gpus[i * n_pools + p] / in->capacity_gpus[p]);
        f.speed[i] = dominant > 0 ? in->parties[i].share / dominant : 0;
        f.level[i] = NAN;
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
        for (size_t i = 0; i < n; i++)
            if (isnan(f.level[i]) && in->want_gpus[i * n_pools + first_full] > 0)
                f.level[i] = least;
    }
    for (size_t i = 0; i < n; i++) {
        double fraction = isnan(f.level[i]) ? 1 : fmin(1, f.level[i] * f.speed[i]);
        for (size_t p = 0; p < n_pools; p++) {
            size_t cell = i * n_pools + p;
            grants[cell] =
                fmin(in->want_gpus[cell],
                     fmax(in->floor_gpus[cell], fraction * in->want_gpus[cell]));
        }
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
    .is_consistent = true,
    .divide = divide,
};
