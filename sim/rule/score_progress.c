/* The fraction of the project's GPU-hours that is done; 0 for exploration. */
#include "rule/score.h"

#include <math.h>

static unsigned facts(const void *settings)
{
    (void)settings;
    return FACTS_PROGRESS;
}

static void evaluate(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values)
{
    (void)settings;
    (void)scratch;
    for (size_t i = 0; i < docket->n_claims; i++) {
        const struct claim *c = &docket->claims[i];
        double left = fmin(c->left_gpu_hours, c->planned_gpu_hours);
        values[i] = c->planned_gpu_hours > 0 ? 1 - left / c->planned_gpu_hours : 0;
    }
}

const struct factor_type score_progress = {
    .name = "progress",
    .summary = "the fraction of the project's GPU-hours that is done",
    .facts = facts,
    .evaluate = evaluate,
};
