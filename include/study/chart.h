/* chart.h - the charts of a run: from its files to one ready table each, and to pictures.
 *
 * A chart kind is a const struct chart_type: it reads result files and writes its table
 * (the format stands at the top of plots/NAME.gp); gnuplot does the rest. The tables stay
 * beside the pictures in RUN/charts/. One strategy a file, one line in the registry. */
#ifndef ALLOT_STUDY_CHART_H
#define ALLOT_STUDY_CHART_H

#include "base/diag.h"
#include "base/text.h"
#include "record/csv_reader.h"

#include <jansson.h>
#include <stdbool.h>

/* What all charts of a run share. */
struct chart_run {
    const char *dir;
    json_t *json;        /* run.json */
    size_t replications; /* 1: a single run */
    const char *start;   /* YYYY-MM-DD, borrowed from json */
    size_t n_months;
    struct text subtitle; /* scenario, rule, sample */
};

enum chart_outcome { CHART_WRITTEN = 0, CHART_FAILED = -1, CHART_NONE = 1 };

struct chart_type {
    const char *name;
    const char *summary;

    /* Appends the table. CHART_NONE: this run has no data for it; `out` then holds the
     * reason. */
    enum chart_outcome (*write)(const struct chart_run *run, struct text *out,
                                struct diag *d);
};

extern const struct chart_type chart_allocation, chart_projects;
extern const struct chart_type *const charts[];
extern const size_t n_charts;

struct chart_options {
    const char *out;    /* directory for tables and pictures; NULL: RUN/charts */
    const char *only;   /* one chart by name; NULL: all */
    const char *format; /* svg, png, pdf, dumb; NULL: svg */
    const char *theme;  /* light, dark, print; NULL: light */
    void (*tell)(void *owner, const char *path, const char *reason); /* path NULL: none */
    void *owner;
};

/* Draws the charts of the run in `dir`. All tables are written before the first picture
 * is drawn, so they are there even where gnuplot is missing. A directory `out` that holds
 * something else than charts is refused. Errors: DIAG_USAGE (an unknown chart, format or
 * theme), DIAG_NO_INPUT, DIAG_DATA (not a run; no data for the only chart that is asked
 * for), DIAG_CANNOT_CREATE, those of gnuplot_run. */
int chart_draw(const char *dir, const struct chart_options *options, struct diag *d);

/* Removes the charts of an earlier result from a directory. */
void chart_remove_stale(const char *dir);

/* For the chart kinds: loads a file of the run; its column, an error if it is not there;
 * a text cell cut in the middle to 32 characters. */
int chart_load(const struct chart_run *run, const char *name, struct csv_table *table,
               struct diag *d);
int chart_column(const struct csv_table *table, const char *name, struct diag *d);
void chart_name_cell(struct text *out, const char *name);

/* "2022-12" to "2023-01-01": the first day of the month after. */
void chart_next_month(const char *month, char out[16]);
void chart_horizon(const struct chart_run *run, char out[16]);

#endif
