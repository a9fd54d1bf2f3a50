/* What teams ask for beyond their need, and what comes of it: every number is worked out
 * beside it. */
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#define POOL                                                                             \
    "start = '2025-01-01'; pools = ( { name = 'p'; gpus = 100; } );"                     \
    "rule = { divide = 'proportional'; unit_gpus = 0; };"

/* Two teams that explore, and their requests. */
#define TWO                                                                              \
    POOL "months = %d; teams = ("                                                        \
         "  { name = 'A'; people = 1; exploration = ( { gpus = %s; } ); %s },"           \
         "  { name = 'B'; people = 1; exploration = ( { gpus = %s; } ); %s } );"

static double team(const struct trial *t, const char *name, const char *column,
                   size_t month)
{
    return trial_cell(t, "teams.csv", name, column, month);
}

/* A needs 50 and asks for 70, as B does: each gets half, and A all that it needs. Honest,
 * it would have got 100 * 50 / 120. */
static void test_inflate(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, TWO, 1, "50.0", "requests = { strategy = 'inflate'; padding = 0.4; };",
              "70.0", "");
    assert_near(team(&t, "A", "needed_gpus", 0), 50, 1e-12);
    assert_near(team(&t, "A", "requested_gpus", 0), 70, 1e-12);
    assert_near(team(&t, "A", "granted_gpus", 0), 50, 1e-12);
    assert_near(team(&t, "B", "granted_gpus", 0), 50, 1e-12);
    assert_near(team(&t, "A", "fill_frac", 0), 1, 1e-12);
    assert_near(team(&t, "B", "fill_frac", 0), 5. / 7, 1e-12);
    assert_same(team(&t, "A", "padding_frac", 0), 0.4);
    assert_same(team(&t, "B", "padding_frac", 0), 0);
    assert_near(trial_claim(&t, "A", "p", 0)->needed_gpus, 50, 1e-12);
    assert_near(trial_claim(&t, "A", "p", 0)->requested_gpus, 70, 1e-12);
    trial_release(&t);
}

/* Padding ends at the pool, where an honest need need not. */
static void test_most(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, TWO, 1, "80.0", "requests = { strategy = 'inflate'; padding = 0.4; };",
              "120.0", "requests = { strategy = 'inflate'; padding = 0.4; };");
    assert_same(trial_claim(&t, "A", "p", 0)->requested_gpus, 100);
    assert_same(trial_claim(&t, "B", "p", 0)->requested_gpus, 120);
    trial_release(&t);
}

/* Equals gain nothing: each is denied 1/3 whatever they ask for, and after k months the
 * padding is reaction / relief * 1/3 * (1 - (1 - relief)^k). */
static void test_arms_race(void **state)
{
    (void)state;
    struct trial t;
    static const char requests[] =
        "requests = { strategy = 'reactive'; reaction = 0.3; relief = 0.6; };";
    trial_run(&t, TWO, 6, "75.0", requests, "75.0", requests);
    for (size_t k = 0; k < 6; k++) {
        double padding = 0.3 / 0.6 / 3 * (1 - pow(0.4, (double)k));
        assert_near(team(&t, "A", "padding_frac", k), padding, 1e-12);
        assert_near(team(&t, "A", "requested_gpus", k), 75 * (1 + padding), 1e-9);
        assert_near(team(&t, "A", "granted_gpus", k), 50, 1e-9);
    }
    trial_release(&t);
}

/* Beside an honest team of the same need n the fill of one with padding p is
 * C (1 + p) / (n (2 + p)), and p = r (1 - fill), r = reaction / relief, where it rests:
 * n p^2 + (2 n - r (n - C)) p - r (2 n - C) = 0. */
static void test_fixed_point(void **state)
{
    (void)state;
    struct trial t;
    const double n = 70, c = 100, r = 0.25 / 0.75;
    trial_run(&t, TWO, 40, "70.0",
              "requests = { strategy = 'reactive'; reaction = 0.25; relief = 0.75; };",
              "70.0", "");
    double b = 2 * n - r * (n - c), d = r * (2 * n - c);
    double p = (-b + sqrt(b * b + 4 * n * d)) / (2 * n);
    assert_near(team(&t, "A", "padding_frac", 39), p, 1e-9);
    assert_near(team(&t, "A", "granted_gpus", 39), c * (1 + p) / (2 + p), 1e-6);
    assert_true(team(&t, "A", "granted_gpus", 39) > 51);
    trial_release(&t);
}

/* Filled from March on, it forgets: half of the padding is gone each month. */
static void test_relief(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, TWO, 6, "80.0", "requests = { strategy = 'reactive'; padding = 0.1; };",
              "( { value = 80.0; }, { from = '2025-03-01'; value = 0.0; } )", "");
    double before = team(&t, "A", "padding_frac", 2);
    assert_true(before > 0.1);
    for (size_t k = 3; k < 6; k++)
        assert_near(team(&t, "A", "padding_frac", k), before * pow(0.5, (double)k - 2),
                    1e-12);
    trial_release(&t);
}

/* 60 GPUs are kept when 10 are needed: B gets 40 of its 80, and 50 lie idle. A strategy
 * that is given up gives them back. */
