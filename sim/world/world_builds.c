#include "world/settle.h"

#include <math.h>

static bool is_building(const struct world *world, size_t project)
{
    const struct stage *stage = world_stage(world, project);
    return stage && stage->kind == STAGE_BUILD;
}

double staff_workers(const struct world *world, size_t project)
{
    const struct team_state *team = &world->team_states[world->projects[project].team];
    double worth = team->people > 0 ? team->workers / (double)team->people : 0;
    return world->projects[project].staff * worth;
}

double world_build_speed(const struct world *world, size_t project)
{
    size_t team = (size_t)world->projects[project].team, n_even = 0;
    double workers = world->team_states[team].workers, stated = 0;
    for (size_t k = world->team_project_first[team];
         k < world->team_project_first[team + 1]; k++) {
        size_t other = world->team_projects[k];
        if (other != project && !is_building(world, other))
            continue;
        if (isnan(world->projects[other].staff))
            n_even++;
        else
            stated += staff_workers(world, other);
    }
    double own = staff_workers(world, project);
    if (isnan(own))
        return workers > stated ? (workers - stated) / (double)n_even : 0;
    return stated > workers ? own * (workers / stated) : own;
}

void refresh_builds(struct world *world, size_t team)
{
    struct team_state *t = &world->team_states[team];
    size_t first = world->team_project_first[team], n_builds = 0;
    size_t last = world->team_project_first[team + 1];
    bool has_changed = false;
    for (size_t k = first; k < last; k++) {
        size_t project = world->team_projects[k];
        if (!is_building(world, project))
            continue;
        n_builds++;
        has_changed |=
            world->project_states[project].rate != world_build_speed(world, project);
    }
    if (n_builds == t->n_builds && !has_changed)
        return;
    t->n_builds = n_builds;
    for (size_t k = first; k < last; k++) {
        size_t project = world->team_projects[k];
        if (is_building(world, project)) {
            settle_project(world, project);
            refresh_project(world, project);
        }
        world_refresh_project_need(world, project);
    }
}
