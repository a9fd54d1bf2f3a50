/* The settings of what was before the first day. */
#include "scenario/sections.h"

#define MONTHS_BACK(type)                                                                \
    {                                                                                    \
        "months_back", SETTING_INT, SETTING_REQUIRED, offsetof(type, months_back),       \
            .low = 1, .high = 600, .unit = "months",                                     \
            .help = "1: the month before the start, 2: the one before that"              \
    }

static const struct setting use_table[] = {
    {"group", SETTING_TEXT, SETTING_REQUIRED, offsetof(struct use_record, name),
     .unit = "",
     .help =
         "a group or team; what a group used comes on top of what is stated below it"},
    MONTHS_BACK(struct use_record),
    {"used_gpu_hours", SETTING_FLOAT, SETTING_REQUIRED,
     offsetof(struct use_record, used_gpu_hours), .low = 0, .high = 1e15,
     .unit = "GPU-hours", .help = "times the charge of the pools"},
    {"granted_gpu_hours", SETTING_FLOAT, SETTING_OPTIONAL,
     offsetof(struct use_record, granted_gpu_hours), .low = 0, .high = 1e15,
     .unit = "GPU-hours", .help = "the same; left out: what was used"},
};
const struct settings opening_use_settings =
    SETTINGS("past", use_table, struct use_record);

static const struct setting offer_table[] = {
    MONTHS_BACK(struct opening_offer),
    {"gpu_hours", SETTING_FLOAT, SETTING_REQUIRED,
     offsetof(struct opening_offer, gpu_hours), .low = 0, .high = 1e15,
     .unit = "GPU-hours",
     .help = "in service and not reserved, of all pools, times their charge; a month "
             "that is left out: what the pools have at the start"},
};
const struct settings opening_offer_settings =
    SETTINGS("offered", offer_table, struct opening_offer);

static const struct setting account_table[] = {
    {"group", SETTING_TEXT, SETTING_REQUIRED, offsetof(struct account_record, name),
     .unit = "", .help = "a group or team"},
    {"pool", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct account_record, pool_name),
     .unit = "", .help = "may be left out where there is one"},
    {"balance", SETTING_FLOAT, SETTING_REQUIRED,
     offsetof(struct account_record, account.balance), .low = -1e15, .high = 1e15,
     .unit = "",
     .help = "credits, or money of an auction before what the first month pays"},
};
const struct settings opening_account_settings =
    SETTINGS("accounts", account_table, struct account_record);

static const struct setting grant_table[] = {
    {"project", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct grant_record, project),
     .unit = "", .help = "the project that has the GPUs"},
    {"team", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct grant_record, team),
     .unit = "", .help = "or the team, for its exploration"},
    {"pool", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct grant_record, pool),
     .unit = "", .help = "may be left out where there is one"},
    {"gpus", SETTING_FLOAT, SETTING_REQUIRED, offsetof(struct grant_record, grant.gpus),
     .low = 0, .high = 1e9, .unit = "GPUs",
     .help = "in force until the grants of the first meeting are"},
    {"months_unfilled", SETTING_FLOAT, 0,
     offsetof(struct grant_record, grant.months_unfilled), .low = 0, .high = 1200,
     .unit = "months", .help = "since the claim last got what it asked for"},
    {"last_month_gpu_hours", SETTING_FLOAT, 0,
     offsetof(struct grant_record, grant.last_month_gpu_hours), .low = 0, .high = 1e15,
     .unit = "GPU-hours",
     .help = "used in the month before the start, for closeness by pace"},
};
const struct settings opening_grant_settings =
    SETTINGS("grants", grant_table, struct grant_record);
