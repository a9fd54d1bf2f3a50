/* The same to everyone, up to what each wants; what some do not want is shared again:
 * water filling with equal weights. A few passes of O(n). */
#include "rule/divide.h"
#include "rule/fill.h"

static void divide(const struct divide_input *in, double *grants)
{
    double *weights = ARENA_ARRAY(in->scratch, double, in->n_parties);
    for (size_t i = 0; i < in->n_parties; i++)
        weights[i] = 1;
    divide_tell_level(in, fill(in->capacity_gpus[0], in->n_parties, in->floor_gpus,
                               in->want_gpus, weights, grants));
}

const struct divide_type divide_equal = {
    .name = "equal",
    .summary = "the same to everyone, up to the request",
    .over_projects = true,
    .over_groups = true,
    .takes_passes = true,
    .is_monotone = true,
    .level_of = "claimant",
    .divide = divide,
};
