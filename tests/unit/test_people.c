/* People in whole runs: they leave at the instants of theory, come, and stop their teams.
 */
#include "base/seconds.h"
#include "des/stream.h"
#include "support/hazard_path.h"
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YEAR (12 * SECONDS_PER_MONTH)

static double threshold_of(const struct trial *t, const char *name)
{
    struct stream stream;
    stream_init(&stream, (uint64_t)t->s->seed, t->r.replication, "person", name);
    return stream_exponential(&stream);
}

static size_t count_events(const struct trial *t, enum event_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < t->r.n_events; i++)
        n += t->r.events[i].event == kind;
    return n;
}

/* Somebody leaves when the integral of the rate reaches the threshold: here the rate
 * doubles in the middle of a month. */
static void test_instants(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "start = '2022-01-01'; months = 24;"
                  "pools = ( { name = 'p'; gpus = 8; } );"
                  "teams = ( { name = 'T'; people = 40; } );"
                  "people = { turnover_per_year = ( { value = 0.5; }, { from = "
                  "'2022-03-16'; value = 0.75; } ); };");
    double change_s = trial_at_s(&t, "2022-03-16"), rate = log(2) / YEAR;
    size_t n_gone = 0;
    for (size_t i = 0; i < t.s->n_persons; i++) {
        const char *name = t.s->persons[i].name;
        double left = threshold_of(&t, name), at_s = left / rate;
        if (at_s > change_s)
            at_s = change_s + (left - change_s * rate) / (2 * rate);
        const struct event_row *event = trial_event(&t, EVENT_DEPART, name, 0);
        assert_int_equal(event != NULL, at_s < calendar_horizon_s(&t.s->calendar));
        if (event)
            assert_near(event->at_s, at_s, 1e-5);
        assert_null(trial_event(&t, EVENT_DEPART, name, 1));
        n_gone += event != NULL;
    }
    assert_true(n_gone > 10 && n_gone < 40);
    assert_same(trial_outcome(&t, "departures", "cohort", "T", ""), (double)n_gone);
    assert_same(trial_outcome(&t, "gone", "team", "T", ""), (double)n_gone);
    assert_same(trial_outcome(&t, "left_team", "team", "T", ""), (double)n_gone);
    assert_same(trial_outcome(&t, "departures", "all", "all", ""), (double)n_gone);
    assert_same(trial_cell(&t, "teams.csv", "T", "headcount", 23), 40 - (double)n_gone);
    trial_release(&t);
}

#define WORLD                                                                            \
    "start = '2022-01-01'; months = 24; pools = ( { name = 'p'; gpus = 40; } );"         \
    "teams = ( { name = 'A'; people = 6; market = 1.0; exploration = ( { gpus = %s; "    \
    "priority = 0.9; } ); },"                                                            \
    "          { name = 'B'; people = 6; exploration = ( { gpus = 32.0; } ); } );"       \
    "projects = ( { name = 'x'; team = 'A'; target = '2023-06-01'; stages ="             \
    "  ( { do = 'build'; person_months = 30.0; } ); } );"                                \
    "rule = { divide = '%s'; };"

/* Two rules meet the same people. */
static void test_common_world(void **state)
{
    (void)state;
    static const char leave[] = "people = { turnover_per_year = 0.5; grievance = %s; };";
    struct trial a, b;
    char text[2048];
    snprintf(text, sizeof text, "%s%s", WORLD, leave);
    /* Grants are the same: so is everything. */
    trial_run(&a, text, "8.0", "max-min", "2.0");
    trial_run(&b, text, "8.0", "proportional", "2.0");
    trial_assert_equal(&a, &b);
    trial_release(&a);
    trial_release(&b);
    /* Grants differ, and nobody minds: they leave at the same instants. */
    trial_run(&a, text, "64.0", "max-min", "0.0");
    trial_run(&b, text, "64.0", "ranked", "0.0");
    assert_true(trial_cell(&a, "teams.csv", "A", "granted_gpus", 0) !=
                trial_cell(&b, "teams.csv", "A", "granted_gpus", 0));
    size_t n = 0;
    for (size_t i = 0; i < a.s->n_persons; i++) {
        const char *name = a.s->persons[i].name;
        const struct event_row *x = trial_event(&a, EVENT_DEPART, name, 0);
        const struct event_row *y = trial_event(&b, EVENT_DEPART, name, 0);
        assert_int_equal(x != NULL, y != NULL);
        if (x)
            assert_same(x->at_s, y->at_s);
        n += x != NULL;
    }
    assert_true(n > 3);
    trial_release(&a);
    trial_release(&b);
}

