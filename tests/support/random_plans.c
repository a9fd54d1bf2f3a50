/* What is decided over the organisation: rule, council, happenings and marks. */
#include "support/random_parts.h"

/* ---- council and rule ---- */

void put_council(struct maker *m, struct text *out)
{
    size_t every = chance(m, 0.6) ? 1 : 1 + below(m, 4);
    text_printf(out, "council = { every_months = %zu; ", every);
    if (chance(m, 0.4))
        text_printf(out, "lag_days = %.2f; ",
                    chance(m, 0.3) ? 7.0 : between(m, 0, 27.9 * (double)every));
    if (chance(m, 0.3))
        text_printf(out, "cull = { after_meetings = %zu; overlap = %.2f; }; ",
                    1 + below(m, 6), between(m, 0.1, 1));
    if (chance(m, 0.3)) {
        text_printf(out, "consolidate = { disputes = %zu; within_months = %zu; ",
                    1 + below(m, 3), 1 + below(m, 12));
        put_value(m, out, "overlap", 0.1, 1);
        put_value(m, out, "handover_days", 0, 40);
        put_value(m, out, "step", -1, 1);
        text_append(out, "}; ");
    }
    struct items members = {.n = 0};
    m->n_members = chance(m, 0.4) ? 1 + below(m, 3) : 0;
    for (size_t i = 0; i < m->n_members; i++) {
        struct text *member = add_item(&members);
        text_printf(member, "name = \"m%zu\"; ", i);
        put_value(m, member, "weight", 0.1, 3);
        struct items ratings = {.n = 0};
        if (chance(m, 0.5))
            text_printf(add_item(&ratings), "team = \"%s\"; ",
                        m->teams[below(m, m->n_teams)]);
        if (chance(m, 0.5) && m->n_groups > 0)
            text_printf(add_item(&ratings), "group = \"%s\"; ",
                        m->groups[below(m, m->n_groups)]);
        if (chance(m, 0.5) && m->n_projects > 0)
            text_printf(add_item(&ratings), "project = \"%s\"; ",
                        m->projects[below(m, m->n_projects)].name);
        for (size_t k = 0; k < ratings.n; k++)
            put_value(m, &ratings.texts[k], "rating", 0, 1);
        join(member, "ratings", &ratings, false);
    }
    join(out, "members", &members, false);
    text_append(out, "};\n");
}

const struct divide_type *pick_division(struct maker *m)
{
    const struct divide_type *type;
    bool fits;
    do {
        type = divisions[below(m, n_divisions)];
        bool fits_tree = type->over_groups || !(m->has_tree || m->changes_over);
        bool fits_projects = type->over_projects || (m->has_tree && !m->changes_over);
        fits = fits_tree && fits_projects && (type->takes_passes || !m->has_ledger) &&
               !(type->reads & READS_DOCKET); /* needs a file */
    } while (!fits);
    return type;
}

/* Where the parts of the rule change, all that may come together must fit. */
void pick_rule(struct maker *m)
{
    m->has_tree = chance(m, 0.5);
    m->changes_over = chance(m, 0.15);
    m->has_ledger = chance(m, 0.3);
    m->division = pick_division(m);
}

/* A part of the rule: one value, or values by date. */
static void put_part(struct maker *m, struct text *out, const char *key,
                     const char *value, const char *other)
{
    char from[16];
    if (m->n_days < 2 || !other || chance(m, 0.7))
        text_printf(out, "%s = \"%s\"; ", key, value);
    else
        text_printf(out,
                    "%s = ( { value = \"%s\"; }, { from = \"%s\"; value = \"%s\"; } ); ",
                    key, value, date(m, pick_day(m, 1), from), other);
}

static const char *pick_over(struct maker *m)
{
    return chance(m, 0.5) ? "tree" : "projects";
}

static const char *pick_ledger(struct maker *m)
{
    return m->has_ledger ? ledgers[below(m, n_ledgers)]->name : "none";
}

