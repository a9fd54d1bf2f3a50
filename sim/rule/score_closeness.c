/* 2^(-months to target / half-life); after the target 2^(-months late / half-life), so
 * that what is hopelessly late does not outrank all; 0 without a target. */
#include "rule/score.h"

#include <math.h>

struct closeness_settings {
    double half_life_months;
};

static const struct setting table[] = {
    {"half_life_months", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct closeness_settings, half_life_months), .fallback = 2, .low = 0,
     .high = 1200, .unit = "months",
     .help = "a target this many months away counts half of one that is due"},
};

static void evaluate(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values)
{
    (void)scratch;
    const struct closeness_settings *s = settings;
    for (size_t i = 0; i < docket->n_claims; i++) {
        double months = docket->claims[i].months_to_target;
        values[i] = isnan(months) ? 0 : exp2(-fabs(months) / s->half_life_months);
    }
}

const struct factor_type score_closeness = {
    .name = "closeness",
    .summary = "how near the target date is: halves with each half-life",
    .settings = SETTINGS("closeness", table, struct closeness_settings),
    .evaluate = evaluate,
};
