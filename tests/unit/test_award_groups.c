/* The award: divisions that groups name, their accounts, past use, bundles. */
#include "support/awards.h"

#include <string.h>

static void test_group_clashes(void **state)
{
    (void)state;
    open_rule("equal", OVER_TREE, "none");
    struct group lab = {"lab", 1, 0, NULL, 0, 2, -1, -1, -1};
    struct group team = {"team", 1, 0, NULL, 1, -1, -1, 0, -1};
    assert_null(rule_group_clash(&rule, &lab, &arena));
    team.division = lab.division = division_find("ranked");
    assert_null(rule_group_clash(&rule, &team, &arena)); /* among its own claims */
    assert_non_null(strstr(rule_group_clash(&rule, &lab, &arena), "among groups"));
    team.division = lab.division = division_find("credits");
    assert_null(rule_group_clash(&rule, &lab, &arena));
    assert_non_null(strstr(rule_group_clash(&rule, &team, &arena), "a team's claims"));
    rule.ledger = ledger_find("decay");
    assert_non_null(strstr(rule_group_clash(&rule, &lab, &arena), "takes no ledger"));
}

/* A group's own division, and its accounts. */
static void test_divisions_of_groups(void **state)
{
    (void)state;
    struct docket_row rows[] = {{.name = "a", .request = 90, .score = .2},
                                {.name = "b", .request = 30, .score = .8},
                                {.name = "c", .request = 90, .score = .5}};
    open_rule("max-min", OVER_TREE, "none");
    struct docket *d = with_lab(docket_of_rows(120, rows, 3, &arena), 0, 1, 0, INFINITY);
    struct group *groups = (struct group *)d->groups;
    assert_grants(d, (const double[]){30, 30, 60});
    assert_null(award.next_accounts);
    groups[1].division = division_find("proportional");
    assert_grants(d, (const double[]){45, 15, 60});
    groups[1].division = division_find("credits");
    assert_grants(d, (const double[]){30, 30, 60});
    assert_non_null(award.next_accounts);
    assert_near(award.next_accounts[0], 0); /* below the root nobody counts credits */
    assert_near(award.next_accounts[1], 0);
    /* 1,000 meetings' worth of a quarter of 120 each; a borrows 15 of its own free 15. */
    assert_near(award.next_accounts[2], 30000);
    assert_near(award.next_accounts[3], 30000);
    double accounts[] = {0, 0, 100, 7, 0}; /* the richer borrows all that is common */
    d->accounts = accounts;
    assert_grants(d, (const double[]){45, 15, 60});
    assert_near(award.next_accounts[2], 100 + 15 - 30);
    assert_near(award.next_accounts[3], 7 + 15);
    /* Who wants nothing lends, and earns what was borrowed of it; also who wanted and was
     * set aside. The last division counts, not those before. */
    for (int is_aside = 0; is_aside < 2; is_aside++) {
        ((struct claim *)d->claims)[1].requested_gpus = is_aside ? 30 : 0;
        ((struct claim *)d->claims)[1].min_gpus = is_aside ? 30 : 0;
        ((struct claim *)d->claims)[1].priority = .1;
        assert_grants(d, (const double[]){60, 0, 60});
        assert_near(award.next_accounts[2], 100 + 15 - 45);
        assert_near(award.next_accounts[3], 7 + 15 + 15);
    }
}

/* Below a group that is left with nothing to divide accounts stay as they were. */
static void test_accounts_below(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {
        {.name = "a", .request = 90, .score = .2, .min = 90},
        {.name = "b", .request = 90, .score = .2, .min = 90},
        {.name = "c", .request = 120, .score = .5}};
    open_rule("max-min", OVER_TREE, "none");
    struct docket *d = with_lab(docket_of_rows(120, rows, 3, &arena), 0, 1, 0, INFINITY);
    ((struct group *)d->groups)[1].division = division_find("credits");
    d->accounts = (const double[]){0, 0, 100, 7, 0};
    assert_grants(d, (const double[]){0, 0, 120});
    assert_near(award.next_accounts[2], 100);
    assert_near(award.next_accounts[3], 7);
}

/* Makes the award without a trace and with one: the same grants. Returns how many are set
 * aside. */
static size_t make_twice(const struct docket *d, struct award *traced)
{
    struct award_trace trace;
    size_t n_aside = 0;
    make(d);
    award_trace_init(&trace);
    assert_null(award_make(d, &rule, traced, &trace, &arena, &scratch));
    award_trace_release(&trace);
    assert_memory_equal(award.granted_gpus, traced->granted_gpus,
                        d->n_claims * sizeof(double));
    for (size_t i = 0; i < d->n_claims; i++)
        n_aside += award.is_set_aside[i];
    return n_aside;
}

/* Most of 300 teams have to go; who lends earns to the end, and nothing depends on how
 * the award spares itself work: with a trace it spares less. */
