#include "study/chart_rows.h"

#include "base/seconds.h"
#include "model/calendar.h"
#include "study/chart.h"
#include "study/glyphs.h"

#include <math.h>
#include <string.h>

static void append_colour(struct text *out, int colour)
{
    if (colour >= 0)
        text_printf(out, "%d", colour);
    text_append(out, ",");
}

/* 15 digits read back as the same number for all that is seen, and 0.1 stays 0.1. */
static void append_number(struct text *out, double number)
{
    if (!isnan(number))
        text_printf(out, "%.15g", number);
    text_append(out, ",");
}

void chart_row_name(struct text *out, const char *what, size_t row, const char *name)
{
    text_printf(out, "%s,%zu,,,,", what, row);
    chart_name_cell(out, name);
    text_append(out, "\n");
}

void chart_row_dates(struct text *out, const char *what, size_t row, const char *from,
                     const char *to, int colour)
{
    text_printf(out, "%s,%zu,%s,%s,", what, row, from, to);
    append_colour(out, colour);
    text_append(out, "\n");
}

void chart_row_numbers(struct text *out, const char *what, size_t row, double from,
                       double to, int colour)
{
    text_printf(out, "%s,%zu,", what, row);
    append_number(out, from);
    append_number(out, to);
    append_colour(out, colour);
    text_append(out, "\n");
}

void chart_row_words(struct text *out, const char *what, size_t row, const char *at,
                     int colour, const char *words)
{
    text_printf(out, "%s,%zu,%s,,", what, row, at);
    append_colour(out, colour);
    glyphs_append_cell(out, words);
    text_append(out, "\n");
}

void chart_row_words_at(struct text *out, const char *what, size_t row, double at,
                        int colour, const char *words)
{
    text_printf(out, "%s,%zu,", what, row);
    append_number(out, at);
    text_append(out, ",");
    append_colour(out, colour);
    glyphs_append_cell(out, words);
    text_append(out, "\n");
}

void chart_row_span(struct text *out, double from, double to)
{
    text_append(out, "span,,");
    append_number(out, from);
    append_number(out, to);
    text_append(out, ",\n");
}

void chart_row_unit(struct text *out, const char *unit)
{
    text_append(out, "unit,,,,,");
    glyphs_append_cell(out, unit);
    text_append(out, "\n");
}

void chart_row_legend(struct text *out, size_t kind, int colour, const char *words)
{
    text_printf(out, "legend,%zu,,,%d,", kind, colour);
    glyphs_append_cell(out, words);
    text_append(out, "\n");
}

void chart_date_of_months(const struct saved_run *run, double months, char out[16])
{
    struct date start = {1970, 1, 1};
    date_parse(run->start, &start);
    /* A release at midnight belongs to the day that begins, whatever months lost. */
    double days = floor(months * SECONDS_PER_MONTH / SECONDS_PER_DAY + 1e-6);
    date_format(date_from_days(date_to_days(start) + (int64_t)days), out);
}

void chart_append_date(struct text *out, const char *date)
{
    struct date at;
    if (!date_parse(date, &at))
        text_append(out, date);
    else if (strlen(date) == strlen("YYYY-MM"))
        text_printf(out, "%s %d", date_month_names[at.month - 1], at.year);
    else
        text_printf(out, "%d %s %d", at.day, date_month_names[at.month - 1], at.year);
}

double chart_month_hours(const struct saved_run *run, const char *month)
{
    struct date start = {1970, 1, 1}, from = start, to = start;
    char next[16];
    saved_next_month(month, next);
    date_parse(run->start, &start);
    if (!date_parse(month, &from) || !date_parse(next, &to))
        return 0;
    if (from.year == start.year && from.month == start.month)
        from = start;
    return (double)(date_to_days(to) - date_to_days(from)) * SECONDS_PER_DAY /
           SECONDS_PER_HOUR;
}
