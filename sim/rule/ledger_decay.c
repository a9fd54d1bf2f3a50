/* E = max(0, s * sum_{k>=0} d^k cap_k - sum_{k>=1} d^k used_k), d = 0.5^(1/half-life):
 * what a group's share of the capacity amounts to, less what it used, both forgotten at
 * the same rate. k = 0 is the time until the next meeting. */
#include "rule/ledger.h"

#include <math.h>

struct decay_settings {
    double half_life_months;
};

static const struct setting table[] = {
    {"half_life_months", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct decay_settings, half_life_months), .fallback = 2, .low = 0,
     .high = 1200, .unit = "months", .help = "use this many months old counts half"},
};

static void entitle(const struct docket *docket, const void *settings,
                    struct arena *scratch, double *entitled_hours)
{
    const struct decay_settings *s = settings;
    const struct history *past = &docket->history;
    size_t n = docket->n_groups;
    double *used = ARENA_ARRAY(scratch, double, n);
    double capacity = docket_capacity_hours(docket);
    for (size_t k = 0; k < past->n_past; k++) {
        double decay = exp2(-(double)(k + 1) / s->half_life_months);
        capacity += decay * past->capacity[k];
        for (size_t g = 0; g < n; g++)
            used[g] += decay * past->used[k * n + g];
    }
    for (size_t g = 0; g < n; g++)
        entitled_hours[g] = fmax(0, docket->share_frac[g] * capacity - used[g]);
}

static double half_life_months(const void *settings)
{
    return ((const struct decay_settings *)settings)->half_life_months;
}

const struct ledger_type ledger_decay = {
    .name = "decay",
    .summary = "the share of all capacity so far less all use so far, both decayed",
    .settings = SETTINGS("decay", table, struct decay_settings),
    .entitle = entitle,
    .half_life_months = half_life_months,
};
