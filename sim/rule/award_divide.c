/* Turns claims or groups into parties and calls the division: once for each pool, or once
 * for all. Over the tree the root's capacity goes down group by group; a team's share of
 * it is divided among its own claims by score. */
#include "rule/award_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Calls a division for parties on all pools; want, floor and grants are by
 * [party * n_pools + pool]. */
static void divide_pools(struct award_work *w, const struct divide_type *type,
                         const void *settings, const double *capacity,
                         struct divide_input in, double *grants)
{
    size_t n = in.n_parties, n_pools = in.n_pools;
    in.settings = settings;
    in.capacity_gpus = capacity;
    if (type->all_pools || n_pools == 1) {
        type->divide(&in, grants);
        return;
    }
    const double *want = in.want_gpus, *floor = in.floor_gpus, *accounts = in.accounts;
    double *next_accounts = in.next_accounts;
    double *columns = ARENA_ARRAY(w->scratch, double, 5 * n);
    in.n_pools = 1;
    in.want_gpus = columns;
    in.floor_gpus = columns + n;
    for (size_t p = 0; p < n_pools; p++) {
        for (size_t i = 0; i < n; i++) {
            columns[i] = want[i * n_pools + p];
            columns[n + i] = floor[i * n_pools + p];
            columns[2 * n + i] = accounts ? accounts[i * n_pools + p] : 0;
        }
        in.accounts = accounts ? columns + 2 * n : NULL;
        in.next_accounts = accounts ? columns + 3 * n : NULL;
        in.capacity_gpus = &capacity[p];
        type->divide(&in, columns + 4 * n);
        for (size_t i = 0; i < n; i++) {
            grants[i * n_pools + p] = columns[4 * n + i];
            if (accounts)
                next_accounts[i * n_pools + p] = columns[3 * n + i];
        }
    }
}

/* Scales floors that are too large for the pool; a division that adds shares on top of
 * floors wants them as they are. */
static void fit_floors(const struct divide_type *type, const double *capacity, size_t n,
                       size_t n_pools, double *floor)
{
    if (type->on_floors)
        return;
    for (size_t p = 0; p < n_pools; p++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += floor[i * n_pools + p];
        if (sum > capacity[p])
            for (size_t i = 0; i < n; i++)
                floor[i * n_pools + p] *= capacity[p] / sum;
    }
}

/* Grants beyond the pool, which a record may announce, are scaled back to it. */
static void fit_grants(const struct divide_type *type, const double *capacity, size_t n,
                       size_t n_pools, double *grants)
{
    if (!(type->breaks & BREAKS_POOL))
        return;
    for (size_t p = 0; p < n_pools; p++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += grants[i * n_pools + p];
        if (sum > capacity[p])
            for (size_t i = 0; i < n; i++)
                grants[i * n_pools + p] *= capacity[p] / sum;
    }
}

/* What a group's past use, class and share say of a party. */
static struct party party_of_group(const struct award_work *w, int g)
{
    const struct docket *d = w->docket;
    return (struct party){
        .name = d->groups[g].name,
        .score = NAN,
        .share = d->groups[g].share,
        .usage_frac = w->usage_frac ? w->usage_frac[g] : 0,
        .age_months = d->age_months ? d->age_months[g] : 0,
        .class = d->groups[g].class,
    };
}

static struct party party_of_claim(const struct award_work *w, size_t i)
{
    const struct claim *c = award_claim(w, i);
    struct party party = party_of_group(w, c->group);
    party.name = c->name;
    party.score = w->score[i];
    party.share = w->docket->share_frac[c->group];
    return party;
}

