/* Presets: each loads, and does what its centre prints. Sources stand beside the numbers;
 * [P] is printed there (ORACLES section 4). The last tests run one team of bursty use
 * under all of them. */
#include "rule/award.h"
#include "rule/ledger.h"
#include "support/dockets.h"
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct arena arena, scratch;
static struct loaded loaded;
static const struct rule *rule; /* of the preset that is loaded */

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    arena_init(&scratch);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    arena_release(&scratch);
    return 0;
}

/* A scenario that includes the preset; `with` is more of its rule. */
static void open_preset(const char *name, const char *const *sets, size_t n_sets)
{
    struct scenario_options options = {
        .data_dir = "scenarios", .sets = sets, .n_sets = n_sets};
    char text[400];
    snprintf(text, sizeof text, "%srule = { @include \"presets/%s.cfg\" };",
             small_scenario, name);
    arena_reset(&arena);
    loaded_from(&loaded, text, &options);
    if (!loaded.is_loaded)
        fail_msg("%s: %s", name, loaded.messages);
    rule = &loaded.s.rule;
}

static void close_preset(void)
{
    loaded_release(&loaded);
}

/* One team that owns all, at a meeting on the first of a month: `a_month` GPU-hours until
 * the next, and closed months with their capacity and use, the oldest first. */
static struct docket *one_team(struct date date, double hours, double a_month,
                               const double *capacity, const double *used, size_t n_past)
{
    static const struct docket_row rows[] = {{.name = "a", .request = 1, .score = 1}};
    struct docket *d = docket_of_rows(a_month / hours, rows, 1, &arena);
    double *past = ARENA_ARRAY(&arena, double, n_past);
    double *use = ARENA_ARRAY(&arena, double, 2 * n_past);
    int month = date.year * 12 + date.month - 1 - (int)n_past;
    for (size_t k = 0; k < n_past; k++) {
        past[k] = capacity[n_past - 1 - k];
        use[2 * k] = use[2 * k + 1] = used[n_past - 1 - k];
    }
    d->date = date;
    d->hours_to_next = hours;
    d->history =
        (struct history){n_past, use, past, NULL, {month / 12, month % 12 + 1, 1}};
    return d;
}

/* The team's entitlement and limit under the preset's ledger. */
static double entitled(const struct docket *d)
{
    double hours[2];
    ledgers[rule->ledger]->entitle(d, rule->ledger_settings[rule->ledger], &arena, hours);
    return hours[1];
}

static double limit(const struct docket *d)
{
    double hours[2] = {INFINITY, INFINITY};
    if (ledgers[rule->ledger]->limit)
        ledgers[rule->ledger]->limit(d, rule->ledger_settings[rule->ledger], &arena,
                                     hours);
    return hours[1];
}

/* ---- RWTH Aachen: help.itc.rwth-aachen.de, "Monthly Resource Allocation" ---- */

/* In July, for it and August are equally long. */
static double july(double quota, const double *used, size_t n_past)
{
    const double capacity[] = {quota, quota, quota, quota};
    return entitled(
        one_team((struct date){2025, 7, 1}, 744, quota, capacity, used, n_past));
}

static void test_rwth(void **state)
{
    (void)state;
    open_preset("rwth", NULL, 0);
    /* Available = (A previous + A now + A next) - (U previous + U now) [P]. */
    for (double u = 0; u <= 4000; u += 500)
        assert_near(july(2000, &u, 1), 6000 - u, 1e-9);
    /* Quota 2000: use of 2500, 1500, 2000 stays inside, 3000 three times exceeds [P]. */
    static const double inside[] = {2500, 1500, 2000}, exceeds[] = {3000, 3000, 3000};
    for (size_t n = 0; n < 3; n++) {
        assert_true(july(2000, inside, n) > inside[n] - 1e-6);
        assert_int_equal(july(2000, exceeds, n) > exceeds[n] - 1e-6, n < 2);
    }
    /* One month is carried, but not further; three months' worth in one at most [P]. */
    static const double nothing[4] = {0};
    assert_near(july(2000, nothing, 1), 6000, 1e-9);
    assert_near(july(2000, nothing, 4), 6000, 1e-9);
    /* No more jobs above 6 times the month's quota [P]. */
    assert_near(limit(one_team((struct date){2025, 7, 1}, 744, 2000, NULL, NULL, 0)),
                12000, 1e-9);
    close_preset();
}

