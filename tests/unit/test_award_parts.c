/* The award: units, trace, what goes with what, large and empty dockets, nonsense. */
#include "support/awards.h"
#include "support/scripts.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- whole units ---- */

static void test_units(void **state)
{
    (void)state;
    struct docket_row rows[] = {{.name = "a", .request = 60, .score = .2},
                                {.name = "b", .request = 60, .score = .5},
                                {.name = "c", .request = 5, .score = .1}};
    open_rule("equal", OVER_PROJECTS, "none");
    rule.unit_gpus = 8;
    /* 5 is rounded up to a unit; 46 each would be left: 5.75 units, by score. */
    assert_grants(docket_of_rows(100, rows, 3, &arena), (const double[]){40, 48, 8});
    rows[1].score = .2; /* ties by name */
    assert_grants(docket_of_rows(100, rows, 3, &arena), (const double[]){48, 40, 8});
    struct docket *d = docket_of_rows(100, rows, 3, &arena);
    ((struct docket_pool *)d->pools)->unit_gpus = 20;
    rule.unit_gpus = -1; /* the pool's own */
    assert_grants(d, (const double[]){40, 40, 20});
    /* A minimum of 41 is one of 48. */
    rule.unit_gpus = 8;
    rows[0].min = 41;
    d = docket_of_rows(96, rows, 3, &arena);
    assert_grants(d, (const double[]){0, 64, 8});
    assert_true(award.is_set_aside[0]);
    rows[0].min = 48;
    rows[1].score = .1; /* now b pays for a's minimum */
    d = docket_of_rows(104, rows, 3, &arena);
    assert_grants(d, (const double[]){48, 48, 8});
}

/* 36 seats [P Balinski and Young]: a pool of 36 among requests in these proportions. */
static void test_seats(void **state)
{
    (void)state;
    static const double weights[] = {27744, 25178, 19951, 14610, 9225, 3292};
    static const double seats[N_UNITS_METHODS][6] = {
        [UNITS_LARGEST_REMAINDER] = {10, 9, 7, 5, 4, 1},
        [UNITS_WEBSTER] = {10, 9, 8, 5, 3, 1},
        [UNITS_JEFFERSON] = {11, 9, 7, 5, 3, 1}};
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    for (int over = OVER_PROJECTS; over <= OVER_TREE; over++)
        for (int method = 0; method < N_UNITS_METHODS; method++) {
            struct docket_row rows[6];
            for (size_t i = 0; i < 6; i++)
                rows[i] = (struct docket_row){.name = names[i], .request = weights[i]};
            open_rule("proportional", over, "none");
            rule.unit_gpus = 1;
            rule.round = method;
            assert_grants(docket_of_rows(36, rows, 6, &arena), seats[method]);
        }
}

/* Parts of a group's ceiling, or of its entitlement, that are no whole units are put
 * together again: 13 units for 10 claims that may have 1.3 each. */
static void test_losses(void **state)
{
    (void)state;
    struct docket_row rows[10];
    for (size_t i = 0; i < 10; i++)
        rows[i] = (struct docket_row){
            .name = arena_printf(&arena, "t%zu", i), .request = 50, .score = .5};
    open_rule("equal", OVER_PROJECTS, "none");
    for (size_t i = 0; i < 10; i++)
        rows[i].name = arena_printf(&arena, "t%zu", i);
    rule.unit_gpus = 8;
    struct docket *d = with_lab(docket_of_rows(500, rows, 10, &arena), 0, 9, 0, 100);
    make(d);
    for (size_t i = 0; i < 10; i++)
        assert_near(award.granted_gpus[i], i < 3 ? 16 : 8);
    rule.ledger = ledger_find("decay");
    rule.beyond = BEYOND_NONE;
    d = docket_of_rows(130, rows, 10, &arena); /* 13 each */
    for (size_t i = 1; i < 10; i++)
        move_to_team(d, i, 0);
    struct group *groups = (struct group *)d->groups;
    for (size_t g = 2; g < d->n_groups; g++)
        groups[g].share = 0.0001; /* the team of all has nearly all: 129.9 */
    docket_fill_shares(groups, d->n_groups, (double *)d->share_frac);
    make(d);
    double sum = 0;
    for (size_t i = 0; i < 10; i++)
        sum += award.granted_gpus[i];
    assert_near(sum, 128); /* not 80 */
}

