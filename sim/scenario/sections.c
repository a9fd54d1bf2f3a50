/* The far ends of ranges (1e9 and beyond) only keep sums and products finite. */
#include "scenario/sections.h"

#include "base/check.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const char *division_at(size_t index)
{
    return index < n_divisions ? divisions[index]->name : NULL;
}

static const char *happening_at(size_t index)
{
    return index < N_HAPPENING_KINDS ? happening_types[index].name : NULL;
}

static const struct setting top_table[] = {
    {"start", SETTING_DATE, SETTING_REQUIRED, offsetof(struct top_record, start_s),
     .unit = "", .help = "the first day of the run, YYYY-MM-DD"},
    {"months", SETTING_INT, SETTING_REQUIRED, offsetof(struct top_record, months),
     .low = 1, .high = CALENDAR_MOST_MONTHS, .unit = "months",
     .help = "how many months the run lasts"},
    {"seed", SETTING_INT, 0, offsetof(struct top_record, seed), .fallback = 1, .low = 0,
     .high = 9223372036854775808.0, .unit = "", .help = "of all random draws"},
    {"answer", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct top_record, answer),
     .high = 1000, .unit = "",
     .help = "the outcome that answers the question of the first line, as "
             "METRIC:[KIND/]SUBJECT[@MARK], such as released:LLaMA"},
};
const struct settings top_settings = SETTINGS("", top_table, struct top_record);

static const struct setting mark_table[] = {
    {"marks", SETTING_DATE, SETTING_OPTIONAL, offsetof(struct mark, at_s), .unit = "",
     .help = "a list of dates at whose end every outcome is stated too"},
};
const struct settings mark_settings = SETTINGS("", mark_table, struct mark);

static const struct setting group_table[] = {
    {"name", SETTING_TEXT, SETTING_REQUIRED | SETTING_NAME, offsetof(struct group, name),
     .high = 200, .unit = "", .help = "its name; no two groups or teams have the same"},
    {"share", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct group, share), .fallback = 1, .low = 0, .high = GROUP_MOST_SHARE,
     .unit = "", .help = "relative to the shares of its siblings"},
    {"budget", SETTING_FLOAT, SETTING_DATED | SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct group, budget), .low = 0, .high = 1e9, .unit = "",
     .help = "money under market and auction, relative to its siblings; left out: its "
             "share"},
    {"class", SETTING_INT, 0, offsetof(struct group, class), .low = -1e9, .high = 1e9,
     .unit = "", .help = "of division quota: the higher is served first"},
    {"divide", SETTING_CHOICE, SETTING_OPTIONAL, offsetof(struct group, division),
     .choice_at = division_at, .unit = "",
     .help = "the division among its children; left out: the rule's"},
};
const struct settings group_settings =
    SETTINGS("groups", group_table, struct group_record);

static const struct setting team_table[] = {
    {"name", SETTING_TEXT, SETTING_REQUIRED | SETTING_NAME, offsetof(struct group, name),
     .high = 200, .unit = "", .help = "its name; no two groups or teams have the same"},
    {"people", SETTING_INT, 0, offsetof(struct group_record, people), .low = 0,
     .high = 1000000, .unit = "people", .help = "how many it has at the start"},
    {"share", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct group, share), .fallback = 1, .low = 0, .high = GROUP_MOST_SHARE,
     .unit = "", .help = "relative to the shares of its siblings"},
    {"budget", SETTING_FLOAT, SETTING_DATED | SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct group, budget), .low = 0, .high = 1e9, .unit = "",
     .help = "money under market and auction, relative to its siblings; left out: its "
             "share"},
    {"class", SETTING_INT, 0, offsetof(struct group, class), .low = -1e9, .high = 1e9,
     .unit = "", .help = "of division quota: the higher is served first"},
    {"divide", SETTING_CHOICE, SETTING_OPTIONAL, offsetof(struct group, division),
     .choice_at = division_at, .unit = "",
     .help = "the division among its claims; left out: the rule's"},
};
const struct settings team_settings = SETTINGS("teams", team_table, struct group_record);

