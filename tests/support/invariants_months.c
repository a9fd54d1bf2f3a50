/* What holds for every month of a run. */
#include "support/invariants_parts.h"

#include "base/seconds.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

void checked_broke(const struct checked *c, const char *file, int line,
                   const char *condition, const char *subject, double a, double b)
{
    fail_msg("%s, month %zu, '%s': %s does not hold (%.17g, %.17g; %s:%d)", c->what,
             c->month, subject, condition, a, b, file, line);
}

bool checked_near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

const double *checked_row(const struct checked *c, enum series_file file, size_t subject)
{
    const struct series *series = &c->r->series[file];
    return &series->values[(c->month * series->n_subjects + subject) * series->n_columns];
}

double checked_month_hours(const struct checked *c)
{
    const double *at_s = c->s->calendar.month_at_s;
    return (at_s[c->month + 1] - at_s[c->month]) / SECONDS_PER_HOUR;
}

static void all_are_amounts(const struct checked *c, const double *x, size_t n,
                            const char *subject)
{
    for (size_t i = 0; i < n; i++)
        HOLDS(c, isfinite(x[i]) && x[i] >= 0, subject, (double)i, x[i]);
}

static void check_pools(const struct checked *c)
{
    for (size_t p = 0; p < c->s->n_pools; p++) {
        const double *x = checked_row(c, SERIES_POOLS, p);
        const char *name = c->s->pools[p].name;
        double used = x[POOLS_USED], granted = x[POOLS_GRANTED];
        double online = x[POOLS_CAPACITY] - x[POOLS_FAILED] - x[POOLS_RESERVED];
        all_are_amounts(c, x, POOLS_PRICE, name);
        HOLDS(c, isnan(x[POOLS_PRICE]) || x[POOLS_PRICE] >= 0, name, x[POOLS_PRICE], 0);
        HOLDS(c, checked_near(used + x[POOLS_IDLE], online), name, used + x[POOLS_IDLE],
              online);
        HOLDS(c, granted <= online + 1e-9 * fmax(1, online), name, granted, online);
        HOLDS(c, used <= (granted + x[POOLS_LENT]) * (1 + 1e-12), name, used, granted);
        HOLDS(c, x[POOLS_LENT] <= used * (1 + 1e-12), name, x[POOLS_LENT], used);
    }
}

/* Whether a project ever changes its team: its month's hours are then those of both. */
static bool has_moves(const struct scenario *s)
{
    for (size_t i = 0; i < s->n_happenings; i++)
        if (s->happenings[i].kind == HAPPENING_MERGE ||
            s->happenings[i].kind == HAPPENING_MOVE)
            return true;
    return s->council.consolidate.disputes > 0;
}

static bool has_people_happenings(const struct scenario *s)
{
    for (size_t i = 0; i < s->n_happenings; i++)
        if (s->happenings[i].kind >= HAPPENING_MERGE)
            return true;
    return s->council.consolidate.disputes > 0;
}

/* Without moves a team grows by its hires and shrinks by those who leave. */
static void check_people(const struct checked *c, size_t team, const double *x)
{
    const struct scenario *s = c->s;
    const char *name = s->teams[team].name;
    double before = (double)s->teams[team].people, now = x[TEAMS_HEADCOUNT];
    if (c->month > 0) {
        struct checked last = *c;
        last.month--;
        before = checked_row(&last, SERIES_TEAMS, team)[TEAMS_HEADCOUNT];
    }
    double felt = x[TEAMS_GRIEVANCE], morale = x[TEAMS_MORALE]; /* NaN: nobody is there */
    HOLDS(c, now >= 0, name, now, before);
    HOLDS(c, isnan(felt) == isnan(morale) && !(felt < 0 || felt > 1) && !(morale > 1),
          name, felt, morale);
    if (!has_people_happenings(s))
        HOLDS(c, now == before + x[TEAMS_HIRES] - x[TEAMS_DEPARTURES], name, now, before);
}

