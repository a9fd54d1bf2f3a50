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

double docket_budget(const struct group *group)
{
    return group->budget > 0 ? group->budget : group->share;
}

static double share_of(const struct group *group)
{
    return group->share;
}

/* Parts of the whole: the product of each one's part among its siblings. */
static void fill_parts(const struct group *groups, size_t n_groups,
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
    fill_parts(groups, n_groups, share_of, share_frac);
}

void docket_fill_budgets(const struct group *groups, size_t n_groups, double *budget_frac)
{
    fill_parts(groups, n_groups, docket_budget, budget_frac);
}