/* ---- trace ---- */

static bool has_step(const struct award_trace *trace, enum award_step_kind kind)
{
    for (size_t s = 0; s < trace->n_steps; s++)
        if (trace->steps[s].kind == kind)
            return true;
    return false;
}

/* The last of a claim's steps that states its GPUs is its grant. */
static void check_trace(const struct docket *d, const struct award_trace *trace)
{
    double *gpus = ARENA_ARRAY(&arena, double, d->n_claims);
    double *most = ARENA_ARRAY(&arena, double, d->n_claims);
    for (size_t i = 0; i < d->n_claims; i++)
        gpus[i] = most[i] = NAN;
    for (size_t s = 0; s < trace->n_steps; s++) {
        const struct award_step *step = &trace->steps[s];
        assert_true((step->group >= 0) != (step->claim >= 0));
        assert_true(step->pool >= 0 && (size_t)step->pool < d->n_pools);
        if (step->claim < 0) {
            assert_true(step->kind == STEP_GROUP || step->kind == STEP_PRICE ||
                        ((step->kind == STEP_CEILING || step->kind == STEP_DECIDED) &&
                         step->value < step->other) ||
                        (step->kind == STEP_KEPT && step->value <= step->other) ||
                        (step->kind == STEP_LEVEL && step->value >= 0));
            continue;
        }
        assert_int_equal(step->pool, d->claims[step->claim].pool);
        switch (step->kind) {
        case STEP_BOUNDS:
            assert_true(step->other <= step->value);
            most[step->claim] = step->value;
            break;
        case STEP_SET_ASIDE:
            assert_true(step->value < step->other);
            gpus[step->claim] = 0;
            break;
        case STEP_UNITS: /* says what was before */
            assert_true(step->other == gpus[step->claim]);
            gpus[step->claim] = step->value;
            break;
        case STEP_ENTITLED:
        case STEP_CEILING:
        case STEP_DECIDED:
        case STEP_KEPT:
        case STEP_GROUP:
        case STEP_PRICE:
            break;
        default:
            gpus[step->claim] = step->value;
        }
    }
    for (size_t i = 0; i < d->n_claims; i++) {
        assert_true(gpus[i] == award.granted_gpus[i]);
        assert_false(isnan(most[i]));
    }
}

static void test_trace(void **state)
{
    (void)state;
    size_t n_set_aside = 0, n_returned = 0;
    struct script script;
    for (uint64_t seed = 0; seed < 900; seed++) {
        struct award_trace trace;
        struct award silent;
        struct dice dice = {seed};
        arena_reset(&arena);
        rule_init(&rule, &arena);
        assert_true(script_give(&rule, &script, max_min_script, &arena));
        rule.division = (int)dice_below(&dice, n_divisions);
        rule.over = (int)dice_below(&dice, 2);
        rule.ledger = (int)dice_below(&dice, n_ledgers);
        rule.beyond = (int)dice_below(&dice, 2);
        rule.unit_gpus = dice_chance(&dice, 0.5) ? 8 : 0;
        rule.step_frac = dice_chance(&dice, 0.3) ? 0.1 : 1;
        rule_refresh(&rule);
        if (rule_clash(&rule, &arena))
            continue;
        struct docket *d =
            docket_random(seed, 1 + dice_below(&dice, seed % 10 ? 20 : 300),
                          (unsigned)dice_below(&dice, 16), &arena);
        assert_null(award_make(d, &rule, &silent, NULL, &arena, &scratch));
        award_trace_init(&trace);
        assert_null(award_make(d, &rule, &award, &trace, &arena, &scratch));
        size_t size = d->n_claims * sizeof(double);
        assert_memory_equal(award.granted_gpus, silent.granted_gpus, size);
        check_trace(d, &trace);
        bool has_ledger = ledgers[rule.ledger]->entitle;
        assert_true(has_step(&trace, STEP_BOUNDS));
        assert_true(has_step(&trace, STEP_ENTITLEMENTS_PASS));
        assert_int_equal(has_step(&trace, STEP_ENTITLED), has_ledger);
        assert_int_equal(has_step(&trace, STEP_GROUP), rule.over == OVER_TREE);
        assert_int_equal(has_step(&trace, STEP_BEYOND_PASS),
                         has_ledger && rule.beyond == BEYOND_DIVIDE);
        assert_int_equal(has_step(&trace, STEP_INERTIA), rule.step_frac < 1);
        n_set_aside += has_step(&trace, STEP_SET_ASIDE);
        n_returned += has_step(&trace, STEP_RETURNED);
        award_trace_release(&trace);
    }
    assert_true(n_set_aside > 50 && n_returned > 10);
}

