/* What a scenario leaves off: the reader of a result must know what it cannot show. */
#include "study/report_parts.h"

#include <string.h>

/* Whether some setting of that name is above 0: a number, or in a list that changes by
 * date one of its values. Alternatives are not what was run. */
static bool is_positive(const json_t *json)
{
    size_t i;
    json_t *item;
    json_array_foreach(json, i, item)
    {
        if (json_number_value(json_object_get(item, "value")) > 0)
            return true;
    }
    return json_number_value(json) > 0;
}

static bool has_above_zero(const json_t *json, const char *key)
{
    const char *name;
    size_t i;
    json_t *item;
    json_object_foreach((json_t *)(uintptr_t)json, name, item)
    {
        if (strcmp(name, "alternatives") == 0)
            continue;
        if (strcmp(name, key) == 0 ? is_positive(item) : has_above_zero(item, key))
            return true;
    }
    json_array_foreach(json, i, item)
    {
        if (has_above_zero(item, key))
            return true;
    }
    return false;
}

/* Whether some list of that name has an element. */
static bool has_element(const json_t *json, const char *key)
{
    const char *name;
    json_t *item;
    size_t i;
    json_object_foreach((json_t *)(uintptr_t)json, name, item)
    {
        if (strcmp(name, "alternatives") == 0)
            continue;
        if (strcmp(name, key) == 0 ? json_array_size(item) > 0 : has_element(item, key))
            return true;
    }
    json_array_foreach(json, i, item)
    {
        if (has_element(item, key))
            return true;
    }
    return false;
}

static const json_t *rule_part(const json_t *settings, const char *part)
{
    return json_object_get(json_object_get(settings, "rule"), part);
}

static bool has_spread(const json_t *settings)
{
    return has_above_zero(settings, "log_sd");
}
static bool has_overruns(const json_t *settings)
{
    return has_above_zero(settings, "overrun_log_sd");
}
static bool has_failures(const json_t *settings)
{
    return has_above_zero(settings, "failures_per_node_day");
}
static bool has_lateness(const json_t *settings)
{
    return has_above_zero(settings, "value_half_life_months");
}
static bool has_reserve(const json_t *settings)
{
    return has_above_zero(settings, "reserved_frac");
}
static bool has_deliveries(const json_t *settings)
{
    return has_element(settings, "deliveries");
}
static bool has_lag(const json_t *settings)
{
    return has_above_zero(json_object_get(settings, "council"), "lag_days");
}
static bool has_inertia(const json_t *settings)
{
    const json_t *inertia = rule_part(settings, "inertia");
    const json_t *step = json_object_get(inertia, "step_frac");
    return has_above_zero(inertia, "threshold_frac") ||
           (step && json_number_value(step) < 1);
}
static bool names_ledger(const json_t *json)
{
    const char *ledger = json_string_value(json);
    return ledger && strcmp(ledger, "none") != 0;
}

/* At the start, by date or by a happening. */
static bool has_ledger(const json_t *settings)
{
    const json_t *ledger = rule_part(settings, "ledger"), *item;
    bool has = names_ledger(ledger);
    size_t i;
    json_array_foreach(ledger, i, item) has |=
        names_ledger(json_object_get(item, "value"));
    json_array_foreach(json_object_get(settings, "happenings"), i, item)
    {
        const char *path = json_string_value(json_object_get(item, "path"));
        has |= path && strcmp(path, "rule.ledger") == 0 &&
               names_ledger(json_object_get(item, "value"));
    }
    return has;
}
/* Whether a part of the rule has values by date, or a happening sets one. */
static bool has_rule_changes(const json_t *settings)
{
    static const char *const parts[] = {"divide", "over", "ledger"};
    const json_t *item;
    bool has = false;
    size_t i;
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        has |= json_is_array(rule_part(settings, parts[k]));
    json_array_foreach(json_object_get(settings, "happenings"), i, item)
    {
        const char *path = json_string_value(json_object_get(item, "path"));
        for (size_t k = 0; path && k < sizeof parts / sizeof *parts; k++)
            has |= strncmp(path, "rule.", 5) == 0 && strcmp(path + 5, parts[k]) == 0;
    }
    return has;
}
static bool has_closeness(const json_t *settings)
{
    const json_t *weights = json_object_get(rule_part(settings, "score"), "weights");
    return has_above_zero(weights, "closeness");
}
static bool has_floors(const json_t *settings)
{
    return has_above_zero(settings, "floor_gpus");
}
static bool has_ceilings(const json_t *settings)
{
    return has_above_zero(settings, "ceiling_gpus");
}
static bool has_happenings(const json_t *settings)
{
    return has_element(settings, "happenings");
}

static bool has_turnover(const json_t *settings)
{
    return has_above_zero(json_object_get(settings, "people"), "turnover_per_year");
}

static bool has_disputes(const json_t *settings)
{
    return has_above_zero(json_object_get(settings, "disputes"), "threshold");
}

static bool has_acts(const json_t *settings)
{
    const json_t *council = json_object_get(settings, "council");
    return has_above_zero(council, "after_meetings") ||
           has_above_zero(json_object_get(council, "consolidate"), "disputes");
}

