/* Division market against published markets and against the optimality conditions of its
 * convex program (Karush, Kuhn, Tucker), which are written here from the program itself:
 * maximise sum_i B_i log u_i over floor <= x <= want with sum_i x <= capacity. */
#include "support/tables.h"

enum { BUNDLE = 1, LINEAR = 2 };

static const double off = 1e-9; /* what is allowed, without units */

static void make_pools(struct table *t, size_t n, const double *capacity)
{
    t->n_pools = n;
    memcpy(t->capacity, capacity, n * sizeof *capacity);
}

/* ---- published ---- */

/* Budgets of 1 on 9 CPU and 18 GB, A <1, 4> and B <3, 1> a task: 45/11 and 18/11 tasks
 * [P Ghodsi et al., NSDI 2011, section 5.2, competitive equilibrium from equal incomes].
 */
static void test_equal_incomes(void **state)
{
    (void)state;
    struct table t;
    open_table(&t, "market", 2, 0);
    make_pools(&t, 2, (const double[]){9, 18});
    static const double want[] = {100, 400, 300, 100};
    memcpy(t.want, want, sizeof want);
    divide(&t);
    assert_grants(&t, "incomes",
                  (const double[]){45. / 11, 180. / 11, 54. / 11, 18. / 11});
    /* All that there is costs all the money, and each pays as much as the other. */
    assert_true(fabs(9 * t.prices[0] + 18 * t.prices[1] - 27) < 1e-9);
    assert_true(fabs(t.prices[0] * t.grants[0] + t.prices[1] * t.grants[1] - 13.5) <
                1e-9);
    assert_true(t.residual == 0);
    t.parties[0].share = 7; /* equal budgets, whatever the shares */
    set(&t, "budgets", 1);
    divide(&t);
    assert_grants(&t, "equal", (const double[]){45. / 11, 180. / 11, 54. / 11, 18. / 11});
}

/* Values (2, 1) and (1, 2), equal budgets: each gets the good that it prefers, at prices
 * of 1 and 1 [P]. */
static void test_symmetric(void **state)
{
    (void)state;
    struct table t;
    open_table(&t, "market", 2, 0);
    make_pools(&t, 2, (const double[]){1, 1});
    static const double value[] = {2, 1, 1, 2};
    memcpy(t.value, value, sizeof value);
    for (size_t cell = 0; cell < 4; cell++)
        t.want[cell] = 1;
    divide(&t);
    assert_grants(&t, "symmetric", (const double[]){1, 0, 0, 1});
    assert_true(fabs(t.prices[0] - 1) < off && fabs(t.prices[1] - 1) < off);
    /* Money 3 to 1: b still buys of pool 1 alone; a, whose money is 3/2, what is left of
     * it until it costs what a pays for a value of 1 [C]: price of pool 0 p, of pool 1
     * p / 2 with p + p / 2 = 2, so b gets (1/2) / (2/3) = 3/4. */
    t.parties[0].budget = 3;
    t.parties[1].budget = 1;
    divide(&t);
    assert_grants(&t, "3 to 1", (const double[]){1, 0.25, 0, 0.75});
    assert_true(fabs(t.prices[0] - 4. / 3) < off && fabs(t.prices[1] - 2. / 3) < off);
    /* a wants no more than half of pool 0, and of pool 1 gets x with 3/2 / (1 + x) = the
     * price = 2 * 1/2 / (1/2 + 2 (1 - x)) [C]. */
    t.want[0] = 0.5;
    divide(&t);
    assert_grants(&t, "want", (const double[]){0.5, 0.6875, 0.5, 0.3125});
}

/* On one pool it is water filling by budgets, whatever the utility. */
static void test_one_pool(void **state)
{
    (void)state;
    static const double want[] = {2, 10, 10}, budget[] = {1, 2, 1};
    for (int utility = BUNDLE; utility <= LINEAR; utility++) {
        struct table t;
        open_table(&t, "market", 3, 10);
        set(&t, "utility", utility);
        memcpy(t.want, want, sizeof want);
        for (size_t i = 0; i < 3; i++)
            t.parties[i].budget = budget[i];
        divide(&t);
        assert_grants(&t, "weights", (const double[]){2, 16. / 3, 8. / 3});
        t.floor[2] = 4;
        divide(&t);
        assert_grants(&t, "floor", (const double[]){2, 4, 4});
        t.capacity[0] = 100; /* plenty costs nothing */
        divide(&t);
        assert_grants(&t, "plenty", want);
        assert_true(t.prices[0] == 0);
        t.capacity[0] = 4; /* floors take all: there is no price */
        divide(&t);
        assert_grants(&t, "floors", (const double[]){0, 0, 4});
        assert_true(isnan(t.prices[0]) && t.residual == 0);
        t.capacity[0] = 0;
        t.floor[2] = 0;
        divide(&t);
        assert_grants(&t, "nothing", (const double[]){0, 0, 0});
        assert_true(t.prices[0] == 0);
    }
}