static void check_teams(const struct checked *c)
{
    const struct scenario *s = c->s;
    double *of_projects = calloc(s->n_teams, sizeof *of_projects);
    bool *explores = calloc(s->n_teams, sizeof *explores);
    bool some_need = false;
    for (size_t i = 0; i < s->n_projects; i++)
        of_projects[s->projects[i].team] +=
            checked_row(c, SERIES_PROJECTS, i)[PROJECTS_USED_HOURS];
    for (size_t e = 0; e < s->n_explorations; e++)
        explores[s->explorations[e].team] = true;
    bool moves = has_moves(s);
    for (size_t t = 0; t < s->n_teams; t++) {
        const double *x = checked_row(c, SERIES_TEAMS, t);
        const char *name = s->teams[t].name;
        double hours = x[TEAMS_USED_HOURS], fill = x[TEAMS_FILL];
        all_are_amounts(c, x, TEAMS_FILL, name);
        check_people(c, t, x);
        HOLDS(c, checked_near(hours, x[TEAMS_USED] * checked_month_hours(c)), name, hours,
              x[TEAMS_USED]);
        HOLDS(c, x[TEAMS_USED] <= (x[TEAMS_GRANTED] + x[TEAMS_LENT]) * (1 + 1e-12), name,
              x[TEAMS_USED], x[TEAMS_GRANTED]);
        /* Projects + exploration = team. */
        HOLDS(c, moves || of_projects[t] <= hours * (1 + 1e-12), name, of_projects[t],
              hours);
        HOLDS(c, moves || explores[t] || checked_near(of_projects[t], hours), name,
              of_projects[t], hours);
        HOLDS(c, isnan(fill) == (x[TEAMS_NEEDED] == 0), name, fill, x[TEAMS_NEEDED]);
        HOLDS(c, isnan(fill) || (fill >= 0 && fill <= 1 + 1e-12), name, fill, 0);
        some_need |= x[TEAMS_NEEDED] > 0;
    }
    const double *x = checked_row(c, SERIES_MONTHS, 0);
    for (size_t i = 0; i <= MONTHS_ENVY; i++) {
        HOLDS(c, isnan(x[i]) == !some_need, "months", (double)i, x[i]);
        HOLDS(c, isnan(x[i]) || (x[i] >= -1e-12 && x[i] <= 1 + 1e-12), "months",
              (double)i, x[i]);
    }
    free(of_projects);
    free(explores);
}

/* The pools' amounts are those of the teams. */
static void check_sums(const struct checked *c)
{
    const struct {
        int pools, teams;
    } same[] = {{POOLS_REQUESTED, TEAMS_REQUESTED},
                {POOLS_GRANTED, TEAMS_GRANTED},
                {POOLS_USED, TEAMS_USED}};
    for (size_t k = 0; k < sizeof same / sizeof *same; k++) {
        double pools = 0, teams = 0;
        for (size_t p = 0; p < c->s->n_pools; p++)
            pools += checked_row(c, SERIES_POOLS, p)[same[k].pools];
        for (size_t t = 0; t < c->s->n_teams; t++)
            teams += checked_row(c, SERIES_TEAMS, t)[same[k].teams];
        HOLDS(c, checked_near(pools, teams), "pools and teams", pools, teams);
    }
}

/* The ledger in force when the council meets at an instant; -1: some come at random. */
static int ledger_at(const struct scenario *s, double at_s)
{
    int ledger = s->rule.ledger;
    for (size_t i = 0; i < s->n_happenings; i++) {
        const struct happening *h = &s->happenings[i];
        if (h->kind != HAPPENING_SET || h->target.home != HOME_RULE ||
            strcmp(h->target.setting->key, "ledger") != 0)
            continue;
        if (h->per_year > 0)
            return -1;
        if (h->at_s <= at_s)
            ledger = (int)h->value;
    }
    return ledger;
}