/* Without turnover no effect has any, and none is felt unless it is said. */
static void test_neutral(void **state)
{
    (void)state;
    struct trial a, b;
    trial_run(&a, WORLD, "64.0", "max-min");
    trial_run(&b,
              WORLD "people = { turnover_per_year = 0.0; market = 2.0; lock_in = 0.5; "
                    "contagion = 1.0; hiring = { delay_months = 3.0; }; };",
              "64.0", "max-min");
    trial_assert_equal(&a, &b);
    assert_int_equal(count_events(&a, EVENT_DEPART) + count_events(&a, EVENT_HIRE), 0);
    for (size_t m = 0; m < 24; m++) {
        assert_same(trial_cell(&a, "teams.csv", "A", "headcount", m), 6);
        assert_same(trial_cell(&a, "teams.csv", "A", "morale", m), 1);
        assert_same(trial_cell(&a, "teams.csv", "A", "departures", m), 0);
    }
    trial_release(&a);
    trial_release(&b);
}

/* Each setting changes what it is about: a column of team A over the months. */
static void test_effects(void **state)
{
    (void)state;
    static const struct {
        const char *setting, *file, *subject, *column;
    } rows[] = {
        {"turnover_per_year = 0.6;", "teams.csv", "A", "departures"},
        {"grievance = 1.0;", "teams.csv", "A", "morale"},
        {"grievance_half_life_months = 1.0;", "teams.csv", "A", "grievance"},
        {"reference = 'peer';", "teams.csv", "A", "grievance"},
        {"crunch = 1.0;", "teams.csv", "A", "morale"},
        {"market = 2.0;", "teams.csv", "A", "departures"},
        {"lock_in = 1.0; closeness_half_life_months = 9.0;", "teams.csv", "A",
         "departures"},
        {"contagion = 9.0;", "teams.csv", "A", "departures"},
        {"crunch = 1.0; productivity_loss = 0.5;", "projects.csv", "x", "state"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trial a, b;
        const char *usual = i == 0 ? "" : "turnover_per_year = 0.2;";
        bool differs = false;
        trial_run(&a, WORLD "people = { %s };", "64.0", "max-min", usual);
        trial_run(&b, WORLD "people = { %s %s };", "64.0", "max-min", usual,
                  rows[i].setting);
        for (size_t m = 0; m < 24; m++) {
            double x = trial_cell(&a, rows[i].file, rows[i].subject, rows[i].column, m);
            double y = trial_cell(&b, rows[i].file, rows[i].subject, rows[i].column, m);
            differs |= x != y && !(isnan(x) && isnan(y));
        }
        if (!differs)
            fail_msg("%s changes nothing in %s", rows[i].setting, rows[i].column);
        trial_release(&a);
        trial_release(&b);
    }
}

/* ---- grievance ---- */

/* G <- rho G + (1 - rho) D at each close: from 0, with D constant, D (1 - rho^m). */
static void test_grievance(void **state)
{
    (void)state;
    static const char text[] =
        "start = '2022-01-01'; months = 9; pools = ( { name = 'p'; gpus = 40; } );"
        "organisation = ( { name = 'lab'; teams = ("
        "  { name = 'A'; people = 2; voice = %s; fixed_gpus = 8; exploration = ( { gpus "
        "= "
        "32.0; } ); },"
        "  { name = 'B'; people = 2; fixed_gpus = 16; exploration = ( { gpus = 32.0; } "
        "); } ); } );"
        "teams = ( { name = 'C'; people = 1; fixed_gpus = 8; exploration = ( { gpus = "
        "8.0; } ); }, { name = 'D'; people = 1; } );"
        "rule = { divide = 'fixed'; over = 'tree'; };"
        "people = { reference = '%s'; grievance = 2.0; };";
    static const struct {
        const char *voice, *reference;
        double a, b; /* their shortfalls */
    } rows[] = {{"0.0", "own", 0.75, 0.5},
                {"0.4", "own", 0.45, 0.5},
                {"0.0", "peer", 0.5, 0}}; /* C and D stand elsewhere */
    for (size_t i = 0; i < 3; i++) {
        struct trial t;
        trial_run(&t, text, rows[i].voice, rows[i].reference);
        for (size_t m = 0; m < 9; m++) {
            double kept = exp2(-(double)m / 6), a = rows[i].a * (1 - kept);
            assert_near(trial_cell(&t, "teams.csv", "A", "grievance", m), a, 1e-12);
            assert_near(trial_cell(&t, "teams.csv", "B", "grievance", m),
                        rows[i].b * (1 - kept), 1e-12);
            assert_near(trial_cell(&t, "teams.csv", "A", "morale", m), exp(-2 * a),
                        1e-12);
            assert_same(trial_cell(&t, "teams.csv", "C", "grievance", m), 0);
            assert_same(trial_cell(&t, "teams.csv", "D", "grievance", m), 0);
        }
        trial_release(&t);
    }
}

/* ---- work ---- */

#define BUILD(people_of_team, work)                                                      \
    "start = '2022-01-01'; months = 24; pools = ( { name = 'p'; gpus = 8; } );"          \
    "teams = ( { name = 'T'; " people_of_team " }, { name = 'U'; people = 1; } );"       \
    "projects = ( { name = 'x'; team = 'T'; stages = ( { do = 'build'; person_months = " \
    "" work "; } ); } );"

/* Somebody of two teams counts in both and does half in each. */
static void test_two_teams(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, BUILD("people = 2;", "3.0") "people = { named = ( { name = 'both'; "
                                              "team = 'U'; also = 'T'; } ); };");
    assert_same(trial_cell(&t, "teams.csv", "T", "headcount", 0), 2);
    assert_same(trial_cell(&t, "teams.csv", "U", "headcount", 0), 1);
    assert_near(trial_released_s(&t, "x"), 2 * SECONDS_PER_MONTH, 1e-5);
    assert_int_equal(t.s->n_persons, 2);
    trial_release(&t);
    trial_run(&t, BUILD("people = 2;", "3.0") "people = { turnover_per_year = 0.999999; "
                                              "contagion = 1.0; named = ( { "
                                              "name = 'both'; team = 'U'; also = 'T'; }, "
                                              "{ name = 'other'; team = 'T'; "
                                              "cohorts = ( 'U', 'paper' ); } ); };");
    assert_same(trial_outcome(&t, "departures", "all", "all", ""), 2);
    assert_same(trial_outcome(&t, "departures", "team", "T", ""), 2);
    assert_same(trial_outcome(&t, "left_team", "team", "T", ""), 2);
    assert_same(trial_outcome(&t, "departures", "cohort", "T", ""), 1);
    assert_same(trial_outcome(&t, "departures", "cohort", "U", ""), 2);
    assert_same(trial_outcome(&t, "departures", "cohort", "paper", ""), 1);
    assert_same(trial_cell(&t, "teams.csv", "T", "headcount", 23), 0);
    trial_release(&t);
}

