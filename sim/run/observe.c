/* Rows of the monthly files and events: what is seen at a month's close, before the
 * world clears the month. */
#include "base/memory.h"
#include "base/seconds.h"
#include "run/state.h"
#include "stats/inequality.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

const char *const series_files[N_SERIES] = {"pools.csv", "groups.csv", "teams.csv",
                                            "projects.csv", "months.csv"};
const char *const series_kinds[N_SERIES] = {"pool", "group", "team", "project", "all"};

const struct event_type event_types[N_EVENT_KINDS] = {
    [EVENT_START] = {"start", "a project starts or resumes"},
    [EVENT_STAGE] = {"stage", "a project enters a stage: its number and kind"},
    [EVENT_RELEASE] = {"release", "a project is released"},
    [EVENT_PAUSE] = {"pause", "a project is paused"},
    [EVENT_CANCEL] = {"cancel", "a project is cancelled"},
    [EVENT_MEETING] = {"meeting", "the council divides a pool"},
    [EVENT_GRANT] = {"grant", "a grant is overridden"},
    [EVENT_DELIVER] = {"deliver", "a pool grows"},
    [EVENT_RETIRE] = {"retire", "a pool shrinks"},
    [EVENT_MAINTAIN] = {"maintain", "GPUs go out of service for maintenance"},
    [EVENT_FAIL] = {"fail", "a node fails and is out of service"},
    [EVENT_REPAIR] = {"repair", "GPUs come back into service"},
    [EVENT_SET] = {"set", "a setting changes"},
    [EVENT_DEPART] = {"depart", "a person leaves"},
    [EVENT_MERGE] = {"merge", "a team becomes part of another"},
    [EVENT_MOVE] = {"move", "a project or a person changes teams"},
    [EVENT_LAYOFF] = {"layoff", "people are laid off: how many"},
    [EVENT_MARKET] = {"market", "outside demand for a team's people changes"},
    [EVENT_DISPUTE] = {"dispute", "a team appeals to the superior"},
    [EVENT_RULING] = {"ruling", "the superior answers an appeal"},
    [EVENT_RETAIN] = {"retain", "leaders take pains to keep people"},
    [EVENT_HIRE] = {"hire", "a person comes"},
    [EVENT_UNSETTLED] = {"unsettled", "a rule found no exact result: by how much"},
};

void observe_init(struct run *run)
{
    static const size_t n_columns[N_SERIES] = {N_POOLS_COLUMNS, N_GROUPS_COLUMNS,
                                               N_TEAMS_COLUMNS, N_PROJECTS_COLUMNS,
                                               N_MONTHS_COLUMNS};
    const struct scenario *s = run->scenario;
    const size_t n_subjects[N_SERIES] = {s->n_pools, s->n_groups, s->n_teams,
                                         s->n_projects, 1};
    struct results *r = run->results;
    for (int f = 0; f < N_SERIES; f++) {
        r->series[f] = (struct series){n_subjects[f], n_columns[f], NULL};
        if (run->flags & RUN_SERIES)
            r->series[f].values =
                ARENA_ARRAY(&r->arena, double, r->n_months *n_subjects[f] * n_columns[f]);
    }
}

static double *row(struct run *run, enum series_file file, size_t subject)
{
    struct series *series = &run->results->series[file];
    return &series
                ->values[(run->month * series->n_subjects + subject) * series->n_columns];
}

static double month_seconds(const struct run *run)
{
    const double *at_s = run->scenario->calendar.month_at_s;
    return at_s[run->month + 1] - at_s[run->month];
}

