/* The verbs of the world that move people and what they feel; world_check after each. */
#include "base/seconds.h"
#include "model/hazard.h"
#include "support/scenarios.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#define YEAR (12 * SECONDS_PER_MONTH)

/* Persons 0 and 1 are of A, 2 of B and A (the lead of B), 3 and 4 of B. */
static const char text[] =
    "start = \"2022-01-01\"; months = 12; pools = ( { name = \"p\"; gpus = 8; } );"
    "teams = ( { name = \"A\"; people = 3; market = 1.0; }, { name = \"B\"; people = 3; "
    "} "
    ");"
    "projects = ( { name = \"x\"; team = \"A\"; stages = ( { do = \"build\"; "
    "person_months = 99.0; } ); } );"
    "people = { turnover_per_year = 0.5; grievance = 1.0; market = 0.5; layoff = 0.3; "
    "cancelled = 0.7; leader_pulse = 0.8; leader_pulse_after = 0.4; contagion = 0.1; "
    "named = ( { name = \"lead\"; team = \"B\"; also = \"A\"; leader = true; } ); };";

enum { TEAM_A, TEAM_B, LEAD = 2, MEMBER_OF_B = 3 };

struct fixture {
    struct loaded loaded;
    struct arena arena;
    struct world world;
};

static void begin(struct fixture *f)
{
    loaded_from(&f->loaded, text, NULL);
    if (!f->loaded.is_loaded)
        fail_msg("%s", f->loaded.messages);
    arena_init(&f->arena);
    world_init(&f->world, &f->loaded.s, &f->arena);
    for (size_t i = 0; i < f->world.n_persons; i++)
        world_draw_threshold(&f->world, i, 1);
    world_start(&f->world, 0);
    world_refresh_people(&f->world);
    assert_string_equal(f->world.persons[LEAD].name, "lead");
    world_check(&f->world);
}

static void end(struct fixture *f)
{
    world_check(&f->world);
    arena_release(&f->arena);
    loaded_release(&f->loaded);
}

static void at_days(struct fixture *f, double days)
{
    world_advance(&f->world, days * SECONDS_PER_DAY);
    for (size_t t = 0; t < 2; t++)
        world_refresh_hazards(&f->world, t);
    world_check(&f->world);
}

/* The rate, in units of the base rate, ln 2 a year. */
static void assert_rate(const struct fixture *f, size_t person, double factor)
{
    double rate = f->world.persons[person].rate * YEAR / log(2);
    if (fabs(rate - factor) > 1e-12 * factor)
        fail_msg("person %zu: rate %.15g, must be %.15g", person, rate, factor);
}

static void assert_people(const struct fixture *f, int64_t a, int64_t b)
{
    assert_int_equal(f->world.team_states[TEAM_A].people, a);
    assert_int_equal(f->world.team_states[TEAM_B].people, b);
    world_check(&f->world);
}

/* A market is that of the skill, which stays when somebody moves; so do grievance and
 * memories. */
static void test_move(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct world *w = &f.world;
    world_step_grievance(w, TEAM_A, 0.25);
    world_hit_by_layoff(w, TEAM_A);
    assert_rate(&f, 0, exp(0.5 + 0.25 + 0.3));
    assert_rate(&f, MEMBER_OF_B, 1);
    world_move_person(w, 0, TEAM_B);
    assert_people(&f, 2, 4);
    assert_rate(&f, 0, exp(0.5 + 0.25 + 0.3));
    assert_int_equal(w->team_states[TEAM_A].n_left, 1);
    assert_int_equal(w->team_states[TEAM_A].n_departed, 0);
    world_move_person(w, 0, TEAM_B); /* at home already */
    assert_people(&f, 2, 4);
    /* Somebody of two teams moves to the second one: there with all the work. */
    assert_true(w->team_states[TEAM_A].workers == 1.5);
    world_move_person(w, LEAD, TEAM_A);
    assert_people(&f, 2, 3);
    assert_int_equal(w->persons[LEAD].also, -1);
    assert_true(w->team_states[TEAM_A].workers == 2);
    end(&f);
}

