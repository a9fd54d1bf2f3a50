/* Who comes, goes and changes teams; and what a team's people do together. */
#include "world/settle.h"

#include "base/check.h"
#include "base/seconds.h"
#include "model/hazard.h"

#include <math.h>
#include <string.h>

bool world_is_employed(const struct world *world, size_t person)
{
    return world->persons[person].leaving == STAYS;
}

bool world_is_stopped(const struct world *world, size_t team)
{
    const struct team_state *t = &world->team_states[team];
    return t->people < world->teams[team].min_people || (t->people == 0 && t->had_people);
}

/* ---- lists of what has changed ---- */

void stir(struct world *world, size_t team)
{
    if (!world->team_states[team].is_stirred)
        put_ranked(world->stirred, &world->n_stirred, world->team_ranks, team);
    world->team_states[team].is_stirred = true;
}

void unrest(struct world *world, size_t person)
{
    if (!world->persons[person].is_restless)
        world->restless[world->n_restless++] = person;
    world->persons[person].is_restless = true;
}

bool world_next_stirred(struct world *world, size_t *team)
{
    if (world->n_stirred == 0)
        return false;
    *team = take_first(world->stirred, &world->n_stirred, world->team_ranks);
    world->team_states[*team].is_stirred = false;
    return true;
}

bool world_next_restless(struct world *world, size_t *person)
{
    if (world->n_restless == 0)
        return false;
    *person = world->restless[--world->n_restless];
    world->persons[*person].is_restless = false;
    return true;
}

/* ---- headcount and work ---- */

/* What a person does in a team that counts it; 0 in all others. */
static double work_in(const struct world *world, const struct person_state *p,
                      size_t team)
{
    bool is_here = p->leaving == STAYS && (p->team == (int)team || p->also == (int)team);
    if (!is_here)
        return 0;
    double part = p->also >= 0 ? 0.5 : 1;
    if (world->now_s < p->ramp_until_s)
        part /= 2;
    return part * hazard_productivity(&world->people, p->morale);
}

void refresh_workers(struct world *world, size_t team)
{
    struct team_state *t = &world->team_states[team];
    double workers = 0;
    for (size_t k = 0; k < t->n_members; k++)
        workers += work_in(world, &world->persons[t->members[k]], team);
    if (workers == t->workers)
        return;
    t->workers = workers;
    if (t->n_builds > 0)
        refresh_builds(world, team);
    if (!world->defers_needs)
        refresh_team_needs(world, team);
}

/* A larger array of the same; what an arena handed out stays where it is. */
static void *grown(struct world *world, const void *items, size_t n, size_t size,
                   size_t *capacity)
{
    *capacity = *capacity ? 2 * *capacity : 8;
    void *copy = arena_alloc(world->arena, *capacity, size);
    if (n)
        memcpy(copy, items, n * size);
    return copy;
}

/* A team counts somebody from now on, or no more; -1 is no team. */
static void enter(struct world *world, size_t person, int team)
{
    if (team < 0)
        return;
    struct team_state *t = &world->team_states[team];
    if (t->n_members == t->members_capacity)
        t->members = grown(world, t->members, t->n_members, sizeof *t->members,
                           &t->members_capacity);
    size_t k = t->n_members++;
    for (; k > 0 && t->members[k - 1] > person; k--)
        t->members[k] = t->members[k - 1];
    t->members[k] = person;
    t->people++;
    t->had_people = true;
}

static void quit(struct world *world, size_t person, int team)
{
    if (team < 0)
        return;
    struct team_state *t = &world->team_states[team];
    size_t k = 0;
    while (k < t->n_members && t->members[k] != person)
        k++;
    CHECK(k < t->n_members);
    memmove(&t->members[k], &t->members[k + 1],
            (--t->n_members - k) * sizeof *t->members);
    t->people--;
    t->n_left++;
}

/* What follows where a team's people have changed. */
static void follow(struct world *world, int team)
{
    if (team < 0)
        return;
    world_refresh_hazards(world, (size_t)team);
    refresh_team_needs(world, (size_t)team);
}

/* ---- verbs ---- */

