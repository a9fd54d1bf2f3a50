/* The rate at which people leave, as a function of its terms. */
#include "des/stream.h"
#include "support/hazard_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static void assert_close(double a, double b, double slack)
{
    if (!(fabs(a - b) <= slack))
        fail_msg("%.10g is not within %g of %.10g", a, slack, b);
}

static void test_terms(void **state)
{
    (void)state;
    struct people people = path_people();
    people.contagion_most = 5;
    struct hazard_terms none = {0}, t;
    double base = 12 * 0.011797;
    assert_close(hazard_per_year(&people, &none), base, 1e-15);
    assert_true(hazard_morale(&people, &none) == 1);
#define FACTOR(change, factor, morale)                                                   \
    t = none;                                                                            \
    change;                                                                              \
    assert_close(hazard_per_year(&people, &t), base *(factor), 1e-14);                   \
    assert_close(hazard_morale(&people, &t), 1 / (morale), 1e-14)
    FACTOR(t.grievance = 0.5, exp(0.45), exp(0.45));
    FACTOR(t.crunch = 1, exp(0.4), exp(0.4));
    FACTOR(t.is_after_layoff = true, exp(0.29), exp(0.29));
    FACTOR(t.is_after_cancel = true, exp(0.69), exp(0.69));
    /* These are not what happens inside: morale does not know them. */
    FACTOR(t.market = 1.8, exp(0.99), 1);
    FACTOR(t.closeness = 0.5, 0.55, 1);
    FACTOR(t.n_leavers = 3, 1.273, 1);
    FACTOR(t.n_leavers = 5, 1.455, 1);
    FACTOR(t.n_leavers = 50, 1.455, 1);
    FACTOR(t.retention = 0.25, 0.75, 1);
#undef FACTOR
    people.turnover_per_year = 0;
    t.grievance = 1;
    assert_true(hazard_per_year(&people, &t) == 0);
}

/* In the second calendar month after the leaving, then the third and fourth; of two
 * leaders the larger pulse counts, not the sum. */
static void test_pulse(void **state)
{
    (void)state;
    static const double factors[] = {1, 1, 2.07, 1.56, 1.56, 1, 1};
    struct people people = path_people();
    for (int k = 0; k < 7; k++) {
        struct hazard_terms t = {.leader_months = 1u << k};
        assert_close(hazard_per_year(&people, &t), 12 * 0.011797 * factors[k], 1e-14);
    }
    struct hazard_terms both = {.leader_months = 1u << 2 | 1u << 4};
    assert_close(hazard_per_year(&people, &both), 12 * 0.011797 * 2.07, 1e-14);
}

static void test_shortfall(void **state)
{
    (void)state;
    assert_close(grievance_shortfall(0.25, 1, 0), 0.75, 1e-15);
    assert_close(grievance_shortfall(0.25, 0.5, 0), 0.5, 1e-15);
    assert_close(grievance_shortfall(0.25, 0.5, 0.4), 0.3, 1e-15);
    assert_true(grievance_shortfall(0.6, 0.5, 0) == 0);
    assert_true(grievance_shortfall(NAN, 1, 0) == 0);
    assert_true(grievance_shortfall(0.2, NAN, 0) == 0);
    assert_true(grievance_shortfall(0, 0, 0) == 0);
}

/* After a half-life half of the way is gone. */
static void test_memory(void **state)
{
    (void)state;
    struct people people = path_people();
    double g = 0;
    for (int k = 0; k < 6; k++)
        g = grievance_after_month(&people, g, 0.8);
    assert_close(g, 0.4, 1e-14);
    for (int k = 0; k < 12; k++)
        g = grievance_after_month(&people, g, 0);
    assert_close(g, 0.1, 1e-14);
    people.productivity_loss = 0.5;
    assert_close(hazard_productivity(&people, 0.6), 0.8, 1e-15);
}

/* ---- the prescribed path ---- */

static void test_path(void **state)
{
    (void)state;
    static const double grievances[] = {0, .087, .165, .234, .296, .351, .4, .4, .4};
    static const double rates[] = {.0686, .1420, .1070, .1070, .0686, .0686};
    struct people people = path_people();
    double g = 0;
    for (int m = 0; m < 12; m++) {
        struct hazard_terms t = path_terms(m);
        t.grievance = g;
        if (m < 9)
            assert_close(g, grievances[m], 0.0005);
        if (m >= PATH_FIRST)
            assert_close(hazard_per_year(&people, &t) / 12, rates[m - PATH_FIRST],
                         0.0001);
        g = grievance_after_month(&people, g, path_shortfall(m));
    }
}

