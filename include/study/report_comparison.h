/* report_comparison.h - a comparison as a page for people who decide: the question, what
 * each alternative changes and what of it stands, who gains and who loses GPUs, charts,
 * how it was computed, and how to do it again. */
#ifndef ALLOT_STUDY_REPORT_COMPARISON_H
#define ALLOT_STUDY_REPORT_COMPARISON_H

#include "study/document.h"
#include "study/saved_comparison.h"

/* Writes the page; `is_short`: the answers and warnings alone. Errors: those of
 * gnuplot_run. */
int report_comparison(struct saved_comparison *c, struct document *doc, bool is_short,
                      struct diag *d);

#endif
