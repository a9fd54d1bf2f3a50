/* made_charts.h - results written by hand, and the charts that are made of them. */
#ifndef ALLOT_TESTS_MADE_CHARTS_H
#define ALLOT_TESTS_MADE_CHARTS_H

#include "study/chart_kinds.h"

#include <stdio.h>

/* A directory for the results of one test: for cmocka's setup and teardown. */
int made_set_up(void **state);
int made_tear_down(void **state);

/* A file of it, opened for more rows; to be closed. */
FILE *made_begin_file(const char *name, const char *header);

/* run.json of scenario x, rule equal over the tree, from 15 January 2022. */
void made_write_json(int n_months, int replications);

/* teams.csv and outcomes.csv: teams A, B ... of which the t-th (from 0) has 1000 - 10 t
 * GPUs, asks in month m (from 0) for 100 m (t + 1) more, and uses one less. It has 10 + t
 * people; if it `grows`, B has 5 m more. Morale is 0.9; A loses 0.1 a month. */
void made_write_teams(int n_teams, int n_months, bool has_morale, bool grows);

struct made {
    struct saved_run run;
    struct chart_sheet sheet;
    struct diag d;
    enum chart_outcome outcome;
    struct text caption;
};

void made_chart(struct made *m, const struct chart_type *type, const char *series);
void made_release(struct made *m);

/* Fails without such a row; their number. */
void made_has_row(const struct made *m, const char *row);
size_t made_n_rows(const struct made *m, const char *begin);

/* Fails unless each monthly figure of the caption is the cell that its source names, and
 * its words have no digits but those of "95 %" and "90 %"; unless it is that text. */
void made_check_caption(struct made *m);
void made_says(struct made *m, const char *caption);

#endif
