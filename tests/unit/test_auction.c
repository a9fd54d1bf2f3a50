/* Division auction: prices and grants by hand, accounts over a quarter, and the rule of
 * the clock against a slow clock at random. */
#include "support/tables.h"

static void assert_price(const struct table *t, const char *name, double price)
{
    if (!(fabs(t->prices[0] - price) <= 1e-9))
        fail_msg("%s: the price is %.17g, not %.17g", name, t->prices[0], price);
}

/* Two bidders with budgets 3 to 1 on 100 GPUs: in the first of three months they have 75
 * and 25 to spend. */
static void open_auction(struct table *t, double want_a, double want_b)
{
    open_table(t, "auction", 2, 100);
    t->want[0] = want_a;
    t->want[1] = want_b;
    t->parties[0].budget = 3;
    t->parties[1].budget = 1;
}

static void test_clock(void **state)
{
    (void)state;
    struct table t;
    open_auction(&t, 100, 100); /* all money buys all GPUs: the price is 1 */
    divide(&t);
    assert_grants(&t, "scarce", (const double[]){75, 25});
    assert_price(&t, "scarce", 1);
    open_auction(&t, 60, 100); /* b gets what a leaves: 25 for 40 */
    divide(&t);
    assert_grants(&t, "a full", (const double[]){60, 40});
    assert_price(&t, "a full", 0.625);
    open_auction(&t, 10, 100); /* the clock begins at 1/4: 25 buy 100, 90 are left */
    divide(&t);
    assert_grants(&t, "b rich", (const double[]){10, 90});
    assert_price(&t, "b rich", 25. / 90);
    open_auction(&t, 5, 20); /* plenty is sold at the reserve price */
    divide(&t);
    assert_grants(&t, "plenty", (const double[]){5, 20});
    assert_price(&t, "plenty", 0.25);
    open_auction(&t, 100, 100);
    set(&t, "reserve_price", 2); /* nothing below it, though GPUs stay idle */
    divide(&t);
    assert_grants(&t, "reserve", (const double[]){37.5, 12.5});
    assert_price(&t, "reserve", 2);
}

/* What a GPU is worth to a bidder ends its part in the auction. */
static void test_limits(void **state)
{
    (void)state;
    struct table t;
    open_auction(&t, 100, 100);
    t.value[0] = 0.9; /* a drops out at 0.9, where b asks for 25 / 0.9: a gets the rest */
    divide(&t);
    assert_grants(&t, "marginal", (const double[]){100 - 25 / 0.9, 25 / 0.9});
    assert_price(&t, "marginal", 0.9);
    t.value[0] = 0.2; /* below the reserve price it does not even begin */
    divide(&t);
    assert_grants(&t, "out", (const double[]){0, 100});
    assert_price(&t, "out", 0.25);
    t.value[0] = t.value[1] = 0.5; /* both drop out at once: by their money */
    divide(&t);
    assert_grants(&t, "both", (const double[]){75, 25});
    assert_price(&t, "both", 0.5);
    t.floor[1] = 30; /* more than its money buys at that price is free */
    divide(&t);
    assert_grants(&t, "floor", (const double[]){70, 30});
    assert_true(fabs(t.next_accounts[1] - (75 - 15)) < 1e-9);
}

static void test_quarter(void **state)
{
    (void)state;
    struct table t;
    open_auction(&t, 100, 20); /* b wants little for its money: it keeps the rest */
    divide(&t);
    assert_grants(&t, "first", (const double[]){80, 20});
    assert_price(&t, "first", 75. / 80);
    assert_true(fabs(t.next_accounts[0] - 150) < 1e-9);
    assert_true(fabs(t.next_accounts[1] - (75 - 18.75)) < 1e-9);
}

