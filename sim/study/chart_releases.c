/* When projects are released, over the replications: the median with the middle 50 and
 * 95 % of those that release it, and in words in how many it is not released. */
#include "study/chart_kinds.h"
#include "study/chart_plan.h"
#include "study/chart_rows.h"
#include "study/chart_teams.h"

#include <math.h>
#include <string.h>

enum { MOST_PROJECTS = 60 };

/* A project's outcomes. */
struct release {
    const struct chart_project *project;
    const struct saved_outcome *released, *months;
};

struct releases {
    struct saved_run *run;
    struct text *out;
    struct release items[MOST_PROJECTS];
    size_t n;
};

static double share(const struct release *r)
{
    return r->released->summary.mean;
}

static void write_dates(struct releases *s, const struct release *r, size_t row,
                        int colour)
{
    const struct summary *months = &r->months->summary;
    const double at[] = {months->p025, months->p25, months->p50, months->p75,
                         months->p975};
    char dates[5][16];
    bool is_ever = months->n > 0;
    for (int k = 0; k < 5 && is_ever; k++)
        chart_date_of_months(s->run, at[k], dates[k]);
    if (share(r) < 1)
        chart_row_dates(s->out, "open", row, is_ever ? dates[0] : r->project->start,
                        s->run->horizon, colour);
    if (is_ever && strcmp(dates[0], dates[4]) < 0)
        chart_row_dates(s->out, "most", row, dates[0], dates[4], colour);
    if (is_ever && strcmp(dates[1], dates[3]) < 0)
        chart_row_dates(s->out, "half", row, dates[1], dates[3], colour);
    if (is_ever)
        chart_row_dates(s->out, "median", row, dates[2], "", colour);
    if (*r->project->target)
        chart_row_dates(s->out, "target", row, r->project->target, "", colour);
}

static void write_row(struct releases *s, const struct release *r, size_t row, int colour)
{
    struct text words;
    text_init(&words);
    chart_row_name(s->out, "name", row, r->project->name);
    write_dates(s, r, row, colour);
    if (share(r) == 0) {
        text_append(&words, "never released");
    } else if (share(r) < 1) {
        text_append(&words, "not released in ");
        figure_append(&words, 1 - share(r), FIGURE_PERCENT, s->run->start);
    }
    if (words.length > 0)
        chart_row_words(s->out, "right", row, "", colour, words.bytes);
    text_release(&words);
}

static bool find_outcomes(struct releases *s, const struct chart_project *project,
                          struct release *r, struct diag *d)
{
    *r = (struct release){
        project, saved_run_outcome(s->run, "released", "project", project->name, "", d),
        saved_run_outcome(s->run, "release_months", "project", project->name, "", d)};
    return r->released && r->months;
}

/* Rows team by team, in the colours that the teams have in all charts. */
static void write_rows(struct releases *s, const struct chart_teams *teams,
                       const struct chart_plan *plan, struct diag *d)
{
    for (size_t t = 0; t < teams->n_teams; t++) {
        const struct chart_team *team = &teams->teams[t];
        bool is_first = true;
        for (size_t i = 0; i < plan->n_projects && s->n < MOST_PROJECTS; i++) {
            struct release *r = &s->items[s->n];
            if (strcmp(plan->projects[i].team, team->name) != 0 ||
                !find_outcomes(s, &plan->projects[i], r, d))
                continue;
            s->n++;
            if (is_first)
                chart_row_name(s->out, "group", s->n, team->name);
            is_first = false;
            write_row(s, r, s->n, team->colour);
        }
    }
}

/* The project of whose release the replications agree least. */
static const struct release *least_certain(const struct releases *s)
{
    const struct release *least = NULL;
    for (size_t i = 0; i < s->n; i++)
        if (share(&s->items[i]) > 0 && share(&s->items[i]) < 1 &&
            (!least || fabs(share(&s->items[i]) - 0.5) < fabs(share(least) - 0.5)))
            least = &s->items[i];
    return least;
}

/* The project whose release dates spread most, over more than a month. */
static const struct release *widest(const struct releases *s)
{
    const struct release *most = NULL;
    double width = 1;
    for (size_t i = 0; i < s->n; i++) {
        const struct summary *months = &s->items[i].months->summary;
        if (months->n > 0 && months->p975 - months->p025 > width) {
            width = months->p975 - months->p025;
            most = &s->items[i];
        }
    }
    return most;
}

