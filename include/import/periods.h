/* periods.h - the local months or days between ZONE_FIRST_YEAR and ZONE_END_YEAR, each a
 * half-open interval of instants. */
#ifndef ALLOT_IMPORT_PERIODS_H
#define ALLOT_IMPORT_PERIODS_H

#include "import/zone.h"
#include "model/calendar.h"

struct periods {
    bool is_daily;
    size_t n_periods, n_days;
    int64_t *start_s; /* n_periods + 1 */
    int64_t *day_s;   /* n_days + 1 */
    uint16_t *of_day; /* the period that holds a local day */
};

void periods_init(struct periods *p, bool is_daily, const struct zone *zone);
void periods_release(struct periods *p);

/* The period that holds an instant, which must lie within the years. O(1) */
size_t periods_of(const struct periods *p, int64_t at_s);

/* The period of a date; n_periods: of no year that can be. */
size_t periods_of_date(const struct periods *p, struct date date);

/* The first day of a period; of n_periods, the day after the last. */
struct date periods_date(const struct periods *p, size_t period);

/* The hours of a period as the calendar of a scenario has them: whole days of 24. */
double periods_hours(const struct periods *p, size_t period);

#endif
