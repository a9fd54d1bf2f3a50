/* Draws against their distributions, bodies and tails.
 *
 * Kolmogorov-Smirnov: sqrt(n) * D stays below 1.95 with probability 0.999. Counts are
 * held to four standard errors. Seeds are fixed: a failure is a change of the code. */
#include "des/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N_BODY = 2000000, N_TAIL = 40000000 };

static double uniform_cdf(double x)
{
    return x;
}

static double exponential_cdf(double x)
{
    return -expm1(-x);
}

static double normal_cdf(double x)
{
    return 0.5 * erfc(-x / M_SQRT2);
}

/* Beyond the edge of the ziggurat's rectangles, given that it is beyond. */
static double exponential_tail_cdf(double x)
{
    return exponential_cdf(x - stream_exponential_x[1]);
}

static double normal_tail_cdf(double x)
{
    return 1.0 - erfc(x / M_SQRT2) / erfc(stream_normal_x[1] / M_SQRT2);
}

/* sqrt(n) * D; sorts the sample. */
static double kolmogorov_smirnov(double *x, size_t n, double (*cdf)(double x))
{
    double largest = 0.0;
    gsl_sort(x, 1, n);
    for (size_t i = 0; i < n; i++) {
        double p = cdf(x[i]);
        largest = fmax(largest,
                       fmax(p - (double)i / (double)n, (double)(i + 1) / (double)n - p));
    }
    return largest * sqrt((double)n);
}

static void assert_follows(double *x, size_t n, double (*cdf)(double x))
{
    double d = kolmogorov_smirnov(x, n, cdf);
    if (!(d < 1.95))
        fail_msg("sqrt(n) * D is %.3f, not below 1.95", d);
}

/* The number of hits in n trials of probability p, within four standard errors. */
static void assert_count(size_t n_hits, double n, double p)
{
    double error = fabs((double)n_hits - n * p) / sqrt(n * p * (1.0 - p));
    if (!(error < 4.0))
        fail_msg("%zu hits are %.2f standard errors off %.1f", n_hits, error, n * p);
}

static void test_bodies(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double (*draw)(struct stream *s);
        double (*cdf)(double x);
    } rows[] = {
        {"uniform", stream_uniform, uniform_cdf},
        {"exponential", stream_exponential, exponential_cdf},
        {"normal", stream_normal, normal_cdf},
    };
    double *x = malloc(N_BODY * sizeof *x);
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct stream s;
        stream_init(&s, 1, 0, "draws", rows[k].name);
        for (size_t i = 0; i < N_BODY; i++)
            x[i] = rows[k].draw(&s);
        assert_follows(x, N_BODY, rows[k].cdf);
    }
    free(x);
}

static void test_exponential_tail(void **state)
{
    (void)state;
    double *x = malloc(N_BODY * sizeof *x);
    struct stream s;
    stream_init(&s, 1, 0, "draws", "exponential tail");
    size_t n_beyond = 0, n_twice = 0;
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < N_TAIL; i++) {
        double draw = stream_exponential(&s);
        sum += draw;
        squares += draw * draw;
        if (draw > stream_exponential_x[1])
            x[n_beyond++] = draw;
        n_twice += draw > 2.0 * stream_exponential_x[1];
    }
    double r = stream_exponential_x[1], n = N_TAIL;
    assert_count(n_beyond, n, exp(-r));
    assert_count(n_twice, n, exp(-2.0 * r)); /* about 8 */
    assert_follows(x, n_beyond, exponential_tail_cdf);
    assert_true(fabs(sum / n - 1.0) < 4.0 / sqrt(n));
    assert_true(fabs(squares / n - 2.0) < 4.0 * sqrt(20.0 / n)); /* E x^4 - 4 = 20 */
    free(x);
}

