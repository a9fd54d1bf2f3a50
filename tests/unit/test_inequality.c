/* Jain's index and Gini's coefficient. */
#include "stats/inequality.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

static void assert_near(double value, double expected)
{
    assert_true(fabs(value - expected) <= 1e-12);
}

static void test_known(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        double x[6], jain, gini;
    } rows[] = {
        /* ORACLES section 5 */
        {3, {1, 2, 3}, 6.0 / 7.0, 2.0 / 9.0},
        {4, {0, 0, 0, 1}, 1.0 / 4.0, 3.0 / 4.0},
        {2, {10, 40}, 25.0 / 34.0, 3.0 / 10.0},
        {5, {5, 4, 3, 2, 1}, 9.0 / 11.0, 4.0 / 15.0},
        /* order, holes and scale do not matter */
        {3, {3, 1, 2}, 6.0 / 7.0, 2.0 / 9.0},
        {6, {NAN, 3, NAN, 1, 2, NAN}, 6.0 / 7.0, 2.0 / 9.0},
        {3, {1e-300, 2e-300, 3e-300}, 6.0 / 7.0, 2.0 / 9.0},
        {3, {1e300, 2e300, 3e300}, 6.0 / 7.0, 2.0 / 9.0},
        /* everyone equal */
        {1, {2.385}, 1.0, 0.0},
        {4, {0.1, 0.1, 0.1, 0.1}, 1.0, 0.0},
        {3, {0, 0, 0}, 1.0, 0.0},
        {3, {NAN, 0, NAN}, 1.0, 0.0},
        /* no value */
        {0, {0}, NAN, NAN},
        {2, {NAN, NAN}, NAN, NAN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (isnan(rows[i].jain)) {
            assert_true(isnan(jain(rows[i].x, rows[i].n)));
            assert_true(isnan(gini(rows[i].x, rows[i].n)));
            continue;
        }
        assert_near(jain(rows[i].x, rows[i].n), rows[i].jain);
        assert_near(gini(rows[i].x, rows[i].n), rows[i].gini);
    }
}

/* Gini by its definition, over all pairs; Jain by its formula, on random values. */
static void test_definitions(void **state)
{
    (void)state;
    uint64_t seed = 2385;
    for (size_t n = 1; n <= 60; n++) {
        double x[60], sum = 0.0, squares = 0.0, pairs = 0.0;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            x[i] = (double)(seed >> 60);
            sum += x[i];
            squares += x[i] * x[i];
        }
        if (sum == 0.0)
            continue;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                pairs += fabs(x[i] - x[j]);
        assert_near(jain(x, n), sum * sum / ((double)n * squares));
        assert_near(gini(x, n), pairs / (2.0 * (double)n * sum));
    }
}

/* Not in the last digit: a scenario that names its teams in another order is the same. */
static void test_order_does_not_matter(void **state)
{
    (void)state;
    double x[50];
    uint64_t seed = 17;
    for (size_t i = 0; i < 50; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        x[i] = ldexp((double)(seed >> 11), -(int)i);
    }
    double its_jain = jain(x, 50), its_gini = gini(x, 50);
    for (int shuffle = 0; shuffle < 100; shuffle++) {
        for (size_t i = 49; i > 0; i--) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            size_t j = (size_t)(seed >> 33) % (i + 1);
            double x_i = x[i];
            x[i] = x[j];
            x[j] = x_i;
        }
        assert_true(jain(x, 50) == its_jain);
        assert_true(gini(x, 50) == its_gini);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_definitions),
        cmocka_unit_test(test_order_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