/* Too few rounds are said, and what is granted still fits. */
static void test_unsettled(void **state)
{
    (void)state;
    for (int utility = BUNDLE; utility <= LINEAR; utility++) {
        struct table t;
        open_table(&t, "market", 3, 0);
        make_pools(&t, 3, (const double[]){9, 18, 5});
        set(&t, "utility", utility);
        set(&t, "rounds", 1);
        for (size_t cell = 0; cell < 9; cell++) {
            t.want[cell] = 5 + (double)(cell * cell % 7);
            t.value[cell] = 1 + (double)(cell * cell % 5);
        }
        divide(&t);
        assert_true(t.residual > off);
        for (size_t p = 0; p < 3; p++) {
            double sum = t.grants[p] + t.grants[3 + p] + t.grants[6 + p];
            assert_true(sum <= t.capacity[p] * (1 + off));
        }
        set(&t, "rounds", 1000);
        divide(&t);
        assert_true(t.residual == 0);
    }
}

/* ---- at random, against the optimality conditions ---- */

static void make_random(struct table *t, uint64_t seed, int utility)
{
    struct dice dice = {seed};
    open_table(t, "market", 1 + dice_below(&dice, 14), 0);
    t->n_pools = 1 + dice_below(&dice, 3);
    set(t, "utility", utility);
    bool has_floors = dice_chance(&dice, 0.4), is_round = dice_chance(&dice, 0.3);
    double scarcity = 0.1 + 1.5 * dice_uniform(&dice);
    for (size_t i = 0; i < t->n; i++) {
        t->parties[i].share = is_round ? 1 : 0.05 + dice_uniform(&dice);
        if (dice_chance(&dice, 0.3))
            t->parties[i].budget = 0.1 + 2 * dice_uniform(&dice);
        for (size_t p = 0; p < t->n_pools; p++) {
            size_t cell = i * t->n_pools + p;
            double x = dice_uniform(&dice);
            if (dice_chance(&dice, 0.2))
                continue;
            t->want[cell] = is_round ? 1 + floor(10 * x) : 100 * x;
            t->value[cell] =
                1 + (is_round ? floor(3 * dice_uniform(&dice)) : 9 * dice_uniform(&dice));
            if (has_floors && dice_chance(&dice, 0.3))
                t->floor[cell] = t->want[cell] * dice_uniform(&dice);
        }
    }
    for (size_t p = 0; p < t->n_pools; p++) {
        double wanted = 0, floors = 0;
        for (size_t i = 0; i < t->n; i++) {
            wanted += t->want[i * t->n_pools + p];
            floors += t->floor[i * t->n_pools + p];
        }
        t->capacity[p] = fmax(1.1 * floors, scarcity * wanted * dice_uniform(&dice));
    }
}

/* Money in the unit of the prices: all of it buys all GPUs at a price of 1. */
static double money_of(const struct table *t, size_t i)
{
    double sum = 0, own = 0, gpus = 0;
    for (size_t k = 0; k < t->n; k++) {
        double budget =
            t->parties[k].budget > 0 ? t->parties[k].budget : t->parties[k].share;
        bool takes_part = false;
        for (size_t p = 0; p < t->n_pools; p++)
            takes_part |= t->want[k * t->n_pools + p] > 0 && t->capacity[p] > 0;
        sum += takes_part ? budget : 0;
        own = k == i ? budget : own;
    }
    for (size_t p = 0; p < t->n_pools; p++)
        gpus += t->capacity[p];
    return gpus * own / sum;
}

/* Purchases fit, and what is left of a pool is free. */
static void check_pools(const struct table *t, const char *name)
{
    for (size_t p = 0; p < t->n_pools; p++) {
        double sum = 0;
        for (size_t i = 0; i < t->n; i++)
            sum += t->grants[i * t->n_pools + p];
        if (!(sum <= t->capacity[p] * (1 + off)))
            fail_msg("%s: %.17g of %.17g GPUs", name, sum, t->capacity[p]);
        if (t->prices[p] > 1e-7 && sum < t->capacity[p] * (1 - 1e-8))
            fail_msg("%s: %.17g of %.17g GPUs at a price of %g", name, sum,
                     t->capacity[p], t->prices[p]);
        assert_true(t->capacity[p] == 0 || t->prices[p] >= 0);
    }
}