/* Whether some happening moves people, projects or teams. */
static bool has_reorganisation(const json_t *settings)
{
    static const char *const kinds[] = {"merge", "move", "layoff", "leave", "hire"};
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(settings, "happenings"), i, item)
    {
        const char *kind = json_string_value(json_object_get(item, "do"));
        for (size_t k = 0; kind && k < sizeof kinds / sizeof *kinds; k++)
            if (strcmp(kind, kinds[k]) == 0)
                return true;
    }
    return false;
}

static bool has_lending(const json_t *settings)
{
    const json_t *lend = rule_part(settings, "lend");
    size_t i;
    json_t *item;
    json_array_foreach(lend, i, item)
    {
        if (json_is_true(json_object_get(item, "value")))
            return true;
    }
    return json_is_true(lend);
}

static bool is_dishonest(const json_t *strategy)
{
    const char *word = json_string_value(strategy);
    return word && strcmp(word, "honest") != 0;
}

/* Whether some team, wherever it stands, has a strategy at some time. */
static bool has_strategies(const json_t *json)
{
    const json_t *strategy =
        json_object_get(json_object_get(json, "requests"), "strategy");
    const char *name;
    json_t *item;
    size_t i;
    json_array_foreach(strategy, i, item)
    {
        if (is_dishonest(json_object_get(item, "value")))
            return true;
    }
    json_object_foreach((json_t *)(uintptr_t)json, name, item)
    {
        if (strcmp(name, "alternatives") != 0 && has_strategies(item))
            return true;
    }
    json_array_foreach(json, i, item)
    {
        if (has_strategies(item))
            return true;
    }
    return is_dishonest(strategy);
}

static const struct mechanism {
    const char *name;
    bool (*is_on)(const json_t *settings);
    const char *means; /* for the reading, where it is off */
} mechanisms[] = {
    {"spread of exploration", has_spread,
     "demand beside the projects does not vary from month to month"},
    {"overruns", has_overruns, "work takes what was planned: dates are rather too sure"},
    {"failures", has_failures, "every node runs: dates are rather too early"},
    {"lateness", has_lateness, "a late release is worth as much as one in time"},
    {"reserve", has_reserve, "the whole fleet is there to be granted"},
    {"deliveries", has_deliveries, "the fleet does not grow"},
    {"lag", has_lag, "grants are in force on the day of the meeting"},
    {"inertia", has_inertia,
     "grants may jump from one meeting to the next, as real councils' rarely do"},
    {"ledger", has_ledger, "past use does not count against anybody"},
    {"closeness", has_closeness, "what is nearly due is not preferred for it"},
    {"floors", has_floors, "nobody is guaranteed any GPUs"},
    {"ceilings", has_ceilings, "nobody's GPUs are limited"},
    {"happenings", has_happenings, "the plan of the first day holds to the end"},
    {"people who leave", has_turnover,
     "teams keep their size, however little of their need is met"},
    {"disputes", has_disputes, "the council's word is final, and costs nobody time"},
    {"reorganisation", has_reorganisation,
     "teams, their people and projects stay where they are"},
    {"lending between meetings", has_lending,
     "what is granted and not used stays idle until the next meeting"},
    {"requests that are not honest", has_strategies,
     "nobody asks for more than the plan needs: scarcity is rather understated"},
    {"changes of the rule", has_rule_changes,
     "division and ledger of the first day hold to the end"},
    {"cuts and mergers by the council", has_acts,
     "what overlaps goes on side by side unless a happening ends it"},
};
enum { N_MECHANISMS = sizeof mechanisms / sizeof *mechanisms };

static void list_names(struct prose *out, const bool *is_listed)
{
    bool is_first = true;
    for (size_t i = 0; i < N_MECHANISMS; i++) {
        if (!is_listed[i])
            continue;
        prose_words(out, "%s%s", is_first ? "" : ", ", mechanisms[i].name);
        is_first = false;
    }
    prose_words(out, is_first ? "nothing." : ".");
}

void report_mechanisms(struct report *report, bool is_short)
{
    static const struct document_column columns[] = {{"Mechanism", COLUMN_TEXT},
                                                     {"Why", COLUMN_TEXT},
                                                     {"What that means", COLUMN_WIDE}};
    const json_t *settings = json_object_get(report->run->json, "settings");
    struct document *doc = report->doc;
    bool is_off[N_MECHANISMS];
    for (size_t i = 0; i < N_MECHANISMS; i++)
        is_off[i] = !mechanisms[i].is_on(settings);
    document_heading(doc, "What is left out");
    if (is_short) {
        struct prose *out = document_paragraph(doc, STYLE_PLAIN);
        prose_words(out, "Off in this scenario: ");
        list_names(out, is_off);
        return;
    }
    struct document_table *t = document_table(doc, "Mechanisms that are off", columns, 3);
    for (size_t i = 0; i < N_MECHANISMS; i++) {
        if (!is_off[i])
            continue;
        document_cell(doc, t, "%s", mechanisms[i].name);
        document_cell(doc, t, "off")->tone = TONE_SOFT;
        document_cell(doc, t, "%s", mechanisms[i].means);
    }
}
