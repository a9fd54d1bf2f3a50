/* Every division under every ledger, over projects and over the tree, against what MODEL
 * section 5 promises of every award (support/promises.h), and two mutants that prove that
 * breaking one is noticed, here and by award_check. */
#include "support/dockets.h"
#include "support/promises.h"
#include "support/random_rules.h"
#include "support/scripts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_DOCKETS = 1000 }; /* for each combination of parts, unit and inertia */

/* ---- all combinations ---- */

static struct docket *docket_of_seed(uint64_t seed, const struct rule *rule,
                                     struct arena *arena)
{
    static const size_t sizes[] = {0, 1, 2, 3, 5, 9, 14, 40};
    struct dice dice = {seed};
    size_t n = sizes[dice_below(&dice, dice_chance(&dice, 0.2) ? 8 : 7)];
    struct docket *d =
        docket_random(dice_next(&dice), n, (unsigned)dice_below(&dice, 16), arena);
    if (rule->over == OVER_TREE && dice_chance(&dice, 0.3))
        docket_name_divisions(d, rule, dice_next(&dice), arena);
    return d;
}

static void conform(struct rule *rule, bool is_inert, uint64_t first_seed)
{
    struct arena arena, scratch;
    arena_init(&arena);
    arena_init(&scratch);
    bool is_slow = rule->divide->reads & READS_DOCKET; /* a script */
    uint64_t n = is_slow ? N_DOCKETS / 4 : N_DOCKETS;
    for (uint64_t seed = first_seed; seed < first_seed + n; seed++) {
        arena_reset(&arena);
        rule_vary(rule, seed, is_inert);
        struct scene scene = {.rule = rule, .arena = &arena};
        scene.docket = docket_of_seed(seed, rule, &arena);
        scene_play(&scene, &scratch);
        const char *wrong = scene.message ? scene.message : scene_broken_promise(&scene);
        if (!wrong)
            wrong = scene_depends_on_order(&scene, seed, &scratch);
        if (wrong)
            fail_msg("%s over %s, ledger %s, unit %d, inertia %d, seed %llu: %s",
                     rule->divide->name, rule->over == OVER_TREE ? "tree" : "projects",
                     ledgers[rule->ledger]->name, (int)rule->unit_gpus, is_inert,
                     (unsigned long long)seed, wrong);
    }
    arena_release(&arena);
    arena_release(&scratch);
}

static void test_all_combinations(void **state)
{
    (void)state;
    static const int units[] = {0, 1, 8};
    struct arena arena;
    struct rule rule;
    arena_init(&arena);
    rule_init(&rule, &arena);
    struct script script;
    assert_true(script_give(&rule, &script, max_min_script, &arena));
    size_t n_run = 0;
    for (rule.division = 0; rule.division < (int)n_divisions; rule.division++)
        for (rule.over = OVER_PROJECTS; rule.over <= OVER_TREE; rule.over++)
            for (rule.ledger = 0; rule.ledger < (int)n_ledgers; rule.ledger++) {
                rule_refresh(&rule);
                if (rule_clash(&rule, &arena)) /* its words: test_award_parts.c */
                    continue;
                for (int k = 0; k < 6; k++) {
                    rule.unit_gpus = units[k / 2];
                    conform(&rule, k % 2, 1000000 * n_run++);
                }
            }
    assert_true(n_run > 100);
    arena_release(&arena);
}

/* ---- the test of the test ---- */

static void give_too_much(const struct divide_input *in, double *grants)
{
    divide_max_min.divide(in, grants);
    for (size_t i = 0; i < in->n_parties * in->n_pools; i++)
        grants[i] *= 1.001;
}

static void lose_the_last(const struct divide_input *in, double *grants)
{
    divide_max_min.divide(in, grants);
    if (in->n_parties > 0)
        grants[in->n_parties - 1] = 0;
}

static void test_mutants(void **state)
{
    (void)state;
    static const struct docket_row rows[] = {{.name = "a", .request = 300},
                                             {.name = "b", .request = 400},
                                             {.name = "c", .request = 500}};
    struct arena arena, scratch;
    struct rule rule;
    arena_init(&arena);
    arena_init(&scratch);
    rule_init(&rule, &arena);
    rule.division = division_find("max-min");
    rule.unit_gpus = 0;
    rule_refresh(&rule);
    struct divide_type mutants[] = {*rule.divide, *rule.divide};
    mutants[0].divide = give_too_much;
    mutants[1].divide = lose_the_last;
    for (int over = OVER_PROJECTS; over <= OVER_TREE; over++)
        for (int k = 0; k < 6; k++) {
            struct scene scene = {.rule = &rule, .arena = &arena};
            /* Over the tree a team with too much has no claim that could show it. */
            double capacity = over == OVER_TREE ? 300 * (1 + k / 2) : 600 * (1 + k / 2);
            scene.docket = docket_of_rows(capacity, rows, 3, &arena);
            rule.over = over;
            rule.divide = &divide_max_min;
            scene_play(&scene, &scratch);
            assert_null(scene.message);
            assert_null(scene_broken_promise(&scene));
            rule.divide = &mutants[k % 2];
            scene_play(&scene, &scratch);
            assert_non_null(scene.message);
            assert_non_null(strstr(scene.message, "'max-min'"));
            assert_non_null(strstr(scene.message, "month 0"));
            assert_non_null(scene_broken_promise(&scene));
        }
    /* Rounding would hide what goes beyond a request; the division is caught before. */
    struct scene scene = {.rule = &rule, .arena = &arena};
    scene.docket = docket_of_rows(2000, rows, 3, &arena);
    rule.over = OVER_PROJECTS;
    rule.unit_gpus = 8;
    rule.divide = &mutants[0];
    scene_play(&scene, &scratch);
    assert_non_null(scene.message);
    arena_release(&arena);
    arena_release(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutants),
        cmocka_unit_test(test_all_combinations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
