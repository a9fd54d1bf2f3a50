/* The settings of a project and of its stages. */
#include "scenario/sections.h"

static const struct setting project_table[] = {
    {"name", SETTING_TEXT, SETTING_REQUIRED | SETTING_NAME,
     offsetof(struct project, name), .high = 200, .unit = "",
     .help = "its name; no two projects have the same"},
    {"team", SETTING_TEXT, SETTING_REQUIRED, offsetof(struct project_record, team),
     .unit = "", .help = "the team that owns the project"},
    {"topic", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct project, topic),
     .high = 200, .unit = "", .help = "what it is about: projects of one topic overlap"},
    {"kind", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct project, kind), .high = 200,
     .unit = "", .help = "what sort of project, such as product or research"},
    {"priority", SETTING_FLOAT, SETTING_DATED, offsetof(struct project, priority),
     .fallback = 0.5, .low = 0, .high = 1, .unit = "",
     .help = "where the council's members rate nothing more specific"},
    {"start", SETTING_DATE, SETTING_OPTIONAL, offsetof(struct project, start_s),
     .unit = "", .help = "the earliest; left out: the scenario's start"},
    {"target", SETTING_DATE, SETTING_OPTIONAL | SETTING_DATED,
     offsetof(struct project, target_s), .unit = "",
     .help = "the day of the planned release; a project asks for the GPUs that meet it, "
             "between min_gpus and max_gpus, and for max_gpus without a target or late"},
    {"value", SETTING_FLOAT, 0, offsetof(struct project, value), .fallback = 1, .low = 0,
     .high = 1e12, .unit = "", .help = "what a release on the target's day earns"},
    {"value_half_life_months", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct project, value_half_life_months), .low = 0, .high = 1e9,
     .unit = "months",
     .help = "of lateness, in which the value halves; left out: it stays"},
    {"staff", SETTING_FLOAT, SETTING_DATED | SETTING_OPTIONAL,
     offsetof(struct project, staff), .low = 0, .high = 1e6, .unit = "people",
     .help = "of its team on its builds; left out: an even part of those whom no other "
             "build's staff takes"},
    {"serve_tokens_per_month", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct project, serve_tokens_per_month), .low = 0, .high = 1e21,
     .unit = "tokens a month",
     .help = "that its model answers once it is released, on GPUs outside the scenario"},
    {"serve_mfu", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct project, serve_mfu), .low = 0, .high = 1, .unit = "of the peak",
     .help = "model FLOP/s utilisation while it serves"},
    {"after", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct project_record, after),
     .unit = "", .help = "the project whose release it waits for"},
};
const struct settings project_settings =
    SETTINGS("projects", project_table, struct project_record);

static const char *const stage_kinds[] = {"build", "train", "wait"};

static const struct setting stage_table[] = {
    {"do", SETTING_CHOICE, SETTING_REQUIRED, offsetof(struct stage_record, kind),
     .choices = stage_kinds, .n_choices = 3, .unit = "",
     .help = "what is done: build takes people, train GPU-hours, wait days"},
};
const struct settings stage_settings =
    SETTINGS("stages", stage_table, struct stage_record);

static const struct setting build_table[] = {
    {"person_months", SETTING_FLOAT, SETTING_REQUIRED | SETTING_OPEN_LOW,
     offsetof(struct stage, person_months), .low = 0, .high = 1e9,
     .unit = "person-months", .help = "the work of a build stage"},
};

static const struct setting train_table[] = {
    {"pool", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct stage_record, pool),
     .unit = "", .help = "may be left out where there is one"},
    {"gpu_hours", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct stage, gpu_hours), .low = 0, .high = 1e15, .unit = "GPU-hours",
     .help = "the work of a train stage, as planned"},
    {"params", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct stage, params), .low = 0, .high = 1e18, .unit = "parameters",
     .help = "of the model: with tokens they tell its loss, with mfu too the gpu_hours"},
    {"tokens", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct stage, tokens), .low = 0, .high = 1e18, .unit = "tokens",
     .help = "that the model is trained on"},
    {"mfu", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct stage_record, mfu), .low = 0, .high = 1, .unit = "of the peak",
     .help = "model FLOP/s utilisation: what of the pool's peak_tflops is reached"},
    {"min_gpus", SETTING_FLOAT, 0, offsetof(struct stage, min_gpus), .low = 0,
     .high = 1e9, .unit = "GPUs", .help = "with fewer nothing is done"},
    {"max_gpus", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct stage, max_gpus), .low = 0, .high = 1e9, .unit = "GPUs",
     .help = "more are of no use; left out: as many as the pool has"},
    {"overrun_log_sd", SETTING_FLOAT, 0, offsetof(struct stage, overrun_log_sd), .low = 0,
     .high = 5, .unit = "",
     .help = "spread of the true GPU-hours over the planned ones: lognormal, of mean 1; "
             "it shows only as the work is done"},
    {"failures", SETTING_BOOL, 0, offsetof(struct stage, has_failures), .fallback = 1,
     .unit = "", .help = "false: failures of nodes and checkpoints do not slow it down"},
};

static const struct setting wait_table[] = {
    {"days", SETTING_FLOAT, SETTING_REQUIRED | SETTING_OPEN_LOW,
     offsetof(struct stage, days), .low = 0, .high = 1e9, .unit = "days",
     .help = "how long a wait stage lasts"},
};

const struct settings stage_kind_settings[3] = {
    [STAGE_BUILD] = SETTINGS("build", build_table, struct stage_record),
    [STAGE_TRAIN] = SETTINGS("train", train_table, struct stage_record),
    [STAGE_WAIT] = SETTINGS("wait", wait_table, struct stage_record),
};

static const struct setting topic_table[] = {
    {"name", SETTING_TEXT, SETTING_REQUIRED | SETTING_NAME,
     offsetof(struct topic_record, name), .high = 200, .unit = "",
     .help = "a topic of projects"},
    {"overlap", SETTING_FLOAT, 0, offsetof(struct topic_record, overlap), .fallback = 1,
     .low = 0, .high = 1, .unit = "of their work",
     .help = "what two of its projects both do"},
};
const struct settings topic_settings =
    SETTINGS("topics", topic_table, struct topic_record);

static const struct setting topic_with_table[] = {
    {"topic", SETTING_TEXT, SETTING_REQUIRED | SETTING_NAME,
     offsetof(struct topic_record, name), .high = 200, .unit = "",
     .help = "another topic; it need not be stated there too"},
    {"overlap", SETTING_FLOAT, SETTING_REQUIRED, offsetof(struct topic_record, overlap),
     .low = 0, .high = 1, .unit = "of their work",
     .help = "what a project of one and one of the other both do"},
};
const struct settings topic_with_settings =
    SETTINGS("with", topic_with_table, struct topic_record);
