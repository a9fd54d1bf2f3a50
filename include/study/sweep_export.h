/* sweep_export.h - a sweep as tidy CSV.
 *
 *   runs.csv         one row a run: point, a column a setting, replication, a column an
 *                    outcome (METRIC:[KIND/]SUBJECT[@MARK])
 *   points.csv       one row a point and outcome: n, mean, interval, quantiles
 *   sensitivity.csv  of designs morris and saltelli: one row an outcome, setting and
 *                    measure, with a bootstrap interval of 95 %
 *   failed.csv       points and runs that failed, and why; only where some did
 *
 * A setting that a point of an earlier design does not name is an empty field: it is as
 * in the scenario. Files appear whole or not at all. Equal stores give equal bytes,
 * however their runs came about. */
#ifndef ALLOT_STUDY_SWEEP_EXPORT_H
#define ALLOT_STUDY_SWEEP_EXPORT_H

#include "study/sweep_view.h"

/* Writes the files into the directory. `tell` hears the path of each. DIAG_CANNOT_CREATE,
 * DIAG_IO. */
int sweep_export(struct sweep_view *view, const char *dir,
                 void (*tell)(void *owner, const char *path), void *owner,
                 struct diag *d);

#endif
