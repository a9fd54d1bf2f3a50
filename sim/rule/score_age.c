/* Months since the claim was last filled, over a maximum. */
#include "rule/score.h"

#include <math.h>

struct age_settings {
    double max_months;
};

static const struct setting table[] = {
    {"max_months", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct age_settings, max_months), .fallback = 6, .low = 0, .high = 1200,
     .unit = "months", .help = "a claim that waited this long has the full factor"},
};

static void evaluate(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values)
{
    (void)scratch;
    const struct age_settings *s = settings;
    for (size_t i = 0; i < docket->n_claims; i++)
        values[i] = fmin(1, docket->claims[i].months_unfilled / s->max_months);
}

const struct factor_type score_age = {
    .name = "age",
    .summary = "months since the claim was last filled",
    .settings = SETTINGS("age", table, struct age_settings),
    .evaluate = evaluate,
};
