/* answer.h - the one sentence that answers a scenario's question, in numbers of the run.
 */
#ifndef ALLOT_STUDY_ANSWER_H
#define ALLOT_STUDY_ANSWER_H

#include "study/prose.h"

/* Writes the sentence: of the outcome that the scenario names as its `answer`, else how
 * many projects are released and how much of what the teams need is granted. With an
 * interval where replications differ. */
int answer_write(struct saved_run *run, struct prose *out, struct diag *d);

#endif
