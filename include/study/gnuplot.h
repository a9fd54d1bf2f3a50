/* gnuplot.h - draws the charts of plots/ with gnuplot, a program of its own (child.h).
 *
 * The user's settings (~/.gnuplot, GNUTERM, GNUPLOT_*) do not count. A picture appears
 * whole or not at all: gnuplot draws under a temporary name in the directory of the
 * picture, which is renamed when it is complete. A table is written by its chart's
 * module; text cells go through glyphs_append_cell. */
#ifndef ALLOT_STUDY_GNUPLOT_H
#define ALLOT_STUDY_GNUPLOT_H

#include "base/diag.h"
#include "base/text.h"

#include <stdbool.h>

struct gnuplot_job {
    const char *script; /* a path, such as PLOTS/allocation.gp */
    const char *table;  /* the format stands at the top of the script */
    const char *out;    /* ends in .svg, .png, .pdf or .txt (80 columns of text) */
    const char *theme;  /* light, dark, print, for text also terminal; NULL: light */
    double limit_s;     /* then gnuplot is killed; 0: 60 s */
};

/* Draws one picture. Errors: DIAG_USAGE (another ending), DIAG_NO_INPUT (no script, no
 * table), DIAG_UNAVAILABLE (gnuplot is not installed), DIAG_CANNOT_CREATE, DIAG_IO (the
 * script failed, took too long or left no whole picture).
 *
 * In a .png or .pdf a character that no font of this machine has would be drawn as a box
 * of the picture's size (gnuplot 5.4 with pango): such characters are replaced by a small
 * square and a warning says so. An .svg keeps all text. */
int gnuplot_run(const struct gnuplot_job *job, struct diag *d);

/* The same within 60 s. */
int gnuplot_draw(const char *script, const char *table, const char *out,
                 const char *theme, struct diag *d);

/* Appends the chart as text: lines of at most 80 columns, with the colours of a terminal
 * if so asked. */
int gnuplot_preview(const char *script, const char *table, bool has_colour,
                    struct text *out, struct diag *d);

/* Appends the directory of the scripts: ALLOT_PLOTS of the environment, else `plots`
 * beside the running program or up to three directories above it, else the installed
 * one. DIAG_NO_INPUT. */
int gnuplot_find_plots(struct text *out, struct diag *d);

#endif