/* Steps stay within 0 and 1. */
static void test_steps(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    world_step_grievance(&f.world, TEAM_A, 0.9);
    world_step_grievance(&f.world, TEAM_A, 0.9);
    assert_true(f.world.team_states[TEAM_A].grievance == 1);
    assert_true(f.world.team_states[TEAM_B].grievance == 0);
    assert_true(fabs(f.world.team_states[TEAM_A].morale - exp(-1)) < 1e-15);
    world_step_grievance(&f.world, TEAM_A, -1.5);
    assert_true(f.world.team_states[TEAM_A].grievance == 0);
    end(&f);
}

/* A layoff is remembered for 183 days; another one extends that and adds nothing. */
static void test_memories(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct world *w = &f.world;
    world_hit_by_layoff(w, TEAM_B);
    assert_true(w->team_states[TEAM_B].next_expiry_s == 183 * SECONDS_PER_DAY);
    at_days(&f, 100);
    world_hit_by_layoff(w, TEAM_B);
    assert_rate(&f, MEMBER_OF_B, exp(0.3));
    assert_true(w->team_states[TEAM_B].next_expiry_s == 283 * SECONDS_PER_DAY);
    world_cancel(w, 0);
    assert_rate(&f, 0, exp(0.5 + 0.7));
    assert_rate(&f, MEMBER_OF_B, exp(0.3));
    at_days(&f, 282.9);
    assert_rate(&f, MEMBER_OF_B, exp(0.3));
    at_days(&f, 283);
    assert_rate(&f, MEMBER_OF_B, 1);
    assert_rate(&f, 0, exp(0.5));
    assert_true(isinf(w->team_states[TEAM_B].next_expiry_s));
    end(&f);
}

/* A cancelled project that nobody has begun is nobody's. */
static void test_cancel_of_a_plan(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    f.world.project_states[0].started_s = NAN;
    world_cancel(&f.world, 0);
    assert_rate(&f, 0, exp(0.5));
    end(&f);
}

/* Who stays feels it: contagion at once for four months, the pulse of a leader in the
 * second calendar month after; at most as many leavers count as are told. */
static void test_leave(void **state)
{
    (void)state;
    static const double pulses[] = {0, 0, 0.8, 0.4, 0.4, 0};
    struct fixture f;
    begin(&f);
    struct world *w = &f.world;
    double month_s = 0;
    world_leave(w, LEAD, LEAVES_BY_CHOICE);
    assert_people(&f, 2, 2);
    assert_true(isinf(world_departure_s(w, LEAD)));
    assert_int_equal(w->team_states[TEAM_A].n_departed, 1);
    for (int k = 0; k < 6; k++) {
        double n = month_s < 4 * SECONDS_PER_MONTH ? 1 : 0;
        assert_rate(&f, MEMBER_OF_B, exp(pulses[k]) * (1 + 0.1 * n));
        assert_rate(&f, 0, exp(0.5) * (1 + 0.1 * n)); /* it did not lead A */
        month_s = w->scenario->calendar.month_at_s[k + 1];
        world_advance(w, month_s);
        world_settle(w);
        world_close_month(w);
        world_refresh_people(w);
        world_check(w);
    }
    end(&f);
}

static void test_layoffs_are_no_departures(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    world_leave(&f.world, MEMBER_OF_B, LEAVES_LAID_OFF);
    assert_rate(&f, MEMBER_OF_B + 1, 1);
    assert_int_equal(f.world.team_states[TEAM_B].n_left, 1);
    assert_int_equal(f.world.team_states[TEAM_B].month_departures, 0);
    end(&f);
}

