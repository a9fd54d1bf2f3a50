/* Turns claims or groups into parties and calls the division: once for each pool, or once
 * for all. Over the tree the root's capacity goes down group by group; a team's share of
 * it is divided among its own claims by score. */
#include "rule/award_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A division with its settings. */
struct division {
    const struct divide_type *type;
    const void *settings;
};

/* What is divided: a pool, -1 for all, among what stands below a group. */
struct scope {
    int pool, group;
};

/* One call of a division. What went wrong in the user's part of it is kept, and nothing
 * is divided any more. */
static void call(struct award_work *w, const struct divide_type *type, struct scope scope,
                 struct divide_input *in, double *grants)
{
    struct rule_fault fault = {.message = NULL};
    const char *pool = scope.pool >= 0 ? w->docket->pools[scope.pool].name : NULL;
    double level = NAN;
    if (w->breach)
        return;
    in->fault = &fault;
    in->levels = w->trace && in->n_pools == 1 ? &level : NULL;
    type->divide(in, grants);
    if (fault.message) {
        w->fault = (struct rule_fault){fault.at, arena_string(w->arena, fault.message)};
        w->breach = w->fault.message;
        return;
    }
    if (!isnan(level))
        award_trace_add(w->trace, (struct award_step){STEP_LEVEL, scope.pool, scope.group,
                                                      -1, level, 0});
    award_check_division(w, type, in, pool, grants);
}

