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

static const struct setting mood_table[] = {
    {"team", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct mood_record, team),
     .unit = "", .help = "all who are at home in the team"},
    {"person", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct mood_record, person),
     .unit = "", .help = "or one person, of whom what is said of a team does not hold"},
    {"grievance", SETTING_FLOAT, 0, offsetof(struct mood_record, mood.grievance),
     .low = 0, .high = 1, .unit = "", .help = "memory of what was missing until then"},
    {"layoff_days_ago", SETTING_FLOAT, SETTING_OPTIONAL,
     offsetof(struct mood_record, mood.layoff_days_ago), .low = 0, .high = 36500,
     .unit = "days", .help = "since the last layoff; left out: there was none"},
    {"cancelled_days_ago", SETTING_FLOAT, SETTING_OPTIONAL,
     offsetof(struct mood_record, mood.cancelled_days_ago), .low = 0, .high = 36500,
     .unit = "days",
     .help = "since a project of theirs was cancelled; left out: none was"},
    {"leader_left_months_ago", SETTING_INT, SETTING_OPTIONAL,
     offsetof(struct mood_record, mood.leader_left_months_ago), .low = 1, .high = 1200,
     .unit = "months",
     .help = "1: in the month before the start; left out: no leader left"},
};
const struct settings opening_mood_settings =
    SETTINGS("people", mood_table, struct mood_record);

static const struct setting departures_table[] = {
    {"team", SETTING_TEXT, SETTING_REQUIRED, offsetof(struct departures_record, team),
     .unit = "", .help = "that they left"},
    {"days_ago", SETTING_FLOAT, SETTING_REQUIRED,
     offsetof(struct departures_record, departures.days_ago), .low = 0, .high = 36500,
     .unit = "days", .help = "before the start, for contagion"},
    {"people", SETTING_INT, 0, offsetof(struct departures_record, departures.people),
     .fallback = 1, .low = 1, .high = 1000000, .unit = "people",
     .help = "how many left then"},
};
const struct settings opening_departures_settings =
    SETTINGS("departures", departures_table, struct departures_record);

static const struct setting progress_table[] = {
    {"project", SETTING_TEXT, SETTING_REQUIRED, offsetof(struct progress_record, project),
     .unit = "", .help = "a project that had begun"},
    {"stage", SETTING_INT, 0, offsetof(struct progress_record, progress.stage),
     .fallback = 1, .low = 1, .high = 1000000, .unit = "",
     .help = "the one in which it is, the first being 1"},
    {"done_frac", SETTING_FLOAT, SETTING_OPEN_HIGH,
     offsetof(struct progress_record, progress.done_frac), .low = 0, .high = 1,
     .unit = "", .help = "of that stage, in truth where its work may overrun"},
    {"started", SETTING_DATE, SETTING_OPTIONAL,
     offsetof(struct progress_record, progress.started_s), .unit = "",
     .help = "the day on which it had begun, for finish-time; left out: the start"},
};
const struct settings opening_progress_settings =
    SETTINGS("projects", progress_table, struct progress_record);
