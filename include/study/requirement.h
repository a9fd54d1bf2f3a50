/* requirement.h - what results have to come up to, and how sharp they have to be.
 *
 *   released:LLaMA >= 0.8            the mean of all runs
 *   released:LLaMA >= 0.8 @95        the end of the 95 % interval that is nearer to the
 *                                    bound's wrong side: the lower one of >=
 *   max-min/departures:team/OPT <= 3 of one alternative of a comparison
 *   released:LLaMA <= 0.02           of --until: half the width of the 95 % interval
 *
 * Intervals are those of study/outcome_summary.h. A run without a value counts: where the
 * metric takes it for the worst there is (a project that was never released), a
 * requirement is not met; else the mean is of the others, and the verdict says how many.
 */
#ifndef ALLOT_STUDY_REQUIREMENT_H
#define ALLOT_STUDY_REQUIREMENT_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "scenario/outcome_path.h"

struct requirement {
    const char *text;        /* as it was written */
    const char *alternative; /* NULL: of all */
    const char *outcome;     /* METRIC:[KIND/]SUBJECT[@MARK] */
    bool is_at_most;
    double bound;
    double level; /* of the interval, such as 0.95; 0: the mean itself */
};

/* Reads `text`, an argument of the option. DIAG_USAGE. The result lives in the arena. */
int requirement_parse(const char *text, const char *option, struct arena *arena,
                      struct requirement *out, struct diag *d);

/* The same of --until: no alternative, no level, <= and a width above 0. */
int requirement_parse_width(const char *text, struct arena *arena,
                            struct requirement *out, struct diag *d);

struct verdict {
    bool is_met;
    double value;        /* what was held against the bound; NaN: there is none */
    size_t n, n_missing; /* runs, those of them without a value */
    double mean;
};

/* Judges an outcome's values, one a run, values[i * stride], i < n. O(n). */
void requirement_judge(const struct requirement *r, const struct outcome_path *path,
                       const double *values, size_t stride, size_t n,
                       struct verdict *out);

/* "released:LLaMA >= 0.8 @95: not met, the interval ends at 0.76 around 0.81, over 200
 * runs". */
void requirement_tell(const struct requirement *r, const struct verdict *verdict,
                      struct text *out);

#endif