/* Between its bounds a claim gets the level times what it weighs. */
static void test_level(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 90, .score = .6},
                                             {.name = "b", .request = 20, .score = .5},
                                             {.name = "c", .request = 90, .score = .3}};
    struct award_trace trace;
    open_rule("weighted", OVER_PROJECTS, "none");
    award_trace_init(&trace);
    assert_null(award_make(docket_of_rows(110, rows, 3, &arena), &rule, &award, &trace,
                           &arena, &scratch));
    assert_near(award.granted_gpus[0], 60);
    for (size_t s = 0; s < trace.n_steps; s++)
        if (trace.steps[s].kind == STEP_LEVEL) {
            assert_near(trace.steps[s].value, 100); /* GPUs for each point of score */
            assert_int_equal(trace.steps[s].group, 0);
        }
    assert_true(has_step(&trace, STEP_LEVEL));
    award_trace_release(&trace);
}

/* ---- which parts go together ---- */

static void test_clashes(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 8, .score = .5}};
    static const struct {
        const char *division;
        bool runs[2][2]; /* [over][ledger: none, any other] */
    } cells[] = {
        {"equal", {{1, 1}, {1, 1}}},        {"proportional", {{1, 1}, {1, 1}}},
        {"weighted", {{1, 1}, {0, 0}}},     {"max-min", {{1, 1}, {1, 1}}},
        {"ranked", {{1, 1}, {0, 0}}},       {"drf", {{1, 1}, {1, 1}}},
        {"quota", {{1, 0}, {1, 0}}},        {"borrow", {{0, 0}, {1, 0}}},
        {"credits", {{0, 0}, {1, 0}}},      {"equal-awards", {{1, 1}, {1, 1}}},
        {"equal-losses", {{1, 1}, {1, 1}}}, {"talmud", {{1, 1}, {1, 1}}},
        {"finish-time", {{1, 1}, {0, 0}}},  {"lottery", {{1, 1}, {0, 0}}},
        {"fixed", {{0, 0}, {1, 0}}},        {"market", {{1, 0}, {1, 0}}},
        {"auction", {{0, 0}, {1, 0}}},      {"script", {{1, 1}, {0, 0}}},
    };
    struct script script;
    assert_int_equal(sizeof cells / sizeof *cells, n_divisions);
    for (size_t k = 0; k < n_divisions * 2 * n_ledgers; k++) {
        size_t division = k / (2 * n_ledgers), ledger = k % n_ledgers;
        arena_reset(&arena);
        rule_init(&rule, &arena);
        assert_true(script_give(&rule, &script, max_min_script, &arena));
        rule.division = division_find(cells[division].division);
        rule.over = k / n_ledgers % 2;
        rule.ledger = (int)ledger;
        rule_refresh(&rule);
        const char *clash = rule_clash(&rule, &arena);
        if (cells[division].runs[rule.over][ledgers[ledger]->entitle != NULL]) {
            assert_null(clash);
            make(docket_of_rows(10, rows, 1, &arena));
            continue;
        }
        /* Names the division, and those that would do. */
        assert_non_null(clash);
        assert_non_null(strstr(clash, cells[division].division));
        assert_non_null(strstr(clash, rule.over == OVER_TREE
                                          ? "equal, proportional, max-min, drf"
                                          : "equal, proportional, weighted, max-min"));
    }
}

