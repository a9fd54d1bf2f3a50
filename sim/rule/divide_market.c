/* A market of Fisher's: every party has a sum of money and buys what it likes best at
 * prices at which just what there is is bought. Such prices and purchases are those of a
 * convex program (Eisenberg and Gale 1959; Nisan and others, Algorithmic Game Theory,
 * chapters 5 and 6): maximise sum_i B_i log u_i over divisions that fit the pools, with
 * B_i the money and u_i the utility; prices are the multipliers of the pools.
 *
 * Two kinds of utility. Bundles: a party wants its pools in the proportion of its wants
 * (Leontief), u the fraction of its bundle that it gets. Linear: the pools replace each
 * other, u the sum of GPUs times what each is worth to the party, 1 where nothing is
 * stated.
 *
 * A party buys no more than it wants. In the program a want that binds is like a higher
 * price for this party alone, so the money that it does not need for it stays unspent, is
 * not spent again on other pools, and prices fall for the others: nothing stays idle that
 * raises anybody's utility. Bundles may leave GPUs idle that a party wants on one pool
 * without their complement on another: the definition's own. A floor is had in any case,
 * and costs nothing while the party would buy no more than it.
 *
 * Money is relative: at a price of 1 for each GPU all money buys all GPUs. Money below
 * 1e-12 of the largest counts as that much. A pool whose floors take all has no price.
 * Cost: on one pool a water filling, O(n); on several some tens of rounds of O(n *
 * n_pools^2), more with floors: market.h. */
#include "rule/divide.h"
#include "rule/fill.h"
#include "rule/market.h"

#include <math.h>

enum budgets { BUDGETS_GIVEN, BUDGETS_EQUAL };
enum utility { UTILITY_AUTO, UTILITY_BUNDLE, UTILITY_LINEAR };

static const char *const budgets_by[] = {"given", "equal"};
static const char *const utilities[] = {"auto", "bundle", "linear"};

struct market_settings {
    int budgets, utility;
    int64_t rounds;
};

static const struct setting table[] = {
    {"budgets", SETTING_CHOICE, 0, offsetof(struct market_settings, budgets),
     .choices = budgets_by, .n_choices = 2, .unit = "",
     .help = "money of each: its budget, by default its share; or the same for all"},
    {"utility", SETTING_CHOICE, 0, offsetof(struct market_settings, utility),
     .choices = utilities, .n_choices = 3, .unit = "",
     .help = "pools in fixed proportions, or replacing each other by gpu_value; auto: "
             "linear where somebody states a value"},
    {"rounds", SETTING_INT, 0, offsetof(struct market_settings, rounds), .fallback = 1000,
     .low = 1, .high = 100000, .unit = "",
     .help = "the most in which prices are sought; a warning where they were too few"},
};

static bool is_linear(const struct divide_input *in, const struct market_settings *s)
{
    if (s->utility != UTILITY_AUTO)
        return s->utility == UTILITY_LINEAR;
    for (size_t cell = 0; cell < in->n_parties * in->n_pools && in->gpu_value; cell++)
        if (in->gpu_value[cell] > 0)
            return true;
    return false;
}

/* Money, 1 in all, of those who want anything that there is. */
static double *share_out_money(const struct divide_input *in,
                               const struct market_settings *s)
{
    double *money = ARENA_ARRAY(in->scratch, double, in->n_parties), most = 0, sum = 0;
    for (size_t i = 0; i < in->n_parties; i++) {
        const struct party *party = &in->parties[i];
        double budget = party->budget > 0 ? party->budget : party->share;
        for (size_t p = 0; p < in->n_pools && money[i] == 0; p++)
            if (in->capacity_gpus[p] > 0 && in->want_gpus[i * in->n_pools + p] > 0)
                money[i] = s->budgets == BUDGETS_EQUAL ? 1 : budget;
        most = larger(most, money[i]);
    }
    for (size_t i = 0; i < in->n_parties; i++) {
        money[i] = money[i] > 0 ? larger(money[i], 1e-12 * most) / most : 0;
        sum += money[i];
    }
    for (size_t i = 0; i < in->n_parties && sum > 0; i++)
        money[i] /= sum;
    return money;
}

/* On one pool the program is water filling by money, at the price of its level. */
static double divide_one(const struct divide_input *in, const double *money,
                         double *grants)
{
    double floors = 0, level = fill(in->capacity_gpus[0], in->n_parties, in->floor_gpus,
                                    in->want_gpus, money, grants);
    for (size_t i = 0; i < in->n_parties; i++)
        floors += in->floor_gpus[i];
    bool is_taken = floors > 0 && floors >= in->capacity_gpus[0] * (1 - 1e-12);
    return is_taken ? NAN : isfinite(level) && level > 0 ? 1 / level : 0;
}

/* What rounding has put beyond a pool is taken from what was bought. */
static void fit_pool(const struct divide_input *in, size_t pool, double *grants)
{
    double floors = 0, bought = 0;
    for (size_t i = 0; i < in->n_parties; i++) {
        size_t cell = i * in->n_pools + pool;
        double floor = in->floor_gpus[cell], most = in->want_gpus[cell];
        grants[cell] = smaller(most, larger(floor, grants[cell]));
        floors += floor;
        bought += grants[cell] - floor;
    }
    double room = larger(0, in->capacity_gpus[pool] - floors);
    for (size_t i = 0; i < in->n_parties && bought > room; i++) {
        size_t cell = i * in->n_pools + pool;
        double floor = in->floor_gpus[cell];
        grants[cell] = floor + (grants[cell] - floor) * (room / bought);
    }
}

static void divide(const struct divide_input *in, double *grants)
{
    const struct market_settings *s = in->settings;
    double *prices = ARENA_ARRAY(in->scratch, double, in->n_pools);
    double *money = share_out_money(in, s), residual = 0, gpus = 0;
    struct market market = {.n = in->n_parties,
                            .n_pools = in->n_pools,
                            .is_linear = is_linear(in, s),
                            .capacity = in->capacity_gpus,
                            .want = in->want_gpus,
                            .floor = in->floor_gpus,
                            .value = in->gpu_value,
                            .money = money,
                            .most_rounds = (size_t)s->rounds,
                            .scratch = in->scratch};
    if (in->n_pools == 1)
        prices[0] = divide_one(in, money, grants);
    else
        residual = market_solve(&market, grants, prices);
    for (size_t p = 0; p < in->n_pools; p++) {
        fit_pool(in, p, grants);
        gpus += in->capacity_gpus[p];
    }
    for (size_t p = 0; p < in->n_pools && in->prices; p++)
        in->prices[p] = prices[p] * gpus;
    if (!(residual <= SETTLED) && in->residual)
        *in->residual = larger(*in->residual, residual);
}

const struct divide_type divide_market = {
    .name = "market",
    .summary = "budgets and clearing prices over all pools at once (Eisenberg-Gale)",
    .settings = SETTINGS("market", table, struct market_settings),
    .reads = READS_SHARES | READS_BUDGETS | READS_VALUES,
    .breaks = BREAKS_NO_WASTE,
    .over_projects = true,
    .over_groups = true,
    .all_pools = true,
    .divide = divide,
};
