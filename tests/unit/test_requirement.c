/* Requirements and widths: how they are read and judged. */
#include "study/requirement.h"

#include "stats/summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

static void test_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *alternative, *outcome;
        bool is_at_most;
        double bound, level;
    } rows[] = {
        {"released:LLaMA >= 0.8", NULL, "released:LLaMA", false, 0.8, 0},
        {"released:LLaMA>=0.8@95", NULL, "released:LLaMA", false, 0.8, 0.95},
        {"  cost <= -1e6 @ 99.9 ", NULL, "cost", true, -1e6, 0.999},
        {"fill_frac:team/OPT@2023-08-31 >= .5 @90", NULL, "fill_frac:team/OPT@2023-08-31",
         false, 0.5, 0.9},
        {"no closeness/released:LLaMA >= 1", "no closeness", "released:LLaMA", false, 1,
         0},
        {"max-min/fill_frac:team/OPT <= 1", "max-min", "fill_frac:team/OPT", true, 1, 0},
        {"\"a:b/\\\"c\"/jain_fill >= 0", "a:b/\"c", "jain_fill", false, 0, 0},
        {"released:\"x <= 3\" >= 0.5", NULL, "released:\"x <= 3\"", false, 0.5, 0},
    };
    struct arena arena;
    struct diag d;
    arena_init(&arena);
    diag_init(&d);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct requirement r;
        assert_int_equal(requirement_parse(rows[i].text, "require", &arena, &r, &d), 0);
        assert_string_equal(r.outcome, rows[i].outcome);
        if (rows[i].alternative)
            assert_string_equal(r.alternative, rows[i].alternative);
        else
            assert_null(r.alternative);
        assert_int_equal(r.is_at_most, rows[i].is_at_most);
        assert_true(r.bound == rows[i].bound);
        assert_true(fabs(r.level - rows[i].level) < 1e-12);
    }
    assert_int_equal(diag_n_errors(&d), 0);
    diag_release(&d);
    arena_release(&arena);
}

static void test_mistakes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",        "released:L",      "released:L > 3",      "released:L >= ",
        ">= 0.8",  "/cost >= 3",      "cost >= 3 @",         "cost >= 3 @101",
        "a >= 3x", "cost >= 3 @95 %", "released:\"L >= 0.8", "cost >= nan",
        "a >= inf"};
    static const char *const widths[] = {"cost>=3", "cost<=0", "cost<=-1", "cost<=1@95",
                                         "x/cost<=1"};
    struct arena arena;
    struct diag d;
    struct requirement r;
    size_t n_errors = 0;
    arena_init(&arena);
    diag_init(&d);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(requirement_parse(texts[i], "require", &arena, &r, &d), -1);
        assert_int_equal(diag_n_errors(&d), ++n_errors);
    }
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        assert_int_equal(requirement_parse_width(widths[i], &arena, &r, &d), -1);
        assert_int_equal(diag_n_errors(&d), ++n_errors);
    }
    assert_int_equal(diag_exit_status(&d), 64);
    diag_release(&d);
    arena_release(&arena);
}

static struct verdict judged(const char *text, enum metric metric, enum outcome_kind kind,
                             const double *values, size_t n)
{
    struct outcome_path path = {metric, kind, 0, 0};
    struct arena arena;
    struct diag d;
    struct requirement r;
    struct verdict verdict;
    arena_init(&arena);
    diag_init(&d);
    assert_int_equal(requirement_parse(text, "require", &arena, &r, &d), 0);
    requirement_judge(&r, &path, values, 1, n, &verdict);
    diag_release(&d);
    arena_release(&arena);
    return verdict;
}

/* Of 9 in 10 Wilson's interval at 95 % is [0.5411540, 0.9947577]: Newcombe (1998). */
static void test_judge(void **state)
{
    (void)state;
    const double yes[] = {1, 1, 1, 1, 0, 1, 1, 1, 1, 1};
    assert_true(judged("x >= 0.9", METRIC_RELEASED, OF_PROJECT, yes, 10).is_met);
    assert_false(judged("x <= 0.89", METRIC_RELEASED, OF_PROJECT, yes, 10).is_met);
    assert_true(judged("x >= 0.54 @95", METRIC_RELEASED, OF_PROJECT, yes, 10).is_met);
    assert_false(judged("x >= 0.55 @95", METRIC_RELEASED, OF_PROJECT, yes, 10).is_met);
    struct verdict v = judged("x <= 0.995 @95", METRIC_RELEASED, OF_PROJECT, yes, 10);
    assert_true(v.is_met && fabs(v.value - 0.9947577) < 1e-6);
    /* Student's of 1 .. 4: 2.5 -+ 3.182446 * 1.290994 / 2 */
    const double x[] = {1, 2, 3, 4};
    v = judged("x >= 0.4 @95", METRIC_VALUE, OF_ALL, x, 4);
    assert_true(v.is_met && fabs(v.value - 0.445739) < 1e-5);
}

/* What is not there is neither dropped nor taken for met. */
static void test_missing(void **state)
{
    (void)state;
    const double x[] = {10, NAN, 12}, none[] = {NAN};
    struct verdict v = judged("x <= 20", METRIC_RELEASE_MONTHS, OF_PROJECT, x, 3);
    assert_true(!v.is_met && v.n_missing == 1 && v.mean == 11);
    v = judged("x <= 20", METRIC_FILL, OF_TEAM, x, 3);
    assert_true(v.is_met && v.n_missing == 1);
    assert_false(judged("x <= 20", METRIC_FILL, OF_TEAM, none, 1).is_met);
    assert_false(judged("x >= 5 @95", METRIC_FILL, OF_TEAM, x, 1).is_met);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) > 0;
}
