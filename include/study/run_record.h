/* run_record.h - run.json: what a run was made of; and summary.json. */
#ifndef ALLOT_STUDY_RUN_RECORD_H
#define ALLOT_STUDY_RUN_RECORD_H

#include "study/replicate.h"

#include <stdio.h>

/* All outcomes with their intervals. */
void run_record_summary(const struct ensemble *ensemble, FILE *stream);

/* Version, scenario and every file it names with hashes, resolved settings, seed,
 * libraries; what differs between two equal runs stands in `volatile`, the seconds that
 * it took among it. */
void run_record_write(const struct replicate_options *options,
                      const struct ensemble *ensemble, double seconds, FILE *stream);

#endif
