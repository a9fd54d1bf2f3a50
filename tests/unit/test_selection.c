/* The allocation of runs among alternatives. */
#include "stats/selection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ORACLES section 8, the example of Chen et al. */
static void test_published(void **state)
{
    (void)state;
    const double means[] = {1.2, 2.1, 3.4, 4.87, 6.05};
    const double variances[] = {3.3, 2, 4.5, 5.3, 6.9};
    const size_t n_runs[] = {12, 6, 5, 5, 4}, expected[] = {48, 38, 11, 2, 1};
    size_t n_more[5];
    ocba_allocate(means, variances, n_runs, 5, 100, n_more);
    for (int i = 0; i < 5; i++)
        assert_int_equal(n_more[i], expected[i]);
}

/* Nothing is lost or made, whatever the sample looks like: equal means, no variance. */
static void test_all_is_spent(void **state)
{
    (void)state;
    static const struct {
        double means[3], variances[3];
    } rows[] = {
        {{1, 1, 1}, {2, 2, 2}},     {{1, 2, 3}, {0, 0, 0}}, {{1, 2, 3}, {0, 4, 0}},
        {{3, 2, 1}, {1e-20, 1, 9}}, {{0, 0, 5}, {0, 0, 1}}, {{-1e9, 0, 1e9}, {1, 2, 3}},
    };
    const size_t n_runs[] = {10, 20, 10};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t budget = 0; budget < 200; budget += 13) {
            size_t n[3];
            ocba_allocate(rows[i].means, rows[i].variances, n_runs, 3, budget, n);
            assert_int_equal(n[0] + n[1] + n[2], budget);
        }
}

/* A rival that is close gets more than one that is far away. */
static void test_close_rivals(void **state)
{
    (void)state;
    const double means[] = {0, 0.5, 3}, variances[] = {1, 1, 1};
    const size_t n_runs[] = {10, 10, 10};
    size_t n[3];
    ocba_allocate(means, variances, n_runs, 3, 300, n);
    assert_true(n[0] > 0 && n[1] > 10 * n[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_all_is_spent),
        cmocka_unit_test(test_close_rivals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) > 0;
}
