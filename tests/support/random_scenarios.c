/* Items of a list are written one by one, in an order that does not depend on
 * is_reversed, and joined at the end. No two draws stand in one call, whose arguments a
 * compiler may evaluate in any order. */
#include "support/random_scenarios.h"

#include "base/seconds.h"
#include "support/random_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct text *add_item(struct items *items)
{
    text_init(&items->texts[items->n]);
    return &items->texts[items->n++];
}

void join(struct text *out, const char *key, struct items *items, bool is_reversed)
{
    if (items->n)
        text_printf(out, "%s = ( ", key);
    for (size_t i = 0; i < items->n; i++) {
        struct text *item = &items->texts[is_reversed ? items->n - 1 - i : i];
        text_printf(out, "%s{ %s}", i ? ",\n    " : "", item->bytes);
    }
    if (items->n)
        text_append(out, " );\n");
    for (size_t i = 0; i < items->n; i++)
        text_release(&items->texts[i]);
}

bool chance(struct maker *m, double odds)
{
    return dice_chance(&m->dice, odds);
}

size_t below(struct maker *m, size_t n)
{
    return dice_below(&m->dice, n);
}

double between(struct maker *m, double low, double high)
{
    return low + dice_uniform(&m->dice) * (high - low);
}

double spread(struct maker *m, double low, double high)
{
    double x = exp(between(m, log(low), log(high)));
    return chance(m, 0.5) && x >= 2 ? round(x) : x;
}

/* ---- dates ---- */

const char *date(const struct maker *m, int64_t day, char out[16])
{
    date_format(date_from_days(date_to_days(m->start) + day), out);
    return out;
}

int64_t pick_day(struct maker *m, int64_t first)
{
    int64_t day = first + (int64_t)below(m, (size_t)(m->n_days - first));
    if (chance(m, 0.5)) {
        struct date d = date_from_days(date_to_days(m->start) + day);
        int64_t month_first = day - (d.day - 1);
        return month_first >= first ? month_first : first;
    }
    return chance(m, 0.4) ? first + (day - first) / 10 * 10 : day;
}

void put_value(struct maker *m, struct text *out, const char *key, double low,
               double high)
{
    if (chance(m, 0.75)) {
        text_printf(out, "%s = %.4f; ", key, between(m, low, high));
        return;
    }
    text_printf(out, "%s = ( { value = %.4f; }", key, between(m, low, high));
    int64_t day = 0;
    for (int n = 1 + (int)below(m, 2); n > 0 && day + 1 < m->n_days; n--) {
        char from[16];
        day = pick_day(m, day + 1);
        text_printf(out, ", { from = \"%s\"; value = %.4f; }", date(m, day, from),
                    between(m, low, high));
    }
    text_append(out, " ); ");
}

/* ---- pools, organisation ---- */

static void put_failures(struct maker *m, struct text *out)
{
    if (!chance(m, 0.4))
        return;
    put_value(m, out, "failures_per_node_day", 0, 0.05);
    if (chance(m, 0.8))
        text_printf(out, "checkpoint_minutes = %.2f; ", between(m, 0, 10));
    if (chance(m, 0.5))
        text_printf(out, "checkpoint_every_minutes = %.2f; ", spread(m, 5, 600));
    if (chance(m, 0.5))
        text_printf(out, "restart_minutes = %.2f; ", between(m, 0, 60));
    if (chance(m, 0.5))
        text_printf(out, "repair_hours = %.2f; ", spread(m, 1, 200));
}

static void put_bills(struct maker *m, struct text *out)
{
    if (chance(m, 0.4))
        text_printf(out, "price_per_gpu_hour = %.2f; ", between(m, 0, 5));
    if (!chance(m, 0.4))
        return;
    text_printf(out, "watts = %.1f; ", between(m, 100, 900));
    if (chance(m, 0.6))
        text_printf(out, "pue = %.2f; ", between(m, 1, 2));
    if (chance(m, 0.6))
        text_printf(out, "co2_g_per_kwh = %.1f; ", between(m, 0, 800));
}

