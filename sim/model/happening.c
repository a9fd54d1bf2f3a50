#include "model/happening.h"

const struct happening_type happening_types[N_HAPPENING_KINDS] = {
    [HAPPENING_DELIVER] = {"deliver", "adds GPUs to a pool", KEY_POOL | KEY_GPUS, 0},
    [HAPPENING_RETIRE] = {"retire", "takes GPUs from a pool for good",
                          KEY_POOL | KEY_GPUS, 0},
    [HAPPENING_MAINTAIN] = {"maintain", "takes GPUs out of service for some days",
                            KEY_POOL | KEY_GPUS | KEY_DAYS, 0},
    [HAPPENING_SET] = {"set", "changes a setting from then on", KEY_PATH | KEY_VALUE, 0},
    [HAPPENING_GRANT] = {"grant",
                         "overrides the grant of a project, or of a team's exploration, "
                         "until the next meeting",
                         KEY_GPUS, KEY_PROJECT | KEY_TEAM | KEY_POOL},
    [HAPPENING_START] = {"start", "starts a planned project, or resumes a paused one",
                         KEY_PROJECT, 0},
    [HAPPENING_PAUSE] = {"pause", "stops a project's work; its GPUs are free",
                         KEY_PROJECT, 0},
    [HAPPENING_CANCEL] = {"cancel", "ends a project without a release", KEY_PROJECT, 0},
    [HAPPENING_MERGE] = {"merge",
                         "makes two teams one: people, projects, grants, grievances, "
                         "quotas and accounts of the team `from` go to `team`; `step` is "
                         "added to the grievance of those who come, the projects that "
                         "come stand still for `days`",
                         KEY_FROM | KEY_TEAM, KEY_STEP | KEY_DAYS},
    [HAPPENING_MOVE] =
        {"move",
         "moves to `team` a project, which stands still for `days`; or a "
         "person; or some `people` of the team `from`, chosen by lot among "
         "those without a role",
         KEY_TEAM,
         KEY_PROJECT | KEY_DAYS | KEY_PERSON | KEY_FROM | KEY_PEOPLE | KEY_STEP},
    [HAPPENING_LAYOFF] = {"layoff",
                          "lays off each person of a team, or of all, with a chance of "
                          "`fraction`; those who stay feel it: 0 means that others were "
                          "laid off",
                          KEY_FRACTION, KEY_TEAM},
    [HAPPENING_LEAVE] = {"leave",
                         "a person leaves; or a team's head, who is none of its people",
                         0, KEY_PERSON | KEY_TEAM},
    [HAPPENING_HIRE] = {"hire", "brings new people to a team", KEY_TEAM | KEY_PEOPLE, 0},
    [HAPPENING_MARKET] = {"market",
                          "sets the outside demand for a team's people, or all, to "
                          "`value`, for `days` or for good",
                          KEY_VALUE, KEY_TEAM | KEY_DAYS},
    [HAPPENING_RETAIN] = {"retain",
                          "leaders spend `hours` to keep a team's people: for `days` "
                          "a `fraction` of the rate at which they leave is taken away",
                          KEY_TEAM | KEY_FRACTION | KEY_DAYS, KEY_HOURS},
};
