#include "model/docket.h"

#include <string.h>

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

double docket_budget(const struct group *group)
{
    return group->budget > 0 ? group->budget : group->share;
}

static double share_of(const struct group *group)
{
    return group->share;
}

/* Parts of the whole: the product of each one's part among its siblings. */
static void fill_frac(const struct group *groups, size_t n_groups,
                      double (*part_of)(const struct group *), double *part_frac)
{
    if (n_groups == 0)
        return;
    part_frac[0] = 1;
    for (size_t g = 0; g < n_groups; g++) {
        double siblings = 0;
        for (int s = groups[g].first_child; s >= 0; s = groups[s].next_sibling)
            siblings += part_of(&groups[s]);
        for (int s = groups[g].first_child; s >= 0; s = groups[s].next_sibling)
            part_frac[s] =
                siblings > 0 ? part_frac[g] * part_of(&groups[s]) / siblings : 0;
    }
}

void docket_fill_shares(const struct group *groups, size_t n_groups, double *share_frac)
{
    fill_frac(groups, n_groups, share_of, share_frac);
}

void docket_fill_budgets(const struct group *groups, size_t n_groups, double *budget_frac)
{
    fill_frac(groups, n_groups, docket_budget, budget_frac);
}

void docket_fill_parts(const struct docket *docket, double *part_gpus)
{
    memset(part_gpus, 0, docket->n_pools * sizeof *part_gpus);
    for (size_t i = 0; i < docket->n_claims; i++)
        part_gpus[docket->claims[i].pool]++;
    for (size_t p = 0; p < docket->n_pools; p++)
        part_gpus[p] =
            docket->pools[p].capacity_gpus / (part_gpus[p] > 0 ? part_gpus[p] : 1);
}

void docket_fill_work(const struct docket *docket, const double *part_gpus,
                      struct claim *claim)
{
    double part = part_gpus[claim->pool], request = claim->requested_gpus;
    claim->pool_gpu_hours = request * docket->hours_to_next;
    claim->alone_hours = claim->pool_gpu_hours / (request < part ? request : part);
}
