/* checked.h - private to tests/support/invariants*.c: what is being checked, and how a
 * breach is told. */
#ifndef ALLOT_TESTS_CHECKED_H
#define ALLOT_TESTS_CHECKED_H

#include "support/invariants.h"

#include "base/seconds.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is being checked. */
struct checked {
    const struct scenario *s;
    const struct results *r;
    const char *what;
    size_t month;
};

#define HOLDS(c, condition, ...)                                                         \
    ((condition) ? (void)0 : broken((c), __LINE__, #condition, __VA_ARGS__))

/* Name the subject and two numbers. */
static inline void broken(const struct checked *c, int line, const char *condition,
                          const char *subject, double a, double b)
{
    fail_msg("%s, month %zu, '%s': %s does not hold (%.17g, %.17g; %s:%d)", c->what,
             c->month, subject, condition, a, b, __FILE__, line);
}

static inline bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

static inline const double *row(const struct checked *c, enum series_file file,
                                size_t subject)
{
    const struct series *series = &c->r->series[file];
    return &series->values[(c->month * series->n_subjects + subject) * series->n_columns];
}

static inline double month_hours(const struct checked *c)
{
    const double *at_s = c->s->calendar.month_at_s;
    return (at_s[c->month + 1] - at_s[c->month]) / SECONDS_PER_HOUR;
}

static inline void all_are_amounts(const struct checked *c, const double *x, size_t n,
                                   const char *subject)
{
    for (size_t i = 0; i < n; i++)
        HOLDS(c, isfinite(x[i]) && x[i] >= 0, subject, (double)i, x[i]);
}

/* invariants_month.c: one month of the series. */
void check_pools(const struct checked *c);
void check_teams(const struct checked *c);
void check_sums(const struct checked *c);
void check_groups(const struct checked *c);
bool goes_as_planned(const struct scenario *s, const struct project *project);
void check_project(const struct checked *c, size_t i, double used_before);

#endif