static const struct setting bounds_table[] = {
    {"floor_gpus", SETTING_FLOAT, SETTING_DATED, offsetof(struct bounds, floor_gpus),
     .low = 0, .high = 1e9, .unit = "GPUs",
     .help = "guaranteed on every pool, or a list of { value; pool; from }"},
    {"ceiling_gpus", SETTING_FLOAT, SETTING_DATED | SETTING_OPTIONAL,
     offsetof(struct bounds, ceiling_gpus), .low = 0, .high = 1e9, .unit = "GPUs",
     .help = "the most on every pool, or a list of { value; pool; from }"},
    {"keep_gpus", SETTING_FLOAT, SETTING_DATED | SETTING_OPTIONAL,
     offsetof(struct bounds, keep_gpus), .low = 0, .high = 1e9, .unit = "GPUs",
     .help = "what of floor_gpus division borrow never lends; a number or such a list"},
    {"fixed_gpus", SETTING_FLOAT, SETTING_DATED | SETTING_OPTIONAL,
     offsetof(struct bounds, fixed_gpus), .low = 0, .high = 1e9, .unit = "GPUs",
     .help = "what was decided for it, for division fixed; a number or such a list; "
             "grants follow at the next meeting"},
    {"gpu_value", SETTING_FLOAT, SETTING_DATED | SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct bounds, gpu_value), .low = 0, .high = 1e9, .unit = "",
     .help = "what a GPU is worth to it: to a linear market beside those of other pools, "
             "in an auction the highest price that it pays; as floor_gpus"},
};
const struct settings bounds_settings = SETTINGS("bounds", bounds_table, struct bounds);

static const struct setting exploration_table[] = {
    {"pool", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct exploration_record, pool),
     .unit = "", .help = "may be left out where there is one"},
    {"gpus", SETTING_FLOAT, SETTING_DATED, offsetof(struct exploration, gpus), .low = 0,
     .high = 1e9, .unit = "GPUs", .help = "wanted each month beside the projects"},
    {"gpus_per_person", SETTING_FLOAT, SETTING_DATED,
     offsetof(struct exploration, gpus_per_person), .low = 0, .high = 1e9,
     .unit = "GPUs a person", .help = "wanted on top for each person of the team"},
    {"file", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct exploration, file),
     .high = 4000, .unit = "",
     .help =
         "wanted on top, as in a CSV table of real use beside the scenario: columns "
         "month or date, gpus, and team and pool where it has several; each row holds "
         "until the next one"},
    {"log_sd", SETTING_FLOAT, SETTING_DATED, offsetof(struct exploration, log_sd),
     .low = 0, .high = 10, .unit = "",
     .help = "spread of the demand from month to month, lognormal with mean 1"},
    {"priority", SETTING_FLOAT, SETTING_DATED, offsetof(struct exploration, priority),
     .fallback = 0.5, .low = 0, .high = 1, .unit = "",
     .help = "where the council's members rate nothing more specific"},
};
const struct settings exploration_settings =
    SETTINGS("exploration", exploration_table, struct exploration_record);

static const struct setting council_table[] = {
    {"every_months", SETTING_INT, 0, offsetof(struct council, every_months),
     .fallback = 1, .low = 1, .high = 120, .unit = "months",
     .help = "from one meeting to the next"},
    {"every_days", SETTING_INT, 0, offsetof(struct council, every_days), .low = 0,
     .high = 31, .unit = "days",
     .help =
         "from one meeting to the next within a month, which begins with one; 0: there "
         "is no other; claims.csv has the first of each month"},
    {"lag_days", SETTING_FLOAT, SETTING_OPEN_HIGH, offsetof(struct council, lag_days),
     .low = 0, .high = 3360, .unit = "days",
     .help = "from a meeting until its grants are in force: below 28 a month of "
             "every_months"},
};
const struct settings council_settings =
    SETTINGS("council", council_table, struct council);

static const struct setting cull_table[] = {
    {"after_meetings", SETTING_INT, SETTING_DATED,
     offsetof(struct council, cull.after_meetings), .low = 0, .high = 1200,
     .unit = "meetings",
     .help =
         "of two projects that overlap, whoever owns them, that of the lower score is "
         "cancelled at so many meetings in a row at which both ask for GPUs; 0: "
         "never"},
    {"overlap", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct council, cull.overlap), .fallback = 0.5, .low = 0, .high = 1,
     .unit = "of the work", .help = "how much two projects overlap at least, see topics"},
};
const struct settings cull_settings = SETTINGS("cull", cull_table, struct council);

