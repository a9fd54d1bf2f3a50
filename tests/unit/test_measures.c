/* What a run measures: months and marks, ledgers and other memory from month to month,
 * and outcomes. Numbers are worked out beside them. */
#include "base/seconds.h"
#include "support/trials.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#define DAY   SECONDS_PER_DAY
#define HOUR  SECONDS_PER_HOUR
#define START "start = '2025-01-01'; months = 6; "
#define POOL  "pools = ( { name = 'p'; gpus = 1000; node_gpus = 1; } ); "
#define SOLO  START POOL "teams = ( { name = 'T'; people = 4; } ); "
#define TRAIN "stages = ( { do = 'train'; gpu_hours = 720000.0; } ); "
#define JOB   "projects = ( { name = 'Job'; team = 'T'; " TRAIN "} ); "

/* T wants the whole pool from January on, U from February on. */
#define TAKER_AND_LATER                                                                  \
    "teams = ( { name = 'T'; exploration = ( { gpus = 1000.0; } ); }, "                  \
    "{ name = 'U'; exploration = ( { gpus = ( { value = 0.0; }, "                        \
    "{ from = '2025-02-01'; value = 1000.0; } ); } ); } ); "

static double group(const struct trial *t, const char *name, const char *column,
                    size_t month)
{
    return trial_cell(t, "groups.csv", name, column, month);
}

/* ---- what factors know ---- */

/* In January A and B have 500 GPUs each for 744 hours, 372,000 GPU-hours; A plans
 * 1,440,000 and B 720,000 of one topic, C another that nobody shares, from February on.
 * At A's pace 1,068,000 are 2.87 months. */
static void test_facts_of_factors(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START POOL
              "teams = ( { name = 'T'; }, { name = 'U'; } ); projects = ( "
              "{ name = 'A'; team = 'T'; topic = 'x'; "
              "stages = ( { do = 'train'; gpu_hours = 1440000.0; } ); }, "
              "{ name = 'B'; team = 'U'; topic = 'x'; "
              "stages = ( { do = 'train'; gpu_hours = 720000.0; } ); }, "
              "{ name = 'C'; team = 'U'; topic = 'y'; start = '2025-02-01'; "
              "stages = ( { do = 'train'; gpu_hours = 720000.0; } ); } ); "
              "rule = { divide = 'equal'; score = { closeness = { by = 'pace'; }; "
              "weights = { closeness = 0.1; progress = 0.1; overlap = -0.1; }; }; };");
    assert_same(trial_factor(&t, "A", "p", "progress", 0), 0);
    assert_near(trial_factor(&t, "A", "p", "progress", 1), 372. / 1440, 1e-12);
    assert_near(trial_factor(&t, "B", "p", "progress", 1), 372. / 720, 1e-12);
    assert_same(trial_factor(&t, "C", "p", "progress", 1), 0);
    assert_same(trial_factor(&t, "A", "p", "closeness", 0), 0);
    assert_near(trial_factor(&t, "A", "p", "closeness", 1), exp2(-1068. / 372 / 2),
                1e-12);
    assert_near(trial_factor(&t, "A", "p", "overlap", 0), 1. / 3, 1e-12);
    assert_near(trial_factor(&t, "B", "p", "overlap", 1), 2. / 3, 1e-12);
    assert_same(trial_factor(&t, "C", "p", "overlap", 1), 0);
    /* February: 333 GPUs each, B has 348,000 left: done on 14 March. */
    assert_same(trial_factor(&t, "A", "p", "overlap", 3), 0);
    trial_release(&t);
}

/* Job has 500 GPUs for a month and uses them for 300 hours, then waits; its team's
 * exploration uses 500 all the time: 150,000 + 372,000 of 744,000. */
static void test_track_record(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START POOL
              "teams = ( { name = 'T'; exploration = ( { gpus = 500.0; } ); } ); "
              "projects = ( { name = 'Job'; team = 'T'; stages = ( "
              "{ do = 'train'; gpu_hours = 150000.0; max_gpus = 500; }, "
              "{ do = 'wait'; days = 90.0; } ); } ); rule = { divide = 'equal'; "
              "score = { weights = { track_record = 1.0; }; }; };");
    assert_same(trial_factor(&t, "T", "p", "track_record", 0), 1);
    assert_near(trial_factor(&t, "T", "p", "track_record", 1), 522. / 744, 1e-12);
    trial_release(&t);
}

