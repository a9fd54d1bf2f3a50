#include "model/calendar.h"

#include "base/seconds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const date_month_names[12] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

int64_t date_to_days(struct date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = date.month + (date.month > 2 ? -3 : 9);
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100;
    return era * 146097 + day_of_era + day_of_year - 719468;
}

struct date date_from_days(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    struct date date = {.month = (int)(month < 10 ? month + 3 : month - 9),
                        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1)};
    date.year = (int)(year_of_era + era * 400) + (date.month <= 2);
    return date;
}

static bool digits(const char *text, int n, int *number)
{
    *number = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *number = *number * 10 + text[i] - '0';
    }
    return true;
}

bool date_parse(const char *text, struct date *date)
{
    struct date read = {.day = 1};
    size_t length = strlen(text);
    if ((length != 10 && length != 7) || !digits(text, 4, &read.year) || text[4] != '-' ||
        !digits(text + 5, 2, &read.month))
        return false;
    if (length == 10 && (text[7] != '-' || !digits(text + 8, 2, &read.day)))
        return false;
    if (read.year < 1 || read.month < 1 || read.month > 12 || read.day < 1)
        return false;
    struct date same = date_from_days(date_to_days(read));
    if (same.month != read.month || same.day != read.day)
        return false;
    *date = read;
    return true;
}

double calendar_at_s(struct date start, struct date date)
{
    return (double)(date_to_days(date) - date_to_days(start)) * SECONDS_PER_DAY;
}

struct date calendar_date(const struct calendar *calendar, double at_s)
{
    int64_t day = (int64_t)floor(at_s / SECONDS_PER_DAY);
    return date_from_days(date_to_days(calendar->start) + day);
}

void date_format(struct date date, char out[16])
{
    snprintf(out, 16, "%04d-%02d-%02d", date.year % 10000, date.month % 100,
             date.day % 100);
}

size_t calendar_month(const struct calendar *calendar, double at_s)
{
    size_t low = 0, high = calendar->n_months;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->month_at_s[middle + 1] <= at_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct date month_after(struct date start, size_t months)
{
    int64_t count = (int64_t)start.year * 12 + start.month - 1 + (int64_t)months;
    return (struct date){(int)(count / 12), (int)(count % 12) + 1, 1};
}

struct date calendar_month_date(const struct calendar *calendar, size_t month)
{
    return month_after(calendar->start, month);
}

double calendar_horizon_s(const struct calendar *calendar)
{
    return calendar->month_at_s[calendar->n_months];
}

void calendar_months(struct date start, size_t n_months, double *month_at_s)
{
    month_at_s[0] = 0;
    for (size_t m = 1; m <= n_months; m++)
        month_at_s[m] = calendar_at_s(start, month_after(start, m));
}
