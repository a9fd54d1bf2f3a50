#include "base/seconds.h"
#include "world/settle.h"

#include <math.h>

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
    const struct stage *stage = world_stage(world, project);
    if (work > 0)
        p->left = fmax(0, p->left - work);
    if (stage && stage->kind == STAGE_TRAIN) {
        p->done_gpu_s += work;
        p->used_gpu_s += p->used_gpus * s;
    }
    p->since_s = world->now_s;
}

void world_settle(struct world *world)
{
    for (size_t p = 0; p < world->scenario->n_pools; p++)
        settle_pool(world, p);
    for (size_t c = 0; c < world->scenario->n_claimants; c++)
        settle_holding(world, c);
    for (size_t i = 0; i < world->scenario->n_projects; i++)
        settle_project(world, i);
}

/* Adds the amounts of groups to those above them: children in the order of their names,
 * not of the file. */
static void pass_up(const struct scenario *s, double *amounts)
{
    for (size_t g = s->n_groups; g-- > 0;)
        for (int c = s->groups[g].first_child; c >= 0; c = s->groups[c].next_sibling)
            amounts[g] += amounts[c];
}

void world_month_use(const struct world *world, bool is_charged, double *used)
{
    const struct scenario *s = world->scenario;
    for (size_t c = 0; c < s->n_claimants; c++) {
        const struct claimant *claimant = &world->claimants[c];
        double charge = is_charged ? world->pools[claimant->pool].charge : 1;
        used[s->teams[claimant->team].group] +=
            world_owned_month(world, c).used_gpu_s / SECONDS_PER_HOUR * charge;
    }
    for (size_t k = 0; k < s->n_teams * s->n_pools; k++) {
        double charge = is_charged ? world->pools[k % s->n_pools].charge : 1;
        used[s->teams[k / s->n_pools].group] +=
            world->former_claims[k].month.used_gpu_s / SECONDS_PER_HOUR * charge;
    }
    pass_up(s, used);
}

void world_month_grants(const struct world *world, double *granted)
{
    const struct scenario *s = world->scenario;
    for (size_t c = 0; c < s->n_claimants; c++) {
        const struct claimant *claimant = &world->claimants[c];
        granted[s->teams[claimant->team].group] +=
            world_owned_month(world, c).granted_gpu_s / SECONDS_PER_HOUR *
            world->pools[claimant->pool].charge;
    }
    for (size_t k = 0; k < s->n_teams * s->n_pools; k++)
        granted[s->teams[k / s->n_pools].group] +=
            world->former_claims[k].month.granted_gpu_s / SECONDS_PER_HOUR *
            world->pools[k % s->n_pools].charge;
    pass_up(s, granted);
}

/* What groups used and pools offered in the month goes into the history. */
static void write_history(struct world *w)
{
    const struct scenario *s = w->scenario;
    struct world_history *history = &w->history;
    if (history->n_past == history->n_most)
        return;
    size_t row = history->n_most - 1 - history->n_past;
    world_month_use(w, true, &history->used[row * s->n_groups]);
    world_month_grants(w, &history->granted[row * s->n_groups]);
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
        if (h->elsewhere)
            h->elsewhere->month = h->month;
    }
    close_month_of_owners(world);
}

void world_draw_exploration(struct world *world, size_t exploration, double normal)
{
    world->exploration_draws[exploration] = normal;
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
