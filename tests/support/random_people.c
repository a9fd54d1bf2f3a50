/* People, what makes them leave and come, and what happens to them and their teams. */
#include "support/random_parts.h"

#include <math.h>

/* ---- settings ---- */

/* A setting of people with values near what is found, often left out. */
static void put_effect(struct maker *m, struct text *out, const char *key, double high)
{
    if (chance(m, 0.6))
        put_value(m, out, key, 0, high);
}

static void put_named(struct maker *m, struct text *out)
{
    struct items named = {.n = 0};
    m->n_named = 0;
    for (size_t n = below(m, MOST_NAMED + 1); n > 0; n--) {
        size_t team = below(m, m->n_teams), also = below(m, m->n_teams);
        bool has_second = also != team && m->free_people[also] > 0 && chance(m, 0.4);
        if (m->free_people[team] == 0)
            continue;
        m->free_people[team]--;
        struct text *person = add_item(&named);
        text_printf(person, "name = \"r%zu\"; team = \"%s\"; ", m->n_named++,
                    m->teams[team]);
        if (has_second) {
            m->free_people[also]--;
            text_printf(person, "also = \"%s\"; ", m->teams[also]);
        }
        if (chance(m, 0.4))
            text_append(person, "leader = true; ");
        if (chance(m, 0.3))
            text_printf(person, "cohorts = ( \"authors\", \"%s\" ); ", m->teams[also]);
    }
    join(out, "named", &named, m->is_reversed);
}

void put_people(struct maker *m, struct text *out)
{
    if (chance(m, 0.3))
        return;
    text_append(out, "people = { ");
    put_value(m, out, "turnover_per_year", 0, 0.9);
    put_effect(m, out, "grievance", 2);
    put_effect(m, out, "crunch", 1);
    put_effect(m, out, "market", 1);
    put_effect(m, out, "leader_pulse", 2);
    put_effect(m, out, "leader_pulse_after", 1);
    put_effect(m, out, "layoff", 1);
    put_effect(m, out, "cancelled", 1);
    if (chance(m, 0.3))
        text_append(out, "reference = \"peer\"; ");
    if (chance(m, 0.3))
        put_value(m, out, "grievance_half_life_months", 0.5, 12);
    if (chance(m, 0.3))
        put_value(m, out, "memory_days", 0, 200);
    if (chance(m, 0.5))
        put_value(m, out, "lock_in", 0, 1);
    if (chance(m, 0.5))
        put_value(m, out, "contagion", 0, 1);
    if (chance(m, 0.3))
        put_value(m, out, "contagion_months", 0, 6);
    if (chance(m, 0.5))
        put_value(m, out, "productivity_loss", 0, 1);
    if (chance(m, 0.6)) {
        text_append(out, "hiring = { ");
        put_value(m, out, "delay_months", 0, 5);
        put_value(m, out, "delay_log_sd", 0, 1);
        put_value(m, out, "ramp_months", 0, 4);
        text_append(out, "}; ");
    }
    put_named(m, out);
    text_append(out, "};\n");
}

void put_team_people(struct maker *m, struct text *out, size_t team)
{
    m->free_people[team] = below(m, 20);
    text_printf(out, "people = %zu; ", m->free_people[team]);
    if (chance(m, 0.3))
        put_value(m, out, "market", 0, 2);
    if (chance(m, 0.2))
        put_value(m, out, "site_crunch", 0, 1);
    if (chance(m, 0.2))
        put_value(m, out, "voice", 0, 1);
    if (chance(m, 0.4))
        put_value(m, out, "target_people", 0, 25);
    if (chance(m, 0.2))
        text_printf(out, "min_people = %zu; ", below(m, 8));
}

/* ---- happenings ---- */

static const char *some_team(struct maker *m)
{
    return m->teams[below(m, m->n_teams)];
}

/* Two teams, so that something can go from one to the other; needs two. */
static void put_two_teams(struct maker *m, struct text *out)
{
    size_t from = below(m, m->n_teams), team = below(m, m->n_teams - 1);
    team += team >= from;
    text_printf(out, "from = \"%s\"; team = \"%s\"; ", m->teams[from], m->teams[team]);
}

static void put_step(struct maker *m, struct text *out)
{
    if (chance(m, 0.5))
        text_printf(out, "step = %.3f; ", between(m, -0.5, 1));
}

static void put_move(struct maker *m, struct text *out)
{
    text_append(out, "do = \"move\"; ");
    if (m->n_projects > 0 && chance(m, 0.5)) {
        text_printf(out, "project = \"%s\"; team = \"%s\"; ",
                    m->projects[below(m, m->n_projects)].name, some_team(m));
        if (chance(m, 0.6))
            text_printf(out, "days = %.3f; ", chance(m, 0.4) ? 31.0 : spread(m, 1, 90));
    } else if (m->n_named > 0 && chance(m, 0.5)) {
        text_printf(out, "person = \"r%zu\"; team = \"%s\"; ", below(m, m->n_named),
                    some_team(m));
        put_step(m, out);
    } else {
        put_two_teams(m, out);
        text_printf(out, "people = %zu; ", 1 + below(m, 8));
        put_step(m, out);
    }
}

static void put_leave(struct maker *m, struct text *out)
{
    text_append(out, "do = \"leave\"; ");
    if (m->n_named > 0 && chance(m, 0.6))
        text_printf(out, "person = \"r%zu\"; ", below(m, m->n_named));
    else
        text_printf(out, "team = \"%s\"; ", some_team(m));
}

static void put_fraction(struct maker *m, struct text *out)
{
    text_printf(out, "fraction = %.3f; ",
                chance(m, 0.2) ? (double)below(m, 2) : between(m, 0, 0.5));
}

void put_people_happening(struct maker *m, struct text *out)
{
    size_t kind = below(m, 7);
    if (kind == 0 && m->n_teams > 1) {
        text_append(out, "do = \"merge\"; ");
        put_two_teams(m, out);
        put_step(m, out);
        if (chance(m, 0.3))
            text_printf(out, "days = %.3f; ", spread(m, 1, 60));
    } else if (kind == 1 && m->n_teams > 1) {
        put_move(m, out);
    } else if (kind == 2) {
        text_append(out, "do = \"layoff\"; ");
        put_fraction(m, out);
        if (chance(m, 0.5))
            text_printf(out, "team = \"%s\"; ", some_team(m));
    } else if (kind == 3) {
        put_leave(m, out);
    } else if (kind == 4) {
        text_printf(out, "do = \"hire\"; team = \"%s\"; people = %zu; ", some_team(m),
                    1 + below(m, 6));
    } else if (kind == 5) {
        text_printf(out, "do = \"market\"; value = %.3f; ", between(m, 0, 2));
        if (chance(m, 0.6))
            text_printf(out, "team = \"%s\"; ", some_team(m));
        if (chance(m, 0.6))
            text_printf(out, "days = %.3f; ", spread(m, 1, 200));
    } else {
        text_printf(out, "do = \"retain\"; team = \"%s\"; days = %.3f; ", some_team(m),
                    spread(m, 1, 200));
        put_fraction(m, out);
        if (chance(m, 0.5))
            text_printf(out, "hours = %.2f; ", between(m, 0, 60));
    }
}
