/* rule_words.h - the rule of a scenario in words, with its changes in the course of the
 * run: "weighted, from 2025-06-01 max-min". */
#ifndef ALLOT_STUDY_RULE_WORDS_H
#define ALLOT_STUDY_RULE_WORDS_H

#include "base/text.h"
#include "scenario/scenario.h"

/* Appends the rule's division; with `has_over` also what it stands over: "weighted over
 * projects, from 2025-06-01 max-min over tree". What may change at random is told too:
 * "weighted, at random max-min". */
void rule_words(const struct scenario *s, bool has_over, struct text *out);

#endif
