/* 2^(-months to target / half-life); after the target 2^(-months late / half-life), so
 * that what is hopelessly late does not outrank all; 0 without a target. By pace the
 * months are what the project's work left takes at the use of the last closed month: 0
 * where it used nothing, and for exploration, which never ends. */
#include "rule/score.h"

#include <math.h>

enum closeness_by { BY_DATE, BY_PACE };
static const char *const bys[] = {"date", "pace"};

struct closeness_settings {
    int by;
    double half_life_months;
};

static const struct setting table[] = {
    {"by", SETTING_CHOICE, 0, offsetof(struct closeness_settings, by), .choices = bys,
     .n_choices = 2, .unit = "",
     .help = "months to the target, or of the work left at last month's pace"},
    {"half_life_months", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct closeness_settings, half_life_months), .fallback = 2, .low = 0,
     .high = 1200, .unit = "months",
     .help = "a target this many months away counts half of one that is due"},
};

/* NaN: never. */
static double months_of(const struct claim *claim, int by)
{
    if (by == BY_DATE)
        return claim->months_to_target;
    return claim->last_month_gpu_hours > 0 && claim->project >= 0
               ? claim->left_gpu_hours / claim->last_month_gpu_hours
               : NAN;
}

static unsigned facts(const void *settings)
{
    const struct closeness_settings *s = settings;
    return s->by == BY_PACE ? FACTS_PROGRESS : 0;
}

static void evaluate(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values)
{
    (void)scratch;
    const struct closeness_settings *s = settings;
    for (size_t i = 0; i < docket->n_claims; i++) {
        double months = months_of(&docket->claims[i], s->by);
        values[i] = isnan(months) ? 0 : exp2(-fabs(months) / s->half_life_months);
    }
}

const struct factor_type score_closeness = {
    .name = "closeness",
    .summary = "how near the release is: halves with each half-life",
    .settings = SETTINGS("closeness", table, struct closeness_settings),
    .facts = facts,
    .evaluate = evaluate,
};
