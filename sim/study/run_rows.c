/* The rows of one replication, file by file. */
#include "study/run_files.h"

#include "record/columns.h"
#include "rule/score.h"
#include "world/world.h"

#include <math.h>

static const char *const stage_words[] = {"build", "train", "wait"};

struct writer {
    const struct scenario *s;
    const struct results *r;
    bool has_replication;
};

static void begin(const struct writer *w, struct csv *csv)
{
    if (w->has_replication)
        csv_integer(csv, (int64_t)w->r->replication);
}

static void month(const struct writer *w, struct csv *csv, size_t month)
{
    struct date date = calendar_month_date(&w->s->calendar, month);
    csv_month(csv, date.year, date.month);
}

static const double *row(const struct writer *w, enum series_file file, size_t month,
                         size_t subject)
{
    const struct series *series = &w->r->series[file];
    return &series->values[(month * series->n_subjects + subject) * series->n_columns];
}

static void numbers(struct csv *csv, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        csv_number(csv, x[i]);
    csv_end(csv);
}

static const char *group_name(const struct scenario *s, int group)
{
    return group > 0 ? s->groups[group].name : "";
}

static void write_series(const struct writer *w, struct csv *csvs)
{
    const struct scenario *s = w->s;
    for (size_t m = 0; m < w->r->n_months; m++) {
        for (size_t p = 0; p < s->n_pools; p++) {
            struct csv *csv = &csvs[FILE_POOLS];
            begin(w, csv);
            month(w, csv, m);
            csv_text(csv, s->pools[p].name);
            numbers(csv, row(w, SERIES_POOLS, m, p), N_POOLS_COLUMNS);
        }
        for (size_t g = 1; g < s->n_groups; g++) {
            struct csv *csv = &csvs[FILE_GROUPS];
            begin(w, csv);
            month(w, csv, m);
            csv_text(csv, s->groups[g].name);
            csv_text(csv, group_name(s, s->groups[g].parent));
            numbers(csv, row(w, SERIES_GROUPS, m, g), N_GROUPS_COLUMNS);
        }
        for (size_t t = 0; t < s->n_teams; t++) {
            struct csv *csv = &csvs[FILE_TEAMS];
            begin(w, csv);
            month(w, csv, m);
            csv_text(csv, s->teams[t].name);
            csv_text(csv, group_name(s, s->groups[s->teams[t].group].parent));
            numbers(csv, row(w, SERIES_TEAMS, m, t), N_TEAMS_COLUMNS);
        }
        begin(w, &csvs[FILE_MONTHS]);
        month(w, &csvs[FILE_MONTHS], m);
        numbers(&csvs[FILE_MONTHS], row(w, SERIES_MONTHS, m, 0), N_MONTHS_COLUMNS);
    }
}

static void write_stage(struct csv *csv, const struct project *project, double stage)
{
    if (stage < 1) {
        csv_text(csv, NULL);
        return;
    }
    char words[32];
    size_t k = (size_t)stage - 1;
    snprintf(words, sizeof words, "%zu %s", k + 1, stage_words[project->stages[k].kind]);
    csv_text(csv, words);
}

static void write_projects(const struct writer *w, struct csv *csv)
{
    const struct scenario *s = w->s;
    for (size_t m = 0; m < w->r->n_months; m++)
        for (size_t i = 0; i < s->n_projects; i++) {
            const double *x = row(w, SERIES_PROJECTS, m, i);
            begin(w, csv);
            month(w, csv, m);
            csv_text(csv, s->projects[i].name);
            csv_text(csv, s->teams[(size_t)x[PROJECTS_TEAM]].name);
            csv_text(csv, project_phases[(size_t)x[PROJECTS_STATE]]);
            write_stage(csv, &s->projects[i], x[PROJECTS_STAGE]);
            numbers(csv, x + PROJECTS_DONE, N_PROJECTS_COLUMNS - PROJECTS_DONE);
        }
}

