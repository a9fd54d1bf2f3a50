/* Constrained equal awards, the first of the three classical rules for claims on an
 * estate (Maimonides; Thomson, How to Divide When There Isn't Enough, 2019): the same to
 * everyone, but nobody more than the claim. Max-min without weights: what `equal` does,
 * under the name that it has beside equal-losses and talmud. A few passes of O(n). */
#include "rule/divide.h"
#include "rule/fill.h"

static void divide(const struct divide_input *in, double *grants)
{
    double *weights = ARENA_ARRAY(in->scratch, double, in->n_parties);
    for (size_t i = 0; i < in->n_parties; i++)
        weights[i] = 1;
    fill(in->capacity_gpus[0], in->n_parties, in->floor_gpus, in->want_gpus, weights,
         grants);
}

const struct divide_type divide_equal_awards = {
    .name = "equal-awards",
    .summary = "max-min without weights: small requests are met, large ones level",
    .over_projects = true,
    .over_groups = true,
    .takes_passes = true,
    .is_monotone = true,
    .divide = divide,
};
