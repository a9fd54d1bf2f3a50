#include "stats/selection.h"

#include "base/check.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>

/* Against ratios without end: of two means that are equal, and of none that varies. */
static const double SMALLEST = 1e-9;

static size_t least(const double *means, size_t k, size_t but)
{
    size_t best = but == 0 ? 1 : 0;
    for (size_t i = 0; i < k; i++)
        if (i != but && means[i] < means[best])
            best = i;
    return best;
}

/* How much each should have of all runs, in relation: (variance / distance^2) of all but
 * the best b, and sqrt(variance_b * sum of ratio^2 / variance) of the best. */
static void find_ratios(const double *means, const double *variances, size_t k,
                        double *ratios)
{
    size_t best = least(means, k, k);
    double scale = SMALLEST, squares = 0;
    for (size_t i = 0; i < k; i++)
        scale = fmax(scale, variances[i]);
    for (size_t i = 0; i < k; i++) {
        double distance = means[i] - means[best], variance = variances[i] / scale;
        double apart = distance * distance / scale;
        if (i == best)
            continue;
        ratios[i] = variance / fmax(apart, SMALLEST);
        squares += variance > 0 ? ratios[i] * ratios[i] / variance : 0;
    }
    ratios[best] = sqrt(variances[best] / scale * squares);
}

void ocba_allocate(const double *means, const double *variances, const size_t *n_runs,
                   size_t k, size_t budget, size_t *n_more)
{
    CHECK(k > 1);
    double *ratios = MEM_ARRAY(double, k), total = (double)budget;
    bool *is_served = MEM_ARRAY(bool, k), is_changed = true;
    find_ratios(means, variances, k, ratios);
    for (size_t i = 0; i < k; i++)
        total += (double)n_runs[i];
    size_t n_given = 0;
    while (is_changed) {
        double left = total, sum = 0;
        is_changed = false;
        for (size_t i = 0; i < k; i++) {
            sum += is_served[i] ? 0 : ratios[i];
            left -= is_served[i] ? (double)n_runs[i] : 0;
        }
        n_given = 0;
        for (size_t i = 0; i < k; i++) {
            double share = is_served[i] || sum <= 0 ? 0 : floor(left / sum * ratios[i]);
            bool has_enough = !is_served[i] && share < (double)n_runs[i];
            n_more[i] = is_served[i] || has_enough ? 0 : (size_t)share - n_runs[i];
            is_served[i] |= has_enough;
            is_changed |= has_enough;
            n_given += n_more[i];
        }
    }
    n_more[least(means, k, k)] += n_given < budget ? budget - n_given : 0;
    mem_free(ratios);
    mem_free(is_served);
}
