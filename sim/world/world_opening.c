/* What was before the first day, put in place. */
#include "world/settle.h"

#include "base/check.h"
#include "base/seconds.h"
#include "rule/period.h"

#include <math.h>

/* History is written from its end: the oldest month stands last. */
static size_t row_of(const struct world_history *history, size_t n_months,
                     int64_t months_back)
{
    return history->n_most - 1 - (n_months - (size_t)months_back);
}

void history_init(struct world *world, struct arena *arena)
{
    const struct scenario *s = world->scenario;
    const struct opening *o = &s->opening;
    struct world_history *history = &world->history;
    history->n_most = s->calendar.n_months + o->n_months;
    history->start = o->n_months ? month_from(s->calendar.start, -(int64_t)o->n_months)
                                 : s->calendar.start;
    history->used = ARENA_ARRAY(arena, double, history->n_most * s->n_groups);
    history->granted = ARENA_ARRAY(arena, double, history->n_most * s->n_groups);
    history->capacity = ARENA_ARRAY(arena, double, history->n_most);
    history->n_past = o->n_months;
    for (size_t back = 1; back <= o->n_months; back++) {
        double hours = month_hours(month_from(s->calendar.start, -(int64_t)back));
        size_t row = row_of(history, o->n_months, (int64_t)back);
        for (size_t p = 0; p < s->n_pools; p++)
            history->capacity[row] +=
                world_available_gpus(world, p) * hours * world->pools[p].charge;
    }
    for (size_t i = 0; i < o->n_offers; i++)
        history->capacity[row_of(history, o->n_months, o->offers[i].months_back)] =
            o->offers[i].gpu_hours;
    for (size_t i = 0; i < o->n_uses; i++) {
        const struct opening_use *use = &o->uses[i];
        size_t row = row_of(history, o->n_months, use->months_back);
        double granted =
            isnan(use->granted_gpu_hours) ? use->used_gpu_hours : use->granted_gpu_hours;
        for (int g = use->group; g >= 0; g = s->groups[g].parent) {
            history->used[row * s->n_groups + (size_t)g] += use->used_gpu_hours;
            history->granted[row * s->n_groups + (size_t)g] += granted;
        }
    }
}

static size_t claimant_of(const struct world *world, const struct opening_grant *grant)
{
    const struct scenario *s = world->scenario;
    for (size_t c = world->pool_claimants[grant->pool];
         c < world->pool_claimants[grant->pool + 1]; c++) {
        const struct claimant *claimant = &s->claimants[c];
        if (grant->project >= 0
                ? claimant->project == grant->project
                : claimant->exploration >= 0 && claimant->team == grant->team)
            return c;
    }
    CHECK(!"whoever has a grant can have one");
    return 0;
}

void opening_init(struct world *world)
{
    const struct opening *o = &world->scenario->opening;
    for (size_t i = 0; i < o->n_accounts; i++)
        put_account(world, (size_t)o->accounts[i].group, (size_t)o->accounts[i].pool,
                    o->accounts[i].balance);
    for (size_t i = 0; i < o->n_grants; i++) {
        const struct opening_grant *grant = &o->grants[i];
        size_t claimant = claimant_of(world, grant);
        struct holding *h = &world->holdings[claimant];
        h->has_claimed = true;
        h->unfilled_months = grant->months_unfilled;
        h->last_month_used_gpu_s = grant->last_month_gpu_hours * SECONDS_PER_HOUR;
        put_grant(world, claimant, grant->gpus);
    }
}
