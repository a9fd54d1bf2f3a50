/* report.h - a run as a page for people who decide: the question, the answer, who gains
 * and who loses, warnings, charts, assumptions, data, and how to do it again. */
#ifndef ALLOT_STUDY_REPORT_H
#define ALLOT_STUDY_REPORT_H

#include "base/diag.h"
#include "base/text.h"

struct report_options {
    const char *out;    /* a file; NULL: DIR/report.html or DIR/report.md */
    const char *format; /* html, md, text; NULL: html */
};

/* Writes the report of the run in `dir` and appends the path of what it wrote, or of
 * `text` without `out` the text itself. Of md the pictures go to OUT-files/, OUT without
 * its ending. All files appear together or none does. Errors: DIAG_USAGE (an unknown
 * format), DIAG_NO_INPUT, DIAG_DATA (not a run, or a damaged one), DIAG_CANNOT_CREATE,
 * DIAG_IO, those of gnuplot_run. */
int report_write(const char *dir, const struct report_options *options,
                 struct text *written, struct diag *d);

/* Removes the report of an earlier result from a directory. DIAG_IO. */
int report_remove_stale(const char *dir, struct diag *d);

#endif
