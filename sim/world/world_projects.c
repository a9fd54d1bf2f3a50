#include "world/settle.h"

#include "base/check.h"
#include "base/seconds.h"

#include <math.h>

bool project_is_over(const struct project_state *project)
{
    return project->phase == PROJECT_RELEASED || project->phase == PROJECT_CANCELLED;
}

double stage_work(const struct stage *stage)
{
    switch (stage->kind) {
    case STAGE_BUILD:
        return stage->person_months * SECONDS_PER_MONTH;
    case STAGE_TRAIN:
        return stage->gpu_hours * SECONDS_PER_HOUR;
    case STAGE_WAIT:
        return stage->days * SECONDS_PER_DAY;
    }
    return 0;
}

static double used_by(const struct world *world, size_t project)
{
    double gpus = 0;
    for (size_t k = world->project_first[project]; k < world->project_first[project + 1];
         k++)
        gpus += world->holdings[world->project_claimants[k]].used_gpus;
    return gpus;
}

static double rate_of(const struct world *world, size_t project)
{
    const struct stage *stage = world_stage(world, project);
    double gpus = world->project_states[project].used_gpus;
    if (!stage || world->project_states[project].n_holds > 0)
        return 0;
    switch (stage->kind) {
    case STAGE_BUILD:
        return world_build_speed(world, project);
    case STAGE_WAIT:
        return 1;
    case STAGE_TRAIN:
        break;
    }
    const struct pool *pool = &world->pools[stage->pool];
    double nodes = gpus / (double)pool->node_gpus;
    return stage->has_failures ? gpus * goodput_frac(&pool->reliability, nodes) : gpus;
}

void refresh_project(struct world *world, size_t project)
{
    for (size_t k = world->project_first[project]; k < world->project_first[project + 1];
         k++)
        unsettle_loans(world, (size_t)world->claimants[world->project_claimants[k]].pool);
    refresh_speed(world, project);
}

void refresh_speed(struct world *world, size_t project)
{
    struct project_state *p = &world->project_states[project];
    for (size_t k = world->project_first[project]; k < world->project_first[project + 1];
         k++) {
        settle_holding(world, world->project_claimants[k]);
        refresh_use(world, world->project_claimants[k]);
    }
    p->used_gpus = used_by(world, project);
    p->rate = rate_of(world, project);
    if (!p->is_moved)
        world->moved[world->n_moved++] =
            (struct keyed){~(uint64_t)world->project_ranks[project], project};
    p->is_moved = true;
}

void refresh_pool(struct world *world, size_t pool)
{
    for (size_t c = world->pool_claimants[pool]; c < world->pool_claimants[pool + 1];
         c++) {
        int project = world->scenario->claimants[c].project;
        if (project < 0)
            continue;
        settle_project(world, (size_t)project);
        refresh_project(world, (size_t)project);
    }
}

/* What follows a change of phase or stage, settled before. */
static void follow(struct world *world, size_t project)
{
    size_t team = (size_t)world->projects[project].team;
    const struct stage *stage = world_stage(world, project);
    world->project_states[project].trains = stage && stage->kind == STAGE_TRAIN;
    refresh_builds(world, team);
    refresh_project(world, project);
    world_refresh_project_need(world, project);
    sample_team(world, team);
}

/* GPUs of a project that ends or pauses are free from this instant. */
static void let_go(struct world *world, size_t project)
{
    for (size_t k = world->project_first[project]; k < world->project_first[project + 1];
         k++) {
        size_t c = world->project_claimants[k];
        world_forget_request(world, c);
        put_grant(world, c, 0);
    }
}

void world_allow_start(struct world *world, size_t project)
{
    world->project_states[project].may_start = true;
}

void world_hold(struct world *world, size_t project)
{
    settle_project(world, project);
    world->project_states[project].n_holds++;
    refresh_project(world, project);
}

void world_unhold(struct world *world, size_t project)
{
    CHECK(world->project_states[project].n_holds > 0);
    settle_project(world, project);
    world->project_states[project].n_holds--;
    refresh_project(world, project);
}

