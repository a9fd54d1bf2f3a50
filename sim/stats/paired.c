#include "stats/paired.h"

#include "base/memory.h"
#include "stats/summary.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>

#include <math.h>

/* Mean and sum of squares about it, updated value by value (Welford). */
struct moments {
    size_t n;
    double mean, squares;
};

static void moments_add(struct moments *m, double x)
{
    double from_old = x - m->mean;
    m->mean += from_old / (double)++m->n;
    m->squares += from_old * (x - m->mean);
}

static double variance(const struct moments *m)
{
    return m->squares / (double)(m->n - 1);
}

static double half_width(double variance_of_mean, double freedom)
{
    return gsl_cdf_tdist_Pinv((1 + SUMMARY_LEVEL) / 2, freedom) * sqrt(variance_of_mean);
}

/* Welch's degrees of freedom for two samples of n each. */
static double welch_freedom(double a, double b, double n)
{
    return (a + b) * (a + b) * (n - 1) / (a * a + b * b);
}

static void judge_numbers(struct paired *out, double spread)
{
    double n = (double)out->n, half = half_width(spread / n, n - 1);
    out->ci_low = out->difference - half;
    out->ci_high = out->difference + half;
    if (spread == 0)
        out->p_value = out->difference == 0 ? 1 : 0;
    else
        out->p_value =
            2 * gsl_cdf_tdist_Q(fabs(out->difference) / sqrt(spread / n), n - 1);
}

/* One pair is added to each of the two kinds that differ, so that no interval is empty.
 */
static void judge_shares(struct paired *out, size_t n_up, size_t n_down)
{
    double n = (double)out->n + 2;
    double up = ((double)n_up + 1) / n, down = ((double)n_down + 1) / n;
    double middle = up - down, z = gsl_cdf_ugaussian_Pinv((1 + SUMMARY_LEVEL) / 2);
    double half = z * sqrt((up + down - middle * middle) / n);
    size_t n_differ = n_up + n_down, n_least = n_up < n_down ? n_up : n_down;
    out->ci_low = fmax(-1, middle - half);
    out->ci_high = fmin(1, middle + half);
    out->p_value = 1;
    if (n_differ > 0)
        out->p_value =
            fmin(1, 2 * gsl_cdf_binomial_P((unsigned)n_least, 0.5, (unsigned)n_differ));
}

static double difference_of(double a, double b)
{
    double size = fmax(1, fmax(fabs(a), fabs(b)));
    return fabs(a - b) <= PAIRED_ROUNDING * size ? 0 : a - b;
}

void paired_of(const double *x, size_t stride_x, const double *y, size_t stride_y,
               size_t n, bool is_yes_no, struct paired *out)
{
    struct moments of_x = {0}, of_y = {0}, of_difference = {0};
    size_t n_up = 0, n_down = 0;
    bool is_constant = true;
    double first = NAN;
    for (size_t i = 0; i < n; i++) {
        double a = x[i * stride_x], b = y[i * stride_y];
        if (isnan(a) || isnan(b))
            continue;
        double difference = difference_of(a, b);
        first = of_x.n == 0 ? difference : first;
        is_constant &= difference == first;
        moments_add(&of_x, a);
        moments_add(&of_y, b);
        moments_add(&of_difference, difference);
        n_up += difference > 0;
        n_down += difference < 0;
    }
    *out = (struct paired){
        of_x.n, is_constant ? first : of_difference.mean, NAN, NAN, NAN, NAN};
    if (out->n < 2)
        return;
    double spread = is_constant ? 0 : variance(&of_difference);
    if (is_yes_no)
        judge_shares(out, n_up, n_down);
    else
        judge_numbers(out, spread);
    double a = variance(&of_x), b = variance(&of_y), pairs = (double)out->n;
    if (spread > 0 && a + b > 0)
        out->unpaired_ratio = half_width((a + b) / pairs, welch_freedom(a, b, pairs)) /
                              half_width(spread / pairs, pairs - 1);
}

void wins_of(const double *x, size_t stride_x, const double *y, size_t stride_y, size_t n,
             int direction, bool missing_is_worst, struct wins *out)
{
    size_t n_better = 0, n_worse = 0;
    *out = (struct wins){0, NAN, NAN};
    for (size_t i = 0; i < n; i++) {
        double a = direction * x[i * stride_x], b = direction * y[i * stride_y];
        bool is_missing = isnan(a) || isnan(b);
        if (is_missing && !missing_is_worst)
            continue;
        double difference = is_missing ? 0 : difference_of(a, b);
        n_better += is_missing ? isnan(b) && !isnan(a) : difference > 0;
        n_worse += is_missing ? isnan(a) && !isnan(b) : difference < 0;
        out->n++;
    }
    if (out->n == 0)
        return;
    out->better_frac = (double)n_better / (double)out->n;
    out->worse_frac = (double)n_worse / (double)out->n;
}

void holm_adjust(double *p, size_t n)
{
    double *values = MEM_ARRAY(double, n);
    size_t *from = MEM_ARRAY(size_t, n), *order = MEM_ARRAY(size_t, n), n_tests = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i])) {
            values[n_tests] = p[i];
            from[n_tests++] = i;
        }
    gsl_sort_index(order, values, 1, n_tests);
    double highest = 0;
    for (size_t k = 0; k < n_tests; k++) {
        highest = fmax(highest, (double)(n_tests - k) * values[order[k]]);
        p[from[order[k]]] = fmin(1, highest);
    }
    mem_free(values);
    mem_free(from);
    mem_free(order);
}
