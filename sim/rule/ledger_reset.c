/* E = s * cap of the whole period - what was used of it, and at its end all begins anew:
 * what is left lapses, what was overdrawn is forgotten. By month that is s * cap_0.
 *
 * With `carry_half_life_days` the part grows by what was used too little of that of the
 * period before: max(0, s * cap - used * 2^(-days / half-life)), a month counted as 30
 * days. An overdraft lets a group go beyond its part by a fraction of it in the first
 * months of the period. O(n_groups * months of two periods). */
#include "rule/ledger.h"
#include "rule/period.h"

#include <math.h>

struct reset_settings {
    int period; /* enum period_length */
    int64_t first_month;
    double overdraft_frac;
    int64_t overdraft_months;
    double carry_half_life_days; /* NaN: nothing is carried over */
    double blocked_frac;         /* NaN: no limit */
};

static const struct setting table[] = {
    {"period", SETTING_CHOICE, 0, offsetof(struct reset_settings, period),
     .fallback = PERIOD_MONTH, .choices = period_names, .n_choices = N_PERIODS - 1,
     .unit = "", .help = "how long a share can be used until it lapses"},
    {"first_month", SETTING_INT, 0, offsetof(struct reset_settings, first_month),
     .fallback = 1, .low = 1, .high = 12, .unit = "month of the year",
     .help = "in which a period begins; the others follow from it"},
    {"overdraft_frac", SETTING_FLOAT, SETTING_DATED,
     offsetof(struct reset_settings, overdraft_frac), .low = 0, .high = 1000,
     .unit = "of the share", .help = "what may be used beyond it in the same period"},
    {"overdraft_months", SETTING_INT, 0,
     offsetof(struct reset_settings, overdraft_months), .fallback = 12, .low = 0,
     .high = 12, .unit = "months",
     .help = "of a period, from its first on, in which that is so"},
    {"carry_half_life_days", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct reset_settings, carry_half_life_days), .low = 0, .high = 100000,
     .unit = "days",
     .help = "the share of the last period less its use, decayed over a period by this "
             "half-life, is added; left out: nothing is"},
    {"blocked_frac", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct reset_settings, blocked_frac), .low = 0, .high = 1000,
     .unit = "of the share",
     .help = "with what was carried over: the most in one period, beyond the entitlement "
             "too; left out: no limit"},
};

/* What the period before leaves to each group. */
static void add_carried(const struct docket *docket, const struct period *period,
                        double half_life_days, double *entitled_hours)
{
    const struct history *past = &docket->history;
    size_t n = docket->n_groups, first = period->n_closed;
    size_t end =
        first + period->n_months < past->n_past ? first + period->n_months : past->n_past;
    double decay = exp2(-30 * (double)period->n_months / half_life_days), capacity = 0;
    for (size_t k = first; k < end; k++)
        capacity += past->capacity[k];
    for (size_t g = 0; g < n; g++) {
        double used = 0;
        for (size_t k = first; k < end; k++)
            used += past->used[k * n + g];
        entitled_hours[g] += fmax(0, docket->share_frac[g] * capacity - used * decay);
    }
}

/* What each group has for the whole period, `factor` times its share and what was carried
 * over, less what it has used of it. */
static void find_left(const struct docket *docket, const struct reset_settings *s,
                      const struct period *period, double factor, struct arena *scratch,
                      double *left_hours)
{
    double *used = ARENA_ARRAY(scratch, double, docket->n_groups);
    double capacity = period_capacity_hours(docket, period);
    period_use(docket, period, used);
    for (size_t g = 0; g < docket->n_groups; g++)
        left_hours[g] = docket->share_frac[g] * capacity;
    if (!isnan(s->carry_half_life_days))
        add_carried(docket, period, s->carry_half_life_days, left_hours);
    for (size_t g = 0; g < docket->n_groups; g++)
        left_hours[g] = fmax(0, factor * left_hours[g] - used[g]);
}

static void entitle(const struct docket *docket, const void *settings,
                    struct arena *scratch, double *entitled_hours)
{
    const struct reset_settings *s = settings;
    struct period period;
    period_find(docket, (enum period_length)s->period, s->first_month, &period);
    bool is_early = period.n_before < (size_t)s->overdraft_months;
    find_left(docket, s, &period, is_early ? 1 + s->overdraft_frac : 1, scratch,
              entitled_hours);
}

static void limit(const struct docket *docket, const void *settings,
                  struct arena *scratch, double *limit_hours)
{
    const struct reset_settings *s = settings;
    struct period period;
    if (isnan(s->blocked_frac))
        return;
    period_find(docket, (enum period_length)s->period, s->first_month, &period);
    find_left(docket, s, &period, s->blocked_frac, scratch, limit_hours);
}

const struct ledger_type ledger_reset = {
    .name = "reset",
    .summary = "the share of a month's, quarter's or year's capacity less what was used "
               "of it; then it begins anew",
    .settings = SETTINGS("reset", table, struct reset_settings),
    .entitle = entitle,
    .limit = limit,
};