/* ---- JSC Jülich: fz-juelich.de, "Allocation Procedures", CQ = PQ + MQ ---- */

static void test_jsc(void **state)
{
    (void)state;
    open_preset("jsc", NULL, 0);
    static const double month[] = {1000, 1000, 1000}, nothing[] = {0, 0, 0};
    static const double thrifty[] = {400}, deep[] = {1800}, deeper[] = {5000};
    /* This month, what is left of the last, and an overdraft of one month [P]. */
    assert_near(july(1000, thrifty, 1), 1000 + 600 + 1000, 1e-9);
    assert_near(july(1000, nothing, 3), 1000 + 1000 + 1000, 1e-9); /* older lapses */
    /* A debt is carried over, but none below one month's quota [P]. */
    assert_near(july(1000, deep, 1), 1000 - 800 + 1000, 1e-9);
    assert_near(july(1000, deeper, 1), 1000 - 1000 + 1000, 1e-9);
    /* No borrowing in the last month of a period, nothing is taken into the next [P]. */
    struct date october = {2025, 10, 1}, november = {2025, 11, 1};
    assert_near(entitled(one_team(october, 744, 1000, month, thrifty, 1)), 1600, 1e-9);
    assert_near(entitled(one_team(november, 720, 1000, month, nothing, 3)),
                1000 + 1000 * 744. / 720, 1e-9);
    assert_true(isinf(limit(one_team(november, 720, 1000, NULL, NULL, 0))));
    assert_int_equal(rule->beyond, BEYOND_DIVIDE);
    close_preset();
}

/* ---- years of 1,000,000 hours ---- */

/* The team's entitlement at the first of a month after n months of a year that began in
 * `first`: 10,000 hours were offered in each, the rest is still to come. */
static double of_a_million(struct date date, int first, const double *used, size_t n)
{
    double capacity[12], hours = 0;
    struct date end = {date.year + (first <= date.month), first, 1};
    struct date next = {date.year + date.month / 12, date.month % 12 + 1, 1};
    for (size_t k = 0; k < n; k++)
        capacity[k] = 10000;
    hours = 24 * (double)(date_to_days(end) - date_to_days(date));
    double until = 24 * (double)(date_to_days(next) - date_to_days(date));
    double rest = 1000000 - 10000 * (double)n;
    return entitled(one_team(date, until, rest / hours * until, capacity, used, n));
}

/* olcf.ornl.gov, "INCITE Allocation Under-utilization Policy", version 12.10 [P]. */
static void test_olcf(void **state)
{
    (void)state;
    static const struct {
        double used, lost_by_may, lost_by_september;
    } rows[] = {{50000, 285000, .75}, /* 1,000,000 with 50,000 used: 285,000 lost [P] */
                {99999, .3 * 900001, .75},
                {100000, .15 * 900000, .5},
                {149999, .15 * 850001, .5},
                {150000, 0, .5},
                {329999, 0, .5},
                {330000, 0, .33},
                {499999, 0, .33},
                {500000, 0, 0}};
    open_preset("olcf", NULL, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double used[8] = {0, rows[i].used}, left = 1000000 - rows[i].used;
        assert_near(of_a_million((struct date){2025, 4, 1}, 1, used, 3), left, 1e-6);
        left -= rows[i].lost_by_may;
        assert_near(of_a_million((struct date){2025, 5, 1}, 1, used, 4), left, 1e-6);
        assert_near(of_a_million((struct date){2025, 8, 1}, 1, used, 7), left, 1e-6);
        left *= 1 - rows[i].lost_by_september;
        assert_near(of_a_million((struct date){2025, 9, 1}, 1, used, 8), left, 1e-6);
    }
    close_preset();
}

/* nrel.gov/hpc, "Resource Allocation Reductions", 2020: what of 100,000 is removed and
 * remains on 10 January, April and July with no use, 6,000 and 9,000 hours a quarter [P];
 * here of a million. */
