/* What was before the first day, put in place. */
#include "world/settle.h"

#include "base/check.h"
#include "base/seconds.h"
#include "model/hazard.h"
#include "rule/period.h"

#include <math.h>
#include <stdlib.h>

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

static void remember(struct world *world, struct person_state *p,
                     const struct opening_mood *mood)
{
    double memory_days = world->people.memory_days;
    int64_t months = mood->leader_left_months_ago;
    p->grievance = mood->grievance;
    p->layoff_until_s = p->cancelled_until_s = 0;
    if (!isnan(mood->layoff_days_ago))
        p->layoff_until_s = (memory_days - mood->layoff_days_ago) * SECONDS_PER_DAY;
    if (!isnan(mood->cancelled_days_ago))
        p->cancelled_until_s = (memory_days - mood->cancelled_days_ago) * SECONDS_PER_DAY;
    p->leader_months = months > 0 && months <= PULSE_LAST_MONTH ? 1u << months : 0;
}

/* What is said of one person stands over what is said of a team. */
static void open_moods(struct world *world, const struct opening *o)
{
    for (size_t i = 0; i < o->n_moods; i++)
        for (size_t k = 0; k < world->n_persons && o->moods[i].team >= 0; k++)
            if (world->persons[k].team == o->moods[i].team)
                remember(world, &world->persons[k], &o->moods[i]);
    for (size_t i = 0; i < o->n_moods; i++)
        if (o->moods[i].person >= 0)
            remember(world, &world->persons[o->moods[i].person], &o->moods[i]);
}

static int by_instant(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void open_departures(struct world *world, const struct opening *o)
{
    for (size_t i = 0; i < o->n_departures; i++)
        world->team_states[o->departures[i].team].n_departed +=
            (size_t)o->departures[i].people;
    for (size_t t = 0; t < world->scenario->n_teams; t++) {
        struct team_state *team = &world->team_states[t];
        size_t n = 0;
        if (team->n_departed == 0)
            continue;
        team->departed_s = ARENA_ARRAY(world->arena, double, team->n_departed);
        team->departed_capacity = team->n_departed_before = team->n_departed;
        for (size_t i = 0; i < o->n_departures; i++)
            for (int64_t k = 0;
                 o->departures[i].team == (int)t && k < o->departures[i].people; k++)
                team->departed_s[n++] = -o->departures[i].days_ago * SECONDS_PER_DAY;
        qsort(team->departed_s, n, sizeof *team->departed_s, by_instant);
    }
}

static void open_projects(struct world *world, const struct opening *o)
{
    for (size_t i = 0; i < o->n_progresses; i++) {
        const struct opening_progress *progress = &o->progresses[i];
        const struct project *project = &world->projects[progress->project];
        struct project_state *p = &world->project_states[progress->project];
        p->stage = (size_t)progress->stage - 1;
        p->left = p->works[p->stage] * (1 - progress->done_frac);
        p->started_s = isnan(progress->started_s) ? 0 : progress->started_s;
        for (size_t k = 0; k <= p->stage; k++)
            if (project->stages[k].kind == STAGE_TRAIN)
                p->opened_gpu_s += p->works[k] - (k == p->stage ? p->left : 0);
    }
}

void opening_init(struct world *world)
{
    const struct opening *o = &world->scenario->opening;
    for (size_t i = 0; i < o->n_accounts; i++)
        put_account(world, (size_t)o->accounts[i].group, (size_t)o->accounts[i].pool,
                    o->accounts[i].balance);
    open_projects(world, o);
    open_moods(world, o);
    open_departures(world, o);
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
