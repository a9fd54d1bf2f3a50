/* What a run comes to, as of an instant: at the marks and at the end. */
#include "base/check.h"
#include "base/seconds.h"
#include "run/state.h"
#include "stats/inequality.h"

#include <math.h>

/* What can be added up over the claimants and projects of a team, group or all: always in
 * the order of their names, so that no last bit depends on the file. */
struct tally {
    double released, value;
    double used, shipped, sunk, idle, offered; /* GPU-s */
    double on_projects;                        /* GPU-s, of what was used */
    double duplicated;                         /* GPU-s */
    double needed, filled;
    double disputes, leader_hours;
    double lost, failed, serving; /* GPU-s */
    double cost, energy_mwh, co2_tonnes;
    double departures, gone, left_team; /* people: not added up */
};

static void add_tally(struct tally *sum, const struct tally *t)
{
    sum->released += t->released;
    sum->value += t->value;
    sum->used += t->used;
    sum->shipped += t->shipped;
    sum->sunk += t->sunk;
    sum->on_projects += t->on_projects;
    sum->duplicated += t->duplicated;
    sum->idle += t->idle;
    sum->offered += t->offered;
    sum->needed += t->needed;
    sum->disputes += t->disputes;
    sum->leader_hours += t->leader_hours;
    sum->filled += t->filled;
    sum->lost += t->lost;
    sum->failed += t->failed;
    sum->serving += t->serving;
    sum->cost += t->cost;
    sum->energy_mwh += t->energy_mwh;
    sum->co2_tonnes += t->co2_tonnes;
}

static double or_nothing(double stated)
{
    return isnan(stated) ? 0 : stated;
}

/* A site draws pue watts for each one of its GPUs. */
static void add_bills(struct tally *t, const struct pool *pool, double used_gpu_s)
{
    double hours = used_gpu_s / SECONDS_PER_HOUR;
    double mwh = hours * or_nothing(pool->watts) * pool->pue / 1e6;
    t->cost += hours * or_nothing(pool->price_per_gpu_hour);
    t->energy_mwh += mwh;
    t->co2_tonnes += mwh * or_nothing(pool->co2_g_per_kwh) / 1e3; /* kg a MWh */
}

static void add_amounts(struct tally *t, const struct pool *pool,
                        const struct holding_amounts *a, double sign)
{
    t->used += sign * a->used_gpu_s;
    t->needed += sign * a->needed_gpu_s;
    t->filled += sign * a->filled_gpu_s;
    add_bills(t, pool, sign * a->used_gpu_s);
}

static void add_claimant(struct tally *t, const struct world *w, size_t claimant)
{
    struct holding_amounts amounts = world_run_amounts(w, claimant);
    add_amounts(t, &w->pools[w->claimants[claimant].pool], &amounts, 1);
}

/* What came of hours that a project used. */
static void add_hours(struct tally *t, enum project_phase phase, double gpu_s)
{
    t->on_projects += gpu_s;
    t->shipped += phase == PROJECT_RELEASED ? gpu_s : 0;
    t->sunk += phase == PROJECT_CANCELLED ? gpu_s : 0;
}

static struct tally tally_project(const struct world *w, size_t project)
{
    const struct project_state *p = &w->project_states[project];
    struct tally t = {0};
    for (size_t k = w->project_first[project]; k < w->project_first[project + 1]; k++)
        add_claimant(&t, w, w->project_claimants[k]);
    if (p->phase == PROJECT_RELEASED) {
        t.released = 1;
        t.value = world_value(w, project);
        t.serving = world_serving_gpu_s(w, project);
    }
    add_hours(&t, p->phase, t.used);
    t.lost = world_lost_gpu_s(w, project);
    t.duplicated = world_duplicated_gpu_s(w, project);
    return t;
}

/* What was used, needed and filled, and with it what was shipped or sunk, counts for the
 * team whose claim it was then; releases, value, what was lost or done twice, for the
 * team that has the project now. */