static void test_nrel(void **state)
{
    (void)state;
    static const struct {
        double a_quarter, remaining[3];
    } rows[] = {{0, {70000, 50000, 10000}},
                {6000, {79000, 58000, 7000}},
                {9000, {76000, 52000, 48000}},
                {14000, {86000, 72000, 58000}}}; /* 14, 28, 42 %: nothing is lost */
    static const struct date dates[] = {{2025, 2, 1}, {2025, 5, 1}, {2025, 8, 1}};
    open_preset("nrel", NULL, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; k < 3; k++) {
            double used[10] = {0};
            for (size_t quarter = 0; quarter <= k; quarter++)
                used[3 * quarter] = 10 * rows[i].a_quarter;
            assert_near(of_a_million(dates[k], 10, used, 4 + 3 * k),
                        10 * rows[i].remaining[k], 1e-6);
        }
    /* Use of January counts evenly: 9 of 31 days are before the 10th. */
    double early[4] = {0, 0, 0, 100000 * 31. / 9 + 1}, late[4] = {0, 0, 0, 310000};
    assert_near(of_a_million((struct date){2025, 2, 1}, 10, early, 4), 1000000 - early[3],
                1e-6);
    assert_near(of_a_million((struct date){2025, 2, 1}, 10, late, 4),
                1000000 - 310000 - 150000, 1e-6);
    close_preset();
}

/* docs.alcf.anl.gov, overburn policy: production until 125 % in the first 11 months [P].
 */
static void test_alcf(void **state)
{
    (void)state;
    double used[12] = {0, 400000, 400000, 300000};
    open_preset("alcf", NULL, 0);
    assert_near(of_a_million((struct date){2025, 11, 1}, 1, used, 10), 150000, 1e-6);
    assert_near(of_a_million((struct date){2025, 12, 1}, 1, used, 11), 0, 1e-6);
    used[3] = 100000;
    assert_near(of_a_million((struct date){2025, 12, 1}, 1, used, 11), 100000, 1e-6);
    assert_near(of_a_million((struct date){2026, 1, 1}, 1, used, 0), 1250000, 1e-6);
    close_preset();
}

/* ---- Waldur site agent, periodic limits ---- */

/* Base 1000, used 2000, half-life 15 days: 1968.75 next quarter [P]; blocked at 120 %. */
static void test_waldur(void **state)
{
    (void)state;
    static const double capacity[] = {300, 300, 400}, used[] = {1500, 0, 500};
    open_preset("waldur", NULL, 0);
    struct docket *d =
        one_team((struct date){2025, 4, 1}, 720, 1000 * 720. / 2184, capacity, used, 3);
    assert_near(entitled(d), 1968.75, 1e-9);
    assert_near(limit(d), 1.2 * 1968.75, 1e-9);
    d->history.n_past = 0; /* the first quarter: nothing is carried over */
    assert_near(entitled(d), 1000, 1e-9);
    close_preset();
}

/* ---- Slurm ---- */

/* Teams u1 to u5 with the shares and use of Slurm's tree (see test_factors.c), here flat:
 * what is tested is that the preset uses the fair tree, and a week's half-life. */
static void test_slurm(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 60, .share = 1},
                                             {.name = "b", .request = 60, .share = 1},
                                             {.name = "c", .request = 60, .share = 2}};
    open_preset("slurm", NULL, 0);
    struct docket *d = docket_of_rows(100, rows, 3, &arena);
    double capacity = 72000, used[] = {60000, 30000, 10000, 20000};
    struct award award;
    d->history = (struct history){1, used, &capacity, NULL, {2024, 12, 1}};
    assert_null(award_make(d, rule, &award, NULL, &arena, &scratch));
    size_t fair_share = (size_t)factor_find("fair_share");
    static const double ranks[] = {1. / 3, 1, 1}; /* level shares .5, 1.5, 1.5: a tie */
    for (size_t i = 0; i < 3; i++)
        assert_near(award.factor_values[fair_share][i], ranks[i], 1e-12);
    double old = exp2(-1 / 0.23), offered = 72000 + old * 72000;
    for (size_t i = 0; i < 3; i++)
        assert_near(award.entitled_hours[i + 1],
                    d->share_frac[i + 1] * offered - old * used[i + 1], 1e-6);
    close_preset();
    /* Reset monthly, its other way. */
    const char *monthly = "rule.ledger=reset";
    open_preset("slurm", &monthly, 1);
    d = docket_of_rows(100, rows, 3, &arena);
    d->date = (struct date){2025, 6, 1};
    d->history = (struct history){1, used, &capacity, NULL, {2025, 5, 1}};
    assert_null(award_make(d, rule, &award, NULL, &arena, &scratch));
    assert_near(award.entitled_hours[1], 18000, 1e-9);
    close_preset();
}

/* The weights of Slurm's configuration example [P] are 1000, 10000, 1000, 1000: age 7 of
 * 14 days, the lower rank of two, a quarter of the machine, full priority. */
