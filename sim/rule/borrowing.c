#include "rule/borrowing.h"

#include "rule/fill.h"

double borrowing_share(size_t n_pools, const double *used_gpus,
                       const double *nominal_gpus, const double *lendable_gpus,
                       double weight)
{
    double share = 0;
    for (size_t p = 0; p < n_pools; p++)
        if (lendable_gpus[p] > 0)
            share = larger(share, 1000 * (used_gpus[p] - nominal_gpus[p]) /
                                      lendable_gpus[p] / weight);
    return share;
}