static void test_hoard(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, TWO, 4, "( { value = 60.0; }, { from = '2025-02-01'; value = 10.0; } )",
              "requests = { strategy = ( { value = 'hoard'; }, { from = '2025-04-01'; "
              "value = 'honest'; } ); };",
              "( { value = 40.0; }, { from = '2025-02-01'; value = 80.0; } )", "");
    for (size_t k = 1; k < 3; k++) {
        double a = 100 * 60. / 140;
        assert_same(team(&t, "A", "needed_gpus", k), 10);
        assert_near(team(&t, "A", "requested_gpus", k), 60, 1e-9);
        assert_near(team(&t, "A", "granted_gpus", k), a, 1e-9);
        assert_near(team(&t, "A", "used_gpus", k), 10, 1e-9);
        assert_near(team(&t, "B", "granted_gpus", k), 100 - a, 1e-9);
        assert_near(trial_cell(&t, "pools.csv", "p", "idle_gpus", k), a - 10, 1e-9);
        assert_near(team(&t, "A", "fill_frac", k), 1, 1e-12);
    }
    assert_same(team(&t, "A", "requested_gpus", 3), 10);
    assert_near(team(&t, "B", "granted_gpus", 3), 80, 1e-9);
    trial_release(&t);
}

/* January's 31 days of training, a wait of 90 days, then training again: GPUs are held
 * from the first day to the end of the last training, on 31 May, and not in the wait
 * after it. Honest, the project claims nothing from February to April. */
#define PAUSES                                                                           \
    POOL "months = 8; teams = ( { name = 'A'; people = 1; %s } );"                       \
         "projects = ( { name = 'x'; team = 'A'; stages = ("                             \
         "  { do = 'train'; gpu_hours = 29760.0; max_gpus = 40.0; },"                    \
         "  { do = 'wait'; days = 90.0; },"                                              \
         "  { do = 'train'; gpu_hours = 28800.0; max_gpus = 40.0; },"                    \
         "  { do = 'wait'; days = 90.0; } ); } );"

static void test_hoard_between_stages(void **state)
{
    (void)state;
    struct trial honest, hoard;
    trial_run(&honest, PAUSES, "");
    trial_run(&hoard, PAUSES, "requests = { strategy = 'hoard'; };");
    for (size_t k = 0; k < 8; k++) {
        const struct claim_row *claim = trial_claim(&hoard, "x", "p", k);
        assert_int_equal(claim != NULL, k < 5);
        if (claim)
            assert_same(claim->requested_gpus, 40);
    }
    assert_null(trial_claim(&honest, "x", "p", 2));
    assert_same(trial_claim(&hoard, "x", "p", 2)->needed_gpus, 0);
    assert_same(team(&hoard, "A", "granted_gpus", 2), 40);
    assert_same(team(&hoard, "A", "used_gpus", 2), 0);
    assert_near(trial_released_s(&hoard, "x"), trial_released_s(&honest, "x"), 1e-3);
    trial_release(&honest);
    trial_release(&hoard);
}

/* A project asks beyond its max_gpus, and what it gets there lies idle; min_gpus stays
 * what the work needs. */
static void test_beyond_the_maximum(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, POOL "months = 1; teams = ( { name = 'A'; people = 1; requests = {"
                       "  strategy = 'inflate'; padding = 0.5; }; } );"
                       "projects = ( { name = 'x'; team = 'A'; stages = ("
                       "  { do = 'train'; gpu_hours = 1e6; min_gpus = 32.0;"
                       "    max_gpus = 40.0; } ); } );");
    assert_same(trial_claim(&t, "x", "p", 0)->requested_gpus, 60);
    assert_same(team(&t, "A", "granted_gpus", 0), 60);
    assert_same(team(&t, "A", "used_gpus", 0), 40);
    trial_release(&t);
}

/* What is neutral changes nothing, what is not changes the request. */
static void test_neutral(void **state)
{
    (void)state;
    struct trial plain, t;
    static const char *const neutral[] = {
        "requests = { strategy = 'honest'; };", "requests = { strategy = 'inflate'; };",
        "requests = { strategy = 'reactive'; reaction = 0.0; };"};
    trial_run(&plain, TWO, 6, "75.0", "", "90.0", "");
    for (size_t i = 0; i < sizeof neutral / sizeof *neutral; i++) {
        trial_run(&t, TWO, 6, "75.0", neutral[i], "90.0", "");
        trial_assert_equal(&plain, &t);
        trial_release(&t);
    }
    trial_run(&t, TWO, 6, "75.0", "requests = { strategy = 'reactive'; };", "90.0", "");
    assert_same(team(&t, "A", "requested_gpus", 0),
                team(&plain, "A", "requested_gpus", 0));
    assert_true(team(&t, "A", "requested_gpus", 1) >
                team(&plain, "A", "requested_gpus", 1) + 1);
    trial_release(&t);
    trial_release(&plain);
}

/* The shipped scenario: its dates are worked out in its comments. */
static void test_hoarding_team(void **state)
{
    (void)state;
    static const struct {
        const char *alternative;
        double hours;
    } rows[] = {{NULL, 5088 + 581},
                {"honest", 744 + 2136 + 1234},
                {"lent", 500 + 2400 + 950},
                {"honest and lent", 500 + 2400 + 950}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trial t;
        trial_run_file(&t, "scenarios/hoarding-team.cfg", rows[i].alternative);
        assert_near(trial_released_s(&t, "Babel") / 3600, rows[i].hours, 1e-6);
        assert_near(trial_released_s(&t, "Atlas") / 3600, 500 + 2400 + 1500, 1e-6);
        trial_release(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inflate),
        cmocka_unit_test(test_most),
        cmocka_unit_test(test_arms_race),
        cmocka_unit_test(test_fixed_point),
        cmocka_unit_test(test_relief),
        cmocka_unit_test(test_hoard),
        cmocka_unit_test(test_hoard_between_stages),
        cmocka_unit_test(test_beyond_the_maximum),
        cmocka_unit_test(test_neutral),
        cmocka_unit_test(test_hoarding_team),
    };
    return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