static void observe_pools(struct run *run)
{
    const struct world *w = &run->world;
    double s = month_seconds(run);
    for (size_t p = 0; p < run->scenario->n_pools; p++) {
        const struct pool_state *pool = &w->pool_states[p];
        const struct holding_amounts *sum = &w->month.pools[p];
        double idle = pool->installed_gpu_s - pool->failed_gpu_s - pool->reserved_gpu_s -
                      sum->used_gpu_s;
        double *x = row(run, SERIES_POOLS, p);
        x[POOLS_CAPACITY] = pool->installed_gpu_s / s;
        x[POOLS_RESERVED] = pool->reserved_gpu_s / s;
        x[POOLS_FAILED] = pool->failed_gpu_s / s;
        x[POOLS_REQUESTED] = sum->requested_gpu_s / s;
        x[POOLS_GRANTED] = sum->granted_gpu_s / s;
        x[POOLS_USED] = sum->used_gpu_s / s;
        x[POOLS_LENT] = sum->lent_gpu_s / s;
        /* Rounding of a sum may leave less than nothing. */
        x[POOLS_IDLE] = idle > 0 ? idle / s : 0;
        x[POOLS_PRICE] = run->prices[p];
    }
}

/* Charged, as the ledger counts. */
static double decayed_use(const struct run *run, size_t g, double half_life, double used)
{
    const struct world_history *history = &run->world.history;
    size_t newest = history->n_most - history->n_past;
    if (isnan(half_life))
        return NAN;
    for (size_t k = 0; k < history->n_past; k++)
        used += exp2(-(double)(k + 1) / half_life) *
                history->used[(newest + k) * run->scenario->n_groups + g];
    return used;
}

static void observe_groups(struct run *run)
{
    const struct scenario *s = run->scenario;
    const struct world *w = &run->world;
    double half_life = rule_half_life_months(&w->rule);
    bool are_kept = rule_keeps_accounts(&w->rule, w->groups, s->n_groups);
    for (size_t g = 0; g < s->n_groups; g++) {
        double *x = row(run, SERIES_GROUPS, g);
        double floor = 0, ceiling = 0, credits = are_kept ? 0 : NAN;
        for (size_t p = 0; p < s->n_pools; p++) {
            floor += w->bounds[g * s->n_pools + p].floor_gpus;
            ceiling += w->bounds[g * s->n_pools + p].ceiling_gpus;
            double account = world_account(w, g, p);
            credits += isnan(account) ? 0 : account;
        }
        x[GROUPS_SHARE] = w->groups[g].share;
        x[GROUPS_FLOOR] = floor;
        x[GROUPS_CEILING] = isfinite(ceiling) ? ceiling : NAN;
        x[GROUPS_ENTITLED] = run->entitled_hours[g];
        x[GROUPS_USED] = w->month.used_hours[g];
        x[GROUPS_DECAYED] = decayed_use(run, g, half_life, w->month.charged_hours[g]);
        x[GROUPS_BALANCE] = run->entitled_hours[g] - w->month.charged_hours[g];
        x[GROUPS_CREDITS] = credits;
    }
}

/* The largest fraction of its need that a team would gain with the grant of another,
 * scaled by their shares. All envy the team with the most for its share, and that team
 * the next one. */
static double largest_envy(const double *granted, const double *needed,
                           const double *fill, const double *share, size_t n)
{
    double best = 0, second = 0, envy = NAN;
    size_t owner = n;
    for (size_t t = 0; t < n; t++) {
        double scaled = share[t] > 0 ? granted[t] / share[t] : 0;
        if (scaled > best) {
            second = best;
            best = scaled;
            owner = t;
        } else {
            second = fmax(second, scaled);
        }
    }
    for (size_t t = 0; t < n; t++)
        if (needed[t] > 0) {
            double other = (t == owner ? second : best) * share[t];
            envy = fmax(isnan(envy) ? 0 : envy, fmin(1, other / needed[t]) - fill[t]);
        }
    return envy;
}

