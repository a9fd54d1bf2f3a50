/* The bare divisions against worked examples. */
#include "support/tables.h"

/* ---- one pool: max-min, equal, proportional, weighted; rules for claims ----
 * ORACLES section 1: Talmud for 100 to 300 [P Aumann and Maschler 1985], the rest [C]. */

static void test_claims_rules(void **state)
{
    (void)state;
    static const struct {
        const char *division;
        double estate, grants[3];
    } rows[] = {
        {"proportional", 100, {50. / 3, 100. / 3, 50}},
        {"proportional", 200, {100. / 3, 200. / 3, 100}},
        {"proportional", 300, {50, 100, 150}},
        {"equal", 100, {100. / 3, 100. / 3, 100. / 3}},
        {"equal", 200, {200. / 3, 200. / 3, 200. / 3}},
        {"equal", 300, {100, 100, 100}},
        {"equal", 500, {100, 200, 200}},
        {"max-min", 300, {100, 100, 100}},
        {"proportional", 700, {100, 200, 300}},
        {"equal-awards", 100, {100. / 3, 100. / 3, 100. / 3}},
        {"equal-awards", 200, {200. / 3, 200. / 3, 200. / 3}},
        {"equal-awards", 300, {100, 100, 100}},
        {"equal-awards", 500, {100, 200, 200}},
        {"equal-losses", 100, {0, 0, 100}},
        {"equal-losses", 200, {0, 50, 150}},
        {"equal-losses", 300, {0, 100, 200}},
        {"equal-losses", 450, {50, 150, 250}},
        {"talmud", 100, {100. / 3, 100. / 3, 100. / 3}},
        {"talmud", 200, {50, 75, 75}},
        {"talmud", 300, {50, 100, 150}},
        {"talmud", 400, {50, 125, 225}}, /* what 200 loses, the other way round */
        {"talmud", 500, {200. / 3, 500. / 3, 800. / 3}},
        {"talmud", 700, {100, 200, 300}},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct table t;
        open_table(&t, rows[k].division, 3, rows[k].estate);
        for (size_t i = 0; i < 3; i++)
            t.want[i] = 100 * (double)(i + 1);
        divide(&t);
        assert_grants(&t, "estate", rows[k].grants);
    }
}

static void test_weights(void **state)
{
    (void)state;
    struct table t;
    open_table(&t, "max-min", 3, 10); /* ORACLES section 1, weights 1, 2, 1 */
    t.want[0] = 2;
    t.want[1] = t.want[2] = 10;
    t.parties[1].share = 2;
    divide(&t);
    assert_grants(&t, "shares", (const double[]){2, 16. / 3, 8. / 3});

    open_table(&t, "weighted", 4, 100);
    for (size_t i = 0; i < 4; i++)
        t.want[i] = 60;
    t.parties[0].score = 0.3;
    t.parties[1].score = 0.1;
    t.parties[2].score = -5; /* counts as 0: served last, equally */
    t.parties[3].score = 0;
    divide(&t);
    assert_grants(&t, "scores", (const double[]){60, 40, 0, 0});
    t.capacity[0] = 150;
    divide(&t);
    assert_grants(&t, "scores", (const double[]){60, 60, 15, 15});

    open_table(&t, "weighted", 3, 60);
    set(&t, "weight", 1); /* score*request: 10 : 20 : 60 */
    t.want[0] = 20, t.want[1] = 20, t.want[2] = 60;
    t.parties[0].score = 0.5, t.parties[1].score = 1, t.parties[2].score = 1;
    divide(&t);
    assert_grants(&t, "score*request", (const double[]){60. / 9, 120. / 9, 40});
    /* A claim of twice the request is as good as two claims. */
    open_table(&t, "weighted", 4, 60);
    set(&t, "weight", 1);
    t.want[0] = t.want[1] = 20, t.want[2] = t.want[3] = 30;
    t.parties[0].score = 0.5, t.parties[1].score = 1;
    t.parties[2].score = t.parties[3].score = 1;
    divide(&t);
    assert_grants(&t, "split", (const double[]){60. / 9, 120. / 9, 20, 20});
}

