/* judge.h - --require: what a run or comparison has to come up to. */
#ifndef ALLOT_CLI_JUDGE_H
#define ALLOT_CLI_JUDGE_H

#include "cli/options.h"
#include "study/requirement.h"

struct judge {
    struct arena arena;
    struct requirement *requirements;
    struct outcome_path *paths; /* in the scenario that was given */
    size_t n, n_judged, n_failed;
};

/* Reads all requirements before anything is run, with every mistake. `alternatives` are
 * the names that one may be of, n_alternatives 0: of none. DIAG_USAGE. To be released in
 * any case. */
int judge_init(struct judge *judge, const struct options *options,
               const struct scenario *s, const char *const *alternatives,
               size_t n_alternatives, struct diag *d);
void judge_release(struct judge *judge);

/* Judges the i-th by an outcome's values and says so on standard output, or where that is
 * for JSON alone, of one that is not met, on standard error. `whose` stands before it: an
 * alternative's name, or NULL. */
void judge_one(struct judge *judge, size_t i, const char *whose, const double *values,
               size_t stride, size_t n, bool is_json);

/* Says on standard error how many are not met, if any. Returns the exit status, 0 or 1.
 */
int judge_end(const struct judge *judge);

#endif