static struct tally tally_team(const struct world *w, size_t team,
                               const struct tally *projects)
{
    struct tally t = {0};
    for (size_t k = w->team_project_first[team]; k < w->team_project_first[team + 1];
         k++) {
        size_t i = w->team_projects[k];
        add_tally(&t, &projects[i]);
        add_hours(&t, w->project_states[i].phase, -world_former_use(w, i));
    }
    for (size_t i = 0; i < w->n_former_uses; i++)
        if (w->former_uses[i].team == team)
            add_hours(&t, w->project_states[w->former_uses[i].project].phase,
                      w->former_uses[i].run_gpu_s);
    for (size_t k = w->team_first[team]; k < w->team_first[team + 1]; k++) {
        const struct holding *h = &w->holdings[w->team_claimants[k]];
        if (w->claimants[w->team_claimants[k]].exploration >= 0)
            add_claimant(&t, w, w->team_claimants[k]);
        if (h->elsewhere)
            add_amounts(&t, &w->pools[w->claimants[w->team_claimants[k]].pool],
                        &h->elsewhere->run, -1);
    }
    for (size_t p = 0; p < w->scenario->n_pools; p++)
        add_amounts(&t, &w->pools[p],
                    &w->former_claims[team * w->scenario->n_pools + p].run, 1);
    /* Rounding may leave a little less than nothing of what a project took along. */
    double *const differences[] = {&t.used,    &t.needed,     &t.filled,
                                   &t.shipped, &t.sunk,       &t.on_projects,
                                   &t.cost,    &t.energy_mwh, &t.co2_tonnes};
    for (size_t i = 0; i < sizeof differences / sizeof *differences; i++)
        *differences[i] = fmax(0, *differences[i]);
    return t;
}

