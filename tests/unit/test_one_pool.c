/* Divisions that read more than scores and shares: lots, work, lending, decisions. The
 * bare ones on worked examples, then within the award. */
#include "rule/lots.h"
#include "support/awards.h"

#include <stdio.h>
#include <string.h>

/* ---- lottery ---- */

/* Smallest lot / score first; those of score 0 last, by their lots. */
static void test_lottery(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {
        {.name = "a", .request = 60, .score = 0.5, .lot = 1.0}, /* key 2 */
        {.name = "b", .request = 60, .score = 0.2, .lot = 0.3}, /* 1.5 */
        {.name = "c", .request = 60, .score = 1.0, .lot = 2.5}, /* 2.5 */
        {.name = "d", .request = 60, .score = 0.0, .lot = 0.2},
        {.name = "e", .request = 60, .score = 0.0, .lot = 0.1}};
    static const double grants[][5] = {
        {0, 50, 0, 0, 0}, {40, 60, 0, 0, 0}, {60, 60, 60, 0, 20}, {60, 60, 60, 60, 60}};
    static const double capacities[] = {50, 100, 200, 400};
    for (size_t k = 0; k < 4; k++) {
        open_rule("lottery", OVER_PROJECTS, "none");
        assert_grants(docket_of_rows(capacities[k], rows, 5, &arena), grants[k]);
    }
    struct docket_row some[3]; /* floors first, and minimums that no longer fit go */
    memcpy(some, rows, sizeof some);
    some[2].floor = 30;
    open_rule("lottery", OVER_PROJECTS, "none");
    assert_grants(docket_of_rows(120, some, 3, &arena), (const double[]){30, 60, 30});
    some[2].min = 40;
    assert_grants(docket_of_rows(120, some, 3, &arena), (const double[]){60, 60, 0});
    assert_true(award.is_set_aside[2]);
}

/* Draws for replications of one month, and who comes first of claims so weighted. */
enum { N_DRAWS = 40000, N_RUNNERS = 4 };

static void count_firsts(const double *scores, double *firsts, double *lasts)
{
    struct docket_row rows[N_RUNNERS];
    static const char *const names[N_RUNNERS] = {"a", "b", "c", "d"};
    memset(rows, 0, sizeof rows);
    memset(firsts, 0, N_RUNNERS * sizeof *firsts);
    memset(lasts, 0, N_RUNNERS * sizeof *lasts);
    for (size_t i = 0; i < N_RUNNERS; i++)
        rows[i] = (struct docket_row){.name = names[i], .request = 1, .score = scores[i]};
    for (uint64_t r = 0; r < N_DRAWS; r++)
        for (int of_lasts = 0; of_lasts < 2; of_lasts++) {
            open_rule("lottery", OVER_PROJECTS, "none");
            struct docket *d =
                docket_of_rows(of_lasts ? N_RUNNERS - 1 : 1, rows, N_RUNNERS, &arena);
            for (size_t i = 0; i < N_RUNNERS; i++)
                ((struct claim *)d->claims)[i].lot =
                    lots_draw(1, r, 3, "pool", &d->claims[i]);
            make(d);
            for (size_t i = 0; i < N_RUNNERS; i++)
                if (of_lasts)
                    lasts[i] += award.granted_gpus[i] == 0;
                else
                    firsts[i] += award.granted_gpus[i] == 1;
        }
}

static void assert_odds(double n, double odds)
{
    double sd = sqrt(N_DRAWS * odds * (1 - odds));
    if (!(fabs(n - N_DRAWS * odds) < 4.5 * sd))
        fail_msg("%g of %d, expected odds of %g", n, N_DRAWS, odds);
}

/* The first is i with probability w_i / sum of w [T Efraimidis and Spirakis], so equal
 * claims are equal in distribution: at the end of the queue, too. */
