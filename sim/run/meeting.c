/* The council's meeting: request, score, award, grant. */
#include "base/check.h"
#include "base/memory.h"
#include "base/seconds.h"
#include "rule/award.h"
#include "rule/lots.h"
#include "run/state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Past the horizon too, so that a longer run begins like a shorter one. */
double meeting_next_s(const struct run *run)
{
    const struct calendar *calendar = &run->scenario->calendar;
    size_t every = (size_t)run->world.council.every_months;
    size_t month = (run->month / every + 1) * every;
    double next_s = calendar_at_s(calendar->start, calendar_month_date(calendar, month));
    double every_s = (double)run->world.council.every_days * SECONDS_PER_DAY;
    if (every_s == 0)
        return next_s;
    double month_s = calendar->month_at_s[run->month];
    double n_held = floor((run->world.now_s - month_s) / every_s) + 1;
    return fmin(next_s, month_s + n_held * every_s);
}

/* What some factors read of the work of the claim's project. */
static void fill_progress(const struct world *w, const double *topic_gpu_s,
                          struct claim *claim)
{
    size_t i = (size_t)claim->project;
    const struct project_state *p = &w->project_states[i];
    claim->planned_gpu_hours = p->planned_gpu_s / SECONDS_PER_HOUR;
    claim->left_gpu_hours = world_left_gpu_s(w, i) / SECONDS_PER_HOUR;
    for (size_t k = w->project_first[i]; k < w->project_first[i + 1]; k++)
        claim->last_month_gpu_hours +=
            w->holdings[w->project_claimants[k]].last_month_used_gpu_s / SECONDS_PER_HOUR;
    claim->rival_gpu_hours = world_rival_gpu_s(w, i, topic_gpu_s) / SECONDS_PER_HOUR;
}

static void fill_claim(const struct run *run, size_t c, double until_s,
                       struct claim *claim)
{
    const struct scenario *s = run->scenario;
    const struct world *w = &run->world;
    const struct claimant *claimant = &w->claimants[c];
    const struct holding *holding = &w->holdings[c];
    *claim = (struct claim){.claimant = (int)c,
                            .name = claimant->name,
                            .pool = claimant->pool,
                            .group = s->teams[claimant->team].group,
                            .project = claimant->project,
                            .team = claimant->team,
                            .kind_id = -1,
                            .topic_id = -1,
                            .ceiling_gpus = INFINITY,
                            .last_gpus = holding->has_claimed ? holding->granted_gpus : 0,
                            .is_new = !holding->has_claimed,
                            .months_to_target = NAN,
                            .months_unfilled = holding->unfilled_months};
    if (claimant->project >= 0) {
        const struct project *project = &w->projects[claimant->project];
        struct outlook outlook =
            world_outlook(w, (size_t)claimant->project, (size_t)claimant->pool, until_s);
        claim->needed_gpus = outlook.needed_gpus;
        claim->min_gpus = outlook.min_gpus;
        claim->kind_id = project->kind_id;
        claim->topic_id = project->topic_id;
        claim->priority = project->priority;
        claim->months_to_target = (project->target_s - w->now_s) / SECONDS_PER_MONTH;
    } else {
        claim->needed_gpus = holding->needed_gpus;
        claim->priority = w->explorations[claimant->exploration].priority;
    }
    claim->requested_gpus = world_wanted_gpus(w, c, claim->needed_gpus);
}

static struct claim *file_claims(const struct run *run, double until_s,
                                 struct arena *arena, size_t *n_claims)
{
    struct claim *claims = ARENA_BARE(arena, struct claim, run->scenario->n_claimants);
    *n_claims = 0;
    for (size_t c = 0; c < run->scenario->n_claimants; c++) {
        fill_claim(run, c, until_s, &claims[*n_claims]);
        if (claims[*n_claims].requested_gpus > 0)
            ++*n_claims;
    }
    return claims;
}

/* What a claim's work comes to, for finish-time. */
static void fill_work(const struct run *run, const struct docket *docket,
                      const double *part_gpus, struct claim *claim)
{
    if (claim->project < 0) {
        docket_fill_work(docket, part_gpus, claim);
        return;
    }
    struct prospect prospect = world_prospect(&run->world, (size_t)claim->project,
                                              (size_t)claim->pool, part_gpus);
    claim->pool_gpu_hours = prospect.pool_gpu_hours;
    claim->other_hours = prospect.other_hours;
    claim->alone_hours = prospect.alone_hours;
}