static struct tally tally_pool(const struct run *run, size_t pool)
{
    const struct world *w = &run->world;
    struct tally t = {0};
    for (size_t c = w->pool_claimants[pool]; c < w->pool_claimants[pool + 1]; c++)
        add_claimant(&t, w, c);
    t.offered = run->pool_offered_gpu_s[pool] + world_offered_gpu_s(w, pool);
    t.idle = fmax(0, t.offered - t.used);
    t.failed = run->pool_failed_gpu_s[pool] + world_failed_gpu_s(w, pool);
    return t;
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

/* Whether the pool, or any of them where the subject is none, states a bill's setting. */
static bool is_stated(const struct run *run, enum metric metric, enum outcome_kind kind,
                      size_t subject)
{
    for (size_t p = 0; p < run->scenario->n_pools; p++) {
        const struct pool *pool = &run->world.pools[p];
        double setting = metric == METRIC_COST     ? pool->price_per_gpu_hour
                         : metric == METRIC_ENERGY ? pool->watts
                                                   : pool->co2_g_per_kwh;
        if (!isnan(setting) && (kind != OF_POOL || p == subject))
            return true;
    }
    return false;
}

/* Differences of sums leave less than a billionth where nothing is left. */
static double without_dust(double part, double whole)
{
    return part > 1e-9 * whole ? part : 0;
}

static double value_of(const struct run *run, enum metric metric, enum outcome_kind kind,
                       size_t subject, const struct tally *t)
{
    const struct project_state *p =
        kind == OF_PROJECT ? &run->world.project_states[subject] : NULL;
    switch (metric) {
    case METRIC_RELEASED:
        return t->released;
    case METRIC_RELEASE_MONTHS:
        CHECK(kind == OF_PROJECT);
        return p->released_s / SECONDS_PER_MONTH;
    case METRIC_SLIP_MONTHS:
        CHECK(kind == OF_PROJECT);
        return p->slip_s / SECONDS_PER_MONTH;
    case METRIC_HOURS_USED:
        return t->used / SECONDS_PER_HOUR;
    case METRIC_HOURS_SHIPPED:
        return t->shipped / SECONDS_PER_HOUR;
    case METRIC_HOURS_SUNK:
        return t->sunk / SECONDS_PER_HOUR;
    case METRIC_HOURS_EXPLORED:
        return without_dust(t->used - t->on_projects, t->used) / SECONDS_PER_HOUR;
    case METRIC_HOURS_DUPLICATED:
        return run->has_overlaps ? t->duplicated / SECONDS_PER_HOUR : NAN;
    case METRIC_HOURS_IDLE:
        return t->idle / SECONDS_PER_HOUR;
    case METRIC_UTILISATION:
        return ratio(t->used, t->offered);
    case METRIC_FILL:
        return ratio(t->filled, t->needed);
    case METRIC_VALUE:
        return t->value;
    case METRIC_HOURS_LOST:
        return t->lost / SECONDS_PER_HOUR;
    case METRIC_HOURS_FAILED:
        return t->failed / SECONDS_PER_HOUR;
    case METRIC_LOSS:
        CHECK(kind == OF_PROJECT);
        return world_loss(&run->world, subject);
    case METRIC_HOURS_SERVING:
        return t->serving / SECONDS_PER_HOUR;
    case METRIC_COST:
        return is_stated(run, metric, kind, subject) ? t->cost : NAN;
    case METRIC_ENERGY:
        return is_stated(run, metric, kind, subject) ? t->energy_mwh : NAN;
    case METRIC_CO2:
        return is_stated(run, metric, kind, subject) ? t->co2_tonnes : NAN;
    case METRIC_DEPARTURES:
        return t->departures;
    case METRIC_GONE:
        return t->gone;
    case METRIC_DISPUTES:
        return t->disputes;
    case METRIC_LEADER_HOURS:
        return t->leader_hours;
    case METRIC_LEFT_TEAM:
        return t->left_team;
    case METRIC_JAIN:
    case METRIC_GINI:
    case N_METRICS:
        break;
    }
    CHECK(!"a metric of a tally");
    return NAN;
}

static bool is_team(const struct scenario *s, size_t group)
{
    return s->groups[group].team >= 0;
}

/* The number of outcomes as of one instant. */
static size_t count_outcomes(const struct scenario *s)
{
    size_t n = 0, n_groups = 0;
    for (size_t g = 1; g < s->n_groups; g++)
        n_groups += !is_team(s, g);
    const size_t n_subjects[] = {1,          s->n_pools,    n_groups,
                                 s->n_teams, s->n_projects, s->n_cohorts};
    for (int kind = 0; kind < N_OUTCOME_KINDS; kind++)
        for (int m = 0; m < N_METRICS; m++)
            n += metric_types[m].kinds >> kind & 1 ? n_subjects[kind] : 0;
    return n;
}

void outcomes_init(struct run *run)
{
    const struct scenario *s = run->scenario;
    struct results *r = run->results;
    size_t n = (s->n_marks + 1) * count_outcomes(s);
    r->outcomes = ARENA_ARRAY(&r->arena, struct outcome, n);
    run->has_overlaps = world_has_overlaps(&run->world);
    r->released_s = ARENA_ARRAY(&r->arena, double, s->n_projects);
    r->cancelled_s = ARENA_ARRAY(&r->arena, double, s->n_projects);
}

static void put(struct run *run, size_t mark, enum outcome_kind kind, size_t subject,
                const struct tally *t)
{
    struct results *r = run->results;
    for (int m = 0; m < N_METRICS; m++) {
        if (!(metric_types[m].kinds >> kind & 1) || m == METRIC_JAIN || m == METRIC_GINI)
            continue;
        r->outcomes[r->n_outcomes++] =
            (struct outcome){(uint32_t)mark, (uint32_t)subject, (enum metric)m, kind,
                             value_of(run, (enum metric)m, kind, subject, t)};
    }
}

static void put_fairness(struct run *run, size_t mark, const struct tally *teams)
{
    struct results *r = run->results;
    size_t n = run->scenario->n_teams;
    double *fill = ARENA_ARRAY(&run->scratch, double, n);
    for (size_t t = 0; t < n; t++)
        fill[t] = ratio(teams[t].filled, teams[t].needed);
    r->outcomes[r->n_outcomes++] =
        (struct outcome){(uint32_t)mark, 0, METRIC_JAIN, OF_ALL, jain(fill, n)};
    r->outcomes[r->n_outcomes++] =
        (struct outcome){(uint32_t)mark, 0, METRIC_GINI, OF_ALL, gini(fill, n)};
}

static void count_leaver(struct tally *t, const struct person_state *p)
{
    t->gone++;
    t->departures += p->leaving == LEAVES_BY_CHOICE;
}

/* By cohort, by the team at the start, and all: whoever was of two counts in both. */
static void count_leavers(const struct world *w, struct tally *cohorts,
                          struct tally *teams, struct tally *all)
{
    for (size_t i = 0; i < w->n_persons; i++) {
        const struct person_state *p = &w->persons[i];
        if (p->leaving == STAYS)
            continue;
        count_leaver(all, p);
        if (p->person < 0)
            continue;
        const struct person *start = &w->scenario->persons[p->person];
        for (size_t k = 0; k < start->n_cohorts; k++)
            count_leaver(&cohorts[start->cohorts[k]], p);
        count_leaver(&teams[start->team], p);
        if (start->also >= 0)
            count_leaver(&teams[start->also], p);
    }
    for (size_t t = 0; t < w->scenario->n_teams; t++)
        teams[t].left_team = (double)w->team_states[t].n_left;
}

void outcomes_take(struct run *run, size_t mark)
{
    const struct scenario *s = run->scenario;
    const struct world *w = &run->world;
    arena_reset(&run->scratch);
    struct tally *pools = ARENA_ARRAY(&run->scratch, struct tally, s->n_pools);
    struct tally *groups = ARENA_ARRAY(&run->scratch, struct tally, s->n_groups);
    struct tally *teams = ARENA_ARRAY(&run->scratch, struct tally, s->n_teams);
    struct tally *projects = ARENA_ARRAY(&run->scratch, struct tally, s->n_projects);
    struct tally *cohorts = ARENA_ARRAY(&run->scratch, struct tally, s->n_cohorts);
    struct tally all = {0};
    for (size_t i = 0; i < s->n_projects; i++)
        projects[i] = tally_project(w, i);
    for (size_t t = 0; t < s->n_teams; t++) {
        teams[t] = tally_team(w, t, projects);
        teams[t].disputes = (double)disputes_of(run, t);
        teams[t].leader_hours = run->leader_hours[t];
        groups[s->teams[t].group] = teams[t];
    }
    for (size_t g = s->n_groups; g-- > 0;)
        for (int c = s->groups[g].first_child; c >= 0; c = s->groups[c].next_sibling)
            add_tally(&groups[g], &groups[c]);
    all = groups[0];
    for (size_t p = 0; p < s->n_pools; p++) {
        pools[p] = tally_pool(run, p);
        all.idle += pools[p].idle;
        all.failed += pools[p].failed;
        all.offered += pools[p].offered;
    }
    count_leavers(w, cohorts, teams, &all);
    put(run, mark, OF_ALL, 0, &all);
    put_fairness(run, mark, teams);
    for (size_t p = 0; p < s->n_pools; p++)
        put(run, mark, OF_POOL, p, &pools[p]);
    for (size_t g = 1; g < s->n_groups; g++)
        if (!is_team(s, g))
            put(run, mark, OF_GROUP, g, &groups[g]);
    for (size_t t = 0; t < s->n_teams; t++)
        put(run, mark, OF_TEAM, t, &teams[t]);
    for (size_t i = 0; i < s->n_projects; i++)
        put(run, mark, OF_PROJECT, i, &projects[i]);
    for (size_t k = 0; k < s->n_cohorts; k++)
        put(run, mark, OF_COHORT, k, &cohorts[k]);
    if (mark == s->n_marks)
        for (size_t i = 0; i < s->n_projects; i++) {
            run->results->released_s[i] = w->project_states[i].released_s;
            run->results->cancelled_s[i] = w->project_states[i].cancelled_s;
        }
}
