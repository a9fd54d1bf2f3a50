/* Turns claims or groups into parties and calls the division: once for each pool, or once
 * for all. Over the tree the root's capacity goes down group by group; a team's share of
 * it is divided among its own claims by score. */
#include "rule/award_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A product of small shares down a deep tree must not end at 0. */
static const double least_share = 1e-200;

void award_set_parties(struct award_work *w, const double *usage_frac)
{
    const struct docket *d = w->docket;
    double *budget_frac = ARENA_ARRAY(w->scratch, double, d->n_groups);
    docket_fill_budgets(d->groups, d->n_groups, budget_frac);
    w->group_parties = ARENA_ARRAY(w->scratch, struct party, d->n_groups);
    w->claim_parties = ARENA_BARE(w->scratch, struct party, w->n);
    for (size_t g = 0; g < d->n_groups; g++)
        w->group_parties[g] = (struct party){
            .name = d->groups[g].name,
            .score = NAN,
            .share = larger(d->groups[g].share, least_share),
            .budget = larger(docket_budget(&d->groups[g]), least_share),
            .usage_frac = usage_frac ? usage_frac[g] : 0,
            .age_months = d->age_months ? d->age_months[g] : 0,
            .class = d->groups[g].class,
        };
    unsigned reads = rule_reads(w->rule, d->groups, d->n_groups);
    for (size_t i = 0; i < w->n; i++) {
        const struct claim *c = award_claim(w, i);
        struct party *party = &w->claim_parties[i];
        *party = w->group_parties[c->group];
        party->name = c->name;
        party->score = w->score[i];
        party->share = larger(d->share_frac[c->group], least_share);
        party->budget = larger(budget_frac[c->group], least_share);
        if (reads & READS_LOTS)
            party->lot = c->lot;
        if (reads & READS_WORK) {
            party->pool_gpu_hours = c->pool_gpu_hours;
            party->other_hours = c->other_hours;
            party->alone_hours = c->alone_hours;
        }
    }
}

/* The size of a task of a claim, for divisions into whole ones. */
static double task_of(const struct award_work *w, size_t i)
{
    const struct claim *c = award_claim(w, i);
    double unit = w->unit[c->pool] > 0 ? w->unit[c->pool] : 1;
    return c->task_gpus > 0 ? c->task_gpus : w->min[i] > 0 ? w->min[i] : unit;
}

/* What is to be divided among claims, and where the grants go; all by claim. */
struct claims_pass {
    struct award_work *w;
    int group; /* below which the claims stand */
    const double *want, *floor;
    double *grants;
    double *prices; /* by pool; NULL: not asked for */
};

/* Enters a claim into a cell of a table. */
static void enter_claim(const struct claims_pass *c, size_t claim, size_t cell,
                        struct award_table *t)
{
    const struct award_work *w = c->w;
    t->want[cell] = c->want[claim];
    t->floor[cell] = c->floor[claim];
    if (t->value)
        t->value[cell] = w->docket->bounds[w->cell[claim]].gpu_value;
    if (t->task)
        t->task[cell] = task_of(w, claim);
    if (t->claims)
        t->claims[cell] = (struct party_claim){
            award_claim(w, claim), w->claim_parties[claim].score,
            w->claim_parties[claim].share, w->factor_values, w->order[claim]};
}

/* The parties of claims[n], in place where the claims stand side by side. */
static const struct party *parties_of(const struct award_work *w, const size_t *claims,
                                      size_t n)
{
    if (claims[n - 1] - claims[0] == n - 1) /* they ascend */
        return w->claim_parties + claims[0];
    struct party *parties = ARENA_BARE(w->scratch, struct party, n);
    for (size_t k = 0; k < n; k++)
        parties[k] = w->claim_parties[claims[k]];
    return parties;
}

/* Divides one pool among claims[n] (canonical indices). */
static void divide_claims(const struct claims_pass *c, struct award_division by,
                          const double *capacity, const size_t *claims, size_t n)
{
    struct award_work *w = c->w;
    struct award_table t = award_table_new(w, by.type, n, 1);
    t.group = c->group;
    size_t pool = w->cell[claims[0]] % w->docket->n_pools;
    t.parties = parties_of(w, claims, n);
    for (size_t k = 0; k < n; k++)
        enter_claim(c, claims[k], k, &t);
    t.prices = c->prices ? c->prices + pool : NULL;
    award_table_divide(w, by, capacity + pool, (int)pool, &t);
    for (size_t k = 0; k < n; k++)
        c->grants[claims[k]] = t.grants[k];
}

