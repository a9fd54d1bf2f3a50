/* Everyone the same fraction of its request: water filling with the requests as weights,
 * so that a floor lifts the few whom the fraction would leave below it. A few passes of
 * O(n). */
#include "rule/divide.h"
#include "rule/fill.h"

static void divide(const struct divide_input *in, double *grants)
{
    divide_tell_level(in, fill(in->capacity_gpus[0], in->n_parties, in->floor_gpus,
                               in->want_gpus, in->want_gpus, grants));
}

const struct divide_type divide_proportional = {
    .name = "proportional",
    .summary = "everyone the same fraction of the request",
    .over_projects = true,
    .over_groups = true,
    .takes_passes = true,
    .is_monotone = true,
    .level_of = "GPU asked for",
    .divide = divide,
};
