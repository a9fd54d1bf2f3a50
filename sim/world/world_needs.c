/* Need of a project (MODEL section 7): the planned GPU-hours left of all its consecutive
 * train stages over the hours until its target less its later waits and builds, raised to
 * a stage's minimum and cut to its maximum; late or without a target: the maximum. What
 * is left is what the team believes; a plan counts on no failures. */
#include "world/settle.h"

#include "base/check.h"
#include "base/seconds.h"

#include <math.h>

/* A walk through the stages that are still to come, by the project's own plan. */
struct walk {
    const struct world *world;
    size_t index; /* of the project */
    const struct project *project;
    size_t stage;
    double left; /* of that stage */
    double at_s; /* when it begins, or now */
};

static double most_gpus(const struct world *world, const struct stage *stage)
{
    return isnan(stage->max_gpus) ? world_available_gpus(world, (size_t)stage->pool)
                                  : stage->max_gpus;
}

static bool start_walk(const struct world *world, size_t project, struct walk *walk)
{
    const struct project_state *p = &world->project_states[project];
    const struct project *settings = &world->projects[project];
    if (p->phase != PROJECT_ACTIVE && p->phase != PROJECT_PLANNED)
        return false;
    *walk = (struct walk){
        world,       project, settings, p->stage, world_believed_left(world, project),
        world->now_s};
    if (p->phase == PROJECT_ACTIVE)
        return true;
    if (settings->after >= 0 &&
        world->project_states[settings->after].phase != PROJECT_RELEASED)
        return false;
    walk->at_s = fmax(world->now_s, settings->start_s);
    return true;
}

/* How long work takes in a wait or build stage; 0 for a train stage. */
static double seconds_of(const struct walk *walk, const struct stage *stage, double work)
{
    switch (stage->kind) {
    case STAGE_WAIT:
        return work;
    case STAGE_BUILD:
        return work / world_build_speed(walk->world, walk->index);
    case STAGE_TRAIN:
        break;
    }
    return 0;
}

/* GPUs at which the consecutive train stages from the present one would end in time;
 * INFINITY when late or without a target. */
static double timely_gpus(const struct walk *walk)
{
    const struct project *project = walk->project;
    double work = walk->left, deadline_s = project->target_s;
    size_t k = walk->stage + 1;
    for (; k < project->n_stages && project->stages[k].kind == STAGE_TRAIN; k++)
        work += stage_work(&project->stages[k]);
    for (; k < project->n_stages; k++)
        deadline_s -=
            seconds_of(walk, &project->stages[k], stage_work(&project->stages[k]));
    if (isnan(deadline_s) || deadline_s <= walk->at_s)
        return INFINITY;
    return work / (deadline_s - walk->at_s);
}

static double need_of(const struct world *world, const struct stage *stage, double timely)
{
    return fmin(fmax(timely, stage->min_gpus),
                fmax(most_gpus(world, stage), stage->min_gpus));
}

struct outlook world_outlook(const struct world *world, size_t project, size_t pool,
                             double until_s)
{
    struct outlook outlook = {0, 0};
    struct walk walk;
    double timely = NAN; /* of the run of train stages that the walk is in */
    if (!start_walk(world, project, &walk))
        return outlook;
    bool is_first = walk.at_s <= world->now_s;
    while (walk.stage < walk.project->n_stages && (is_first || walk.at_s < until_s)) {
        const struct stage *stage = &walk.project->stages[walk.stage];
        double seconds = seconds_of(&walk, stage, walk.left);
        if (stage->kind == STAGE_TRAIN) {
            timely = isnan(timely) ? timely_gpus(&walk) : timely;
            double gpus = need_of(world, stage, timely);
            if ((size_t)stage->pool == pool) {
                if (outlook.needed_gpus == 0)
                    outlook.min_gpus = stage->min_gpus;
                outlook.needed_gpus = fmax(outlook.needed_gpus, gpus);
            }
            seconds = walk.left / gpus;
        } else {
            timely = NAN;
        }
        walk.at_s = to_microsecond(walk.at_s + seconds);
        walk.stage++;
        if (walk.stage < walk.project->n_stages)
            walk.left = stage_work(&walk.project->stages[walk.stage]);
        is_first = false;
    }
    return outlook;
}

/* By heads, whatever their morale, which depends on it. */
static double rest_of_stage(const struct world *world, const struct project *project,
                            const struct stage *stage, double work)
{
    double people = (double)world->team_states[project->team].people;
    if (work <= 0)
        return 0;
    if (stage->kind == STAGE_TRAIN)
        return work / need_of(world, stage, INFINITY);
    if (stage->kind == STAGE_WAIT)
        return work;
    return work / (isnan(project->staff) ? people : fmin(people, project->staff));
}

double world_rest_s(const struct world *world, size_t project)
{
    struct walk walk;
    double rest_s = 0;
    if (!start_walk(world, project, &walk))
        return INFINITY;
    for (size_t k = walk.stage; k < walk.project->n_stages; k++) {
        const struct stage *stage = &walk.project->stages[k];
        rest_s += rest_of_stage(world, walk.project, stage,
                                k == walk.stage ? walk.left : stage_work(stage));
    }
    return rest_s;
}

/* How long work takes that a project does alone. Nobody builds without people; what can
 * never end would tell nothing about the training. */
