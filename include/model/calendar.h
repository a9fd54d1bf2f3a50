/* calendar.h - dates of the proleptic Gregorian calendar, UTC, without leap seconds, and
 * the months of a run.
 *
 * Month m of a run is the half-open interval [month_at_s[m], month_at_s[m + 1]) of
 * seconds since the start; the first month may begin on any day, the others on their
 * first. */
#ifndef ALLOT_MODEL_CALENDAR_H
#define ALLOT_MODEL_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct date {
    int year; /* 1 to 9999 */
    int month;
    int day;
};

enum { CALENDAR_MOST_MONTHS = 1200 }; /* of a run */

/* "Jan" to "Dec", for month 1 to 12 less 1. */
extern const char *const date_month_names[12];

struct calendar {
    struct date start;
    size_t n_months;
    const double *month_at_s; /* n_months + 1 */
};

/* Days since 1970-01-01, and back. Source: H. Hinnant, "chrono-compatible low-level date
 * algorithms". */
int64_t date_to_days(struct date date);
struct date date_from_days(int64_t days);

/* Reads YYYY-MM-DD, or YYYY-MM for the month's first day; false for anything else, also
 * for dates that do not exist (2023-02-29). */
bool date_parse(const char *text, struct date *date);

/* Seconds from the start to the beginning of a date; negative before the start. */
double calendar_at_s(struct date start, struct date date);

/* The date that holds the instant, and how it is written: YYYY-MM-DD. */
struct date calendar_date(const struct calendar *calendar, double at_s);
void date_format(struct date date, char out[16]);

/* The month that holds the instant; n_months at or past the horizon. O(log n). */
size_t calendar_month(const struct calendar *calendar, double at_s);

/* The first day of a month, of which only year and month matter. */
struct date calendar_month_date(const struct calendar *calendar, size_t month);

/* The length of the whole run in seconds. */
double calendar_horizon_s(const struct calendar *calendar);

/* Fills month_at_s[n_months + 1]. */
void calendar_months(struct date start, size_t n_months, double *month_at_s);

#endif
