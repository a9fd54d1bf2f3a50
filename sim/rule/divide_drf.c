/* Dominant resource fairness (Ghodsi et al., NSDI 2011), divisible, by progressive
 * filling: a party's dominant share is the largest fraction of any pool that its bundle
 * takes; the dominant shares, divided by the parties' shares, rise together until a pool
 * is full; whoever would need more of that pool stops there, the others go on. A party's
 * claims on several pools form one bundle in the proportion of its wants, but for floors,
 * which each claim keeps. A pool without GPUs belongs to no bundle, so it holds nobody
 * back. On one pool this is max-min. Cost: O(n_pools^2) water fillings.
 *
 * With whole_tasks a party's bundle is a task, and it gets whole ones: the next task goes
 * to the lowest dominant share (ties: the first by name) until a pool has no room for the
 * one whose turn it is; that party stops, the others go on. So equal parties may differ
 * by a task. Where all have room for some turns they are taken at once. Cost: O(n
 * n_pools) for each turn that stops somebody, and O(log n) for each task given near
 * there. */
#include "rule/divide.h"
#include "rule/fill.h"
#include "rule/heap.h"

#include <math.h>
#include <string.h>

struct drf_settings {
    bool whole_tasks;
};

static const struct setting table[] = {
    {"whole_tasks", SETTING_BOOL, 0, offsetof(struct drf_settings, whole_tasks),
     .unit = "",
     .help = "grants are whole tasks, of a claim's minimum, else of a unit of its pool; "
             "equal claims may differ by one"},
};

static unsigned also_breaks(const void *settings)
{
    const struct drf_settings *s = settings;
    return s->whole_tasks ? BREAKS_EQUALITY : 0;
}

/* ---- divisible ---- */

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

static void divide_bundles(const struct divide_input *in, double *grants)
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

/* ---- whole tasks ---- */

struct taker {
    double done, most; /* tasks */
    double rise;       /* of its dominant share, over its share, with a task */
    double turn;       /* where that stands: the lowest is next */
    size_t party;
};

struct turns {
    const struct divide_input *in;
    struct taker *takers;
    double *used; /* by pool */
    const void **queue;
};