/* Divides one pool among claims[n] (canonical indices). */
static void divide_claims(struct award_work *w, const struct divide_type *type,
                          const void *settings, double capacity, const size_t *claims,
                          size_t n, const double *want, const double *floor,
                          double *grants)
{
    struct party *parties = ARENA_ARRAY(w->scratch, struct party, n);
    double *columns = ARENA_ARRAY(w->scratch, double, 3 * n);
    for (size_t k = 0; k < n; k++) {
        parties[k] = party_of_claim(w, claims[k]);
        columns[k] = want[claims[k]];
        columns[n + k] = floor[claims[k]];
    }
    fit_floors(type, &capacity, n, 1, columns + n);
    struct divide_input in = {.n_parties = n,
                              .n_pools = 1,
                              .parties = parties,
                              .want_gpus = columns,
                              .floor_gpus = columns + n,
                              .scratch = w->scratch};
    divide_pools(w, type, settings, &capacity, in, columns + 2 * n);
    fit_grants(type, &capacity, n, 1, columns + 2 * n);
    for (size_t k = 0; k < n; k++)
        grants[claims[k]] = columns[2 * n + k];
}

struct bundle_key {
    const struct award_work *work;
    size_t claim;
};

/* The claims of one project, or of one team's exploration, stand together. */
static int compare_owners(const void *a, const void *b)
{
    const struct bundle_key *x = a, *y = b;
    const struct claim *c = award_claim(x->work, x->claim);
    const struct claim *e = award_claim(y->work, y->claim);
    int names = strcmp(c->name, e->name);
    if (names != 0)
        return names;
    if (c->project != e->project)
        return c->project < e->project ? -1 : 1;
    return c->team < e->team ? -1 : c->team > e->team;
}

/* A division of all pools at once among claims: each owner's claims are one party. */
static void divide_bundles(struct award_work *w, const struct divide_type *type,
                           const void *settings, const double *capacity,
                           const size_t *claims, size_t n, const double *want,
                           const double *floor, double *grants)
{
    size_t n_pools = w->docket->n_pools, n_parties = 0;
    struct bundle_key *keys = ARENA_ARRAY(w->scratch, struct bundle_key, n);
    size_t *party = ARENA_ARRAY(w->scratch, size_t, n);
    struct party *parties = ARENA_ARRAY(w->scratch, struct party, n);
    double *cells = ARENA_ARRAY(w->scratch, double, 3 * n * n_pools);
    double *want_cells = cells, *floor_cells = cells + n * n_pools;
    double *grant_cells = cells + 2 * n * n_pools;
    for (size_t k = 0; k < n; k++)
        keys[k] = (struct bundle_key){w, claims[k]};
    qsort(keys, n, sizeof *keys, compare_owners);
    for (size_t k = 0; k < n; k++) {
        if (k == 0 || compare_owners(&keys[k - 1], &keys[k]) != 0)
            parties[n_parties++] = party_of_claim(w, keys[k].claim);
        party[k] = n_parties - 1;
        size_t cell = party[k] * n_pools + (size_t)award_claim(w, keys[k].claim)->pool;
        want_cells[cell] = want[keys[k].claim];
        floor_cells[cell] = floor[keys[k].claim];
    }
    fit_floors(type, capacity, n_parties, n_pools, floor_cells);
    struct divide_input in = {.n_parties = n_parties,
                              .n_pools = n_pools,
                              .parties = parties,
                              .want_gpus = want_cells,
                              .floor_gpus = floor_cells,
                              .scratch = w->scratch};
    divide_pools(w, type, settings, capacity, in, grant_cells);
    fit_grants(type, capacity, n_parties, n_pools, grant_cells);
    for (size_t k = 0; k < n; k++) {
        const struct claim *c = award_claim(w, keys[k].claim);
        grants[keys[k].claim] = grant_cells[party[k] * n_pools + (size_t)c->pool];
    }
}

/* Claims of all pools by one division, given all of their pools' capacity. */
static void divide_among_claims(struct award_work *w, const struct divide_type *type,
                                const void *settings, const double *capacity,
                                const size_t *claims, size_t n, const double *want,
                                const double *floor, double *grants)
{
    if (type->all_pools) {
        divide_bundles(w, type, settings, capacity, claims, n, want, floor, grants);
        return;
    }
    for (size_t first = 0, last; first < n; first = last) {
        int pool = award_claim(w, claims[first])->pool;
        for (last = first + 1; last < n; last++)
            if (award_claim(w, claims[last])->pool != pool)
                break;
        divide_claims(w, type, settings, capacity[pool], claims + first, last - first,
                      want, floor, grants);
    }
}