/* Calls a division for parties on one pool or on all. */
static void divide_parties(struct award_work *w, const struct divide_type *type,
                           struct scope scope, struct divide_input in, double *grants)
{
    size_t n = in.n_parties, n_pools = in.n_pools;
    const double *capacity = in.capacity_gpus;
    if (type->all_pools || n_pools == 1) {
        if (n_pools == 1)
            scope.pool = scope.pool < 0 ? 0 : scope.pool;
        call(w, type, scope, &in, grants);
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
        in.next_accounts = next_accounts ? columns + 3 * n : NULL;
        in.capacity_gpus = &capacity[p];
        scope.pool = (int)p;
        call(w, type, scope, &in, columns + 4 * n);
        for (size_t i = 0; i < n; i++) {
            grants[i * n_pools + p] = columns[4 * n + i];
            if (next_accounts)
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
        if (sum > capacity[p] * (1 + AWARD_SLACK))
            for (size_t i = 0; i < n; i++)
                grants[i * n_pools + p] *= capacity[p] / sum;
    }
}

/* A product of small shares down a deep tree must not end at 0. */
static const double least_share = 1e-200;

void award_set_parties(struct award_work *w, const double *usage_frac)
{
    const struct docket *d = w->docket;
    w->group_parties = ARENA_ARRAY(w->scratch, struct party, d->n_groups);
    w->claim_parties = ARENA_ARRAY(w->scratch, struct party, w->n);
    for (size_t g = 0; g < d->n_groups; g++)
        w->group_parties[g] = (struct party){
            .name = d->groups[g].name,
            .score = NAN,
            .share = larger(d->groups[g].share, least_share),
            .usage_frac = usage_frac ? usage_frac[g] : 0,
            .age_months = d->age_months ? d->age_months[g] : 0,
            .class = d->groups[g].class,
        };
    for (size_t i = 0; i < w->n; i++) {
        const struct claim *c = award_claim(w, i);
        w->claim_parties[i] = w->group_parties[c->group];
        w->claim_parties[i].name = c->name;
        w->claim_parties[i].score = w->score[i];
        w->claim_parties[i].share = larger(d->share_frac[c->group], least_share);
    }
}

/* What is to be divided among claims, and where the grants go; all by claim. */
struct claims_pass {
    struct award_work *w;
    int group; /* below which the claims stand */
    const double *want, *floor;
    double *grants;
};

/* Divides one pool among claims[n] (canonical indices). */
static void divide_claims(const struct claims_pass *c, struct division by,
                          const double *capacity, const size_t *claims, size_t n)
{
    struct award_work *w = c->w;
    struct party *parties = ARENA_ARRAY(w->scratch, struct party, n);
    double *want = ARENA_ARRAY(w->scratch, double, n);
    double *floor = ARENA_ARRAY(w->scratch, double, n);
    double *grants = ARENA_ARRAY(w->scratch, double, n);
    size_t pool = w->cell[claims[0]] % w->docket->n_pools;
    for (size_t k = 0; k < n; k++) {
        parties[k] = w->claim_parties[claims[k]];
        want[k] = c->want[claims[k]];
        floor[k] = c->floor[claims[k]];
    }
    fit_floors(by.type, capacity + pool, n, 1, floor);
    struct divide_input in = {.n_parties = n,
                              .n_pools = 1,
                              .parties = parties,
                              .capacity_gpus = capacity + pool,
                              .want_gpus = want,
                              .floor_gpus = floor,
                              .settings = by.settings,
                              .scratch = w->scratch};
    divide_parties(w, by.type, (struct scope){(int)pool, c->group}, in, grants);
    fit_grants(by.type, capacity + pool, n, 1, grants);
    for (size_t k = 0; k < n; k++)
        c->grants[claims[k]] = grants[k];
}

/* Divides all pools at once: the claims of each owner are one party. */
static void divide_bundles(const struct claims_pass *c, struct division by,
                           const double *capacity, const size_t *claims, size_t n)
{
    struct award_work *w = c->w;
    size_t n_pools = w->docket->n_pools, n_cells = n * n_pools, n_parties = 0, before = 0;
    size_t *party = ARENA_ARRAY(w->scratch, size_t, n);
    struct party *parties = ARENA_ARRAY(w->scratch, struct party, n);
    double *want = ARENA_ARRAY(w->scratch, double, n_cells);
    double *floor = ARENA_ARRAY(w->scratch, double, n_cells);
    double *grants = ARENA_ARRAY(w->scratch, double, n_cells);
    struct party_claim *shown = NULL;
    if (by.type->reads & READS_DOCKET)
        shown = ARENA_ARRAY(w->scratch, struct party_claim, n_cells);
    for (size_t k = 0; k < n; k++) {
        size_t i = claims[k];
        if (n_parties == 0 || w->owner[i] != w->owner[before])
            parties[n_parties++] = w->claim_parties[i];
        party[k] = n_parties - 1;
        before = i;
        size_t cell = party[k] * n_pools + w->cell[i] % n_pools;
        want[cell] = c->want[i];
        floor[cell] = c->floor[i];
        if (shown)
            shown[cell] = (struct party_claim){
                award_claim(w, i), w->claim_parties[i].score, w->claim_parties[i].share,
                w->factor_values + w->order[i] * n_factors};
    }
    fit_floors(by.type, capacity, n_parties, n_pools, floor);
    struct divide_input in = {.n_parties = n_parties,
                              .n_pools = n_pools,
                              .parties = parties,
                              .capacity_gpus = capacity,
                              .want_gpus = want,
                              .floor_gpus = floor,
                              .settings = by.settings,
                              .docket = w->whole,
                              .claims = shown,
                              .scratch = w->scratch};
    divide_parties(w, by.type, (struct scope){-1, c->group}, in, grants);
    fit_grants(by.type, capacity, n_parties, n_pools, grants);
    for (size_t k = 0; k < n; k++)
        c->grants[claims[k]] = grants[party[k] * n_pools + w->cell[claims[k]] % n_pools];
}

/* Divides each pool's capacity among the claims of a leaf, or of all: leaf n_groups. A
 * single claim of a pool is not worth a division that wastes nothing. */
static void divide_leaf(const struct claims_pass *c, struct division by,
                        const double *capacity, size_t leaf)
{
    struct award_work *w = c->w;
    size_t end = w->group_first[leaf + 1], n_pools = w->docket->n_pools, n = 0;
    const size_t *list = by.type->all_pools ? w->group_owned : w->group_claims;
    bool is_exact = !by.type->breaks && by.type->grain_gpus == 0;
    size_t only = w->n;
    for (size_t k = w->group_first[leaf]; k < end; k++) {
        n += !w->is_aside[list[k]];
        only = w->is_aside[list[k]] ? only : list[k];
    }
    if (n == 1 && is_exact)
        c->grants[only] = smaller(c->want[only], capacity[w->cell[only] % n_pools]);
    if (n == 0 || (n == 1 && is_exact))
        return;
    size_t *claims = ARENA_ARRAY(w->scratch, size_t, n);
    n = 0;
    for (size_t k = w->group_first[leaf]; k < end; k++)
        if (!w->is_aside[list[k]])
            claims[n++] = list[k];
    if (by.type->all_pools)
        divide_bundles(c, by, capacity, claims, n);
    for (size_t first = 0, last; first < n && !by.type->all_pools; first = last) {
        size_t pool = w->cell[claims[first]] % n_pools;
        for (last = first + 1; last < n; last++)
            if (w->cell[claims[last]] % n_pools != pool)
                break;
        divide_claims(c, by, capacity, claims + first, last - first);
    }
}

struct tree_pass {
    struct claims_pass claims;
    struct division rules; /* among groups that name none */
    struct division teams; /* among the claims of teams that name none */
    /* By cell: what is asked below the group within its ceiling, what of it takes part in
     * this pass, what is guaranteed. */
    double *asked, *want, *floor;
};

/* The division that a group names for itself, or the other. */
static struct division division_of(const struct award_work *w, int named,
                                   struct division other)
{
    if (named < 0)
        return other;
    return (struct division){divisions[named], w->rule->division_settings[named]};
}

/* In the first pass a group wants no more than its entitlement. */
static void cut_to_entitlement(const struct tree_pass *t, size_t g)
{
    const struct award_work *w = t->claims.w;
    const struct docket *d = w->docket;
    double *want = t->want + g * d->n_pools, charged = 0;
    for (size_t p = 0; p < d->n_pools; p++)
        charged += want[p] * d->pools[p].charge * d->hours_to_next;
    if (charged > w->entitled_hours[g])
        for (size_t p = 0; p < d->n_pools; p++)
            want[p] *= w->entitled_hours[g] / charged;
}

/* A floor is never cut: where what the children of a group may want falls short of its
 * floor, they may want more of what they ask. */
static void raise_children(const struct tree_pass *t, size_t g, size_t p)
{
    const struct docket *d = t->claims.w->docket;
    double want = t->want[g * d->n_pools + p], missing = want, room = 0;
    for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling) {
        size_t cell = (size_t)c * d->n_pools + p;
        missing -= t->want[cell];
        room += t->asked[cell] - t->want[cell];
    }
    if (missing <= AWARD_SLACK * want || room <= 0)
        return;
    for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling) {
        size_t cell = (size_t)c * d->n_pools + p;
        t->want[cell] += (t->asked[cell] - t->want[cell]) * smaller(1, missing / room);
    }
}

