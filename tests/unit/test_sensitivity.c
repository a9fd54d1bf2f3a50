/* Designs and estimators of sensitivity against functions whose indices are known. */
#include "stats/sensitivity.h"
#include "study/design.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "record/number.h"

#include <math.h>
#include <string.h>

typedef double function(const double *x, size_t k);

/* Ishigami and Homma, ISUMA 1990, with a = 7 and b = .1. */
static double ishigami(const double *x, size_t k)
{
    (void)k;
    return sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * pow(x[2], 4) * sin(x[0]);
}

/* Sobol's g-function: the product of (|4x - 2| + a) / (1 + a). */
static const double g_a[] = {0, 0.5, 3, 9, 99};
static double g_function(const double *x, size_t k)
{
    double y = 1;
    for (size_t i = 0; i < k; i++)
        y *= (fabs(4 * x[i] - 2) + g_a[i]) / (1 + g_a[i]);
    return y;
}

static double linear(const double *x, size_t k)
{
    (void)k;
    return 2 * x[0] - 3 * x[1] + 0 * x[2];
}

static double product(const double *x, size_t k)
{
    (void)k;
    return x[0] * x[1];
}

struct tried {
    struct arena arena;
    struct design design;
    double *x, *y; /* by point */
};

/* Makes a design of k settings over [low, high] and evaluates a function at its points.
 */
static void try(struct tried *t, enum sweep_design design, size_t n, size_t k, double low,
                double high, function *f)
{
    static const char *const paths[] = {"a.x", "b.x", "c.x", "d.x", "e.x"};
    struct diag d;
    arena_init(&t->arena);
    diag_init(&d);
    struct scenario scenario = {.path = "x.cfg",
                                .tree = node_new(&t->arena, NODE_GROUP, NULL)};
    struct sweep sweep = {.design = design, .points = (int64_t)n, .levels = 4};
    sweep.varies = ARENA_ARRAY(&t->arena, struct sweep_vary, k);
    sweep.n_varies = k;
    for (size_t i = 0; i < k; i++)
        sweep.varies[i] = (struct sweep_vary){
            .path = paths[i], .spread = SPREAD_UNIFORM, .a = low, .b = high, .zip = -1};
    assert_int_equal(design_make(&t->arena, &sweep, &scenario, 1, &t->design, &d), 0);
    t->x = ARENA_ARRAY(&t->arena, double, t->design.n_points *k);
    t->y = ARENA_ARRAY(&t->arena, double, t->design.n_points);
    for (size_t p = 0; p < t->design.n_points; p++) {
        for (size_t i = 0; i < k; i++)
            assert_true(number_parse(t->design.values[p * k + i], &t->x[p * k + i]));
        t->y[p] = f(t->x + p * k, k);
    }
    diag_release(&d);
}

static void assert_within(const char *what, double value, double expected, double by)
{
    if (!(fabs(value - expected) <= by))
        fail_msg("%s is %g, should be %g", what, value, expected);
}

/* First-order .3139, .4424, 0; total .5576, .4424, .2437: the numbers, and those
 * of the closed form. */
static void test_ishigami(void **state)
{
    (void)state;
    static const double first[] = {.3139, .4424, 0}, total[] = {.5576, .4424, .2437};
    struct tried t;
    try(&t, DESIGN_SALTELLI, 4096, 3, -M_PI, M_PI, ishigami);
    assert_int_equal(t.design.n_points, 4096 * 5);
    for (size_t i = 0; i < 3; i++) {
        struct sobol s;
        sobol_of(t.y, NULL, 4096, 3, i, &s);
        assert_int_equal(s.n, 4096);
        assert_within("first", s.first, first[i], 0.01);
        assert_within("total", s.total, total[i], 0.01);
    }
    arena_release(&t.arena);
}

/* V_i = 1 / (3 (1 + a_i)^2), V = prod(1 + V_i) - 1 (Saltelli and Sobol 1995). */
static void test_g_function(void **state)
{
    (void)state;
    enum { K = 5 };
    double all = 1, part[K];
    for (size_t i = 0; i < K; i++)
        all *= 1 + (part[i] = 1 / (3 * (1 + g_a[i]) * (1 + g_a[i])));
    struct tried t;
    try(&t, DESIGN_SALTELLI, 8192, K, 0, 1, g_function);
    for (size_t i = 0; i < K; i++) {
        struct sobol s;
        sobol_of(t.y, NULL, 8192, K, i, &s);
        assert_within("first", s.first, part[i] / (all - 1), 0.015);
        assert_within("total", s.total, part[i] * (all / (1 + part[i])) / (all - 1),
                      0.015);
    }
    arena_release(&t.arena);
}

