/* outcome_path.h - outcomes by name: METRIC:[KIND/]SUBJECT[@MARK].
 *
 * released:LLaMA, fill_frac:team/LLaMA@2023-08-31, jain_fill (of all). A name with a
 * slash, an at sign or a quote stands in double quotes. A name that several kinds bear
 * means the kind that the metric is about first of all (released: a project); where there
 * is none, it is ambiguous. */
#ifndef ALLOT_SCENARIO_OUTCOME_PATH_H
#define ALLOT_SCENARIO_OUTCOME_PATH_H

#include "scenario/scenario.h"

/* Reads one. An error has the given cause (DIAG_DATA of a file, DIAG_USAGE of the command
 * line), says what is wrong at `at`, and what it could mean. Returns -1 then. */
int outcome_path_parse(const char *path, const struct scenario *s, enum diag_cause cause,
                       const struct place *at, struct outcome_path *out, struct diag *d);

/* The name of an outcome's subject; "all" for OF_ALL. */
const char *outcome_subject(const struct scenario *s, enum outcome_kind kind,
                            size_t subject);
/* "" for the end, else the mark's date. */
const char *outcome_mark(const struct scenario *s, size_t mark);

#endif
