/* The scenarios of divisions with prices and with bundles: where they clearly differ from
 * `weighted`, and what a run records of prices. */
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

static double granted(const struct trial *t, const char *team, const char *pool,
                      size_t month)
{
    return trial_claim(t, team, pool, month)->granted_gpus;
}

static double price(const struct trial *t, const char *pool, size_t month)
{
    return trial_cell(t, "pools.csv", pool, "price", month);
}

/* What the GPUs of a team are worth to it, as the scenario says. */
static double worth(const struct trial *t, const char *team, double of_h100)
{
    return of_h100 * granted(t, team, "h100", 0) + granted(t, team, "a100", 0);
}

/* A market gives each team what it values: both have more than by scores [C]: Training
 * buys all h100s, and an a100 costs half of one. */
static void test_market(void **state)
{
    (void)state;
    struct trial market, weighted;
    trial_run_file(&market, "scenarios/two-gpu-types.cfg", NULL);
    trial_run_file(&weighted, "scenarios/two-gpu-types.cfg", "weighted");
    assert_near(worth(&market, "Training", 3), 1536, 0);
    assert_near(worth(&weighted, "Training", 3), 1280, 0);
    assert_near(worth(&market, "Serving", 1.2), 1024, 0);
    assert_near(worth(&weighted, "Serving", 1.2), 819.2, 1e-9);
    assert_near(price(&market, "h100", 0), 1.5, 1e-9);
    assert_near(price(&market, "a100", 0), 0.75, 1e-9);
    /* With three times the money Training buys a100s too: at p for one, 512 * 3 p + x * p
     * = 1152 and (1024 - x) p = 384. */
    assert_near(price(&market, "a100", 6), 0.6, 1e-9);
    assert_near(price(&market, "h100", 6), 1.8, 1e-9);
    assert_near(granted(&market, "Serving", "a100", 6), 640, 0);
    assert_same(price(&weighted, "h100", 0), NAN);
    trial_release(&market);
    trial_release(&weighted);
}

/* Who saves outbids: in March Burst has 1500 less two months' small change. */
static void test_auction(void **state)
{
    (void)state;
    struct trial auction, weighted, lapsed;
    trial_run_file(&auction, "scenarios/quarterly-budgets.cfg", NULL);
    trial_run_file(&weighted, "scenarios/quarterly-budgets.cfg", "weighted");
    trial_run_file(&lapsed, "scenarios/quarterly-budgets.cfg", "nothing carries");
    /* At 104 and 896 GPUs in whole nodes 500 buy 896 in January. */
    double paid = 104 * 500. / 896;
    double money = 1500 - 2 * paid;
    assert_near(price(&auction, "h100", 0), 500. / 896, 1e-9);
    assert_near(price(&auction, "h100", 2), (money + 500) / 1000, 1e-9);
    assert_near(granted(&auction, "Burst", "h100", 2), 736, 0);
    assert_near(granted(&weighted, "Burst", "h100", 2), 504, 0);
    assert_near(price(&auction, "h100", 8), 0.25, 0);
    assert_same(price(&weighted, "h100", 2), NAN);
    /* What is left at a quarter's end carries by half, or not: Steady has nothing left in
     * spring, but saves from August on. */
    double half = trial_cell(&auction, "groups.csv", "Steady", "credits", 9);
    double none = trial_cell(&lapsed, "groups.csv", "Steady", "credits", 9);
    assert_near(none, 1500 - 0.25 * 304, 1e-9);
    assert_true(half > none + 100);
    trial_release(&auction);
    trial_release(&weighted);
    trial_release(&lapsed);
}

/* The part of its bundle that a team can use: of h100 and l40s the smaller one. */
static double use(const struct trial *t, const char *team, double h100, double l40s)
{
    return fmin(granted(t, team, "h100", 0) / h100, granted(t, team, "l40s", 0) / l40s);
}

