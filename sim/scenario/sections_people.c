/* The settings of people. Defaults are neutral; sizes that studies of turnover and the
 * shipped flagship give stand in the help and in scenarios/presets/people.cfg. */
#include "scenario/sections.h"

#include <math.h>

/* What a unit of a term adds to the logarithm of the rate. */
#define EFFECT(key, field, text)                                                         \
    {                                                                                    \
        key, SETTING_FLOAT, SETTING_DATED, offsetof(struct people, field),               \
            .low = 0, .high = 10, .unit = "in the logarithm", .help = text               \
    }

static const char *const references[] = {"own", "peer"};

static const struct setting people_table[] = {
    {"turnover_per_year", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_HIGH,
     offsetof(struct people, turnover_per_year), .low = 0, .high = 1, .unit = "of people",
     .help = "who leaves within a year where nothing below is at work: the rate is "
             "-ln(1 - it) a year; 0 switches departures off; flagship: 0.132"},
    EFFECT("grievance", grievance,
           "what full grievance, which remembers how far a team was below its fill, adds "
           "to the rate of leaving; flagship: 0.90"),
    {"grievance_half_life_months", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct people, grievance_half_life_months), .fallback = 6, .low = 0,
     .high = 1200, .unit = "months", .help = "how long a shortfall is remembered"},
    {"reference", SETTING_CHOICE, SETTING_DATED, offsetof(struct people, reference),
     .choices = references, .n_choices = 2, .unit = "",
     .help = "what a team's fill is held against: its own need, or the best-filled team "
             "with a project of the same topic or in the same group; without such a peer "
             "there is no shortfall"},
    EFFECT("crunch", crunch,
           "what a project that must go at full speed to meet its target adds; flagship: "
           "0.40"),
    EFFECT("market", market,
           "what outside demand of 1, see teams.NAME.market, adds; flagship: 0.55"),
    EFFECT("leader_pulse", leader_pulse,
           "what a leader's leaving adds in the second calendar month after; flagship: "
           "0.7275 = ln 2.07"),
    EFFECT("leader_pulse_after", leader_pulse_after,
           "the same in the third and fourth month; flagship: 0.4447 = ln 1.56"),
    EFFECT("layoff", layoff,
           "what it adds for memory_days that people of the team were laid off; "
           "flagship: 0.29"),
    EFFECT("cancelled", cancelled,
           "what it adds for memory_days that a project of one's team was cancelled; "
           "flagship: 0.69"),
    {"memory_days", SETTING_FLOAT, SETTING_DATED, offsetof(struct people, memory_days),
     .fallback = 183, .low = 0, .high = 36500, .unit = "days",
     .help = "how long a layoff or cancellation counts; another one extends it"},
    {"lock_in", SETTING_FLOAT, SETTING_DATED, offsetof(struct people, lock_in), .low = 0,
     .high = 1, .unit = "of the rate",
     .help =
         "what a release that is due takes away, as people ship first; flagship: 0.9"},
    {"closeness_half_life_months", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct people, closeness_half_life_months), .fallback = 2, .low = 0,
     .high = 1200, .unit = "months",
     .help = "a release this far off takes away half of that"},
    {"contagion", SETTING_FLOAT, SETTING_DATED, offsetof(struct people, contagion),
     .low = 0, .high = 10, .unit = "of the rate",
     .help = "what each recent leaver of the team adds; flagship: 0.091"},
    {"contagion_months", SETTING_FLOAT, SETTING_DATED,
     offsetof(struct people, contagion_months), .fallback = 4, .low = 0, .high = 1200,
     .unit = "months", .help = "how long a leaver is recent; a month is 1/12 year"},
    {"contagion_most", SETTING_INT, SETTING_DATED,
     offsetof(struct people, contagion_most), .fallback = 5, .low = 0, .high = 1000000,
     .unit = "people", .help = "of the recent leavers no more than these count"},
    {"productivity_loss", SETTING_FLOAT, SETTING_DATED,
     offsetof(struct people, productivity_loss), .low = 0, .high = 1, .unit = "of work",
     .help = "what people would do less of at morale 0"},
};
const struct settings people_settings = SETTINGS("people", people_table, struct people);