/* Two for a month, 2.5 for a month of ramp, then three. */
static void test_hire(void **state)
{
    (void)state;
    struct trial t;
    trial_run(
        &t,
        BUILD(
            "people = 2; target_people = 3.0;",
            "6.0") "people = { hiring = { delay_months = 1.0; ramp_months = 1.0; }; };");
    assert_near(trial_released_s(&t, "x"), 2.5 * SECONDS_PER_MONTH, 1e-5);
    const struct event_row *hire = trial_event(&t, EVENT_HIRE, "T/hire/1", 0);
    assert_non_null(hire);
    assert_near(hire->at_s, SECONDS_PER_MONTH, 1e-5);
    assert_int_equal(count_events(&t, EVENT_HIRE), 1);
    assert_same(trial_cell(&t, "teams.csv", "T", "hires", 0), 1);
    assert_same(trial_cell(&t, "teams.csv", "T", "headcount", 0), 3);
    trial_release(&t);
}

/* A target that has fallen before the first day: nobody comes. */
static void test_hire_no_more(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, BUILD("people = 2; target_people = ( { value = 4.0; }, { from = "
                        "'2022-01-20'; value = 3.0; } );",
                        "60.0") "people = { hiring = { delay_months = 1.0; }; };");
    assert_int_equal(count_events(&t, EVENT_HIRE), 1);
    assert_same(trial_cell(&t, "teams.csv", "T", "headcount", 23), 3);
    trial_release(&t);
}