static void test_retain(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    world_retain(&f.world, TEAM_B, 0.25, 30 * SECONDS_PER_DAY);
    assert_rate(&f, MEMBER_OF_B, 0.75);
    assert_true(f.world.team_states[TEAM_B].next_expiry_s == 30 * SECONDS_PER_DAY);
    at_days(&f, 30);
    assert_rate(&f, MEMBER_OF_B, 1);
    end(&f);
}

/* The integral goes on over a change of rate: half of the threshold at one rate, the
 * other half at twice that. */
static void test_integral(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct world *w = &f.world;
    double rate = w->persons[MEMBER_OF_B].rate;
    assert_true(fabs(world_departure_s(w, MEMBER_OF_B) - 1 / rate) < 1e-5);
    world_advance(w, 0.5 / rate);
    world_step_grievance(w, TEAM_B, log(2));
    assert_true(fabs(world_departure_s(w, MEMBER_OF_B) - 0.75 / rate) < 1e-5);
    end(&f);
}

/* More people than there was room for at the start. */
static void test_add(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct world *w = &f.world;
    for (int k = 0; k < 20; k++)
        assert_int_equal(world_add_person(w, TEAM_B, "new", 1 + k), 5 + k);
    assert_people(&f, 3, 23);
    assert_rate(&f, 24, 1);
    assert_int_equal(w->team_states[TEAM_B].month_hires, 20);
    size_t person, n = 0;
    while (world_next_restless(w, &person))
        n++;
    assert_int_equal(n, 25);
    end(&f);
}

static void test_stop(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct world *w = &f.world;
    world_leave(w, 0, LEAVES_LAID_OFF);
    world_leave(w, 1, LEAVES_LAID_OFF);
    assert_false(world_is_stopped(w, TEAM_A));
    world_leave(w, LEAD, LEAVES_LAID_OFF);
    assert_true(world_is_stopped(w, TEAM_A));
    assert_false(world_is_stopped(w, TEAM_B));
    world_strand(w, 0);
    assert_true(w->project_states[0].is_stranded);
    world_add_person(w, TEAM_A, "new", 1);
    assert_false(world_is_stopped(w, TEAM_A));
    world_start(w, 0);
    assert_false(w->project_states[0].is_stranded);
    end(&f);
}

/* Somebody of both teams and somebody of B have left: after a merger two are missed, not
 * three, also by those who were of A; a month later than four nobody is. */
static void test_merge(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct world *w = &f.world;
    world_advance(w, 1000);
    world_leave(w, LEAD, LEAVES_BY_CHOICE);
    world_advance(w, 2000);
    world_leave(w, MEMBER_OF_B, LEAVES_BY_CHOICE);
    assert_rate(&f, 0, exp(0.5) * 1.1);
    assert_rate(&f, MEMBER_OF_B + 1, 1.2);
    world_merge_teams(w, TEAM_B, TEAM_A);
    assert_people(&f, 3, 0);
    assert_rate(&f, 0, exp(0.5) * 1.2);
    assert_rate(&f, MEMBER_OF_B + 1, 1.2); /* the market is still that of B */
    world_advance(w, 1000 + 4 * SECONDS_PER_MONTH);
    world_refresh_hazards(w, TEAM_A);
    assert_rate(&f, 0, exp(0.5) * 1.1);
    world_advance(w, 2000 + 4 * SECONDS_PER_MONTH);
    world_refresh_hazards(w, TEAM_A);
    assert_rate(&f, 0, exp(0.5));
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_move),     cmocka_unit_test(test_steps),
        cmocka_unit_test(test_memories), cmocka_unit_test(test_cancel_of_a_plan),
        cmocka_unit_test(test_leave),    cmocka_unit_test(test_layoffs_are_no_departures),
        cmocka_unit_test(test_retain),   cmocka_unit_test(test_integral),
        cmocka_unit_test(test_add),      cmocka_unit_test(test_stop),
        cmocka_unit_test(test_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