/* In the first pass a group asks for no more than its entitlement, floors apart. A team's
 * claims are cut already. */
static void cut_to_entitlement(const struct award_work *w, size_t g, double *want,
                               const double *floor)
{
    const struct docket *d = w->docket;
    double charged = 0;
    for (size_t p = 0; p < d->n_pools; p++)
        charged += want[p] * d->pools[p].charge * d->hours_to_next;
    for (size_t p = 0; p < d->n_pools && charged > w->entitled_hours[g]; p++)
        want[p] = fmax(floor[p], want[p] * (w->entitled_hours[g] / charged));
}

/* Sums of what is wanted and guaranteed below each group, within its own ceiling. */
static void sum_groups(const struct award_work *w, const double *want, const double *given,
                       double *group_want, double *group_floor)
{
    const struct docket *d = w->docket;
    size_t n_pools = d->n_pools;
    double *had = ARENA_ARRAY(w->scratch, double, d->n_groups * n_pools);
    bool has_ledger = ledgers[w->rule->ledger]->entitle != NULL;
    for (size_t i = 0; i < w->n; i++) {
        const struct claim *c = award_claim(w, i);
        size_t cell = (size_t)c->group * n_pools + (size_t)c->pool;
        group_want[cell] += want[i];
        group_floor[cell] += given || w->is_aside[i] ? 0 : w->floor[i];
        had[cell] += given ? given[i] : 0;
    }
    for (size_t g = d->n_groups; g-- > 0;) {
        for (size_t p = 0; p < n_pools; p++) {
            size_t cell = g * n_pools + p;
            double ceiling = fmax(0, w->group_ceiling[cell] - had[cell]);
            double floor = given ? 0 : d->bounds[cell].floor_gpus;
            group_want[cell] = fmin(group_want[cell], ceiling);
            group_floor[cell] = fmin(fmax(group_floor[cell], floor), group_want[cell]);
        }
        size_t first = g * n_pools;
        if (has_ledger && !given && g > 0 && d->groups[g].first_child >= 0)
            cut_to_entitlement(w, g, group_want + first, group_floor + first);
        for (size_t p = 0; p < n_pools && d->groups[g].parent >= 0; p++) {
            size_t up = (size_t)d->groups[g].parent * n_pools + p;
            group_want[up] += group_want[first + p];
            group_floor[up] += group_floor[first + p];
            had[up] += had[first + p];
        }
    }
}

struct tree_pass {
    struct award_work *w;
    const double *want, *floor;              /* by claim */
    const double *group_want, *group_floor; /* [group * n_pools + pool] */
    double *grants;
};

static int compare_groups(const void *a, const void *b)
{
    const struct party *x = *(const struct party *const *)a;
    const struct party *y = *(const struct party *const *)b;
    return strcmp(x->name, y->name);
}

static void divide_group(const struct tree_pass *t, int g, const double *capacity);

