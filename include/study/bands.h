/* bands.h - monthly series over replications: mean, interval and quantiles of each month.
 */
#ifndef ALLOT_STUDY_BANDS_H
#define ALLOT_STUDY_BANDS_H

#include "record/csv.h"
#include "run/results.h"
#include "scenario/scenario.h"

/* One block of values a replication, in the order of the rows of bands.csv. */
struct bands {
    const struct scenario *scenario;
    size_t n_rows; /* of one block */
    double **blocks;
    size_t n_blocks;
};

void bands_init(struct bands *bands, const struct scenario *scenario, size_t n_most);
void bands_release(struct bands *bands);

/* The values that a replication has in bands.csv; give it back with mem_free, or hand it
 * on to bands_add, replication by replication in order. */
double *bands_pick(const struct bands *bands, const struct results *results);
void bands_add(struct bands *bands, double *block);

/* Writes bands.csv on n_jobs threads. */
void bands_write(const struct bands *bands, size_t n_jobs, struct csv *csv);

#endif