static void test_floors(void **state)
{
    (void)state;
    struct table t;
    open_table(&t, "proportional", 3, 90);
    for (size_t i = 0; i < 3; i++)
        t.want[i] = 60 * (double)(i + 1); /* 15, 30, 45 without the floor */
    t.floor[0] = 40;
    divide(&t);
    assert_grants(&t, "floor", (const double[]){40, 20, 30});
    t.type = &divide_equal_losses; /* 120 and 180 lose 105 each, 60 no more than 20 */
    divide(&t);
    assert_grants(&t, "losses", (const double[]){40, 0, 50});
    t.type = &divide_talmud; /* the halves are 40 with the floor, 60 and 90 */
    divide(&t);
    assert_grants(&t, "first half", (const double[]){40, 25, 25});
    t.capacity[0] = 250; /* 60 beyond the halves; losses of 20, 60 and 90 become equal */
    divide(&t);
    assert_grants(&t, "second half", (const double[]){40, 75, 135});
}

/* ---- ranked ---- */

static void test_ranked(void **state)
{
    (void)state;
    struct table t;
    open_table(&t, "ranked", 5, 100);
    static const double scores[] = {0.2, 0.9, 0.5, 0.5, 0.1};
    for (size_t i = 0; i < 5; i++) {
        t.parties[i].score = scores[i];
        t.want[i] = 40;
    }
    divide(&t);
    assert_grants(&t, "a tie", (const double[]){0, 40, 30, 30, 0});
    t.parties[3].share = 2; /* a tie is shared by max-min over shares */
    divide(&t);
    assert_grants(&t, "a tie by share", (const double[]){0, 40, 20, 40, 0});
    t.want[3] = 25;
    divide(&t);
    assert_grants(&t, "a small one", (const double[]){0, 40, 35, 25, 0});
    t.floor[4] = 10;
    t.floor[0] = 5;
    divide(&t);
    assert_grants(&t, "floors first", (const double[]){5, 40, 20, 25, 10});
    t.capacity[0] = 500;
    divide(&t);
    assert_grants(&t, "plenty", (const double[]){40, 40, 40, 25, 40});
    t.capacity[0] = 0;
    t.floor[4] = t.floor[0] = 0;
    divide(&t);
    assert_grants(&t, "none", (const double[]){0, 0, 0, 0, 0});
}

/* ---- quota: ORACLES section 1, every row [P KAI-Scheduler] ---- */

static void test_quota(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t n;
        double capacity;
        double deserved[3], request[3], ceiling[3], weight[3];
        int class[3];
        double k, usage[3], age[3], grants[3];
    } rows[] = {
        {"plenty", 2, 15, {2, 2}, {6, 6}, {0}, {2, 2}, {0}, 0, {0}, {0}, {6, 6}},
        {"ceiling", 2, 12, {2, 2}, {6, 6}, {5, 0}, {2, 2}, {0}, 0, {0}, {0}, {5, 6}},
        {"1:4", 2, 11, {2, 2}, {10, 10}, {0}, {1, 4}, {0}, 0, {0}, {0}, {3, 8}},
        {"odd", 2, 11, {2, 2}, {6, 6}, {0}, {2, 2}, {0}, 0, {0}, {9, 1}, {6, 5}},
        {"odd, b older", 2, 11, {2, 2}, {6, 6}, {0}, {2, 2}, {0}, 0, {0}, {1, 9}, {5, 6}},
        {"odd, by name", 2, 11, {2, 2}, {6, 6}, {0}, {2, 2}, {0}, 0, {0}, {0}, {6, 5}},
        {"deserved", 2, 4, {2, 2}, {6, 6}, {0}, {2, 2}, {1, 2}, 0, {0}, {0}, {2, 2}},
        {"class", 2, 6, {2, 2}, {6, 6}, {0}, {2, 2}, {1, 2}, 0, {0}, {0}, {2, 4}},
        {"3:1", 2, 100, {10, 10}, {100, 100}, {0}, {3, 1}, {0}, 0, {0}, {0}, {70, 30}},
        {"over", 1, 1, {3}, {2}, {0}, {1}, {0}, 0, {0}, {0}, {2}},
        {"large",
         3,
         10000,
         {5000, 5000, 5000},
         {7000, 5000, 2000},
         {0},
         {1, 1, 1},
         {0},
         0,
         {0},
         {0},
         {5000, 5000, 2000}},
        /* A wants just its offer: no further round, and b's remainder of 7/8 counts. */
        {"exact",
         3,
         16,
         {0},
         {4, 20, 20},
         {0},
         {4, 5.875, 6.125},
         {0},
         0,
         {0},
         {0},
         {4, 6, 6}},
        {"past use", 2, 16, {0}, {16, 16}, {0}, {1, 1}, {0}, 1, {.5, 0}, {0}, {5, 11}},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct table t;
        open_table(&t, "quota", rows[r].n, rows[r].capacity);
        set(&t, "k", rows[r].k);
        for (size_t i = 0; i < rows[r].n; i++) {
            double ceiling = rows[r].ceiling[i] > 0 ? rows[r].ceiling[i] : INFINITY;
            t.want[i] = smaller(rows[r].request[i], ceiling);
            t.floor[i] = smaller(rows[r].deserved[i], t.want[i]);
            t.parties[i].share = rows[r].weight[i];
            t.parties[i].class = rows[r].class[i];
            t.parties[i].usage_frac = rows[r].usage[i];
            t.parties[i].age_months = rows[r].age[i];
        }
        divide(&t);
        assert_grants(&t, rows[r].name, rows[r].grants);
    }
}

