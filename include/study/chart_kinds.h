/* chart_kinds.h - the chart kinds, one a file sim/study/chart_NAME.c. */
#ifndef ALLOT_STUDY_CHART_KINDS_H
#define ALLOT_STUDY_CHART_KINDS_H

#include "study/chart.h"

extern const struct chart_type chart_allocation, chart_team_panels, chart_projects,
    chart_releases, chart_hours, chart_pools, chart_fairness, chart_people, chart_score,
    chart_timeline, chart_fan;

#endif
