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
};
