/* figure.h - numbers as a reader is shown them, and the statistics that they are. */
#ifndef ALLOT_STUDY_FIGURE_H
#define ALLOT_STUDY_FIGURE_H

#include "base/text.h"

/* How a figure is shown. */
enum figure_format {
    FIGURE_COUNT,   /* 1,234 */
    FIGURE_PERCENT, /* of a fraction: 79 %, 99.5 % */
    FIGURE_POINTS,  /* of a difference of fractions, in percentage points: 10 */
    FIGURE_INDEX,   /* 0.83 */
    FIGURE_MONTHS,  /* 2.1 */
    FIGURE_SPAN,    /* the same without its sign, words say before or after: 2.1 months */
    FIGURE_DAYS,    /* of months, likewise: 6 days */
    FIGURE_HOURS,   /* GPU-hours: 6.00 million, 142,848 */
    FIGURE_DATE,    /* of months since the scenario's start: 27 Feb 2023 */
    FIGURE_MONTH    /* the month itself: Nov 2022; value is its index */
};

/* Appends a number; dates count from `start`, YYYY-MM-DD. "no value" where it is not
 * finite. */
void figure_append(struct text *out, double value, enum figure_format format,
                   const char *start);

/* The same with `finer` more decimals; and how many more, up to 3, two numbers need to be
 * shown apart. */
void figure_append_finer(struct text *out, double value, enum figure_format format,
                         int finer, const char *start);
int figure_finer(double low, double high, enum figure_format format, const char *start);

/* A statistic of a sample by its name (prose.h lists them); NaN for an unknown one.
 * O(n log n). */
double figure_statistic(const double *values, size_t n, const char *stat);

#endif