static void check_groups(const struct checked *c)
{
    const struct scenario *s = c->s;
    int ledger = ledger_at(s, s->calendar.month_at_s[c->month]);
    bool has_ledger = ledger >= 0 && ledgers[ledger]->entitle != NULL;
    bool meets = c->month % (size_t)s->council.every_months == 0;
    bool has_charge = false;
    for (size_t p = 0; p < s->n_pools; p++)
        has_charge |= s->pools[p].charge != 1;
    for (size_t g = 0; g < s->n_groups; g++) {
        const double *x = checked_row(c, SERIES_GROUPS, g);
        const char *name = s->groups[g].name;
        double used = x[GROUPS_USED], entitled = x[GROUPS_ENTITLED], sum = 0;
        for (int k = s->groups[g].first_child; k >= 0; k = s->groups[k].next_sibling)
            sum += checked_row(c, SERIES_GROUPS, (size_t)k)[GROUPS_USED];
        if (s->groups[g].team >= 0)
            sum =
                checked_row(c, SERIES_TEAMS, (size_t)s->groups[g].team)[TEAMS_USED_HOURS];
        HOLDS(c, checked_near(used, sum), name, used, sum);
        HOLDS(c, x[GROUPS_SHARE] > 0 && x[GROUPS_FLOOR] >= 0, name, x[GROUPS_SHARE],
              x[GROUPS_FLOOR]);
        HOLDS(c, isnan(x[GROUPS_CEILING]) || x[GROUPS_CEILING] >= 0, name,
              x[GROUPS_CEILING], 0);
        HOLDS(c, ledger < 0 || isnan(entitled) == !(has_ledger && meets), name, entitled,
              0);
        HOLDS(c, isnan(entitled) || entitled >= 0, name, entitled, 0);
        HOLDS(c, isnan(entitled) == isnan(x[GROUPS_BALANCE]), name, entitled,
              x[GROUPS_BALANCE]);
        HOLDS(c,
              isnan(entitled) || has_charge ||
                  checked_near(x[GROUPS_BALANCE], entitled - used),
              name, x[GROUPS_BALANCE], entitled - used);
        HOLDS(c,
              isnan(x[GROUPS_DECAYED]) || has_charge ||
                  x[GROUPS_DECAYED] >= used * (1 - 1e-12),
              name, x[GROUPS_DECAYED], used);
    }
}

static double planned_hours(const struct project *project)
{
    double hours = 0;
    for (size_t k = 0; k < project->n_stages; k++)
        if (project->stages[k].kind == STAGE_TRAIN)
            hours += project->stages[k].gpu_hours;
    return hours;
}

/* Whether failures may slow the pool's runs down, now or later. */
static bool has_failures(const struct scenario *s, size_t pool)
{
    const struct reliability *r = &s->pools[pool].reliability;
    for (size_t i = 0; i < s->n_happenings; i++) {
        const struct set_target *target = &s->happenings[i].target;
        if (s->happenings[i].kind == HAPPENING_SET && target->home == HOME_POOL &&
            (size_t)target->index == pool &&
            strcmp(target->setting->key, "failures_per_node_day") == 0)
            return true;
    }
    return r->failures_per_node_day > 0 ||
           (r->checkpoint_minutes > 0 && !isnan(r->checkpoint_every_minutes));
}

bool goes_as_planned(const struct scenario *s, const struct project *project)
{
    for (size_t k = 0; k < project->n_stages; k++) {
        const struct stage *stage = &project->stages[k];
        if (stage->kind == STAGE_TRAIN &&
            (stage->overrun_log_sd > 0 ||
             (stage->has_failures && has_failures(s, (size_t)stage->pool))))
            return false;
    }
    return true;
}

