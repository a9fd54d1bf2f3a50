/* The request as a fraction of the pool. */
#include "rule/score.h"

#include <math.h>

static void evaluate(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values)
{
    (void)settings;
    (void)scratch;
    for (size_t i = 0; i < docket->n_claims; i++) {
        const struct claim *claim = &docket->claims[i];
        double capacity = docket->pools[claim->pool].capacity_gpus;
        values[i] = capacity > 0 ? fmin(1, claim->requested_gpus / capacity) : 0;
    }
}

const struct factor_type score_need = {
    .name = "need",
    .summary = "the request as a fraction of the pool",
    .evaluate = evaluate,
};