/* ---- ledger, history, age, credits ---- */

/* Half-life 1 month, shares 1 : 1. In January T has all: 744,000. February: capacities
 * 672,000 + 744,000 / 2, half of them 522,000; T used 744,000 / 2 of its part. Entitled
 * 150,000 of 672,000 GPU-hours are 223.2 GPUs, U's 522,000 are 776.8. March: capacities
 * 744,000 + 672,000 / 2 + 744,000 / 4, half of them 633,000; T used 149,856 / 2 + 744,000
 * / 4 = 260,928 and U 522,144 / 2 = 261,072: 372,072 and 371,928, 500.1 and 499.9 GPUs.
 */
static void test_decay(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t,
              START POOL TAKER_AND_LATER "rule = { divide = 'max-min'; ledger = 'decay'; "
                                         "decay = { half_life_months = 1.0; }; };");
    assert_same(group(&t, "T", "entitled_gpu_hours", 0), 372000);
    assert_same(group(&t, "T", "used_gpu_hours", 0), 744000);
    assert_same(group(&t, "T", "balance_gpu_hours", 0), -372000);
    assert_same(group(&t, "T", "decayed_gpu_hours", 0), 744000);
    assert_same(group(&t, "T", "entitled_gpu_hours", 1), 150000);
    assert_same(group(&t, "U", "entitled_gpu_hours", 1), 522000);
    assert_near(trial_claim(&t, "T", "p", 1)->entitled_gpus, 150000 / 672.0, 1e-9);
    assert_same(group(&t, "T", "used_gpu_hours", 1), 223 * 672);
    assert_same(group(&t, "U", "used_gpu_hours", 1), 777 * 672);
    assert_same(group(&t, "T", "balance_gpu_hours", 1), 144);
    assert_same(group(&t, "T", "decayed_gpu_hours", 1), 149856 + 372000);
    assert_same(group(&t, "T", "entitled_gpu_hours", 2), 372072);
    assert_same(group(&t, "U", "entitled_gpu_hours", 2), 371928);
    assert_same(group(&t, "T", "used_gpu_hours", 2), 500 * 744);
    trial_release(&t);
}

/* A charge of 2.5 a GPU-hour multiplies what the ledger counts, and not what was used. */
static void test_charge(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START "pools = ( { name = 'p'; gpus = 1000; node_gpus = 1; "
                        "charge = 2.5; } ); " TAKER_AND_LATER
                        "rule = { divide = 'max-min'; ledger = 'decay'; "
                        "decay = { half_life_months = 1.0; }; };");
    assert_same(group(&t, "T", "entitled_gpu_hours", 1), 375000);
    assert_same(group(&t, "U", "entitled_gpu_hours", 1), 1305000);
    assert_same(group(&t, "T", "used_gpu_hours", 1), 223 * 672);
    assert_same(group(&t, "T", "balance_gpu_hours", 1), 360);
    assert_same(group(&t, "T", "decayed_gpu_hours", 1), 2.5 * (149856 + 372000));
    assert_same(group(&t, "T", "entitled_gpu_hours", 2), 930180);
    trial_release(&t);
}

/* Every second month: what is offered until the next meeting is two months' worth, and a
 * month without a meeting has no entitlement. */
static void test_decay_every_second_month(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t,
              START POOL TAKER_AND_LATER "council = { every_months = 2; }; "
                                         "rule = { divide = 'max-min'; ledger = 'decay'; "
                                         "decay = { half_life_months = 1.0; }; };");
    assert_same(group(&t, "T", "entitled_gpu_hours", 0), (744000 + 672000) / 2);
    assert_same(group(&t, "T", "entitled_gpu_hours", 1), NAN);
    assert_same(group(&t, "T", "balance_gpu_hours", 1), NAN);
    /* March and April have 61 days; T used 672,000 and 744,000 one and two months ago. */
    assert_same(group(&t, "T", "entitled_gpu_hours", 2),
                (61 * 24000 + 336000 + 186000) / 2 - (336000 + 186000));
    trial_release(&t);
}