enum { N_REPLICATIONS = 20000 };

struct means {
    double sum[PATH_MONTHS], squares[PATH_MONTHS];
    int counts[PATH_PEOPLE + 1]; /* of leavers by the end of month 11 */
};

/* Leavers of the four months before, those of this one not: monthly steps. */
static double recent(const int *left, int month)
{
    int n = 0;
    for (int k = month - 4; k < month; k++)
        n += k >= PATH_FIRST ? left[k] : 0;
    return n;
}

static void run_once(const struct people *people, struct stream *stream, struct means *m)
{
    int left[PATH_MONTHS] = {0}, gone = 0;
    double g = 0;
    for (int k = 0; k < PATH_MONTHS; k++) {
        struct hazard_terms t = path_terms(k);
        t.grievance = g;
        t.n_leavers = recent(left, k);
        double p = -expm1(-hazard_per_year(people, &t) / 12);
        for (int i = 0, here = PATH_PEOPLE - gone; k >= PATH_FIRST && i < here; i++)
            left[k] += stream_uniform(stream) < p;
        gone += left[k];
        m->sum[k] += gone;
        m->squares[k] += (double)gone * gone;
        if (k == 11)
            m->counts[gone]++;
        g = grievance_after_month(people, g, path_shortfall(k));
    }
}

static struct means run_path(const struct people *people)
{
    struct means m = {0};
    struct stream stream;
    stream_init(&stream, 20230301, 0, "path", "");
    for (int i = 0; i < N_REPLICATIONS; i++)
        run_once(people, &stream, &m);
    return m;
}

static double sd_of(const struct means *m, int month)
{
    double mean = m->sum[month] / N_REPLICATIONS;
    return sqrt(m->squares[month] / N_REPLICATIONS - mean * mean);
}

/* Targets are given to two decimals: half of the last one is added. */
static void assert_mean(const struct means *m, int month, double target)
{
    double error = sd_of(m, month) / sqrt(N_REPLICATIONS);
    assert_close(m->sum[month] / N_REPLICATIONS, target, 3 * error + 0.005);
}

static int quantile(const struct means *m, double p)
{
    int n = 0, k = 0;
    for (; (n += m->counts[k]) < p * N_REPLICATIONS; k++)
        ;
    return k;
}

static void test_path_means(void **state)
{
    (void)state;
    static const double targets[] = {.93, 2.78, 4.16, 5.48, 6.29, 7.02};
    struct people people = path_people();
    struct means m = run_path(&people);
    for (int k = 0; k < 6; k++)
        assert_mean(&m, PATH_FIRST + k, targets[k]);
    assert_close(sd_of(&m, 11), 2.16, 0.04);
    assert_int_equal(quantile(&m, 0.05), 3);
    assert_int_equal(quantile(&m, 0.5), 7);
    assert_int_equal(quantile(&m, 0.95), 11);
    assert_mean(&m, 32, 10.98);
    assert_close(sd_of(&m, 32), 1.64, 0.04);
}

/* With a term taken away, by the end of August 2023. */
static void test_path_without(void **state)
{
    (void)state;
    struct people people = path_people();
#define WITHOUT(target, change)                                                          \
    do {                                                                                 \
        struct people less = people;                                                     \
        change;                                                                          \
        struct means m = run_path(&less);                                                \
        assert_mean(&m, 11, target);                                                     \
    } while (0)
    WITHOUT(5.13, less.grievance = 0);
    WITHOUT(2.87, less.market = 0);
    WITHOUT(5.38, less.leader_pulse = less.leader_pulse_after = 0);
    WITHOUT(5.48, less.layoff = 0);
    WITHOUT(6.01, less.contagion = 0);
    WITHOUT(4.59, less.grievance = less.crunch = 0);
#undef WITHOUT
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms),        cmocka_unit_test(test_pulse),
        cmocka_unit_test(test_shortfall),    cmocka_unit_test(test_memory),
        cmocka_unit_test(test_path),         cmocka_unit_test(test_path_means),
        cmocka_unit_test(test_path_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