static const struct setting consolidate_table[] = {
    {"disputes", SETTING_INT, SETTING_DATED,
     offsetof(struct council, consolidate.disputes), .low = 0, .high = 1000000,
     .unit = "disputes",
     .help = "after so many between two teams whose projects overlap the smaller one is "
             "merged into the other, at a meeting; 0: never"},
    {"within_months", SETTING_INT, SETTING_DATED,
     offsetof(struct council, consolidate.within_months), .fallback = 12, .low = 1,
     .high = 1200, .unit = "months", .help = "in which these disputes began"},
    {"overlap", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct council, consolidate.overlap), .fallback = 0.5, .low = 0, .high = 1,
     .unit = "of the work",
     .help = "how much some two active projects of theirs overlap at least"},
    {"handover_days", SETTING_FLOAT, SETTING_DATED,
     offsetof(struct council, consolidate.handover_days), .low = 0, .high = 3650,
     .unit = "days",
     .help = "for which projects that come to the other team stand still"},
    {"step", SETTING_FLOAT, SETTING_DATED, offsetof(struct council, consolidate.step),
     .low = -1, .high = 1, .unit = "",
     .help = "added to the grievance of those who come to the other team"},
};
const struct settings consolidate_settings =
    SETTINGS("consolidate", consolidate_table, struct council);

static const struct setting member_table[] = {
    {"name", SETTING_TEXT, SETTING_REQUIRED | SETTING_NAME, offsetof(struct member, name),
     .high = 200, .unit = "", .help = "a role; no two members have the same"},
    {"weight", SETTING_FLOAT, SETTING_DATED, offsetof(struct member, weight),
     .fallback = 1, .low = 0, .high = 1e9, .unit = "",
     .help = "what the member's view weighs in the council's"},
};
const struct settings member_settings = SETTINGS("members", member_table, struct member);

static const struct setting rating_table[] = {
    {"project", SETTING_TEXT, SETTING_OPTIONAL,
     offsetof(struct rating_record, subjects[RATED_PROJECT]), .unit = "",
     .help = "the project that is rated"},
    {"team", SETTING_TEXT, SETTING_OPTIONAL,
     offsetof(struct rating_record, subjects[RATED_TEAM]), .unit = "",
     .help = "or the team: all its projects and exploration"},
    {"group", SETTING_TEXT, SETTING_OPTIONAL,
     offsetof(struct rating_record, subjects[RATED_GROUP]), .unit = "",
     .help = "or the group: all below it"},
    {"kind", SETTING_TEXT, SETTING_OPTIONAL,
     offsetof(struct rating_record, subjects[RATED_KIND]), .unit = "",
     .help = "or all projects of a kind"},
    {"topic", SETTING_TEXT, SETTING_OPTIONAL,
     offsetof(struct rating_record, subjects[RATED_TOPIC]), .unit = "",
     .help = "or all projects of a topic"},
    {"rating", SETTING_FLOAT, SETTING_REQUIRED | SETTING_DATED,
     offsetof(struct rating, rating), .low = 0, .high = 1, .unit = "",
     .help = "what the member gives it, from 0 to 1"},
};
const struct settings rating_settings =
    SETTINGS("ratings", rating_table, struct rating_record);

static const struct setting happening_table[] = {
    {"name", SETTING_TEXT, SETTING_OPTIONAL | SETTING_NAME,
     offsetof(struct happening_record, name), .high = 200, .unit = "",
     .help = "by which an alternative can change it or switch it off"},
    {"at", SETTING_DATE, SETTING_OPTIONAL, offsetof(struct happening_record, at_s),
     .unit = "", .help = "the day on which it happens; or per_year"},
    {"per_year", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct happening_record, per_year), .low = 0, .high = 1000, .unit = "",
     .help = "how often it happens on average, at random instants (a Poisson process)"},
    {"do", SETTING_CHOICE, SETTING_REQUIRED, offsetof(struct happening_record, kind),
     .choice_at = happening_at, .unit = "",
     .help = "what happens: see allot list happenings"},
};
const struct settings happening_settings =
    SETTINGS("happenings", happening_table, struct happening_record);

