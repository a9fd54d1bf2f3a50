#include "world/settle.h"

#include "base/check.h"

#include <math.h>
#include <string.h>

static void *home_of(struct world *world, const struct set_target *target)
{
    size_t index = (size_t)target->index, inner = (size_t)target->inner;
    switch (target->home) {
    case HOME_POOL:
        return &world->pools[index];
    case HOME_GROUP:
        return &world->groups[index];
    case HOME_BOUNDS:
        return &world->bounds[index * world->scenario->n_pools + inner];
    case HOME_EXPLORATION:
        return &world->explorations[index];
    case HOME_TEAM:
        return &world->teams[index];
    case HOME_PEOPLE:
        return &world->people;
    case HOME_PROJECT:
        return &world->projects[index];
    case HOME_COUNCIL:
        return &world->council;
    case HOME_MEMBER:
        return &world->council.members[index];
    case HOME_RATING:
        return &world->council.members[index].ratings[inner];
    case HOME_RULE:
        return &world->rule;
    case HOME_DIVISION:
        return world->rule.division_settings[index];
    case HOME_FACTOR:
        return world->rule.factor_settings[index];
    case HOME_LEDGER:
        return world->rule.ledger_settings[index];
    case HOME_WEIGHT:
        return &world->rule.weights[index];
    }
    CHECK(!"a home for every setting");
    return NULL;
}

static void reserve(struct world *world, size_t pool)
{
    struct pool_state *p = &world->pool_states[pool];
    settle_pool(world, pool);
    p->reserved_gpus =
        (p->installed_gpus - p->failed_gpus) * world->pools[pool].reserved_frac;
    shrink_grants(world, pool, -1);
}

/* A market is that of a skill, whose people may be in any team. */
static void follow_people(struct world *world)
{
    for (size_t k = 0; k < world->scenario->n_teams; k++)
        world_refresh_hazards(world, world->teams_by_name[k]);
    for (size_t k = 0; k < world->scenario->n_teams; k++)
        refresh_team_needs(world, world->teams_by_name[k]);
}

static void follow_pool(struct world *world, const struct set_target *target)
{
    if (strcmp(target->setting->key, "reserved_frac") == 0)
        reserve(world, (size_t)target->index);
    else
        refresh_pool(world, (size_t)target->index);
}

/* What a project needs follows its target and the speed of its builds. */
static void follow_project(struct world *world, const struct set_target *target)
{
    size_t project = (size_t)target->index;
    bool is_staff = strcmp(target->setting->key, "staff") == 0;
    if (is_staff)
        refresh_builds(world, (size_t)world->projects[project].team);
    if (is_staff || target->setting->type == SETTING_DATE)
        world_refresh_project_need(world, project);
}

static void follow_rule(struct world *world)
{
    rule_refresh(&world->rule);
    for (size_t p = 0; p < world->scenario->n_pools; p++)
        unsettle_loans(world, p);
}

/* A need is sampled at month starts and stage changes: a setting samples anew only what
 * it changes itself, the demand of an exploration or the date of a target. */
void world_set(struct world *world, const struct set_target *target, double value)
{
    if (target->home == HOME_BOUNDS && target->inner < 0) {
        struct set_target one = *target;
        for (size_t p = 0; p < world->scenario->n_pools; p++) {
            one.inner = (int)p;
            world_set(world, &one, value);
        }
        return;
    }
    void *home = home_of(world, target);
    world->needs_at_s = NAN;
    if (target->home == HOME_WEIGHT) {
        *(double *)home = value;
        return;
    }
    setting_store(target->setting, home, value);
    if (target->home == HOME_POOL)
        follow_pool(world, target);
    if (target->home == HOME_TEAM || target->home == HOME_PEOPLE)
        follow_people(world);
    if (target->home == HOME_TEAM && strcmp(target->setting->key, "padding") == 0)
        world->team_states[target->index].padding = value;
    if (target->home == HOME_RULE)
        follow_rule(world);
    if (target->home == HOME_EXPLORATION)
        refresh_exploration_need(world, (size_t)target->index);
    if (target->home == HOME_PROJECT)
        follow_project(world, target);
}