/* Runs a quarter and the month after it; what is left at its end carries as is said. */
static void run_quarter(double carry_frac, double *money)
{
    static const double wants[4] = {20, 40, 10, 100};
    struct arena scratch_now;
    struct table t;
    arena_init(&scratch_now);
    open_auction(&t, 100, 0);
    set(&t, "carry_frac", carry_frac);
    for (size_t month = 0; month < 4; month++) {
        struct divide_input in = {.n_parties = 2,
                                  .n_pools = 1,
                                  .parties = t.parties,
                                  .capacity_gpus = t.capacity,
                                  .want_gpus = t.want,
                                  .floor_gpus = t.floor,
                                  .month = month,
                                  .every_months = 1,
                                  .settings = t.settings,
                                  .accounts = t.accounts,
                                  .next_accounts = t.next_accounts,
                                  .prices = t.prices,
                                  .scratch = &scratch_now};
        t.want[1] = wants[month];
        arena_reset(&scratch_now);
        t.type->divide(&in, t.grants);
        for (size_t i = 0; i < 2; i++)
            assert_true(t.next_accounts[i] >= -1e-9);
        memcpy(t.accounts, t.next_accounts, sizeof t.accounts);
    }
    /* All is asked for in the fourth: the price is the money to spend over 100 GPUs. */
    *money = 100 * t.prices[0];
    arena_release(&scratch_now);
}

static void test_carry(void **state)
{
    (void)state;
    double none, half, all;
    run_quarter(0, &none);
    run_quarter(0.5, &half);
    run_quarter(1, &all);
    assert_true(fabs(none - 100) < 1e-9); /* a third of the new budgets */
    assert_true(half > none + 1 && fabs(half - (none + all) / 2) < 1e-9);
}

/* A clock in small steps: bidders whose limit it has passed are out; it stops as soon as
 * what is asked for fits. */
static double slow_clock(const struct table *t, const double *money, double step)
{
    for (double price = 0.25;; price *= 1 + step) {
        double asked = 0;
        for (size_t i = 0; i < t->n; i++) {
            double limit = t->value[i] > 0 ? t->value[i] : INFINITY;
            double most = fmin(t->want[i], money[i] / price);
            asked += price > limit ? t->floor[i] : fmax(t->floor[i], most);
        }
        if (asked <= t->capacity[0])
            return price;
    }
}

static void test_against_clock(void **state)
{
    (void)state;
    const double step = 1e-3;
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct dice dice = {seed};
        struct table t;
        double money[MOST], budgets = 0, floors = 0;
        open_table(&t, "auction", 1 + dice_below(&dice, 12), 0);
        for (size_t i = 0; i < t.n; i++) {
            t.want[i] = 100 * dice_uniform(&dice);
            t.parties[i].budget = 0.1 + dice_uniform(&dice);
            t.value[i] = dice_chance(&dice, 0.6) ? 0.1 + 2 * dice_uniform(&dice) : 0;
            if (dice_chance(&dice, 0.2))
                t.floor[i] = t.want[i] * dice_uniform(&dice);
            t.accounts[i] = dice_chance(&dice, 0.5) ? 60 * dice_uniform(&dice) : 0;
            budgets += t.parties[i].budget;
            floors += t.floor[i];
        }
        t.capacity[0] = floors + 50 * (double)t.n * dice_uniform(&dice);
        for (size_t i = 0; i < t.n; i++)
            money[i] = t.accounts[i] / 3 + t.capacity[0] * t.parties[i].budget / budgets;
        divide(&t);
        double price = slow_clock(&t, money, step), paid = 0;
        if (fabs(t.prices[0] - price) > 1.01 * step * price)
            fail_msg("seed %d: price %g, by a clock %g", (int)seed, t.prices[0], price);
        for (size_t i = 0; i < t.n; i++) {
            double limit = t.value[i] > 0 ? t.value[i] : INFINITY;
            double most = fmax(t.floor[i], fmin(t.want[i], money[i] / t.prices[0]));
            paid =
                t.accounts[i] + 3 * (money[i] - t.accounts[i] / 3) - t.next_accounts[i];
            assert_true(paid <= money[i] * (1 + 1e-9));
            assert_true(fabs(paid - fmin(t.prices[0] * t.grants[i], money[i])) <
                        1e-9 * (1 + paid));
            if (limit > t.prices[0] * (1 + 1e-9) &&
                fabs(t.grants[i] - most) > 1e-9 * most)
                fail_msg("seed %d: %zu got %g, asked for %g", (int)seed, i, t.grants[i],
                         most);
            if (limit < t.prices[0] * (1 - 1e-9))
                assert_true(t.grants[i] == t.floor[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock),         cmocka_unit_test(test_limits),
        cmocka_unit_test(test_quarter),       cmocka_unit_test(test_carry),
        cmocka_unit_test(test_against_clock),
    };
    return cmocka_run_group_tests(tests, make_scratch, release_scratch) != 0;
}