/* Sums what is wanted and guaranteed below each group. */
static void sum_groups(const struct tree_pass *t, const double *given)
{
    struct award_work *w = t->claims.w;
    const struct docket *d = w->docket;
    size_t n_cells = d->n_groups * d->n_pools;
    bool is_cut = award_has_ledger(w) && !given;
    double *had = ARENA_ARRAY(w->scratch, double, n_cells);
    if (given)
        award_sum(w, given, had);
    award_sum_leaves(w, t->claims.want, t->asked);
    award_sum_leaves(w, t->claims.want, t->want);
    award_sum_leaves(w, t->claims.floor, t->floor);
    for (size_t g = d->n_groups; g-- > 0;) {
        size_t first = g * d->n_pools;
        for (size_t p = 0; p < d->n_pools; p++) {
            award_pass_up(w, g, p, t->asked);
            award_pass_up(w, g, p, t->want);
            award_pass_up(w, g, p, t->floor);
        }
        for (size_t cell = first; cell < first + d->n_pools; cell++) {
            double ceiling = larger(0, w->group_ceiling[cell] - had[cell]);
            double floor = given ? 0 : d->bounds[cell].floor_gpus;
            t->asked[cell] = smaller(t->asked[cell], ceiling);
            t->want[cell] = smaller(t->want[cell], ceiling);
            t->floor[cell] = smaller(larger(t->floor[cell], floor), t->asked[cell]);
        }
        if (is_cut && g > 0)
            cut_to_entitlement(t, g);
        for (size_t p = 0; p < d->n_pools; p++) {
            t->want[first + p] = larger(t->want[first + p], t->floor[first + p]);
        }
    }
    for (size_t cell = 0; cell < n_cells && is_cut; cell++)
        raise_children(t, cell / d->n_pools, cell % d->n_pools);
}

static void divide_group(const struct tree_pass *t, size_t g, const double *capacity);

/* The children of a group that want anything or, where accounts are kept, all: who lends
 * earns. They stand in the order of their names. */
static size_t *list_children(const struct tree_pass *t, size_t g, bool keeps_accounts,
                             size_t *n)
{
    const struct docket *d = t->claims.w->docket;
    size_t n_children = 0, *children;
    for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling)
        n_children++;
    children = ARENA_ARRAY(t->claims.w->scratch, size_t, n_children);
    *n = 0;
    for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling) {
        bool takes_part = keeps_accounts;
        for (size_t p = 0; p < d->n_pools; p++)
            takes_part |= t->want[(size_t)c * d->n_pools + p] > 0;
        if (takes_part)
            children[(*n)++] = (size_t)c;
    }
    return children;
}

