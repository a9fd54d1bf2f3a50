/* period.h - the accounting period in which a meeting takes place.
 *
 * Periods are of whole calendar months and follow each other from a month of the year on:
 * quarters from February begin in February, May, August and November. What was before the
 * run is not known: those months gave nothing, and nothing was used in them. What is
 * still to come has the GPUs of the meeting's day. */
#ifndef ALLOT_RULE_PERIOD_H
#define ALLOT_RULE_PERIOD_H

#include "model/docket.h"

enum period_length {
    PERIOD_MONTH,
    PERIOD_QUARTER,
    PERIOD_HALF_YEAR,
    PERIOD_YEAR,
    PERIOD_NONE /* from the start of the run on, without an end */
};

/* For settings: without PERIOD_NONE there are N_PERIODS - 1. */
extern const char *const period_names[];
enum { N_PERIODS = 5 };

struct period {
    struct date start;  /* its first day; of the run's history where it has no end */
    size_t n_months;    /* its length; SIZE_MAX: no end */
    size_t n_before;    /* its months before that of the meeting */
    size_t n_closed;    /* of these, in the history: its first n_closed entries */
    size_t n_later;     /* its months from the next meeting on; SIZE_MAX: no end */
    double later_hours; /* all of these together; 0 where it has no end */
    struct date next;   /* the first of the month of the next meeting */
    bool is_whole;      /* the history reaches back to its start */
};

/* The period of a docket, where one begins in `first_month` of the year, 1 to 12. */
void period_find(const struct docket *docket, enum period_length length,
                 int64_t first_month, struct period *period);

/* Charged GPU-hours that all pools offer in the period, and what each group used of them:
 * used_hours[n_groups]. O(n_closed * n_groups). */
double period_capacity_hours(const struct docket *docket, const struct period *period);
void period_use(const struct docket *docket, const struct period *period,
                double *used_hours);

/* The month that begins `months` after that of a date, as its first day; its hours. */
struct date month_from(struct date date, int64_t months);
double month_hours(struct date date);

#endif
