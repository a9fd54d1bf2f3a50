#include "support/invariants.h"

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

/* What is being checked. */
struct checked {
    const struct scenario *s;
    const struct results *r;
    const char *what;
    size_t month;
};

#define HOLDS(c, condition, ...)                                                         \
    ((condition) ? (void)0 : broken((c), __LINE__, #condition, __VA_ARGS__))

/* Name the subject and two numbers. */
static void broken(const struct checked *c, int line, const char *condition,
                   const char *subject, double a, double b)
{
    fail_msg("%s, month %zu, '%s': %s does not hold (%.17g, %.17g; %s:%d)", c->what,
             c->month, subject, condition, a, b, __FILE__, line);
}

static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

static const double *row(const struct checked *c, enum series_file file, size_t subject)
{
    const struct series *series = &c->r->series[file];
    return &series->values[(c->month * series->n_subjects + subject) * series->n_columns];
}

static double month_hours(const struct checked *c)
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

/* ---- one month ---- */

static void check_pools(const struct checked *c)
{
    for (size_t p = 0; p < c->s->n_pools; p++) {
        const double *x = row(c, SERIES_POOLS, p);
        const char *name = c->s->pools[p].name;
        double used = x[POOLS_USED], granted = x[POOLS_GRANTED];
        double online = x[POOLS_CAPACITY] - x[POOLS_FAILED] - x[POOLS_RESERVED];
        all_are_amounts(c, x, POOLS_PRICE, name);
        HOLDS(c, isnan(x[POOLS_PRICE]) || x[POOLS_PRICE] >= 0, name, x[POOLS_PRICE], 0);
        HOLDS(c, is_near(used + x[POOLS_IDLE], online), name, used + x[POOLS_IDLE],
              online);
        HOLDS(c, granted <= online + 1e-9 * fmax(1, online), name, granted, online);
        HOLDS(c, used <= granted * (1 + 1e-12), name, used, granted);
    }
}

/* Whether a project ever changes its team: its month's hours are then those of both. */
static bool has_moves(const struct scenario *s)
{
    for (size_t i = 0; i < s->n_happenings; i++)
        if (s->happenings[i].kind == HAPPENING_MERGE ||
            s->happenings[i].kind == HAPPENING_MOVE)
            return true;
    return false;
}

static bool has_people_happenings(const struct scenario *s)
{
    for (size_t i = 0; i < s->n_happenings; i++)
        if (s->happenings[i].kind >= HAPPENING_MERGE)
            return true;
    return false;
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
        before = row(&last, SERIES_TEAMS, team)[TEAMS_HEADCOUNT];
    }
    HOLDS(c, now >= 0, name, now, before);
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
            row(c, SERIES_PROJECTS, i)[PROJECTS_USED_HOURS];
    for (size_t e = 0; e < s->n_explorations; e++)
        explores[s->explorations[e].team] = true;
    bool moves = has_moves(s);
    for (size_t t = 0; t < s->n_teams; t++) {
        const double *x = row(c, SERIES_TEAMS, t);
        const char *name = s->teams[t].name;
        double hours = x[TEAMS_USED_HOURS], fill = x[TEAMS_FILL];
        all_are_amounts(c, x, TEAMS_FILL, name);
        check_people(c, t, x);
        HOLDS(c, is_near(hours, x[TEAMS_USED] * month_hours(c)), name, hours,
              x[TEAMS_USED]);
        HOLDS(c, x[TEAMS_USED] <= x[TEAMS_GRANTED] * (1 + 1e-12), name, x[TEAMS_USED],
              x[TEAMS_GRANTED]);
        /* Projects + exploration = team. */
        HOLDS(c, moves || of_projects[t] <= hours * (1 + 1e-12), name, of_projects[t],
              hours);
        HOLDS(c, moves || explores[t] || is_near(of_projects[t], hours), name,
              of_projects[t], hours);
        HOLDS(c, isnan(fill) == (x[TEAMS_NEEDED] == 0), name, fill, x[TEAMS_NEEDED]);
        HOLDS(c, isnan(fill) || (fill >= 0 && fill <= 1 + 1e-12), name, fill, 0);
        some_need |= x[TEAMS_NEEDED] > 0;
    }
    const double *x = row(c, SERIES_MONTHS, 0);
    for (size_t i = 0; i < N_MONTHS_COLUMNS; i++) {
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
            pools += row(c, SERIES_POOLS, p)[same[k].pools];
        for (size_t t = 0; t < c->s->n_teams; t++)
            teams += row(c, SERIES_TEAMS, t)[same[k].teams];
        HOLDS(c, is_near(pools, teams), "pools and teams", pools, teams);
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
        const double *x = row(c, SERIES_GROUPS, g);
        const char *name = s->groups[g].name;
        double used = x[GROUPS_USED], entitled = x[GROUPS_ENTITLED], sum = 0;
        for (int k = s->groups[g].first_child; k >= 0; k = s->groups[k].next_sibling)
            sum += row(c, SERIES_GROUPS, (size_t)k)[GROUPS_USED];
        if (s->groups[g].team >= 0)
            sum = row(c, SERIES_TEAMS, (size_t)s->groups[g].team)[TEAMS_USED_HOURS];
        HOLDS(c, is_near(used, sum), name, used, sum);
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
                  is_near(x[GROUPS_BALANCE], entitled - used),
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

/* Whether a project's work goes as it was planned, GPU-hour by GPU-hour. */
static bool goes_as_planned(const struct scenario *s, const struct project *project)
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

/* Work done is what was used, but for the microsecond to which a stage's end is rounded.
 */
static void check_project(const struct checked *c, size_t i, double used_before)
{
    const struct project *project = &c->s->projects[i];
    const double *x = row(c, SERIES_PROJECTS, i);
    enum project_phase phase = (enum project_phase)x[PROJECTS_STATE];
    double end_s = c->s->calendar.month_at_s[c->month + 1], most = 0;
    double planned = planned_hours(project), left = x[PROJECTS_LEFT];
    double done = used_before + x[PROJECTS_USED_HOURS], done_frac = x[PROJECTS_DONE];
    for (size_t k = 0; k < project->n_stages; k++)
        if (project->stages[k].kind == STAGE_TRAIN)
            most += 1e6 * 1e-6 / SECONDS_PER_HOUR; /* a million GPUs */
    all_are_amounts(c, x, N_PROJECTS_COLUMNS, project->name);
    HOLDS(c,
          !goes_as_planned(c->s, project) ||
              fabs(planned - left - done) <= most + 1e-9 * planned,
          project->name, planned - left, done);
    HOLDS(c, planned == 0 || is_near(done_frac, (planned - left) / planned),
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

/* ---- the run ---- */

static void check_outcome(const struct checked *c, const struct outcome *o)
{
    const char *name = metric_types[o->metric].name;
    double x = o->value, released_s = NAN;
    if (o->kind == OF_PROJECT && o->mark == c->s->n_marks)
        released_s = c->r->released_s[o->subject];
    switch (o->metric) {
    case METRIC_RELEASE_MONTHS:
        HOLDS(c,
              o->mark < c->s->n_marks || is_near(x, released_s / SECONDS_PER_MONTH) ||
                  (isnan(x) && isnan(released_s)),
              name, x, released_s);
        return;
    case METRIC_SLIP_MONTHS:
        return;
    case METRIC_LOSS:
        HOLDS(c, isnan(x) || x > 1.69, name, x, 0);
        return;
    case METRIC_COST:
    case METRIC_ENERGY:
    case METRIC_CO2:
        HOLDS(c, isnan(x) || x >= 0, name, x, 0);
        return;
    case METRIC_UTILISATION:
    case METRIC_FILL:
    case METRIC_JAIN:
    case METRIC_GINI:
        HOLDS(c, isnan(x) || (x >= -1e-12 && x <= 1 + 1e-12), name, x, 0);
        return;
    default:
        HOLDS(c, isfinite(x) && x >= 0, name, x, 0);
    }
}

static double outcome(const struct checked *c, enum metric metric, enum outcome_kind kind,
                      size_t subject)
{
    for (size_t i = 0; i < c->r->n_outcomes; i++) {
        const struct outcome *o = &c->r->outcomes[i];
        if (o->mark == c->s->n_marks && o->metric == metric && o->kind == kind &&
            o->subject == subject)
            return o->value;
    }
    HOLDS(c, !"there is such an outcome", metric_types[metric].name, kind,
          (double)subject);
    return NAN;
}

/* Hours of a column of GPUs, or the sum of a column of hours, over all months. */
static double total(struct checked *c, enum series_file file, size_t subject, int column,
                    bool is_rate)
{
    double sum = 0;
    for (c->month = 0; c->month < c->r->n_months; c->month++)
        sum += row(c, file, subject)[column] * (is_rate ? month_hours(c) : 1);
    return sum;
}

/* What a release came to, half for each half-life that it was late. */
static double worth(const struct checked *c, size_t project)
{
    const struct project *p = &c->s->projects[project];
    double late = outcome(c, METRIC_SLIP_MONTHS, OF_PROJECT, project);
    if (isnan(p->value_half_life_months) || isnan(late) || late <= 0)
        return p->value;
    return p->value * pow(0.5, late / p->value_half_life_months);
}

/* Bills are the same by pool, by team and in all; what failed is what the months show. */
static void check_bills(struct checked *c)
{
    static const enum metric bills[] = {METRIC_COST, METRIC_ENERGY, METRIC_CO2};
    const struct scenario *s = c->s;
    double failed = 0;
    for (size_t k = 0; k < sizeof bills / sizeof *bills; k++) {
        double all = outcome(c, bills[k], OF_ALL, 0), pools = 0, teams = 0;
        for (size_t p = 0; p < s->n_pools; p++) {
            double bill = outcome(c, bills[k], OF_POOL, p);
            pools += isnan(bill) ? 0 : bill;
        }
        for (size_t t = 0; t < s->n_teams; t++)
            teams += outcome(c, bills[k], OF_TEAM, t);
        HOLDS(c, isnan(all) || is_near(all, pools), "pools", all, pools);
        HOLDS(c, (isnan(all) && isnan(teams)) || is_near(all, teams), "teams", all,
              teams);
    }
    for (size_t p = 0; p < s->n_pools; p++) {
        double hours = total(c, SERIES_POOLS, p, POOLS_FAILED, true);
        HOLDS(c, is_near(hours, outcome(c, METRIC_HOURS_FAILED, OF_POOL, p)),
              s->pools[p].name, hours, 0);
        failed += hours;
    }
    HOLDS(c, is_near(failed, outcome(c, METRIC_HOURS_FAILED, OF_ALL, 0)), "all", failed,
          0);
    for (size_t i = 0; i < s->n_projects; i++) {
        double lost = outcome(c, METRIC_HOURS_LOST, OF_PROJECT, i);
        double used = outcome(c, METRIC_HOURS_USED, OF_PROJECT, i);
        HOLDS(c, lost <= used * (1 + 1e-12), s->projects[i].name, lost, used);
        HOLDS(c, !goes_as_planned(s, &s->projects[i]) || lost <= 1e-6 * fmax(1, used),
              s->projects[i].name, lost, used);
    }
}

static void check_end(struct checked *c)
{
    const struct scenario *s = c->s;
    double used = 0, idle = 0, shipped = 0, sunk = 0, released = 0;
    for (size_t p = 0; p < s->n_pools; p++) {
        double hours = total(c, SERIES_POOLS, p, POOLS_USED, true);
        double unused = total(c, SERIES_POOLS, p, POOLS_IDLE, true);
        double other = outcome(c, METRIC_HOURS_IDLE, OF_POOL, p);
        HOLDS(c, is_near(hours, outcome(c, METRIC_HOURS_USED, OF_POOL, p)),
              s->pools[p].name, hours, 0);
        HOLDS(c, is_near(unused, other), s->pools[p].name, unused, other);
        double frac = outcome(c, METRIC_UTILISATION, OF_POOL, p);
        HOLDS(c, isnan(frac) == (hours + unused == 0), s->pools[p].name, frac, hours);
        HOLDS(c, isnan(frac) || is_near(frac, hours / (hours + unused)), s->pools[p].name,
              frac, hours / (hours + unused));
        idle += unused;
    }
    for (size_t t = 0; t < s->n_teams; t++) {
        double hours = total(c, SERIES_TEAMS, t, TEAMS_USED_HOURS, false);
        double other = outcome(c, METRIC_HOURS_USED, OF_TEAM, t);
        HOLDS(c, is_near(hours, other), s->teams[t].name, hours, other);
        used += hours;
    }
    for (size_t i = 0; i < s->n_projects; i++) {
        double hours = total(c, SERIES_PROJECTS, i, PROJECTS_USED_HOURS, false);
        bool is_out = !isnan(c->r->released_s[i]), is_dead = !isnan(c->r->cancelled_s[i]);
        const char *name = s->projects[i].name;
        HOLDS(c, !(is_out && is_dead), name, c->r->released_s[i], c->r->cancelled_s[i]);
        HOLDS(c, is_near(hours, outcome(c, METRIC_HOURS_USED, OF_PROJECT, i)), name,
              hours, 0);
        HOLDS(c, outcome(c, METRIC_RELEASED, OF_PROJECT, i) == is_out, name, is_out, 0);
        double value = is_out ? worth(c, i) : 0;
        HOLDS(c, is_near(outcome(c, METRIC_VALUE, OF_PROJECT, i), value), name, is_out,
              value);
        shipped += is_out ? hours : 0;
        sunk += is_dead ? hours : 0;
        released += is_out;
    }
    HOLDS(c, is_near(used, outcome(c, METRIC_HOURS_USED, OF_ALL, 0)), "all", used, 0);
    HOLDS(c, is_near(idle, outcome(c, METRIC_HOURS_IDLE, OF_ALL, 0)), "all", idle, 0);
    HOLDS(c, is_near(shipped, outcome(c, METRIC_HOURS_SHIPPED, OF_ALL, 0)), "all",
          shipped, 0);
    HOLDS(c, is_near(sunk, outcome(c, METRIC_HOURS_SUNK, OF_ALL, 0)), "all", sunk, 0);
    HOLDS(c, shipped + sunk <= used * (1 + 1e-9), "all", shipped + sunk, used);
    HOLDS(c, released == outcome(c, METRIC_RELEASED, OF_ALL, 0), "all", released, 0);
}

/* What adds up only grows from mark to mark, but for a team that gave something away. */
static void check_marks(const struct checked *c)
{
    size_t n = c->r->n_outcomes / (c->s->n_marks + 1);
    HOLDS(c, n * (c->s->n_marks + 1) == c->r->n_outcomes, "outcomes", (double)n, 0);
    for (size_t i = n; i < c->r->n_outcomes; i++) {
        const struct outcome *o = &c->r->outcomes[i], *last = o - n;
        bool grows = o->metric == METRIC_RELEASED || o->metric == METRIC_HOURS_USED ||
                     o->metric == METRIC_HOURS_SHIPPED ||
                     o->metric == METRIC_HOURS_SUNK || o->metric == METRIC_HOURS_IDLE ||
                     o->metric == METRIC_VALUE || o->metric == METRIC_HOURS_FAILED ||
                     o->metric == METRIC_HOURS_SERVING;
        bool is_owner = o->kind == OF_TEAM || o->kind == OF_GROUP;
        grows &= !is_owner || !has_moves(c->s);
        HOLDS(c,
              o->mark == last->mark + 1 && o->metric == last->metric &&
                  o->kind == last->kind && o->subject == last->subject,
              "outcomes", o->mark, last->mark);
        HOLDS(c, !grows || o->value >= last->value * (1 - 1e-12),
              metric_types[o->metric].name, o->value, last->value);
    }
}

/* The largest unit in which grants of a pool may ever be made. */
static double most_unit_gpus(const struct scenario *s, size_t pool)
{
    double unit = s->rule.unit_gpus >= 0 ? (double)s->rule.unit_gpus
                                         : (double)s->pools[pool].node_gpus;
    for (size_t i = 0; i < s->n_happenings; i++) {
        const struct happening *h = &s->happenings[i];
        if (h->kind == HAPPENING_SET && h->target.home == HOME_RULE &&
            strcmp(h->target.setting->key, "unit_gpus") == 0)
            unit = fmax(unit, h->value);
    }
    return unit;
}

/* Logs are in the order of time; claims are honest and within what they ask, to a unit.
 */
static void check_logs(const struct checked *c)
{
    const struct scenario *s = c->s;
    double last_s = 0, horizon_s = calendar_horizon_s(&s->calendar);
    for (size_t i = 0; i < c->r->n_events; i++) {
        const struct event_row *e = &c->r->events[i];
        HOLDS(c, e->at_s >= last_s && e->at_s < horizon_s, e->subject, e->at_s, last_s);
        last_s = e->at_s;
        if (e->event == EVENT_RELEASE) {
            int project = scenario_find_project(s, e->subject);
            HOLDS(c, c->r->released_s[project] == e->at_s, e->subject, e->at_s, 0);
        }
    }
    for (size_t i = 0; i < c->r->n_claims; i++) {
        const struct claim_row *row_i = &c->r->claims[i];
        const struct claimant *claimant = &s->claimants[row_i->claimant];
        double unit = most_unit_gpus(s, (size_t)claimant->pool);
        HOLDS(c, row_i->month % (size_t)s->council.every_months == 0, claimant->name,
              row_i->month, 0);
        bool is_honest = s->teams[row_i->team].requests.strategy == REQUESTS_HONEST;
        HOLDS(c, row_i->requested_gpus >= row_i->needed_gpus && row_i->requested_gpus > 0,
              claimant->name, row_i->requested_gpus, row_i->needed_gpus);
        HOLDS(c, !is_honest || row_i->requested_gpus == row_i->needed_gpus,
              claimant->name, row_i->requested_gpus, row_i->needed_gpus);
        HOLDS(c,
              row_i->granted_gpus >= 0 &&
                  row_i->granted_gpus <= row_i->requested_gpus * (1 + 1e-9) + unit,
              claimant->name, row_i->granted_gpus, row_i->requested_gpus);
        HOLDS(c, isfinite(row_i->score), claimant->name, row_i->score, 0);
        HOLDS(c,
              i == 0 || row_i[-1].month < row_i->month ||
                  row_i[-1].claimant < row_i->claimant,
              claimant->name, row_i->month, row_i->claimant);
    }
}

void check_results(const struct scenario *s, const struct results *r, const char *what)
{
    struct checked c = {.s = s, .r = r, .what = what};
    double *used = calloc(s->n_projects + 1, sizeof *used);
    for (c.month = 0; c.month < r->n_months; c.month++) {
        check_pools(&c);
        check_teams(&c);
        check_sums(&c);
        check_groups(&c);
        for (size_t i = 0; i < s->n_projects; i++) {
            check_project(&c, i, used[i]);
            used[i] += row(&c, SERIES_PROJECTS, i)[PROJECTS_USED_HOURS];
        }
    }
    check_end(&c);
    check_bills(&c);
    for (size_t i = 0; i < r->n_outcomes; i++)
        check_outcome(&c, &r->outcomes[i]);
    check_marks(&c);
    check_logs(&c);
    free(used);
}