/* Among turns that are as low the first by name. */
static int by_turn(const void *a, const void *b)
{
    const struct taker *x = a, *y = b;
    if (x->turn != y->turn)
        return x->turn < y->turn ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* Without the last bits, in which three ninths and a third may differ. */
static void set_done(struct taker *taker, double tasks)
{
    int exponent;
    double digits = frexp(tasks * taker->rise, &exponent);
    taker->done = tasks;
    taker->turn = ldexp(nearbyint(digits * 0x1p40), exponent - 40);
}

/* What a party has of a pool with that many tasks: a floor is had in any case, and of a
 * pool without GPUs nothing. */
static double amount_of(const struct turns *t, const struct taker *taker, size_t pool,
                        double tasks)
{
    size_t cell = taker->party * t->in->n_pools + pool;
    if (t->in->capacity_gpus[pool] <= 0)
        return 0;
    double gpus = t->in->want_gpus[cell] > 0 ? tasks * t->in->task_gpus[cell] : 0;
    return smaller(t->in->want_gpus[cell], larger(t->in->floor_gpus[cell], gpus));
}

static void set_up_taker(const struct turns *t, struct taker *taker)
{
    const struct divide_input *in = t->in;
    double dominant = 0, most = INFINITY;
    for (size_t p = 0; p < in->n_pools; p++) {
        size_t cell = taker->party * in->n_pools + p;
        if (in->want_gpus[cell] <= 0 || in->capacity_gpus[p] <= 0)
            continue;
        double task = in->task_gpus[cell];
        dominant = larger(dominant, task / in->capacity_gpus[p]);
        most = smaller(most, floor(in->want_gpus[cell] / task * (1 + 1e-12)));
    }
    taker->most = isfinite(most) ? most : 0;
    taker->rise = dominant / in->parties[taker->party].share;
}

/* The tasks of a taker when all shares have come to `level`. */
static double tasks_at(const struct taker *taker, double level)
{
    double tasks = taker->rise > 0 ? ceil(level / taker->rise * (1 - 1e-14)) : 0;
    return smaller(taker->most, larger(taker->done, tasks));
}

static void sum_used(const struct turns *t, double level, double *used)
{
    memset(used, 0, t->in->n_pools * sizeof *used);
    for (size_t i = 0; i < t->in->n_parties; i++)
        for (size_t p = 0; p < t->in->n_pools; p++)
            used[p] += amount_of(t, &t->takers[i], p, tasks_at(&t->takers[i], level));
}

static bool fits(const struct turns *t, double level, double *used)
{
    sum_used(t, level, used);
    for (size_t p = 0; p < t->in->n_pools; p++)
        if (used[p] > t->in->capacity_gpus[p] * (1 + 1e-12))
            return false;
    return true;
}

/* Takes all turns at once that are taken before anybody has to stop. */
static void skip_ahead(struct turns *t)
{
    enum { HALVINGS = 100 };
    double *used = ARENA_ARRAY(t->in->scratch, double, t->in->n_pools), high = 0;
    for (size_t i = 0; i < t->in->n_parties; i++)
        high = larger(high, t->takers[i].most * t->takers[i].rise);
    double low = 0;
    if (fits(t, high, used))
        low = high;
    for (int k = 0; k < HALVINGS && low < high; k++) {
        double middle = low + (high - low) / 2;
        if (fits(t, middle, used))
            low = middle;
        else
            high = middle;
    }
    if (low < high)
        low *= 1 - 1e-11; /* leaves those that tie there to their order */
    for (size_t i = 0; i < t->in->n_parties; i++)
        set_done(&t->takers[i], tasks_at(&t->takers[i], low));
    sum_used(t, 0, t->used);
}

/* Gives a taker its next task if there is room; else it stops. */
static bool take_turn(struct turns *t, struct taker *taker)
{
    size_t n_pools = t->in->n_pools;
    double next = taker->done + 1;
    bool has_room = next <= taker->most && next > taker->done;
    for (size_t p = 0; p < n_pools && has_room; p++) {
        double more = amount_of(t, taker, p, next) - amount_of(t, taker, p, taker->done);
        has_room = t->used[p] + more <= t->in->capacity_gpus[p] * (1 + 1e-12);
    }
    if (!has_room) {
        taker->most = taker->done;
        return false;
    }
    for (size_t p = 0; p < n_pools; p++)
        t->used[p] += amount_of(t, taker, p, next) - amount_of(t, taker, p, taker->done);
    set_done(taker, next);
    return true;
}

/* Turn by turn from here, for about as many as there are takers, among whom is one that
 * must stop. Returns whether anybody is left who may go on. */
static bool take_turns(struct turns *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->in->n_parties; i++)
        if (t->takers[i].done < t->takers[i].most)
            t->queue[n++] = &t->takers[i];
    heap_build(t->queue, n, by_turn);
    for (size_t left = 2 * n; n > 0 && left > 0; left--) {
        struct taker *taker = (struct taker *)t->queue[0];
        if (take_turn(t, taker))
            heap_sink(t->queue, n, by_turn);
        else
            heap_pop(t->queue, n--, by_turn);
    }
    return n > 0;
}

static void divide_tasks(const struct divide_input *in, double *grants)
{
    size_t n = in->n_parties;
    struct turns t = {in, ARENA_ARRAY(in->scratch, struct taker, n),
                      ARENA_ARRAY(in->scratch, double, in->n_pools),
                      ARENA_ARRAY(in->scratch, const void *, n)};
    for (size_t i = 0; i < n; i++) {
        t.takers[i].party = i;
        set_up_taker(&t, &t.takers[i]);
    }
    do
        skip_ahead(&t);
    while (take_turns(&t));
    for (size_t i = 0; i < n; i++)
        for (size_t p = 0; p < in->n_pools; p++)
            grants[i * in->n_pools + p] =
                amount_of(&t, &t.takers[i], p, t.takers[i].done);
}

static void divide(const struct divide_input *in, double *grants)
{
    const struct drf_settings *settings = in->settings;
    if (settings->whole_tasks)
        divide_tasks(in, grants);
    else
        divide_bundles(in, grants);
}

const struct divide_type divide_drf = {
    .name = "drf",
    .summary = "dominant resource fairness over all pools at once, by share",
    .settings = SETTINGS("drf", table, struct drf_settings),
    .reads = READS_SHARES | READS_TASKS,
    .breaks = BREAKS_NO_WASTE,
    .also_breaks = also_breaks,
    .over_projects = true,
    .over_groups = true,
    .takes_passes = true,
    .all_pools = true,
    .divide = divide,
};
