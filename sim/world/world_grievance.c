/* What people miss: how far their team was below its fill, remembered. */
#include "world/settle.h"

#include "model/hazard.h"

#include <math.h>

/* Of the open month; NaN: nothing is needed. */
static double fill_of(const struct world *world, size_t team)
{
    const struct holding_amounts *a = &world->month.teams[team];
    return a->needed_gpu_s > 0 ? a->filled_gpu_s / a->needed_gpu_s : NAN;
}

/* Whether both teams work on a project of one topic. */
static bool share_topic(const struct world *world, size_t a, size_t b)
{
    for (size_t k = world->team_project_first[a]; k < world->team_project_first[a + 1];
         k++) {
        size_t mine = world->team_projects[k];
        if (world->project_states[mine].phase != PROJECT_ACTIVE ||
            world->projects[mine].topic_id < 0)
            continue;
        for (size_t j = world->team_project_first[b];
             j < world->team_project_first[b + 1]; j++) {
            size_t other = world->team_projects[j];
            if (world->project_states[other].phase == PROJECT_ACTIVE &&
                world->projects[other].topic_id == world->projects[mine].topic_id)
                return true;
        }
    }
    return false;
}

static bool are_peers(const struct world *world, size_t a, size_t b)
{
    const struct team *teams = world->teams;
    return a != b && (world->groups[teams[a].group].parent ==
                          world->groups[teams[b].group].parent ||
                      share_topic(world, a, b));
}

/* What a team's fill is held against; NaN: nothing. */
static double reference_of(const struct world *world, size_t team)
{
    double best = NAN;
    if (world->people.reference == REFERENCE_OWN)
        return 1;
    for (size_t t = 0; t < world->scenario->n_teams; t++)
        if (are_peers(world, team, t))
            best =
                fmax(best, world->team_states[t].month_fill); /* fmax passes NaN over */
    return best;
}

void close_month_of_people(struct world *world)
{
    size_t n_teams = world->scenario->n_teams;
    for (size_t t = 0; t < n_teams; t++)
        world->team_states[t].month_fill = fill_of(world, t);
    for (size_t t = 0; t < n_teams; t++) {
        struct team_state *team = &world->team_states[t];
        double shortfall = grievance_shortfall(team->month_fill, reference_of(world, t),
                                               world->teams[t].voice);
        for (size_t k = 0; k < team->n_members; k++) {
            struct person_state *p = &world->persons[team->members[k]];
            if (p->team != (int)t)
                continue;
            p->grievance = grievance_after_month(&world->people, p->grievance, shortfall);
            p->leader_months = p->leader_months << 1 & ((2u << PULSE_LAST_MONTH) - 1);
        }
        team->month_departures = team->month_hires = 0;
    }
}