/* T's use of all of January makes its factor 2^(-1 / 0.5). */
static void test_fair_share(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START POOL TAKER_AND_LATER
              "rule = { score = { weights = { priority = 0.0; fair_share = 1.0; }; "
              "fair_share = { half_life_months = 1.0; }; }; };");
    assert_same(trial_factor(&t, "T", "p", "fair_share", 0), 1);
    assert_same(trial_factor(&t, "T", "p", "fair_share", 1), 0.25);
    assert_same(trial_factor(&t, "U", "p", "fair_share", 1), 1);
    assert_same(trial_cell(&t, "teams.csv", "T", "granted_gpus", 1), 200);
    /* 200 * 672 + 744,000 / 2 of 672,000 + 744,000 / 2, over half. */
    assert_near(trial_factor(&t, "T", "p", "fair_share", 2),
                exp2(-2 * (134400 + 372000) / (672000.0 + 372000)), 1e-15);
    assert_same(group(&t, "T", "decayed_gpu_hours", 1), 134400 + 372000);
    trial_release(&t);
}

/* B gets nothing while A has the pool; a claim that was filled is young again. A's months
 * are 30 days on the whole pool each. */
static void test_age(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START POOL
              "teams = ( { name = 'T'; }, { name = 'U'; } ); "
              "projects = ( { name = 'A'; team = 'T'; priority = 1.0; stages = "
              "( { do = 'train'; gpu_hours = 2000000.0; } ); }, "
              "{ name = 'B'; team = 'U'; priority = 0.0; stages = "
              "( { do = 'train'; gpu_hours = 2000000.0; } ); } ); "
              "rule = { divide = 'ranked'; score = { weights = { priority = 1.0; "
              "age = 0.1; }; age = { max_months = 4.0; }; }; };");
    for (size_t month = 0; month < 3; month++)
        assert_same(trial_factor(&t, "B", "p", "age", month), (double)month / 4);
    assert_same(trial_factor(&t, "A", "p", "age", 2), 0);
    /* A ends on 25 March; B is filled in April. */
    assert_same(trial_factor(&t, "B", "p", "age", 3), 0.75);
    assert_same(trial_factor(&t, "B", "p", "age", 4), 0);
    trial_release(&t);
    /* Half of what is asked for is not filled; a claim that vanishes for a while begins
     * anew. */
    trial_run(&t, START POOL
              "teams = ( { name = 'T'; }, { name = 'U'; } ); "
              "projects = ( { name = 'A'; team = 'T'; stages = "
              "( { do = 'train'; gpu_hours = 9000000.0; } ); }, "
              "{ name = 'B'; team = 'U'; stages = "
              "( { do = 'train'; gpu_hours = 9000000.0; } ); } ); "
              "rule = { divide = 'max-min'; score = { weights = { age = 0.1; }; "
              "age = { max_months = 4.0; }; }; }; "
              "happenings = ( { at = '2025-03-10'; do = 'pause'; project = 'B'; }, "
              "{ at = '2025-03-20'; do = 'start'; project = 'B'; } );");
    assert_same(trial_factor(&t, "A", "p", "age", 2), 0.5);
    assert_same(trial_factor(&t, "B", "p", "age", 2), 0.5);
    assert_same(trial_factor(&t, "A", "p", "age", 3), 0.75);
    assert_same(trial_factor(&t, "B", "p", "age", 3), 0);
    trial_release(&t);
}

/* Karma with alpha 0.5 and one meeting's worth of credits, 500 each; 250 free ones a
 * meeting. January: U lends its guarantee of 250, T borrows 750. February: T has 250
 * credits and U 1,250; 500 GPUs are common, and the richer borrows them all. */
static void test_credits(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t,
              START POOL TAKER_AND_LATER "rule = { divide = 'credits'; over = 'tree'; "
                                         "credits = { alpha = 0.5; initial = 1.0; }; };");
    assert_same(trial_cell(&t, "teams.csv", "T", "granted_gpus", 0), 1000);
    assert_same(group(&t, "T", "credits", 0), 0);
    assert_same(group(&t, "U", "credits", 0), 1000);
    assert_same(trial_cell(&t, "teams.csv", "T", "granted_gpus", 1), 250);
    assert_same(trial_cell(&t, "teams.csv", "U", "granted_gpus", 1), 750);
    assert_same(group(&t, "T", "credits", 1), 250);
    assert_same(group(&t, "U", "credits", 1), 750);
    trial_release(&t);
    trial_run(&t, START POOL TAKER_AND_LATER);
    assert_same(group(&t, "T", "credits", 0), NAN);
    assert_same(group(&t, "T", "entitled_gpu_hours", 0), NAN);
    assert_same(group(&t, "T", "decayed_gpu_hours", 0), NAN);
    trial_release(&t);
}