/* Divides among the children of a group, then below each of them. */
static void divide_children(const struct tree_pass *t, int g,
                            const struct divide_type *type, const void *settings,
                            const double *capacity)
{
    struct award_work *w = t->w;
    const struct docket *d = w->docket;
    size_t n = 0, n_pools = d->n_pools;
    for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling)
        n++;
    struct party *found = ARENA_ARRAY(w->scratch, struct party, n);
    struct party **sorted = ARENA_ARRAY(w->scratch, struct party *, n);
    struct party *parties = ARENA_ARRAY(w->scratch, struct party, n);
    int *child = ARENA_ARRAY(w->scratch, int, n), *by_found = ARENA_ARRAY(w->scratch, int, n);
    double *cells = ARENA_ARRAY(w->scratch, double, 5 * n * n_pools);
    double *want = cells, *floor = cells + n * n_pools, *grants = cells + 2 * n * n_pools;
    double *accounts = cells + 3 * n * n_pools, *next = cells + 4 * n * n_pools;
    size_t k = 0;
    for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling, k++) {
        found[k] = party_of_group(w, c);
        sorted[k] = &found[k];
        by_found[k] = c;
    }
    qsort(sorted, n, sizeof *sorted, compare_groups);
    for (k = 0; k < n; k++) {
        parties[k] = *sorted[k];
        child[k] = by_found[sorted[k] - found];
        for (size_t p = 0; p < n_pools; p++) {
            size_t cell = (size_t)child[k] * n_pools + p;
            want[k * n_pools + p] = t->group_want[cell];
            floor[k * n_pools + p] = t->group_floor[cell];
            if (type->account_at_start)
                accounts[k * n_pools + p] = w->accounts[cell];
        }
    }
    fit_floors(type, capacity, n, n_pools, floor);
    struct divide_input in = {.n_parties = n,
                              .n_pools = n_pools,
                              .parties = parties,
                              .want_gpus = want,
                              .floor_gpus = floor,
                              .accounts = type->account_at_start ? accounts : NULL,
                              .next_accounts = type->account_at_start ? next : NULL,
                              .scratch = w->scratch};
    divide_pools(w, type, settings, capacity, in, grants);
    fit_grants(type, capacity, n, n_pools, grants);
    for (k = 0; k < n; k++) {
        for (size_t p = 0; p < n_pools && type->account_at_start; p++)
            w->next_accounts[(size_t)child[k] * n_pools + p] = next[k * n_pools + p];
        divide_group(t, child[k], grants + k * n_pools);
    }
}

static void divide_group(const struct tree_pass *t, int g, const double *capacity)
{
    struct award_work *w = t->w;
    const struct docket *d = w->docket;
    const struct group *group = &d->groups[g];
    const struct rule *rule = w->rule;
    for (size_t p = 0; p < d->n_pools && w->trace; p++) {
        double wanted = t->group_want[(size_t)g * d->n_pools + p];
        award_trace_add(w->trace, (struct award_step){STEP_GROUP, (int)p, g, -1,
                                                      capacity[p], wanted});
    }
    if (group->first_child >= 0) {
        const struct divide_type *type =
            group->division >= 0 ? divisions[group->division] : rule->divide;
        int index = group->division >= 0 ? group->division : rule->division;
        divide_children(t, g, type, rule->division_settings[index], capacity);
        return;
    }
    int index = group->division >= 0 ? group->division : division_find("weighted");
    size_t first = w->group_first[g];
    divide_among_claims(w, divisions[index], rule->division_settings[index], capacity,
                        w->group_claims + first, w->group_first[g + 1] - first, t->want,
                        t->floor, t->grants);
}

void award_divide(struct award_work *w, const double *capacity, const double *want,
                  const double *given, double *grants)
{
    const struct docket *d = w->docket;
    const struct rule *rule = w->rule;
    const void *settings = rule->division_settings[rule->division];
    double *floor = ARENA_ARRAY(w->scratch, double, w->n);
    memset(grants, 0, w->n * sizeof *grants);
    for (size_t i = 0; i < w->n; i++)
        floor[i] = given || w->is_aside[i] ? 0 : fmin(w->floor[i], want[i]);
    if (rule->over == OVER_PROJECTS) {
        size_t *all = ARENA_ARRAY(w->scratch, size_t, w->n);
        for (size_t i = 0; i < w->n; i++)
            all[i] = i;
        divide_among_claims(w, rule->divide, settings, capacity, all, w->n, want, floor,
                            grants);
        return;
    }
    size_t n_cells = d->n_groups * d->n_pools;
    double *group_want = ARENA_ARRAY(w->scratch, double, n_cells);
    double *group_floor = ARENA_ARRAY(w->scratch, double, n_cells);
    sum_groups(w, want, given, group_want, group_floor);
    struct tree_pass pass = {w, want, floor, group_want, group_floor, grants};
    divide_group(&pass, 0, capacity);
}
