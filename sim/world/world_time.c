#include "base/seconds.h"
#include "world/settle.h"

#include <math.h>
#include <string.h>

void settle_pool(struct world *world, size_t pool)
{
    struct pool_state *p = &world->pool_states[pool];
    double s = world->now_s - p->since_s;
    p->installed_gpu_s += p->installed_gpus * s;
    p->failed_gpu_s += p->failed_gpus * s;
    p->reserved_gpu_s += p->reserved_gpus * s;
    p->since_s = world->now_s;
}

static void add(struct holding_amounts *a, const struct holding *h, double s)
{
    a->requested_gpu_s += h->requested_gpus * s;
    a->needed_gpu_s += h->needed_gpus * s;
    a->granted_gpu_s += h->granted_gpus * s;
    a->used_gpu_s += h->used_gpus * s;
    a->lent_gpu_s += h->lent_gpus * s;
    a->filled_gpu_s += fmin(h->granted_gpus, h->needed_gpus) * s;
}

void settle_holding(struct world *world, size_t claimant)
{
    struct holding *h = &world->holdings[claimant];
    double s = world->now_s - h->since_s;
    if (s > 0) {
        add(&h->month, h, s);
        add(&h->run, h, s);
    }
    h->since_s = world->now_s;
}

void settle_project(struct world *world, size_t project)
{
    struct project_state *p = &world->project_states[project];
    double s = world->now_s - p->since_s, work = p->rate * s;
    if (work > 0)
        p->left = fmax(0, p->left - work);
    if (p->trains) {
        p->done_gpu_s += work;
        p->used_gpu_s += p->used_gpus * s;
    }
    p->since_s = world->now_s;
}

/* ---- the sums of a month ---- */

void month_init(struct world *world, struct arena *arena)
{
    const struct scenario *s = world->scenario;
    world->month = (struct month_sums){
        .pools = ARENA_ARRAY(arena, struct holding_amounts, s->n_pools),
        .teams = ARENA_ARRAY(arena, struct holding_amounts, s->n_teams),
        .used_hours = ARENA_ARRAY(arena, double, s->n_groups),
        .charged_hours = ARENA_ARRAY(arena, double, s->n_groups),
        .granted_hours = ARENA_ARRAY(arena, double, s->n_groups)};
}

static void clear_month(struct world *world)
{
    const struct scenario *s = world->scenario;
    struct month_sums *m = &world->month;
    memset(m->pools, 0, s->n_pools * sizeof *m->pools);
    memset(m->teams, 0, s->n_teams * sizeof *m->teams);
    memset(m->used_hours, 0, s->n_groups * sizeof *m->used_hours);
    memset(m->charged_hours, 0, s->n_groups * sizeof *m->charged_hours);
    memset(m->granted_hours, 0, s->n_groups * sizeof *m->granted_hours);
}

/* Counts amounts on a pool for a team and its group. */
static void count_month(struct world *world, size_t team, size_t pool,
                        const struct holding_amounts *a)
{
    struct month_sums *m = &world->month;
    int g = world->scenario->teams[team].group;
    double charge = world->pools[pool].charge, used = a->used_gpu_s / SECONDS_PER_HOUR;
    holding_amounts_add(&m->teams[team], a);
    m->used_hours[g] += used;
    m->charged_hours[g] += used * charge;
    m->granted_hours[g] += a->granted_gpu_s / SECONDS_PER_HOUR * charge;
}

static void count_claim(struct world *world, size_t claimant)
{
    const struct claimant *c = &world->claimants[claimant];
    const struct holding *h = &world->holdings[claimant];
    holding_amounts_add(&world->month.pools[c->pool], &h->month);
    struct holding_amounts owned = world_owned_month(world, claimant);
    count_month(world, (size_t)c->team, (size_t)c->pool, &owned);
}

/* Adds the amounts of groups to those above them: children in the order of their names,
 * not of the file. */
static void pass_up(const struct scenario *s, double *amounts)
{
    for (size_t g = s->n_groups; g-- > 0;)
        for (int c = s->groups[g].first_child; c >= 0; c = s->groups[c].next_sibling)
            amounts[g] += amounts[c];
}

/* One pass over all claims: they are too many for a cache. */
void world_settle(struct world *world)
{
    const struct scenario *s = world->scenario;
    clear_month(world);
    for (size_t p = 0; p < s->n_pools; p++)
        settle_pool(world, p);
    for (size_t c = 0; c < s->n_claimants; c++) {
        settle_holding(world, c);
        count_claim(world, c);
    }
    for (size_t k = 0; k < s->n_teams * s->n_pools; k++)
        count_month(world, k / s->n_pools, k % s->n_pools,
                    &world->former_claims[k].month);
    pass_up(s, world->month.used_hours);
    pass_up(s, world->month.charged_hours);
    pass_up(s, world->month.granted_hours);
    for (size_t i = 0; i < s->n_projects; i++)
        settle_project(world, i);
}

/* What groups used and pools offered in the month goes into the history. */
static void write_history(struct world *w)
{
    const struct scenario *s = w->scenario;
    struct world_history *history = &w->history;
    if (history->n_past == history->n_most)
        return;
    size_t row = history->n_most - 1 - history->n_past;
    size_t size = s->n_groups * sizeof(double);
    memcpy(&history->used[row * s->n_groups], w->month.charged_hours, size);
    memcpy(&history->granted[row * s->n_groups], w->month.granted_hours, size);
    for (size_t p = 0; p < s->n_pools; p++)
        history->capacity[row] +=
            world_offered_gpu_s(w, p) / SECONDS_PER_HOUR * w->pools[p].charge;
    history->n_past++;
}

void world_close_month(struct world *world)
{
    write_history(world);
    close_month_of_people(world);
    close_month_of_requests(world);
    for (size_t p = 0; p < world->scenario->n_pools; p++) {
        struct pool_state *pool = &world->pool_states[p];
        pool->installed_gpu_s = pool->failed_gpu_s = pool->reserved_gpu_s = 0;
    }
    for (size_t c = 0; c < world->scenario->n_claimants; c++) {
        struct holding *h = &world->holdings[c];
        bool is_filled = h->granted_gpus >= h->requested_gpus * (1 - 1e-9);
        h->unfilled_months =
            h->requested_gpus > 0 && !is_filled ? h->unfilled_months + 1 : 0;
        h->last_month_used_gpu_s = h->month.used_gpu_s;
        h->month = (struct holding_amounts){0};
        if (world->has_former_claims && h->elsewhere)
            h->elsewhere->month = h->month;
    }
    close_month_of_owners(world);
}

void world_draw_exploration(struct world *world, size_t exploration, double normal)
{
    world->exploration_draws[exploration] = normal;
    world->needs_at_s = NAN;
}

struct holding_amounts world_run_amounts(const struct world *world, size_t claimant)
{
    const struct holding *h = &world->holdings[claimant];
    struct holding_amounts amounts = h->run;
    add(&amounts, h, world->now_s - h->since_s);
    return amounts;
}

double world_offered_gpu_s(const struct world *world, size_t pool)
{
    const struct pool_state *p = &world->pool_states[pool];
    double s = world->now_s - p->since_s;
    return p->installed_gpu_s + p->installed_gpus * s -
           (p->failed_gpu_s + p->failed_gpus * s) -
           (p->reserved_gpu_s + p->reserved_gpus * s);
}

double world_failed_gpu_s(const struct world *world, size_t pool)
{
    const struct pool_state *p = &world->pool_states[pool];
    return p->failed_gpu_s + p->failed_gpus * (world->now_s - p->since_s);
}
