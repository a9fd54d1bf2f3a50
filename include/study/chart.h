/* chart.h - the charts of a run: from its files to one ready table each, and to pictures.
 *
 * A chart kind is a const struct chart_type: it reads the saved run and writes a sheet:
 * the table (the format stands at the top of plots/NAME.gp), and the finding that its
 * caption states; gnuplot does the rest. The tables stay beside the pictures in
 * RUN/charts/. One strategy a file, one line in the registry. */
#ifndef ALLOT_STUDY_CHART_H
#define ALLOT_STUDY_CHART_H

#include "study/prose.h"
#include "study/saved_run.h"

#include <stdbool.h>

/* What a chart kind makes. */
struct chart_sheet {
    struct text title;    /* what is shown */
    struct text subtitle; /* unit, rule, sample: chart_subtitle */
    struct text rows;     /* of the table, without header, title and subtitle */
    struct prose caption; /* the finding, one or two sentences */
    struct text none;     /* CHART_NONE: why there is no such chart of this run */
};

enum chart_outcome { CHART_WRITTEN = 0, CHART_FAILED = -1, CHART_NONE = 1 };

struct chart_request {
    const char *month; /* score: YYYY-MM; NULL: the month in which most is refused */
    const char
        *series; /* fan: FILE:COLUMN such as teams.csv:fill_frac; NULL: its default */
};

struct chart_type {
    const char *name;
    const char *summary;
    const char *header; /* the table's columns, text last */

    /* Fills the sheet, which is empty. CHART_NONE: this run has no data for it, and
     * sheet->none says why. */
    enum chart_outcome (*write)(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d);
};

/* The registry, in the order in which charts are drawn and stand in a report. */
enum { MOST_CHARTS = 24 };
extern const struct chart_type *const charts[];
extern const size_t n_charts;
const struct chart_type *chart_find(const char *name);

/* `run` may be NULL: no run is shown. */
void chart_sheet_init(struct chart_sheet *sheet, const struct saved_run *run);
void chart_sheet_release(struct chart_sheet *sheet);

/* Appends the whole table: header, title, subtitle, rows. */
void chart_sheet_append_table(const struct chart_sheet *sheet,
                              const struct chart_type *type, struct text *out);

/* Writes it to a file. DIAG_CANNOT_CREATE, DIAG_IO. */
int chart_sheet_write_table(const struct chart_sheet *sheet,
                            const struct chart_type *type, const char *path,
                            struct diag *d);

/* Sets the subtitle: "UNIT; SCENARIO, rule R over O, mean of 200 replications". */
void chart_subtitle(struct chart_sheet *sheet, const struct saved_run *run,
                    const char *unit);

/* The same for a chart of how replications differ: "... 200 replications". */
void chart_subtitle_of_spread(struct chart_sheet *sheet, const struct saved_run *run,
                              const char *unit);

/* Appends a name as a cell of a table, cut in the middle to 32 characters. */
void chart_name_cell(struct text *out, const char *name);

/* Draws a sheet: appends the picture as SVG (theme light), or as text of at most 80
 * columns. Table and picture stand for a moment in `folder` under hidden names. Errors:
 * those of gnuplot_run. */
enum chart_medium { CHART_SVG, CHART_TEXT, CHART_TERMINAL };
int chart_render(const struct chart_type *type, const struct chart_sheet *sheet,
                 enum chart_medium medium, const char *folder, struct text *picture,
                 struct diag *d);

struct chart_options {
    const char *out;    /* directory for tables and pictures; NULL: RUN/charts */
    const char *only;   /* one chart by name; NULL: all */
    const char *format; /* svg, png, pdf, dumb; NULL: svg */
    const char *theme;  /* light, dark, print; NULL: light */
    struct chart_request request;
    void (*tell)(void *owner, const char *path, const char *reason); /* path NULL: none */
    void *owner;
};

/* Where and how pictures are drawn, as the options say. */
struct chart_look {
    struct text folder;
    int format, theme; /* indices of what the options may name */
    bool is_new;       /* the folder */
};

/* Chooses, and makes the folder. DIAG_USAGE, DIAG_CANNOT_CREATE. */
int chart_look_init(struct chart_look *look, const char *dir,
                    const struct chart_options *options, struct diag *d);
void chart_look_release(struct chart_look *look);

/* Draws the table NAME.csv of the folder with the script of that name, and tells. */
int chart_draw_table(const struct chart_look *look, const char *name,
                     const struct chart_options *options, struct diag *d);

/* Draws the charts of the run in `dir`. All tables are written before the first picture
 * is drawn, so they are there even where gnuplot is missing. A directory `out` that holds
 * something else than charts is refused. Errors: DIAG_USAGE (an unknown chart, format or
 * theme), DIAG_NO_INPUT, DIAG_DATA (not a run; no data for the only chart that is asked
 * for), DIAG_CANNOT_CREATE, those of gnuplot_run. */
int chart_draw(const char *dir, const struct chart_options *options, struct diag *d);

/* Removes the charts of an earlier result from a directory. DIAG_IO. */
int chart_remove_stale(const char *dir, struct diag *d);

/* Removes the charts from a folder, and the folder if nothing else is in it. DIAG_IO. */
int chart_empty_folder(const char *folder, struct diag *d);

#endif