/* Of projects; an exploration has none. */
static void fill_all_progress(struct run *run, const struct docket *docket,
                              struct claim *claims)
{
    double *topic_gpu_s = ARENA_ARRAY(&run->meeting, double, run->scenario->n_topics);
    world_sum_topics(&run->world, topic_gpu_s);
    for (size_t i = 0; i < docket->n_claims; i++)
        if (claims[i].project >= 0)
            fill_progress(&run->world, topic_gpu_s, &claims[i]);
}

/* By the team of each claim. */
static void fill_leaving(struct run *run, const struct docket *docket,
                         struct claim *claims)
{
    size_t n_teams = run->scenario->n_teams;
    double *leaving = ARENA_ARRAY(&run->meeting, double, n_teams);
    for (size_t t = 0; t < n_teams; t++)
        leaving[t] = world_leaving_frac(&run->world, t);
    for (size_t i = 0; i < docket->n_claims; i++)
        claims[i].leaving_frac = leaving[claims[i].team];
}

/* What only some rules read of the claims that were filed. */
static void fill_facts(struct run *run, const struct docket *docket, struct claim *claims)
{
    const struct rule *rule = &run->world.rule;
    unsigned reads = rule_reads(rule, docket->groups, docket->n_groups);
    unsigned facts = rule_facts(rule, reads);
    if (facts & FACTS_PROGRESS)
        fill_all_progress(run, docket, claims);
    if (facts & FACTS_LEAVING)
        fill_leaving(run, docket, claims);
    if (reads & READS_WORK) {
        double *part_gpus = ARENA_ARRAY(&run->meeting, double, docket->n_pools);
        docket_fill_parts(docket, part_gpus);
        for (size_t i = 0; i < docket->n_claims; i++)
            fill_work(run, docket, part_gpus, &claims[i]);
    }
    for (size_t i = 0; i < docket->n_claims && reads & READS_LOTS; i++)
        claims[i].lot =
            lots_draw(run->options->seed, run->options->replication, docket->month,
                      docket->pools[claims[i].pool].name, &claims[i]);
}

static void fill_docket(struct run *run, struct docket *docket)
{
    const struct world *w = &run->world;
    const struct world_history *history = &w->history;
    struct arena *arena = &run->meeting;
    size_t n_pools = run->scenario->n_pools, n_groups = run->scenario->n_groups;
    struct docket_pool *pools = ARENA_ARRAY(arena, struct docket_pool, n_pools);
    double *share_frac = ARENA_ARRAY(arena, double, n_groups);
    double *accounts = ARENA_ARRAY(arena, double, n_groups *n_pools);
    double until_s = meeting_next_s(run);
    size_t newest = history->n_most - history->n_past;
    for (size_t p = 0; p < n_pools; p++)
        pools[p] =
            (struct docket_pool){w->pools[p].name, world_available_gpus(w, p),
                                 (double)w->pools[p].node_gpus, w->pools[p].charge};
    for (size_t cell = 0; cell < n_groups * n_pools; cell++)
        accounts[cell] = world_account(w, cell / n_pools, cell % n_pools);
    docket_fill_shares(w->groups, n_groups, share_frac);
    *docket = (struct docket){
        .month = run->month,
        .date = calendar_date(&run->scenario->calendar, w->now_s),
        .hours_to_next = (until_s - w->now_s) / SECONDS_PER_HOUR,
        .pools = pools,
        .n_pools = n_pools,
        .groups = w->groups,
        .bounds = w->bounds,
        .n_groups = n_groups,
        .share_frac = share_frac,
        .history = {history->n_past, history->used + newest * n_groups,
                    history->capacity + newest, history->granted + newest * n_groups,
                    history->start},
        .accounts = accounts,
        .council = &w->council,
    };
    struct claim *claims = file_claims(run, until_s, arena, &docket->n_claims);
    docket->claims = claims;
    fill_facts(run, docket, claims);
}