void put_rule(struct maker *m, struct text *out)
{
    static const char *const rounds[] = {"largest-remainder", "webster", "jefferson"};
    static const int units[] = {0, 1, 16};
    text_append(out, "rule = { ");
    put_part(m, out, "divide", m->division->name, pick_division(m)->name);
    put_part(m, out, "over", m->has_tree ? "tree" : "projects",
             m->changes_over ? pick_over(m) : NULL);
    put_part(m, out, "ledger", pick_ledger(m), m->has_ledger ? pick_ledger(m) : NULL);
    if (m->has_ledger && chance(m, 0.3))
        text_append(out, "beyond = \"none\"; ");
    if (chance(m, 0.4))
        text_printf(out, "unit_gpus = %d; ", units[below(m, 3)]);
    if (chance(m, 0.4))
        text_printf(out, "round = \"%s\"; ", rounds[below(m, 3)]);
    if (chance(m, 0.4))
        text_append(out, "lend = true; ");
    if (chance(m, 0.3)) {
        text_append(out, "inertia = { ");
        put_value(m, out, "threshold_frac", 0, 0.3);
        put_value(m, out, "step_frac", 0.02, 0.5);
        text_append(out, "}; ");
    }
    text_append(out, "score = { weights = { ");
    put_value(m, out, "priority", 0.1, 1);
    for (size_t f = 0; f < n_factors; f++)
        if (factors[f] != &score_priority && chance(m, 0.4))
            put_value(m, out, factors[f]->name, chance(m, 0.2) ? -0.5 : 0, 1);
    text_append(out, "}; }; };\n");
}

/* Short delays, so that many answers fall on one instant, some on a meeting's. */
void put_disputes(struct maker *m, struct text *out)
{
    if (chance(m, 0.4))
        return;
    text_printf(out, "disputes = { threshold = %.3f; ", between(m, 0.3, 1));
    text_printf(out, "patience_months = %zu; ", below(m, 3));
    text_printf(out, "cooling_months = %zu; ", below(m, 4));
    text_printf(out, "delay_days = %.3f; ",
                chance(m, 0.6) ? (double)below(m, 2) * 31 : spread(m, 0.1, 60));
    if (chance(m, 0.2))
        text_append(out, "by = \"score\"; ");
    text_printf(out, "pick = %.3f; ", between(m, 0.1, 1));
    text_printf(out, "cooperate = %.3f; ", between(m, 0, 1));
    text_printf(out, "keep = %.3f; ", between(m, 0, 1));
    text_printf(out, "bias = %.3f; ", between(m, -3, 3));
    text_printf(out, "transfer = %.3f; ", chance(m, 0.2) ? 1 : between(m, 0, 1));
    text_printf(out, "step = %.3f; ", between(m, 0, 0.5));
    text_printf(out, "leader_hours = %.2f; };\n", between(m, 0, 20));
}

/* ---- happenings ---- */

static void put_rule_set(struct maker *m, struct text *out)
{
    size_t part = below(m, 4);
    if (part == 0)
        text_printf(out, "path = \"rule.unit_gpus\"; value = %zu; ", below(m, 9));
    else if (part == 1 && m->changes_over)
        text_printf(out, "path = \"rule.over\"; value = \"%s\"; ", pick_over(m));
    else if (part == 2)
        text_printf(out, "path = \"rule.ledger\"; value = \"%s\"; ", pick_ledger(m));
    else
        text_printf(out, "path = \"rule.divide\"; value = \"%s\"; ",
                    pick_division(m)->name);
}

