/* The teams and projects of a run, each with what the tables and warnings say of it. */
#include "base/memory.h"
#include "base/seconds.h"
#include "study/report_parts.h"

#include <math.h>
#include <string.h>

/* ---- their settings ---- */

static void map_names(json_t *map, const json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *name = json_string_value(json_object_get(item, "name"));
        if (name)
            json_object_set(map, name, item);
    }
}

/* Teams stand at the top of the settings or within its groups, to any depth. */
static void map_teams(json_t *map, const json_t *group)
{
    static const char *const below[] = {"organisation", "groups"};
    map_names(map, json_object_get(group, "teams"));
    for (size_t k = 0; k < 2; k++) {
        size_t i;
        json_t *child;
        json_array_foreach(json_object_get(group, below[k]), i, child)
            map_teams(map, child);
    }
}

/* ---- their outcomes ---- */

static const struct saved_outcome **slot_of(struct report_subject *s, const char *metric)
{
    const struct {
        const char *metric;
        const struct saved_outcome **slot;
    } slots[] = {{"released", &s->released},       {"release_months", &s->release_months},
                 {"slip_months", &s->slip_months}, {"gpu_hours_used", &s->used},
                 {"gpu_hours_sunk", &s->sunk},     {"fill_frac", &s->fill}};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        if (strcmp(slots[i].metric, metric) == 0)
            return slots[i].slot;
    return NULL;
}

/* The subjects of a kind, in one pass: the outcomes of a subject follow one another. */
static struct report_subject *collect(struct report *report, const char *kind,
                                      const json_t *settings,
                                      const struct saved_outcome *outcomes,
                                      size_t n_outcomes, size_t *n)
{
    struct report_subject *all =
        ARENA_ARRAY(&report->run->arena, struct report_subject, n_outcomes + 1);
    *n = 0;
    for (size_t i = 0; i < n_outcomes; i++) {
        const struct saved_outcome *o = &outcomes[i];
        if (*o->at != '\0' || strcmp(o->kind, kind) != 0)
            continue;
        if (*n == 0 || strcmp(all[*n - 1].name, o->subject) != 0) {
            all[*n].name = o->subject;
            all[*n].settings = json_object_get(settings, o->subject);
            ++*n;
        }
        const struct saved_outcome **slot = slot_of(&all[*n - 1], o->metric);
        if (slot)
            *slot = o;
    }
    return all;
}

static void set_against(struct report *report, struct report_subject *team,
                        double *differences, double *scratch)
{
    size_t n = report->run->replications;
    for (size_t r = 0; r < n; r++)
        differences[r] = team->fill && report->fill
                             ? team->fill->values[r] - report->fill->values[r]
                             : NAN;
    summary_of(differences, 1, n, scratch, &team->against);
}

static bool has_target(const struct report_subject *project)
{
    return json_object_get(project->settings, "target") != NULL;
}

/* A target is a day: a release before its end is on time. */
static double on_time_frac(const struct report_subject *project)
{
    const struct saved_outcome *slip = project->slip_months;
    size_t n = 0;
    if (!slip || !has_target(project))
        return NAN;
    for (size_t r = 0; r < slip->n; r++)
        n += slip->values[r] * SECONDS_PER_MONTH < SECONDS_PER_DAY;
    return (double)n / (double)slip->n;
}

int report_subjects(struct report *report, struct diag *d)
{
    struct saved_run *run = report->run;
    size_t n;
    const struct saved_outcome *outcomes = saved_run_outcomes(run, &n, d);
    if (!outcomes || chart_teams_load(run, &report->colours, d) != 0)
        return -1;
    const json_t *settings = json_object_get(run->json, "settings");
    json_t *teams = json_object(), *projects = json_object();
    map_teams(teams, settings);
    map_names(projects, json_object_get(settings, "projects"));
    report->teams = collect(report, "team", teams, outcomes, n, &report->n_teams);
    report->projects =
        collect(report, "project", projects, outcomes, n, &report->n_projects);
    json_decref(teams); /* what they point to is the run's */
    json_decref(projects);
    report->used = saved_run_outcome(run, "gpu_hours_used", "all", "all", "", d);
    report->fill = saved_run_outcome(run, "fill_frac", "all", "all", "", d);
    for (size_t i = 0; i < n; i++)
        report->is_random |= outcomes[i].summary.sd > 0;
    double *differences = MEM_ARRAY(double, run->replications);
    double *scratch = MEM_ARRAY(double, run->replications);
    for (size_t i = 0; i < report->n_teams; i++)
        set_against(report, &report->teams[i], differences, scratch);
    for (size_t i = 0; i < report->n_projects; i++)
        report->projects[i].on_time_frac = on_time_frac(&report->projects[i]);
    mem_free(differences);
    mem_free(scratch);
    return 0;
}

/* Without an interval, in one run or where all agree, only what is far apart counts. */
enum verdict report_verdict(const struct report_subject *team)
{
    const double clear_frac = 0.05;
    const struct summary *s = &team->against;
    if (s->n == 0)
        return VERDICT_NONE;
    if (s->ci_low < s->ci_high)
        return s->ci_low > 0    ? VERDICT_GAINS
               : s->ci_high < 0 ? VERDICT_LOSES
                                : VERDICT_UNCLEAR;
    return s->mean >= clear_frac    ? VERDICT_GAINS
           : s->mean <= -clear_frac ? VERDICT_LOSES
                                    : VERDICT_UNCLEAR;
}