/* Every cell division x ledger x over can be made, or is refused in words that name the
 * division and, after the last colon, exactly those that would do in its place. */
static void test_refusals(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 8, .score = .5}};
    struct script script;
    for (size_t k = 0; k < n_divisions * n_ledgers * 2; k++) {
        arena_reset(&arena);
        rule_init(&rule, &arena);
        assert_true(script_give(&rule, &script, max_min_script, &arena));
        rule.division = (int)(k / 2 / n_ledgers);
        rule.ledger = (int)(k / 2 % n_ledgers);
        rule.over = k % 2;
        rule_refresh(&rule);
        const char *clash = rule_clash(&rule, &arena);
        if (!clash) {
            make(docket_of_rows(10, rows, 1, &arena));
            continue;
        }
        const char *list = arena_printf(&arena, "%s,", strrchr(clash, ':') + 1);
        assert_non_null(strstr(clash, rule.divide->name));
        for (int other = 0; other < (int)n_divisions; other++) {
            const char *word = arena_printf(&arena, " %s,", divisions[other]->name);
            rule.division = other;
            rule_refresh(&rule);
            if ((strstr(list, word) != NULL) != !rule_clash(&rule, &arena))
                fail_msg("%s: is '%s' in that list?", clash, divisions[other]->name);
        }
    }
}

/* ---- the order of claims; thousands of them ---- */

static void test_thousands(void **state)
{
    (void)state;
    for (size_t cell = 0; cell < n_divisions * 4; cell++) {
        arena_reset(&arena);
        rule_init(&rule, &arena);
        rule.division = (int)(cell / 4);
        rule.over = cell & 1 ? OVER_TREE : OVER_PROJECTS;
        rule.ledger = ledger_find(cell & 2 ? "decay" : "none");
        rule.unit_gpus = 8;
        rule_refresh(&rule);
        if (rule_clash(&rule, &arena))
            continue;
        struct docket *d =
            docket_random(cell, 5000, (unsigned)cell % 16 & ~DOCKET_MINIMUMS, &arena);
        struct award before;
        size_t *from = ARENA_ARRAY(&arena, size_t, 5000);
        assert_null(award_make(d, &rule, &before, NULL, &arena, &scratch));
        make(docket_shuffled(d, cell, from, &arena));
        for (size_t i = 0; i < 5000; i++)
            assert_memory_equal(&award.granted_gpus[i], &before.granted_gpus[from[i]],
                                sizeof(double));
    }
}

/* 500 claims, each with a minimum, on pools for a few: every claim but those is set
 * aside, and memory does not run away. */
static void test_many_minimums(void **state)
{
    (void)state;
    struct rusage usage;
    long most_kb = 0;
    for (size_t cell = 0; cell < n_divisions * 4; cell++) {
        arena_reset(&arena);
        rule_init(&rule, &arena);
        rule.division = (int)(cell / 4);
        rule.over = cell & 1 ? OVER_TREE : OVER_PROJECTS;
        rule.ledger = ledger_find(cell & 2 ? "decay" : "none");
        rule.unit_gpus = 8;
        rule_refresh(&rule);
        if (rule_clash(&rule, &arena))
            continue;
        struct docket *d = docket_random(cell, 500, 0, &arena);
        struct claim *claims = (struct claim *)d->claims;
        for (size_t i = 0; i < d->n_claims; i++) {
            claims[i].requested_gpus = 8 + (double)(i % 5);
            claims[i].min_gpus = 8;
        }
        make(d);
        getrusage(RUSAGE_SELF, &usage);
        if (most_kb == 0)
            most_kb = usage.ru_maxrss; /* a first award has been made */
    }
    assert_true(usage.ru_maxrss - most_kb < 20000);
}

