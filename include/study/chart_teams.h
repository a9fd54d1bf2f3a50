/* chart_teams.h - what charts share about teams: who they are, what they were granted,
 * and the colour that each keeps through all charts of a run. */
#ifndef ALLOT_STUDY_CHART_TEAMS_H
#define ALLOT_STUDY_CHART_TEAMS_H

#include "study/chart.h"

/* One number of one subject in one month. */
struct chart_cell {
    const char *subject, *month;
    double value;
};

/* One column of a monthly file: of a single run, or the means of an ensemble. */
struct chart_monthly {
    struct csv_table table;
    struct chart_cell *cells;
    size_t n_cells;
};

int chart_monthly_load(const struct chart_run *run, const char *file, const char *kind,
                       const char *column, struct chart_monthly *m, struct diag *d);
void chart_monthly_release(struct chart_monthly *m);

struct chart_team {
    const char *name;
    size_t order; /* in the file */
    double total; /* granted over all months */
    int colour;   /* from 1; 0: one of the others */
};

/* The teams in the order of the file. Up to 12 have the colours of that order; of more,
 * the 11 largest have the colours of their ranks and the rest are "others". */
struct chart_teams {
    struct chart_team *teams;
    size_t n_teams, n_others;
    const char **months;
    size_t n_months;
    double *granted; /* [month * n_teams + team] */
    struct chart_monthly monthly;
};

int chart_teams_load(const struct chart_run *run, struct chart_teams *teams,
                     struct diag *d);
void chart_teams_release(struct chart_teams *teams);

/* The index of a month, n_months if there is none. */
size_t chart_teams_month(const struct chart_teams *teams, const char *month);

#endif