/* Divides all pools at once: the claims of each owner are one party. */
static void divide_bundles(const struct claims_pass *c, struct award_division by,
                           const double *capacity, const size_t *claims, size_t n)
{
    struct award_work *w = c->w;
    size_t n_pools = w->docket->n_pools, before = 0;
    size_t *cell = ARENA_ARRAY(w->scratch, size_t, n);
    struct award_table t = award_table_new(w, by.type, n, n_pools);
    struct party *parties = ARENA_BARE(w->scratch, struct party, n);
    t.parties = parties;
    t.n = 0;
    t.group = c->group;
    for (size_t k = 0; k < n; k++) {
        size_t i = claims[k];
        if (t.n == 0 || w->owner[i] != w->owner[before])
            parties[t.n++] = w->claim_parties[i];
        cell[k] = (t.n - 1) * n_pools + w->cell[i] % n_pools;
        enter_claim(c, i, cell[k], &t);
        before = i;
    }
    t.prices = c->prices;
    award_table_divide(w, by, capacity, -1, &t);
    for (size_t k = 0; k < n; k++)
        c->grants[claims[k]] = t.grants[cell[k]];
}

/* Divides each pool's capacity among the claims of a leaf, or of all: leaf n_groups. A
 * single claim of a pool is not worth a division that wastes nothing. */
static void divide_leaf(const struct claims_pass *c, struct award_division by,
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
    struct arena_mark mark = arena_get_mark(w->scratch);
    size_t *claims = ARENA_BARE(w->scratch, size_t, n);
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
    arena_rewind(w->scratch, mark);
}

struct tree_pass {
    struct claims_pass claims;
    struct award_division rules; /* among groups that name none */
    struct award_division teams; /* among the claims of teams that name none */
    /* By cell: what is asked below the group within its ceiling, what of it takes part in
     * this pass, what is guaranteed. */
    double *asked, *want, *floor;
    double *kept;  /* by cell: what of the floors below is neither used nor lent */
    double *quota; /* by cell: its floor or, if they are more, those below */
    double *task;  /* by cell: one task of each claim below it */
};

/* The division that a group names for itself, or the other. */
static struct award_division division_of(const struct award_work *w, int named,
                                         struct award_division other)
{
    if (named < 0)
        return other;
    return (struct award_division){divisions[named], w->rule->division_settings[named]};
}

static double charged_hours(const struct docket *d, const double *gpus)
{
    double charged = 0;
    for (size_t p = 0; p < d->n_pools; p++)
        charged += gpus[p] * d->pools[p].charge * d->hours_to_next;
    return charged;
}

/* In the first pass a group wants no more than its entitlement, in both together no more
 * than its limit; had[] is what it got in the first. */
