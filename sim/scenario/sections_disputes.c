/* The table of settings about disputes. */
#include "scenario/sections.h"

static const char *const answers[] = {"odds", "score"};

static const struct setting disputes_table[] = {
    {"threshold", SETTING_FLOAT, SETTING_OPTIONAL, offsetof(struct disputes, threshold),
     .low = 0, .high = 1, .unit = "of what is needed",
     .help = "a team appeals when the grant of a project stays below; left out: nobody "
             "appeals"},
    {"patience_months", SETTING_INT, 0, offsetof(struct disputes, patience_months),
     .fallback = 2, .low = 0, .high = 1200, .unit = "months",
     .help = "for how long it stays below before the team appeals"},
    {"cooling_months", SETTING_INT, 0, offsetof(struct disputes, cooling_months),
     .fallback = 6, .low = 0, .high = 1200, .unit = "months",
     .help = "from one appeal of a team to its next"},
    {"delay_days", SETTING_FLOAT, 0, offsetof(struct disputes, delay_days), .low = 0,
     .high = 3650, .unit = "days", .help = "from the appeal to the superior's answer"},
    {"by", SETTING_CHOICE, 0, offsetof(struct disputes, by), .choices = answers,
     .n_choices = 2, .unit = "",
     .help = "the superior answers by the odds below, or always picks one by score"},
    {"pick", SETTING_FLOAT, 0, offsetof(struct disputes, pick), .fallback = 1, .low = 0,
     .high = 1e9, .unit = "odds", .help = "that one of the two is picked"},
    {"cooperate", SETTING_FLOAT, 0, offsetof(struct disputes, cooperate), .low = 0,
     .high = 1e9, .unit = "odds",
     .help = "that they are made to share what both have, by need, until the next "
             "meeting"},
    {"keep", SETTING_FLOAT, 0, offsetof(struct disputes, keep), .low = 0, .high = 1e9,
     .unit = "odds", .help = "that the split stays as it is"},
    {"k", SETTING_FLOAT, 0, offsetof(struct disputes, k), .fallback = 4, .low = -1000,
     .high = 1000, .unit = "a point of score",
     .help = "the appellant wins with probability logistic(k * (its score - the "
             "rival's) + bias)"},
    {"bias", SETTING_FLOAT, 0, offsetof(struct disputes, bias), .low = -1000,
     .high = 1000, .unit = "", .help = "in favour of whoever appeals"},
    {"transfer", SETTING_FLOAT, 0, offsetof(struct disputes, transfer), .fallback = 0.5,
     .low = 0, .high = 1, .unit = "of the rival's grant",
     .help = "goes to an appellant who wins, until the next meeting; raised to its "
             "minimum, and nobody is left with less than that"},
    {"step", SETTING_FLOAT, 0, offsetof(struct disputes, step), .low = 0, .high = 1,
     .unit = "", .help = "added to the grievance of who loses, taken from who wins"},
    {"leader_hours", SETTING_FLOAT, 0, offsetof(struct disputes, leader_hours), .low = 0,
     .high = 1e6, .unit = "hours", .help = "of the leaders' time that a dispute takes"},
};
const struct settings disputes_settings =
    SETTINGS("disputes", disputes_table, struct disputes);