static void test_many_accounts(void **state)
{
    (void)state;
    enum { N = 300 };
    struct award traced;
    struct docket_row rows[N];
    open_rule("credits", OVER_TREE, "none");
    for (size_t i = 0; i < N; i++)
        rows[i] = (struct docket_row){.name = arena_printf(&arena, "t%03zu", i),
                                      .request = 20 + (double)(i % 7),
                                      .min = i % 5 ? 20 : 0,
                                      .score = (double)(i * 7 % N),
                                      .share = 1 + (double)(i % 3)};
    struct docket *d = docket_of_rows(500, rows, N, &arena);
    assert_true(make_twice(d, &traced) > N / 2);
    assert_memory_equal(award.next_accounts, traced.next_accounts,
                        (N + 1) * sizeof(double));
}

/* Nor does it on who lends: what a team keeps that asks for nothing stays its own, and a
 * group's quota is also what such a team leaves to its siblings. */
static void test_many_borrowers(void **state)
{
    (void)state;
    enum { N = 300 };
    struct award traced;
    struct docket_row rows[N];
    for (int is_lab = 0; is_lab < 2; is_lab++) {
        open_rule("borrow", OVER_TREE, "none");
        for (size_t i = 0; i < N; i++)
            rows[i] = (struct docket_row){.name = arena_printf(&arena, "t%03zu", i),
                                          .request = 20 + (double)(i % 7),
                                          .min = i % 5 ? 20 : 0,
                                          .score = (double)(i * 7 % N)};
        struct docket *d = docket_of_rows(900, rows, N, &arena);
        ((struct bounds *)d->bounds)[1].floor_gpus = 300;
        ((struct bounds *)d->bounds)[1].keep_gpus = is_lab ? 0 : 300;
        move_to_team(d, 0, 1);
        d = is_lab ? with_lab(d, 0, 9, 0, INFINITY) : d;
        double sum = 0, labs = 0;
        assert_true(make_twice(d, &traced) > N / 2);
        for (size_t i = 0; i < N; i++) {
            sum += award.granted_gpus[i];
            labs += i < 10 ? award.granted_gpus[i] : 0;
        }
        assert_near(sum, is_lab ? 900 : 600);
        assert_true(!is_lab || labs > 200);
    }
}

/* Past use comes from the history, decayed by the half-life that quota states. */
static void test_past_use(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 16},
                                             {.name = "b", .request = 16}};
    open_rule("quota", OVER_TREE, "none");
    struct docket *d = docket_of_rows(16, rows, 2, &arena);
    setting_store(settings_find(&divide_quota.settings, "k"),
                  rule.division_settings[rule.division], 1);
    double usage[] = {0, .5, 0};
    d->usage_frac = usage;
    assert_grants(d, (const double[]){5, 11}); /* ORACLES section 1 */
    d->usage_frac = NULL;
    assert_grants(d, (const double[]){8, 8});
    /* With a half-life of 2 months: 400 + 200 / 2 of 600 + 800 / 2 two months before. */
    double used[] = {400, 400, 0, 0, 0, 0, 200, 200, 0}, capacity[] = {600, 0, 800};
    d->history = (struct history){3, used, capacity};
    assert_grants(d, (const double[]){5, 11});
    used[7] = 0; /* 400 of 1000: 0.6 to 1 */
    assert_grants(d, (const double[]){6, 10});
    open_rule("max-min", OVER_TREE, "none"); /* also where only a group names quota */
    d = docket_of_rows(16, rows, 2, &arena);
    setting_store(settings_find(&divide_quota.settings, "k"),
                  rule.division_settings[division_find("quota")], 1);
    used[7] = 200;
    d->usage_frac = NULL;
    d->history = (struct history){3, used, capacity};
    ((struct group *)d->groups)[0].division = division_find("quota");
    assert_grants(d, (const double[]){5, 11});
}

/* The example of the DRF paper as claims of two projects on two pools each. */
static void test_bundles(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 100},
                                             {.name = "b", .request = 300},
                                             {.name = "c", .request = 400},
                                             {.name = "d", .request = 100}};
    open_rule("drf", OVER_PROJECTS, "none");
    struct docket *d = docket_of_rows(9, rows, 4, &arena);
    struct docket_pool pools[] = {{"cpu", 9, 1, 1}, {"memory", 18, 1, 1}};
    struct claim *claims = (struct claim *)d->claims;
    struct bounds bounds[10];
    for (size_t k = 0; k < 10; k++)
        bounds[k] = (struct bounds){0, INFINITY};
    for (size_t i = 2; i < 4; i++) {
        claims[i].name = claims[i - 2].name;
        claims[i].project = claims[i - 2].project;
        claims[i].pool = 1;
        move_to_team(d, i, i - 2);
    }
    d->pools = pools;
    d->n_pools = 2;
    d->bounds = bounds;
    assert_grants(d, (const double[]){3, 6, 12, 2});
}

