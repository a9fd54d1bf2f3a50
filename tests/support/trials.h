/* trials.h - runs for tests: of texts and of files, and what came of them.
 *
 * Texts are formats of printf in which ' stands for ", so that they can be read here. A
 * mistake in a text, and a name that is not there, fail the test. */
#ifndef ALLOT_TESTS_TRIALS_H
#define ALLOT_TESTS_TRIALS_H

#include "run/run.h"
#include "support/scenarios.h"

struct trial {
    struct loaded loaded;
    const struct scenario *s;
    struct results r; /* with series and logs */
};

/* Loads and runs replication 0 under the scenario's own seed. */
void trial_run(struct trial *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void trial_run_text(struct trial *t, const char *text); /* no format, " is " */
void trial_run_file(struct trial *t, const char *path, const char *alternative);
void trial_release(struct trial *t);

/* Runs another replication in place of the last one. */
void trial_repeat(struct trial *t, uint64_t replication);

/* Seconds from the start to the beginning of a date. */
double trial_at_s(const struct trial *t, const char *date);

/* The instant of a project's release; NaN: never. */
double trial_released_s(const struct trial *t, const char *project);

/* A cell of a monthly file. `subject` is "" in months.csv; state is the phase and stage
 * counts from 1. */
double trial_cell(const struct trial *t, const char *file, const char *subject,
                  const char *column, size_t month);

/* An outcome; `mark` is its date, or "" for the end of the run. */
double trial_outcome(const struct trial *t, const char *metric, const char *kind,
                     const char *subject, const char *mark);

/* The n-th event (from 0) of that kind and subject; NULL: no such event. */
const struct event_row *trial_event(const struct trial *t, enum event_kind event,
                                    const char *subject, size_t n);

/* What a project, or a team's exploration, claimed on a pool at the meeting of a month;
 * NULL: nothing. */
const struct claim_row *trial_claim(const struct trial *t, const char *name,
                                    const char *pool, size_t month);

/* The value of a factor of its score; NaN: none. */
double trial_factor(const struct trial *t, const char *name, const char *pool,
                    const char *factor, size_t month);

/* Everything that two runs say is the same, but for their rule. */
void trial_assert_equal(const struct trial *a, const struct trial *b);

/* Fails unless a is exactly b, or within `slack` of it; NaN is NaN. */
#define assert_same(a, b)        trial_compare((a), (b), 0, #a, __FILE__, __LINE__)
#define assert_near(a, b, slack) trial_compare((a), (b), (slack), #a, __FILE__, __LINE__)
void trial_compare(double a, double b, double slack, const char *what, const char *file,
                   int line);

#endif
