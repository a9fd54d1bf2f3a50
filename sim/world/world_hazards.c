/* The terms of the rate at which people leave, brought up to date where they change. */
#include "world/settle.h"

#include "base/check.h"
#include "base/seconds.h"
#include "model/hazard.h"

#include <math.h>

/* ---- crunch and closeness ---- */

/* 1 when late, also where the rest would take for ever; 0 without a target. */
static double crunch_of(const struct world *world, size_t project)
{
    double left_s = world->projects[project].target_s - world->now_s;
    if (isnan(left_s))
        return 0;
    return left_s > 0 ? fmin(1, world_rest_s(world, project) / left_s) : 1;
}

static double closeness_of(const struct world *world, size_t project)
{
    double months =
        (world->projects[project].target_s - world->now_s) / SECONDS_PER_MONTH;
    if (isnan(months))
        return 0;
    return exp2(-fabs(months) / world->people.closeness_half_life_months);
}

/* The largest over the projects that the team works on. */
static void sample(struct world *world, size_t team)
{
    struct team_state *t = &world->team_states[team];
    t->crunch = t->closeness = 0;
    for (size_t k = world->team_project_first[team];
         k < world->team_project_first[team + 1]; k++) {
        size_t project = world->team_projects[k];
        if (world->project_states[project].phase != PROJECT_ACTIVE)
            continue;
        t->crunch = fmax(t->crunch, crunch_of(world, project));
        t->closeness = fmax(t->closeness, closeness_of(world, project));
    }
}

void sample_team(struct world *world, size_t team)
{
    sample(world, team);
    world_refresh_hazards(world, team);
}

/* ---- rates ---- */

static double recent_until_s(const struct world *world, double departed_s)
{
    return departed_s + world->people.contagion_months * SECONDS_PER_MONTH;
}

/* Who left the team by choice and is still recent. */
static double count_leavers(const struct world *world, size_t team)
{
    const struct team_state *t = &world->team_states[team];
    size_t n = 0;
    while (n < t->n_departed &&
           world->now_s < recent_until_s(world, t->departed_s[t->n_departed - 1 - n]))
        n++;
    return (double)n;
}

static struct hazard_terms terms_of(const struct world *world,
                                    const struct person_state *p, double n_leavers)
{
    const struct team_state *t = &world->team_states[p->team];
    double now_s = world->now_s;
    return (struct hazard_terms){
        .grievance = p->grievance,
        .crunch = t->crunch + world->teams[p->team].site_crunch,
        .market = world->teams[p->skill].market,
        .leader_months = p->leader_months,
        .is_after_layoff = now_s < p->layoff_until_s,
        .is_after_cancel = now_s < p->cancelled_until_s,
        .closeness = t->closeness,
        .n_leavers = n_leavers,
        .retention = now_s < p->retained_until_s ? p->retention : 0,
    };
}

void settle_person(struct world *world, size_t person)
{
    struct person_state *p = &world->persons[person];
    p->integral = fmin(p->threshold, p->integral + p->rate * (world->now_s - p->since_s));
    p->since_s = world->now_s;
}

static void refresh_person(struct world *world, size_t person, double n_leavers)
{
    struct person_state *p = &world->persons[person];
    struct hazard_terms terms = terms_of(world, p, n_leavers);
    double rate = hazard_per_year(&world->people, &terms) / (12 * SECONDS_PER_MONTH);
    p->morale = hazard_morale(&world->people, &terms);
    if (rate == p->rate)
        return;
    settle_person(world, person);
    p->rate = rate;
    unrest(world, person);
}

static bool is_at_home(const struct person_state *p, size_t team)
{
    return p->leaving == STAYS && p->team == (int)team;
}

static double sooner(const struct world *world, double at_s, double than_s)
{
    return at_s > world->now_s ? fmin(at_s, than_s) : than_s;
}

/* One pass over people for what is asked of a team often. */
void refresh_feelings(struct world *world, size_t team)
{
    struct team_state *t = &world->team_states[team];
    double next_s = INFINITY, grievance = 0, morale = 0;
    size_t n = 0;
    for (size_t k = 0; k < t->n_members; k++) {
        const struct person_state *p = &world->persons[t->members[k]];
        next_s = sooner(world, p->layoff_until_s, next_s);
        next_s = sooner(world, p->cancelled_until_s, next_s);
        next_s = sooner(world, p->ramp_until_s, next_s);
        next_s = sooner(world, p->retained_until_s, next_s);
        if (!is_at_home(p, team))
            continue;
        grievance += p->grievance;
        morale += p->morale;
        n++;
    }
    for (size_t k = t->n_departed; k-- > 0;) {
        double until_s = recent_until_s(world, t->departed_s[k]);
        if (until_s <= world->now_s)
            break;
        next_s = fmin(next_s, until_s);
    }
    t->next_expiry_s = next_s;
    t->grievance = n ? grievance / (double)n : NAN;
    t->morale = n ? morale / (double)n : NAN;
}

