/* What the claim's team used of what it was granted, both decayed by a half-life and in
 * charged GPU-hours; 1 for a team that was granted nothing yet: it has wasted nothing. */
#include "rule/score.h"

#include <math.h>

struct track_record_settings {
    double half_life_months;
};

static const struct setting table[] = {
    {"half_life_months", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct track_record_settings, half_life_months), .fallback = 6, .low = 0,
     .high = 1200, .unit = "months", .help = "what is this many months old counts half"},
};

static void evaluate(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values)
{
    const struct track_record_settings *s = settings;
    const struct history *past = &docket->history;
    size_t n = docket->n_groups;
    double *used = ARENA_ARRAY(scratch, double, n);
    double *granted = ARENA_ARRAY(scratch, double, n);
    for (size_t k = 0; k < past->n_past && past->granted; k++) {
        double decay = exp2(-(double)k / s->half_life_months);
        for (size_t g = 0; g < n; g++) {
            used[g] += decay * past->used[k * n + g];
            granted[g] += decay * past->granted[k * n + g];
        }
    }
    for (size_t i = 0; i < docket->n_claims; i++) {
        size_t g = (size_t)docket->claims[i].group;
        values[i] = granted[g] > 0 ? fmin(1, used[g] / granted[g]) : 1;
    }
}

const struct factor_type score_track_record = {
    .name = "track_record",
    .summary = "what the team used of what it was granted, decayed by a half-life",
    .settings = SETTINGS("track_record", table, struct track_record_settings),
    .evaluate = evaluate,
};