/* Shares whose product no number holds are still shares. */
static void test_tiny_shares(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {
        {.name = "a", .request = 60, .share = 1e-300, .score = .5},
        {.name = "b", .request = 60, .share = 1e9, .score = .5},
        {.name = "c", .request = 60, .share = 1e9, .score = .5}};
    for (size_t cell = 0; cell < n_divisions * 4; cell++) {
        arena_reset(&arena);
        rule_init(&rule, &arena);
        rule.division = (int)(cell / 4);
        rule.over = cell & 1 ? OVER_TREE : OVER_PROJECTS;
        rule.ledger = ledger_find(cell & 2 ? "decay" : "none");
        rule_refresh(&rule);
        if (rule_clash(&rule, &arena) || rule.divide->breaks & BREAKS_EQUALITY)
            continue;
        struct docket *d =
            with_lab(docket_of_rows(90, rows, 3, &arena), 0, 1, 0, INFINITY);
        struct group *groups = (struct group *)d->groups;
        groups[1].share = 1e-300;
        docket_fill_shares(groups, d->n_groups, (double *)d->share_frac);
        assert_true(d->share_frac[2] == 0);
        make(d);
        /* The lab, which asks for 120, and c lose 45 each. */
        bool loses_more = rule.divide == &divide_equal_losses && rule.over == OVER_TREE;
        assert_true(award.granted_gpus[2] >= (loses_more ? 15 : 30));
    }
}

/* ---- a limit to what goes beyond the entitlements ---- */

static void put_ledger(const char *key, double value)
{
    const struct settings *settings = &ledgers[rule.ledger]->settings;
    setting_store(settings_find(settings, key), rule.ledger_settings[rule.ledger], value);
}

/* a has a tenth of 100 GPUs, and asks for all; b, with the rest, asks for 20. What is 6
 * times a's month, 60, is the most that it gets; over projects its claims share it. */
static void test_limits(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {
        {.name = "a", .request = 100, .share = 1, .score = .5},
        {.name = "b", .request = 20, .share = 9, .score = .5},
        {.name = "c", .request = 50, .share = 0, .score = .5}};
    for (int over = OVER_PROJECTS; over <= OVER_TREE; over++) {
        open_rule("max-min", over, "carry");
        put_ledger("back_months", 0);
        struct docket *d = docket_of_rows(100, rows, 2, &arena);
        assert_grants(d, (const double[]){80, 20});
        assert_true(isinf(award.limit_hours[1]));
        put_ledger("blocked_months", 6);
        assert_grants(d, (const double[]){60, 20});
        assert_near(award.limit_hours[1], 60 * 720);
        rule.unit_gpus = 8; /* 60 are 7 units */
        assert_grants(d, (const double[]){56, 24});
        rule.unit_gpus = 0;
        rule.beyond = BEYOND_NONE;
        assert_grants(d, (const double[]){10, 20});
        rule.beyond = BEYOND_DIVIDE;
        put_ledger("blocked_months", 0.5); /* never below the entitlement */
        assert_grants(d, (const double[]){10, 20});
        /* Two claims of one team: 100 and 50 of a's 60. */
        put_ledger("blocked_months", 6);
        d = docket_of_rows(100, rows, 3, &arena);
        move_to_team(d, 2, 0);
        ((struct group *)d->groups)[3].share = 1e-9;
        docket_fill_shares(d->groups, d->n_groups, (double *)d->share_frac);
        make(d);
        assert_near(award.granted_gpus[0] + award.granted_gpus[2], 60);
        assert_near(award.granted_gpus[1], 20);
    }
}

/* Who was set aside comes back only within the limit. */
static void test_limits_and_minimums(void **state)
{
    (void)state;
    struct docket_row rows[] = {
        {.name = "a", .request = 100, .share = 1, .score = .5, .min = 61},
        {.name = "b", .request = 20, .share = 9, .score = .5}};
    for (int over = OVER_PROJECTS; over <= OVER_TREE; over++) {
        open_rule("max-min", over, "carry");
        put_ledger("blocked_months", 6);
        assert_grants(docket_of_rows(100, rows, 2, &arena), (const double[]){0, 20});
        rows[0].min = 60;
        assert_grants(docket_of_rows(100, rows, 2, &arena), (const double[]){60, 20});
        rows[0].min = 61;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_group_clashes),  cmocka_unit_test(test_divisions_of_groups),
        cmocka_unit_test(test_accounts_below), cmocka_unit_test(test_many_accounts),
        cmocka_unit_test(test_many_borrowers), cmocka_unit_test(test_past_use),
        cmocka_unit_test(test_bundles),        cmocka_unit_test(test_tiny_shares),
        cmocka_unit_test(test_limits),         cmocka_unit_test(test_limits_and_minimums),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