void world_draw_threshold(struct world *world, size_t person, double threshold)
{
    struct person_state *p = &world->persons[person];
    CHECK(threshold > 0 && isinf(p->threshold));
    p->threshold = threshold;
    unrest(world, person);
}

static void make_room(struct world *world)
{
    size_t restless_capacity = world->persons_capacity;
    if (world->n_persons < world->persons_capacity)
        return;
    world->persons = grown(world, world->persons, world->n_persons,
                           sizeof *world->persons, &world->persons_capacity);
    world->restless = grown(world, world->restless, world->n_restless,
                            sizeof *world->restless, &restless_capacity);
}

static struct person_state *put_person(struct world *world, const char *name, int team,
                                       int also)
{
    make_room(world);
    struct person_state *p = &world->persons[world->n_persons++];
    *p = (struct person_state){.name = name,
                               .person = -1,
                               .team = team,
                               .also = also,
                               .skill = team,
                               .left_s = NAN,
                               .threshold = INFINITY,
                               .since_s = world->now_s,
                               .morale = 1};
    enter(world, world->n_persons - 1, team);
    enter(world, world->n_persons - 1, also);
    return p;
}

size_t world_add_person(struct world *world, size_t team, const char *name,
                        double threshold)
{
    struct person_state *p = put_person(world, name, (int)team, -1);
    size_t person = world->n_persons - 1;
    p->ramp_until_s = world->now_s + world->people.ramp_months * SECONDS_PER_MONTH;
    world_draw_threshold(world, person, threshold);
    world->team_states[team].month_hires++;
    follow(world, (int)team);
    return person;
}

static void note_departure(struct world *world, int team)
{
    if (team < 0)
        return;
    struct team_state *t = &world->team_states[team];
    if (t->n_departed == t->departed_capacity)
        t->departed_s = grown(world, t->departed_s, t->n_departed, sizeof *t->departed_s,
                              &t->departed_capacity);
    t->departed_s[t->n_departed++] = world->now_s;
    t->month_departures++;
}

/* Whether somebody of both teams left at that instant. */
static bool was_of_both(const struct world *world, double at_s, size_t a, size_t b)
{
    for (size_t i = 0; i < world->n_persons; i++) {
        const struct person_state *p = &world->persons[i];
        if (p->left_s == at_s && ((p->team == (int)a && p->also == (int)b) ||
                                  (p->team == (int)b && p->also == (int)a)))
            return true;
    }
    return false;
}

/* Those who left one team are missed by those who go on with the people of another; who
 * left both is missed once. */
void join_leavers(struct world *world, size_t from, size_t team)
{
    struct team_state *a = &world->team_states[from], *b = &world->team_states[team];
    size_t i = 0, k = 0, n = 0, most = a->n_departed + b->n_departed;
    if (a->n_departed == 0)
        return;
    double *all = ARENA_ARRAY(world->arena, double, most);
    while (i < a->n_departed || k < b->n_departed) {
        double x = i < a->n_departed ? a->departed_s[i] : INFINITY;
        double y = k < b->n_departed ? b->departed_s[k] : INFINITY;
        all[n++] = fmin(x, y);
        i += x <= y;
        k += y < x || (x == y && was_of_both(world, x, from, team));
    }
    b->departed_s = all;
    b->n_departed = n;
    b->departed_capacity = most;
    a->n_departed = 0;
}

void world_leave(struct world *world, size_t person, enum leaving reason)
{
    CHECK(world_is_employed(world, person) && reason != STAYS);
    settle_person(world, person);
    struct person_state *p = &world->persons[person];
    int team = p->team, also = p->also;
    p->leaving = reason;
    p->left_s = world->now_s;
    p->rate = 0;
    unrest(world, person);
    quit(world, person, team);
    quit(world, person, also);
    if (reason == LEAVES_BY_CHOICE) {
        note_departure(world, team);
        note_departure(world, also);
    }
    if (p->is_leader)
        world_leader_left(world, (size_t)team);
    follow(world, team);
    follow(world, also);
}