static void put_pools(struct maker *m, struct text *out)
{
    struct items pools = {.n = 0};
    static const int nodes[] = {1, 4, 8};
    m->n_pools = 1 + below(m, 3);
    for (size_t p = 0; p < m->n_pools; p++) {
        struct text *pool = add_item(&pools);
        m->pools[p].gpus = chance(m, 0.1) ? 0 : (int)spread(m, 8, 3000);
        text_printf(pool,
                    "name = \"p%zu\"; gpus = %d; node_gpus = %d; "
                    "peak_tflops = 300.0; ",
                    p, m->pools[p].gpus, nodes[below(m, 3)]);
        if (chance(m, 0.4))
            put_value(m, pool, "reserved_frac", 0, 0.5);
        if (chance(m, 0.3))
            text_printf(pool, "charge = %.2f; ", between(m, 0.2, 4));
        put_failures(m, pool);
        put_bills(m, pool);
        struct items deliveries = {.n = 0};
        for (size_t i = below(m, 4); i > 0; i--) {
            char at[16];
            int gpus = (int)spread(m, 1, 1000);
            text_printf(add_item(&deliveries), "at = \"%s\"; gpus = %d; ",
                        date(m, pick_day(m, 0), at), gpus);
        }
        join(pool, "deliveries", &deliveries, false);
    }
    join(out, "pools", &pools, false);
}

static void put_bounds(struct maker *m, struct text *out)
{
    double floor = between(m, 0, 200), other = between(m, 0, 200);
    size_t pool = below(m, m->n_pools);
    bool is_listed = chance(m, 0.2);
    if (is_listed)
        text_printf(out,
                    "floor_gpus = ( { value = %.2f; }, { pool = \"p%zu\"; "
                    "value = %.2f; } ); ",
                    floor, pool, other);
    else if (chance(m, 0.3))
        put_value(m, out, "floor_gpus", 0, 200);
    else
        floor = 0;
    if (chance(m, 0.2))
        put_value(m, out, "ceiling_gpus", floor == 0 ? 0 : 200, 1000);
    if (is_listed && fmin(floor, other) > 1 && chance(m, 0.5))
        put_value(m, out, "keep_gpus", 0, 0.9 * fmin(floor, other));
    if (chance(m, 0.7))
        put_value(m, out, "fixed_gpus", 0, 300);
}

/* The name of a division that may stand at a group, or among a team's claims. */
static void put_division(struct maker *m, struct text *out, bool is_team)
{
    const struct divide_type *type = divisions[below(m, n_divisions)];
    if (type->reads & READS_DOCKET) /* needs a file */
        return;
    bool may_fit = m->has_tree || m->changes_over;
    bool fits =
        is_team ? type->over_projects && !type->account_at_start : type->over_groups;
    if (!may_fit || !fits || (m->has_ledger && !type->takes_passes) || !chance(m, 0.15))
        return;
    m->has_own_divisions = true;
    text_printf(out, "divide = \"%s\"; ", type->name);
}

/* What a group and a team have in common. The letter scatters names over the file. */
static void put_node(struct maker *m, struct text *out, char name[16], size_t number)
{
    snprintf(name, 16, "%c%zu", (char)('a' + below(m, 26)), number);
    text_printf(out, "name = \"%s\"; ", name);
    if (chance(m, 0.4))
        put_value(m, out, "share", 0.1, 5);
    if (chance(m, 0.2))
        text_printf(out, "class = %zu; ", below(m, 3));
    put_bounds(m, out);
}

static void put_explorations(struct maker *m, struct text *out, size_t team)
{
    struct items explorations = {.n = 0};
    m->explored[team] = -1;
    for (size_t p = 0; p < m->n_pools; p++) {
        if (!chance(m, 0.4))
            continue;
        struct text *exploration = add_item(&explorations);
        m->explored[team] = (int)p;
        text_printf(exploration, "pool = \"p%zu\"; ", p);
        if (chance(m, 0.5))
            put_value(m, exploration, "gpus", 0, 300);
        else
            put_value(m, exploration, "gpus_per_person", 0, 20);
        if (chance(m, 0.6))
            put_value(m, exploration, "log_sd", 0, 0.8);
        if (chance(m, 0.5))
            put_value(m, exploration, "priority", 0, 1);
    }
    join(out, "exploration", &explorations, m->is_reversed);
}

