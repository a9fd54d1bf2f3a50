/* What happens to people and teams: one function a kind. Lots are drawn from streams that
 * are named by the happening and the person, so that two rules meet the same lots. */
#include "base/seconds.h"
#include "run/state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A person's lot in a happening, uniform. */
static double draw_lot(struct run *run, const struct happening *h, size_t person)
{
    struct stream stream;
    stream_init(&stream, run->options->seed, run->options->replication, "happening",
                arena_printf(&run->scratch, "%s/%s", happening_identity(run, h),
                             run->world.persons[person].name));
    return stream_uniform(&stream);
}

static const char *team_name(const struct run *run, int team)
{
    return run->scenario->teams[team].name;
}

/* What happens to a team that was merged happens to the one that it is part of. */
static int heir_of(const struct run *run, int team)
{
    return (int)world_heir(&run->world, (size_t)team);
}

/* ---- to another team ---- */

/* Ends a handover. */
struct handover {
    struct run *run;
    size_t project;
};

static void handover_ends(void *owner, uint32_t unused)
{
    struct handover *handover = owner;
    (void)unused;
    run_enter(handover->run);
    world_unhold(&handover->run->world, handover->project);
    work_reschedule(handover->run);
}

/* What changes its owner stands still for a while. */
static void hand_over(struct run *run, size_t project, double days)
{
    if (days <= 0 || project_is_over(&run->world.project_states[project]))
        return;
    struct handover *handover = ARENA_NEW(&run->arena, struct handover);
    *handover = (struct handover){run, project};
    world_hold(&run->world, project);
    engine_schedule(&run->engine, run->world.now_s + days * SECONDS_PER_DAY,
                    CLASS_HAPPENING, handover_ends, handover, 0);
}

void merge_teams(struct run *run, size_t from, size_t team, double step, double days,
                 const char *why)
{
    struct world *w = &run->world;
    observe_event(run, EVENT_MERGE, "team", team_name(run, (int)from),
                  "into %s: %lld people%s%s", team_name(run, (int)team),
                  (long long)w->team_states[from].people, *why ? ", " : "", why);
    if (step != 0)
        world_step_grievance(w, from, step);
    for (size_t k = w->team_project_first[from]; k < w->team_project_first[from + 1]; k++)
        hand_over(run, w->team_projects[k], days);
    meeting_merge(run, from, team);
    world_merge_teams(w, from, team);
}

void happen_merge(struct run *run, const struct happening *h)
{
    int team = heir_of(run, h->team), from = heir_of(run, h->from);
    if (from != h->from || from == team)
        observe_event(run, EVENT_MERGE, "team", team_name(run, h->from),
                      "no effect: it is part of %s already", team_name(run, from));
    else
        merge_teams(run, (size_t)from, (size_t)team, h->step, h->days, "");
}

static void move_project(struct run *run, const struct happening *h)
{
    size_t project = (size_t)h->project;
    int team = heir_of(run, h->team);
    observe_event(run, EVENT_MOVE, "project", run->scenario->projects[project].name,
                  "from %s to %s", team_name(run, run->world.projects[project].team),
                  team_name(run, team));
    world_move_project(&run->world, project, (size_t)team);
    hand_over(run, project, h->days);
}

struct lot {
    double lot;
    size_t person;
};

static int by_lot(const void *a, const void *b)
{
    const struct lot *x = a, *y = b;
    if (x->lot != y->lot)
        return x->lot < y->lot ? -1 : 1;
    return x->person < y->person ? -1 : x->person > y->person;
}

/* Whether the person is at home in the team and has no role. */
static bool is_anonymous(const struct world *w, size_t person, int team)
{
    const struct person_state *p = &w->persons[person];
    bool has_role = !strchr(p->name, '/'); /* roles have none: see read_people.c */
    return world_is_employed(w, person) && p->team == team && !has_role;
}

static void move_person(struct run *run, size_t person, const struct happening *h)
{
    int team = heir_of(run, h->team);
    const struct person_state *p = &run->world.persons[person];
    observe_event(run, EVENT_MOVE, "person", p->name, "from %s to %s",
                  team_name(run, p->team), team_name(run, team));
    world_move_person(&run->world, person, (size_t)team);
    world_step_person(&run->world, person, h->step);
}

static void move_people(struct run *run, const struct happening *h)
{
    const struct world *w = &run->world;
    arena_reset(&run->scratch);
    struct lot *lots = ARENA_ARRAY(&run->scratch, struct lot, w->n_persons);
    size_t n = 0;
    for (size_t i = 0; i < w->n_persons; i++)
        if (is_anonymous(w, i, h->from))
            lots[n++] = (struct lot){draw_lot(run, h, i), i};
    qsort(lots, n, sizeof *lots, by_lot);
    if (n == 0)
        observe_event(run, EVENT_MOVE, "team", team_name(run, h->from),
                      "no effect: nobody is there");
    for (size_t k = 0; k < n && k < (size_t)h->people; k++)
        move_person(run, lots[k].person, h);
}