void world_refresh_hazards(struct world *world, size_t team)
{
    double n_leavers = count_leavers(world, team);
    struct team_state *t = &world->team_states[team];
    t->refreshed_s = world->now_s;
    for (size_t k = 0; k < t->n_members; k++)
        if (is_at_home(&world->persons[t->members[k]], team))
            refresh_person(world, t->members[k], n_leavers);
    refresh_workers(world, team);
    for (size_t k = 0; k < t->n_members; k++) {
        const struct person_state *p = &world->persons[t->members[k]];
        if (is_at_home(p, team) && p->also >= 0)
            refresh_workers(world, (size_t)p->also);
    }
    refresh_feelings(world, team);
    stir(world, team);
}

void world_refresh_people(struct world *world)
{
    world->defers_needs = true;
    /* Somebody of two teams works less in one where it is worse in the other: all is
     * sampled before anything follows, or the order of the teams would matter. */
    for (size_t k = 0; k < world->scenario->n_teams; k++)
        sample(world, world->teams_by_name[k]);
    for (size_t k = 0; k < world->scenario->n_teams; k++)
        world_refresh_hazards(world, world->teams_by_name[k]);
    world->defers_needs = false;
    world->needs_at_s = NAN;
}

double world_departure_s(const struct world *world, size_t person)
{
    const struct person_state *p = &world->persons[person];
    if (p->rate <= 0)
        return INFINITY;
    double left_s = (p->threshold - p->integral) / p->rate;
    return fmax(world->now_s, to_microsecond(p->since_s + left_s));
}

/* ---- what is felt ---- */

void world_step_grievance(struct world *world, size_t team, double step)
{
    for (size_t k = 0; k < world->team_states[team].n_members; k++) {
        struct person_state *p = &world->persons[world->team_states[team].members[k]];
        if (is_at_home(p, team))
            p->grievance = fmin(1, fmax(0, p->grievance + step));
    }
    world_refresh_hazards(world, team);
}

void world_step_person(struct world *world, size_t person, double step)
{
    struct person_state *p = &world->persons[person];
    if (step == 0)
        return;
    p->grievance = fmin(1, fmax(0, p->grievance + step));
    world_refresh_hazards(world, (size_t)p->team);
}

void world_set_market(struct world *world, size_t team, double market)
{
    world->teams[team].market = market;
    for (size_t k = 0; k < world->scenario->n_teams; k++)
        world_refresh_hazards(world, world->teams_by_name[k]);
}

void world_hit_by_layoff(struct world *world, size_t team)
{
    double until_s = world->now_s + world->people.memory_days * SECONDS_PER_DAY;
    for (size_t k = 0; k < world->team_states[team].n_members; k++) {
        struct person_state *p = &world->persons[world->team_states[team].members[k]];
        if (is_at_home(p, team))
            p->layoff_until_s = fmax(p->layoff_until_s, until_s);
    }
    world_refresh_hazards(world, team);
}

void world_hit_by_cancel(struct world *world, size_t team)
{
    double until_s = world->now_s + world->people.memory_days * SECONDS_PER_DAY;
    for (size_t k = 0; k < world->team_states[team].n_members; k++) {
        struct person_state *p = &world->persons[world->team_states[team].members[k]];
        if (is_at_home(p, team))
            p->cancelled_until_s = fmax(p->cancelled_until_s, until_s);
    }
    world_refresh_hazards(world, team);
}

void world_leader_left(struct world *world, size_t team)
{
    for (size_t k = 0; k < world->team_states[team].n_members; k++) {
        struct person_state *p = &world->persons[world->team_states[team].members[k]];
        if (is_at_home(p, team))
            p->leader_months |= 1;
    }
    world_refresh_hazards(world, team);
}

void world_retain(struct world *world, size_t team, double retention, double until_s)
{
    CHECK(retention >= 0 && retention <= 1);
    for (size_t k = 0; k < world->team_states[team].n_members; k++) {
        struct person_state *p = &world->persons[world->team_states[team].members[k]];
        if (is_at_home(p, team)) {
            p->retention = retention;
            p->retained_until_s = until_s;
        }
    }
    world_refresh_hazards(world, team);
}

double world_leaving_frac(const struct world *world, size_t team)
{
    double sum = 0;
    size_t n = 0;
    const struct team_state *t = &world->team_states[team];
    for (size_t k = 0; k < t->n_members; k++) {
        const struct person_state *p = &world->persons[t->members[k]];
        if (!is_at_home(p, team))
            continue;
        sum += -expm1(-p->rate * 12 * SECONDS_PER_MONTH);
        n++;
    }
    return n ? sum / (double)n : 0;
}