static void test_odds(void **state)
{
    (void)state;
    double firsts[N_RUNNERS], lasts[N_RUNNERS];
    count_firsts((const double[]){0.1, 0.2, 0.3, 0.4}, firsts, lasts);
    for (size_t i = 0; i < N_RUNNERS; i++)
        assert_odds(firsts[i], 0.1 * (double)(i + 1));
    count_firsts((const double[]){0.7, 0.7, 0.7, 0.7}, firsts, lasts);
    for (size_t i = 0; i < N_RUNNERS; i++) {
        assert_odds(firsts[i], 0.25);
        assert_odds(lasts[i], 0.25);
    }
}

/* A lot is named by all that names it, and by nothing else. */
static void test_lots(void **state)
{
    (void)state;
    struct claim claim = {.name = "Llama", .project = 3, .claimant = 7};
    double lot = lots_draw(1, 2, 3, "a100", &claim), mean = 0;
    claim.claimant = 8; /* an order */
    claim.project = 0;
    assert_true(lot > 0 && lots_draw(1, 2, 3, "a100", &claim) == lot);
    assert_true(lots_draw(9, 2, 3, "a100", &claim) != lot);
    assert_true(lots_draw(1, 9, 3, "a100", &claim) != lot);
    assert_true(lots_draw(1, 2, 9, "a100", &claim) != lot);
    assert_true(lots_draw(1, 2, 3, "h100", &claim) != lot);
    claim.project = -1;
    assert_true(lots_draw(1, 2, 3, "a100", &claim) != lot);
    claim.name = "OPT";
    for (uint64_t r = 0; r < 10000; r++)
        mean += lots_draw(1, r, 3, "a100", &claim) / 10000;
    assert_true(fabs(mean - 1) < 0.05);
}

/* ---- finish-time ---- */

/* ORACLES section 3 [C]: 4 GPUs, A 8 and B 16 GPU-hours: split 2/2, then 4: rho 1, .75.
 */
static void test_finish_time(void **state)
{
    (void)state;
    struct docket_row rows[] = {{.name = "A", .request = 4, .left = 8, .alone = 4},
                                {.name = "B", .request = 4, .left = 16, .alone = 8}};
    open_rule("finish-time", OVER_PROJECTS, "none");
    assert_grants(docket_of_rows(4, rows, 2, &arena), (const double[]){2, 2});
    double done_a = 8 / award.granted_gpus[0]; /* hours until A is done */
    assert_near(done_a / 4, 1);
    rows[1].left = 16 - done_a * award.granted_gpus[1];
    rows[1].other = done_a;
    assert_grants(docket_of_rows(4, rows + 1, 1, &arena), (const double[]){4});
    assert_near((rows[1].other + rows[1].left / award.granted_gpus[0]) / 8, 0.75);
}

/* The worst rho first, until it is level with the next. Alone each would take 10 hours
 * for 100 GPU-hours; a has waited 10, b 5. With 30 GPUs at rho 2: a would need all in no
 * time, so it gets its request of 20; b and c share 10: 5 + 100 / gb = 100 / gc, gb + gc
 * = 10. */
static void test_catching_up(void **state)
{
    (void)state;
    struct docket_row rows[] = {
        {.name = "a", .request = 20, .left = 100, .other = 100, .alone = 10},
        {.name = "b", .request = 20, .left = 100, .other = 5, .alone = 10},
        {.name = "c", .request = 20, .left = 100, .other = 0, .alone = 10},
        {.name = "d", .request = 20}}; /* no work: last */
    open_rule("finish-time", OVER_PROJECTS, "none");
    make(docket_of_rows(30, rows, 4, &arena));
    double b = award.granted_gpus[1], c = award.granted_gpus[2];
    assert_near(award.granted_gpus[0], 20);
    assert_near(b + c, 10);
    assert_near(5 + 100 / b, 100 / c);
    assert_true(b > c && award.granted_gpus[3] == 0);
    make(docket_of_rows(70, rows, 4, &arena));
    assert_near(award.granted_gpus[2], 20);
    assert_near(award.granted_gpus[3], 10);
    /* Twice the time alone at the same hours: half as badly off. */
    rows[0].other = 0;
    rows[0].alone = 20;
    make(docket_of_rows(15, rows, 1, &arena));
    assert_near(award.granted_gpus[0], 15);
    rows[1].other = 0;
    make(docket_of_rows(15, rows, 2, &arena));
    assert_near(award.granted_gpus[0], 5);
    assert_near(award.granted_gpus[1], 10);
    rows[0].floor = 8;
    make(docket_of_rows(15, rows, 2, &arena));
    assert_near(award.granted_gpus[0], 8);
}

