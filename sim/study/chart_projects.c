/* What became of each project: its stages as bars, its target and its release. Of one run
 * only: an ensemble has as many of them as replications. */
#include "study/chart_kinds.h"
#include "study/chart_plan.h"
#include "study/chart_rows.h"
#include "study/chart_teams.h"

#include <string.h>

enum { MOST_PROJECTS = 60 };

struct bar {
    const struct chart_project *project;
    const char *stage; /* word of the open stage; NULL: none */
    const char *since;
    const char *end; /* where its last bar ended; NULL: no bar yet */
    bool is_over;
    size_t row; /* 0: not shown */
    int colour;
};

struct gantt {
    struct bar *bars;
    size_t n_bars;
    struct text *out;
};

static void close_stage(struct gantt *g, struct bar *bar, const char *date)
{
    if (!bar->stage)
        return;
    if (bar->row > 0 && strcmp(bar->since, date) < 0) {
        chart_row_dates(g->out, bar->stage, bar->row, bar->since, date, bar->colour);
    }
    bar->end = date;
    bar->stage = NULL;
}

static struct bar *find_bar(struct gantt *g, const char *name)
{
    for (size_t i = 0; i < g->n_bars; i++)
        if (strcmp(g->bars[i].project->name, name) == 0)
            return &g->bars[i];
    return NULL;
}

static void mark(struct gantt *g, const struct bar *bar, const char *what,
                 const char *date)
{
    if (bar->row > 0)
        chart_row_dates(g->out, what, bar->row, date, "", bar->colour);
}

/* "2 train" to "train". */
static const char *stage_word(const char *detail)
{
    const char *blank = strchr(detail, ' ');
    return blank ? blank + 1 : detail;
}

static int follow_events(struct gantt *g, const struct csv_table *events, struct diag *d)
{
    int event = saved_column(events, "event", d), date = saved_column(events, "date", d);
    int kind = saved_column(events, "kind", d);
    int subject = saved_column(events, "subject", d);
    int detail = saved_column(events, "detail", d);
    if (event < 0 || date < 0 || kind < 0 || subject < 0 || detail < 0)
        return -1;
    for (size_t i = 0; i < events->n_rows; i++) {
        const char *what = csv_table_cell(events, i, (size_t)event);
        const char *at = csv_table_cell(events, i, (size_t)date);
        const char *said = csv_table_cell(events, i, (size_t)detail);
        if (strcmp(csv_table_cell(events, i, (size_t)kind), "project") != 0 ||
            strncmp(said, "no effect", 9) == 0)
            continue;
        struct bar *bar = find_bar(g, csv_table_cell(events, i, (size_t)subject));
        bool is_end = strcmp(what, "release") == 0 || strcmp(what, "cancel") == 0;
        if (!bar)
            continue;
        if (is_end || strcmp(what, "stage") == 0 || strcmp(what, "pause") == 0)
            close_stage(g, bar, at);
        if (strcmp(what, "stage") == 0) {
            bar->stage = stage_word(said);
            bar->since = at;
        }
        if (is_end) {
            bar->is_over = true;
            mark(g, bar, what, at);
        }
    }
    return 0;
}

/* Rows team by team, in the colours that the teams have in all charts. */
static void set_rows(struct gantt *g, const struct chart_teams *teams)
{
    size_t row = 0;
    for (size_t t = 0; t < teams->n_teams; t++) {
        const struct chart_team *team = &teams->teams[t];
        bool is_first = true;
        for (size_t i = 0; i < g->n_bars && row < MOST_PROJECTS; i++) {
            struct bar *bar = &g->bars[i];
            if (strcmp(bar->project->team, team->name) != 0)
                continue;
            bar->row = ++row;
            bar->colour = team->colour;
            if (is_first)
                chart_row_name(g->out, "group", row, team->name);
            is_first = false;
            chart_row_name(g->out, "name", row, bar->project->name);
        }
    }
}

