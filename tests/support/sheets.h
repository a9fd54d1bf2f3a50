/* sheets.h - charts for tests: of a run that a test writes by hand or lets the program
 * make, in a folder of its own; what is wrong fails the test. */
#ifndef ALLOT_TESTS_SHEETS_H
#define ALLOT_TESTS_SHEETS_H

#include "study/chart.h"

/* Around each test: makes the folder, and removes it with its files. */
int sheet_set_up(void **state);
int sheet_tear_down(void **state);

/* A file of the run; run.json with the elements of the list of projects. */
void write_file(const char *name, const char *bytes);
void write_run(int replications, int months, const char *projects);

/* Runs a scenario's text, replications 0 to n - 1. */
void run_program(const char *text, size_t n);

/* Two teams, three months from the middle of January 2022: a project that is released,
 * one that is cancelled, one that stays open, exploration, a delivery and a maintenance.
 */
extern const char two_teams[];

/* A chart of the run. */
struct drawn {
    struct saved_run run;
    struct chart_sheet sheet;
    struct text caption; /* as plain text */
    struct diag d;
    enum chart_outcome outcome;
};
void draw(struct drawn *c, const char *chart); /* without errors */
void draw_month(struct drawn *c, const char *chart, const char *month);
void close_chart(struct drawn *c);

/* A row of the table, whole; the number of rows of a kind. */
void expect_row(const struct drawn *c, const char *row);
size_t n_rows_of(const struct drawn *c, const char *what);

/* There is no such chart of the run, for that reason. */
void expect_none(const char *chart, const char *reason);

/* Every digit of the caption is a figure, and every figure is found in the files. */
void check_caption(struct drawn *c);

#endif
