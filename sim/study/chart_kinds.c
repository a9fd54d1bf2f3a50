#include "study/chart_kinds.h"

#include <string.h>

const struct chart_type *const charts[] = {
    &chart_allocation, &chart_team_panels, &chart_projects, &chart_releases,
    &chart_hours,      &chart_pools,       &chart_fairness, &chart_people,
    &chart_score,      &chart_timeline,    &chart_fan,
};
const size_t n_charts = sizeof charts / sizeof *charts;
_Static_assert(sizeof charts / sizeof *charts <= MOST_CHARTS, "registry size");

const struct chart_type *chart_find(const char *name)
{
    for (size_t i = 0; i < n_charts; i++)
        if (strcmp(charts[i]->name, name) == 0)
            return charts[i];
    return NULL;
}
