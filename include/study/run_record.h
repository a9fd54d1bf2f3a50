/* run_record.h - run.json: what a run was made of; and summary.json. */
#ifndef ALLOT_STUDY_RUN_RECORD_H
#define ALLOT_STUDY_RUN_RECORD_H

#include "study/replicate.h"

#include <jansson.h>
#include <stdio.h>

/* All outcomes with their intervals. */
void run_record_summary(const struct ensemble *ensemble, FILE *stream);

/* Version, scenario and every file it names with hashes, resolved settings, seed,
 * libraries; what differs between two equal runs stands in `volatile`, the seconds that
 * it took among it. */
void run_record_write(const struct replicate_options *options,
                      const struct ensemble *ensemble, double seconds, FILE *stream);

/* Parts of it that a comparison's record shares, each new. What a scenario was made of:
 * its files with their hashes, and its resolved settings with the seed of the run. */
json_t *run_record_files(const struct scenario *scenario);
json_t *run_record_settings(const struct scenario *scenario, uint64_t seed);
json_t *run_record_libraries(void);
json_t *run_record_volatile(int argc, char *const *argv, size_t n_jobs, double seconds);
/* Text of any bytes as a JSON string. */
json_t *run_record_bytes(const char *bytes);

#endif
