/* Requests that are not honest (MODEL section 7). A team that asks for more than it needs
 * does so for each of its claims; nobody asks for more than the pool has, which would be
 * seen through, but for an honest need that is larger. What is granted beyond the need
 * lies idle, or is lent. */
#include "world/settle.h"

#include <math.h>

double world_padding(const struct world *world, size_t team)
{
    return world->teams[team].requests.strategy == REQUESTS_HONEST
               ? 0
               : world->team_states[team].padding;
}

/* Whether somebody who hoards can say what it still wants GPUs for: exploration always,
 * a project until its last training on the pool is over. */
static bool has_pretext(const struct world *world, size_t claimant)
{
    const struct claimant *c = &world->claimants[claimant];
    if (c->project < 0)
        return !world_is_stopped(world, (size_t)c->team);
    const struct project *project = &world->projects[c->project];
    const struct project_state *state = &world->project_states[c->project];
    if (state->phase != PROJECT_ACTIVE)
        return false;
    for (size_t k = state->stage; k < project->n_stages; k++)
        if (project->stages[k].kind == STAGE_TRAIN && project->stages[k].pool == c->pool)
            return true;
    return false;
}

double world_wanted_gpus(const struct world *world, size_t claimant, double needed_gpus)
{
    const struct claimant *c = &world->claimants[claimant];
    const struct requests *requests = &world->teams[c->team].requests;
    bool hoards = requests->strategy == REQUESTS_HOARD;
    if (requests->strategy == REQUESTS_HONEST ||
        (needed_gpus == 0 && !(hoards && has_pretext(world, claimant))))
        return needed_gpus;
    double wanted = needed_gpus * (1 + world_padding(world, (size_t)c->team));
    if (hoards)
        wanted = fmax(wanted, world->holdings[claimant].most_granted_gpus);
    double available = world_available_gpus(world, (size_t)c->pool);
    return fmax(needed_gpus, fmin(wanted, available));
}

/* The padding remembers shortfalls: constant ones D bring it to reaction / relief * D. */
void close_month_of_requests(struct world *world)
{
    for (size_t t = 0; t < world->scenario->n_teams; t++) {
        const struct requests *requests = &world->teams[t].requests;
        double fill = world->team_states[t].month_fill;
        if (requests->strategy != REQUESTS_REACTIVE)
            continue;
        double shortfall = isnan(fill) ? 0 : fmax(0, 1 - fill);
        world->team_states[t].padding =
            (1 - requests->relief) * world->team_states[t].padding +
            requests->reaction * shortfall;
    }
}