static const struct setting hiring_table[] = {
    {"delay_months", SETTING_FLOAT, SETTING_DATED,
     offsetof(struct people, hiring_delay_months), .low = 0, .high = 1200,
     .unit = "months",
     .help =
         "from a vacancy to the first day, in the mean; see teams.NAME.target_people"},
    {"delay_log_sd", SETTING_FLOAT, SETTING_DATED,
     offsetof(struct people, hiring_delay_log_sd), .low = 0, .high = 10, .unit = "",
     .help = "its spread from one vacancy to another, lognormal"},
    {"ramp_months", SETTING_FLOAT, SETTING_DATED, offsetof(struct people, ramp_months),
     .low = 0, .high = 1200, .unit = "months",
     .help = "for so long somebody new does half the work"},
};
const struct settings hiring_settings = SETTINGS("hiring", hiring_table, struct people);

static const struct setting person_table[] = {
    {"name", SETTING_TEXT, SETTING_REQUIRED | SETTING_NAME,
     offsetof(struct person_record, name), .high = 200, .unit = "",
     .help = "a role, not a name; no two are the same"},
    {"team", SETTING_TEXT, SETTING_REQUIRED, offsetof(struct person_record, team),
     .unit = "", .help = "the home team, among whose people it is counted"},
    {"also", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct person_record, also),
     .unit = "", .help = "a second team, which counts it too: half the work goes there"},
    {"leader", SETTING_BOOL, 0, offsetof(struct person_record, is_leader), .unit = "",
     .help = "its leaving unsettles the home team: people.leader_pulse"},
};
const struct settings person_settings =
    SETTINGS("named", person_table, struct person_record);

static const struct setting cohort_table[] = {
    {"cohorts", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct person_record, cohort),
     .high = 200, .unit = "",
     .help = "a list of cohorts that it belongs to for ever: teams, whose people at the "
             "start they are, or other names; left out: its teams"},
};
const struct settings cohort_settings =
    SETTINGS("named", cohort_table, struct person_record);

static const struct setting team_people_table[] = {
    {"market", SETTING_FLOAT, SETTING_DATED, offsetof(struct team, market), .low = 0,
     .high = 100, .unit = "",
     .help =
         "outside demand for those who started here: 0 none, 1 an ordinary hot skill; "
         "counts by people.market"},
    {"site_crunch", SETTING_FLOAT, SETTING_DATED, offsetof(struct team, site_crunch),
     .low = 0, .high = 100, .unit = "",
     .help = "added to the team's crunch, as where it keeps another site's hours"},
    {"voice", SETTING_FLOAT, SETTING_DATED, offsetof(struct team, voice), .low = 0,
     .high = 1, .unit = "of the shortfall",
     .help = "what being heard takes away from grievance, without a GPU more"},
    {"target_people", SETTING_FLOAT, SETTING_DATED | SETTING_OPTIONAL,
     offsetof(struct team, target_people), .low = 0, .high = 1000000, .unit = "people",
     .help = "it hires up to so many, see people.hiring; left out: it hires nobody"},
    {"min_people", SETTING_INT, SETTING_DATED, offsetof(struct team, min_people),
     .low = 0, .high = 1000000, .unit = "people",
     .help = "with fewer the team stops and its projects are paused; so does a team that "
             "has lost everybody"},
};
const struct settings team_people_settings =
    SETTINGS("teams", team_people_table, struct team);

static const char *const strategies[] = {"honest", "inflate", "reactive", "hoard"};

static const struct setting requests_table[] = {
    {"strategy", SETTING_CHOICE, SETTING_DATED, offsetof(struct team, requests.strategy),
     .choices = strategies, .n_choices = 4, .unit = "",
     .help =
         "honest asks for the need; inflate for (1 + padding) of it; reactive too, with "
         "a padding that follows what it was denied; hoard at least for the most that "
         "the claim was ever granted, also between its trainings"},
    {"padding", SETTING_FLOAT, SETTING_DATED, offsetof(struct team, requests.padding),
     .low = 0, .high = 1000, .unit = "of the need",
     .help = "asked for beyond the need, also beyond max_gpus, up to what the pool has; "
             "where the strategy is reactive, at the start"},
    {"reaction", SETTING_FLOAT, SETTING_DATED, offsetof(struct team, requests.reaction),
     .fallback = 0.5, .low = 0, .high = 1000, .unit = "of the shortfall",
     .help = "reactive: what of 1 - granted / needed of the month that ends is added to "
             "the padding"},
    {"relief", SETTING_FLOAT, SETTING_DATED, offsetof(struct team, requests.relief),
     .fallback = 0.5, .low = 0, .high = 1, .unit = "of the padding",
     .help = "reactive: what of the padding is given up each month; a lasting shortfall "
             "ends at reaction / relief times it"},
};
const struct settings team_requests_settings =
    SETTINGS("requests", requests_table, struct team);