static double hours_alone(const struct world *world, size_t project,
                          const struct stage *stage, double work, const double *part_gpus)
{
    double people = world->team_states[world->projects[project].team].workers;
    if (!isnan(world->projects[project].staff))
        people = fmin(people, staff_workers(world, project));
    if (work <= 0)
        return 0;
    if (stage->kind == STAGE_TRAIN)
        work /= need_of(world, stage, part_gpus[stage->pool]);
    else if (stage->kind == STAGE_BUILD)
        work = people > 0 ? work / people : 0;
    return work / SECONDS_PER_HOUR;
}

struct prospect world_prospect(const struct world *world, size_t project, size_t pool,
                               const double *part_gpus)
{
    const struct project *settings = &world->projects[project];
    const struct project_state *p = &world->project_states[project];
    struct prospect prospect = {0, 0, 0};
    if (!isnan(p->started_s))
        prospect.other_hours = (world->now_s - p->started_s) / SECONDS_PER_HOUR;
    for (size_t k = 0; k < settings->n_stages; k++) {
        const struct stage *stage = &settings->stages[k];
        double work = stage_work(stage), left = k < p->stage ? 0 : work;
        if (k == p->stage)
            left = world_believed_left(world, project);
        prospect.alone_hours += hours_alone(world, project, stage, work, part_gpus);
        if (stage->kind == STAGE_TRAIN && (size_t)stage->pool == pool)
            prospect.pool_gpu_hours += left / SECONDS_PER_HOUR;
        else
            prospect.other_hours += hours_alone(world, project, stage, left, part_gpus);
    }
    return prospect;
}

static void put_need(struct world *world, size_t claimant, double gpus)
{
    struct holding *h = &world->holdings[claimant];
    if (h->needed_gpus == gpus)
        return;
    settle_holding(world, claimant);
    unsettle_loans(world, (size_t)world->claimants[claimant].pool);
    h->needed_gpus = gpus;
    if (world->scenario->claimants[claimant].exploration >= 0)
        refresh_use(world, claimant);
}

/* What a project could use now, and on which pool; -1: on none. */
static double project_need(const struct world *world, size_t project, int *pool)
{
    const struct stage *stage = world_stage(world, project);
    struct walk walk;
    *pool = -1;
    if (!stage || stage->kind != STAGE_TRAIN || !start_walk(world, project, &walk))
        return 0;
    *pool = stage->pool;
    return need_of(world, stage, timely_gpus(&walk));
}

void world_refresh_project_need(struct world *world, size_t project)
{
    int pool;
    double gpus = project_need(world, project, &pool);
    for (size_t k = world->project_first[project]; k < world->project_first[project + 1];
         k++) {
        size_t c = world->project_claimants[k];
        put_need(world, c, world->scenario->claimants[c].pool == pool ? gpus : 0);
    }
}

/* The number of rows of its series that have begun. */
static size_t rows_begun(const struct world *world, const struct exploration *x)
{
    size_t low = 0, high = x->n_series;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (x->series[middle].at_s <= world->now_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double world_next_demand_s(const struct world *world, size_t exploration)
{
    const struct exploration *x = &world->explorations[exploration];
    size_t next = rows_begun(world, x);
    return next < x->n_series ? x->series[next].at_s : INFINITY;
}

/* The spread has mean 1: E exp(sd * z - sd^2 / 2) = 1. */
static double exploration_need(const struct world *world, size_t exploration)
{
    const struct exploration *x = &world->explorations[exploration];
    double people = (double)world->team_states[x->team].people;
    double spread = x->log_sd * world->exploration_draws[exploration];
    if (world_is_stopped(world, (size_t)x->team) || world->team_states[x->team].is_merged)
        return 0;
    size_t n_begun = rows_begun(world, x);
    double wanted = x->gpus + x->gpus_per_person * people;
    if (n_begun > 0)
        wanted += x->series[n_begun - 1].gpus;
    return wanted * exp(spread - x->log_sd * x->log_sd / 2);
}

void refresh_exploration_need(struct world *world, size_t exploration)
{
    put_need(world, (size_t)world->exploration_claimant[exploration],
             exploration_need(world, exploration));
}

void refresh_team_needs(struct world *world, size_t team)
{
    for (size_t k = world->team_project_first[team];
         k < world->team_project_first[team + 1]; k++)
        world_refresh_project_need(world, world->team_projects[k]);
    for (size_t k = world->team_first[team]; k < world->team_first[team + 1]; k++) {
        int exploration = world->claimants[world->team_claimants[k]].exploration;
        if (exploration >= 0)
            refresh_exploration_need(world, (size_t)exploration);
    }
}

/* All needs are what they would be if they were sampled now. */
static void check_needs(const struct world *world)
{
    for (size_t c = 0; c < world->scenario->n_claimants; c++) {
        const struct claimant *claimant = &world->scenario->claimants[c];
        int pool = claimant->pool;
        double gpus = claimant->project >= 0
                          ? project_need(world, (size_t)claimant->project, &pool)
                          : exploration_need(world, (size_t)claimant->exploration);
        CHECK(world->holdings[c].needed_gpus == (pool == claimant->pool ? gpus : 0));
    }
}

void world_refresh_needs(struct world *world)
{
    if (world->needs_at_s == world->now_s) {
        if (ALLOT_VERIFY)
            check_needs(world);
        return;
    }
    for (size_t i = 0; i < world->scenario->n_projects; i++)
        if (world->project_first[i] < world->project_first[i + 1])
            world_refresh_project_need(world, i);
    for (size_t e = 0; e < world->scenario->n_explorations; e++)
        refresh_exploration_need(world, e);
    world->needs_at_s = world->now_s;
}
