/* Constrained equal losses (Maimonides; Aumann and Maschler, J. Econ. Theory 36, 1985):
 * everyone goes without the same number of GPUs, but nobody gets less than nothing: large
 * requests are favoured. With floors: clip(want - loss, floor, want). O(n log n). */
#include "rule/divide.h"
#include "rule/fill.h"
#include "rule/pour.h"

static void divide(const struct divide_input *in, double *grants)
{
    size_t n = in->n_parties;
    double *room = ARENA_ARRAY(in->scratch, double, n);
    double rest = in->capacity_gpus[0];
    for (size_t i = 0; i < n; i++) {
        room[i] = in->want_gpus[i] - in->floor_gpus[i];
        rest -= in->floor_gpus[i];
    }
    pour_equal_losses(larger(0, rest), n, room, grants, in->scratch);
    for (size_t i = 0; i < n; i++)
        grants[i] = smaller(in->want_gpus[i], in->floor_gpus[i] + grants[i]);
}

const struct divide_type divide_equal_losses = {
    .name = "equal-losses",
    .summary = "everyone goes without the same number of GPUs: large requests first",
    .over_projects = true,
    .over_groups = true,
    .takes_passes = true,
    .is_monotone = true,
    .divide = divide,
};