static void test_multifactor(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 25, .score = 1},
                                             {.name = "b", .request = 100, .score = 0}};
    open_preset("multifactor", NULL, 0);
    struct docket *d = docket_of_rows(100, rows, 2, &arena);
    double capacity = 72000, used[] = {60000, 40000, 20000};
    struct award award;
    d->history = (struct history){1, used, &capacity, NULL, {2024, 12, 1}};
    ((struct claim *)d->claims)[0].months_unfilled = 0.23;
    assert_null(award_make(d, rule, &award, NULL, &arena, &scratch));
    assert_near(award.scores[0], .5 * 1 + .5 * 10 + .25 * 1 + 1 * 1, 1e-12);
    assert_near(award.scores[1], 0 * 1 + 1 * 10 + 1 * 1 + 0 * 1, 1e-12);
    assert_same(award.granted_gpus[0], 0);
    assert_same(award.granted_gpus[1], 100);
    close_preset();
}

/* ---- one team of bursty use under all ---- */

static double granted(const struct trial *t, const char *team, size_t month)
{
    return trial_cell(t, "teams.csv", team, "granted_gpus", month);
}

static double hours_entitled(const struct trial *t, const char *team, size_t month)
{
    return trial_cell(t, "groups.csv", team, "entitled_gpu_hours", month);
}

static void run_bursts(struct trial *t, const char *alternative)
{
    trial_run_file(t, "scenarios/centre-ledgers.cfg", alternative);
}

/* Months from October 2024: the bursts are in June, November and December 2025, March and
 * July to September 2026. */
enum { JUNE = 8, NOVEMBER = 13, DECEMBER = 14 };

/* Without a ledger: 500 of 1,100 that are asked for, of 600 GPUs in nodes of 4. */
static void test_bursts_without(void **state)
{
    (void)state;
    struct trial t;
    run_bursts(&t, NULL);
    assert_same(granted(&t, "Bursts", JUNE), 272);
    assert_same(granted(&t, "Bursts", DECEMBER), 272);
    assert_near(trial_outcome(&t, "fill_frac", "team", "Bursts", ""), .544, 1e-12);
    trial_release(&t);
}

/* Bursts saved a month and may borrow one: 3 months' worth of 200 GPUs. In Jülich May
 * counts too, and the period ends with October: nothing is saved for November. */
static void test_bursts_carry(void **state)
{
    (void)state;
    struct trial rwth, jsc;
    run_bursts(&rwth, "rwth");
    run_bursts(&jsc, "jsc");
    assert_same(hours_entitled(&rwth, "Bursts", JUNE), 3 * 200 * 720.);
    assert_same(hours_entitled(&jsc, "Bursts", JUNE), 200 * (744 + 720 + 744.));
    assert_same(hours_entitled(&rwth, "Bursts", NOVEMBER), 3 * 200 * 720.);
    assert_same(hours_entitled(&jsc, "Bursts", NOVEMBER), 200 * (720 + 744.));
    assert_true(granted(&rwth, "Bursts", JUNE) > 272);
    assert_true(granted(&rwth, "Bursts", NOVEMBER) > 272);
    assert_true(granted(&jsc, "Bursts", NOVEMBER) < 272);
    trial_release(&rwth);
    trial_release(&jsc);
}

/* Years, in GPU-hours. OLCF: of 200 * 8,760 = 1,752,000 Bursts loses 30 % in May; it uses
 * 272 * 720 in June, 11 % in all, and loses half of 1,030,560 in September: 515,280,
 * which is enough for 500 GPUs in November, when Steady has used up its year, and for
 * 208.7 in December, when the rest goes in proportion to what is missing: 336.6. ALCF:
 * Steady has 5/4 of 3,504,000 until November, of which 198,240 are left: 275.3 of 775.3
 * GPUs; in December nothing. */
static void test_bursts_of_years(void **state)
{
    (void)state;
    struct trial olcf, alcf;
    run_bursts(&olcf, "olcf");
    run_bursts(&alcf, "alcf");
    assert_same(granted(&olcf, "Bursts", JUNE), 272);
    assert_near(hours_entitled(&olcf, "Bursts", NOVEMBER), 515280, 1e-6);
    assert_same(hours_entitled(&olcf, "Steady", NOVEMBER), 0);
    assert_same(granted(&olcf, "Bursts", NOVEMBER), 500);
    assert_same(granted(&olcf, "Bursts", DECEMBER), 336);
    assert_same(granted(&alcf, "Bursts", JUNE), 272);
    assert_near(hours_entitled(&alcf, "Steady", NOVEMBER), 198240, 1e-6);
    assert_same(granted(&alcf, "Bursts", NOVEMBER), 388);
    assert_same(granted(&alcf, "Bursts", DECEMBER), 500);
    trial_release(&olcf);
    trial_release(&alcf);
}

