/* chart_teams.h - what charts share about teams: who they are, what they were granted,
 * and the colour that each keeps through all charts of a run. */
#ifndef ALLOT_STUDY_CHART_TEAMS_H
#define ALLOT_STUDY_CHART_TEAMS_H

#include "study/saved_run.h"

struct chart_team {
    const char *name;
    size_t order; /* in the file, as in every series of teams.csv */
    double total; /* granted over all months */
    int colour;   /* from 1; 0: one of the others */
};

/* The teams in the order of the file. Up to 12 have the colours of that order; of more,
 * the 11 largest have the colours of their ranks and the rest are "others". */
struct chart_teams {
    struct chart_team *teams;
    size_t n_teams, n_others;
    struct saved_series granted; /* GPUs; means of an ensemble */
};

int chart_teams_load(struct saved_run *run, struct chart_teams *teams, struct diag *d);

/* The team of that name, NULL if there is none. */
const struct chart_team *chart_teams_find(const struct chart_teams *teams,
                                          const char *name);

#endif
