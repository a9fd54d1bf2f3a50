#include "study/figure.h"

#include "base/memory.h"
#include "base/seconds.h"
#include "model/calendar.h"
#include "stats/summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* gcc's printf has no true minus sign. */
static void append_signed(struct text *out, const char *number)
{
    bool is_zero = strspn(number, "-0.,") == strlen(number);
    if (*number == '-' && !is_zero)
        text_append(out, "\u2212");
    text_append(out, number + (*number == '-'));
}

static void append_decimals(struct text *out, double value, int decimals)
{
    char number[400];
    snprintf(number, sizeof number, "%.*f", decimals, value);
    append_signed(out, number);
}

static void append_count(struct text *out, double value)
{
    struct text number;
    text_init(&number);
    text_append_count(&number, value);
    append_signed(out, number.bytes);
    text_release(&number);
}

/* A decimal where a whole percent would say too much: "0 %" and "100 %" mean just that.
 */
static void append_percent(struct text *out, double fraction, int finer)
{
    double percent = 100 * fraction, tenths = round(10 * percent);
    if (fabs(10 * percent - tenths) < 1e-9) /* a mean of shares may miss its last bit */
        percent = tenths / 10;
    double whole = round(percent);
    bool is_blunt = (whole == 0 || fabs(whole) == 100) && fabs(percent - whole) >= 0.005;
    bool is_finer = is_blunt && round(10 * percent) != 10 * whole;
    append_decimals(out, percent, (is_blunt ? (is_finer ? 1 : 2) : 0) + finer);
    text_append(out, " %");
}

static void append_days(struct text *out, double days, int finer)
{
    bool is_whole = fabs(days - round(days)) < 0.05;
    append_decimals(out, days, (days < 2.95 && !is_whole ? 1 : 0) + finer);
    text_append(out, days >= 0.95 && days < 1.05 ? " day" : " days");
}

static void append_date(struct text *out, double months, const char *start)
{
    struct date first = {1970, 1, 1};
    date_parse(start, &first);
    /* A release at midnight belongs to the day that begins, whatever months lost. */
    double days = floor(months * SECONDS_PER_MONTH / SECONDS_PER_DAY + 1e-6);
    struct date date = date_from_days(date_to_days(first) + (int64_t)days);
    text_printf(out, "%d %s %d", date.day, date_month_names[date.month - 1], date.year);
}

static void append_month(struct text *out, double month, const char *start)
{
    struct calendar calendar = {.start = {1970, 1, 1}};
    date_parse(start, &calendar.start);
    struct date date = calendar_month_date(&calendar, (size_t)month);
    text_printf(out, "%s %d", date_month_names[date.month - 1], date.year);
}

void figure_append_finer(struct text *out, double value, enum figure_format format,
                         int finer, const char *start)
{
    if (!isfinite(value)) {
        text_append(out, "no value");
        return;
    }
    switch (format) {
    case FIGURE_COUNT:
        append_count(out, value);
        break;
    case FIGURE_PERCENT:
        append_percent(out, value, finer);
        break;
    case FIGURE_POINTS:
        append_decimals(out, 100 * value, (fabs(100 * value) < 9.95 ? 1 : 0) + finer);
        break;
    case FIGURE_INDEX:
        append_decimals(out, value, 2 + finer);
        break;
    case FIGURE_MONTHS:
        append_decimals(out, value, 1 + finer);
        break;
    case FIGURE_SPAN:
        append_decimals(out, fabs(value), 1 + finer);
        text_append(out, " months");
        break;
    case FIGURE_DAYS:
        append_days(out, fabs(value) * SECONDS_PER_MONTH / SECONDS_PER_DAY, finer);
        break;
    case FIGURE_HOURS:
        if (fabs(value) < 999999.5) {
            append_count(out, value);
        } else {
            append_decimals(out, value / 1e6, (fabs(value) < 9.995e6 ? 2 : 1) + finer);
            text_append(out, " million");
        }
        break;
    case FIGURE_DATE:
        append_date(out, value, start);
        break;
    case FIGURE_MONTH:
        append_month(out, value, start);
        break;
    }
}

void figure_append(struct text *out, double value, enum figure_format format,
                   const char *start)
{
    figure_append_finer(out, value, format, 0, start);
}

double figure_statistic(const double *values, size_t n, const char *stat)
{
    struct summary s;
    double *scratch = MEM_ARRAY(double, n + 1);
    summary_of(values, 1, n, scratch, &s);
    mem_free(scratch);
    const struct {
        const char *name;
        double value;
    } known[] = {{"mean", s.mean},       {"sd", s.sd},     {"ci_low", s.ci_low},
                 {"ci_high", s.ci_high}, {"p025", s.p025}, {"p05", s.p05},
                 {"p25", s.p25},         {"p50", s.p50},   {"p75", s.p75},
                 {"p95", s.p95},         {"p975", s.p975}, {"n", (double)s.n}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, stat) == 0)
            return known[i].value;
    bool is_low = strcmp(stat, "wilson_low") == 0;
    if (!is_low && strcmp(stat, "wilson_high") != 0)
        return NAN;
    summary_interval_of_share(&s, SUMMARY_LEVEL);
    return is_low ? s.ci_low : s.ci_high;
}

int figure_finer(double low, double high, enum figure_format format, const char *start)
{
    struct text a, b;
    int finer = -1;
    bool differ = false;
    text_init(&a);
    text_init(&b);
    while (!differ && ++finer < 3) {
        text_clear(&a);
        text_clear(&b);
        figure_append_finer(&a, low, format, finer, start);
        figure_append_finer(&b, high, format, finer, start);
        differ = strcmp(a.bytes, b.bytes) != 0;
    }
    text_release(&a);
    text_release(&b);
    return finer;
}