/* By scores Simulation can use a third of its bundle and blocks l40s that it cannot use;
 * by drf 4/9, and both have two thirds of a pool [C]. */
static void test_bundles(void **state)
{
    (void)state;
    struct trial drf, weighted, whole;
    trial_run_file(&drf, "scenarios/bundles.cfg", NULL);
    trial_run_file(&weighted, "scenarios/bundles.cfg", "weighted");
    trial_run_file(&whole, "scenarios/bundles.cfg", "whole tasks");
    assert_near(use(&drf, "Rendering", 450, 1800), 2. / 3, 1e-9);
    assert_near(use(&drf, "Simulation", 1350, 450), 4. / 9, 1e-9);
    assert_near(use(&weighted, "Rendering", 450, 1800), 3. / 4, 1e-9);
    assert_near(use(&weighted, "Simulation", 1350, 450), 1. / 3, 1e-9);
    assert_near(granted(&drf, "Simulation", "l40s", 0), 200, 1e-9);
    assert_near(granted(&weighted, "Simulation", "l40s", 0), 450, 0);
    trial_release(&drf);
    trial_release(&weighted);
    trial_release(&whole);
}

/* A market in too few rounds is told, month by month and as a whole. */
static void test_unsettled(void **state)
{
    (void)state;
    static const char text[] =
        "start = '2025-01-01'; months = 2;"
        "pools = ( { name = 'p'; gpus = 9; node_gpus = 1; },"
        "          { name = 'q'; gpus = 18; node_gpus = 1; } );"
        "teams = ( { name = 'A'; exploration = ( { pool = 'p'; gpus = 9.0; },"
        "                                        { pool = 'q'; gpus = 36.0; } ); },"
        "          { name = 'B'; exploration = ( { pool = 'p'; gpus = 27.0; },"
        "                                        { pool = 'q'; gpus = 9.0; } ); } );"
        "rule = { divide = 'market'; market = { rounds = %d; }; };";
    struct trial t;
    trial_run(&t, text, 2);
    const struct event_row *event = trial_event(&t, EVENT_UNSETTLED, "market", 1);
    assert_non_null(event);
    assert_string_equal(event->kind, "rule");
    assert_true(t.r.residual > 1e-9);
    assert_non_null(strstr(event->detail, "relative error 0."));
    trial_release(&t);
    trial_run(&t, text, 1000);
    assert_null(trial_event(&t, EVENT_UNSETTLED, "market", 0));
    assert_true(t.r.residual == 0);
    trial_release(&t);
}

/* Where there is enough for all nothing has a price, over the tree too, but for a reserve
 * price. */
static void test_plenty(void **state)
{
    (void)state;
    static const char text[] =
        "start = '2025-01-01'; months = 1;"
        "pools = ( { name = 'p'; gpus = 90; node_gpus = 1; },"
        "          { name = 'q'; gpus = 180; node_gpus = 1; } );"
        "teams = ( { name = 'A'; exploration = ( { pool = 'p'; gpus = 9.0; },"
        "                                        { pool = 'q'; gpus = 36.0; } ); },"
        "          { name = 'B'; exploration = ( { pool = 'p'; gpus = 27.0; } ); } );"
        "rule = { divide = '%s'; over = '%s'; };";
    static const struct {
        const char *division, *over;
        double price;
    } cases[] = {
        {"market", "tree", 0}, {"market", "projects", 0}, {"auction", "tree", 0.25}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct trial t;
        trial_run(&t, text, cases[k].division, cases[k].over);
        assert_near(price(&t, "p", 0), cases[k].price, 0);
        assert_near(price(&t, "q", 0), cases[k].price, 0);
        assert_near(granted(&t, "B", "p", 0), 27, 0);
        assert_near(granted(&t, "A", "q", 0), 36, 0);
        trial_release(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_market),  cmocka_unit_test(test_auction),
        cmocka_unit_test(test_bundles), cmocka_unit_test(test_unsettled),
        cmocka_unit_test(test_plenty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