/* NREL: by April 50 % of 1,752,000 are lost; what is left is enough for 500 GPUs in June.
 * Steady has used 600 * 5,832 of its 3,504,000, and gets the rest. By 10 July Bursts has
 * used 360,000, 20.5 %: 25 % are lost in total, and 954,000 are left. */
static void test_bursts_nrel(void **state)
{
    (void)state;
    struct trial t;
    run_bursts(&t, "nrel");
    assert_near(hours_entitled(&t, "Bursts", JUNE), 876000, 1e-6);
    assert_near(hours_entitled(&t, "Steady", JUNE), 4800, 1e-6);
    assert_same(granted(&t, "Bursts", JUNE), 500);
    assert_same(granted(&t, "Steady", JUNE), 100);
    assert_near(hours_entitled(&t, "Bursts", JUNE + 2), 954000, 1e-6);
    trial_release(&t);
}

/* Waldur: Bursts has more than it can ask, so nothing changes for it. Steady is blocked
 * in its first quarter at 1.2 * 400 * 2,208 hours; it used 600 * 1,464: in December 243.9
 * GPUs are left to it, and 360 idle. */
static void test_bursts_waldur(void **state)
{
    (void)state;
    struct trial t;
    run_bursts(&t, "waldur");
    assert_near(trial_outcome(&t, "fill_frac", "team", "Bursts", ""), .544, 1e-12);
    assert_same(granted(&t, "Steady", 1), 600);
    assert_same(granted(&t, "Steady", 2), 240);
    assert_same(trial_outcome(&t, "gpu_hours_idle", "all", "", ""), 360 * 744);
    trial_release(&t);
}

/* Slurm: after a week's half-life an idle past is worth little: a third of the pool and a
 * twentieth of that. In strict order of priority all goes to one. */
static void test_bursts_slurm(void **state)
{
    (void)state;
    struct trial slurm, multifactor;
    run_bursts(&slurm, "slurm");
    run_bursts(&multifactor, "multifactor");
    assert_same(granted(&slurm, "Bursts", JUNE), 212);
    assert_true(trial_outcome(&slurm, "fill_frac", "team", "Bursts", "") < .5);
    for (size_t month = 0; month < 27; month++) {
        double gpus = granted(&multifactor, "Bursts", month);
        assert_true(gpus == 0 || gpus == 500);
    }
    assert_same(granted(&multifactor, "Bursts", JUNE), 500);
    trial_release(&slurm);
    trial_release(&multifactor);
}

/* No two of them come to the same for both teams. */
static void test_bursts_differ(void **state)
{
    (void)state;
    static const char *const names[] = {NULL,   "rwth",  "jsc",         "olcf",  "nrel",
                                        "alcf", "slurm", "multifactor", "waldur"};
    enum { N = sizeof names / sizeof *names };
    double fill[N][2];
    for (size_t i = 0; i < N; i++) {
        struct trial t;
        run_bursts(&t, names[i]);
        fill[i][0] = trial_outcome(&t, "fill_frac", "team", "Bursts", "");
        fill[i][1] = trial_outcome(&t, "fill_frac", "team", "Steady", "");
        assert_int_equal(t.s->n_alternatives, i == 0 ? N - 1 : 0);
        trial_release(&t);
        for (size_t k = 0; k < i; k++)
            assert_true(fabs(fill[i][0] - fill[k][0]) > 1e-3 ||
                        fabs(fill[i][1] - fill[k][1]) > 1e-3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rwth),
        cmocka_unit_test(test_jsc),
        cmocka_unit_test(test_olcf),
        cmocka_unit_test(test_nrel),
        cmocka_unit_test(test_alcf),
        cmocka_unit_test(test_waldur),
        cmocka_unit_test(test_slurm),
        cmocka_unit_test(test_multifactor),
        cmocka_unit_test(test_bursts_without),
        cmocka_unit_test(test_bursts_carry),
        cmocka_unit_test(test_bursts_of_years),
        cmocka_unit_test(test_bursts_nrel),
        cmocka_unit_test(test_bursts_waldur),
        cmocka_unit_test(test_bursts_slurm),
        cmocka_unit_test(test_bursts_differ),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