static void observe_teams(struct run *run)
{
    const struct scenario *s = run->scenario;
    const struct world *w = &run->world;
    double seconds = month_seconds(run);
    arena_reset(&run->scratch);
    double *columns = ARENA_ARRAY(&run->scratch, double, 4 * s->n_teams + s->n_groups);
    double *granted = columns, *needed = columns + s->n_teams;
    double *fill = columns + 2 * s->n_teams, *share = columns + 3 * s->n_teams;
    double *share_frac = columns + 4 * s->n_teams;
    docket_fill_shares(w->groups, s->n_groups, share_frac);
    for (size_t t = 0; t < s->n_teams; t++) {
        struct holding_amounts a = w->month.teams[t];
        double *x = row(run, SERIES_TEAMS, t);
        granted[t] = a.granted_gpu_s;
        needed[t] = a.needed_gpu_s;
        fill[t] = a.needed_gpu_s > 0 ? a.filled_gpu_s / a.needed_gpu_s : NAN;
        share[t] = share_frac[s->teams[t].group];
        x[TEAMS_HEADCOUNT] = (double)w->team_states[t].people;
        x[TEAMS_NEEDED] = a.needed_gpu_s / seconds;
        x[TEAMS_REQUESTED] = a.requested_gpu_s / seconds;
        x[TEAMS_GRANTED] = a.granted_gpu_s / seconds;
        x[TEAMS_USED] = a.used_gpu_s / seconds;
        x[TEAMS_FILL] = fill[t];
        x[TEAMS_USED_HOURS] = a.used_gpu_s / SECONDS_PER_HOUR;
        x[TEAMS_GRIEVANCE] = w->team_states[t].grievance;
        x[TEAMS_MORALE] = w->team_states[t].morale;
        x[TEAMS_DEPARTURES] = (double)w->team_states[t].month_departures;
        x[TEAMS_HIRES] = (double)w->team_states[t].month_hires;
        x[TEAMS_LENT] = a.lent_gpu_s / seconds;
        x[TEAMS_PADDING] = world_padding(w, t);
    }
    double *x = row(run, SERIES_MONTHS, 0);
    x[MONTHS_JAIN] = jain(fill, s->n_teams);
    x[MONTHS_GINI] = gini(fill, s->n_teams);
    x[MONTHS_DISPUTES_OPEN] = (double)disputes_open(run);
    x[MONTHS_LEADER_HOURS] = run_leader_hours(run) - run->leader_hours_before;
    x[MONTHS_ENVY] = largest_envy(granted, needed, fill, share, s->n_teams);
    x[MONTHS_CONTESTED] = (double)world_contested_topics(w);
}

static void observe_projects(struct run *run)
{
    const struct scenario *s = run->scenario;
    const struct world *w = &run->world;
    double seconds = month_seconds(run);
    for (size_t i = 0; i < s->n_projects; i++) {
        const struct project_state *p = &w->project_states[i];
        double *x = row(run, SERIES_PROJECTS, i), granted = 0, used = 0;
        for (size_t k = w->project_first[i]; k < w->project_first[i + 1]; k++) {
            granted += w->holdings[w->project_claimants[k]].month.granted_gpu_s;
            used += w->holdings[w->project_claimants[k]].month.used_gpu_s;
        }
        double left = world_left_gpu_s(w, i);
        bool is_begun = p->phase == PROJECT_ACTIVE || p->phase == PROJECT_PAUSED;
        x[PROJECTS_TEAM] = w->projects[i].team;
        x[PROJECTS_STATE] = p->phase;
        x[PROJECTS_STAGE] = is_begun ? (double)p->stage + 1 : 0;
        x[PROJECTS_DONE] = p->planned_gpu_s > 0
                               ? (p->planned_gpu_s - left) / p->planned_gpu_s
                               : (double)p->stage / (double)s->projects[i].n_stages;
        x[PROJECTS_LEFT] = left / SECONDS_PER_HOUR;
        x[PROJECTS_PRIORITY] = w->projects[i].priority;
        x[PROJECTS_GRANTED] = granted / seconds;
        x[PROJECTS_USED_HOURS] = used / SECONDS_PER_HOUR;
    }
}

void observe_month(struct run *run)
{
    if (!(run->flags & RUN_SERIES))
        return;
    observe_pools(run);
    observe_groups(run);
    observe_teams(run);
    observe_projects(run);
}

void observe_event(struct run *run, enum event_kind event, const char *kind,
                   const char *subject, const char *format, ...)
{
    struct results *r = run->results;
    if (!(run->flags & RUN_LOGS))
        return;
    va_list arguments;
    va_start(arguments, format);
    const char *detail = arena_vprintf(&r->arena, format, arguments);
    va_end(arguments);
    ARRAY_PUSH(r->events, r->n_events, r->events_capacity) =
        (struct event_row){run->world.now_s, event, kind, subject, detail};
}