static void put_set(struct maker *m, struct text *out)
{
    const char *team = m->teams[below(m, m->n_teams)];
    size_t pool = below(m, m->n_pools);
    switch (below(m, 10)) {
    case 0:
        text_printf(out, "path = \"pools.p%zu.reserved_frac\"; value = %.3f; ", pool,
                    between(m, 0, 0.5));
        return;
    case 1:
        text_printf(out, "path = \"teams.%s.share\"; value = %.3f; ", team,
                    between(m, 0.1, 5));
        return;
    case 2:
        text_printf(out, "path = \"rule.score.weights.age\"; value = %.3f; ",
                    between(m, 0, 1));
        return;
    case 3:
        text_printf(out, "path = \"rule.inertia.step_frac\"; value = %.3f; ",
                    between(m, 0.02, 1));
        return;
    case 4:
        text_printf(out, "path = \"pools.p%zu.failures_per_node_day\"; value = %.3f; ",
                    pool, between(m, 0, 0.1));
        return;
    case 5:
        text_printf(out, "path = \"rule.lend\"; value = %s; ",
                    chance(m, 0.5) ? "true" : "false");
        return;
    case 6:
        put_rule_set(m, out);
        return;
    default:
        break;
    }
    if (m->n_projects == 0) {
        text_append(out, "path = \"rule.score.weights.need\"; value = 0.5; ");
        return;
    }
    const struct made_project *project = &m->projects[below(m, m->n_projects)];
    char day[16];
    if (project->builds && chance(m, 0.3))
        text_printf(out, "path = \"projects.%s.staff\"; value = %.3f; ", project->name,
                    between(m, 0, 15));
    else if (chance(m, 0.5))
        text_printf(out, "path = \"projects.%s.priority\"; value = %.3f; ", project->name,
                    between(m, 0, 1));
    else
        text_printf(out, "path = \"projects.%s.target\"; value = \"%s\"; ", project->name,
                    date(m, project->start_day + 1 + (int64_t)below(m, 300), day));
}

static void put_grant(struct maker *m, struct text *out)
{
    double gpus = chance(m, 0.2) ? 0 : spread(m, 1, 1500);
    for (int tries = 0; tries < 50; tries++) {
        size_t team = below(m, m->n_teams);
        size_t project = m->n_projects ? below(m, m->n_projects) : 0;
        if (m->n_projects && m->projects[project].pool >= 0 && chance(m, 0.7)) {
            text_printf(out,
                        "do = \"grant\"; project = \"%s\"; pool = \"p%d\"; "
                        "gpus = %.2f; ",
                        m->projects[project].name, m->projects[project].pool, gpus);
            return;
        }
        if (m->explored[team] >= 0) {
            text_printf(out,
                        "do = \"grant\"; team = \"%s\"; pool = \"p%d\"; "
                        "gpus = %.2f; ",
                        m->teams[team], m->explored[team], gpus);
            return;
        }
    }
    text_append(out, "do = \"retire\"; pool = \"p0\"; gpus = 1; ");
}

static void put_happening(struct maker *m, struct text *out)
{
    static const char *const fleet[] = {"deliver", "retire", "maintain"};
    static const char *const fates[] = {"start", "pause", "cancel"};
    char at[16];
    if (chance(m, 0.15))
        text_printf(out, "per_year = %.3f; ", spread(m, 0.2, 10));
    else
        text_printf(out, "at = \"%s\"; ", date(m, pick_day(m, 0), at));
    if (chance(m, 0.4)) {
        put_people_happening(m, out);
        return;
    }
    size_t kind = below(m, 8), pool = below(m, m->n_pools);
    if (kind < 3) {
        text_printf(out, "do = \"%s\"; pool = \"p%zu\"; gpus = %d; ", fleet[kind], pool,
                    (int)spread(m, 1, 1000));
        if (kind == 2)
            text_printf(out, "days = %.3f; ",
                        chance(m, 0.4) ? 31.0 : spread(m, 0.2, 100));
    } else if (kind == 3) {
        text_append(out, "do = \"set\"; ");
        put_set(m, out);
    } else if (kind == 4 || m->n_projects == 0) {
        put_grant(m, out);
    } else {
        text_printf(out, "do = \"%s\"; project = \"%s\"; ", fates[kind - 5],
                    m->projects[below(m, m->n_projects)].name);
    }
}

void put_happenings(struct maker *m, struct text *out)
{
    struct items happenings = {.n = 0};
    for (size_t n = below(m, 20); n > 0; n--)
        put_happening(m, add_item(&happenings));
    join(out, "happenings", &happenings, false);
}

void put_marks(struct maker *m, struct text *out)
{
    char day[16];
    int64_t at = (int64_t)below(m, (size_t)m->n_days);
    if (chance(m, 0.5))
        return;
    text_printf(out, "marks = ( \"%s\"", date(m, m->n_days - 1, day));
    if (at < m->n_days - 1)
        text_printf(out, ", \"%s\"", date(m, at, day));
    text_append(out, " );\n");
}
