/* formula.h - a score as a formula over the factors' names: "0.6*priority +
 * 0.4*closeness^2".
 *
 * An expression of Lua: numbers, names of factors, + - * / // % ^, comparisons with and,
 * or, not, and the functions of `math` but random. It has no loops, texts and calls of
 * anything else. Weights are not used beside a formula. */
#ifndef ALLOT_RULE_FORMULA_H
#define ALLOT_RULE_FORMULA_H

#include "base/arena.h"
#include "model/docket.h"
#include "rule/fault.h"
#include "rule/score.h"

struct formula {
    const char *text;
    struct place at;
    bool reads[MOST_FACTORS]; /* the factors that it names */
};

/* Judges a formula. Returns NULL, or a message from the arena; *hint as well, or NULL. */
const char *formula_compile(struct formula *formula, const char *text,
                            const struct place *at, struct arena *arena,
                            const char **hint);

/* Writes scores[n_claims] of values[factor][claim]; NULL: the formula does not name the
 * factor. Where a result is no finite number `fault` says so, from the arena, and the
 * scores are not to be used. */
void formula_evaluate(const struct formula *formula, const struct docket *docket,
                      double *const *values, double *scores, struct rule_fault *fault,
                      struct arena *arena);

#endif