/* What was done before the start, as planned. */
static double opened_hours(const struct scenario *s, size_t project)
{
    double hours = 0;
    for (size_t i = 0; i < s->opening.n_progresses; i++) {
        const struct opening_progress *progress = &s->opening.progresses[i];
        if ((size_t)progress->project != project)
            continue;
        for (int64_t k = 0; k < progress->stage; k++) {
            const struct stage *stage = &s->projects[project].stages[k];
            bool is_last = k + 1 == progress->stage;
            if (stage->kind == STAGE_TRAIN)
                hours += stage->gpu_hours * (is_last ? progress->done_frac : 1);
        }
    }
    return hours;
}

/* Work done is what was used, but for the microsecond to which a stage's end is rounded.
 */
static void check_project(const struct checked *c, size_t i, double used_before)
{
    const struct project *project = &c->s->projects[i];
    const double *x = checked_row(c, SERIES_PROJECTS, i);
    enum project_phase phase = (enum project_phase)x[PROJECTS_STATE];
    double end_s = c->s->calendar.month_at_s[c->month + 1], most = 0;
    double planned = planned_hours(project), left = x[PROJECTS_LEFT];
    double done = opened_hours(c->s, i) + used_before + x[PROJECTS_USED_HOURS];
    double done_frac = x[PROJECTS_DONE];
    for (size_t k = 0; k < project->n_stages; k++)
        if (project->stages[k].kind == STAGE_TRAIN)
            most += 1e6 * 1e-6 / SECONDS_PER_HOUR; /* a million GPUs */
    all_are_amounts(c, x, N_PROJECTS_COLUMNS, project->name);
    HOLDS(c,
          !goes_as_planned(c->s, project) ||
              fabs(planned - left - done) <= most + 1e-9 * planned,
          project->name, planned - left, done);
    HOLDS(c, planned == 0 || checked_near(done_frac, (planned - left) / planned),
          project->name, done_frac, left);
    HOLDS(c, done_frac <= 1, project->name, done_frac, 0);
    bool is_released = c->r->released_s[i] < end_s;
    bool is_cancelled = c->r->cancelled_s[i] < end_s;
    HOLDS(c, is_released == (phase == PROJECT_RELEASED), project->name, is_released,
          phase);
    HOLDS(c, is_cancelled == (phase == PROJECT_CANCELLED), project->name, is_cancelled,
          phase);
    HOLDS(c, !is_released || (left == 0 && done_frac == 1), project->name, left,
          done_frac);
    bool is_begun = phase == PROJECT_ACTIVE || phase == PROJECT_PAUSED;
    HOLDS(c, is_begun == (x[PROJECTS_STAGE] > 0), project->name, phase,
          x[PROJECTS_STAGE]);
    if (c->month == 0)
        return;
    const double *before = x - c->r->series[SERIES_PROJECTS].n_subjects *
                                   c->r->series[SERIES_PROJECTS].n_columns;
    enum project_phase last = (enum project_phase)before[PROJECTS_STATE];
    HOLDS(c, left <= before[PROJECTS_LEFT], project->name, left, before[PROJECTS_LEFT]);
    HOLDS(c, last <= PROJECT_PAUSED || last == phase, project->name, last, phase);
    HOLDS(c, last == PROJECT_PLANNED || phase != PROJECT_PLANNED, project->name, last,
          phase);
    HOLDS(c, !is_begun || before[PROJECTS_STAGE] <= x[PROJECTS_STAGE], project->name,
          before[PROJECTS_STAGE], x[PROJECTS_STAGE]);
    HOLDS(c,
          last <= PROJECT_PAUSED ||
              (x[PROJECTS_USED_HOURS] == 0 && x[PROJECTS_GRANTED] == 0),
          project->name, x[PROJECTS_USED_HOURS], x[PROJECTS_GRANTED]);
}

void check_month(const struct checked *c, double *used)
{
    check_pools(c);
    check_teams(c);
    check_sums(c);
    check_groups(c);
    for (size_t i = 0; i < c->s->n_projects; i++) {
        check_project(c, i, used[i]);
        used[i] += checked_row(c, SERIES_PROJECTS, i)[PROJECTS_USED_HOURS];
    }
}
