#include "rule/period.h"

#include <math.h>

const char *const period_names[] = {"month", "quarter", "half-year", "year", "none"};
static const int64_t lengths[] = {1, 3, 6, 12};

struct date month_from(struct date date, int64_t months)
{
    int64_t count = (int64_t)date.year * 12 + date.month - 1 + months;
    return (struct date){(int)(count / 12), (int)(count % 12) + 1, 1};
}

static double hours_between(struct date from, struct date to)
{
    return 24 * (double)(date_to_days(to) - date_to_days(from));
}

double month_hours(struct date date)
{
    return hours_between(month_from(date, 0), month_from(date, 1));
}

static int64_t months_between(struct date from, struct date to)
{
    return ((int64_t)to.year - from.year) * 12 + to.month - from.month;
}

/* Meetings are held on the first of a month; one that is not, in a docket of other
 * origin, counts for the month after. */
static struct date next_meeting(const struct docket *d)
{
    int64_t days = (int64_t)ceil(d->hours_to_next / 24);
    struct date next = date_from_days(date_to_days(d->date) + days);
    return month_from(next, next.day > 1);
}

void period_find(const struct docket *docket, enum period_length length,
                 int64_t first_month, struct period *period)
{
    size_t n_past = docket->history.n_past;
    struct date date = docket->date;
    *period = (struct period){.start = docket->history.start,
                              .n_months = SIZE_MAX,
                              .n_before = n_past,
                              .n_closed = n_past,
                              .n_later = SIZE_MAX,
                              .next = next_meeting(docket),
                              .is_whole = true};
    if (length == PERIOD_NONE)
        return;
    int64_t n = lengths[length], before = (date.month - first_month + 12) % n;
    struct date end = month_from(date, n - before);
    int64_t later = months_between(period->next, end);
    period->start = month_from(date, -before);
    period->n_months = (size_t)n;
    period->n_before = (size_t)before;
    period->n_closed = n_past < (size_t)before ? n_past : (size_t)before;
    period->n_later = later > 0 ? (size_t)later : 0;
    period->later_hours = fmax(0, hours_between(date, end) - docket->hours_to_next);
    period->is_whole = n_past >= (size_t)before &&
                       date_to_days(docket->history.start) <= date_to_days(period->start);
}

double period_capacity_hours(const struct docket *docket, const struct period *period)
{
    double hours =
        docket_capacity_hours(docket) + docket_charged_gpus(docket) * period->later_hours;
    for (size_t k = 0; k < period->n_closed; k++)
        hours += docket->history.capacity[k];
    return hours;
}

void period_use(const struct docket *docket, const struct period *period,
                double *used_hours)
{
    size_t n = docket->n_groups;
    for (size_t g = 0; g < n; g++)
        used_hours[g] = 0;
    for (size_t k = 0; k < period->n_closed; k++)
        for (size_t g = 0; g < n; g++)
            used_hours[g] += docket->history.used[k * n + g];
}
