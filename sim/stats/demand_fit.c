#include "stats/demand_fit.h"

#include "base/check.h"
#include "base/memory.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

/* The months with demand. */
struct sample {
    size_t n;
    double *logs;
    size_t *months; /* from the start */
    double *residuals;
};

static double season_of(const struct demand_fit *fit, size_t month)
{
    double angle = 2 * M_PI * (double)(month % 12) / 12;
    return fit->cosine * cos(angle) + fit->sine * sin(angle);
}

/* Least squares of the logarithms. */
static void fit_logs(struct demand_fit *fit, const struct sample *s, size_t first)
{
    size_t n_terms = fit->has_season ? 3 : 1;
    gsl_matrix *terms = gsl_matrix_alloc(s->n, n_terms);
    gsl_matrix *covariance = gsl_matrix_alloc(n_terms, n_terms);
    gsl_vector *result = gsl_vector_calloc(3);
    gsl_vector_view coefficients = gsl_vector_subvector(result, 0, n_terms);
    gsl_vector_view logs = gsl_vector_view_array(s->logs, s->n);
    gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(s->n, n_terms);
    double chi2;
    for (size_t i = 0; i < s->n; i++) {
        double angle = 2 * M_PI * (double)((first + s->months[i]) % 12) / 12;
        const double row[] = {1, cos(angle), sin(angle)};
        for (size_t k = 0; k < n_terms; k++)
            gsl_matrix_set(terms, i, k, row[k]);
    }
    gsl_multifit_linear(terms, &logs.vector, &coefficients.vector, covariance, &chi2,
                        work);
    fit->level = gsl_vector_get(result, 0);
    fit->cosine = gsl_vector_get(result, 1);
    fit->sine = gsl_vector_get(result, 2);
    fit->sd = sqrt(chi2 / (double)(s->n - n_terms));
    double total = gsl_stats_tss(s->logs, 1, s->n);
    fit->r2 = total > 0 ? fmax(0, 1 - chi2 / total) : NAN;
    gsl_multifit_linear_free(work);
    gsl_vector_free(result);
    gsl_matrix_free(covariance);
    gsl_matrix_free(terms);
}

/* The correlation of residuals of months that follow one another. */
static double lag1_of(const struct sample *s)
{
    double above = 0, below = 0;
    for (size_t i = 0; i < s->n; i++) {
        below += s->residuals[i] * s->residuals[i];
        if (i > 0 && s->months[i] == s->months[i - 1] + 1)
            above += s->residuals[i] * s->residuals[i - 1];
    }
    return above / below;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts the residuals. */
static double stephens(double *residuals, size_t n, double sd)
{
    double distance = 0, root = sqrt((double)n);
    qsort(residuals, n, sizeof *residuals, ascending);
    for (size_t i = 0; i < n; i++) {
        double p = gsl_cdf_ugaussian_P(residuals[i] / sd);
        distance = fmax(distance, p - (double)i / (double)n);
        distance = fmax(distance, (double)(i + 1) / (double)n - p);
    }
    return distance * (root - 0.01 + 0.85 / root);
}

static void judge(struct demand_fit *fit, struct sample *s, size_t first)
{
    for (size_t i = 0; i < s->n; i++)
        s->residuals[i] = s->logs[i] - fit->level - season_of(fit, first + s->months[i]);
    bool are_any = fit->sd > 1e-12;
    fit->lag1 = are_any ? lag1_of(s) : NAN;
    fit->normal = are_any ? stephens(s->residuals, s->n, fit->sd) : NAN;
}

struct demand_fit demand_fit(const double *gpus, size_t n, size_t first)
{
    struct demand_fit fit = {.n_months = n, .r2 = NAN, .normal = NAN, .lag1 = NAN};
    struct sample s = {.logs = MEM_ARRAY(double, n),
                       .months = MEM_ARRAY(size_t, n),
                       .residuals = MEM_ARRAY(double, n)};
    for (size_t m = 0; m < n; m++) {
        CHECK(gpus[m] >= 0);
        if (gpus[m] == 0)
            continue;
        s.logs[s.n] = log(gpus[m]);
        s.months[s.n++] = m;
    }
    fit.n_any = s.n;
    fit.is_fitted = s.n >= DEMAND_FIT_LEAST;
    fit.has_season = s.n >= DEMAND_FIT_SEASON;
    if (fit.is_fitted) {
        fit_logs(&fit, &s, first);
        judge(&fit, &s, first);
    }
    mem_free(s.logs);
    mem_free(s.months);
    mem_free(s.residuals);
    return fit;
}

/* The mean of a lognormal is exp(mu + sd^2 / 2). */
double demand_fit_mean(const struct demand_fit *fit, size_t month_of_year)
{
    double any_frac = fit->n_months > 0 ? (double)fit->n_any / (double)fit->n_months : 0;
    if (!fit->is_fitted)
        return 0;
    return any_frac *
           exp(fit->level + season_of(fit, month_of_year) + fit->sd * fit->sd / 2);
}
