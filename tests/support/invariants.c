#include "support/invariants.h"

#include "base/seconds.h"
#include "support/invariants_parts.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void check_outcome(const struct checked *c, const struct outcome *o)
{
    const char *name = metric_types[o->metric].name;
    double x = o->value, released_s = NAN;
    if (o->kind == OF_PROJECT && o->mark == c->s->n_marks)
        released_s = c->r->released_s[o->subject];
    switch (o->metric) {
    case METRIC_RELEASE_MONTHS:
        HOLDS(c,
              o->mark < c->s->n_marks ||
                  checked_near(x, released_s / SECONDS_PER_MONTH) ||
                  (isnan(x) && isnan(released_s)),
              name, x, released_s);
        return;
    case METRIC_SLIP_MONTHS:
        return;
    case METRIC_LOSS:
        HOLDS(c, isnan(x) || x > 1.69, name, x, 0);
        return;
    case METRIC_HOURS_DUPLICATED:
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
        sum += checked_row(c, file, subject)[column] *
               (is_rate ? checked_month_hours(c) : 1);
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
        HOLDS(c, isnan(all) || checked_near(all, pools), "pools", all, pools);
        HOLDS(c, (isnan(all) && isnan(teams)) || checked_near(all, teams), "teams", all,
              teams);
    }
    for (size_t p = 0; p < s->n_pools; p++) {
        double hours = total(c, SERIES_POOLS, p, POOLS_FAILED, true);
        HOLDS(c, checked_near(hours, outcome(c, METRIC_HOURS_FAILED, OF_POOL, p)),
              s->pools[p].name, hours, 0);
        failed += hours;
    }
    HOLDS(c, checked_near(failed, outcome(c, METRIC_HOURS_FAILED, OF_ALL, 0)), "all",
          failed, 0);
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
    double used = 0, idle = 0, shipped = 0, sunk = 0, released = 0, of_teams = 0;
    for (size_t p = 0; p < s->n_pools; p++) {
        double hours = total(c, SERIES_POOLS, p, POOLS_USED, true);
        double unused = total(c, SERIES_POOLS, p, POOLS_IDLE, true);
        double other = outcome(c, METRIC_HOURS_IDLE, OF_POOL, p);
        HOLDS(c, checked_near(hours, outcome(c, METRIC_HOURS_USED, OF_POOL, p)),
              s->pools[p].name, hours, 0);
        /* Both are what sums of use leave of the capacity. */
        HOLDS(c, fabs(unused - other) <= 1e-9 * fmax(1, hours + unused), s->pools[p].name,
              unused, other);
        double frac = outcome(c, METRIC_UTILISATION, OF_POOL, p);
        HOLDS(c, isnan(frac) == (hours + unused == 0), s->pools[p].name, frac, hours);
        HOLDS(c, isnan(frac) || checked_near(frac, hours / (hours + unused)),
              s->pools[p].name, frac, hours / (hours + unused));
        idle += unused;
    }
    for (size_t t = 0; t < s->n_teams; t++) {
        double hours = total(c, SERIES_TEAMS, t, TEAMS_USED_HOURS, false);
        HOLDS(c, checked_near(hours, outcome(c, METRIC_HOURS_USED, OF_TEAM, t)),
              s->teams[t].name, hours, 0);
        double ended = outcome(c, METRIC_HOURS_SHIPPED, OF_TEAM, t) +
                       outcome(c, METRIC_HOURS_SUNK, OF_TEAM, t);
        double explored = outcome(c, METRIC_HOURS_EXPLORED, OF_TEAM, t);
        HOLDS(c, ended + explored <= hours + 1e-9 * fmax(1e3, hours), s->teams[t].name,
              ended + explored, hours);
        of_teams += ended;
        used += hours;
    }
    for (size_t i = 0; i < s->n_projects; i++) {
        double hours = total(c, SERIES_PROJECTS, i, PROJECTS_USED_HOURS, false);
        bool is_out = !isnan(c->r->released_s[i]), is_dead = !isnan(c->r->cancelled_s[i]);
        const char *name = s->projects[i].name;
        HOLDS(c, !(is_out && is_dead), name, c->r->released_s[i], c->r->cancelled_s[i]);
        HOLDS(c, checked_near(hours, outcome(c, METRIC_HOURS_USED, OF_PROJECT, i)), name,
              hours, 0);
        HOLDS(c, outcome(c, METRIC_RELEASED, OF_PROJECT, i) == is_out, name, is_out, 0);
        double value = is_out ? worth(c, i) : 0;
        HOLDS(c, checked_near(outcome(c, METRIC_VALUE, OF_PROJECT, i), value), name,
              is_out, value);
        shipped += is_out ? hours : 0;
        sunk += is_dead ? hours : 0;
        released += is_out;
    }
    HOLDS(c, checked_near(used, outcome(c, METRIC_HOURS_USED, OF_ALL, 0)), "all", used,
          0);
    double unused = outcome(c, METRIC_HOURS_IDLE, OF_ALL, 0);
    HOLDS(c, fabs(idle - unused) <= 1e-9 * fmax(1, used + idle), "all", idle, unused);
    HOLDS(c, checked_near(shipped, outcome(c, METRIC_HOURS_SHIPPED, OF_ALL, 0)), "all",
          shipped, 0);
    HOLDS(c, checked_near(sunk, outcome(c, METRIC_HOURS_SUNK, OF_ALL, 0)), "all", sunk,
          0);
    HOLDS(c, shipped + sunk <= used * (1 + 1e-9), "all", shipped + sunk, used);
    HOLDS(c, fabs(shipped + sunk - of_teams) <= 1e-9 * fmax(1e3, used), "all", of_teams,
          shipped + sunk);
    HOLDS(c, released == outcome(c, METRIC_RELEASED, OF_ALL, 0), "all", released, 0);
}

/* Whether projects, or the use of the open month, may go from one team to another. */
static bool has_moves(const struct scenario *s)
{
    bool has = s->council.consolidate.disputes > 0;
    for (size_t i = 0; i < s->n_happenings; i++)
        has |= s->happenings[i].kind == HAPPENING_MOVE ||
               s->happenings[i].kind == HAPPENING_MERGE;
    return has;
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
        HOLDS(c, !grows || o->value >= last->value * (1 - 1e-12) - 1e-6,
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
    for (c.month = 0; c.month < r->n_months; c.month++)
        check_month(&c, used);
    check_end(&c);
    check_bills(&c);
    for (size_t i = 0; i < r->n_outcomes; i++)
        check_outcome(&c, &r->outcomes[i]);
    check_marks(&c);
    check_logs(&c);
    free(used);
}
