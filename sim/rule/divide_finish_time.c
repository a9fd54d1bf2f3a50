/* Finish-time fairness (Themis: Mahajan et al., NSDI 2020): rho of a claim is the time
 * that its work takes here, from its start to its end, over the time that it would take
 * alone on 1/N of the pool. Whoever has the worst rho is served first, until it is level
 * with the next: divisible, that is the smallest rho for which the GPUs suffice,
 *
 *     rho = (other hours + work left / grant) / hours alone
 *     grant = clip(work left / (rho * hours alone - other hours), floor, want)
 *
 * where the other hours are those since the start and those of stages that need no GPUs
 * of this pool. So a claim that was held back catches up. Claims without work or without
 * a time alone have no rho; they are served last, equally.
 *
 * The sum of grants falls as rho grows. Rho is found by bisection of its bits, 64 passes
 * of O(n) for any numbers; between the two neighbouring numbers that are left, grants are
 * interpolated, so that the pool is spent to the last digit. */
#include "rule/divide.h"
#include "rule/fill.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

static bool has_rho(const struct party *p)
{
    return p->pool_gpu_hours > 0 && p->alone_hours > 0 && isfinite(p->alone_hours) &&
           isfinite(p->other_hours);
}

/* What a party gets at a level of rho; without one of its own its floor. */
static double grant_at(const struct divide_input *in, size_t i, double rho)
{
    const struct party *p = &in->parties[i];
    if (!has_rho(p))
        return in->floor_gpus[i];
    double hours = rho * p->alone_hours - p->other_hours;
    if (!(hours > 0))
        return in->want_gpus[i];
    double gpus = p->pool_gpu_hours / hours;
    return larger(in->floor_gpus[i], smaller(in->want_gpus[i], gpus));
}

static double sum_at(const struct divide_input *in, double rho)
{
    double sum = 0;
    for (size_t i = 0; i < in->n_parties; i++)
        sum += grant_at(in, i, rho);
    return sum;
}

/* Numbers above 0 are in the order of their bits. */
static double number_of(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* Divides `amount`, which is less than all that have a rho want and more than the floors.
 */
static void level(const struct divide_input *in, double amount, double *grants)
{
    uint64_t low = 0, high = bits_of(DBL_MAX);
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (sum_at(in, number_of(middle)) > amount)
            low = middle;
        else
            high = middle;
    }
    double most = sum_at(in, number_of(low)), least = sum_at(in, number_of(high));
    double part = most > least ? (amount - least) / (most - least) : 0;
    for (size_t i = 0; i < in->n_parties; i++) {
        double above = grant_at(in, i, number_of(low));
        double below = grant_at(in, i, number_of(high));
        grants[i] = smaller(above, below + larger(0, part) * (above - below));
    }
}

static void divide(const struct divide_input *in, double *grants)
{
    size_t n = in->n_parties;
    double *lo = ARENA_ARRAY(in->scratch, double, n);
    double *weights = ARENA_ARRAY(in->scratch, double, n);
    double capacity = in->capacity_gpus[0], floors = 0, wanted = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_timed = has_rho(&in->parties[i]);
        lo[i] = is_timed ? in->want_gpus[i] : in->floor_gpus[i];
        weights[i] = is_timed ? 0 : 1;
        floors += in->floor_gpus[i];
        wanted += lo[i];
    }
    if (wanted <= capacity)
        fill(capacity, n, lo, in->want_gpus, weights, grants);
    else if (floors >= capacity)
        fill(capacity, n, in->floor_gpus, in->want_gpus, weights, grants);
    else
        level(in, capacity, grants);
}

const struct divide_type divide_finish_time = {
    .name = "finish-time",
    .summary = "Themis: who is slowed down most against 1/N of the pool comes first",
    .reads = READS_WORK,
    .over_projects = true,
    .takes_passes = true,
    .is_monotone = true,
    .divide = divide,
};