static void tell_least_certain(struct prose *caption, const struct release *r)
{
    prose_words(caption, " Least certain is ");
    prose_name(caption, r->project->name);
    prose_words(caption, ": it is released in ");
    prose_outcome(caption, r->released, "mean", FIGURE_PERCENT);
    prose_words(caption, " of the replications");
    prose_interval_of_share(caption, r->released);
    prose_words(caption, ".");
}

static void tell_widest(struct prose *caption, const struct release *r)
{
    prose_words(caption, " The dates of ");
    prose_name(caption, r->project->name);
    prose_words(caption, " spread most: the middle 95 %% lie between ");
    prose_outcome(caption, r->months, "p025", FIGURE_DATE);
    prose_words(caption, " and ");
    prose_outcome(caption, r->months, "p975", FIGURE_DATE);
    prose_words(caption, ", the median is ");
    prose_outcome(caption, r->months, "p50", FIGURE_DATE);
    prose_words(caption, ".");
}

static void tell_never(const struct releases *s, struct prose *caption)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += share(&s->items[i]) == 0;
    if (n == 0)
        return;
    prose_words(caption, " No replication releases ");
    for (size_t i = 0, told = 0; i < s->n; i++) {
        if (share(&s->items[i]) != 0)
            continue;
        if (told == 3) {
            prose_words(caption, " and others");
            break;
        }
        prose_words(caption, "%s", told == 0 ? "" : told + 1 == n ? " and " : ", ");
        prose_name(caption, s->items[i].project->name);
        told++;
    }
    prose_words(caption, ".");
}

static void write_caption(struct releases *s, size_t n_projects, struct prose *caption,
                          struct diag *d)
{
    const struct saved_outcome *all =
        saved_run_outcome(s->run, "released", "all", "all", "", d);
    const struct release *unsure = least_certain(s), *wide = widest(s);
    if (!all)
        return;
    bool is_sure = all->summary.sd == 0;
    prose_words(caption, "Projects released%s: ", is_sure ? "" : " on average");
    prose_outcome(caption, all, "mean", is_sure ? FIGURE_COUNT : FIGURE_MONTHS);
    prose_words(caption, " of ");
    prose_figure(caption, (double)n_projects, FIGURE_COUNT,
                 (struct figure_source){.file = "outcomes.csv",
                                        .stat = "count",
                                        .metric = "released",
                                        .kind = "project",
                                        .at = ""});
    prose_interval(caption, all, FIGURE_MONTHS);
    prose_words(caption, ".");
    if (unsure)
        tell_least_certain(caption, unsure);
    if (wide)
        tell_widest(caption, wide);
    tell_never(s, caption);
}

static void write_subtitle(const struct releases *s, size_t n_projects,
                           struct chart_sheet *sheet)
{
    struct text unit;
    text_init(&unit);
    text_append(&unit, "intervals of the dates");
    if (s->n < n_projects)
        text_printf(&unit, ", the first %zu of %zu projects", s->n, n_projects);
    chart_subtitle_of_spread(sheet, s->run, unit.bytes);
    text_release(&unit);
}

static enum chart_outcome write(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d)
{
    struct releases releases = {.run = run, .out = &sheet->rows};
    struct chart_teams teams;
    struct chart_plan plan;
    size_t n_outcomes;
    (void)request;
    if (run->replications == 1) {
        text_append(&sheet->none, "shown of many replications; run with -n");
        return CHART_NONE;
    }
    if (!saved_run_outcomes(run, &n_outcomes, d) ||
        chart_teams_load(run, &teams, d) != 0 || chart_plan_load(run, &plan, d) != 0)
        return CHART_FAILED;
    if (plan.n_projects == 0) {
        text_append(&sheet->none, "this scenario has no projects");
        return CHART_NONE;
    }
    text_append(&sheet->title, "When projects are released");
    text_printf(&sheet->rows, "span,,%s,%s,,\n", run->start, run->horizon);
    write_rows(&releases, &teams, &plan, d);
    write_subtitle(&releases, plan.n_projects, sheet);
    write_caption(&releases, plan.n_projects, &sheet->caption, d);
    return CHART_WRITTEN;
}

const struct chart_type chart_releases = {
    .name = "releases",
    .summary = "release dates over the replications, with those that are not released",
    .header = CHART_ROWS_HEADER,
    .write = write,
};
