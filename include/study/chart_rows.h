/* chart_rows.h - rows of the tables that plots/rows.gp draws, whose format stands there.
 */
#ifndef ALLOT_STUDY_CHART_ROWS_H
#define ALLOT_STUDY_CHART_ROWS_H

#include "study/saved_run.h"

#define CHART_ROWS_HEADER "what,row,from,to,colour,text"

/* Rows count from 1. A colour below 0 is none, as are "" and NaN. */
enum { CHART_NO_COLOUR = -1 };

/* A group's or a row's name, cut in the middle to 32 characters. */
void chart_row_name(struct text *out, const char *what, size_t row, const char *name);

/* A bar or an interval between dates, or a mark where `to` is "". */
void chart_row_dates(struct text *out, const char *what, size_t row, const char *from,
                     const char *to, int colour);

/* The same between numbers; NaN in `to` for a mark. */
void chart_row_numbers(struct text *out, const char *what, size_t row, double from,
                       double to, int colour);

/* Words of ours, with strangers' names in them, at a date or a number. */
void chart_row_words(struct text *out, const char *what, size_t row, const char *at,
                     int colour, const char *words);
void chart_row_words_at(struct text *out, const char *what, size_t row, double at,
                        int colour, const char *words);

/* Rows without a row: what an axis shows, what stands under it, what a colour means. */
void chart_row_span(struct text *out, double from, double to);
void chart_row_unit(struct text *out, const char *unit);
void chart_row_legend(struct text *out, size_t kind, int colour, const char *words);

/* The date so many months after the run's start, YYYY-MM-DD; the day that holds it. */
void chart_date_of_months(const struct saved_run *run, double months, char out[16]);

/* A date as it is written: 3 May 2022; a month: May 2022. Other text stays as it is. */
void chart_append_date(struct text *out, const char *date);

/* The hours of a month of the run, YYYY-MM; of the first one those since the start. */
double chart_month_hours(const struct saved_run *run, const char *month);

#endif
