/* When people leave, come, and forget. */
#include "base/check.h"
#include "base/seconds.h"
#include "run/state.h"

#include <math.h>

/* ---- draws ---- */

static struct stream stream_of(const struct run *run, const char *purpose,
                               const char *entity)
{
    struct stream stream;
    stream_init(&stream, run->options->seed, run->options->replication, purpose, entity);
    return stream;
}

static double draw_threshold(const struct run *run, const char *name)
{
    struct stream stream = stream_of(run, "person", name);
    return stream_exponential(&stream);
}

/* ---- departures ---- */

static const char *team_words(struct run *run, const struct person_state *p)
{
    const struct team *teams = run->scenario->teams;
    if (p->also < 0)
        return teams[p->team].name;
    return arena_printf(&run->results->arena, "%s and %s", teams[p->team].name,
                        teams[p->also].name);
}

void people_leave(struct run *run, size_t person, enum leaving reason, const char *why)
{
    const struct person_state *p = &run->world.persons[person];
    observe_event(run, EVENT_DEPART, "person", p->name, "%s, %s", team_words(run, p),
                  why);
    world_leave(&run->world, person, reason);
    work_reschedule(run);
}

static void departs(void *owner, uint32_t person)
{
    struct run *run = owner;
    run_enter(run);
    run->departures[person] = (struct event_handle){0};
    people_leave(run, person, LEAVES_BY_CHOICE, "by choice");
}

/* Room for the events of people who came since. */
static void make_room(struct run *run)
{
    size_t n = run->world.n_persons;
    if (n <= run->n_departures)
        return;
    struct event_handle *departures =
        ARENA_ARRAY(&run->arena, struct event_handle, 2 * n);
    for (size_t i = 0; i < run->n_departures; i++)
        departures[i] = run->departures[i];
    run->departures = departures;
    run->n_departures = 2 * n;
}

static void plan_departure(struct run *run, size_t person)
{
    double at_s = world_departure_s(&run->world, person);
    make_room(run);
    struct event_handle *event = &run->departures[person];
    bool is_within = at_s < calendar_horizon_s(&run->scenario->calendar);
    if (is_within && engine_reschedule(&run->engine, *event, at_s))
        return;
    engine_cancel(&run->engine, *event);
    *event = (struct event_handle){0};
    if (is_within)
        *event = engine_schedule(&run->engine, at_s, CLASS_PERSON, departs, run,
                                 (uint32_t)person);
}

/* ---- hires ---- */

void people_hire(struct run *run, size_t team, const char *why)
{
    struct team_plan *plan = &run->team_plans[team];
    const char *team_name = run->scenario->teams[team].name;
    const char *name =
        arena_printf(&run->results->arena, "%s/hire/%zu", team_name, ++plan->n_hired);
    world_add_person(&run->world, team, name, draw_threshold(run, name));
    observe_event(run, EVENT_HIRE, "person", name, "%s, %s", team_name, why);
    work_reschedule(run);
}

/* Vacancies that are to be filled, beside those for which somebody is under way. */
static double vacancies(const struct run *run, size_t team)
{
    double target = floor(run->world.teams[team].target_people);
    if (run->world.team_states[team].is_merged)
        return 0;
    return target - (double)run->world.team_states[team].people -
           (double)run->team_plans[team].n_pending;
}

/* The target may have fallen since the search began. */
static void hire_comes(void *owner, uint32_t team)
{
    struct run *run = owner;
    run_enter(run);
    run->team_plans[team].n_pending--;
    if (vacancies(run, team) >= 1)
        people_hire(run, team, "for a vacancy");
}

