/* explain_work.h - private to explain's source files: an explanation in the making. */
#ifndef ALLOT_STUDY_EXPLAIN_WORK_H
#define ALLOT_STUDY_EXPLAIN_WORK_H

#include "rule/award.h"
#include "run/run.h"
#include "study/explain.h"
#include "world/world.h"

struct explain_work {
    const struct explain_question *question;
    struct explanation *e;
    const struct run_meeting *meeting; /* while the run stands there */
    struct arena scratch, trial;
    bool is_found;
    const char *no_claim; /* why whom the question is about filed none then */
};

/* explain_remedy.c: looks for the remedy of claims[i] of the docket and writes it into
 * the explained claim, not yet verified by a run. */
void explain_find_remedy(struct explain_work *w, size_t i, struct explained_claim *claim);

/* Runs the scenario with the remedy; takes it back where that does not do. */
void explain_verify_remedy(const struct explain_question *question, struct explanation *e,
                           struct explained_claim *claim);

/* explain_absence.c: why a project or team has no claim at this meeting. */
const char *explain_absence(const struct explain_question *question,
                            const struct run_meeting *meeting, struct arena *arena);

#endif
