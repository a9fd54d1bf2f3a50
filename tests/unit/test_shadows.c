/* Divisions against slow shadow models that are written from their definitions, and what
 * theory promises of them, both through whole awards of random dockets. */
#include "support/awards.h"

#include <stdlib.h>
#include <string.h>

enum { N_DOCKETS = 500, MOST_CLAIMS = 12 };

/* ---- water filling, a small amount at a time ---- */

enum { N_PORTIONS = 4000 };

/* Hands out a pool in portions: each to the claim that has least for its weight, with the
 * portion. Claims of weight 0 come when no other wants any. */
static void fill_slowly(double capacity, size_t n, const double *want,
                        const double *weight, double *grants)
{
    double portion = capacity / N_PORTIONS;
    for (size_t i = 0; i < n; i++)
        grants[i] = 0;
    for (int k = 0; k < N_PORTIONS; k++) {
        size_t poorest = n;
        double least = INFINITY;
        for (int weightless = 0; weightless < 2 && poorest == n; weightless++)
            for (size_t i = 0; i < n; i++) {
                if ((weight[i] <= 0) != weightless || grants[i] >= want[i])
                    continue;
                double level = (grants[i] + portion) / (weightless ? 1 : weight[i]);
                if (level < least) {
                    least = level;
                    poorest = i;
                }
            }
        if (poorest == n)
            return;
        grants[poorest] = fmin(want[poorest], grants[poorest] + portion);
    }
}

static void compare_filling(const char *division, bool by_score)
{
    for (uint64_t seed = 0; seed < N_DOCKETS; seed++) {
        double want[MOST_CLAIMS], weight[MOST_CLAIMS], grants[MOST_CLAIMS];
        size_t at[MOST_CLAIMS];
        open_rule(division, OVER_PROJECTS, "none");
        struct docket *d = docket_random(seed, 1 + seed % MOST_CLAIMS,
                                         seed % 2 ? DOCKET_TIES : 0, &arena);
        make(d);
        for (size_t p = 0; p < d->n_pools; p++) {
            size_t n = 0;
            double capacity = d->pools[p].capacity_gpus;
            for (size_t i = 0; i < d->n_claims; i++) {
                if ((size_t)d->claims[i].pool != p)
                    continue;
                want[n] = d->claims[i].requested_gpus;
                weight[n] =
                    by_score ? award.scores[i] : d->share_frac[d->claims[i].group];
                at[n++] = i;
            }
            fill_slowly(capacity, n, want, weight, grants);
            for (size_t k = 0; k < n; k++)
                if (!(fabs(award.granted_gpus[at[k]] - grants[k]) <=
                      capacity * (double)(n + 1) / N_PORTIONS))
                    fail_msg("%s, seed %d: %.17g, slowly %.17g", division, (int)seed,
                             award.granted_gpus[at[k]], grants[k]);
        }
    }
}

static void test_filling(void **state)
{
    (void)state;
    compare_filling("max-min", false);
    compare_filling("weighted", true);
}

/* ---- rules for claims ---- */

/* What a contested garment comes to for the first of two: each concedes what it does not
 * claim, and what both claim is halved. */
static double garment(double amount, double own, double other)
{
    double conceded = fmax(0, amount - other), to_other = fmax(0, amount - own);
    return conceded + (amount - conceded - to_other) / 2;
}

/* Of every two claims the Talmud's grants divide their sum as a contested garment: no
 * other division does [T Aumann and Maschler 1985]. Equal losses are equal awards of what
 * is missing, and the Talmud's rule is its own dual. */
static void test_rules_for_claims(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_DOCKETS; seed++) {
        struct dice dice = {seed};
        struct docket_row rows[MOST_CLAIMS];
        size_t n = 1 + dice_below(&dice, MOST_CLAIMS);
        double grants[MOST_CLAIMS], wanted = 0;
        static const char names[] = "a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l";
        memset(rows, 0, sizeof rows);
        for (size_t i = 0; i < n; i++) {
            rows[i].name = names + 2 * i;
            rows[i].request = 100 * dice_uniform(&dice);
            wanted += rows[i].request;
        }
        double capacity = wanted * dice_uniform(&dice);
        open_rule("talmud", OVER_PROJECTS, "none");
        make(docket_of_rows(capacity, rows, n, &arena));
        memcpy(grants, award.granted_gpus, n * sizeof *grants);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                if (i != j)
                    assert_near(grants[i], garment(grants[i] + grants[j], rows[i].request,
                                                   rows[j].request));
        make(docket_of_rows(wanted - capacity, rows, n, &arena));
        for (size_t i = 0; i < n; i++)
            assert_near(grants[i], rows[i].request - award.granted_gpus[i]);
        open_rule("equal-losses", OVER_PROJECTS, "none");
        make(docket_of_rows(capacity, rows, n, &arena));
        memcpy(grants, award.granted_gpus, n * sizeof *grants);
        open_rule("equal-awards", OVER_PROJECTS, "none");
        make(docket_of_rows(wanted - capacity, rows, n, &arena));
        for (size_t i = 0; i < n; i++)
            assert_near(grants[i], rows[i].request - award.granted_gpus[i]);
    }
}

