#include "model/metric.h"

#include <string.h>

#define ALL     (1u << OF_ALL)
#define POOL    (1u << OF_POOL)
#define GROUP   (1u << OF_GROUP)
#define TEAM    (1u << OF_TEAM)
#define PROJECT (1u << OF_PROJECT)
#define COHORT  (1u << OF_COHORT)

const char *const outcome_kinds[N_OUTCOME_KINDS] = {"all",  "pool",    "group",
                                                    "team", "project", "cohort"};

const struct metric_type metric_types[N_METRICS] = {
    [METRIC_RELEASED] =
        {"released", "",
         "1 if the project was released, else 0; of others: how many were",
         ALL | GROUP | TEAM | PROJECT, OF_PROJECT, .better = BETTER_MORE,
         .label = "Released"},
    [METRIC_RELEASE_MONTHS] = {"release_months", "months",
                               "from the scenario's start to the release; NaN if not "
                               "released",
                               PROJECT, OF_PROJECT, .better = BETTER_LESS,
                               .missing_is_worst = true, .label = "Months to release"},
    [METRIC_SLIP_MONTHS] = {"slip_months", "months",
                            "from the target to the release, negative when early; NaN if "
                            "not released or without a target",
                            PROJECT, OF_PROJECT, .better = BETTER_LESS,
                            .missing_is_worst = true, .label = "Months past the target"},
    [METRIC_HOURS_USED] = {"gpu_hours_used", "GPU-hours", "used",
                           ALL | POOL | GROUP | TEAM | PROJECT,
                           .label = "GPU-hours used"},
    [METRIC_HOURS_SHIPPED] =
        {"gpu_hours_shipped", "GPU-hours",
         "used by projects that were released; of a team: while they were its own",
         ALL | GROUP | TEAM | PROJECT, .better = BETTER_MORE,
         .label = "GPU-hours of what was released"},
    [METRIC_HOURS_SUNK] =
        {"gpu_hours_sunk", "GPU-hours",
         "used by projects that were cancelled; of a team: while they were its own",
         ALL | GROUP | TEAM | PROJECT, .better = BETTER_LESS,
         .label = "GPU-hours of what was cancelled"},
    [METRIC_HOURS_EXPLORED] = {"gpu_hours_explored", "GPU-hours",
                               "used by exploration, beside the projects",
                               ALL | GROUP | TEAM, .label = "GPU-hours of exploration"},
    [METRIC_HOURS_DUPLICATED] =
        {"gpu_hours_duplicated", "GPU-hours",
         "used by projects beyond the leading one of those that overlap, weighted by the "
         "overlap; NaN where no two do",
         ALL | GROUP | TEAM | PROJECT, OF_PROJECT, .better = BETTER_LESS,
         .label = "GPU-hours spent twice"},
    [METRIC_HOURS_IDLE] = {"gpu_hours_idle", "GPU-hours",
                           "in service, not reserved and not used", ALL | POOL,
                           .better = BETTER_LESS, .label = "GPU-hours idle"},
    [METRIC_UTILISATION] = {"utilisation_frac", "",
                            "used of what was in service and not reserved", ALL | POOL,
                            .better = BETTER_MORE, .label = "Utilisation"},
    [METRIC_FILL] = {"fill_frac", "",
                     "min(granted, needed) of what was needed; NaN if nothing was",
                     ALL | GROUP | TEAM | PROJECT, .better = BETTER_MORE,
                     .label = "Need met"},
    [METRIC_JAIN] = {"jain_fill", "", "Jain's index of the teams' fill", ALL,
                     .better = BETTER_MORE, .label = "Fairness, Jain's index"},
    [METRIC_GINI] = {"gini_fill", "", "Gini coefficient of the teams' fill", ALL,
                     .better = BETTER_LESS, .label = "Inequality, Gini coefficient"},
    [METRIC_VALUE] = {"value", "", "value of the projects that were released",
                      ALL | GROUP | TEAM | PROJECT, .better = BETTER_MORE,
                      .label = "Value released"},
    [METRIC_HOURS_LOST] = {"gpu_hours_lost", "GPU-hours",
                           "used for checkpoints, restarts and what a failure undid",
                           ALL | GROUP | TEAM | PROJECT, OF_PROJECT,
                           .better = BETTER_LESS, .label = "GPU-hours lost to failures"},
    [METRIC_HOURS_FAILED] = {"gpu_hours_failed", "GPU-hours",
                             "out of service by failure or maintenance", ALL | POOL,
                             .better = BETTER_LESS, .label = "GPU-hours out of service"},
    [METRIC_LOSS] = {"loss", "nats a token",
                     "of its best model so far, by Hoffmann et al. 2022; NaN if none is "
                     "trained that states params and tokens",
                     PROJECT, OF_PROJECT, .better = BETTER_LESS, .missing_is_worst = true,
                     .label = "Loss of the best model"},
    [METRIC_HOURS_SERVING] = {"gpu_hours_serving", "GPU-hours",
                              "that the released model has served, outside the pools",
                              ALL | GROUP | TEAM | PROJECT, OF_PROJECT,
                              .better = BETTER_MORE, .label = "GPU-hours of serving"},
    [METRIC_COST] = {"cost", "money",
                     "of the GPU-hours used; NaN where no pool states a price",
                     ALL | POOL | GROUP | TEAM | PROJECT, .better = BETTER_LESS,
                     .label = "Cost"},
    [METRIC_ENERGY] = {"energy_mwh", "MWh",
                       "of the GPU-hours used; NaN where no pool states its watts",
                       ALL | POOL | GROUP | TEAM | PROJECT, .better = BETTER_LESS,
                       .label = "Energy"},
    [METRIC_CO2] = {"co2_tonnes", "t", "of that energy; NaN where no pool states its CO2",
                    ALL | POOL | GROUP | TEAM | PROJECT, .better = BETTER_LESS,
                    .label = "CO2"},
    [METRIC_DEPARTURES] = {"departures", "people",
                           "left by choice, of those who were there at the start; of "
                           "all: hired ones too",
                           ALL | TEAM | COHORT, OF_COHORT, .better = BETTER_LESS,
                           .label = "People who left by choice"},
    [METRIC_GONE] = {"gone", "people", "the same, and those who were laid off",
                     ALL | TEAM | COHORT, OF_COHORT, .better = BETTER_LESS,
                     .label = "People who left or were laid off"},
    [METRIC_DISPUTES] = {"disputes", "count", "appeals to the superior", ALL | TEAM,
                         .better = BETTER_LESS, .label = "Disputes"},
    [METRIC_LEADER_HOURS] = {"leader_hours", "hours",
                             "of leaders, for a team's appeals and to keep its people",
                             ALL | TEAM, .better = BETTER_LESS,
                             .label = "Leaders' hours"},
    [METRIC_LEFT_TEAM] = {"left_team", "people",
                          "left the team for any reason, also for another team", TEAM,
                          .better = BETTER_LESS, .label = "People who left the team"},
};

bool metric_is_yes_no(enum metric metric, enum outcome_kind kind)
{
    return metric == METRIC_RELEASED && kind == OF_PROJECT;
}

int metric_find(const char *name)
{
    for (int m = 0; m < N_METRICS; m++)
        if (strcmp(metric_types[m].name, name) == 0)
            return m;
    return -1;
}

int outcome_kind_find(const char *name)
{
    for (int k = 0; k < N_OUTCOME_KINDS; k++)
        if (strcmp(outcome_kinds[k], name) == 0)
            return k;
    return -1;
}

bool metric_less_is_better(const char *name)
{
    int metric = metric_find(name);
    return metric >= 0 && metric_types[metric].better == BETTER_LESS;
}