static void cut_group(const struct tree_pass *t, size_t g, const double *had)
{
    const struct award_work *w = t->claims.w;
    const struct docket *d = w->docket;
    double *want = t->want + g * d->n_pools, charged = charged_hours(d, want);
    double most =
        had ? larger(0, w->limit_hours[g] - charged_hours(d, had + g * d->n_pools))
            : w->entitled_hours[g];
    if (charged > most)
        for (size_t p = 0; p < d->n_pools; p++)
            want[p] *= most / charged;
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

/* What a group keeps of its floor in a division that lends, though nobody below it asks
 * for it, it need not be granted. */
static void keep_unlent(const struct tree_pass *t, size_t g)
{
    const struct award_work *w = t->claims.w;
    const struct docket *d = w->docket;
    for (size_t p = 0; p < d->n_pools; p++) {
        size_t cell = g * d->n_pools + p;
        const struct bounds *b = &d->bounds[cell];
        award_pass_up(w, g, p, t->kept);
        award_pass_up(w, g, p, t->quota);
        t->quota[cell] = larger(t->quota[cell], b->floor_gpus);
        if (award_division_above(w, g).type->reads & READS_LENDING)
            t->kept[cell] = larger(t->kept[cell],
                                   smaller(b->keep_gpus, b->floor_gpus) - t->asked[cell]);
    }
}

/* Notes where a group may get less than is wanted below it. */
static void trace_ceiling(const struct award_work *w, size_t cell, double want)
{
    size_t n_pools = w->docket->n_pools;
    double most = w->group_ceiling[cell];
    bool is_decided = most < w->docket->bounds[cell].ceiling_gpus;
    if (want > most * (1 + AWARD_SLACK))
        award_trace_add(w->trace,
                        (struct award_step){is_decided ? STEP_DECIDED : STEP_CEILING,
                                            (int)(cell % n_pools), (int)(cell / n_pools),
                                            -1, most, want});
}

/* Sums what is wanted and guaranteed below each group; had[], by cell, is what it got in
 * the first pass, NULL in that. */
static void sum_groups(const struct tree_pass *t, const double *had)
{
    struct award_work *w = t->claims.w;
    const struct docket *d = w->docket;
    size_t n_cells = d->n_groups * d->n_pools;
    bool is_cut = had ? award_has_limits(w) : award_has_ledger(w);
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
            double ceiling = larger(0, w->group_ceiling[cell] - (had ? had[cell] : 0));
            if (!had)
                trace_ceiling(w, cell, t->asked[cell]);
            t->asked[cell] = smaller(t->asked[cell], ceiling);
            t->want[cell] = smaller(t->want[cell], ceiling);
        }
        if (!had)
            keep_unlent(t, g);
        for (size_t cell = first; cell < first + d->n_pools; cell++) {
            double floor = had ? 0 : d->bounds[cell].floor_gpus - t->kept[cell];
            t->floor[cell] = smaller(larger(t->floor[cell], floor), t->asked[cell]);
        }
        if (is_cut && g > 0)
            cut_group(t, g, had);
        for (size_t p = 0; p < d->n_pools; p++) {
            t->want[first + p] = larger(t->want[first + p], t->floor[first + p]);
        }
    }
    for (size_t cell = 0; cell < n_cells && is_cut && !had; cell++)
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

/* Where groups lend, a group's quota is also what those below it do not use of theirs: as
 * far as the floors of all leave room, it counts before anything is borrowed. */
static void raise_to_quotas(const struct tree_pass *t, const size_t *children, size_t n,
                            const double *capacity, double *floor)
{
    size_t n_pools = t->claims.w->docket->n_pools;
    double *more = ARENA_ARRAY(t->claims.w->scratch, double, n);
    for (size_t p = 0; p < n_pools; p++) {
        double rest = capacity[p], sum = 0;
        for (size_t k = 0; k < n; k++) {
            size_t cell = children[k] * n_pools + p;
            double quota = smaller(t->quota[cell] - t->kept[cell], t->want[cell]);
            more[k] = larger(0, quota - floor[k * n_pools + p]);
            rest -= floor[k * n_pools + p];
            sum += more[k];
        }
        for (size_t k = 0; k < n && sum > 0 && rest > 0; k++)
            floor[k * n_pools + p] += more[k] * smaller(1, rest / sum);
    }
}

static void enter_child(const struct tree_pass *t, size_t child, size_t k,
                        struct award_table *table)
{
    const struct award_work *w = t->claims.w;
    size_t n_pools = table->n_pools, size = n_pools * sizeof(double);
    size_t first = child * n_pools, at = k * n_pools;
    memcpy(table->want + at, t->want + first, size);
    memcpy(table->floor + at, t->floor + first, size);
    for (size_t p = 0; p < n_pools && table->value; p++)
        table->value[at + p] = w->docket->bounds[first + p].gpu_value;
    if (table->task)
        memcpy(table->task + at, t->task + first, size);
    if (table->accounts)
        memcpy(table->accounts + at, w->accounts + first, size);
}