/* ---- borrow ---- */

/* Kueue's dominant resource share, in thousandths: the largest over the pools of what is
 * used beyond the nominal quota to what the cohort can lend, by the weight. */
static double borrowing_share(size_t n_pools, const double *used_gpus,
                              const double *nominal_gpus, const double *lendable_gpus,
                              double weight)
{
    double share = 0;
    for (size_t p = 0; p < n_pools; p++)
        if (lendable_gpus[p] > 0)
            share = fmax(share, 1000 * (used_gpus[p] - nominal_gpus[p]) /
                                    lendable_gpus[p] / weight);
    return share;
}

/* ORACLES section 1 [P Kueue]: shares in thousandths, rounded up. */
static void test_borrowing_share(void **state)
{
    (void)state;
    static const struct {
        double used[2], nominal[2], lendable[2], weight, share;
    } rows[] = {
        {{7}, {5}, {10}, 1, 200},
        {{7}, {5}, {10}, 2, 100},
        {{7}, {5}, {10}, 0.5, 400},
        {{501}, {500}, {1500}, 1, 1},
        {{5}, {5}, {10}, 1, 0},
        {{3}, {5}, {10}, 1, 0},
        {{7, 9}, {5, 6}, {10, 10}, 1, 300}, /* the largest over the pools */
        {{7, 6}, {5, 6}, {10, 10}, 1, 200},
        {{7, 1}, {5, 0}, {10, 0}, 1, 200}, /* a pool of which nothing can be lent */
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        assert_true(ceil(borrowing_share(2, rows[k].used, rows[k].nominal,
                                         rows[k].lendable, rows[k].weight)) ==
                    rows[k].share);
}

/* The cohort 300 of ORACLES section 1: C1 {1A 1, 1B 1, 1C 3} and C2 {2A} get 150 each,
 * inside C1 30, 30 and 90 [P Kueue]. */
static void test_cohorts(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "1A", .request = 300},
                                             {.name = "1B", .request = 300},
                                             {.name = "1C", .request = 300, .share = 3},
                                             {.name = "of C2", .request = 300}};
    open_rule("borrow", OVER_TREE, "none");
    struct docket *d = with_lab(docket_of_rows(300, rows, 4, &arena), 0, 2, 0, INFINITY);
    assert_grants(d, (const double[]){30, 30, 90, 150});
}

/* Nominal 50, 30 and 20 of 100. */
static struct docket *cohort(double a, double b, double c)
{
    const struct docket_row rows[] = {{.name = "a", .request = a},
                                      {.name = "b", .request = b},
                                      {.name = "c", .request = c}};
    static const double nominal[] = {50, 30, 20};
    struct docket *d = docket_of_rows(100, rows, 3, &arena);
    for (size_t g = 1; g <= 3; g++)
        ((struct bounds *)d->bounds)[g].floor_gpus = nominal[g - 1];
    return d;
}