static void log_claims(struct run *run, const struct docket *docket,
                       const struct award *award)
{
    struct results *r = run->results;
    const struct rule *rule = &run->world.rule;
    double month_s = run->scenario->calendar.month_at_s[run->month];
    if (!(run->flags & RUN_LOGS) || run->world.now_s > month_s)
        return;
    for (size_t i = 0; i < docket->n_claims; i++) {
        const struct claim *c = &docket->claims[i];
        uint32_t month = (uint32_t)run->month, claimant = (uint32_t)c->claimant;
        uint32_t team = (uint32_t)c->team;
        ARRAY_PUSH(r->claims, r->n_claims, r->claims_capacity) =
            (struct claim_row){month,
                               claimant,
                               team,
                               c->needed_gpus,
                               c->requested_gpus,
                               award->scores[i],
                               award->entitled_gpus[i],
                               award->granted_gpus[i]};
        for (size_t f = 0; f < n_factors; f++)
            if (rule_reads_factor(rule, f))
                ARRAY_PUSH(r->factors, r->n_factors, r->factors_capacity) =
                    (struct factor_row){month,
                                        claimant,
                                        team,
                                        (uint32_t)f,
                                        award_factor(award, f, i),
                                        rule->formula ? NAN : rule->weights[f]};
    }
}

static void tell_meeting(struct run *run, const struct docket *docket,
                         const struct award *award)
{
    double *granted = ARENA_ARRAY(&run->scratch, double, docket->n_pools);
    size_t *n_claims = ARENA_ARRAY(&run->scratch, size_t, docket->n_pools);
    for (size_t i = 0; i < docket->n_claims; i++) {
        granted[docket->claims[i].pool] += award->granted_gpus[i];
        n_claims[docket->claims[i].pool]++;
    }
    for (size_t p = 0; p < docket->n_pools; p++)
        observe_event(run, EVENT_MEETING, "pool", docket->pools[p].name,
                      "%zu claim%s, %.10g of %.10g GPUs granted", n_claims[p],
                      n_claims[p] == 1 ? "" : "s", granted[p],
                      docket->pools[p].capacity_gpus);
}

/* A result that is not exact is used all the same, and never in silence. */
static void tell_residual(struct run *run, double residual)
{
    run->results->residual = fmax(run->results->residual, residual);
    observe_event(run, EVENT_UNSETTLED, "rule", run->world.rule.divide->name,
                  "relative error %.3g", residual);
}

/* What was overridden after the meeting stands: its maker knew what had been decided. */
static void put_in_force(struct run *run, uint32_t which)
{
    for (size_t p = 0; p < run->scenario->n_pools; p++)
        world_grant_pool(&run->world, p, run->pending[which]);
    for (size_t c = 0; c < run->scenario->n_claimants; c++)
        if (run->overrides[c].n_meetings >= run->decided_at[which])
            world_override_grant(&run->world, c, run->overrides[c].gpus);
    work_reschedule(run);
}

static void lag_is_over(void *owner, uint32_t which)
{
    struct run *run = owner;
    run_enter(run);
    put_in_force(run, which);
}

double meeting_override(struct run *run, size_t claimant, double gpus)
{
    run->overrides[claimant] = (struct override){run->n_meetings, gpus};
    return world_override_grant(&run->world, claimant, gpus);
}

void meeting_merge(struct run *run, size_t from, size_t team)
{
    const struct world *w = &run->world;
    for (size_t p = 0; p < run->scenario->n_pools; p++) {
        int a = world_exploration_on(w, from, p), b = world_exploration_on(w, team, p);
        for (size_t k = 0; k < 2 && a >= 0 && b >= 0; k++) {
            double *pending = run->pending[k];
            pending[w->exploration_claimant[b]] += pending[w->exploration_claimant[a]];
            pending[w->exploration_claimant[a]] = 0;
        }
    }
}

/* A breach of an award's promises is a bug of ours, and no result may come of it. */
static void refuse(const char *breach)
{
    fprintf(stderr, "allot: %s\n", breach);
    CHECK(!"an award keeps its promises");
}

