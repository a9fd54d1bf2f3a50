/* demand_fit.h - a series of monthly demand as level, season and spread.
 *
 * The logarithm of a month's demand is level + a cos(w m) + b sin(w m) + e, m the month
 * of the year from 0, w = 2 pi / 12, e normal with standard deviation sd: what the
 * exploration of a scenario draws. Fitted by least squares (GSL's multifit) over the
 * months with any demand; the season only where there are two years of them.
 *
 * How good it is: r2, what the season explains of the variance of the logarithms; normal,
 * Stephens's D* = D (sqrt n - 0.01 + 0.85 / sqrt n) of the residuals' largest distance D
 * from the normal distribution, mean and variance being estimated: above
 * DEMAND_FIT_LIMIT they are hardly lognormal (5 %; M. A. Stephens, J. Am. Stat. Assoc.
 * 69, 1974, 730-737); lag1, the correlation of a month's residual with the next month's,
 * which a scenario takes to be 0. */
#ifndef ALLOT_STATS_DEMAND_FIT_H
#define ALLOT_STATS_DEMAND_FIT_H

#include <stdbool.h>
#include <stddef.h>

#define DEMAND_FIT_LIMIT 0.895

enum { DEMAND_FIT_LEAST = 3, DEMAND_FIT_SEASON = 24 };

struct demand_fit {
    bool is_fitted;         /* there were DEMAND_FIT_LEAST months with demand */
    size_t n_months, n_any; /* all of them, and those with demand */
    bool has_season;
    double level, cosine, sine; /* of the logarithm */
    double sd;
    double r2, normal, lag1; /* NaN where the residuals are all 0, or too few */
};

/* gpus[n] from month `first` of the year (0 to 11) on; none is negative. O(n log n) */
struct demand_fit demand_fit(const double *gpus, size_t n, size_t first);

/* The mean demand of a month of the year, that of months without any among them. */
double demand_fit_mean(const struct demand_fit *fit, size_t month_of_year);

#endif
