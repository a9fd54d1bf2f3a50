/* Each month gives a group s * cap of it, which can be used from `ahead_months` before it
 * until `back_months` after it; then it lapses. E = what the months -back .. +ahead still
 * have, at most `most_months` times s * cap_0.
 *
 * Use is taken from the oldest month that still has something; what no month can bear is
 * forgotten: it was what nobody else wanted. So what was borrowed from a month is missing
 * in it, and what lapses does not come back. With one month of the past this is Aachen's
 * (A previous + A now + A next) - (U previous + U now). Nothing crosses the bounds of a
 * period. O(n_groups * n_past * (back + ahead)). */
#include "rule/ledger.h"
#include "rule/period.h"

#include <math.h>

struct carry_settings {
    int64_t back_months, ahead_months;
    double most_months;    /* NaN: no limit */
    double blocked_months; /* the same */
    int period;            /* enum period_length */
    int64_t first_month;
};

static const struct setting table[] = {
    {"back_months", SETTING_INT, 0, offsetof(struct carry_settings, back_months),
     .fallback = 1, .low = 0, .high = 120, .unit = "months",
     .help = "for how long what is left of a month can still be used"},
    {"ahead_months", SETTING_INT, 0, offsetof(struct carry_settings, ahead_months),
     .low = 0, .high = 120, .unit = "months",
     .help = "how far ahead a month's part can be used"},
    {"most_months", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct carry_settings, most_months), .low = 0, .high = 1000,
     .unit = "months' worth", .help = "the most in one month; left out: no limit"},
    {"blocked_months", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct carry_settings, blocked_months), .low = 0, .high = 1000,
     .unit = "months' worth",
     .help = "the most in one month beyond the entitlement too; left out: no limit"},
    {"period", SETTING_CHOICE, 0, offsetof(struct carry_settings, period),
     .fallback = PERIOD_NONE, .choices = period_names, .n_choices = N_PERIODS, .unit = "",
     .help = "nothing is carried or borrowed across the end of one"},
    {"first_month", SETTING_INT, 0, offsetof(struct carry_settings, first_month),
     .fallback = 1, .low = 1, .high = 12, .unit = "month of the year",
     .help = "in which a period begins; the others follow from it"},
};

/* Takes an amount from left[from .. to], the oldest first. */
static void spend(double *left, size_t from, size_t to, double used)
{
    for (size_t m = from; m <= to && used > 0; m++) {
        double taken = fmin(left[m], used);
        left[m] -= taken;
        used -= taken;
    }
}

static void entitle(const struct docket *docket, const void *settings,
                    struct arena *scratch, double *entitled_hours)
{
    const struct carry_settings *s = settings;
    const struct history *past = &docket->history;
    struct period period;
    period_find(docket, (enum period_length)s->period, s->first_month, &period);
    /* Months in their order: now is the one of the meeting, the last may be borrowed. */
    size_t now = period.n_closed, back = (size_t)s->back_months;
    size_t ahead = (size_t)s->ahead_months;
    size_t last = now + (ahead < period.n_later ? ahead : period.n_later);
    size_t first = now > back ? now - back : 0;
    double *capacity = ARENA_ARRAY(scratch, double, last + 1);
    double *left = ARENA_ARRAY(scratch, double, last + 1);
    for (size_t m = 0; m < now; m++)
        capacity[m] = past->capacity[now - 1 - m];
    capacity[now] = docket_capacity_hours(docket);
    for (size_t m = now + 1; m <= last; m++)
        capacity[m] = docket_charged_gpus(docket) *
                      month_hours(month_from(period.next, (int64_t)(m - now - 1)));
    for (size_t g = 0; g < docket->n_groups; g++) {
        double share = docket->share_frac[g], entitled = 0;
        for (size_t m = 0; m <= last; m++)
            left[m] = share * capacity[m];
        for (size_t m = 0; m < now; m++)
            spend(left, m > back ? m - back : 0, m + ahead < last ? m + ahead : last,
                  past->used[(now - 1 - m) * docket->n_groups + g]);
        for (size_t m = first; m <= last; m++)
            entitled += left[m];
        if (!isnan(s->most_months))
            entitled = fmin(entitled, s->most_months * share * capacity[now]);
        entitled_hours[g] = entitled;
    }
}

static void limit(const struct docket *docket, const void *settings,
                  struct arena *scratch, double *limit_hours)
{
    (void)scratch;
    const struct carry_settings *s = settings;
    double capacity = docket_capacity_hours(docket);
    for (size_t g = 0; g < docket->n_groups && !isnan(s->blocked_months); g++)
        limit_hours[g] = s->blocked_months * docket->share_frac[g] * capacity;
}

const struct ledger_type ledger_carry = {
    .name = "carry",
    .summary = "each month's share can be used some months before it and after it",
    .settings = SETTINGS("carry", table, struct carry_settings),
    .entitle = entitle,
    .limit = limit,
};