void world_start(struct world *world, size_t project)
{
    struct project_state *p = &world->project_states[project];
    CHECK(p->phase == PROJECT_PLANNED || p->phase == PROJECT_PAUSED);
    settle_project(world, project);
    if (isnan(p->started_s))
        p->started_s = world->now_s;
    p->is_stranded = false;
    p->phase = PROJECT_ACTIVE;
    follow(world, project);
}

void world_pause(struct world *world, size_t project)
{
    struct project_state *p = &world->project_states[project];
    CHECK(p->phase == PROJECT_ACTIVE);
    settle_project(world, project);
    p->phase = PROJECT_PAUSED;
    let_go(world, project);
    follow(world, project);
}

void world_strand(struct world *world, size_t project)
{
    world_pause(world, project);
    world->project_states[project].is_stranded = true;
}

void world_unstrand(struct world *world, size_t project)
{
    world->project_states[project].is_stranded = false;
}

void world_cancel(struct world *world, size_t project)
{
    struct project_state *p = &world->project_states[project];
    CHECK(!project_is_over(p));
    settle_project(world, project);
    p->phase = PROJECT_CANCELLED;
    p->cancelled_s = world->now_s;
    p->is_stranded = false;
    let_go(world, project);
    follow(world, project);
    if (!isnan(p->started_s))
        world_hit_by_cancel(world, (size_t)world->projects[project].team);
}

bool world_finish_stage(struct world *world, size_t project)
{
    struct project_state *p = &world->project_states[project];
    const struct project *settings = &world->projects[project];
    CHECK(p->phase == PROJECT_ACTIVE && p->stage < settings->n_stages);
    settle_project(world, project);
    p->stage++;
    p->left = 0;
    if (p->stage < settings->n_stages) {
        p->left = p->works[p->stage];
    } else {
        p->phase = PROJECT_RELEASED;
        p->released_s = world->now_s;
        p->slip_s = world->now_s - settings->target_s;
        let_go(world, project);
    }
    follow(world, project);
    return p->phase == PROJECT_RELEASED;
}

double to_microsecond(double at_s)
{
    double rounded_s = rint(at_s * 1e6) / 1e6;
    return isfinite(rounded_s) ? rounded_s : at_s;
}

double world_stage_end_s(const struct world *world, size_t project)
{
    const struct project_state *p = &world->project_states[project];
    if (!world_stage(world, project) || p->rate <= 0)
        return INFINITY;
    return fmax(world->now_s, to_microsecond(p->since_s + p->left / p->rate));
}

void world_overrun(struct world *world, size_t project, size_t stage, double factor)
{
    struct project_state *p = &world->project_states[project];
    CHECK(world->now_s == 0 && p->phase == PROJECT_PLANNED && factor > 0);
    if (stage < p->stage)
        return;
    double done = stage == p->stage ? p->works[stage] - p->left : 0;
    p->works[stage] *= factor;
    if (stage == p->stage)
        p->left *= factor;
    if (world->projects[project].stages[stage].kind == STAGE_TRAIN)
        p->opened_gpu_s += done * (factor - 1);
}

double world_believed_left(const struct world *world, size_t project)
{
    const struct project_state *p = &world->project_states[project];
    const struct stage *stage = &world->projects[project].stages[p->stage];
    double left = fmax(0, p->left - p->rate * (world->now_s - p->since_s));
    double plan = stage_work(stage);
    if (stage->overrun_log_sd == 0)
        return left;
    return fmax(plan - (p->works[p->stage] - left), 0.05 * plan);
}

double world_left_gpu_s(const struct world *world, size_t project)
{
    const struct project_state *p = &world->project_states[project];
    const struct project *settings = &world->projects[project];
    double left = 0;
    for (size_t k = p->stage; k < settings->n_stages; k++)
        if (settings->stages[k].kind == STAGE_TRAIN)
            left += k == p->stage ? world_believed_left(world, project)
                                  : stage_work(&settings->stages[k]);
    return left;
}

bool world_next_moved(struct world *world, size_t *project)
{
    if (world->n_moved == 0)
        return false;
    if (world->n_sorted < world->n_moved)
        radix_sort(world->moved, world->n_moved, world->arena);
    world->n_sorted = --world->n_moved;
    *project = world->moved[world->n_moved].index;
    world->project_states[*project].is_moved = false;
    return true;
}
