/* What was before the start: use, grants, books, people, projects. */
#include "support/random_parts.h"

static void put_past(struct maker *m, struct text *out)
{
    struct items past = {.n = 0}, offered = {.n = 0};
    if (m->start.day != 1 || chance(m, 0.4))
        return;
    for (size_t back = 1; back <= 3; back++) {
        if (chance(m, 0.3))
            text_printf(add_item(&offered), "months_back = %zu; gpu_hours = %.1f; ", back,
                        spread(m, 1, 1e6));
        for (size_t t = 0; t < m->n_teams && past.n < 12; t++)
            if (chance(m, 0.5))
                text_printf(add_item(&past),
                            "group = \"%s\"; months_back = %zu; used_gpu_hours = %.2f; ",
                            m->teams[t], back, spread(m, 1, 1e5));
    }
    join(out, "past", &past, false);
    join(out, "offered", &offered, false);
}

/* A few, which fit. */
static void put_grants(struct maker *m, struct text *out)
{
    struct items grants = {.n = 0};
    for (size_t i = 0; i < m->n_projects && grants.n < 4; i++) {
        const struct made_project *p = &m->projects[i];
        if (p->pool < 0 || chance(m, 0.5))
            continue;
        text_printf(add_item(&grants), "project = \"%s\"; pool = \"p%d\"; gpus = %.2f; ",
                    p->name, p->pool, between(m, 0, 0.1 * m->pools[p->pool].gpus));
    }
    join(out, "grants", &grants, false);
}

/* All books at once: who has none when two teams become one has nothing to add. */
static void put_accounts(struct maker *m, struct text *out)
{
    struct items accounts = {.n = 0};
    bool are_kept = m->has_tree && m->division->account_at_start && !m->has_own_divisions;
    if (!are_kept || m->n_teams * m->n_pools > MOST_ITEMS || chance(m, 0.3))
        return;
    for (size_t k = 0; k < m->n_teams * m->n_pools; k++)
        text_printf(add_item(&accounts),
                    "group = \"%s\"; pool = \"p%zu\"; balance = %.3f; ",
                    m->teams[k / m->n_pools], k % m->n_pools, between(m, 0, 1000));
    join(out, "accounts", &accounts, false);
}

static void put_moods(struct maker *m, struct text *out)
{
    struct items moods = {.n = 0}, departures = {.n = 0};
    for (size_t t = 0; t < m->n_teams && moods.n < 10; t++) {
        if (chance(m, 0.5))
            continue;
        struct text *mood = add_item(&moods);
        text_printf(mood, "team = \"%s\"; ", m->teams[t]);
        text_printf(mood, "grievance = %.3f; ", between(m, 0, 1));
        if (chance(m, 0.5))
            text_printf(mood, "layoff_days_ago = %.2f; ", between(m, 0, 200));
        if (chance(m, 0.5))
            text_printf(mood, "leader_left_months_ago = %zu; ", 1 + below(m, 4));
        if (chance(m, 0.5))
            text_printf(add_item(&departures),
                        "team = \"%s\"; days_ago = %.2f; people = %zu; ", m->teams[t],
                        between(m, 0, 150), 1 + below(m, 3));
    }
    if (m->n_named > 0 && chance(m, 0.5))
        text_printf(add_item(&moods), "person = \"r0\"; cancelled_days_ago = %.2f; ",
                    between(m, 0, 200));
    join(out, "people", &moods, false);
    join(out, "departures", &departures, false);
}

static void put_progress(struct maker *m, struct text *out)
{
    struct items projects = {.n = 0};
    for (size_t i = 0; i < m->n_projects && projects.n < 20; i++) {
        const struct made_project *p = &m->projects[i];
        if (p->waits || p->start_day > 0 || chance(m, 0.4))
            continue;
        struct text *project = add_item(&projects);
        text_printf(project, "project = \"%s\"; ", p->name);
        text_printf(project, "stage = %zu; ", 1 + below(m, p->n_stages));
        text_printf(project, "done_frac = %.4f; ", between(m, 0, 0.999));
    }
    join(out, "projects", &projects, false);
}

void put_opening(struct maker *m, struct text *out)
{
    if (chance(m, 0.5))
        return;
    text_append(out, "opening = { ");
    put_past(m, out);
    put_grants(m, out);
    put_accounts(m, out);
    put_moods(m, out);
    put_progress(m, out);
    text_append(out, "};\n");
}