static void test_borrow(void **state)
{
    (void)state;
    open_rule("borrow", OVER_TREE, "none");
    assert_grants(cohort(90, 90, 90), (const double[]){50, 30, 20});
    /* What a leaves goes to b and c in equal parts, beyond their quotas. */
    assert_grants(cohort(10, 90, 90), (const double[]){10, 50, 40});
    struct docket *d = cohort(10, 90, 90);
    struct bounds *bounds = (struct bounds *)d->bounds;
    ((struct group *)d->groups)[2].share = 3;
    assert_grants(d, (const double[]){10, 60, 30}); /* by weight */
    bounds[2].ceiling_gpus = 35;                    /* a borrowing limit of 5 */
    assert_grants(d, (const double[]){10, 35, 55});
    bounds[1].keep_gpus = 30; /* a lending limit of 20 */
    assert_grants(d, (const double[]){10, 35, 35});
    bounds[1].keep_gpus = 8; /* which it uses itself */
    assert_grants(d, (const double[]){10, 35, 55});
    d = cohort(0, 90, 90); /* who asks for nothing keeps all the same */
    ((struct bounds *)d->bounds)[1].keep_gpus = 30;
    assert_grants(d, (const double[]){0, 40, 30});
    ((struct docket_pool *)d->pools)[0].capacity_gpus = 60; /* quotas go before */
    assert_grants(d, (const double[]){0, 30, 20});
    ((struct docket_pool *)d->pools)[0].capacity_gpus = 40;
    assert_grants(d, (const double[]){0, 24, 16});
    /* A claim that was set aside does not return to what is kept. */
    d = cohort(0, 90, 90);
    ((struct bounds *)d->bounds)[1].keep_gpus = 30;
    ((struct claim *)d->claims)[2].min_gpus = 31;
    assert_grants(d, (const double[]){0, 70, 0});
    ((struct claim *)d->claims)[1].ceiling_gpus = 45;
    ((struct claim *)d->claims)[2].min_gpus = 28;
    assert_grants(d, (const double[]){0, 40, 30});
    ((struct claim *)d->claims)[2].min_gpus = 31;
    assert_grants(d, (const double[]){0, 45, 0});
}

/* Inside a lab a keeps 50 of its 60, uses 10, and neither its lab nor others get them. */
static void test_lending_limits_below(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 10},
                                             {.name = "b", .request = 200},
                                             {.name = "c", .request = 200}};
    open_rule("borrow", OVER_TREE, "none");
    struct docket *d =
        with_lab(docket_of_rows(200, rows, 3, &arena), 0, 1, 100, INFINITY);
    struct bounds *bounds = (struct bounds *)d->bounds;
    bounds[2].floor_gpus = 60;
    bounds[2].keep_gpus = 60;
    bounds[3].floor_gpus = 40;
    bounds[4].floor_gpus = 100;
    assert_grants(d, (const double[]){10, 40, 100}); /* 50 stay idle */
    bounds[2].keep_gpus = 20;
    assert_grants(d, (const double[]){10, 80, 100}); /* within the lab first: its quota */
    bounds[1].floor_gpus = 0; /* a lab's quota is at least those of its teams */
    assert_grants(d, (const double[]){10, 80, 100});
    bounds[1].floor_gpus = 20;
    assert_grants(d, (const double[]){10, 80, 100});
    /* Floors go before quotas: of 160, a and b have 10 and 40, c its 100, and the lab
     * what is left. */
    ((struct docket_pool *)d->pools)[0].capacity_gpus = 160;
    bounds[2].keep_gpus = 0;
    assert_grants(d, (const double[]){10, 50, 100});
}

/* One GPU after the other to whoever has the lowest share with it: within one GPU of the
 * division, on 500 random cohorts. */
static void test_borrow_against_shadow(void **state)
{
    (void)state;
    enum { MOST_MEMBERS = 7 };
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct dice dice = {seed};
        struct docket_row rows[MOST_MEMBERS];
        size_t n = 2 + dice_below(&dice, MOST_MEMBERS - 1);
        double nominal[MOST_MEMBERS], used[MOST_MEMBERS], lendable = 0, rest;
        static const char names[] = "a\0b\0c\0d\0e\0f\0g";
        memset(rows, 0, sizeof rows);
        for (size_t i = 0; i < n; i++) {
            nominal[i] = (double)dice_below(&dice, 40);
            rows[i].name = names + 2 * i;
            rows[i].request = (double)dice_below(&dice, 100);
            rows[i].share = 1 + (double)dice_below(&dice, 4);
            used[i] = fmin(nominal[i], rows[i].request);
            lendable += nominal[i];
        }
        rest = lendable;
        open_rule("borrow", OVER_TREE, "none");
        struct docket *d = docket_of_rows(lendable, rows, n, &arena);
        for (size_t i = 0; i < n; i++) {
            ((struct bounds *)d->bounds)[i + 1].floor_gpus = nominal[i];
            rest -= used[i];
        }
        for (; rest > 0; rest--) {
            size_t lowest = n;
            double least = INFINITY;
            for (size_t i = 0; i < n; i++) {
                double with = used[i] + 1;
                double share =
                    borrowing_share(1, &with, &nominal[i], &lendable, rows[i].share);
                if (with <= rows[i].request && share < least) {
                    least = share;
                    lowest = i;
                }
            }
            if (lowest == n)
                break;
            used[lowest]++;
        }
        make(d);
        for (size_t i = 0; i < n; i++)
            if (!(fabs(award.granted_gpus[i] - used[i]) < (double)n))
                fail_msg("seed %d: %g, one by one %g", (int)seed, award.granted_gpus[i],
                         used[i]);
    }
}