void world_move_person(struct world *world, size_t person, size_t team)
{
    struct person_state *p = &world->persons[person];
    int from = p->team;
    CHECK(world_is_employed(world, person));
    if (from == (int)team)
        return;
    settle_person(world, person);
    quit(world, person, from);
    if (p->also == (int)team)
        p->also = -1;
    else
        enter(world, person, (int)team);
    p->team = (int)team;
    follow(world, from);
    follow(world, (int)team);
    follow(world, p->also);
}

void world_move_second(struct world *world, size_t person, size_t team)
{
    struct person_state *p = &world->persons[person];
    int from = p->also;
    CHECK(world_is_employed(world, person) && from >= 0);
    if (from == (int)team)
        return;
    settle_person(world, person);
    quit(world, person, from);
    p->also = p->team == (int)team ? -1 : (int)team;
    enter(world, person, p->also);
    follow(world, from);
    follow(world, (int)team);
    follow(world, p->team);
}

/* ---- the start and the check ---- */

void people_init(struct world *world, struct arena *arena)
{
    const struct scenario *s = world->scenario;
    world->arena = arena;
    world->persons_capacity = s->n_persons;
    world->persons = ARENA_ARRAY(arena, struct person_state, s->n_persons);
    world->restless = ARENA_ARRAY(arena, size_t, s->n_persons);
    world->stirred = ARENA_ARRAY(arena, size_t, s->n_teams);
    for (size_t i = 0; i < s->n_persons; i++) {
        const struct person *person = &s->persons[i];
        struct person_state *p =
            put_person(world, person->name, person->team, person->also);
        p->person = (int)i;
        p->is_leader = person->is_leader;
    }
    for (size_t t = 0; t < s->n_teams; t++) {
        struct team_state *team = &world->team_states[t];
        for (size_t k = 0; k < team->n_members; k++)
            team->workers += work_in(world, &world->persons[team->members[k]], t);
        team->month_fill = NAN;
        stir(world, t);
    }
}

/* Who is a member is there and belongs there; with the sum, everybody who does is one. */
static void check_members(const struct world *world, size_t team)
{
    const struct team_state *t = &world->team_states[team];
    double workers = 0;
    CHECK(t->people == (int64_t)t->n_members);
    for (size_t k = 0; k < t->n_members; k++) {
        const struct person_state *p = &world->persons[t->members[k]];
        CHECK(k == 0 || t->members[k - 1] < t->members[k]);
        CHECK(p->leaving == STAYS && (p->team == (int)team || p->also == (int)team));
        workers += work_in(world, p, team);
    }
    /* Somebody's ramp may end at this very instant, in an event to come. */
    CHECK(t->refreshed_s < world->now_s || workers == t->workers);
    for (size_t k = 1; k < t->n_departed; k++)
        CHECK(t->departed_s[k - 1] <= t->departed_s[k]);
    CHECK(isfinite(t->padding) && t->padding >= 0);
}

void check_people(const struct world *world)
{
    size_t n_left = 0, n_departed = 0, n_before = 0, n_gone = 0, n_members = 0;
    for (size_t t = 0; t < world->scenario->n_teams; t++) {
        check_members(world, t);
        n_left += world->team_states[t].n_left;
        n_departed += world->team_states[t].n_departed;
        n_before += world->team_states[t].n_departed_before;
        n_members += world->team_states[t].n_members;
    }
    for (size_t i = 0; i < world->n_persons; i++) {
        const struct person_state *p = &world->persons[i];
        bool is_here = p->leaving == STAYS;
        CHECK(is_here == isnan(p->left_s));
        CHECK(is_here || p->rate == 0);
        CHECK(p->rate >= 0 && p->since_s <= world->now_s && p->team != p->also);
        CHECK(p->integral <= p->threshold * (1 + 1e-9) + 1e-9);
        CHECK(p->grievance >= 0 && p->grievance <= 1 && p->morale > 0 && p->morale <= 1);
        n_gone += !is_here;
        n_members -= is_here ? 1 + (p->also >= 0) : 0;
    }
    CHECK(n_members == 0 && n_gone <= n_left && n_departed <= n_before + n_left);
}