/* ---- values by date ---- */

static void test_dated_values(void **state)
{
    (void)state;
    struct trial t;
    trial_run(
        &t, START
        "pools = ( { name = 'p'; gpus = 1000; node_gpus = 1; reserved_frac = "
        "( { value = 0.2; }, { from = '2025-02-15'; value = 0.5; } ); } ); "
        "teams = ( { name = 'T'; people = 10; share = ( { value = 1.0; }, "
        "{ from = '2025-03-01'; value = 3.0; } ); ceiling_gpus = ( { value = 300.0; "
        "}, { from = '2025-03-01'; value = 100.0; } ); "
        "exploration = ( { gpus_per_person = ( { value = 10.0; }, "
        "{ from = '2025-02-15'; value = 40.0; } ); } ); } ); ");
    assert_same(trial_cell(&t, "pools.csv", "p", "reserved_gpus", 0), 200);
    assert_same(trial_cell(&t, "pools.csv", "p", "reserved_gpus", 1),
                (200.0 * 14 + 500.0 * 14) / 28);
    assert_same(trial_cell(&t, "pools.csv", "p", "idle_gpus", 1), 1000 - 350 - 100);
    /* What is needed changes with the demand, what was asked for does not. */
    assert_same(trial_cell(&t, "teams.csv", "T", "needed_gpus", 1), 250);
    assert_same(trial_cell(&t, "teams.csv", "T", "requested_gpus", 1), 100);
    assert_same(trial_cell(&t, "teams.csv", "T", "fill_frac", 1), 100.0 / 250);
    assert_same(group(&t, "T", "ceiling_gpus", 1), 300);
    assert_same(group(&t, "T", "share", 1), 1);
    assert_same(group(&t, "T", "ceiling_gpus", 2), 100);
    assert_same(group(&t, "T", "share", 2), 3);
    assert_same(trial_cell(&t, "teams.csv", "T", "granted_gpus", 2), 100);
    assert_string_equal(trial_event(&t, EVENT_SET, "pools.p.reserved_frac", 0)->detail,
                        "0.5");
    assert_string_equal(
        trial_event(&t, EVENT_SET, "teams.T.exploration.p.gpus_per_person", 0)->detail,
        "40");
    trial_release(&t);
}

/* A member's rating hides the project's own priority, from the day on which it is given;
 * values are told as they were written. */
static void test_dated_rating(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO JOB
              "council = { members = ( { name = 'm'; weight = 3.0; ratings = ( { "
              "project = 'Job'; rating = ( { value = 0.1; }, { from = '2025-02-01'; "
              "value = 0.2; } ); } ); }, { name = 'n'; } ); }; "
              "happenings = ( { at = '2025-01-16'; do = 'set'; "
              "path = 'projects.Job.target'; value = '2025-09-30'; } );");
    assert_near(trial_factor(&t, "Job", "p", "priority", 0), (3 * 0.1 + 0.5) / 4, 1e-15);
    assert_string_equal(trial_event(&t, EVENT_SET, "projects.Job.target", 0)->detail,
                        "2025-09-30");
    assert_string_equal(
        trial_event(&t, EVENT_SET, "council.members.m.ratings.Job.rating", 0)->detail,
        "0.2");
    trial_release(&t);
}

/* ---- outcomes ---- */

/* 10 days of 1,000 GPUs are 240,000 GPU-hours; the rest is not done. */
static void test_cancel(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO JOB
              "happenings = ( { at = '2025-01-11'; do = 'cancel'; project = 'Job'; } );");
    assert_string_equal(trial_event(&t, EVENT_CANCEL, "Job", 0)->detail,
                        "240000 GPU-hours sunk");
    assert_same(trial_outcome(&t, "gpu_hours_sunk", "project", "Job", ""), 240000);
    assert_same(trial_outcome(&t, "gpu_hours_sunk", "all", "", ""), 240000);
    assert_same(trial_outcome(&t, "gpu_hours_shipped", "all", "", ""), 0);
    assert_same(trial_outcome(&t, "released", "team", "T", ""), 0);
    assert_same(trial_outcome(&t, "release_months", "project", "Job", ""), NAN);
    assert_same(t.r.cancelled_s[0], 10 * DAY);
    assert_same(trial_cell(&t, "projects.csv", "Job", "left_gpu_hours", 0), 480000);
    assert_same(trial_cell(&t, "projects.csv", "Job", "state", 0), PROJECT_CANCELLED);
    trial_release(&t);
}