/* ---- fixed ---- */

static void test_fixed(void **state)
{
    (void)state;
    struct docket_row rows[] = {{.name = "a", .request = 60, .fixed = 50},
                                {.name = "b", .request = 60, .fixed = 80},
                                {.name = "c", .request = 60, .score = 1, .fixed = 30}};
    open_rule("fixed", OVER_TREE, "none");
    /* What goes beyond the request is cut; what is not decided stays idle. */
    assert_grants(docket_of_rows(200, rows, 3, &arena), (const double[]){50, 60, 30});
    /* More was decided than there is: in proportion. */
    assert_grants(docket_of_rows(70, rows, 3, &arena), (const double[]){25, 30, 15});
    struct docket *d = docket_of_rows(200, rows, 3, &arena);
    ((struct bounds *)d->bounds)[1].floor_gpus = 55; /* a floor stands above a decision */
    assert_grants(d, (const double[]){55, 60, 30});
    ((struct bounds *)d->bounds)[2].fixed_gpus = 0;
    assert_grants(d, (const double[]){55, 0, 30});
    /* Nobody returns beyond what was decided; within it the next claim does. */
    rows[2].min = 31;
    assert_grants(docket_of_rows(200, rows, 3, &arena), (const double[]){50, 60, 0});
    rows[2].min = 0;
    rows[2].fixed = 40;
    rows[1].score = 3;
    d = docket_of_rows(200, rows, 3, &arena);
    move_to_team(d, 1, 2); /* b and c in one team: by score 3 : 1 */
    assert_grants(d, (const double[]){50, 30, 10});
    ((struct claim *)d->claims)[2].min_gpus = 15; /* goes, and finds no room */
    assert_grants(d, (const double[]){50, 40, 0});
    ((struct claim *)d->claims)[2].min_gpus = 0;
    ((struct claim *)d->claims)[1].min_gpus = 35;
    assert_grants(d, (const double[]){50, 0, 40});
}

/* A lab's decisions are those of its teams together; in whole nodes they are rounded up.
 */
static void test_fixed_below(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {
        {.name = "a", .request = 60, .fixed = 20, .score = 1},
        {.name = "b", .request = 60, .fixed = 30, .score = 1},
        {.name = "c", .request = 60, .fixed = 25, .score = 1}};
    open_rule("fixed", OVER_TREE, "none");
    struct docket *d = with_lab(docket_of_rows(200, rows, 3, &arena), 0, 1, 0, INFINITY);
    assert_grants(d, (const double[]){20, 30, 25});
    ((struct group *)d->groups)[1].division = division_find("max-min");
    assert_grants(d, (const double[]){25, 25, 25}); /* the lab shares its 50 otherwise */
    ((struct group *)d->groups)[1].division = -1;
    rule.unit_gpus = 8;
    assert_grants(d, (const double[]){24, 32, 32});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lottery),
        cmocka_unit_test(test_odds),
        cmocka_unit_test(test_lots),
        cmocka_unit_test(test_finish_time),
        cmocka_unit_test(test_catching_up),
        cmocka_unit_test(test_borrowing_share),
        cmocka_unit_test(test_cohorts),
        cmocka_unit_test(test_borrow),
        cmocka_unit_test(test_lending_limits_below),
        cmocka_unit_test(test_borrow_against_shadow),
        cmocka_unit_test(test_fixed),
        cmocka_unit_test(test_fixed_below),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