/* ---- the empty, the odd and the wrong ---- */

static void test_empty(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {
        {.name = "a", .request = 5, .min = 2, .floor = 1, .last = 3, .score = .5},
        {.name = "b", .score = .5}};
    for (size_t cell = 0; cell < n_divisions * 4; cell++) {
        arena_reset(&arena);
        rule_init(&rule, &arena);
        rule.division = (int)(cell / 4);
        rule.over = cell & 1 ? OVER_TREE : OVER_PROJECTS;
        rule.ledger = ledger_find(cell & 2 ? "decay" : "none");
        rule.step_frac = 0.5;
        rule_refresh(&rule);
        if (rule_clash(&rule, &arena))
            continue;
        make(
            docket_of_rows(100, NULL, 0, &arena)); /* no claims, no groups but the root */
        struct docket *d = docket_of_rows(0, rows, 2, &arena); /* no GPUs */
        make(d);
        assert_true(award.granted_gpus[0] == 0 && award.granted_gpus[1] == 0);
        d = docket_of_rows(100, rows, 2, &arena); /* no time */
        d->hours_to_next = 0;
        make(d);
        assert_true(award.granted_gpus[1] == 0);
        d->n_groups = 1; /* one team is all there is */
        ((struct group *)d->groups)[0].first_child = -1;
        ((struct claim *)d->claims)[0].group = 0;
        d->n_claims = 1;
        d->hours_to_next = 720;
        make(d);
        assert_near(award.granted_gpus[0], 5);
        d->n_claims = d->n_pools = 0;
        make(d);
    }
}

/* Two claims of one project on one pool, which no caller makes: each counts. */
static void test_claims_of_one_owner(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 60, .score = .5},
                                             {.name = "a", .request = 60, .score = .5},
                                             {.name = "b", .request = 60, .score = .5}};
    open_rule("drf", OVER_PROJECTS, "none");
    struct docket *d = docket_of_rows(90, rows, 3, &arena);
    ((struct claim *)d->claims)[1].project = 0;
    move_to_team(d, 1, 0);
    assert_grants(d, (const double[]){30, 30, 30});
}

/* Nonsense in a docket is a bug of ours and ends the program. */
static void test_nonsense(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 5, .score = .5},
                                             {.name = "b", .request = 5, .score = .5}};
    for (int k = 0; k < 10; k++) {
        open_rule("equal", OVER_PROJECTS, "none");
        struct docket *d = docket_of_rows(10, rows, 2, &arena);
        struct claim *claim = &((struct claim *)d->claims)[1];
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            signal(SIGABRT, SIG_DFL);
            close(STDERR_FILENO);
            claim->requested_gpus = k == 0 ? NAN : k == 1 ? -1 : k == 2 ? INFINITY : 5;
            claim->min_gpus = k == 3 ? NAN : 0;
            claim->ceiling_gpus = k == 4 ? NAN : INFINITY;
            claim->pool = k == 5 ? 1 : 0;
            claim->group = k == 6 ? 0 : 2;
            claim->priority = k == 7 ? NAN : .5;
            ((struct docket_pool *)d->pools)->capacity_gpus = k == 8 ? NAN : 10;
            ((struct group *)d->groups)[2].share = k == 9 ? 0 : 1;
            award_make(d, &rule, &award, NULL, &arena, &scratch);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
            fail_msg("nonsense %d was taken", k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_seats),
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_trace),
        cmocka_unit_test(test_level),
        cmocka_unit_test(test_clashes),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_thousands),
        cmocka_unit_test(test_many_minimums),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_claims_of_one_owner),
        cmocka_unit_test(test_nonsense),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