/* Three thirds of a whole number are whole numbers, whatever the arithmetic says, also of
 * what is one only nearly; all classes, of any number, are served. */
static void test_quota_arithmetic(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 49; n++) {
        struct table t;
        open_table(&t, "quota", n, (double)(7 * n));
        double total = 0;
        for (size_t i = 0; i < n; i++) {
            t.want[i] = 100;
            t.parties[i].share = 0.1;
        }
        divide(&t);
        for (size_t i = 0; i < n; i++)
            assert_true(fabs(t.grants[i] - 7) < 1e-9);
        t.capacity[0] = nextafter((double)n, 0);
        divide(&t);
        for (size_t i = 0; i < n; i++)
            assert_true(fabs(t.grants[i] - 1) < 1e-9);
        for (size_t i = 0; i < n; i++)
            t.parties[i].class = i % 3 == 0 ? INT64_MAX : i % 3 == 1 ? INT64_MIN : 0;
        t.capacity[0] = 10.5 + 100 * (double)((n + 2) / 3);
        divide(&t);
        for (size_t i = 0; i < n; i++) {
            assert_true(t.grants[i] == 100 || t.parties[i].class < INT64_MAX);
            total += t.grants[i];
        }
        assert_true(total > smaller(t.capacity[0], 100 * (double)n) - 1);
        assert_true(total < t.capacity[0] + 1e-9);
    }
}

/* ---- several pools: DRF [P Ghodsi et al., C] ---- */

/* Tasks of A <1 CPU, 4 GB> and B <3 CPU, 1 GB> on 9 CPU and 18 GB, divisible. */
static void run_drf(double share_a, double share_b, double *tasks_a, double *tasks_b)
{
    struct table t;
    open_table(&t, "drf", 2, 9);
    t.n_pools = 2;
    t.capacity[1] = 18;
    t.want[0] = 100, t.want[1] = 400;
    t.want[2] = 300, t.want[3] = 100;
    t.parties[0].share = share_a;
    t.parties[1].share = share_b;
    divide(&t);
    *tasks_a = t.grants[0];
    *tasks_b = t.grants[3];
    assert_true(fabs(t.grants[1] - 4 * t.grants[0]) < 1e-9);
    assert_true(fabs(t.grants[2] - 3 * t.grants[3]) < 1e-9);
}

static void test_drf(void **state)
{
    (void)state;
    double a, b;
    run_drf(1, 1, &a, &b);
    assert_true(fabs(a - 3) < 1e-9 && fabs(b - 2) < 1e-9);
    assert_true(fabs(4 * a / 18 - 2. / 3) < 1e-9 && fabs(3 * b / 9 - 2. / 3) < 1e-9);
    run_drf(0.5, 0.5, &a, &b); /* shares are relative */
    assert_true(fabs(a - 3) < 1e-9 && fabs(b - 2) < 1e-9);
    /* Weights 2, 1 [C]: in whole tasks 4 and 1; divisible, memory is full at dominant
     * shares of 12/13 and 6/13. */
    run_drf(2, 1, &a, &b);
    assert_true(fabs(a - 54. / 13) < 1e-9 && fabs(b - 18. / 13) < 1e-9);
    assert_true(floor(a) == 4 && floor(b) == 1);
}

