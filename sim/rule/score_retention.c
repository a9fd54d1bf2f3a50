/* The probability that a member of the claim's team leaves within a year at today's rate,
 * the mean over its people: GPUs are a reason to stay. 0 where nobody leaves, or nobody
 * is.
 */
#include "rule/score.h"

static unsigned facts(const void *settings)
{
    (void)settings;
    return FACTS_LEAVING;
}

static void evaluate(const struct docket *docket, const void *settings,
                     struct arena *scratch, double *values)
{
    (void)settings;
    (void)scratch;
    for (size_t i = 0; i < docket->n_claims; i++)
        values[i] = docket->claims[i].leaving_frac;
}

const struct factor_type score_retention = {
    .name = "retention",
    .summary =
        "the probability that a member of its team leaves within a year at today's "
        "rate; 0 without people.turnover_per_year",
    .facts = facts,
    .evaluate = evaluate,
};
