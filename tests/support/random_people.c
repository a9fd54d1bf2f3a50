#include "support/random_parts.h"

void put_team_people(struct maker *m, struct text *out, size_t team)
{
    m->people[team] = below(m, 20);
    text_printf(out, "people = %zu; ", m->people[team]);
    if (chance(m, 0.3))
        put_value(m, out, "market", 0, 2);
    if (chance(m, 0.2))
        put_value(m, out, "voice", 0, 1);
    if (chance(m, 0.2))
        put_value(m, out, "site_crunch", 0, 1);
    if (chance(m, 0.3))
        put_value(m, out, "target_people", 0, 25);
    if (chance(m, 0.2))
        text_printf(out, "min_people = %zu; ", below(m, 12));
}

/* Some people of a team get a role, now and then with a second team that has room. */
static void put_named(struct maker *m, struct text *out)
{
    struct items named = {.n = 0};
    for (size_t t = 0; t < m->n_teams && named.n < 12; t++) {
        if (m->people[t] == 0 || !chance(m, 0.4))
            continue;
        size_t also = below(m, m->n_teams);
        struct text *person = add_item(&named);
        text_printf(person, "name = \"role %zu\"; team = \"%s\"; ", named.n, m->teams[t]);
        m->people[t]--;
        if (also != t && m->people[also] > 0) {
            text_printf(person, "also = \"%s\"; ", m->teams[also]);
            m->people[also]--;
        }
        if (chance(m, 0.3))
            text_append(person, "leader = true; ");
        if (chance(m, 0.3))
            text_printf(person, "cohorts = ( \"%s\", \"paper\" ); ", m->teams[t]);
    }
    join(out, "named", &named, m->is_reversed);
}

void put_people(struct maker *m, struct text *out)
{
    static const char *const effects[] = {"grievance", "crunch",
                                          "market",    "leader_pulse",
                                          "cancelled", "leader_pulse_after"};
    if (!chance(m, 0.7))
        return;
    text_append(out, "people = { ");
    if (chance(m, 0.9))
        put_value(m, out, "turnover_per_year", 0.01, 0.95);
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
        if (chance(m, 0.5))
            put_value(m, out, effects[i], 0, 1.5);
    if (chance(m, 0.3))
        text_append(out, "reference = \"peer\"; ");
    if (chance(m, 0.4))
        put_value(m, out, "lock_in", 0, 1);
    if (chance(m, 0.5))
        put_value(m, out, "contagion", 0, 1);
    if (chance(m, 0.3))
        put_value(m, out, "contagion_months", 0, 6);
    if (chance(m, 0.5))
        put_value(m, out, "productivity_loss", 0, 1);
    if (chance(m, 0.3))
        put_value(m, out, "memory_days", 0, 90);
    text_append(out, "hiring = { ");
    if (chance(m, 0.7))
        put_value(m, out, "delay_months", 0, 5);
    if (chance(m, 0.5))
        put_value(m, out, "delay_log_sd", 0, 1);
    if (chance(m, 0.5))
        put_value(m, out, "ramp_months", 0, 5);
    text_append(out, "}; ");
    put_named(m, out);
    text_append(out, "};\n");
}