static void test_drf_goes_on(void **state)
{
    (void)state;
    struct table t; /* a and b meet on pool 0; c is alone on pool 1 but for b */
    open_table(&t, "drf", 3, 10);
    t.n_pools = 3;
    t.capacity[1] = 10;
    t.capacity[2] = 0; /* a pool without GPUs holds nobody back */
    t.want[0] = 10;
    t.want[3] = 10, t.want[4] = 5, t.want[5] = 7;
    t.want[7] = 10;
    divide(&t);
    assert_grants(&t, "full", (const double[]){5, 0, 0, 5, 2.5, 0, 0, 7.5, 0});
    t.floor[0] = 8; /* a floor on the full pool leaves b less */
    divide(&t);
    assert_grants(&t, "floor", (const double[]){8, 0, 0, 2, 1, 0, 0, 9, 0});
    /* Floors that fill a pool do not stop their owners on the others. */
    t.floor[3] = 2;
    divide(&t);
    assert_grants(&t, "floors", (const double[]){8, 0, 0, 2, 1, 0, 0, 9, 0});
    open_table(&t, "drf", 2, 9); /* on one pool it is max-min */
    t.want[0] = 3, t.want[1] = 100;
    divide(&t);
    assert_grants(&t, "one pool", (const double[]){3, 6});
}

/* ---- credits: three rounds of Karma [P, run] ---- */

static void test_karma(void **state)
{
    (void)state;
    static const double wants[3][3] = {{4, 1, 1}, {0, 3, 0}, {2, 2, 5}};
    static const double grants[3][3] = {{4, 1, 1}, {0, 3, 0}, {1, 1, 4}};
    static const double credits[3][3] = {{-2, 1, 1}, {0, 0, 3}, {1, 1, 1}};
    static const double starts[] = {10, 1000, 1e9};
    for (size_t s = 0; s < 3; s++) {
        struct table t;
        open_table(&t, "credits", 3, 6);
        set(&t, "alpha", 0.5);
        for (size_t i = 0; i < 3; i++)
            t.accounts[i] = starts[s];
        for (size_t round = 0; round < 3; round++) {
            memcpy(t.want, wants[round], sizeof wants[round]);
            divide(&t);
            assert_grants(&t, "karma", grants[round]);
            for (size_t i = 0; i < 3; i++)
                assert_true(fabs(t.next_accounts[i] - starts[s] - credits[round][i]) <
                            1e-15 * starts[s] + 1e-9);
            memcpy(t.accounts, t.next_accounts, sizeof t.accounts);
        }
    }
}

static void test_credits_run_out(void **state)
{
    (void)state;
    struct table t;
    open_table(&t, "credits", 2, 8);
    set(&t, "alpha", 0.5); /* 2 guaranteed and 2 free credits each */
    t.want[0] = t.want[1] = 8;
    t.accounts[0] = 1;
    t.accounts[1] = -5; /* in debt: nothing to borrow with */
    divide(&t);
    assert_grants(&t, "debt", (const double[]){5, 2});
    assert_true(t.next_accounts[0] == 0 && t.next_accounts[1] == -3);
    t.accounts[0] = 4; /* the richest borrows first */
    t.accounts[1] = 1;
    divide(&t);
    assert_grants(&t, "rich", (const double[]){5.5, 2.5});
    assert_true(t.next_accounts[0] == 2.5 && t.next_accounts[1] == 2.5);
    t.accounts[0] = 1e17; /* far apart, and more than digits */
    divide(&t);
    assert_grants(&t, "very rich", (const double[]){6, 2});
    t.floor[1] = 5; /* a floor is guaranteed, whatever the share */
    divide(&t);
    assert_grants(&t, "floor", (const double[]){3, 5});
    set(&t, "alpha", 0);
    t.floor[1] = 0;
    t.want[1] = 1;
    t.accounts[0] = 2;
    t.accounts[1] = 0; /* what is lent can be borrowed, for credits only */
    divide(&t);
    assert_grants(&t, "lent", (const double[]){6, 1});
    assert_true(t.next_accounts[0] == 0 && t.next_accounts[1] == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims_rules), cmocka_unit_test(test_weights),
        cmocka_unit_test(test_floors),       cmocka_unit_test(test_ranked),
        cmocka_unit_test(test_quota),        cmocka_unit_test(test_quota_arithmetic),
        cmocka_unit_test(test_drf),          cmocka_unit_test(test_drf_goes_on),
        cmocka_unit_test(test_karma),        cmocka_unit_test(test_credits_run_out),
    };
    return cmocka_run_group_tests(tests, make_scratch, release_scratch) != 0;
}
