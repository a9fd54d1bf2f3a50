#include "stats/summary.h"

#include "base/check.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>

#include <math.h>
#include <stdbool.h>

/* gsl_stats_quantile_from_sorted_data is (1 - d) * a + d * b without the test for a = b,
 * and can miss a by a last bit: the 5 % quantile of eight values 0.1 would be written
 * 0.09999999999999999. Otherwise the two agree, see the test. */
double summary_quantile(const double *sorted, size_t n, double p)
{
    CHECK(n > 0 && p >= 0.0 && p <= 1.0);
    double position = p * (double)(n - 1);
    size_t below = (size_t)position;
    double part = position - (double)below;
    double a = sorted[below], b = sorted[below + 1 < n ? below + 1 : n - 1];
    return a == b ? a : (1.0 - part) * a + part * b;
}

void summary_interval(struct summary *s, double level)
{
    CHECK(level > 0.0 && level < 1.0);
    s->ci_low = s->ci_high = NAN;
    if (s->n < 2)
        return;
    double half = 0.0;
    if (s->sd != 0.0)
        half = gsl_cdf_tdist_Pinv(0.5 + 0.5 * level, (double)(s->n - 1)) * s->sd /
               sqrt((double)s->n);
    s->ci_low = s->mean - half;
    s->ci_high = s->mean + half;
}

/* Copies what is not NaN; returns how many. */
static size_t gather(const double *x, size_t stride, size_t n, double *values)
{
    size_t n_values = 0;
    for (size_t i = 0; i < n; i++) {
        double value = x[i * stride];
        if (!isnan(value))
            values[n_values++] = value;
    }
    return n_values;
}

static bool are_equal(const double *values, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (values[i] != values[0])
            return false;
    return true;
}

void summary_of(const double *x, size_t stride, size_t n, double *scratch,
                struct summary *out)
{
    size_t n_values = gather(x, stride, n, scratch);
    out->n = n_values;
    if (n_values == 0 || are_equal(scratch, n_values)) {
        double value = n_values ? scratch[0] : NAN;
        out->mean = value;
        out->sd = n_values > 1 ? 0.0 : NAN;
        out->p025 = out->p05 = out->p25 = out->p50 = value;
        out->p75 = out->p95 = out->p975 = value;
        summary_interval(out, SUMMARY_LEVEL);
        return;
    }
    double mean = 0.0, squares = 0.0;
    for (size_t i = 0; i < n_values; i++) {
        double from_old = scratch[i] - mean;
        mean += from_old / (double)(i + 1);
        squares += from_old * (scratch[i] - mean);
    }
    out->mean = mean;
    out->sd = sqrt(squares / (double)(n_values - 1));
    summary_interval(out, SUMMARY_LEVEL);
    gsl_sort(scratch, 1, n_values);
    out->p025 = summary_quantile(scratch, n_values, 0.025);
    out->p05 = summary_quantile(scratch, n_values, 0.05);
    out->p25 = summary_quantile(scratch, n_values, 0.25);
    out->p50 = summary_quantile(scratch, n_values, 0.50);
    out->p75 = summary_quantile(scratch, n_values, 0.75);
    out->p95 = summary_quantile(scratch, n_values, 0.95);
    out->p975 = summary_quantile(scratch, n_values, 0.975);
}

/* The p with n_yes / n - p = direction * z sqrt(p (1 - p) / n). */
static double wilson_end(double n_yes, double n, double z, int direction)
{
    double share = n_yes / n, middle = share + z * z / (2 * n);
    double half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    return (middle - direction * half) / (1 + z * z / n);
}

void summary_wilson(double n_yes, size_t n, double level, double *low, double *high)
{
    CHECK(n > 0 && n_yes >= 0 && n_yes <= (double)n && level > 0 && level < 1);
    double z = gsl_cdf_ugaussian_Pinv((1 + level) / 2), trials = (double)n;
    *low = n_yes > 0 ? wilson_end(n_yes - 0.5, trials, z, 1) : 0;
    *high = n_yes < trials ? wilson_end(n_yes + 0.5, trials, z, -1) : 1;
}

void summary_interval_of_share(struct summary *s, double level)
{
    s->ci_low = s->ci_high = NAN;
    if (s->n > 1 && s->mean >= 0 && s->mean <= 1)
        summary_wilson(round(s->mean * (double)s->n), s->n, level, &s->ci_low,
                       &s->ci_high);
}

/* The largest k with P(Binomial(n, p) < k) <= tail: the chance that the k-th least of n
 * values is above the p-quantile, for then fewer than k are below it. */
static size_t n_below(size_t n, double p, double tail)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t k = low + (high - low + 1) / 2;
        if (gsl_cdf_binomial_P((unsigned)k - 1, p, (unsigned)n) <= tail)
            low = k;
        else
            high = k - 1;
    }
    return low;
}

struct summary_ends summary_quantile_ends(size_t n, double p, double level)
{
    CHECK(p > 0.0 && p < 1.0 && level > 0.0 && level < 1.0);
    double tail = (1 - level) / 2;
    return (struct summary_ends){n_below(n, p, tail), n_below(n, 1 - p, tail)};
}

void summary_quantile_interval(const double *sorted, size_t n, struct summary_ends ends,
                               double *low, double *high)
{
    *low = ends.from_least > 0 ? sorted[ends.from_least - 1] : NAN;
    *high = ends.from_most > 0 ? sorted[n - ends.from_most] : NAN;
}
