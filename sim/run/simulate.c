/* The life of a run: months open and close, marks are taken, and everything else is
 * planned by the parts that own it (work, meeting, happenings). */
#include "run/state.h"

#include "base/check.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

void run_enter(struct run *run)
{
    world_advance(&run->world, run->engine.now_s);
}

double run_leader_hours(const struct run *run)
{
    double sum = 0;
    for (size_t k = 0; k < run->scenario->n_teams; k++)
        sum += run->leader_hours[run->world.teams_by_name[k]];
    return sum;
}

/* What changes with the month: the demand for exploration, and what time brings nearer.
 */
static void open_month(struct run *run)
{
    const struct scenario *s = run->scenario;
    demand_open_month(run);
    for (size_t g = 0; g < s->n_groups; g++)
        run->entitled_hours[g] = NAN;
    world_refresh_people(&run->world);
    world_refresh_needs(&run->world);
    work_reschedule(run);
}

static void month_ends(void *owner, uint32_t month)
{
    struct run *run = owner;
    run_enter(run);
    world_settle(&run->world);
    observe_month(run);
    for (size_t p = 0; p < run->scenario->n_pools; p++) {
        run->pool_offered_gpu_s[p] += world_offered_gpu_s(&run->world, p);
        run->pool_failed_gpu_s[p] += world_failed_gpu_s(&run->world, p);
    }
    world_close_month(&run->world);
    run->month = month + 1;
    run->leader_hours_before = run_leader_hours(run);
    if (run->month < run->scenario->calendar.n_months)
        open_month(run);
}

static void mark_comes(void *owner, uint32_t mark)
{
    struct run *run = owner;
    run_enter(run);
    outcomes_take(run, mark);
}

/* Every stage's end is planned for when the world would have it end, with the loans of
 * now. */
static void check_stage_ends(const struct run *run)
{
    CHECK(run->world.n_moved == 0);
    for (size_t p = 0; p < run->scenario->n_pools; p++)
        CHECK(!run->world.pool_states[p].has_stale_loans);
    for (size_t i = 0; i < run->scenario->n_projects; i++) {
        double planned_s = event_queue_at_s(&run->engine.queue, run->stage_ends[i]);
        double end_s = world_stage_end_s(&run->world, i);
        CHECK(planned_s == end_s || fabs(planned_s - end_s) <= 1e-5 + 1e-12 * end_s);
    }
}

static void after_event(void *owner)
{
    struct run *run = owner;
    world_check(&run->world);
    check_stage_ends(run);
    people_check(run);
    failures_check(run);
}

static void plan(struct run *run)
{
    const struct scenario *s = run->scenario;
    /* A month closes after the marks of its last day. */
    for (size_t m = 0; m < s->n_marks; m++)
        engine_schedule(&run->engine, s->marks[m].at_s, CLASS_MONTH, mark_comes, run,
                        (uint32_t)m);
    for (size_t m = 0; m < s->calendar.n_months; m++)
        engine_schedule(&run->engine, s->calendar.month_at_s[m + 1], CLASS_MONTH,
                        month_ends, run, (uint32_t)m);
    demand_plan(run);
    work_draw_overruns(run);
    work_plan_starts(run);
    failures_plan(run);
    happenings_plan(run);
    meeting_plan(run);
}

static void release(struct run *run)
{
    engine_release(&run->engine);
    arena_release(&run->arena);
    arena_release(&run->meeting);
    arena_release(&run->scratch);
}

/* Runs to the horizon. What falls on it belongs to the next month: only the marks and the
 * close of the last month, which come first at their instant, are still taken. */
static void run_to_horizon(struct run *run)
{
    const struct calendar *calendar = &run->scenario->calendar;
    engine_run_until(&run->engine, nextafter(calendar_horizon_s(calendar), 0));
    while (!run->engine.is_stopped && run->month < calendar->n_months)
        CHECK(engine_step(&run->engine));
    if (run->engine.is_stopped)
        return;
    world_settle(&run->world);
    outcomes_take(run, run->scenario->n_marks);
}

void run_simulate_with(const struct scenario *scenario, const struct run_options *options,
                       struct results *results)
{
    struct run run = {.scenario = scenario,
                      .options = options,
                      .flags = options->flags,
                      .results = results};
    *results = (struct results){.replication = options->replication,
                                .n_months = scenario->calendar.n_months};
    arena_init(&results->arena);
    arena_init(&run.arena);
    arena_init(&run.meeting);
    arena_init(&run.scratch);
    engine_init(&run.engine);
    world_init(&run.world, scenario, &run.arena);
    run.stage_ends = ARENA_ARRAY(&run.arena, struct event_handle, scenario->n_projects);
    for (size_t i = 0; i < 2; i++)
        run.pending[i] = ARENA_ARRAY(&run.arena, double, scenario->n_claimants);
    run.overrides = ARENA_ARRAY(&run.arena, struct override, scenario->n_claimants);
    run.entitled_hours = ARENA_ARRAY(&run.arena, double, scenario->n_groups);
    run.prices = ARENA_ARRAY(&run.arena, double, scenario->n_pools);
    for (size_t p = 0; p < scenario->n_pools; p++)
        run.prices[p] = NAN;
    run.pool_offered_gpu_s = ARENA_ARRAY(&run.arena, double, scenario->n_pools);
    run.pool_failed_gpu_s = ARENA_ARRAY(&run.arena, double, scenario->n_pools);
    run.leader_hours = ARENA_ARRAY(&run.arena, double, scenario->n_teams);
    disputes_init(&run);
    acts_init(&run);
    observe_init(&run);
    outcomes_init(&run);
    if (ALLOT_VERIFY || run.flags & RUN_CHECKED)
        engine_after_each(&run.engine, after_event, &run);
    plan(&run);
    people_plan(&run);
    open_month(&run);
    run_to_horizon(&run);
    results->n_fired = run.engine.n_fired;
    release(&run);
}

void run_simulate(const struct scenario *scenario, uint64_t seed, uint64_t replication,
                  unsigned flags, struct results *results)
{
    struct run_options options = {
        .seed = seed, .replication = replication, .flags = flags};
    run_simulate_with(scenario, &options, results);
}

void results_release(struct results *results)
{
    arena_release(&results->arena);
    mem_free(results->claims);
    mem_free(results->factors);
    mem_free(results->events);
    *results = (struct results){0};
}