static void test_sobol_of_little(void **state)
{
    (void)state;
    const double constant[] = {2, 2, 2, 2, 2, 2}, holes[] = {1, NAN, 3, 2, 5, 4, 4, 1, 9};
    struct sobol s;
    sobol_of(constant, NULL, 2, 1, 0, &s);
    assert_true(s.n == 2 && isnan(s.first) && isnan(s.total));
    sobol_of(holes, NULL, 3, 1, 0, &s);
    assert_int_equal(s.n, 2); /* the first row has a hole */
    assert_false(isnan(s.total));
    const size_t rows[] = {1, 2, 1};
    sobol_of(holes, rows, 3, 1, 0, &s);
    assert_int_equal(s.n, 3);
    sobol_of(holes, rows, 0, 1, 0, &s);
    assert_true(s.n == 0 && isnan(s.first));
}

/* Each way moves each setting once, over half of the range or more; effects of a linear
 * function are its slopes times the range, without spread. */
static void test_morris(void **state)
{
    (void)state;
    enum { WAYS = 50, K = 3 };
    static const double slopes[K] = {4, -6, 0};
    struct tried t;
    double effects[WAYS];
    struct morris m;
    try(&t, DESIGN_MORRIS, WAYS, K, 1, 3, linear);
    assert_int_equal(t.design.n_points, WAYS * (K + 1));
    for (size_t p = 0; p < t.design.n_points; p++) {
        size_t n_moved = 0;
        for (size_t i = 0; i < K && p % (K + 1) > 0; i++) {
            double by =
                t.design.coordinates[p * K + i] - t.design.coordinates[(p - 1) * K + i];
            n_moved += by != 0;
            if (by != 0)
                assert_within("step", fabs(by), 4.0 / (2 * 3), 1e-12);
        }
        assert_int_equal(n_moved, p % (K + 1) > 0);
    }
    for (size_t i = 0; i < K; i++) {
        morris_effects(t.design.coordinates, t.y, WAYS, K, i, effects);
        morris_of(effects, NULL, WAYS, &m);
        assert_int_equal(m.n, WAYS);
        assert_within("mu", m.mu, slopes[i], 1e-9);
        assert_within("mu_star", m.mu_star, fabs(slopes[i]), 1e-9);
        assert_within("sigma", m.sigma, 0, 1e-9);
    }
    arena_release(&t.arena);
    /* Of x1 x2 over [0, 1] the effect of x1 is x2: levels 0, 1/3, 2/3, 1, mean 1/2, and
     * standard deviation sqrt(5/36). */
    try(&t, DESIGN_MORRIS, WAYS * 40, 2, 0, 1, product);
    double *many = MEM_ARRAY(double, WAYS * 40);
    morris_effects(t.design.coordinates, t.y, WAYS * 40, 2, 0, many);
    morris_of(many, NULL, WAYS * 40, &m);
    assert_within("mu", m.mu, 0.5, 0.03);
    assert_within("sigma", m.sigma, sqrt(5.0 / 36), 0.02);
    mem_free(many);
    arena_release(&t.arena);
}

/* Quantiles of spreads at .5, and at the ends of what has ends. */
static void test_quantiles(void **state)
{
    (void)state;
    const struct {
        struct sweep_vary vary;
        double low, middle, high;
    } rows[] = {
        {{.spread = SPREAD_UNIFORM, .a = 2, .b = 6}, 2, 4, 6},
        {{.spread = SPREAD_LOG_UNIFORM, .a = 1, .b = 100}, 1, 10, 100},
        {{.spread = SPREAD_TRIANGULAR, .a = 0, .b = 1, .c = 2}, 0, 1, 2},
        {{.spread = SPREAD_TRIANGULAR, .a = 0, .b = 0, .c = 2}, 0, 2 - M_SQRT2, 2},
        {{.spread = SPREAD_NORMAL, .a = 3, .b = 2}, -INFINITY, 3, INFINITY},
        {{.spread = SPREAD_LOGNORMAL, .a = 0, .b = 2}, 0, 1, INFINITY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (isfinite(rows[i].low))
            assert_within("low", design_quantile(&rows[i].vary, 1e-300), rows[i].low,
                          1e-9);
        assert_within("middle", design_quantile(&rows[i].vary, 0.5), rows[i].middle,
                      1e-12);
        if (isfinite(rows[i].high))
            assert_within("high", design_quantile(&rows[i].vary, 1 - 0x1p-53),
                          rows[i].high, 1e-6);
    }
    /* The normal distribution's 97.5 %. */
    const struct sweep_vary normal = {.spread = SPREAD_NORMAL, .a = 0, .b = 1};
    assert_within("z", design_quantile(&normal, 0.975), 1.959963984540054, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ishigami),        cmocka_unit_test(test_g_function),
        cmocka_unit_test(test_sobol_of_little), cmocka_unit_test(test_morris),
        cmocka_unit_test(test_quantiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