/* A team under its minimum stops: its project waits, stops and goes on with it. */
static void test_stop(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, BUILD("people = 2; min_people = 3; target_people = 3.0;",
                        "6.0") "people = { hiring = { delay_months = 2.0; }; };");
    assert_near(trial_event(&t, EVENT_START, "x", 0)->at_s, 2 * SECONDS_PER_MONTH, 1e-5);
    assert_near(trial_released_s(&t, "x"), 4 * SECONDS_PER_MONTH, 1e-5);
    trial_release(&t);
    trial_run(&t, BUILD("people = 2; min_people = ( { value = 0; }, { from = "
                        "'2022-02-01'; value = 3; }, { from = '2022-05-01'; value = 2; } "
                        ");",
                        "4.0"));
    double stop_s = trial_at_s(&t, "2022-02-01"), go_s = trial_at_s(&t, "2022-05-01");
    assert_same(trial_event(&t, EVENT_PAUSE, "x", 0)->at_s, stop_s);
    assert_same(trial_event(&t, EVENT_START, "x", 1)->at_s, go_s);
    assert_near(trial_released_s(&t, "x"), go_s + 2 * SECONDS_PER_MONTH - stop_s, 1e-5);
    trial_release(&t);
    /* A decision to pause outlasts the stop. */
    trial_run(&t, BUILD("people = 2; min_people = ( { value = 0; }, { from = "
                        "'2022-02-01'; value = 3; }, { from = '2022-05-01'; value = 2; } "
                        ");",
                        "4.0") "happenings = ( { at = '2022-03-01'; do = 'pause'; "
                               "project = 'x'; } );");
    assert_null(trial_event(&t, EVENT_START, "x", 1));
    trial_release(&t);
}

/* Whoever leaves takes their demand along; a team that has lost everybody stops. */
static void test_empty(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "start = '2022-01-01'; months = 24; pools = ( { name = 'p'; gpus = "
                  "640; } );"
                  "teams = ( { name = 'T'; people = 5; exploration = ( { gpus = 3.0; "
                  "gpus_per_person = 8.0; } ); } );"
                  "projects = ( { name = 'x'; team = 'T'; stages = ( { do = 'train'; "
                  "gpu_hours = 1e9; max_gpus = 16.0; } ); } );"
                  "people = { turnover_per_year = 0.999; };");
    double last_s = 0;
    for (size_t i = 0; i < 5; i++)
        last_s =
            fmax(last_s, trial_event(&t, EVENT_DEPART, t.s->persons[i].name, 0)->at_s);
    assert_same(trial_event(&t, EVENT_PAUSE, "x", 0)->at_s, last_s);
    assert_same(trial_cell(&t, "teams.csv", "T", "headcount", 23), 0);
    assert_same(trial_cell(&t, "teams.csv", "T", "needed_gpus", 23), 0);
    assert_same(trial_cell(&t, "teams.csv", "T", "used_gpus", 23), 0);
    assert_true(isnan(trial_cell(&t, "teams.csv", "T", "morale", 23)));
    trial_release(&t);
}