static void write_claimant(const struct writer *w, struct csv *csv, uint32_t at_month,
                           uint32_t index, uint32_t team)
{
    const struct claimant *c = &w->s->claimants[index];
    begin(w, csv);
    month(w, csv, at_month);
    csv_text(csv, w->s->pools[c->pool].name);
    csv_text(csv, w->s->teams[team].name);
    csv_text(csv, c->project >= 0 ? w->s->projects[c->project].name : NULL);
}

static void write_claims(const struct writer *w, struct csv *claims,
                         struct csv *factors_csv)
{
    for (size_t i = 0; i < w->r->n_claims; i++) {
        const struct claim_row *c = &w->r->claims[i];
        const double x[] = {c->needed_gpus, c->requested_gpus, c->score, c->entitled_gpus,
                            c->granted_gpus};
        write_claimant(w, claims, c->month, c->claimant, c->team);
        numbers(claims, x, 5);
    }
    for (size_t i = 0; i < w->r->n_factors; i++) {
        const struct factor_row *f = &w->r->factors[i];
        const double x[] = {f->value, f->weight, f->value * f->weight};
        write_claimant(w, factors_csv, f->month, f->claimant, f->team);
        csv_text(factors_csv, factors[f->factor]->name);
        numbers(factors_csv, x, 3);
    }
}

static void write_date(const struct scenario *s, struct csv *csv, double at_s)
{
    char text[16];
    if (isnan(at_s)) {
        csv_text(csv, NULL);
        return;
    }
    date_format(calendar_date(&s->calendar, at_s), text);
    csv_text(csv, text);
}

static void write_plan(const struct writer *w, struct csv *csv)
{
    for (size_t i = 0; i < w->s->n_projects; i++) {
        const struct project *p = &w->s->projects[i];
        begin(w, csv);
        csv_text(csv, p->name);
        csv_text(csv, w->s->teams[p->team].name);
        csv_text(csv, p->kind);
        csv_text(csv, p->topic);
        write_date(w->s, csv, p->start_s);
        write_date(w->s, csv, p->target_s);
        write_date(w->s, csv, w->r->released_s[i]);
        csv_number(csv, p->value);
        csv_end(csv);
    }
}

static void write_events(const struct writer *w, struct csv *csv)
{
    for (size_t i = 0; i < w->r->n_events; i++) {
        const struct event_row *e = &w->r->events[i];
        begin(w, csv);
        csv_number(csv, e->at_s);
        write_date(w->s, csv, e->at_s);
        csv_text(csv, event_types[e->event].name);
        csv_text(csv, e->kind);
        csv_text(csv, e->subject);
        csv_text(csv, e->detail);
        csv_end(csv);
    }
}

static void write_outcomes(const struct writer *w, struct csv *csv)
{
    for (size_t i = 0; i < w->r->n_outcomes; i++) {
        const struct outcome *o = &w->r->outcomes[i];
        csv_integer(csv, (int64_t)w->r->replication);
        csv_text(csv, outcome_mark(w->s, o->mark));
        csv_text(csv, metric_types[o->metric].name);
        csv_text(csv, outcome_kinds[o->kind]);
        csv_text(csv, outcome_subject(w->s, o->kind, o->subject));
        csv_number(csv, o->value);
        csv_end(csv);
    }
}

void run_files_format(const struct run_files *f, const struct results *results,
                      struct csv *csvs)
{
    struct writer w = {f->scenario, results, f->has_replication};
    write_outcomes(&w, &csvs[FILE_OUTCOMES]);
    if (!f->has_series)
        return;
    write_series(&w, csvs);
    write_projects(&w, &csvs[FILE_PROJECTS]);
    write_claims(&w, &csvs[FILE_CLAIMS], &csvs[FILE_FACTORS]);
    write_plan(&w, &csvs[FILE_PLAN]);
    write_events(&w, &csvs[FILE_EVENTS]);
}
