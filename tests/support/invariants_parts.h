/* invariants_parts.h - private to the sources of invariants.h. */
#ifndef ALLOT_TESTS_INVARIANTS_PARTS_H
#define ALLOT_TESTS_INVARIANTS_PARTS_H

#include "run/results.h"
#include "scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

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

/* invariants_people.c: whether a project ever changes its team: its month's hours are
 * then those of both; and a team's people in one month, x its row of teams.csv. */
bool has_moves(const struct scenario *s);
void check_headcount(const struct checked *c, size_t team, const double *x);

#endif