/* Outcomes at a mark are those of its day's end, here of 15 January: 15 days of 24,000.
 * A look at them changes nothing, bit by bit. */
static void test_marks(void **state)
{
    (void)state;
    struct trial t, plain;
#define MARKED                                                                           \
    POOL "teams = ( { name = 'T'; exploration = ( { gpus = 301.7; log_sd = 0.3; } ); } " \
         "); "                                                                           \
         "projects = ( { name = 'Job'; team = 'T'; value = 2.5; target = '2025-03-15'; " \
         "stages = ( { do = 'train'; gpu_hours = 712345.6; } ); } ); "
    trial_run(&t, START MARKED "marks = ( '2025-04-11', '2025-01-15', '2025-02-28' );");
    trial_run(&plain, START MARKED);
    assert_int_equal(t.r.n_outcomes, 4 * plain.r.n_outcomes);
    for (size_t i = 0; i < plain.r.n_outcomes; i++) {
        const struct outcome *o = &t.r.outcomes[3 * plain.r.n_outcomes + i];
        assert_int_equal(o->mark, 3);
        assert_int_equal(o->metric, plain.r.outcomes[i].metric);
        assert_same(o->value, plain.r.outcomes[i].value);
    }
    assert_string_equal(t.s->marks[0].date, "2025-01-15");
    assert_same(trial_outcome(&t, "value", "all", "", "2025-02-28"), 0);
    assert_same(trial_outcome(&t, "value", "all", "", "2025-04-11"), 2.5);
    trial_release(&plain);
    /* At the end of a month they are those of a run that ends there. */
    trial_run(&plain, "start = '2025-01-01'; months = 2; " MARKED);
    for (size_t i = 0; i < plain.r.n_outcomes; i++)
        assert_same(t.r.outcomes[plain.r.n_outcomes + i].value,
                    plain.r.outcomes[i].value);
    trial_release(&plain);
    trial_release(&t);
    trial_run(&t, SOLO JOB "marks = ( '2025-01-15' );");
    assert_same(trial_outcome(&t, "gpu_hours_used", "project", "Job", "2025-01-15"),
                360000);
    assert_same(trial_outcome(&t, "fill_frac", "team", "T", "2025-01-15"), 1);
    trial_release(&t);
}

/* Released on 31 January, 29 days before its target, which later moves to a day that is
 * no longer its concern. */
static void test_slip(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SOLO
              "projects = ( { name = 'Job'; team = 'T'; target = ( { value = "
              "'2025-03-01'; }, { from = '2025-04-01'; value = '2025-05-01'; } ); "
              "stages = ( { do = 'train'; gpu_hours = 720000.0; min_gpus = 1000; } ); "
              "} );");
    assert_same(trial_outcome(&t, "slip_months", "project", "Job", ""),
                -29 * DAY / SECONDS_PER_MONTH);
    assert_same(trial_outcome(&t, "release_months", "project", "Job", ""),
                30 * DAY / SECONDS_PER_MONTH);
    assert_string_equal(trial_event(&t, EVENT_RELEASE, "Job", 0)->detail,
                        "29.0 days early");
    trial_release(&t);
}

