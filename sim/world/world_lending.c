/* Loans are worked out anew from grants, needs, scores and what is in service, and depend
 * on nothing else: what an owner puts to work, or what a pool loses, is thereby taken
 * back at once. Nobody is lent more than it needs, and only whole loans are at work, so
 * that what is used never exceeds what there is. */
#include "world/settle.h"

#include "base/check.h"
#include "rule/fill.h"

#include <math.h>
#include <stdlib.h>

/* A claim with unmet need. GPUs that its own grant leaves idle, being below its minimum,
 * are idle like any others until a loan lifts it there. */
struct borrower {
    size_t claimant;
    double score;
    double own_gpus;   /* of its grant, at work without a loan */
    double need_gpus;  /* most of all that it may have at work */
    double least_gpus; /* with fewer nothing is done */
    double gpus;       /* at work with its loan */
    bool is_set_aside;
};

/* The highest score first; of equal ones the earlier claimant, which is the earlier name.
 */
static int by_score(const void *a, const void *b)
{
    const struct borrower *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->claimant < y->claimant ? -1 : x->claimant > y->claimant;
}

static double least_gpus(const struct world *world, size_t claimant)
{
    int project = world->claimants[claimant].project;
    if (project < 0)
        return 0;
    const struct stage *stage = world_stage(world, (size_t)project);
    CHECK(stage); /* who needs GPUs is at a stage */
    return stage->min_gpus;
}

/* What is being handed over stands still, whatever it has. */
static bool is_held(const struct world *world, size_t claimant)
{
    int project = world->claimants[claimant].project;
    return project >= 0 && world->project_states[project].n_holds > 0;
}

/* Fills borrower[n] of those on a pool that filed a claim and need more than they have;
 * returns what is idle without loans. */
static double find_borrowers(const struct world *world, size_t pool,
                             struct borrower *borrowers, size_t *n)
{
    double idle = world_available_gpus(world, pool);
    *n = 0;
    for (size_t c = world->pool_claimants[pool]; c < world->pool_claimants[pool + 1];
         c++) {
        const struct holding *h = &world->holdings[c];
        double own = gpus_at_work(world, c, h->granted_gpus);
        idle -= own;
        if (h->has_claimed && !is_held(world, c) && h->needed_gpus > own * (1 + 1e-12))
            borrowers[(*n)++] = (struct borrower){
                c, h->score, own, h->needed_gpus, least_gpus(world, c), own, false};
    }
    return fmax(0, idle);
}

/* Max-min over those that are not set aside; false where that left somebody below its
 * minimum: the last of them is set aside then. */
static bool try_sharing(struct borrower *b, size_t n, double idle, double *columns)
{
    double *lo = columns, *hi = lo + n, *w = hi + n, *out = w + n;
    double capacity = idle;
    size_t n_in = 0;
    for (size_t i = 0; i < n; i++) {
        if (b[i].is_set_aside)
            continue;
        lo[n_in] = b[i].own_gpus;
        hi[n_in] = b[i].need_gpus;
        w[n_in++] = 1;
        capacity += b[i].own_gpus;
    }
    fill(capacity, n_in, lo, hi, w, out);
    for (size_t i = n; i-- > 0;) {
        if (b[i].is_set_aside)
            continue;
        b[i].gpus = out[--n_in];
        if (b[i].gpus >= b[i].least_gpus * (1 - 1e-12)) {
            b[i].gpus = fmax(b[i].gpus, b[i].least_gpus);
            continue;
        }
        b[i].gpus = b[i].own_gpus;
        b[i].is_set_aside = true;
        return false;
    }
    return true;
}

/* Lends to claims of one score; returns what stays idle. Who was set aside comes back
 * where its minimum fits after all. */
static double share(struct borrower *b, size_t n, double idle, double *columns)
{
    while (!try_sharing(b, n, idle, columns))
        ;
    for (size_t i = 0; i < n; i++)
        idle -= b[i].is_set_aside ? 0 : b[i].gpus - b[i].own_gpus;
    for (size_t i = 0; i < n; i++) {
        if (!b[i].is_set_aside || b[i].least_gpus > b[i].own_gpus + idle)
            continue;
        b[i].gpus = fmin(b[i].need_gpus, b[i].own_gpus + idle);
        idle -= b[i].gpus - b[i].own_gpus;
    }
    return fmax(0, idle);
}