/* ---- quota, GPU by GPU ---- */

struct waiting {
    const struct docket_row *row;
    int want, has;
    double remembered;
};

static int hand_over(struct waiting *q, int gpus, int *rest)
{
    int n = 0;
    for (; n < gpus && q->has < q->want; n++) {
        q->has++;
        --*rest;
    }
    return n;
}

/* One round of one class; true if somebody wanted less than its offer. */
static bool offer_round(struct waiting *q, size_t n, int class, double k, int *rest)
{
    double weights = 0, total = 0, p[MOST_CLAIMS];
    int start = *rest;
    bool goes_on = false;
    for (size_t i = 0; i < n; i++)
        weights += q[i].row->class == class && q[i].has < q[i].want ? q[i].row->share : 0;
    for (int with_use = 1; with_use >= 0 && total <= 0; with_use--)
        for (size_t i = 0; i < n; i++) {
            double w = q[i].row->share / weights;
            p[i] = 0;
            if (q[i].row->class == class && q[i].has < q[i].want)
                p[i] = fmax(0, w + (with_use ? k * (w - q[i].row->usage) : 0));
            total += p[i];
        }
    for (size_t i = 0; i < n; i++) {
        double offer = p[i] > 0 ? start * (p[i] / total) : 0;
        if (p[i] <= 0)
            continue;
        goes_on |= q[i].want - q[i].has < offer;
        int whole = (int)floor(offer + 1e-10);
        hand_over(&q[i], whole, rest);
        q[i].remembered = q[i].has < q[i].want ? fmax(0, offer - whole) : 0;
    }
    return goes_on && *rest > 0;
}

/* ORACLES section 1, steps 1 to 3. */
static void quota_slowly(int capacity, struct waiting *q, size_t n, double k)
{
    int rest = capacity;
    for (size_t i = 0; i < n; i++) {
        int deserved = (int)q[i].row->floor;
        rest -= q[i].has = deserved < q[i].want ? deserved : q[i].want;
    }
    rest = rest > 0 ? rest : 0;
    for (int class = 2; class >= 0; class --)
        while (rest > 0 && offer_round(q, n, class, k, &rest))
            continue;
    for (int class = 2; class >= 0; class --)
        for (bool is_given[MOST_CLAIMS] = {false}; rest > 0;) {
            size_t first = n;
            for (size_t i = 0; i < n; i++) {
                if (is_given[i] || q[i].row->class != class || q[i].has >= q[i].want)
                    continue;
                if (first == n || q[i].remembered > q[first].remembered ||
                    (q[i].remembered == q[first].remembered &&
                     q[i].row->age > q[first].row->age))
                    first = i;
            }
            if (first == n)
                break;
            is_given[first] = true;
            hand_over(&q[first], 1, &rest);
        }
}

static void test_quota(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_DOCKETS; seed++) {
        struct dice dice = {seed};
        struct docket_row rows[MOST_CLAIMS];
        struct waiting queues[MOST_CLAIMS];
        size_t n = 1 + dice_below(&dice, MOST_CLAIMS);
        int capacity = (int)dice_below(&dice, 400), sum = 0;
        double k = dice_chance(&dice, 0.3) ? 0 : 2 * dice_uniform(&dice);
        static const char names[] = "a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l";
        memset(rows, 0, sizeof rows);
        for (size_t i = 0; i < n; i++) {
            rows[i] = (struct docket_row){.name = names + 2 * i,
                                          .request = (double)dice_below(&dice, 80),
                                          .floor = (double)dice_below(&dice, 50),
                                          .share = 1 + (double)dice_below(&dice, 5),
                                          .class = (int)dice_below(&dice, 3),
                                          .usage = dice_uniform(&dice) * 0.5,
                                          .age = (double)dice_below(&dice, 3)};
            queues[i] = (struct waiting){.row = &rows[i], .want = (int)rows[i].request};
        }
        quota_slowly(capacity, queues, n, k);
        for (size_t i = 0; i < n; i++)
            sum += queues[i].has;
        open_rule("quota", OVER_PROJECTS, "none");
        setting_store(settings_find(&divide_quota.settings, "k"),
                      rule.division_settings[rule.division], k);
        make(docket_of_rows(capacity, rows, n, &arena));
        for (size_t i = 0; i < n; i++) {
            /* Grants beyond the pool are scaled back to it by the award. */
            double slowly = queues[i].has * (sum > capacity ? (double)capacity / sum : 1);
            if (!(fabs(award.granted_gpus[i] - slowly) <= 1e-9 * (1 + slowly)))
                fail_msg("seed %d, %s: %.17g, slowly %.17g", (int)seed, rows[i].name,
                         award.granted_gpus[i], slowly);
        }
    }
}

