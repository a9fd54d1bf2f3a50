/* Every rule against what MODEL section 5 promises (support/conformance.h), a tenth of
 * the dockets of tests/statistics/test_conformance.c, and two mutants that prove that
 * breaking a promise is noticed, here and by award_check. */
#include "support/conformance.h"
#include "support/dockets.h"
#include "support/promises.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void test_all_combinations(void **state)
{
    (void)state;
    check_conformance(100);
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
