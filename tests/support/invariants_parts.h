/* invariants_parts.h - private to the sources of invariants.h. */
#ifndef ALLOT_TESTS_INVARIANTS_PARTS_H
#define ALLOT_TESTS_INVARIANTS_PARTS_H

#include "run/results.h"
#include "scenario/scenario.h"

/* What is being checked. */
struct checked {
    const struct scenario *s;
    const struct results *r;
    const char *what;
    size_t month;
};

#define HOLDS(c, condition, ...)                                                         \
    ((condition) ? (void)0                                                               \
                 : checked_broke((c), __FILE__, __LINE__, #condition, __VA_ARGS__))

/* Name the subject and two numbers. */
void checked_broke(const struct checked *c, const char *file, int line,
                   const char *condition, const char *subject, double a, double b);

bool checked_near(double a, double b);

/* A subject's row of the month, whose hours these are. */
const double *checked_row(const struct checked *c, enum series_file file, size_t subject);
double checked_month_hours(const struct checked *c);

/* Whether a project's work goes as it was planned, GPU-hour by GPU-hour. */
bool goes_as_planned(const struct scenario *s, const struct project *project);

/* invariants_months.c: the month; `used[project]` is what was used before, in GPU-hours,
 * and grows. */
void check_month(const struct checked *c, double *used);

#endif