/* The delay has mean delay_months whatever its spread. */
static void plan_hires(struct run *run, size_t team)
{
    const struct people *people = &run->world.people;
    struct team_plan *plan = &run->team_plans[team];
    double sd = people->hiring_delay_log_sd;
    while (vacancies(run, team) >= 1) {
        const char *name =
            arena_printf(&run->scratch, "%s/%zu", run->scenario->teams[team].name,
                         ++plan->n_vacancies);
        struct stream stream = stream_of(run, "vacancy", name);
        double months =
            people->hiring_delay_months * exp(sd * stream_normal(&stream) - sd * sd / 2);
        plan->n_pending++;
        engine_schedule(&run->engine, run->world.now_s + months * SECONDS_PER_MONTH,
                        CLASS_PERSON, hire_comes, run, (uint32_t)team);
    }
}

/* ---- teams ---- */

/* Projects stop and go on with their team: where it stands as it stood, they have. */
static void follow_team(struct run *run, size_t team)
{
    const struct world *w = &run->world;
    struct team_plan *plan = &run->team_plans[team];
    bool is_stopped = world_is_stopped(w, team);
    bool has_news = is_stopped || plan->was_stopped || plan->n_seen != w->n_handed_over;
    plan->was_stopped = is_stopped;
    plan->n_seen = w->n_handed_over;
    if (!has_news)
        return;
    for (size_t k = w->team_project_first[team]; k < w->team_project_first[team + 1];
         k++) {
        size_t project = w->team_projects[k];
        const struct project_state *p = &w->project_states[project];
        if (is_stopped && p->phase == PROJECT_ACTIVE)
            work_strand(run, project);
        else if (!is_stopped && p->is_stranded)
            work_start(run, project, "its team goes on");
        else
            work_try_start(run, project);
    }
}

static void memory_ends(void *owner, uint32_t team)
{
    struct run *run = owner;
    run_enter(run);
    run->team_plans[team].expiry = (struct event_handle){0};
    world_refresh_hazards(&run->world, team);
    work_reschedule(run);
}

static void plan_expiry(struct run *run, size_t team)
{
    double at_s = run->world.team_states[team].next_expiry_s;
    struct event_handle *event = &run->team_plans[team].expiry;
    bool is_within = at_s < calendar_horizon_s(&run->scenario->calendar);
    if (is_within && engine_reschedule(&run->engine, *event, at_s))
        return;
    engine_cancel(&run->engine, *event);
    *event = (struct event_handle){0};
    if (is_within)
        *event = engine_schedule(&run->engine, at_s, CLASS_PERSON, memory_ends, run,
                                 (uint32_t)team);
}

void people_reschedule(struct run *run)
{
    size_t team, person;
    while (world_next_stirred(&run->world, &team)) {
        follow_team(run, team);
        plan_hires(run, team);
        plan_expiry(run, team);
    }
    while (world_next_restless(&run->world, &person))
        plan_departure(run, person);
}

void people_plan(struct run *run)
{
    run->team_plans = ARENA_ARRAY(&run->arena, struct team_plan, run->scenario->n_teams);
    for (size_t i = 0; i < run->world.n_persons; i++)
        world_draw_threshold(&run->world, i,
                             draw_threshold(run, run->world.persons[i].name));
    people_reschedule(run);
}

/* No project waits for what follow_team did not look at. */
static void check_followed(const struct run *run)
{
    const struct world *w = &run->world;
    for (size_t i = 0; i < run->scenario->n_projects; i++) {
        bool is_stopped = world_is_stopped(w, (size_t)w->projects[i].team);
        CHECK(is_stopped || !w->project_states[i].is_stranded);
        CHECK(!work_can_start(run, i));
    }
}

void people_check(const struct run *run)
{
    CHECK(run->world.n_stirred == 0 && run->world.n_restless == 0);
    check_followed(run);
    for (size_t i = 0; i < run->world.n_persons; i++) {
        double planned_s = i < run->n_departures
                               ? event_queue_at_s(&run->engine.queue, run->departures[i])
                               : INFINITY;
        double at_s = world_departure_s(&run->world, i);
        if (at_s >= calendar_horizon_s(&run->scenario->calendar))
            at_s = INFINITY;
        CHECK(planned_s == at_s || fabs(planned_s - at_s) <= 1e-5 + 1e-12 * at_s);
    }
}