static const struct setting key_table[] = {
    {"pool", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct happening_record, pool),
     .unit = "", .help = "may be left out where there is one"},
    {"project", SETTING_TEXT, SETTING_OPTIONAL,
     offsetof(struct happening_record, project), .unit = "",
     .help = "the project that it happens to"},
    {"team", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct happening_record, team),
     .unit = "",
     .help = "the team that it happens to; of a grant, whose exploration gets it"},
    {"gpus", SETTING_FLOAT, SETTING_OPTIONAL, offsetof(struct happening_record, gpus),
     .low = 0, .high = 1e9, .unit = "GPUs", .help = "how many"},
    {"days", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct happening_record, days), .low = 0, .high = 1e9, .unit = "days",
     .help = "how long"},
    {"from", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct happening_record, from),
     .unit = "", .help = "the team from which people come, or that ends in another"},
    {"person", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct happening_record, person),
     .unit = "", .help = "the role of a person: one of people.named"},
    {"people", SETTING_INT, SETTING_OPTIONAL, offsetof(struct happening_record, people),
     .low = 1, .high = 1000000, .unit = "people", .help = "how many"},
    {"fraction", SETTING_FLOAT, SETTING_OPTIONAL,
     offsetof(struct happening_record, fraction), .low = 0, .high = 1, .unit = "",
     .help = "of the people laid off; of the rate of leaving taken away"},
    {"hours", SETTING_FLOAT, SETTING_OPTIONAL, offsetof(struct happening_record, hours),
     .low = 0, .high = 1e9, .unit = "hours", .help = "of the leaders' time"},
    {"step", SETTING_FLOAT, SETTING_OPTIONAL, offsetof(struct happening_record, step),
     .low = -1, .high = 1, .unit = "", .help = "added to people's grievance"},
    {"path", SETTING_TEXT, SETTING_OPTIONAL, offsetof(struct happening_record, path),
     .unit = "", .help = "the setting that changes, such as projects.NAME.priority"},
    {"value", SETTING_FLOAT, SETTING_OPTIONAL, offsetof(struct happening_record, value),
     .low = -1e18, .high = 1e18, .unit = "",
     .help = "its value from then on, written as the setting is"},
};
const struct settings happening_key_settings =
    SETTINGS("happenings", key_table, struct happening_record);
const enum happening_key happening_keys[] = {
    KEY_POOL,   KEY_PROJECT,  KEY_TEAM,  KEY_GPUS, KEY_DAYS, KEY_FROM, KEY_PERSON,
    KEY_PEOPLE, KEY_FRACTION, KEY_HOURS, KEY_STEP, KEY_PATH, KEY_VALUE};
_Static_assert(sizeof key_table / sizeof *key_table ==
                   sizeof happening_keys / sizeof *happening_keys,
               "one key a setting");

static const struct setting alternative_table[] = {
    {"name", SETTING_TEXT, SETTING_REQUIRED | SETTING_NAME, 0, .high = 200, .unit = "",
     .help = "its name; no two alternatives have the same; the keys beside it are laid "
             "over the "
             "scenario"},
};
const struct settings alternative_settings =
    SETTINGS("alternatives", alternative_table, const char *);

/* ---- what the registries make of it ---- */

static const struct settings_section fixed_sections[] = {
    {"", "the scenario as a whole", &top_settings},
    {"", "the scenario as a whole", &mark_settings},
    {"pools.NAME", "a GPU type", &pool_settings},
    {"pools.NAME.deliveries",
     "GPUs that are added at a date: a list; in paths by number from 0",
     &delivery_settings},
    {"groups.NAME", "a group of the organisation", &group_settings},
    {"groups.NAME", "a group's guarantees and limits", &bounds_settings},
    {"teams.NAME", "a team", &team_settings},
    {"teams.NAME", "a team's guarantees and limits", &bounds_settings},
    {"teams.NAME", "a team's people", &team_people_settings},
    {"teams.NAME.requests", "what a team asks for beyond its need: nothing by default",
     &team_requests_settings},
    {"teams.NAME.exploration.POOL",
     "demand beside the projects: a list, an element a pool", &exploration_settings},
    {"projects.NAME", "a project", &project_settings},
    {"projects.NAME.stages", "a stage of a project: a list; in paths by number from 0",
     &stage_settings},
    {"projects.NAME.stages", "a stage that builds", &stage_kind_settings[STAGE_BUILD]},
    {"projects.NAME.stages", "a stage that trains", &stage_kind_settings[STAGE_TRAIN]},
    {"projects.NAME.stages", "a stage that waits", &stage_kind_settings[STAGE_WAIT]},
    {"topics.NAME", "how much projects of a topic overlap: wholly unless it is said here",
     &topic_settings},
    {"topics.NAME.with.TOPIC",
     "how much those of another topic do: not at all by default", &topic_with_settings},
    {"council", "the council", &council_settings},
    {"council.cull", "projects that the council ends by itself", &cull_settings},
    {"council.consolidate", "teams that the council merges by itself",
     &consolidate_settings},
    {"council.members.NAME", "a member of the council", &member_settings},
    {"council.members.NAME.ratings.SUBJECT", "a member's view", &rating_settings},
    {"disputes", "appeals to the superior", &disputes_settings},
    {"rule", "the rule", &rule_settings},
    {"rule.inertia", "how little grants move", &rule_inertia_settings},
    {"people", "what makes people leave: nothing does unless it is said here",
     &people_settings},
    {"people.hiring", "how vacancies are filled", &hiring_settings},
    {"people.named.NAME", "somebody who is known by a role", &person_settings},
    {"people.named.NAME", "what is counted by cohort", &cohort_settings},
    {"opening.past", "what was used before the start: a list", &opening_use_settings},
    {"opening.offered", "what the pools offered in those months: a list",
     &opening_offer_settings},
    {"opening.accounts", "books of the division as the run begins: a list",
     &opening_account_settings},
    {"opening.grants", "grants in force as the run begins: a list",
     &opening_grant_settings},
    {"opening.people", "what people remember as the run begins: a list",
     &opening_mood_settings},
    {"opening.departures", "who left by choice before the start: a list",
     &opening_departures_settings},
    {"opening.projects", "how far projects are that had begun: a list",
     &opening_progress_settings},
    {"happenings.NAME",
     "what happens at a date or at random; enabled = false switches one off",
     &happening_settings},
    {"happenings.NAME", "what a happening takes", &happening_key_settings},
    {"sweep", "what allot sweep varies", &sweep_settings},
    {"sweep", "what allot sweep varies: lists of texts", &sweep_text_settings},
    {"alternatives.NAME", "a variant of the scenario", &alternative_settings},
};

