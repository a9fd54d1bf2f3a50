/* Projects start, go through their stages and are released. */
#include "base/check.h"
#include "base/seconds.h"
#include "run/state.h"

#include <math.h>

static const char *const stage_names[] = {"build", "train", "wait"};

static void stage_ends(void *owner, uint32_t project);

static void reschedule(struct run *run, size_t project)
{
    double end_s = world_stage_end_s(&run->world, project);
    if (isfinite(end_s) &&
        engine_reschedule(&run->engine, run->stage_ends[project], end_s))
        return;
    engine_cancel(&run->engine, run->stage_ends[project]);
    run->stage_ends[project] = (struct event_handle){0};
    if (isfinite(end_s))
        run->stage_ends[project] = engine_schedule(&run->engine, end_s, CLASS_STAGE,
                                                   stage_ends, run, (uint32_t)project);
}

void work_reschedule(struct run *run)
{
    size_t project;
    people_reschedule(run);
    world_lend(&run->world);
    while (world_next_moved(&run->world, &project))
        reschedule(run, project);
    failures_reschedule(run);
}

static void tell_stage(struct run *run, size_t project)
{
    const struct stage *stage = world_stage(&run->world, project);
    CHECK(stage); /* it is at one: it has just begun it */
    observe_event(run, EVENT_STAGE, "project", run->scenario->projects[project].name,
                  "%zu %s", run->world.project_states[project].stage + 1,
                  stage_names[stage->kind]);
}

void work_start(struct run *run, size_t project, const char *why)
{
    observe_event(run, EVENT_START, "project", run->scenario->projects[project].name,
                  "%s", why);
    world_start(&run->world, project);
    tell_stage(run, project);
    work_reschedule(run);
}

/* A project starts when its date has come, the one that it waits for is released and its
 * team does not stand still. */
bool work_can_start(const struct run *run, size_t project)
{
    const struct project_state *state = &run->world.project_states[project];
    int after = run->scenario->projects[project].after;
    if (state->phase != PROJECT_PLANNED || !state->may_start ||
        world_is_stopped(&run->world, (size_t)run->world.projects[project].team))
        return false;
    return after < 0 || run->world.project_states[after].phase == PROJECT_RELEASED;
}

void work_try_start(struct run *run, size_t project)
{
    bool is_new = isnan(run->world.project_states[project].started_s);
    if (work_can_start(run, project))
        work_start(run, project, is_new ? "" : "goes on from before");
}

static void stage_ends(void *owner, uint32_t project)
{
    struct run *run = owner;
    const char *name = run->scenario->projects[project].name;
    run_enter(run);
    run->stage_ends[project] = (struct event_handle){0};
    if (!world_finish_stage(&run->world, project)) {
        tell_stage(run, project);
        work_reschedule(run);
        return;
    }
    double slip_days = run->world.project_states[project].slip_s / SECONDS_PER_DAY;
    if (isnan(slip_days))
        observe_event(run, EVENT_RELEASE, "project", name, "no target");
    else if (slip_days > -0.05 && slip_days < 1)
        observe_event(run, EVENT_RELEASE, "project", name, "on its target day");
    else
        observe_event(run, EVENT_RELEASE, "project", name, "%.1f days %s",
                      fabs(slip_days), slip_days > 0 ? "late" : "early");
    const struct world *w = &run->world;
    for (size_t k = w->follower_first[project]; k < w->follower_first[project + 1]; k++)
        work_try_start(run, w->followers[k]);
    work_reschedule(run);
}

static void start_date_comes(void *owner, uint32_t project)
{
    struct run *run = owner;
    run_enter(run);
    world_allow_start(&run->world, project);
    work_try_start(run, project);
}

/* E exp(sd * z - sd^2 / 2) = 1: the plan is right in the mean. */
void work_draw_overruns(struct run *run)
{
    const struct scenario *s = run->scenario;
    for (size_t i = 0; i < s->n_projects; i++)
        for (size_t k = 0; k < s->projects[i].n_stages; k++) {
            double sd = s->projects[i].stages[k].overrun_log_sd;
            struct stream stream;
            if (sd == 0)
                continue;
            arena_reset(&run->scratch);
            stream_init(&stream, run->options->seed, run->options->replication, "overrun",
                        arena_printf(&run->scratch, "%s/%zu", s->projects[i].name, k));
            double z = stream_normal(&stream);
            world_overrun(&run->world, i, k, exp(sd * z - sd * sd / 2));
        }
}

void work_plan_starts(struct run *run)
{
    const struct scenario *s = run->scenario;
    for (size_t k = 0; k < s->n_projects; k++) {
        size_t i = run->world.projects_by_name[k];
        if (s->projects[i].start_s < calendar_horizon_s(&s->calendar))
            engine_schedule(&run->engine, s->projects[i].start_s, CLASS_HAPPENING,
                            start_date_comes, run, (uint32_t)i);
    }
}

void work_cancel(struct run *run, size_t project, const char *why)
{
    world_cancel(&run->world, project);
    observe_event(run, EVENT_CANCEL, "project", run->scenario->projects[project].name,
                  "%.0f GPU-hours sunk%s%s",
                  run->world.project_states[project].used_gpu_s / SECONDS_PER_HOUR,
                  *why ? ": " : "", why);
    work_reschedule(run);
}

void work_pause(struct run *run, size_t project)
{
    observe_event(run, EVENT_PAUSE, "project", run->scenario->projects[project].name,
                  "%s", "");
    world_pause(&run->world, project);
    work_reschedule(run);
}

void work_strand(struct run *run, size_t project)
{
    observe_event(run, EVENT_PAUSE, "project", run->scenario->projects[project].name,
                  "%s", "its team has too few people");
    world_strand(&run->world, project);
    work_reschedule(run);
}
