/* chart_plan.h - the projects of a run as charts tell of them: whose they are and what
 * was planned. */
#ifndef ALLOT_STUDY_CHART_PLAN_H
#define ALLOT_STUDY_CHART_PLAN_H

#include "study/saved_run.h"

struct chart_project {
    const char *name, *team;
    const char *start;  /* YYYY-MM-DD, at least the run's */
    const char *target; /* "": none */
};

struct chart_plan {
    struct chart_project *projects;
    size_t n_projects;
};

/* Reads plan.csv of a single run, where the owner is the last one; of an ensemble the
 * settings in run.json, where it is the first. */
int chart_plan_load(struct saved_run *run, struct chart_plan *plan, struct diag *d);

#endif