/* Divides among the children of a group, then below each of them. */
static void divide_children(const struct tree_pass *t, size_t g, struct award_division by,
                            const double *capacity)
{
    struct award_work *w = t->claims.w;
    bool keeps_accounts = by.type->account_at_start != NULL;
    size_t n, *children = list_children(t, g, keeps_accounts, &n);
    size_t n_pools = w->docket->n_pools, n_cells = n * n_pools;
    struct award_table table = award_table_new(w, by.type, n, n_pools);
    if (keeps_accounts)
        table.accounts = ARENA_ARRAY(w->scratch, double, n_cells);
    if (keeps_accounts && w->next_accounts)
        table.next = ARENA_ARRAY(w->scratch, double, n_cells);
    struct party *parties = ARENA_BARE(w->scratch, struct party, n);
    table.parties = parties;
    for (size_t k = 0; k < n; k++) {
        parties[k] = w->group_parties[children[k]];
        enter_child(t, children[k], k, &table);
    }
    if (by.type->reads & READS_LENDING)
        raise_to_quotas(t, children, n, capacity, table.floor);
    table.prices = g == 0 ? w->prices : NULL;
    table.group = (int)g;
    award_table_divide(w, by, capacity, -1, &table);
    for (size_t k = 0; k < n; k++) {
        if (table.next)
            memcpy(w->next_accounts + children[k] * n_pools, table.next + k * n_pools,
                   n_pools * sizeof *table.next);
        divide_group(t, children[k], table.grants + k * n_pools);
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

static double *sum_tasks(const struct award_work *w)
{
    size_t n_cells = w->docket->n_groups * w->docket->n_pools;
    double *by_cell = ARENA_ARRAY(w->scratch, double, n_cells);
    double *by_claim = ARENA_ARRAY(w->scratch, double, w->n);
    for (size_t i = 0; i < w->n; i++)
        by_claim[i] = w->ask[i] > 0 && !w->is_aside[i] ? task_of(w, i) : 0;
    award_sum(w, by_claim, by_cell);
    return by_cell;
}

void award_divide(struct award_work *w, const double *capacity, const double *want,
                  const double *given, double *grants)
{
    const struct docket *d = w->docket;
    const struct rule *rule = w->rule;
    size_t n_cells = d->n_groups * d->n_pools;
    double *none = given ? ARENA_ARRAY(w->scratch, double, w->n) : NULL;
    struct award_division by = {rule->divide, rule->division_settings[rule->division]};
    struct claims_pass claims = {w, 0, want, given ? none : w->floor, grants, NULL};
    memset(grants, 0, w->n * sizeof *grants);
    w->residual = given ? w->residual : 0;
    if (rule->over == OVER_PROJECTS) {
        claims.prices = w->prices;
        divide_leaf(&claims, by, capacity, d->n_groups);
        return;
    }
    struct tree_pass tree = {claims,
                             by,
                             division_of(w, division_find("weighted"), by),
                             ARENA_ARRAY(w->scratch, double, n_cells),
                             ARENA_ARRAY(w->scratch, double, n_cells),
                             ARENA_ARRAY(w->scratch, double, n_cells),
                             ARENA_ARRAY(w->scratch, double, n_cells),
                             ARENA_ARRAY(w->scratch, double, n_cells),
                             sum_tasks(w)};
    double *had = given ? ARENA_ARRAY(w->scratch, double, n_cells) : NULL;
    if (given)
        award_sum(w, given, had);
    sum_groups(&tree, had);
    if (w->next_accounts)
        memcpy(w->next_accounts, w->accounts, n_cells * sizeof *w->accounts);
    if (!given) {
        memcpy(w->group_floor, tree.floor, n_cells * sizeof *tree.floor);
        if (award_is_strict(w))
            memcpy(w->group_limit, tree.want, n_cells * sizeof *tree.want);
    }
    for (size_t cell = 0; cell < n_cells && given && award_has_limits(w); cell++)
        w->group_limit[cell] = had[cell] + tree.want[cell];
    double *most = ARENA_ARRAY(w->scratch, double, d->n_pools);
    /* Prices say how scarce a pool is: theirs is not cut to what is wanted. */
    bool has_prices = by.type->reads & READS_BUDGETS;
    for (size_t p = 0; p < d->n_pools; p++) {
        /* Floors go before what others keep. */
        double lent = larger(capacity[p] - tree.kept[p], tree.floor[p]);
        lent = smaller(capacity[p], lent);
        w->kept[p] = capacity[p] - lent;
        if (w->kept[p] > 0)
            award_trace_add(w->trace, (struct award_step){STEP_KEPT, (int)p, 0, -1,
                                                          w->kept[p], capacity[p]});
        most[p] = smaller(lent, has_prices ? w->group_ceiling[p] : tree.want[p]);
    }
    divide_group(&tree, 0, most);
}
