/* saved_comparison.h - the directory of a comparison, read back: what its charts and its
 * report know.
 *
 * All that is handed out is borrowed until saved_comparison_close. The reader trusts
 * nothing: a file that is missing or is not what a comparison writes is an error with its
 * place (DIAG_NO_INPUT, DIAG_DATA). */
#ifndef ALLOT_STUDY_SAVED_COMPARISON_H
#define ALLOT_STUDY_SAVED_COMPARISON_H

#include "base/arena.h"
#include "base/diag.h"
#include "model/metric.h"
#include "record/csv_reader.h"

#include <jansson.h>
#include <stdbool.h>

/* An outcome of one alternative, as comparison.csv and alternatives.csv have it. */
struct saved_effect {
    const char *alternative, *subject, *at;
    enum metric metric;
    enum outcome_kind kind;
    double n_runs, n, mean, mean_low, mean_high; /* of alternatives.csv */
    bool has_difference;                         /* false: it is the base's own */
    double difference, ci_low, ci_high, p_better, p_worse, holm, unpaired_ratio, n_pairs;
    bool is_answer;
};

struct saved_comparison {
    const char *dir;
    json_t *json; /* run.json */
    const char *name, *question, *against, *start;
    size_t n_months;
    const char **alternatives; /* names, in the order of the file */
    size_t n_alternatives;
    size_t least_runs, most_runs; /* of an alternative */
    struct saved_effect *effects; /* by alternative; the base's without differences */
    size_t n_effects;
    const struct saved_effect **answers; /* of the base, one an outcome asked about */
    size_t n_answers;
    const struct saved_effect
        *best; /* of a selection, its answer; NULL: there was none */
    double best_probability;

    /* Private. */
    struct arena arena;
    struct csv_table comparison, means;
};

int saved_comparison_open(struct saved_comparison *c, const char *dir, struct diag *d);
void saved_comparison_close(struct saved_comparison *c);

/* The same outcome of another alternative, or NULL. O(n). */
const struct saved_effect *saved_effect_of(const struct saved_comparison *c,
                                           const char *alternative,
                                           const struct saved_effect *like);

/* Whether the difference stands after Holm's correction. */
bool saved_effect_stands(const struct saved_effect *e);

/* "released:LLaMA", "fill_frac:team/OPT@2023-08-31". In the comparison's arena. */
const char *saved_effect_path(struct saved_comparison *c, const struct saved_effect *e);

#endif
