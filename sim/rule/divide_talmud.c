/* The Talmud's rule for claims on an estate, as Aumann and Maschler read it (J. Econ.
 * Theory 36, 1985): who gets less than half of the claim looks at what it gets, who gets
 * more at what it loses. As long as the halves are not met, equal awards among the
 * halves; then each has its half and the rest goes by equal losses.
 *
 * With floors each stage is clipped from below: clip(level, floor, half), then
 * clip(want - loss, max(floor, half), want). O(n log n). */
#include "rule/divide.h"
#include "rule/fill.h"
#include "rule/pour.h"

static void divide(const struct divide_input *in, double *grants)
{
    size_t n = in->n_parties;
    double *half = ARENA_ARRAY(in->scratch, double, n);
    double *weights = ARENA_ARRAY(in->scratch, double, n);
    double *room = ARENA_ARRAY(in->scratch, double, n), halves = 0;
    for (size_t i = 0; i < n; i++) {
        half[i] = larger(in->floor_gpus[i], in->want_gpus[i] / 2);
        room[i] = in->want_gpus[i] - half[i];
        weights[i] = 1;
        halves += half[i];
    }
    double rest = in->capacity_gpus[0] - halves;
    if (rest <= 0) {
        fill(in->capacity_gpus[0], n, in->floor_gpus, half, weights, grants);
        return;
    }
    pour_equal_losses(rest, n, room, grants, in->scratch);
    for (size_t i = 0; i < n; i++)
        grants[i] = smaller(in->want_gpus[i], half[i] + grants[i]);
}

const struct divide_type divide_talmud = {
    .name = "talmud",
    .summary = "equal awards up to half of each request, then equal losses",
    .over_projects = true,
    .over_groups = true,
    .takes_passes = true,
    .is_monotone = true,
    .divide = divide,
};
