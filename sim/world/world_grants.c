#include "world/settle.h"

#include "base/check.h"

#include <math.h>
#include <string.h>

double gpus_at_work(const struct world *world, size_t claimant, double gpus)
{
    const struct claimant *c = &world->scenario->claimants[claimant];
    if (c->exploration >= 0)
        return fmin(gpus, world->holdings[claimant].needed_gpus);
    const struct stage *stage = world_stage(world, (size_t)c->project);
    if (!stage || stage->kind != STAGE_TRAIN || stage->pool != c->pool ||
        world->project_states[c->project].n_holds > 0)
        return 0;
    double taken = isnan(stage->max_gpus) ? gpus : fmin(gpus, stage->max_gpus);
    return taken < stage->min_gpus ? 0 : taken;
}

void refresh_use(struct world *world, size_t claimant)
{
    struct holding *h = &world->holdings[claimant];
    h->used_gpus = gpus_at_work(world, claimant, h->granted_gpus + h->lent_gpus);
}

void put_grant(struct world *world, size_t claimant, double gpus)
{
    struct holding *h = &world->holdings[claimant];
    if (h->granted_gpus == gpus)
        return;
    settle_holding(world, claimant);
    unsettle_loans(world, (size_t)world->claimants[claimant].pool);
    h->granted_gpus = gpus;
    h->most_granted_gpus = fmax(h->most_granted_gpus, gpus);
    int project = world->scenario->claimants[claimant].project;
    if (project >= 0) {
        settle_project(world, (size_t)project);
        refresh_project(world, (size_t)project);
    } else {
        refresh_use(world, claimant);
    }
}

bool world_can_hold(const struct world *world, size_t claimant)
{
    int project = world->scenario->claimants[claimant].project;
    if (project < 0)
        return !world->team_states[world->claimants[claimant].team].is_merged;
    enum project_phase phase = world->project_states[project].phase;
    return phase == PROJECT_PLANNED || phase == PROJECT_ACTIVE;
}

void world_request(struct world *world, size_t claimant, double gpus, double score)
{
    struct holding *h = &world->holdings[claimant];
    settle_holding(world, claimant);
    unsettle_loans(world, (size_t)world->claimants[claimant].pool);
    h->requested_gpus = gpus;
    h->score = score;
    h->has_claimed = true;
}

void world_forget_request(struct world *world, size_t claimant)
{
    struct holding *h = &world->holdings[claimant];
    settle_holding(world, claimant);
    unsettle_loans(world, (size_t)world->claimants[claimant].pool);
    h->requested_gpus = 0;
    h->score = 0;
    h->has_claimed = false;
    h->unfilled_months = 0;
}

void world_grant_pool(struct world *world, size_t pool, const double *grants)
{
    size_t first = world->pool_claimants[pool], last = world->pool_claimants[pool + 1];
    for (size_t c = first; c < last; c++) {
        bool stands = world->holdings[c].has_claimed && world_can_hold(world, c);
        put_grant(world, c, stands ? grants[c] : 0);
    }
    shrink_grants(world, pool, -1);
}

double world_override_grant(struct world *world, size_t claimant, double gpus)
{
    size_t pool = (size_t)world->scenario->claimants[claimant].pool;
    if (!world_can_hold(world, claimant))
        return 0;
    double got = fmin(gpus, world_available_gpus(world, pool));
    put_grant(world, claimant, got);
    shrink_grants(world, pool, (int)claimant);
    return got;
}

static size_t division_above(const struct world *w, size_t group)
{
    return (size_t)rule_division_above(&w->rule, w->groups, group);
}

double world_account(const struct world *world, size_t group, size_t pool)
{
    const double *accounts = world->accounts[division_above(world, group)];
    return accounts ? accounts[group * world->scenario->n_pools + pool] : NAN;
}

/* One that is not opened holds nothing. */
static double held(double account)
{
    return isnan(account) ? 0 : account;
}

void put_account(struct world *world, size_t group, size_t pool, double balance)
{
    size_t n_pools = world->scenario->n_pools, n = world->scenario->n_groups * n_pools;
    size_t division = division_above(world, group);
    double **accounts = &world->accounts[division];
    if (!*accounts) {
        *accounts = ARENA_ARRAY(world->arena, double, n);
        for (size_t cell = 0; cell < n; cell++)
            (*accounts)[cell] = NAN;
    }
    double *account = &(*accounts)[group * n_pools + pool];
    struct account_total *total = &world->account_totals[division * n_pools + pool];
    total->sum += held(balance) - held(*account);
    total->largest = fmax(total->largest, fabs(held(balance)));
    *account = balance;
}

/* Balances come and go by the verb above alone: a merge of teams moves them and loses
 * none. */
void check_accounts(const struct world *world)
{
    size_t n_pools = world->scenario->n_pools, n_groups = world->scenario->n_groups;
    for (size_t k = 0; k < n_divisions; k++)
        for (size_t p = 0; p < n_pools && world->accounts[k]; p++) {
            const struct account_total *total = &world->account_totals[k * n_pools + p];
            double sum = 0;
            for (size_t g = 0; g < n_groups; g++) {
                double account = world->accounts[k][g * n_pools + p];
                CHECK(!isinf(account));
                sum += held(account);
            }
            CHECK(fabs(sum - total->sum) <=
                  1e-9 * (double)n_groups * fmax(1, total->largest));
        }
}

void world_keep_accounts(struct world *world, const double *accounts)
{
    size_t n_pools = world->scenario->n_pools;
    for (size_t g = 0; g < world->scenario->n_groups && accounts; g++)
        if (divisions[division_above(world, g)]->account_at_start)
            for (size_t p = 0; p < n_pools; p++)
                put_account(world, g, p, accounts[g * n_pools + p]);
}
