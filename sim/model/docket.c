#include "model/docket.h"

double docket_charged_gpus(const struct docket *docket)
{
    double gpus = 0;
    for (size_t p = 0; p < docket->n_pools; p++)
        gpus += docket->pools[p].capacity_gpus * docket->pools[p].charge;
    return gpus;
}

double docket_capacity_hours(const struct docket *docket)
{
    return docket_charged_gpus(docket) * docket->hours_to_next;
}

void docket_fill_shares(const struct group *groups, size_t n_groups, double *share_frac)
{
    if (n_groups == 0)
        return;
    share_frac[0] = 1;
    for (size_t g = 0; g < n_groups; g++) {
        double siblings = 0;
        for (int s = groups[g].first_child; s >= 0; s = groups[s].next_sibling)
            siblings += groups[s].share;
        for (int s = groups[g].first_child; s >= 0; s = groups[s].next_sibling)
            share_frac[s] = siblings > 0 ? share_frac[g] * groups[s].share / siblings : 0;
    }
}