/* A last bit less than the minimum would be nothing. */
static double loan_of(double gpus, double granted_gpus)
{
    double loan = gpus - granted_gpus;
    return granted_gpus + loan < gpus ? nextafter(loan, INFINITY) : loan;
}

/* lent[] of the pool's claimants, from the first on. */
static void work_out_loans(const struct world *world, size_t pool, double *lent,
                           struct arena *scratch)
{
    size_t first = world->pool_claimants[pool], n;
    size_t most = world->pool_claimants[pool + 1] - first;
    struct borrower *borrowers = ARENA_ARRAY(scratch, struct borrower, most);
    if (!world->rule.lends)
        return;
    double idle = find_borrowers(world, pool, borrowers, &n);
    double *columns = ARENA_ARRAY(scratch, double, 4 * n);
    qsort(borrowers, n, sizeof *borrowers, by_score);
    for (size_t i = 0, last; i < n && idle > 0; i = last) {
        for (last = i; last < n && borrowers[last].score == borrowers[i].score; last++)
            ;
        idle = share(&borrowers[i], last - i, idle, columns);
    }
    for (size_t i = 0; i < n; i++) {
        size_t c = borrowers[i].claimant;
        double granted = world->holdings[c].granted_gpus;
        if (borrowers[i].gpus > granted * (1 + 1e-12))
            lent[c - first] = loan_of(borrowers[i].gpus, granted);
    }
}

static void put_loan(struct world *world, size_t claimant, double gpus)
{
    struct holding *h = &world->holdings[claimant];
    int project = world->claimants[claimant].project;
    if (h->lent_gpus == gpus)
        return;
    settle_holding(world, claimant);
    if (project >= 0)
        settle_project(world, (size_t)project);
    h->lent_gpus = gpus;
    if (project >= 0)
        refresh_speed(world, (size_t)project);
    else
        refresh_use(world, claimant);
}

void unsettle_loans(struct world *world, size_t pool)
{
    world->pool_states[pool].has_stale_loans = true;
}

void world_lend(struct world *world)
{
    struct arena scratch;
    arena_init(&scratch);
    for (size_t p = 0; p < world->scenario->n_pools; p++) {
        struct pool_state *pool = &world->pool_states[p];
        size_t first = world->pool_claimants[p], last = world->pool_claimants[p + 1];
        if (!pool->has_stale_loans)
            continue;
        pool->has_stale_loans = false;
        if (!world->rule.lends && !pool->has_loans)
            continue;
        arena_reset(&scratch);
        double *lent = ARENA_ARRAY(&scratch, double, last - first);
        work_out_loans(world, p, lent, &scratch);
        pool->has_loans = false;
        for (size_t c = first; c < last; c++) {
            put_loan(world, c, lent[c - first]);
            pool->has_loans |= lent[c - first] > 0;
        }
    }
    arena_release(&scratch);
}

/* No loan exceeds what others leave, none is idle, and they are those of now, but where
 * world_lend is still to come. */
void check_loans(const struct world *world)
{
    struct arena scratch;
    arena_init(&scratch);
    for (size_t p = 0; p < world->scenario->n_pools; p++) {
        size_t first = world->pool_claimants[p], last = world->pool_claimants[p + 1];
        double available = world_available_gpus(world, p), used = 0, idle = available;
        double total = 0, *lent = ARENA_ARRAY(&scratch, double, last - first);
        if (world->pool_states[p].has_stale_loans)
            continue;
        work_out_loans(world, p, lent, &scratch);
        for (size_t c = first; c < last; c++) {
            const struct holding *h = &world->holdings[c];
            double at_work = h->granted_gpus + h->lent_gpus;
            CHECK(h->lent_gpus == lent[c - first] && h->lent_gpus >= 0);
            CHECK(h->lent_gpus == 0 || (world->rule.lends && h->has_claimed));
            CHECK(h->lent_gpus == 0 || fabs(h->used_gpus - at_work) <= 1e-9 * at_work);
            used += h->used_gpus;
            idle -= h->lent_gpus > 0 ? h->granted_gpus : h->used_gpus;
            total += h->lent_gpus;
        }
        CHECK(used <= available + 1e-9 * fmax(1, available));
        CHECK(total <= idle + 1e-9 * fmax(1, available));
        CHECK((total > 0) == world->pool_states[p].has_loans);
    }
    arena_release(&scratch);
}
