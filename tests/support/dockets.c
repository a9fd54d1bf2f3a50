#include "support/dockets.h"

#include <math.h>
#include <string.h>

uint64_t dice_next(struct dice *dice)
{
    uint64_t z = dice->state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

double dice_uniform(struct dice *dice)
{
    return (double)(dice_next(dice) >> 11) * 0x1p-53;
}

size_t dice_below(struct dice *dice, size_t n)
{
    return (size_t)(dice_uniform(dice) * (double)n);
}

bool dice_chance(struct dice *dice, double odds)
{
    return dice_uniform(dice) < odds;
}

/* ---- from tables ---- */

struct docket *docket_of_rows(double capacity, const struct docket_row *rows, size_t n,
                              struct arena *arena)
{
    struct docket *d = ARENA_NEW(arena, struct docket);
    struct docket_pool *pool = ARENA_NEW(arena, struct docket_pool);
    struct group *groups = ARENA_ARRAY(arena, struct group, n + 1);
    struct bounds *bounds = ARENA_ARRAY(arena, struct bounds, n + 1);
    struct claim *claims = ARENA_ARRAY(arena, struct claim, n);
    double *share_frac = ARENA_ARRAY(arena, double, n + 1);
    double *usage_frac = ARENA_ARRAY(arena, double, n + 1);
    double *age_months = ARENA_ARRAY(arena, double, n + 1);
    *pool = (struct docket_pool){"pool", capacity, 1, 1};
    for (size_t g = 0; g <= n; g++) {
        groups[g] = (struct group){"", 1, 0, NULL, -1, -1, -1, -1, -1};
        bounds[g] = (struct bounds){0, INFINITY};
    }
    groups[0].first_child = n > 0 ? 1 : -1;
    for (size_t i = 0; i < n; i++) {
        const struct docket_row *row = &rows[i];
        struct group *team = &groups[i + 1];
        team->name = row->name;
        team->share = row->share > 0 ? row->share : 1;
        team->class = row->class;
        team->parent = 0;
        team->next_sibling = i + 1 < n ? (int)i + 2 : -1;
        team->team = (int)i;
        bounds[i + 1].fixed_gpus = row->fixed > 0 ? row->fixed : row->request;
        usage_frac[i + 1] = row->usage;
        age_months[i + 1] = row->age;
        claims[i] =
            (struct claim){.claimant = (int)i,
                           .name = row->name,
                           .group = (int)i + 1,
                           .project = (int)i,
                           .team = (int)i,
                           .kind_id = -1,
                           .topic_id = -1,
                           .needed_gpus = row->request,
                           .requested_gpus = row->request,
                           .min_gpus = row->min,
                           .floor_gpus = row->floor,
                           .ceiling_gpus = row->ceiling > 0 ? row->ceiling : INFINITY,
                           .last_gpus = row->last,
                           .is_new = row->last == 0,
                           .priority = row->score,
                           .months_to_target = NAN,
                           .lot = row->lot > 0 ? row->lot : 1,
                           .pool_gpu_hours = row->left,
                           .other_hours = row->other,
                           .alone_hours = row->alone};
    }
    docket_fill_shares(groups, n + 1, share_frac);
    *d = (struct docket){.date = {2025, 1, 1},
                         .hours_to_next = 720,
                         .history = {.start = {2025, 1, 1}},
                         .pools = pool,
                         .n_pools = 1,
                         .groups = groups,
                         .bounds = bounds,
                         .n_groups = n + 1,
                         .share_frac = share_frac,
                         .usage_frac = usage_frac,
                         .age_months = age_months,
                         .claims = claims,
                         .n_claims = n};
    return d;
}

/* ---- at random ---- */

struct maker {
    struct dice dice;
    struct arena *arena;
    unsigned flags;
};

/* An amount around `typical`; with DOCKET_EXTREME sometimes of any size. */
static double amount(struct maker *m, double typical)
{
    if ((m->flags & DOCKET_EXTREME) && dice_chance(&m->dice, 0.3))
        return pow(10, -12 + 27 * dice_uniform(&m->dice));
    if (dice_chance(&m->dice, 0.1))
        return 0;
    if (dice_chance(&m->dice, 0.5)) /* whole numbers tie */
        return floor(1 + 2 * typical * dice_uniform(&m->dice));
    return 2 * typical * dice_uniform(&m->dice);
}

static void make_pools(struct maker *m, struct docket *d, double typical)
{
    static const char *const names[] = {"a100", "h100", "v100"};
    d->n_pools = 1 + dice_below(&m->dice, 3);
    struct docket_pool *pools = ARENA_ARRAY(m->arena, struct docket_pool, d->n_pools);
    for (size_t p = 0; p < d->n_pools; p++) {
        double capacity = amount(m, typical);
        pools[p] = (struct docket_pool){names[p], capacity, 8,
                                        dice_chance(&m->dice, 0.05)  ? 0
                                        : dice_chance(&m->dice, 0.2) ? 2.5
                                                                     : 1};
    }
    d->pools = pools;
}

/* Groups g0000, g0001, ... each below a random earlier one that is no team and not too
 * deep; those that stay without children are the teams. */
static void make_tree(struct maker *m, struct docket *d, size_t n_teams)
{
    size_t depth = 1 + dice_below(&m->dice, 4), n_inner = depth > 1 ? 1 + n_teams / 3 : 0;
    struct group *groups = ARENA_ARRAY(m->arena, struct group, 1 + n_inner + n_teams);
    size_t *level = ARENA_ARRAY(m->arena, size_t, 1 + n_inner + n_teams);
    int *last_child = ARENA_ARRAY(m->arena, int, 1 + n_inner + n_teams);
    double *share_frac = ARENA_ARRAY(m->arena, double, 1 + n_inner + n_teams);
    d->n_groups = 1 + n_inner + n_teams;
    int n_named = 0;
    for (size_t g = 0; g < d->n_groups; g++) {
        groups[g] = (struct group){"root", 1, 0, NULL, -1, -1, -1, -1, -1};
        if (g == 0)
            continue;
        size_t parent;
        do
            parent = dice_below(&m->dice, g <= n_inner ? g : n_inner + 1);
        while (level[parent] + 1 > depth - (g <= n_inner ? 1 : 0));
        level[g] = level[parent] + 1;
        groups[g].name = arena_printf(m->arena, "g%05zu", g);
        groups[g].parent = (int)parent;
        groups[g].class = (int64_t)dice_below(&m->dice, 3);
        if (dice_chance(&m->dice, 0.5))
            groups[g].share = 0.01 + 10 * dice_uniform(&m->dice);
        if ((m->flags & DOCKET_EXTREME) && dice_chance(&m->dice, 0.1))
            groups[g].share = pow(10, -8 + 16 * dice_uniform(&m->dice));
        if (groups[parent].first_child < 0)
            groups[parent].first_child = (int)g;
        else
            groups[last_child[parent]].next_sibling = (int)g;
        last_child[parent] = (int)g;
    }
    for (size_t g = 1; g < d->n_groups; g++)
        if (groups[g].first_child < 0)
            groups[g].team = n_named++;
    docket_fill_shares(groups, d->n_groups, share_frac);
    d->groups = groups;
    d->share_frac = share_frac;
}

static void make_bounds(struct maker *m, struct docket *d, double typical)
{
    size_t n_cells = d->n_groups * d->n_pools;
    struct bounds *bounds = ARENA_ARRAY(m->arena, struct bounds, n_cells);
    for (size_t cell = 0; cell < n_cells; cell++) {
        bounds[cell] = (struct bounds){0, INFINITY};
        if (!(m->flags & DOCKET_BOUNDS))
            continue;
        if (dice_chance(&m->dice, 0.2))
            bounds[cell].floor_gpus = amount(m, typical / (double)d->n_groups);
        if (dice_chance(&m->dice, 0.2))
            bounds[cell].ceiling_gpus = amount(m, typical);
        if (dice_chance(&m->dice, 0.5))
            bounds[cell].keep_gpus = bounds[cell].floor_gpus * dice_uniform(&m->dice);
        if (dice_chance(&m->dice, 0.8))
            bounds[cell].fixed_gpus = amount(m, 2 * typical / (double)d->n_groups);
    }
    d->bounds = bounds;
}

static void make_history(struct maker *m, struct docket *d)
{
    size_t n_past = dice_below(&m->dice, 6);
    double *used = ARENA_ARRAY(m->arena, double, n_past * d->n_groups);
    double *granted = ARENA_ARRAY(m->arena, double, n_past * d->n_groups);
    double *capacity = ARENA_ARRAY(m->arena, double, n_past);
    int month = d->date.year * 12 + d->date.month - 1 - (int)n_past;
    struct date start = {month / 12, month % 12 + 1, 1};
    for (size_t k = 0; k < n_past; k++) {
        capacity[k] = docket_capacity_hours(d) * (0.5 + dice_uniform(&m->dice));
        for (size_t g = d->n_groups; g-- > 1;) {
            double *cell = &used[k * d->n_groups + g];
            if (d->groups[g].first_child < 0 && dice_chance(&m->dice, 0.7))
                *cell = capacity[k] * dice_uniform(&m->dice) / (double)d->n_groups;
            used[k * d->n_groups + (size_t)d->groups[g].parent] += *cell;
            granted[k * d->n_groups + g] = *cell * (1 + (double)(g % 3));
        }
    }
    d->history = (struct history){n_past, used, capacity, granted, start};
    if (dice_chance(&m->dice, 0.3)) {
        double *usage_frac = ARENA_ARRAY(m->arena, double, d->n_groups);
        double *age_months = ARENA_ARRAY(m->arena, double, d->n_groups);
        for (size_t g = 0; g < d->n_groups; g++) {
            usage_frac[g] = dice_uniform(&m->dice);
            age_months[g] = (double)dice_below(&m->dice, 3);
        }
        d->usage_frac = usage_frac;
        d->age_months = age_months;
    }
}

static struct claim random_claim(struct maker *m, const struct docket *d, int claimant,
                                 double typical)
{
    size_t g;
    do
        g = dice_below(&m->dice, d->n_groups);
    while (d->groups[g].first_child >= 0);
    bool is_project = dice_chance(&m->dice, 0.8);
    struct claim c = {.claimant = claimant,
                      .name = is_project ? arena_printf(m->arena, "p%05d", claimant)
                                         : d->groups[g].name,
                      .pool = (int)dice_below(&m->dice, d->n_pools),
                      .group = (int)g,
                      .project = is_project ? claimant : -1,
                      .team = d->groups[g].team,
                      .kind_id = -1,
                      .topic_id = -1,
                      .requested_gpus = amount(m, typical),
                      .ceiling_gpus = INFINITY,
                      .is_new = dice_chance(&m->dice, 0.3),
                      .priority = dice_chance(&m->dice, 0.1) ? 0 : dice_uniform(&m->dice),
                      .months_to_target = dice_chance(&m->dice, 0.2)
                                              ? NAN
                                              : 24 * dice_uniform(&m->dice) - 6,
                      .months_unfilled = (double)dice_below(&m->dice, 9)};
    if (is_project && dice_chance(&m->dice, 0.1))
        c.name = d->groups[g].name;
    c.needed_gpus = c.requested_gpus;
    c.leaving_frac = (double)(c.group % 4) / 4;
    if (is_project) {
        c.planned_gpu_hours = 1 + amount(m, 1e5);
        c.left_gpu_hours = c.planned_gpu_hours * dice_uniform(&m->dice);
        c.last_month_gpu_hours = amount(m, 1e4);
        c.rival_gpu_hours = dice_chance(&m->dice, 0.5) ? 0 : amount(m, 1e5);
    }
    if (!c.is_new && dice_chance(&m->dice, 0.8))
        c.last_gpus = amount(m, typical / 2);
    if ((m->flags & DOCKET_MINIMUMS) && dice_chance(&m->dice, 0.5))
        c.min_gpus = c.requested_gpus * (dice_chance(&m->dice, 0.1) ? 1.5 : 0.6) *
                     dice_uniform(&m->dice);
    if ((m->flags & DOCKET_MINIMUMS) && dice_chance(&m->dice, 0.1))
        c.min_gpus = c.requested_gpus;
    if ((m->flags & DOCKET_BOUNDS) && dice_chance(&m->dice, 0.2))
        c.floor_gpus = amount(m, typical / 3);
    if ((m->flags & DOCKET_BOUNDS) && dice_chance(&m->dice, 0.2))
        c.ceiling_gpus = amount(m, typical);
    return c;
}

/* Like the claim before it, but for its name, or for its pool. */
static void repeat_claim(struct maker *m, const struct docket *d, struct claim *claim)
{
    const struct claim *before = claim - 1;
    int claimant = claim->claimant;
    bool is_next_pool =
        (size_t)before->pool + 1 < d->n_pools && dice_chance(&m->dice, 0.5);
    if (!is_next_pool && (!(m->flags & DOCKET_TIES) || before->project < 0))
        return;
    *claim = *before;
    claim->claimant = claimant;
    if (is_next_pool) {
        claim->pool++;
        return;
    }
    claim->project = claimant;
    claim->name = arena_printf(m->arena, "p%05d", claimant);
}

/* What lotteries and finish-time read, from dice of their own. */
static void make_facts(uint64_t seed, unsigned flags, struct claim *claims, size_t n)
{
    struct dice dice = {seed ^ 0xfac7};
    for (size_t i = 0; i < n; i++) {
        struct claim *c = &claims[i];
        bool is_tie = (flags & DOCKET_TIES) && i > 0 && c->project >= 0 &&
                      c->requested_gpus == c[-1].requested_gpus;
        c->lot = 1e-3 - log(1 - dice_uniform(&dice));
        c->alone_hours = dice_chance(&dice, 0.05) ? 0 : 1 + 5000 * dice_uniform(&dice);
        c->pool_gpu_hours = c->requested_gpus * 1000 * dice_uniform(&dice);
        c->other_hours = dice_chance(&dice, 0.3) ? 0 : 5000 * dice_uniform(&dice);
        if (!is_tie)
            continue;
        c->alone_hours = c[-1].alone_hours;
        c->pool_gpu_hours = c[-1].pool_gpu_hours;
        c->other_hours = c[-1].other_hours;
    }
}

struct docket *docket_random(uint64_t seed, size_t n_claims, unsigned flags,
                             struct arena *arena)
{
    struct maker m = {{seed}, arena, flags};
    struct docket *d = ARENA_NEW(arena, struct docket);
    double typical = dice_chance(&m.dice, 0.5) ? 100 : 1000;
    size_t n_teams = 1 + dice_below(&m.dice, 1 + n_claims / 2);
    n_teams = n_teams < 200 ? n_teams : 200;
    d->month = dice_below(&m.dice, 40);
    d->date = (struct date){2025 + (int)d->month / 12, (int)d->month % 12 + 1, 1};
    d->hours_to_next = dice_chance(&m.dice, 0.05) ? 0 : 720;
    make_pools(&m, d, typical);
    make_tree(&m, d, n_teams);
    make_bounds(&m, d, typical);
    make_history(&m, d);
    double each = typical * (double)d->n_pools / (double)(n_claims + 1);
    double scarcity = 0.5 + 4 * dice_uniform(&m.dice);
    struct claim *claims = ARENA_ARRAY(arena, struct claim, n_claims);
    for (size_t i = 0; i < n_claims; i++) {
        claims[i] = random_claim(&m, d, (int)i, fmax(1, each * scarcity));
        if (i > 0 && dice_chance(&m.dice, 0.3))
            repeat_claim(&m, d, &claims[i]);
    }
    make_facts(seed, flags, claims, n_claims);
    d->claims = claims;
    d->n_claims = n_claims;
    return d;
}

/* Numbers the groups anew, parents still before their children: to[old] is the new one.
 */
static size_t *renumber(const struct docket *d, struct dice *dice, struct arena *arena)
{
    size_t *to = ARENA_ARRAY(arena, size_t, d->n_groups);
    size_t *open = ARENA_ARRAY(arena, size_t, d->n_groups), n_open = 1;
    for (size_t next = 0; n_open > 0; next++) {
        size_t k = dice_below(dice, n_open), g = open[k];
        open[k] = open[--n_open];
        to[g] = next;
        for (int c = d->groups[g].first_child; c >= 0; c = d->groups[c].next_sibling)
            open[n_open++] = (size_t)c;
    }
    return to;
}

/* Rows of an array by group, in their new places. */
static void *move_rows(const void *from, size_t size, const size_t *to, size_t n,
                       struct arena *arena)
{
    char *rows = arena_alloc(arena, n, size);
    for (size_t g = 0; g < n && from; g++)
        memcpy(rows + to[g] * size, (const char *)from + g * size, size);
    return from ? rows : NULL;
}

static void shuffle_groups(struct docket *d, const size_t *to, struct arena *arena)
{
    size_t n = d->n_groups, n_used = n * d->history.n_past;
    struct group *groups = move_rows(d->groups, sizeof *groups, to, n, arena);
    double *used = ARENA_ARRAY(arena, double, n_used);
    double *granted = ARENA_ARRAY(arena, double, n_used);
    double *share_frac = ARENA_ARRAY(arena, double, n);
    for (size_t g = 0; g < n; g++) {
        int *links[] = {&groups[g].parent, &groups[g].first_child,
                        &groups[g].next_sibling};
        for (size_t k = 0; k < 3; k++)
            *links[k] = *links[k] >= 0 ? (int)to[*links[k]] : -1;
    }
    for (size_t k = 0; k < d->history.n_past; k++)
        for (size_t g = 0; g < n; g++)
            used[k * n + to[g]] = d->history.used[k * n + g];
    for (size_t k = 0; k < d->history.n_past && d->history.granted; k++)
        for (size_t g = 0; g < n; g++)
            granted[k * n + to[g]] = d->history.granted[k * n + g];
    docket_fill_shares(groups, n, share_frac);
    d->groups = groups;
    d->share_frac = share_frac;
    d->history.used = used;
    d->history.granted = d->history.granted ? granted : NULL;
    d->bounds = move_rows(d->bounds, d->n_pools * sizeof *d->bounds, to, n, arena);
    d->usage_frac = move_rows(d->usage_frac, sizeof(double), to, n, arena);
    d->age_months = move_rows(d->age_months, sizeof(double), to, n, arena);
}

struct docket *docket_shuffled(const struct docket *docket, uint64_t seed, size_t *from,
                               struct arena *arena)
{
    struct dice dice = {seed};
    struct docket *d = ARENA_NEW(arena, struct docket);
    struct claim *claims = ARENA_ARRAY(arena, struct claim, docket->n_claims);
    size_t *to = renumber(docket, &dice, arena);
    for (size_t i = 0; i < docket->n_claims; i++) {
        size_t j = dice_below(&dice, i + 1);
        from[i] = from[j];
        from[j] = i;
    }
    for (size_t i = 0; i < docket->n_claims; i++) {
        claims[i] = docket->claims[from[i]];
        claims[i].group = (int)to[claims[i].group];
    }
    *d = *docket;
    d->claims = claims;
    shuffle_groups(d, to, arena);
    return d;
}

void docket_name_divisions(struct docket *docket, const struct rule *rule, uint64_t seed,
                           struct arena *arena)
{
    struct dice dice = {seed};
    struct group *groups = ARENA_ARRAY(arena, struct group, docket->n_groups);
    memcpy(groups, docket->groups, docket->n_groups * sizeof *groups);
    for (size_t g = 0; g < docket->n_groups; g++) {
        if (!dice_chance(&dice, 0.3))
            continue;
        groups[g].division = (int)dice_below(&dice, n_divisions);
        if (rule_group_clash(rule, &groups[g], arena))
            groups[g].division = -1;
    }
    docket->groups = groups;
}