/* Crunch is the rest at full speed over the time left, sampled at a month's start: here
 * 9 person-months by 3 of the 6, then 18 days, half a day and 10 days. */
static void test_crunch(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t,
              "start = '2022-01-01'; months = 12; pools = ( { name = 'p'; gpus = 8; "
              "} ); teams = ( { name = 'T'; people = 6; site_crunch = 0.25; }, { name "
              "= 'U'; people = 1; } );"
              "projects = ( { name = 'x'; team = 'T'; staff = 3.0; target = "
              "'2022-09-01'; stages = ( { do = 'build'; person_months = 9.0; }, { do "
              "= 'train'; gpu_hours = 3456.0; }, { do = 'train'; gpu_hours = 48.0; "
              "max_gpus = 4.0; }, { do = 'wait'; days = 10.0; } ); },"
              "  { name = 'y'; team = 'U'; target = '2022-03-01'; stages = ( { do = "
              "'build'; person_months = 9.0; } ); } );"
              "people = { crunch = 2.0; };");
    double rest_s = 3 * SECONDS_PER_MONTH + 28.5 * SECONDS_PER_DAY;
    double crunch = rest_s / trial_at_s(&t, "2022-09-01");
    assert_near(trial_cell(&t, "teams.csv", "T", "morale", 0), exp(-2 * (crunch + 0.25)),
                1e-12);
    /* Late, or too late to be in time: 1; after the release nothing is left but the site.
     */
    assert_near(trial_cell(&t, "teams.csv", "U", "morale", 0), exp(-2), 1e-12);
    assert_near(trial_cell(&t, "teams.csv", "U", "morale", 5), exp(-2), 1e-12);
    assert_near(trial_cell(&t, "teams.csv", "T", "morale", 11), exp(-0.5), 1e-12);
    assert_same(trial_cell(&t, "teams.csv", "U", "morale", 11), 1);
    trial_release(&t);
}

/* A release that is due holds people: the rate is (1 - K), K = 2^-(months to it /
 * half-life) as sampled at the month's start, and whole from the release on. */
static void test_lock_in(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t,
              "start = '2022-01-01'; months = 12; pools = ( { name = 'p'; gpus = 8; "
              "} ); teams = ( { name = 'T'; people = 300; } );"
              "projects = ( { name = 'x'; team = 'T'; target = '2022-03-01'; stages = "
              "( { do = 'wait'; days = 40.0; } ); } );"
              "people = { turnover_per_year = 0.9; lock_in = 1.0; };");
    double rate = log(10) / YEAR, integral[3];
    double at_s[] = {0, trial_at_s(&t, "2022-02-01"), 40 * SECONDS_PER_DAY};
    double target_s = trial_at_s(&t, "2022-03-01");
    integral[0] = 0;
    for (int k = 0; k < 2; k++) {
        double closeness = exp2(-(target_s - at_s[k]) / SECONDS_PER_MONTH / 2);
        integral[k + 1] = integral[k] + rate * (1 - closeness) * (at_s[k + 1] - at_s[k]);
    }
    size_t n_before = 0;
    for (size_t i = 0; i < t.s->n_persons; i++) {
        const char *name = t.s->persons[i].name;
        const struct event_row *event = trial_event(&t, EVENT_DEPART, name, 0);
        double threshold = threshold_of(&t, name);
        if (threshold < integral[2]) {
            int k = threshold < integral[1] ? 0 : 1;
            double part = (threshold - integral[k]) / (integral[k + 1] - integral[k]);
            assert_near(event->at_s, at_s[k] + part * (at_s[k + 1] - at_s[k]), 1e-5);
            n_before++;
        } else if (event) {
            assert_near(event->at_s, at_s[2] + (threshold - integral[2]) / rate, 1e-5);
        }
    }
    assert_true(n_before > 0);
    trial_release(&t);
}