static void put_requests(struct maker *m, struct text *out)
{
    static const char *const strategies[] = {"honest", "inflate", "reactive", "hoard"};
    size_t strategy = below(m, 4);
    if (strategy == 0 || chance(m, 0.5))
        return;
    text_printf(out, "requests = { strategy = \"%s\"; ", strategies[strategy]);
    put_value(m, out, "padding", 0.01, 2);
    if (strategy == 2) {
        put_value(m, out, "reaction", 0, 3);
        put_value(m, out, "relief", 0, 1);
    }
    text_append(out, "}; ");
}

static void put_team(struct maker *m, struct text *out)
{
    size_t team = m->n_teams++;
    put_node(m, out, m->teams[team], team);
    put_team_people(m, out, team);
    put_division(m, out, true);
    put_explorations(m, out, team);
    put_requests(m, out);
}

/* Groups and teams below a group; `n` teams in all. */
static void put_children(struct maker *m, struct text *out, size_t n, int depth)
{
    struct items groups = {.n = 0}, teams = {.n = 0};
    while (n > 0) {
        size_t inside = 1 + below(m, n);
        if (depth == 0 || chance(m, 0.5)) {
            put_team(m, add_item(&teams));
            n--;
            continue;
        }
        struct text *group = add_item(&groups);
        size_t number = m->n_groups++;
        put_node(m, group, m->groups[number], 100 + number);
        put_division(m, group, false);
        put_children(m, group, inside, depth - 1);
        n -= inside;
    }
    join(out, depth == 3 ? "organisation" : "groups", &groups, m->is_reversed);
    join(out, "teams", &teams, m->is_reversed);
}

/* ---- projects ---- */

static void put_train(struct maker *m, struct text *out, size_t pool)
{
    int gpus = m->pools[pool].gpus;
    double min = chance(m, 0.5) ? floor(between(m, 0, 0.3 * gpus)) : 0;
    text_printf(out, "do = \"train\"; pool = \"p%zu\"; min_gpus = %.1f; ", pool, min);
    if (chance(m, 0.2)) {
        double params = spread(m, 0.1, 10);
        text_printf(out, "params = %.3ge9; tokens = %.3ge11; mfu = 0.4; ", params,
                    spread(m, 0.1, 30));
    } else {
        text_printf(out, "gpu_hours = %.3f; ", spread(m, 100, 1e6));
    }
    if (chance(m, 0.6))
        text_printf(out, "max_gpus = %.2f; ", min + spread(m, 1, 1000));
    if (chance(m, 0.4))
        text_printf(out, "overrun_log_sd = %.3f; ", between(m, 0, 0.6));
    if (chance(m, 0.3))
        text_append(out, "failures = false; ");
}

static void put_stages(struct maker *m, struct text *out, struct made_project *project)
{
    struct items stages = {.n = 0};
    project->pool = -1;
    project->builds = false;
    project->n_stages = 1 + below(m, MOST_STAGES);
    for (size_t n = project->n_stages; n > 0; n--) {
        struct text *stage = add_item(&stages);
        size_t kind = below(m, 4);
        if (kind == 0) {
            project->builds = true;
            text_printf(stage, "do = \"build\"; person_months = %.3f; ",
                        spread(m, 0.1, 40));
        } else if (kind == 1) {
            text_printf(stage, "do = \"wait\"; days = %.4f; ",
                        chance(m, 0.3) ? 31.0 : spread(m, 0.1, 60));
        } else {
            size_t pool = below(m, m->n_pools);
            project->pool = (int)pool;
            put_train(m, stage, pool);
        }
    }
    join(out, "stages", &stages, false);
}