/* Claims and what was decided on them; whoever filed none loses what it holds. */
static void take_decisions(struct run *run, uint32_t which, const struct docket *docket,
                           const struct award *award)
{
    size_t next = 0, n = run->scenario->n_claimants;
    double *pending = run->pending[which];
    memset(pending, 0, n * sizeof *pending);
    run->decided_at[which] = run->n_meetings;
    for (size_t i = 0; i < docket->n_claims; i++) {
        size_t claimant = (size_t)docket->claims[i].claimant;
        for (; next < claimant; next++)
            world_forget_request(&run->world, next);
        pending[claimant] = award->granted_gpus[i];
        world_request(&run->world, claimant, docket->claims[i].requested_gpus,
                      award->scores[i]);
        next = claimant + 1;
    }
    for (; next < n; next++)
        world_forget_request(&run->world, next);
}

/* A mistake in the user's part of the rule ends the run. */
static void end_run(struct run *run, const struct rule_fault *fault)
{
    struct results *r = run->results;
    struct date date = calendar_date(&run->scenario->calendar, run->world.now_s);
    r->fault = (struct rule_fault){fault->at,
                                   arena_printf(&r->arena, "in %04d-%02d: %s", date.year,
                                                date.month, fault->message)};
    engine_stop(&run->engine);
}

/* Whoever looks on may have seen enough. */
static bool goes_on(struct run *run, const struct docket *docket,
                    const struct award *award)
{
    const struct run_options *options = run->options;
    struct run_meeting meeting = {run->month, &run->world, docket, &run->world.rule,
                                  award};
    if (!options->on_meeting || options->on_meeting(options->owner, &meeting))
        return true;
    engine_stop(&run->engine);
    return false;
}

/* The award on what is claimed now; false: the rule errs, and the run ends. */
static bool decide(struct run *run, struct docket *docket, struct award *award)
{
    world_refresh_needs(&run->world);
    work_reschedule(run);
    fill_docket(run, docket);
    const char *breach =
        award_make(docket, &run->world.rule, award, NULL, &run->meeting, &run->scratch);
    if (award->fault.message) {
        end_run(run, &award->fault);
        return false;
    }
    if (breach)
        refuse(breach);
    return true;
}

static void council_meets(void *owner, uint32_t month)
{
    struct run *run = owner;
    struct docket docket;
    struct award award;
    const struct scenario *s = run->scenario;
    CHECK(month == run->month);
    run_enter(run);
    arena_reset(&run->meeting);
    disputes_part(run);
    acts_consolidate(run);
    if (!decide(run, &docket, &award))
        return;
    if (acts_cull(run, &docket, &award) && !decide(run, &docket, &award))
        return;
    if (!goes_on(run, &docket, &award))
        return;
    uint32_t which = run->n_meetings++ % 2;
    take_decisions(run, which, &docket, &award);
    world_keep_accounts(&run->world, award.next_accounts);
    memcpy(run->entitled_hours, award.entitled_hours,
           s->n_groups * sizeof *run->entitled_hours);
    memcpy(run->prices, award.prices, s->n_pools * sizeof *run->prices);
    log_claims(run, &docket, &award);
    if (award.residual > 0)
        tell_residual(run, award.residual);
    if (run->flags & RUN_LOGS)
        tell_meeting(run, &docket, &award);
    double lag_s = run->world.council.lag_days * SECONDS_PER_DAY;
    if (lag_s > 0) {
        engine_schedule(&run->engine, run->world.now_s + lag_s, CLASS_COUNCIL,
                        lag_is_over, run, which);
        work_reschedule(run); /* loans go by the new scores before the grants do */
    } else {
        put_in_force(run, which);
    }
    disputes_appeal(run, &docket, &award);
}

void meeting_plan(struct run *run)
{
    const struct calendar *calendar = &run->scenario->calendar;
    const struct council *council = &run->scenario->council;
    size_t every = (size_t)council->every_months;
    double every_s = council->every_days > 0
                         ? (double)council->every_days * SECONDS_PER_DAY
                         : INFINITY;
    for (size_t month = 0; month < calendar->n_months; month += every)
        for (double at_s = calendar->month_at_s[month];
             at_s < calendar->month_at_s[month + 1]; at_s += every_s)
            engine_schedule(&run->engine, at_s, CLASS_COUNCIL, council_meets, run,
                            (uint32_t)month);
}