/* The preset holds what tests/support/hazard_path.h has, and the cap of MODEL. */
static void test_preset(void **state)
{
    (void)state;
    struct scenario_options options = {.data_dir = "scenarios"};
    struct loaded l;
    char *text = joined(small_scenario, "people = { @include \"presets/people.cfg\" };");
    loaded_from(&l, text, &options);
    free(text);
    if (!l.is_loaded)
        fail_msg("%s", l.messages);
    const struct people *p = &l.s.people;
    struct people path = path_people();
    assert_near(p->turnover_per_year, path.turnover_per_year, 0.0001);
    assert_near(p->leader_pulse, path.leader_pulse, 1e-7);
    assert_near(p->leader_pulse_after, path.leader_pulse_after, 1e-7);
    assert_same(p->grievance, path.grievance);
    assert_same(p->crunch, path.crunch);
    assert_same(p->market, path.market);
    assert_same(p->layoff, path.layoff);
    assert_same(p->cancelled, path.cancelled);
    assert_same(p->lock_in, path.lock_in);
    assert_same(p->contagion, path.contagion);
    assert_int_equal(p->contagion_most, 5);
    assert_int_equal(p->reference, REFERENCE_PEER);
    loaded_release(&l);
}

/* A factor of the score: with a turnover of 0.3 a year the probability to leave is 0.3,
 * and 1 - 0.7^e with a market that multiplies the rate by e. Whoever worries gives GPUs
 * to those who may leave. */
static void test_retention(void **state)
{
    (void)state;
    struct trial t;
    static const char text[] =
        "start = '2022-01-01'; months = 2; pools = ( { name = 'p'; gpus = 30; } );"
        "teams = ( { name = 'A'; people = 6; market = 1.0; exploration = ( { gpus = 30.0;"
        "  priority = 0.0; } ); }, { name = 'B'; people = 6; exploration = ( { gpus = "
        "  30.0; priority = 0.0; } ); }, { name = 'C'; exploration = ( { gpus = 30.0; "
        "  priority = 0.0; } ); } );"
        "people = { turnover_per_year = %s; market = 1.0; };"
        "rule = { unit_gpus = 0; score = { weights = { retention = 2.0; }; }; };";
    trial_run(&t, text, "0.3");
    double a = 1 - pow(0.7, exp(1));
    assert_near(trial_factor(&t, "A", "p", "retention", 0), a, 1e-12);
    assert_near(trial_factor(&t, "B", "p", "retention", 0), 0.3, 1e-12);
    assert_same(trial_factor(&t, "C", "p", "retention", 0), 0);
    assert_near(trial_claim(&t, "A", "p", 0)->score, 2 * a, 1e-12);
    assert_near(trial_claim(&t, "A", "p", 0)->granted_gpus, 30 * a / (a + 0.3), 1e-9);
    trial_release(&t);
    /* Nobody leaves: nobody is preferred. */
    trial_run(&t, text, "0.0");
    assert_same(trial_factor(&t, "A", "p", "retention", 0), 0);
    assert_near(trial_claim(&t, "A", "p", 0)->granted_gpus, 10, 1e-9);
    trial_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instants),  cmocka_unit_test(test_common_world),
        cmocka_unit_test(test_neutral),   cmocka_unit_test(test_effects),
        cmocka_unit_test(test_grievance), cmocka_unit_test(test_two_teams),
        cmocka_unit_test(test_hire),      cmocka_unit_test(test_hire_no_more),
        cmocka_unit_test(test_stop),      cmocka_unit_test(test_empty),
        cmocka_unit_test(test_crunch),    cmocka_unit_test(test_lock_in),
        cmocka_unit_test(test_preset),    cmocka_unit_test(test_retention),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
