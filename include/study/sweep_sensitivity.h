/* sweep_sensitivity.h - what a sweep of design morris or saltelli says about its
 * settings.
 */
#ifndef ALLOT_STUDY_SWEEP_SENSITIVITY_H
#define ALLOT_STUDY_SWEEP_SENSITIVITY_H

#include "study/sweep_view.h"

enum { SENSITIVITY_MOST_MEASURES = 3 };

/* The measures of one outcome and setting: of morris mu, mu_star and sigma; of saltelli
 * first and total. */
struct sensitivity {
    size_t n_measures;
    const char *measures[SENSITIVITY_MOST_MEASURES];
    size_t n; /* ways or base points that count */
    double values[SENSITIVITY_MOST_MEASURES];
    double ci_low[SENSITIVITY_MOST_MEASURES], ci_high[SENSITIVITY_MOST_MEASURES];
};

/* Whether the design is one of them. */
bool sweep_has_sensitivity(const struct sweep_view *view);

/* Of an outcome, all settings of the design: out[n_settings]. `means` as of
 * sweep_view_means. Intervals are of 500 bootstrap resamples of whole ways or base
 * points, the same ones for every outcome: percentiles 2.5 and 97.5. */
void sweep_sensitivity(const struct sweep_view *view, const double *means, size_t outcome,
                       struct sensitivity *out);

/* The number of settings of the design; others are of earlier ones. */
size_t sweep_n_varied(const struct sweep_view *view);

#endif