static void finish(struct gantt *g, const char *horizon)
{
    for (size_t i = 0; i < g->n_bars; i++) {
        struct bar *bar = &g->bars[i];
        close_stage(g, bar, horizon);
        if (*bar->project->target)
            mark(g, bar, "target", bar->project->target);
        if (bar->is_over || bar->row == 0)
            continue;
        bool has_begun = bar->end != NULL;
        const char *at = has_begun                                  ? bar->end
                         : strcmp(bar->project->start, horizon) < 0 ? bar->project->start
                                                                    : horizon;
        chart_row_words(g->out, "words", bar->row, at, bar->colour,
                        has_begun ? "not released" : "not started");
    }
}

static void write_caption(struct saved_run *run, const struct gantt *g,
                          struct prose *caption, struct diag *d)
{
    const struct saved_outcome *released =
        saved_run_outcome(run, "released", "all", "all", "", d);
    if (!released)
        return;
    prose_words(caption, "Projects released: ");
    prose_outcome(caption, released, "mean", FIGURE_COUNT);
    prose_words(caption, " of ");
    prose_figure(caption, (double)g->n_bars, FIGURE_COUNT,
                 (struct figure_source){.file = "outcomes.csv",
                                        .stat = "count",
                                        .metric = "released",
                                        .kind = "project",
                                        .at = ""});
    prose_words(caption, ".");
    const struct saved_outcome *latest = NULL;
    for (size_t i = 0; i < g->n_bars && i < MOST_PROJECTS; i++) {
        const struct saved_outcome *slip = saved_run_outcome(
            run, "slip_months", "project", g->bars[i].project->name, "", d);
        if (slip && slip->summary.mean > (latest ? latest->summary.mean : 0.05))
            latest = slip;
    }
    if (!latest)
        return;
    prose_words(caption, " The latest against its target is ");
    prose_name(caption, latest->subject);
    prose_words(caption, ", by ");
    prose_outcome(caption, latest, "mean",
                  latest->summary.mean < 2 ? FIGURE_DAYS : FIGURE_SPAN);
    prose_words(caption, ".");
}

static void write_sheet(struct saved_run *run, struct gantt *g, struct chart_sheet *sheet)
{
    struct text unit;
    text_init(&unit);
    if (g->n_bars > MOST_PROJECTS)
        text_printf(&unit, "the first %d of %zu projects", MOST_PROJECTS, g->n_bars);
    text_append(&sheet->title, "Projects: stages and releases");
    chart_subtitle(sheet, run, unit.bytes);
    text_printf(&sheet->rows, "span,,%s,%s,,\n", run->start, run->horizon);
    text_release(&unit);
}

static enum chart_outcome write(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d)
{
    struct chart_teams teams;
    struct chart_plan plan;
    struct gantt gantt = {.out = &sheet->rows};
    enum chart_outcome outcome = CHART_FAILED;
    (void)request;
    if (run->replications > 1) {
        text_append(&sheet->none, "shown of one run only; run one with --replication R");
        return CHART_NONE;
    }
    const struct csv_table *events = saved_run_file(run, "events.csv", d);
    if (!events || chart_teams_load(run, &teams, d) != 0 ||
        chart_plan_load(run, &plan, d) != 0)
        return CHART_FAILED;
    gantt.n_bars = plan.n_projects;
    gantt.bars = ARENA_ARRAY(&run->arena, struct bar, plan.n_projects);
    for (size_t i = 0; i < plan.n_projects; i++)
        gantt.bars[i].project = &plan.projects[i];
    if (gantt.n_bars == 0) {
        text_append(&sheet->none, "this scenario has none");
        outcome = CHART_NONE;
    } else {
        write_sheet(run, &gantt, sheet);
        set_rows(&gantt, &teams);
        if (follow_events(&gantt, events, d) == 0) {
            finish(&gantt, run->horizon);
            write_caption(run, &gantt, &sheet->caption, d);
            outcome = CHART_WRITTEN;
        }
    }
    return outcome;
}

const struct chart_type chart_projects = {
    .name = "projects",
    .summary = "stages, targets and releases of the projects of one run",
    .header = CHART_ROWS_HEADER,
    .write = write,
};