/* Two teams of equal shares need 800 and 400 GPUs and are granted 500 each. */
static void test_fairness(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, START POOL
              "teams = ( { name = 'T'; exploration = ( { gpus = 800.0; } ); }, "
              "{ name = 'U'; exploration = ( { gpus = 400.0; } ); } ); "
              "rule = { divide = 'proportional'; };");
    /* 667 and 333: fills 0.83375 and 0.8325; U would gain with T's grant. */
    double t_fill = 667.0 / 800, u_fill = 333.0 / 400, sum = t_fill + u_fill;
    assert_same(trial_cell(&t, "teams.csv", "T", "fill_frac", 0), t_fill);
    assert_same(trial_cell(&t, "teams.csv", "U", "fill_frac", 0), u_fill);
    assert_near(trial_cell(&t, "months.csv", "", "jain_fill", 0),
                sum * sum / (2 * (t_fill * t_fill + u_fill * u_fill)), 1e-15);
    assert_near(trial_cell(&t, "months.csv", "", "gini_fill", 0),
                (t_fill - u_fill) / (2 * sum), 1e-15);
    assert_near(trial_cell(&t, "months.csv", "", "max_envy", 0), 1 - u_fill, 1e-15);
    assert_near(trial_outcome(&t, "fill_frac", "all", "", ""), 1000.0 / 1200, 1e-15);
    trial_release(&t);
    /* Nobody envies himself: A's GPUs were there while it waited, and went when it came.
     */
    trial_run(&t, START POOL
              "teams = ( { name = 'T'; }, { name = 'U'; } ); "
              "projects = ( { name = 'A'; team = 'T'; stages = ( { do = 'wait'; "
              "days = 40.0; }, { do = 'train'; gpu_hours = 720000.0; } ); } ); "
              "happenings = ( { at = '2025-02-10'; do = 'grant'; project = 'A'; "
              "gpus = 0; } );");
    assert_same(trial_cell(&t, "teams.csv", "T", "granted_gpus", 1), 9000.0 / 28);
    assert_same(trial_cell(&t, "teams.csv", "T", "needed_gpus", 1), 19000.0 / 28);
    assert_same(trial_cell(&t, "teams.csv", "T", "fill_frac", 1), 0);
    assert_same(trial_cell(&t, "months.csv", "", "max_envy", 1), 0);
    /* Without any need there is nothing to compare. */
    assert_same(trial_cell(&t, "months.csv", "", "max_envy", 0), NAN);
    assert_same(trial_cell(&t, "months.csv", "", "jain_fill", 0), NAN);
    trial_release(&t);
}

/* ---- a longer run begins like a shorter one ---- */

static void assert_begins_alike(const struct trial *a, const struct trial *b)
{
    for (int f = 0; f < N_SERIES; f++) {
        const struct series *x = &a->r.series[f], *y = &b->r.series[f];
        size_t n = a->r.n_months * x->n_subjects * x->n_columns;
        for (size_t i = 0; i < n; i++)
            assert_same(y->values[i], x->values[i]);
    }
    assert_true(a->r.n_claims <= b->r.n_claims && a->r.n_events <= b->r.n_events);
    for (size_t i = 0; i < a->r.n_claims; i++) {
        assert_int_equal(a->r.claims[i].claimant, b->r.claims[i].claimant);
        assert_same(a->r.claims[i].granted_gpus, b->r.claims[i].granted_gpus);
        assert_same(a->r.claims[i].score, b->r.claims[i].score);
    }
    for (size_t i = 0; i < a->r.n_events; i++) {
        assert_same(a->r.events[i].at_s, b->r.events[i].at_s);
        assert_string_equal(a->r.events[i].subject, b->r.events[i].subject);
        assert_string_equal(a->r.events[i].detail, b->r.events[i].detail);
    }
}

static void run_months(struct trial *t, const char *path, const char *months)
{
    struct scenario_options options = {.sets = &months, .n_sets = 1};
    *t = (struct trial){.s = &t->loaded.s};
    diag_init(&t->loaded.d);
    t->loaded.is_loaded = scenario_load(&t->loaded.s, path, &options, &t->loaded.d) == 0;
    assert_true(t->loaded.is_loaded);
    run_simulate(t->s, 7, 3, RUN_SERIES | RUN_LOGS, &t->r);
}

static void test_longer_run(void **state)
{
    (void)state;
    static const char *const files[] = {
        "scenarios/two-sites.cfg", "scenarios/lab-quotas.cfg",
        "scenarios/capacity-slip.cfg", "scenarios/deadline-crunch.cfg"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct trial a, b;
        run_months(&a, files[i], "months=5");
        run_months(&b, files[i], "months=12");
        assert_begins_alike(&a, &b);
        trial_release(&a);
        trial_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_of_factors),
        cmocka_unit_test(test_track_record),
        cmocka_unit_test(test_decay),
        cmocka_unit_test(test_charge),
        cmocka_unit_test(test_decay_every_second_month),
        cmocka_unit_test(test_fair_share),
        cmocka_unit_test(test_age),
        cmocka_unit_test(test_credits),
        cmocka_unit_test(test_dated_values),
        cmocka_unit_test(test_dated_rating),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_slip),
        cmocka_unit_test(test_fairness),
        cmocka_unit_test(test_longer_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