/* U over a window: use and capacity of the months in it alone, each decayed
 * [P KAI-Scheduler]. */
static void test_window(void **state)
{
    (void)state;
    static const double used[] = {0, 10, 40, 0, 80, 0, 0, 0, 30}; /* root, a, b */
    static const double capacity[] = {100, 200, 100};
    static const struct docket_row rows[] = {{.name = "a", .request = 16},
                                             {.name = "b", .request = 16}};
    for (int window = -1; window <= 4; window++) {
        double a = 0, b = 0, whole = 0;
        if (window == 0)
            continue;
        open_rule("quota", OVER_PROJECTS, "none");
        void *settings = rule.division_settings[rule.division];
        setting_store(settings_find(&divide_quota.settings, "k"), settings, 1);
        setting_store(settings_find(&divide_quota.settings, "half_life_months"), settings,
                      1);
        setting_store(settings_find(&divide_quota.settings, "window_months"), settings,
                      window);
        for (int m = 0; m < (window < 0 || window > 3 ? 3 : window); m++) {
            a += used[3 * m + 1] * exp2(-m);
            b += used[3 * m + 2] * exp2(-m);
            whole += capacity[m] * exp2(-m);
        }
        double p_a = fmax(0, 1 - a / whole), p_b = fmax(0, 1 - b / whole);
        struct docket *d = docket_of_rows(16, rows, 2, &arena);
        d->usage_frac = NULL;
        d->history = (struct history){3, used, capacity};
        make(d);
        double offer = 16 * p_a / (p_a + p_b), rest = offer - floor(offer);
        assert_near(award.granted_gpus[0], floor(offer) + (rest > 0.5 ? 1 : 0));
        assert_near(award.granted_gpus[0] + award.granted_gpus[1], 16);
    }
}

/* ---- monotony ---- */

/* More capacity never lowers a grant, over projects nor over the tree. */
static void test_more_capacity(void **state)
{
    (void)state;
    static const char *const names[] = {"max-min",      "weighted", "equal-awards",
                                        "equal-losses", "talmud",   "finish-time"};
    double before[40];
    for (size_t cell = 0; cell < 2 * sizeof names / sizeof *names; cell++)
        for (uint64_t seed = 0; seed < N_DOCKETS; seed++) {
            int division = division_find(names[cell / 2]), over = (int)cell % 2;
            struct dice dice = {seed};
            if (over == OVER_TREE && !divisions[division]->over_groups)
                continue;
            open_rule(names[cell / 2], over, "none");
            struct docket *d =
                docket_random(seed, 1 + seed % 40, seed % 3 ? DOCKET_BOUNDS : 0, &arena);
            make(d);
            memcpy(before, award.granted_gpus, d->n_claims * sizeof *before);
            struct docket_pool *pools = (struct docket_pool *)d->pools;
            for (size_t p = 0; p < d->n_pools; p++)
                pools[p].capacity_gpus *= 1 + dice_uniform(&dice) * (seed % 2 ? 1 : 0.01);
            make(d);
            for (size_t i = 0; i < d->n_claims; i++)
                if (award.granted_gpus[i] <
                    before[i] - 1e-9 * pools[d->claims[i].pool].capacity_gpus)
                    fail_msg("%s over %d, seed %d: %.17g fell to %.17g", names[cell / 2],
                             over, (int)seed, before[i], award.granted_gpus[i]);
        }
}

/* A higher score never lowers one's own grant. */
static void test_higher_score(void **state)
{
    (void)state;
    static const char *const names[] = {"weighted", "ranked", "lottery"};
    size_t n_more = 0;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        for (uint64_t seed = 0; seed < N_DOCKETS; seed++) {
            struct dice dice = {seed};
            open_rule(names[k], OVER_PROJECTS, "none");
            struct docket *d = docket_random(
                seed, 2 + seed % 30,
                (seed % 2 ? DOCKET_BOUNDS : 0) | (seed % 3 ? DOCKET_TIES : 0), &arena);
            size_t i = dice_below(&dice, d->n_claims);
            make(d);
            double before = award.granted_gpus[i];
            ((struct claim *)d->claims)[i].priority *= 1 + dice_uniform(&dice);
            make(d);
            double slack = 1e-9 * d->pools[d->claims[i].pool].capacity_gpus;
            if (award.granted_gpus[i] < before - slack)
                fail_msg("%s, seed %d: %.17g fell to %.17g", names[k], (int)seed, before,
                         award.granted_gpus[i]);
            n_more += award.granted_gpus[i] > before + slack;
        }
    assert_true(n_more > N_DOCKETS / 4); /* it is worth something, too */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filling),       cmocka_unit_test(test_rules_for_claims),
        cmocka_unit_test(test_quota),         cmocka_unit_test(test_window),
        cmocka_unit_test(test_more_capacity), cmocka_unit_test(test_higher_score),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