static void put_project(struct maker *m, struct text *out)
{
    struct made_project *project = &m->projects[m->n_projects];
    char day[16];
    snprintf(project->name, sizeof project->name, "%c%zu", (char)('a' + below(m, 26)),
             200 + m->n_projects);
    if (m->n_projects < m->n_teams && chance(m, 0.1)) /* a team's name */
        strcpy(project->name, m->teams[m->n_projects]);
    text_printf(out, "name = \"%s\"; team = \"%s\"; ", project->name,
                m->teams[below(m, m->n_teams)]);
    if (chance(m, 0.6))
        text_printf(out, "topic = \"topic%zu\"; ", below(m, 3));
    if (chance(m, 0.4))
        text_printf(out, "kind = \"kind%zu\"; ", below(m, 2));
    if (chance(m, 0.8))
        put_value(m, out, "priority", 0, 1);
    project->start_day = 0;
    if (chance(m, 0.5)) {
        project->start_day = pick_day(m, 0);
        text_printf(out, "start = \"%s\"; ", date(m, project->start_day, day));
    }
    if (chance(m, 0.7))
        text_printf(out, "target = \"%s\"; ",
                    date(m, project->start_day + 1 + (int64_t)below(m, 300), day));
    if (chance(m, 0.5))
        text_printf(out, "value = %.3f; ", between(m, 0, 10));
    if (chance(m, 0.3))
        text_printf(out, "value_half_life_months = %.3f; ", between(m, 0.1, 12));
    project->waits = m->n_projects > 0 && chance(m, 0.25);
    if (project->waits)
        text_printf(out, "after = \"%s\"; ", m->projects[below(m, m->n_projects)].name);
    put_stages(m, out, project);
    if (project->builds && chance(m, 0.3))
        put_value(m, out, "staff", 0, 15);
    m->n_projects++;
}

static void put_topics(struct maker *m, struct text *out)
{
    struct items topics = {.n = 0};
    for (size_t i = 0; i < 3; i++) {
        if (!chance(m, 0.4))
            continue;
        struct text *topic = add_item(&topics);
        text_printf(topic, "name = \"topic%zu\"; overlap = %.3f; ", i, between(m, 0, 1));
        if (i > 0 && chance(m, 0.5))
            text_printf(topic, "with = ( { topic = \"topic%zu\"; overlap = %.3f; } ); ",
                        i - 1, between(m, 0, 1));
    }
    join(out, "topics", &topics, m->is_reversed);
}

static void put_projects(struct maker *m, struct text *out)
{
    struct items projects = {.n = 0};
    size_t n = below(m, chance(m, 0.3) ? MOST_PROJECTS + 1 : 12);
    while (projects.n < n)
        put_project(m, add_item(&projects));
    join(out, "projects", &projects, m->is_reversed);
    put_topics(m, out);
}

char *random_scenario(uint64_t seed, bool is_reversed)
{
    struct maker m = {.dice = {seed}, .is_reversed = is_reversed};
    struct text out;
    char start[16];
    double month_at_s[32];
    text_init(&out);
    m.start = (struct date){2024, 1 + (int)below(&m, 12), 1};
    if (chance(&m, 0.3))
        m.start.day += (int)below(&m, 28);
    m.n_months = 1 + below(&m, 14);
    calendar_months(m.start, m.n_months, month_at_s);
    m.n_days = (int64_t)(month_at_s[m.n_months] / SECONDS_PER_DAY);
    date_format(m.start, start);
    text_printf(&out, "start = \"%s\";\nmonths = %zu;\nseed = %zu;\n", start, m.n_months,
                below(&m, 1000));
    pick_rule(&m);
    put_marks(&m, &out);
    put_pools(&m, &out);
    put_children(&m, &out, 1 + below(&m, chance(&m, 0.3) ? MOST_TEAMS : 6), 3);
    put_people(&m, &out);
    put_projects(&m, &out);
    put_council(&m, &out);
    put_rule(&m, &out);
    put_disputes(&m, &out);
    put_happenings(&m, &out);
    put_opening(&m, &out);
    char *text = strdup(out.bytes);
    text_release(&out);
    return text;
}
