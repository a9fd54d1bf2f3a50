/* Goodput where nodes fail: the formula, its best interval, a simulation of failures with
 * checkpoints, and the exact mean of that simulation. */
#include "model/goodput.h"

#include "des/stream.h"
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

/* 6.5 failures in 1000 node-days: ORACLES section 7, after Kokolis et al. 2024. */
#define RATE 6.5e-3

static void test_printed(void **state)
{
    static const struct {
        double nodes, every_minutes, goodput;
    } rows[] = {{128, 60, 0.96372}, {256, 60, 0.94383}}; /* ORACLES section 7 */
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct reliability r = {RATE, 1, rows[i].every_minutes, 5};
        assert_near(goodput_frac(&r, rows[i].nodes), rows[i].goodput, 5e-6);
    }
    struct reliability best = {RATE, 1, NAN, 5};
    assert_near(goodput_best_interval_minutes(&best, 256), 41.6025, 5e-5);
}

/* The formula as ORACLES writes it, in days. */
static double formula(double nodes, double rate, double u0, double every, double w)
{
    return (1 - nodes * rate * (u0 + every / 2)) / (1 + w / every);
}

static void test_many_cells(void **state)
{
    static const double nodes[] = {1, 7.5, 64, 256, 1000};
    static const double rates[] = {1e-4, 2.385e-3, 2e-2};
    static const double minutes[] = {0.5, 3, 20};
    static const double every[] = {7, 45, 300};
    size_t n_stuck = 0;
    (void)state;
    for (size_t i = 0; i < 5 * 3 * 3 * 3 * 3; i++) {
        double n = nodes[i % 5], rate = rates[i / 5 % 3], w = minutes[i / 15 % 3];
        double u = minutes[i / 45 % 3], d = every[i / 135 % 3];
        struct reliability r = {rate, w, d, u};
        double expected = formula(n, rate, u / 1440, d / 1440, w / 1440);
        n_stuck += expected < 0;
        assert_near(goodput_frac(&r, n), fmax(0, expected), 1e-12);
    }
    assert_true(n_stuck > 0);
}

/* The best interval is that of the first order: no other does much better. */
static void test_best_interval(void **state)
{
    (void)state;
    for (double nodes = 8; nodes <= 512; nodes *= 4) {
        struct reliability r = {RATE, 2.385, NAN, 5};
        double best = goodput_frac(&r, nodes);
        double every = goodput_best_interval_minutes(&r, nodes);
        assert_near(every, sqrt(2 * 2.385 / (nodes * RATE / 1440)), 1e-9);
        for (double factor = 0.25; factor <= 4; factor *= 1.1) {
            r.checkpoint_every_minutes = every * factor;
            assert_true(goodput_frac(&r, nodes) <= best + 2e-3);
        }
        r.checkpoint_every_minutes = every * 4;
        assert_true(goodput_frac(&r, nodes) < best - 1e-3);
    }
}

static void test_edges(void **state)
{
    const struct reliability none = {0, 3, NAN, 5}, written = {0, 3, 60, 5},
                             quick = {RATE, 0, NAN, 5}, hopeless = {RATE, 3, 60, 1e6};
    (void)state;
    assert_same(goodput_frac(&none, 256), 1);
    assert_near(goodput_frac(&written, 256), 1 / 1.05, 1e-15);
    assert_near(goodput_frac(&quick, 256), 1 - 256 * RATE * 5 / 1440, 1e-15);
    assert_same(goodput_frac(&hopeless, 256), 0);
    assert_same(goodput_frac(&quick, 0), 1);
    double last = 1;
    const struct reliability usual = {RATE, 1, NAN, 5};
    for (double nodes = 1; nodes <= 1e5; nodes *= 3) {
        double next = goodput_frac(&usual, nodes);
        assert_true(next <= last && next >= 0);
        last = next;
    }
    assert_same(last, 0);
}

/* Minutes from one checkpoint to the next that is written whole. Failures come at rate
 * `f` a minute, also while it restarts. */
static double segment_minutes(struct stream *s, double f, double work, double u)
{
    double minutes = 0;
    for (;;) {
        double failure = stream_exponential(s) / f;
        if (failure >= work)
            return minutes + work;
        minutes += failure;
        while ((failure = stream_exponential(s) / f) < u)
            minutes += failure;
        minutes += u;
    }
}

/* A run is simulated checkpoint by checkpoint. Its exact mean is (1/f) e^(f u)
 * (e^(f (d + w)) - 1) minutes for d of progress (Daly 2006, A higher order estimate of
 * the optimum checkpoint interval), from which the formula differs by no more than what
 * it leaves out: failures in the midst of writing, and terms of second order. */
static void test_simulation(void **state)
{
    enum { N = 40000 };
    static const double nodes[] = {16, 128, 512}, every[] = {20, 60, 180};
    const double w = 1, u = 5;
    struct stream stream;
    (void)state;
    stream_init(&stream, 1, 0, "test", "goodput");
    for (size_t cell = 0; cell < 9; cell++) {
        double n = nodes[cell % 3], d = every[cell / 3], f = n * RATE / 1440;
        struct reliability r = {RATE, w, d, u};
        double sum = 0, squares = 0;
        for (int i = 0; i < N; i++) {
            double minutes = segment_minutes(&stream, f, d + w, u);
            sum += minutes;
            squares += minutes * minutes;
        }
        double mean = sum / N, se = sqrt((squares / N - mean * mean) / N);
        double exact = exp(f * u) / f * expm1(f * (d + w));
        double first = f * (d + w + u), neglected = f * w / 2 + first * first;
        assert_near(mean, exact, 3 * se);
        assert_near(goodput_frac(&r, n), d / exact, neglected);
        assert_near(goodput_frac(&r, n), d / mean, 3 * se / mean + neglected);
    }
}

/* ORACLES section 7, after Hoffmann et al. 2022. */
static void test_loss(void **state)
{
    (void)state;
    assert_near(model_loss(13.0e9, 1.0e12), 2.0173, 5e-5);
    assert_near(model_loss(175e9, 300e9), 2.0023, 5e-5);
    assert_near(model_loss(70e9, 1.4e12),
                1.69 + 406.4 / pow(70e9, 0.34) + 410.7 / pow(1.4e12, 0.28), 1e-15);
    assert_near(model_loss(1e300, 1e300), 1.69, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_printed),       cmocka_unit_test(test_many_cells),
        cmocka_unit_test(test_best_interval), cmocka_unit_test(test_edges),
        cmocka_unit_test(test_simulation),    cmocka_unit_test(test_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