static void test_normal_tail(void **state)
{
    (void)state;
    double *x = malloc(N_BODY * sizeof *x);
    struct stream s;
    stream_init(&s, 1, 0, "draws", "normal tail");
    size_t n_beyond = 0, n_positive = 0, n_positive_beyond = 0;
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < N_TAIL; i++) {
        double draw = stream_normal(&s);
        sum += draw;
        squares += draw * draw;
        n_positive += draw > 0.0;
        if (fabs(draw) > stream_normal_x[1]) {
            n_positive_beyond += draw > 0.0;
            x[n_beyond++] = fabs(draw);
        }
    }
    double n = N_TAIL;
    assert_count(n_beyond, n, erfc(stream_normal_x[1] / M_SQRT2));
    assert_count(n_positive, n, 0.5);
    assert_count(n_positive_beyond, (double)n_beyond, 0.5);
    assert_follows(x, n_beyond, normal_tail_cdf);
    assert_true(fabs(sum / n) < 4.0 / sqrt(n));
    assert_true(fabs(squares / n - 1.0) < 4.0 * sqrt(2.0 / n));
    free(x);
}

/* Chi-square over 1,024 equally likely cells: a seam between two layers, which
 * Kolmogorov-Smirnov hardly sees, shows in the cells next to it. */
static void test_cells(void **state)
{
    (void)state;
    for (int is_normal = 0; is_normal < 2; is_normal++) {
        enum { N_CELLS = 1024 };
        static size_t n_in[N_CELLS];
        struct stream s;
        stream_init(&s, 1, 0, "draws", is_normal ? "normal cells" : "exponential cells");
        for (size_t i = 0; i < N_CELLS; i++)
            n_in[i] = 0;
        const size_t n = 4000000;
        for (size_t i = 0; i < n; i++) {
            double p = is_normal ? normal_cdf(stream_normal(&s))
                                 : exponential_cdf(stream_exponential(&s));
            n_in[p < 1.0 ? (size_t)(p * N_CELLS) : N_CELLS - 1]++;
        }
        double chi_square = 0.0, expected = (double)n / N_CELLS;
        for (size_t i = 0; i < N_CELLS; i++)
            chi_square += pow((double)n_in[i] - expected, 2.0) / expected;
        double p = gsl_cdf_chisq_Q(chi_square, N_CELLS - 1);
        assert_true(p > 0.001 && p < 0.999);
    }
}

static double lognormal_cdf(double x)
{
    return gsl_cdf_lognormal_P(x, 0.2, 0.5);
}

static double beta_cdf(double x)
{
    return gsl_cdf_beta_P(x, 2.0, 3.0);
}

/* Through GSL's view of the stream; one replication after the other, as runs draw. */
static void test_gsl_facade(void **state)
{
    (void)state;
    enum { N = 200000 };
    double *x = malloc(2 * N * sizeof *x);
    for (uint64_t i = 0; i < N; i++) {
        struct stream s;
        gsl_rng rng;
        stream_init(&s, 1, i, "draws", "gsl");
        stream_gsl(&s, &rng);
        x[i] = gsl_ran_lognormal(&rng, 0.2, 0.5);
        x[N + i] = gsl_ran_beta(&rng, 2.0, 3.0);
    }
    assert_follows(x, N, lognormal_cdf);
    assert_follows(x + N, N, beta_cdf);
    free(x);
}

/* The first draw of one name over replications, and over entities, is a sample too. */
static void test_first_draws(void **state)
{
    (void)state;
    enum { N = 200000 };
    double *x = malloc(N * sizeof *x);
    for (uint64_t i = 0; i < N; i++) {
        struct stream s;
        stream_init(&s, 1, i, "leave", "LLaMA/3");
        x[i] = stream_exponential(&s);
    }
    assert_follows(x, N, exponential_cdf);
    for (uint64_t i = 0; i < N; i++) {
        struct stream s;
        char entity[32];
        snprintf(entity, sizeof entity, "LLaMA/%u", (unsigned)i);
        stream_init(&s, 1, 0, "leave", entity);
        x[i] = stream_exponential(&s);
    }
    assert_follows(x, N, exponential_cdf);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),      cmocka_unit_test(test_exponential_tail),
        cmocka_unit_test(test_normal_tail), cmocka_unit_test(test_cells),
        cmocka_unit_test(test_gsl_facade),  cmocka_unit_test(test_first_draws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
