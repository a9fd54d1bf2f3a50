/* Named streams: the generator's published vectors, names, positions, the ziggurats'
 * tables, and GSL's view of a stream. Whether draws follow their distributions is tested
 * in tests/statistics/test_draws.c. */
#include "des/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <Random123/philox.h>
#include <gsl/gsl_randist.h>

#include <limits.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Random123, tests/kat_vectors, philox4x64 10. */
static void test_philox_64(void **state)
{
    (void)state;
    static const struct {
        philox4x64_ctr_t counter;
        philox4x64_key_t key;
        philox4x64_ctr_t expected;
    } rows[] = {
        {{{0, 0, 0, 0}},
         {{0, 0}},
         {{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b,
           0x7e68b68aec7ba23b}}},
        {{{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}},
         {{UINT64_MAX, UINT64_MAX}},
         {{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6,
           0xa09caebf594f0ba0}}},
        {{{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
           0x082efa98ec4e6c89}},
         {{0x452821e638d01377, 0xbe5466cf34e90c6c}},
         {{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5,
           0x57bd43b5e52b7fe6}}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        philox4x64_ctr_t words = philox4x64(rows[i].counter, rows[i].key);
        assert_memory_equal(words.v, rows[i].expected.v, sizeof words.v);
    }
}

/* Random123, tests/kat_vectors, philox4x32 10. */
static void test_philox_32(void **state)
{
    (void)state;
    static const struct {
        philox4x32_ctr_t counter;
        philox4x32_key_t key;
        philox4x32_ctr_t expected;
    } rows[] = {
        {{{0, 0, 0, 0}}, {{0, 0}}, {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}},
        {{{UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX}},
         {{UINT32_MAX, UINT32_MAX}},
         {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}},
        {{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
         {{0xa4093822, 0x299f31d0}},
         {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        philox4x32_ctr_t words = philox4x32(rows[i].counter, rows[i].key);
        assert_memory_equal(words.v, rows[i].expected.v, sizeof words.v);
    }
}

/* Computed apart from this code: Python's hashlib and a Philox of ten lines. */
static void test_name_to_words(void **state)
{
    (void)state;
    static const uint64_t expected[] = {
        0x29eef8324ebd9675, 0x50bac2129581d167, 0x5fbfaad5725776c2, 0x393f83733e61e3c0,
        0x8deb68d688610433, 0xa123cab4b432ca27, 0x5a445370588a471f, 0x3310d707fdf4b2f1};
    struct stream s;
    stream_init(&s, 2385, 7, "leave", "LLaMA/3");
    for (uint64_t i = 0; i < 8; i++) {
        assert_true(stream_position(&s) == i);
        assert_true(stream_bits(&s) == expected[i]);
    }
    stream_seek(&s, (UINT64_C(4) << 40) + 2);
    assert_true(stream_bits(&s) == 0x0794acf9209add6a);
}

/* The bits of many draws folded into one word: pins the ziggurats for every compiler.
 * Computed apart from this code, by the same method in Python. */
static uint64_t fold(uint64_t trace, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (trace ^ bits) * 0x9e3779b97f4a7c15u;
}

static void test_draws_are_pinned(void **state)
{
    (void)state;
    struct stream s;
    uint64_t trace = 0;
    stream_init(&s, 2385, 7, "leave", "LLaMA/3");
    for (int i = 0; i < 100000; i++)
        trace = fold(trace, stream_exponential(&s));
    assert_true(trace == 0x6cab4a15842d5e67);
    assert_true(stream_position(&s) == 103387);
    trace = 0;
    stream_seek(&s, 0);
    for (int i = 0; i < 100000; i++)
        trace = fold(trace, stream_normal(&s));
    assert_true(trace == 0x86a3e7633cba901c);
    assert_true(stream_position(&s) == 102187);
}

static void test_seek(void **state)
{
    (void)state;
    struct stream s, far;
    stream_init(&s, 1, 0, "build", "OPT");
    for (uint64_t i = 0; i < 100; i++) {
        stream_init(&far, 1, 0, "build", "OPT");
        stream_seek(&far, i);
        assert_true(stream_position(&far) == i);
        assert_true(stream_bits(&far) == stream_bits(&s));
        assert_true(stream_position(&far) == i + 1);
        struct stream on = s;
        for (int k = 0; k < 9; k++) /* over two ends of blocks */
            assert_true(stream_bits(&far) == stream_bits(&on));
    }
    struct stream copy = s;
    assert_true(stream_uniform(&copy) == stream_uniform(&s));
    stream_seek(&s, 0);
    stream_init(&far, 1, 0, "build", "OPT");
    assert_true(stream_bits(&far) == stream_bits(&s));
}

static void test_names_differ(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed, replication;
        const char *purpose, *entity;
    } rows[] = {
        {1, 2, "a", "bc"},
        {1, 2, "ab", "c"},
        {1, 2, "abc", ""},
        {1, 2, "", "abc"},
        {2, 1, "a", "bc"},
        {1, 3, "a", "bc"},
        {0, 0, "a", "bc"},
        {0, 1, "a", "bc"},
        {1, 2, "a", "b c"},
        {1, 2, "A", "bc"},
        {1, 2, "", ""},
        {UINT64_MAX, 2, "a", "bc"},
        {1, 2, "a", "Équipe"},
        {1, 2, "a", "Equipe"},
        {1 + (UINT64_C(1) << 32), 2, "a", "bc"},
        {1, 2 + (UINT64_C(1) << 32), "a", "bc"},
    };
    enum { N = sizeof rows / sizeof *rows };
    uint64_t first[N];
    for (int i = 0; i < N; i++) {
        struct stream s;
        stream_init(&s, rows[i].seed, rows[i].replication, rows[i].purpose,
                    rows[i].entity);
        first[i] = stream_bits(&s);
        for (int j = 0; j < i; j++)
            assert_true(first[i] != first[j]);
    }
}

static void test_order_of_creation(void **state)
{
    (void)state;
    enum { N = 50 };
    double alone[2][N];
    for (int k = 0; k < 2; k++) {
        struct stream s;
        stream_init(&s, 1, 0, "leave", k ? "OPT" : "LLaMA");
        for (int i = 0; i < N; i++)
            alone[k][i] = stream_exponential(&s);
    }
    struct stream opt, added, llama;
    stream_init(&opt, 1, 0, "leave", "OPT");
    stream_init(&added, 1, 0, "leave", "a team that was added");
    stream_init(&llama, 1, 0, "leave", "LLaMA");
    for (int i = 0; i < N; i++) {
        assert_true(stream_exponential(&llama) == alone[0][i]);
        stream_normal(&added);
        assert_true(stream_exponential(&opt) == alone[1][i]);
    }
}

/* A stream whose next seven words are the same. */
static struct stream holding(uint64_t word)
{
    struct stream s;
    stream_init(&s, 1, 0, "test", "extremes");
    s.position = 1;
    for (int i = 0; i < 8; i++)
        s.words[i] = word;
    return s;
}

static void test_extremes(void **state)
{
    (void)state;
    struct stream s = holding(0);
    assert_true(stream_uniform(&s) == 0x1p-53);
    s = holding(UINT64_MAX);
    assert_true(stream_uniform(&s) == 1.0 - 0x1p-53);
    assert_true(stream_open_unit(UINT64_C(1) << 63) == 0.5 + 0x1p-53);
    assert_true(stream_signed_unit(0) == -(1.0 - 0x1p-52));
    assert_true(stream_signed_unit(UINT64_MAX) == 1.0 - 0x1p-52);
    for (uint64_t layer = 0; layer < 256; layer++)
        for (int kind = 0; kind < 4; kind++) {
            static const uint64_t upper[] = {
                0, UINT64_C(1) << 63, (UINT64_C(1) << 63) - 4096, UINT64_MAX - 4095};
            s = holding(upper[kind] | layer);
            double x = stream_exponential(&s);
            assert_true(x > 0.0 && x < 100.0);
            s = holding(upper[kind] | layer);
            x = stream_normal(&s);
            assert_true(x != 0.0 && fabs(x) < 20.0);
        }
}

static double exponential_density(double x)
{
    return exp(-x);
}

static double normal_density(double x)
{
    return exp(-0.5 * x * x);
}

/* x[1] as published: for the exponential in Marsaglia and Tsang (2000), for the normal of
 * 256 layers the same method's 3.6541528853610088. Everything else follows from it. */
static void test_tables(void **state)
{
    (void)state;
    static const struct {
        const double *x;
        double r;
        double (*density)(double x);
    } rows[] = {
        {stream_exponential_x, 7.69711747013104972, exponential_density},
        {stream_normal_x, 3.6541528853610088, normal_density},
    };
    for (int k = 0; k < 2; k++) {
        const double *x = rows[k].x, r = rows[k].r;
        double tail = k == 0 ? exp(-r) : sqrt(M_PI / 2.0) * erfc(r / M_SQRT2);
        double v = r * rows[k].density(r) + tail;
        assert_true(fabs(x[1] - r) <= 1e-15 * r);
        assert_true(fabs(x[0] - v / rows[k].density(r)) < 1e-13);
        assert_true(x[256] == 0.0);
        double height = rows[k].density(r);
        for (int i = 1; i < 256; i++) {
            height += v / x[i]; /* the top of layer i */
            double next = k == 0 ? -log(height) : sqrt(-2.0 * log(height));
            if (i < 255)
                assert_true(fabs(x[i + 1] - next) < 1e-12);
            double area = x[i] * (rows[k].density(x[i + 1]) - rows[k].density(x[i]));
            assert_true(fabs(area / v - 1.0) < 1e-12);
        }
        assert_true(fabs(height - 1.0) < 1e-13);
    }
}

/* The draw as it is defined, the density asked in every wedge. */
static double plain_exponential(struct stream *s)
{
    const double *x = stream_exponential_x;
    double beyond = 0.0;
    for (;;) {
        uint64_t bits = stream_bits(s), layer = bits & 255;
        double at = stream_open_unit(bits) * x[layer];
        if (at < x[layer + 1])
            return beyond + at;
        double low = exp(-x[layer]), high = exp(-x[layer + 1]);
        if (layer == 0)
            beyond += x[1];
        else if (low + stream_uniform(s) * (high - low) < exp(-at))
            return beyond + at;
    }
}

static void test_shortcuts_decide_the_same(void **state)
{
    (void)state;
    struct stream s, shadow;
    stream_init(&s, 2385, 1, "test", "wedges");
    shadow = s;
    for (int i = 0; i < 2000000; i++)
        assert_true(stream_exponential(&s) == plain_exponential(&shadow));
}

static void test_gsl_same_stream(void **state)
{
    (void)state;
    struct stream direct, behind;
    gsl_rng rng;
    stream_init(&direct, 1, 0, "hire", "Paris");
    behind = direct;
    stream_gsl(&behind, &rng);
    assert_string_equal(gsl_rng_name(&rng), "stream");
    assert_true(gsl_rng_max(&rng) == ULONG_MAX && gsl_rng_min(&rng) == 0);
    for (int i = 0; i < 20; i++) {
        if (sizeof(unsigned long) == 8)
            assert_true(gsl_rng_get(&rng) == stream_bits(&direct));
        else
            assert_true(gsl_rng_get(&rng) == stream_bits(&direct) >> 32);
        assert_true(gsl_rng_uniform(&rng) == stream_uniform(&direct));
        assert_true(stream_bits(&behind) == stream_bits(&direct)); /* by turns */
    }
}

static void test_gsl_distributions(void **state)
{
    (void)state;
    enum { N = 20000 };
    double sum[2] = {0.0, 0.0};
    uint64_t trace[2] = {0, 0};
    for (int round = 0; round < 2; round++) {
        struct stream s;
        gsl_rng rng;
        stream_init(&s, 1, 0, "hire", "Paris");
        stream_gsl(&s, &rng);
        for (int i = 0; i < N; i++) {
            double lognormal = gsl_ran_lognormal(&rng, 0.0, 0.5);
            double beta = gsl_ran_beta(&rng, 2.0, 3.0);
            double gamma = gsl_ran_gamma(&rng, 0.5, 2.0);
            double gaussian = gsl_ran_gaussian_ziggurat(&rng, 1.0);
            unsigned long dice = gsl_rng_uniform_int(&rng, 6);
            unsigned poisson = gsl_ran_poisson(&rng, 2.385);
            assert_true(lognormal > 0.0 && isfinite(lognormal));
            assert_true(beta >= 0.0 && beta <= 1.0);
            assert_true(gamma >= 0.0 && isfinite(gamma));
            assert_true(fabs(gaussian) < 10.0 && dice < 6 && poisson < 100);
            sum[round] += lognormal;
            trace[round] = fold(trace[round], lognormal + beta + gamma + gaussian +
                                                  (double)(dice + poisson));
        }
    }
    assert_true(trace[0] == trace[1]);
    /* mean exp(0.125) = 1.1331, deviation 0.6039: five standard errors are 0.0214 */
    assert_true(fabs(sum[0] / N - exp(0.125)) < 0.0214);
}

/* A stream is not seeded through GSL: both ways to try it abort. */
static void test_gsl_refuses_seeds(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        pid_t child = fork();
        if (child == 0) {
            struct rlimit none = {0, 0};
            setrlimit(RLIMIT_CORE, &none);
            signal(SIGABRT, SIG_DFL);
            close(STDERR_FILENO);
            struct stream s;
            gsl_rng rng;
            stream_init(&s, 1, 0, "hire", "Paris");
            stream_gsl(&s, &rng);
            if (way == 1)
                gsl_rng_set(&rng, 7);
            else if (way == 2)
                gsl_rng_free(gsl_rng_alloc(&stream_gsl_type));
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(WIFEXITED(status) && WEXITSTATUS(status) == 0, way == 0);
    }
}

static double correlation(struct stream a, struct stream b, int lag)
{
    enum { N = 100000 };
    double sum = 0.0;
    stream_seek(&b, (uint64_t)lag);
    for (int i = 0; i < N; i++)
        sum += (stream_uniform(&a) - 0.5) * (stream_uniform(&b) - 0.5);
    return 12.0 * sum / N;
}

static void test_uncorrelated(void **state)
{
    (void)state;
    struct stream base, others[5];
    stream_init(&base, 1, 0, "leave", "LLaMA/1");
    stream_init(&others[0], 1, 0, "leave", "LLaMA/2");
    stream_init(&others[1], 1, 0, "hire", "LLaMA/1");
    stream_init(&others[2], 1, 1, "leave", "LLaMA/1");
    stream_init(&others[3], 2, 0, "leave", "LLaMA/1");
    others[4] = base;
    for (int k = 0; k < 5; k++)
        for (int lag = k == 4; lag < 5; lag++)
            /* the standard error is 1 / sqrt(100000) = 0.00316; four of them */
            assert_true(fabs(correlation(base, others[k], lag)) < 0.0127);
    assert_true(fabs(correlation(base, base, 0) - 1.0) < 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_philox_64),
        cmocka_unit_test(test_philox_32),
        cmocka_unit_test(test_name_to_words),
        cmocka_unit_test(test_draws_are_pinned),
        cmocka_unit_test(test_seek),
        cmocka_unit_test(test_names_differ),
        cmocka_unit_test(test_order_of_creation),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_shortcuts_decide_the_same),
        cmocka_unit_test(test_gsl_same_stream),
        cmocka_unit_test(test_gsl_distributions),
        cmocka_unit_test(test_gsl_refuses_seeds),
        cmocka_unit_test(test_uncorrelated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