void happen_move(struct run *run, const struct happening *h)
{
    if (h->project >= 0)
        move_project(run, h);
    else if (h->from >= 0)
        move_people(run, h);
    else if (world_is_employed(&run->world, (size_t)h->person))
        move_person(run, (size_t)h->person, h);
    else
        observe_event(run, EVENT_MOVE, "person", run->world.persons[h->person].name,
                      "no effect: has left");
}

/* ---- for good ---- */

void happen_layoff(struct run *run, const struct happening *h)
{
    struct world *w = &run->world;
    int team = h->team < 0 ? -1 : heir_of(run, h->team);
    size_t n = w->n_persons, n_gone = 0;
    bool *goes = ARENA_ARRAY(&run->arena, bool, n);
    arena_reset(&run->scratch);
    for (size_t i = 0; i < n; i++) {
        bool is_concerned = team < 0 || w->persons[i].team == team;
        goes[i] =
            world_is_employed(w, i) && is_concerned && draw_lot(run, h, i) < h->fraction;
        n_gone += goes[i];
    }
    observe_event(run, EVENT_LAYOFF, team < 0 ? "all" : "team",
                  team < 0 ? "all" : team_name(run, team), "%zu people", n_gone);
    for (size_t i = 0; i < n; i++)
        if (goes[i])
            people_leave(run, i, LEAVES_LAID_OFF, "laid off");
    for (size_t k = 0; k < run->scenario->n_teams; k++)
        if (team < 0 || (size_t)team == w->teams_by_name[k])
            world_hit_by_layoff(w, w->teams_by_name[k]);
}

void happen_leave(struct run *run, const struct happening *h)
{
    if (h->person < 0) {
        observe_event(
            run, EVENT_DEPART, "person",
            arena_printf(&run->results->arena, "the head of %s", team_name(run, h->team)),
            "%s, as the scenario says", team_name(run, h->team));
        world_leader_left(&run->world, (size_t)heir_of(run, h->team));
        return;
    }
    if (world_is_employed(&run->world, (size_t)h->person))
        people_leave(run, (size_t)h->person, LEAVES_BY_CHOICE, "as the scenario says");
    else
        observe_event(run, EVENT_DEPART, "person", run->world.persons[h->person].name,
                      "no effect: has left");
}

void happen_hire(struct run *run, const struct happening *h)
{
    for (int64_t k = 0; k < h->people; k++)
        people_hire(run, (size_t)heir_of(run, h->team), "as the scenario says");
}

/* ---- what draws and what keeps ---- */

/* The market goes back to what it was, unless it was set since. */
struct boom {
    struct run *run;
    int team;
    double value, before;
};

static void boom_ends(void *owner, uint32_t unused)
{
    struct boom *boom = owner;
    struct world *w = &boom->run->world;
    (void)unused;
    run_enter(boom->run);
    if (w->teams[boom->team].market != boom->value)
        return;
    world_set_market(w, (size_t)boom->team, boom->before);
    observe_event(boom->run, EVENT_MARKET, "team", team_name(boom->run, boom->team),
                  "back to %.10g", boom->before);
    work_reschedule(boom->run);
}

static void set_market(struct run *run, const struct happening *h, int team)
{
    struct world *w = &run->world;
    double before = w->teams[team].market;
    observe_event(run, EVENT_MARKET, "team", team_name(run, team), "%.10g", h->value);
    world_set_market(w, (size_t)team, h->value);
    if (h->days <= 0)
        return;
    struct boom *boom = ARENA_NEW(&run->arena, struct boom);
    *boom = (struct boom){run, team, h->value, before};
    engine_schedule(&run->engine, w->now_s + h->days * SECONDS_PER_DAY, CLASS_HAPPENING,
                    boom_ends, boom, 0);
}

void happen_market(struct run *run, const struct happening *h)
{
    const size_t *teams = run->world.teams_by_name;
    for (size_t k = 0; k < run->scenario->n_teams; k++)
        if (h->team < 0 || (size_t)h->team == teams[k])
            set_market(run, h, (int)teams[k]);
}

void happen_retain(struct run *run, const struct happening *h)
{
    int team = heir_of(run, h->team);
    observe_event(run, EVENT_RETAIN, "team", team_name(run, team),
                  "%.10g hours of leaders, for %.10g days", h->hours, h->days);
    run->leader_hours[team] += h->hours;
    world_retain(&run->world, (size_t)team, h->fraction,
                 run->world.now_s + h->days * SECONDS_PER_DAY);
}