/* Divides among the children of a group, then below each of them. */
static void divide_children(const struct tree_pass *t, size_t g, struct division by,
                            const double *capacity)
{
    struct award_work *w = t->claims.w;
    struct arena *scratch = w->scratch;
    bool keeps_accounts = by.type->account_at_start != NULL;
    size_t n, *children = list_children(t, g, keeps_accounts, &n);
    size_t n_pools = w->docket->n_pools, n_cells = n * n_pools;
    struct party *parties = ARENA_ARRAY(scratch, struct party, n);
    double *want = ARENA_ARRAY(scratch, double, n_cells);
    double *floor = ARENA_ARRAY(scratch, double, n_cells);
    double *grants = ARENA_ARRAY(scratch, double, n_cells);
    double *accounts = NULL, *next = NULL;
    if (keeps_accounts)
        accounts = ARENA_ARRAY(scratch, double, n_cells);
    if (keeps_accounts && w->next_accounts)
        next = ARENA_ARRAY(scratch, double, n_cells);
    for (size_t k = 0; k < n; k++) {
        size_t first = children[k] * n_pools;
        parties[k] = w->group_parties[children[k]];
        memcpy(want + k * n_pools, t->want + first, n_pools * sizeof *want);
        memcpy(floor + k * n_pools, t->floor + first, n_pools * sizeof *floor);
        if (keeps_accounts)
            memcpy(accounts + k * n_pools, w->accounts + first, n_pools * sizeof *want);
    }
    fit_floors(by.type, capacity, n, n_pools, floor);
    struct divide_input in = {.n_parties = n,
                              .n_pools = n_pools,
                              .parties = parties,
                              .capacity_gpus = capacity,
                              .want_gpus = want,
                              .floor_gpus = floor,
                              .settings = by.settings,
                              .accounts = accounts,
                              .next_accounts = next,
                              .scratch = scratch};
    divide_parties(w, by.type, (struct scope){-1, (int)g}, in, grants);
    fit_grants(by.type, capacity, n, n_pools, grants);
    for (size_t k = 0; k < n; k++) {
        if (next)
            memcpy(w->next_accounts + children[k] * n_pools, next + k * n_pools,
                   n_pools * sizeof *next);
        divide_group(t, children[k], grants + k * n_pools);
    }
}

static void divide_group(const struct tree_pass *t, size_t g, const double *capacity)
{
    struct award_work *w = t->claims.w;
    const struct docket *d = w->docket;
    const struct group *group = &d->groups[g];
    for (size_t p = 0; p < d->n_pools && w->trace; p++)
        award_trace_add(w->trace,
                        (struct award_step){STEP_GROUP, (int)p, (int)g, -1, capacity[p],
                                            t->want[g * d->n_pools + p]});
    if (group->first_child >= 0) {
        divide_children(t, g, division_of(w, group->division, t->rules), capacity);
    } else {
        struct claims_pass claims = t->claims;
        claims.group = (int)g;
        divide_leaf(&claims, division_of(w, group->division, t->teams), capacity, g);
    }
}

void award_divide(struct award_work *w, const double *capacity, const double *want,
                  const double *given, double *grants)
{
    const struct docket *d = w->docket;
    const struct rule *rule = w->rule;
    size_t n_cells = d->n_groups * d->n_pools;
    double *none = given ? ARENA_ARRAY(w->scratch, double, w->n) : NULL;
    struct division by = {rule->divide, rule->division_settings[rule->division]};
    struct claims_pass claims = {w, 0, want, given ? none : w->floor, grants};
    memset(grants, 0, w->n * sizeof *grants);
    if (rule->over == OVER_PROJECTS) {
        divide_leaf(&claims, by, capacity, d->n_groups);
        return;
    }
    struct tree_pass tree = {claims,
                             by,
                             division_of(w, division_find("weighted"), by),
                             ARENA_ARRAY(w->scratch, double, n_cells),
                             ARENA_ARRAY(w->scratch, double, n_cells),
                             ARENA_ARRAY(w->scratch, double, n_cells)};
    sum_groups(&tree, given);
    if (w->next_accounts)
        memcpy(w->next_accounts, w->accounts, n_cells * sizeof *w->accounts);
    if (!given) {
        memcpy(w->group_floor, tree.floor, n_cells * sizeof *tree.floor);
        if (award_is_strict(w))
            memcpy(w->group_limit, tree.want, n_cells * sizeof *tree.want);
    }
    double *most = ARENA_ARRAY(w->scratch, double, d->n_pools);
    for (size_t p = 0; p < d->n_pools; p++)
        most[p] = smaller(capacity[p], tree.want[p]);
    divide_group(&tree, 0, most);
}