enum {
    N_FIXED = sizeof fixed_sections / sizeof *fixed_sections,
    MOST_SECTIONS = N_FIXED + 8 + 2 * (MOST_DIVISIONS + MOST_FACTORS + MOST_LEDGERS),
    LONGEST_PATH = 64
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct setting weight_table[MOST_FACTORS];
static struct settings weight_settings;
static struct settings_section sections[MOST_SECTIONS];
static char section_paths[MOST_SECTIONS][LONGEST_PATH];
static size_t n_sections;

static void add_section(const char *path, const char *summary,
                        const struct settings *settings)
{
    CHECK(n_sections < MOST_SECTIONS);
    sections[n_sections++] = (struct settings_section){path, summary, settings};
}

/* The section of a part of the rule and that of its list, where it has any settings. */
static void add_part(const char *prefix, const char *name, const char *summary,
                     const struct settings *settings)
{
    if (settings->n_items == 0)
        return;
    CHECK(n_sections < MOST_SECTIONS);
    char *path = section_paths[n_sections];
    int length = snprintf(path, LONGEST_PATH, "%s.%s", prefix, name);
    CHECK(length > 0 && length < LONGEST_PATH);
    add_section(path, summary, settings);
    if (settings->list)
        add_part(path, settings->list->key, settings->list->help,
                 &settings->list->element);
}

static void add_rule_parts(void)
{
    for (size_t i = 0; i < n_factors; i++) {
        weight_table[i] = rule_weight_setting;
        weight_table[i].key = factors[i]->name;
        weight_table[i].offset = offsetof(struct rule, weights) + i * sizeof(double);
        weight_table[i].help = factors[i]->summary;
    }
    weight_settings =
        (struct settings){"weights", weight_table, n_factors, sizeof(struct rule)};
    add_section("rule.score", "the score of a claim", &rule_score_settings);
    add_section(
        "rule.score.weights",
        "what each factor weighs in the score; left out as a whole, priority weighs 1",
        &weight_settings);
    for (size_t i = 0; i < n_factors; i++)
        add_part("rule.score", factors[i]->name, factors[i]->summary,
                 &factors[i]->settings);
    for (size_t i = 0; i < n_divisions; i++)
        add_part("rule", divisions[i]->name, divisions[i]->summary,
                 &divisions[i]->settings);
    for (size_t i = 0; i < n_ledgers; i++)
        add_part("rule", ledgers[i]->name, ledgers[i]->summary, &ledgers[i]->settings);
}

static void build_sections(void)
{
    for (size_t i = 0; i < N_FIXED; i++) {
        const struct settings_section *s = &fixed_sections[i];
        add_section(s->path, s->summary, s->settings);
        if (s->settings == &rule_inertia_settings)
            add_rule_parts();
    }
}

const struct settings_section *scenario_sections(size_t *n)
{
    pthread_once(&once, build_sections);
    *n = n_sections;
    return sections;
}

const struct settings *score_weight_settings(void)
{
    pthread_once(&once, build_sections);
    return &weight_settings;
}

const struct setting *section_find(const char *path, const char *key,
                                   const struct settings **settings)
{
    size_t n = 0;
    const struct settings_section *all = scenario_sections(&n);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(all[i].path, path) != 0)
            continue;
        *settings = all[i].settings;
        const struct setting *found = settings_find(*settings, key);
        if (found)
            return found;
    }
    return NULL;
}
