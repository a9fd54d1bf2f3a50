/* Fair share of the claim's team: what it used lately against its share. Use is decayed
 * by a half-life and counted as a fraction of the capacity, decayed alike. */
#include "rule/score.h"

#include <math.h>

struct fair_share_settings {
    double half_life_months;
};

static const struct setting table[] = {
    {"half_life_months", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct fair_share_settings, half_life_months), .fallback = 2, .low = 0,
     .high = 1200, .unit = "months", .help = "use this many months old counts half"},
};

void fair_share_classic(const struct group *groups, size_t n_groups,
                        const double *share_frac, const double *use_frac, double *factor)
{
    /* factor[] holds the effective use until the last loop; parents come first. */
    if (n_groups > 0)
        factor[0] = use_frac[0];
    for (size_t g = 0; g < n_groups; g++) {
        double siblings = 0;
        for (int c = groups[g].first_child; c >= 0; c = groups[c].next_sibling)
            siblings += groups[c].share;
        for (int c = groups[g].first_child; c >= 0; c = groups[c].next_sibling) {
            double part = siblings > 0 ? groups[c].share / siblings : 0;
            factor[c] = use_frac[c] + (g > 0 ? (factor[g] - use_frac[c]) * part : 0);
        }
    }
    for (size_t g = 0; g < n_groups; g++) {
        double used = fmax(0, factor[g]);
        factor[g] = share_frac[g] > 0 ? exp2(-used / share_frac[g]) : used > 0 ? 0 : 1;
    }
}

static void evaluate(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values)
{
    const struct fair_share_settings *s = settings;
    const struct history *past = &docket->history;
    size_t n = docket->n_groups;
    double *use = ARENA_ARRAY(scratch, double, n);
    double *factor = ARENA_ARRAY(scratch, double, n), capacity = 0;
    for (size_t k = 0; k < past->n_past; k++) {
        double decay = exp2(-(double)k / s->half_life_months);
        capacity += decay * past->capacity[k];
        for (size_t g = 0; g < n; g++)
            use[g] += decay * past->used[k * n + g];
    }
    for (size_t g = 0; g < n; g++)
        use[g] = capacity > 0 ? use[g] / capacity : 0;
    fair_share_classic(docket->groups, n, docket->share_frac, use, factor);
    for (size_t i = 0; i < docket->n_claims; i++)
        values[i] = factor[docket->claims[i].group];
}

const struct factor_type score_fair_share = {
    .name = "fair_share",
    .summary = "2^(-use / share) of the team, use decayed by a half-life",
    .settings = SETTINGS("fair_share", table, struct fair_share_settings),
    .evaluate = evaluate,
};