/* d/dx of B log(v x) is the price between the bounds, at least that at the upper one, at
 * most that at the lower one. */
static void check_linear(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++) {
        double utility = 0, money = money_of(t, i);
        for (size_t cell = i * t->n_pools; cell < (i + 1) * t->n_pools; cell++)
            utility += t->grants[cell] * (t->value[cell] > 0 ? t->value[cell] : 1);
        for (size_t p = 0; p < t->n_pools; p++) {
            size_t cell = i * t->n_pools + p;
            double value = t->value[cell] > 0 ? t->value[cell] : 1;
            double gain = money * value / utility - t->prices[p];
            double slack = 1e-8 * (1 + t->prices[p]), edge = 1e-8 * t->want[cell];
            if (t->want[cell] == 0 || t->capacity[p] == 0)
                continue;
            if (t->grants[cell] < t->want[cell] - edge && gain > slack)
                fail_msg("%s: party %zu would buy more of pool %zu: %g", name, i, p,
                         gain);
            if (t->grants[cell] > t->floor[cell] + edge && gain < -slack)
                fail_msg("%s: party %zu would buy less of pool %zu: %g", name, i, p,
                         gain);
        }
    }
}

/* With x = max(floor, level * want): B / level is the cost of one more part of the
 * bundle on the pools beyond their floors, but for a level of 1 and at the floors, where
 * it lies between the costs without and with the pools that begin there. */
static void check_bundles(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++) {
        double level = 1, cost = 0, cost_beyond = 0, money = money_of(t, i);
        for (size_t p = 0; p < t->n_pools; p++) {
            size_t cell = i * t->n_pools + p;
            double start = t->floor[cell] / t->want[cell];
            if (t->want[cell] > 0 && t->capacity[p] > 0 &&
                (t->grants[cell] > t->floor[cell] * (1 + 1e-12) || start == 0))
                level = fmin(level, t->grants[cell] / t->want[cell]);
        }
        double lowest = 1; /* all at their floors: the next of them holds it back */
        bool is_beyond = false;
        for (size_t p = 0; p < t->n_pools; p++) {
            size_t cell = i * t->n_pools + p;
            if (t->want[cell] == 0 || t->capacity[p] == 0)
                continue;
            double start = t->floor[cell] / t->want[cell];
            is_beyond |= t->grants[cell] > t->floor[cell] * (1 + 1e-9);
            lowest = fmin(lowest, start);
        }
        level = is_beyond ? level : lowest;
        for (size_t p = 0; p < t->n_pools; p++) {
            size_t cell = i * t->n_pools + p;
            if (t->want[cell] == 0 || t->capacity[p] == 0)
                continue;
            double start = t->floor[cell] / t->want[cell], x = level * t->want[cell];
            cost += start < level * (1 - 1e-9) ? t->prices[p] * t->want[cell] : 0;
            cost_beyond += start <= level * (1 + 1e-9) ? t->prices[p] * t->want[cell] : 0;
            if (fabs(t->grants[cell] - fmax(t->floor[cell], x)) > 1e-8 * t->want[cell])
                fail_msg("%s: party %zu is no bundle on pool %zu", name, i, p);
        }
        double slack = 1e-8 * money;
        if (level < 1 - 1e-9 && money > cost_beyond * level + slack)
            fail_msg("%s: party %zu would buy more: %g for %g", name, i, money,
                     cost_beyond * level);
        if (is_beyond && money < cost * level - slack)
            fail_msg("%s: party %zu would buy less: %g for %g", name, i, money,
                     cost * level);
    }
}

static void test_optimality(void **state)
{
    (void)state;
    for (int utility = BUNDLE; utility <= LINEAR; utility++)
        for (uint64_t seed = 0; seed < 500; seed++) {
            struct table t;
            char name[64];
            snprintf(name, sizeof name, "utility %d, seed %d", utility, (int)seed);
            make_random(&t, seed, utility);
            divide(&t);
            if (t.residual != 0)
                fail_msg("%s: residual %g", name, t.residual);
            check_pools(&t, name);
            if (utility == LINEAR)
                check_linear(&t, name);
            else
                check_bundles(&t, name);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_incomes), cmocka_unit_test(test_symmetric),
        cmocka_unit_test(test_one_pool),      cmocka_unit_test(test_unsettled),
        cmocka_unit_test(test_optimality),
    };
    return cmocka_run_group_tests(tests, make_scratch, release_scratch) != 0;
}
