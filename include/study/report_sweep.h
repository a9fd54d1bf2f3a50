/* report_sweep.h - a sweep as a page for people who decide: the question, which points do
 * best and which of them cannot be told apart, what each setting moves, charts, what is
 * missing or failed, and how to do it again. */
#ifndef ALLOT_STUDY_REPORT_SWEEP_H
#define ALLOT_STUDY_REPORT_SWEEP_H

#include "study/document.h"
#include "study/sweep_view.h"

/* Writes the page of the sweep in `dir`, whose view is open; `is_short`: the answer and
 * warnings alone. Errors: DIAG_DATA where no run is finished, the store's, those of
 * gnuplot_run. */
int report_sweep(struct sweep_view *view, const char *dir, struct document *doc,
                 bool is_short, struct diag *d);

#endif
