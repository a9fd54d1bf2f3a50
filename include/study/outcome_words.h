/* outcome_words.h - an outcome in words, for titles and headings. */
#ifndef ALLOT_STUDY_OUTCOME_WORDS_H
#define ALLOT_STUDY_OUTCOME_WORDS_H

#include "base/text.h"
#include "model/metric.h"
#include "study/figure.h"

#include <stdbool.h>

/* Appends "Months to release: LLaMA", "Need met: team Vision at 2023-08-31",
 * "Utilisation": the metric's label, whose it is with its kind where that is not the
 * usual one, the mark. A metric that is not known is named as it is. */
void outcome_title(struct text *out, const char *metric, const char *kind,
                   const char *subject, const char *at);

/* How it is shown in sentences. */
enum figure_format outcome_format(const char *metric, const char *kind);

/* Whether an outcome is a fraction, which is shown in percent. */
bool outcome_is_fraction(enum metric metric, enum outcome_kind kind);

#endif
