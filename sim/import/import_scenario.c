#include "import/import_scenario.h"

#include "import/accounts.h"
#include "record/number.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

enum { HOUR_S = 3600, INDENT = 4, FITTED_MONTHS = 60 };

/* ---- words ---- */

/* A text of libconfig; names hold no control characters. */
static void write_name(FILE *out, const char *name)
{
    putc('"', out);
    for (; *name; name++) {
        if (*name == '"' || *name == '\\')
            putc('\\', out);
        putc(*name, out);
    }
    putc('"', out);
}

static void write_comment(FILE *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void write_comment(FILE *out, const char *format, ...)
{
    enum { WIDTH = 88 };
    struct arena arena;
    struct text lines;
    arena_init(&arena);
    text_init(&lines);
    va_list arguments;
    va_start(arguments, format);
    text_append_wrapped(&lines, arena_vprintf(&arena, format, arguments), WIDTH);
    va_end(arguments);
    for (const char *at = lines.bytes; *at;) {
        size_t length = strcspn(at, "\n");
        fprintf(out, "# %.*s\n", (int)length, at);
        at += length + (at[length] == '\n');
    }
    text_release(&lines);
    arena_release(&arena);
}

static const char *words_of(double number, char digits[NUMBER_ROOM])
{
    number_format(number, digits);
    return digits;
}

static void write_indent(FILE *out, size_t depth)
{
    fprintf(out, "%*s", (int)(depth * INDENT), "");
}

/* ---- the head ---- */

struct date import_scenario_months(const struct usage *u, size_t *n_months)
{
    struct date first = periods_date(&u->periods, u->first);
    struct date last = periods_date(&u->periods, u->end - 1);
    first.day = 1;
    int n = (last.year - first.year) * 12 + last.month - first.month + 1;
    *n_months = (size_t)n;
    return first;
}

/* How many months the scenario has: more than were seen, where demand is fitted. */
static size_t months_of(const struct import_scenario *s)
{
    size_t n_months;
    import_scenario_months(&s->import->usage, &n_months);
    return s->import->options->is_fit && n_months < FITTED_MONTHS ? FITTED_MONTHS
                                                                  : n_months;
}

static void write_head(const struct import_scenario *s, FILE *out)
{
    const struct usage *u = &s->import->usage;
    const struct tally *t = &s->import->tally;
    const char *unit = s->import->kind->unit;
    struct usage_cell sum = usage_sum(u, -1, -1);
    size_t n_months;
    char first[16], last[16];
    date_format(import_scenario_months(u, &n_months), first);
    date_format(periods_date(&u->periods, u->end - 1), last);
    fprintf(out, "# What would other rules have done with the use of %.7s", first);
    if (strncmp(first, last, strlen("YYYY-MM")) != 0)
        fprintf(out, " to %.7s", last);
    fputs("?\n", out);
    write_comment(out, "Made by allot %s: %s.", ALLOT_VERSION, s->words);
    write_comment(out,
                  "[P] Copied from what was read, into demand.csv: each %s's used and "
                  "waited for %s-hours of each team and pool, %.1f and %.1f in all, of "
                  "%llu %s; %llu lines were left out, see skipped.csv. Waiting is demand "
                  "too: gpus is both by the hours of the %s. Months begin as in %s.",
                  u->periods.is_daily ? "day" : "month", unit, sum.used_gpu_s / HOUR_S,
                  sum.waiting_gpu_s / HOUR_S, (unsigned long long)t->n_jobs,
                  sum.n_jobs > 0 ? "jobs" : "rows",
                  (unsigned long long)tally_n_left_out(t),
                  u->periods.is_daily ? "day" : "month", s->import->zone_name);
    if (s->import->options->is_fit)
        write_comment(
            out,
            "[D] Fitted, not copied: gpus and log_sd of each team's exploration. "
            "log GPUs of a month = level + season (a cosine of the year, where "
            "there are two years of demand) + a normal spread; gpus is the mean "
            "of it. So there may be more months here than were seen, and -n draws other "
            "worlds. demand.csv is what was seen.");
    for (size_t i = 0; i < s->import->n_notes; i++)
        write_comment(out, "[D] %s.", s->import->notes[i]);
    fprintf(out, "\nstart = \"%s\";\nmonths = %zu;\nanswer = \"fill_frac\";\n\n", first,
            months_of(s));
}

/* ---- pools ---- */

static bool has_pool(const struct usage *u, size_t pool)
{
    for (size_t t = 0; t < u->teams.n; t++)
        if (usage_has(u, (int)t, (int)pool))
            return true;
    return false;
}

static void write_pools(const struct import_scenario *s, FILE *out)
{
    const struct usage *u = &s->import->usage;
    bool is_first = true;
    for (size_t p = 0; p < u->pools.n; p++)
        if (has_pool(u, p) && !s->is_told[p])
            write_comment(out,
                          "[D] %s: the largest %s; what the cluster has is told by "
                          "--capacity POOL=GPUS.",
                          u->pools.items[p],
                          s->import->has_grants ? "sum of grants"
                                                : "mean use of an hour, or job");
    fputs("pools = (", out);
    for (size_t p = 0; p < u->pools.n; p++) {
        if (!has_pool(u, p))
            continue;
        fputs(is_first ? "\n    { name = " : ",\n    { name = ", out);
        write_name(out, u->pools.items[p]);
        fprintf(out, "; gpus = %.0f; node_gpus = 1; }", s->gpus[p]);
        is_first = false;
    }
    fputs("\n);\n\n", out);
}

/* ---- teams, by accounts ---- */

static bool has_team(const struct usage *u, int team)
{
    for (size_t p = 0; p < u->pools.n && team >= 0; p++)
        if (usage_has(u, team, (int)p))
            return true;
    return false;
}

/* The demand that was fitted, by month of the year. */
static void write_fit(const struct import_scenario *s, FILE *out, int team, size_t pool)
{
    const struct usage *u = &s->import->usage;
    struct demand_fit fit = import_fit(s->import, team, (int)pool);
    struct date date = periods_date(&u->periods, u->first);
    char digits[NUMBER_ROOM];
    fprintf(out, "\n        gpus = %s", fit.has_season ? "(" : "");
    for (size_t m = 0; m < (fit.has_season ? months_of(s) : 1); m++) {
        double gpus = demand_fit_mean(&fit, (size_t)date.month - 1);
        if (fit.has_season)
            fprintf(out, "%s{ ", m == 0 ? " " : m % 3 ? ", " : ",\n            ");
        if (fit.has_season && m > 0)
            fprintf(out, "from = \"%04d-%02d-01\"; ", date.year, date.month);
        fprintf(out, fit.has_season ? "value = %s; }" : "%s",
                words_of(gpus < 1e-6 ? 0 : round(gpus * 1e6) / 1e6, digits));
        date.month = date.month % 12 + 1;
        date.year += date.month == 1;
    }
    fprintf(out, "%s; log_sd = %s; }", fit.has_season ? " )" : "",
            words_of(fit.is_fitted ? round(fit.sd * 1e6) / 1e6 : 0, digits));
}

/* NaN: none is told. */
static void write_share(FILE *out, double share)
{
    char digits[NUMBER_ROOM];
    if (!isnan(share))
        fprintf(out, "; share = %s", words_of(share, digits));
}

static void write_team(const struct import_scenario *s, FILE *out, int team, double share)
{
    const struct usage *u = &s->import->usage;
    bool is_first = true;
    fputs("{ name = ", out);
    write_name(out, import_team_name(s->import, team));
    write_share(out, share);
    fputs("; exploration = (", out);
    for (size_t p = 0; p < u->pools.n; p++) {
        if (!usage_has(u, team, (int)p))
            continue;
        fputs(is_first ? " { pool = " : ", { pool = ", out);
        write_name(out, u->pools.items[p]);
        putc(';', out);
        if (s->import->options->is_fit)
            write_fit(s, out, team, p);
        else
            fputs(" file = \"demand.csv\"; }", out);
        is_first = false;
    }
    fputs(" ); }", out);
}

/* The tree of accounts with what lies in it: whether an account or one below has use. */
struct tree {
    const struct import_scenario *s;
    const struct accounts *accounts;
    FILE *out;
    bool *is_alive; /* by account */
};

static int team_of(const struct tree *t, int account)
{
    return names_find(&t->s->import->usage.teams,
                      slice_of(t->accounts->names.items[account]));
}

static void find_alive(struct tree *t)
{
    const struct usage *u = &t->s->import->usage;
    for (size_t a = 0; a < t->accounts->n; a++)
        if (has_team(u, team_of(t, (int)a)))
            for (int up = (int)a; up >= 0; up = t->accounts->items[up].parent)
                t->is_alive[up] = true;
}

static double share_of(const struct tree *t, int account)
{
    double share = t->accounts->items[account].share;
    return isnan(share) ? NAN : fmax(share, 1e-6);
}

static void write_group(const struct tree *t, int account, size_t depth);

/* The groups, or the teams, among the children of an account. */
static bool write_children(const struct tree *t, int account, size_t depth,
                           bool are_groups)
{
    bool is_first = true;
    for (size_t a = 0; a < t->accounts->n; a++) {
        if (t->accounts->items[a].parent != account || !t->is_alive[a] ||
            accounts_has_children(t->accounts, (int)a) != are_groups)
            continue;
        fputs(is_first ? "\n" : ",\n", t->out);
        write_indent(t->out, depth);
        if (are_groups)
            write_group(t, (int)a, depth);
        else
            write_team(t->s, t->out, team_of(t, (int)a), share_of(t, (int)a));
        is_first = false;
    }
    return !is_first;
}

/* An account with jobs and accounts below it has a team of its own for the jobs. */
static void write_group(const struct tree *t, int account, size_t depth)
{
    const char *name = t->accounts->names.items[account];
    int team = team_of(t, account);
    double share = share_of(t, account);
    fputs("{ name = ", t->out);
    write_name(t->out, name);
    write_share(t->out, share);
    fputs("; groups = (", t->out);
    write_children(t, account, depth + 1, true);
    fputs(" ); teams = (", t->out);
    bool is_first = !write_children(t, account, depth + 1, false);
    if (has_team(&t->s->import->usage, team)) {
        fputs(is_first ? "\n" : ",\n", t->out);
        write_indent(t->out, depth + 1);
        write_team(t->s, t->out, team, NAN);
    }
    fputs(" ); }", t->out);
}

static bool has_groups(const struct tree *t)
{
    for (size_t a = 0; a < t->accounts->n; a++)
        if (t->accounts->items[a].parent < 0 && t->is_alive[a] &&
            accounts_has_children(t->accounts, (int)a))
            return true;
    return false;
}

/* The accounts below the root that have none below them, and teams that are no accounts.
 */
static void write_rest(const struct tree *t)
{
    const struct usage *u = &t->s->import->usage;
    bool is_first = true;
    for (size_t team = 0; team < u->teams.n; team++) {
        int account = names_find(&t->accounts->names, slice_of(u->teams.items[team]));
        bool is_inside = account >= 0 && (t->accounts->items[account].parent >= 0 ||
                                          accounts_has_children(t->accounts, account));
        if (!has_team(u, (int)team) || is_inside)
            continue;
        fputs(is_first ? "teams = (\n    " : ",\n    ", t->out);
        write_team(t->s, t->out, (int)team, account < 0 ? NAN : share_of(t, account));
        is_first = false;
    }
    if (!is_first)
        fputs("\n);\n\n", t->out);
}

static void write_tree(const struct import_scenario *s, FILE *out)
{
    struct arena arena;
    arena_init(&arena);
    struct tree t = {s, s->import->accounts, out, NULL};
    t.is_alive = ARENA_ARRAY(&arena, bool, t.accounts->n);
    find_alive(&t);
    for (size_t a = 0; a < t.accounts->n; a++)
        if (*t.accounts->items[a].limit != '\0' && t.is_alive[a])
            write_comment(out, "[P] %s had the limit %s, which is not in force here.",
                          t.accounts->names.items[a], t.accounts->items[a].limit);
    if (has_groups(&t)) {
        fputs("organisation = (", out);
        write_children(&t, -1, 1, true);
        fputs("\n);\n\n", out);
    }
    write_rest(&t);
    arena_release(&arena);
}

static void write_teams(const struct import_scenario *s, FILE *out)
{
    const struct usage *u = &s->import->usage;
    bool is_first = true;
    fputs("teams = (", out);
    for (size_t team = 0; team < u->teams.n; team++) {
        if (!has_team(u, (int)team))
            continue;
        fputs(is_first ? "\n    " : ",\n    ", out);
        write_team(s, out, (int)team, NAN);
        is_first = false;
    }
    fputs("\n);\n\n", out);
}

/* ---- the rule ---- */

/* The grants of a team on a pool as floors by date. */
static void write_floors(const struct import_scenario *s, FILE *out, int team, int pool,
                         bool *is_first)
{
    const struct usage *u = &s->import->usage;
    double last_gpus = NAN;
    for (size_t period = u->first; period < u->end; period++) {
        double gpus = usage_granted_gpus(u, team, pool, period);
        char date[16], digits[NUMBER_ROOM];
        if (gpus == last_gpus)
            continue;
        fprintf(out, "%s{ value = %s;", *is_first ? " " : ", ", words_of(gpus, digits));
        if (u->pools.n > 1) {
            fputs(" pool = ", out);
            write_name(out, u->pools.items[pool]);
            putc(';', out);
        }
        date_format(periods_date(&u->periods, period), date);
        if (period > u->first)
            fprintf(out, " from = \"%s\";", date);
        fputs(" }", out);
        *is_first = false;
        last_gpus = gpus;
    }
}

/* A rule of quotas, with what was granted for them. */
static void write_quotas(const struct import_scenario *s, FILE *out, const char *rule)
{
    const struct usage *u = &s->import->usage;
    bool is_first = true;
    fprintf(out, "    { name = \"%s\"; rule = { divide = \"%s\"; }; teams = (", rule,
            rule);
    for (size_t team = 0; team < u->teams.n; team++) {
        bool is_first_floor = true;
        if (!has_team(u, (int)team))
            continue;
        fputs(is_first ? "\n        { name = " : ",\n        { name = ", out);
        write_name(out, import_team_name(s->import, (int)team));
        fputs("; floor_gpus = (", out);
        for (size_t p = 0; p < u->pools.n; p++)
            if (usage_has(u, (int)team, (int)p))
                write_floors(s, out, (int)team, (int)p, &is_first_floor);
        fputs(" ); }", out);
        is_first = false;
    }
    fputs(" ); },\n", out);
}

static void write_rule(const struct import_scenario *s, FILE *out)
{
    bool has_grants = s->import->has_grants, is_daily = s->import->usage.periods.is_daily;
    if (is_daily)
        fputs("council = { every_days = 1; };\n\n", out);
    if (has_grants)
        write_comment(out, "[P] What was granted, by date, is in grants.csv.");
    else
        write_comment(out, "[A] Nothing is known of the rule that was in force: what "
                           "follows are rules to compare.");
    fprintf(out, "rule = { divide = \"%s\"; over = \"tree\"; unit_gpus = 1;%s };\n\n",
            has_grants ? "fixed" : "max-min",
            has_grants ? " fixed = { file = \"grants.csv\"; };" : "");
    fputs("alternatives = (\n", out);
    if (has_grants) {
        fputs("    { name = \"max-min\"; rule = { divide = \"max-min\"; }; },\n", out);
        write_quotas(s, out, "quota");
        write_quotas(s, out, "borrow");
    }
    fputs("    { name = \"proportional\"; rule = { divide = \"proportional\"; }; },\n"
          "    { name = \"equal\"; rule = { divide = \"equal\"; }; },\n"
          "    { name = \"credits\"; rule = { divide = \"credits\"; }; }\n"
          ");\n",
          out);
}

void import_scenario_write(const struct import_scenario *s, FILE *out)
{
    write_head(s, out);
    write_pools(s, out);
    if (s->import->accounts)
        write_tree(s, out);
    else
        write_teams(s, out);
    write_rule(s, out);
}
