/* What each team asked for, was granted and used, a panel a team, on one scale; many
 * others together are large and have one of their own. */
#include "study/chart_kinds.h"
#include "study/chart_panels.h"

#include <math.h>

struct team_gpus {
    struct chart_teams teams;
    struct saved_series requested, used; /* teams.granted is the third */
};

static int load(struct saved_run *run, struct team_gpus *g, struct diag *d)
{
    if (chart_teams_load(run, &g->teams, d) != 0 ||
        panels_load(run, "teams.csv", "team", "requested_gpus", &g->teams.granted,
                    &g->requested, d) != 0)
        return -1;
    return panels_load(run, "teams.csv", "team", "used_gpus", &g->teams.granted, &g->used,
                       d);
}

static void write_panel(const struct panels *p, size_t panel, int colour,
                        const double *granted, const double *requested,
                        const double *used)
{
    panels_rows(p, (struct panels_line){"area", panel, 1, colour}, NULL, granted);
    panels_rows(p, (struct panels_line){"line", panel, 2, PANELS_MUTED}, NULL, requested);
    panels_rows(p, (struct panels_line){"line", panel, 3, PANELS_INK}, NULL, used);
}

static void write_rows(struct saved_run *run, const struct team_gpus *g,
                       struct chart_sheet *sheet)
{
    const struct saved_series *granted = &g->teams.granted;
    const struct chart_team *shown[PANELS_MOST];
    size_t n = panels_teams(&g->teams, shown);
    struct panels p;
    panels_begin(&p, sheet, run, granted);
    panels_scale(&p, 1, NAN, NAN, "count");
    for (size_t i = 0; i < n; i++)
        panels_panel(&p, i + 1, 1, shown[i]->name);
    if (g->teams.n_others > 0) {
        panels_scale(&p, 2, NAN, NAN, "count");
        panels_panel(&p, n + 1, 2,
                     arena_printf(&run->arena, "%zu others", g->teams.n_others));
    }
    panels_series(&p, 1, PANELS_VARIES, "granted");
    panels_series(&p, 2, PANELS_MUTED, "requested");
    panels_series(&p, 3, PANELS_INK, "used");
    for (size_t i = 0; i < n; i++)
        write_panel(&p, i + 1, shown[i]->colour,
                    panels_values(run, granted, shown[i]->order),
                    panels_values(run, &g->requested, shown[i]->order),
                    panels_values(run, &g->used, shown[i]->order));
    if (g->teams.n_others > 0)
        write_panel(&p, n + 1, 0, panels_others(run, granted, &g->teams),
                    panels_others(run, &g->requested, &g->teams),
                    panels_others(run, &g->used, &g->teams));
}

/* ---- the finding ---- */

/* The cell in which a team is refused most; false where all get what they ask for. */
static bool find_refusal(const struct team_gpus *g, size_t *team, size_t *month)
{
    const struct saved_series *granted = &g->teams.granted;
    double most = 0;
    for (size_t m = 0; m < granted->n_months; m++)
        for (size_t t = 0; t < granted->n_subjects; t++) {
            size_t i = m * granted->n_subjects + t;
            double refused = g->requested.values[i] - granted->values[i];
            if (refused > most * (1 + 1e-9) && refused >= 0.5) {
                most = refused;
                *team = t;
                *month = m;
            }
        }
    return most > 0;
}

static int say_refusal(struct saved_run *run, const struct team_gpus *g,
                       struct prose *caption, struct diag *d)
{
    size_t team = 0, month = 0;
    if (!find_refusal(g, &team, &month)) {
        prose_words(caption, "Every team is granted what it asks for in every month.");
        return 0;
    }
    prose_name(caption, g->teams.teams[team].name);
    prose_words(caption, " is refused the most: in ");
    prose_month(caption, &g->requested, month);
    prose_words(caption, " it asks for ");
    if (panels_say(
            caption, run,
            (struct panels_cell){&g->requested, team, month, FIGURE_COUNT, " GPUs"},
            d) != 0)
        return -1;
    prose_words(caption, " and is granted ");
    if (panels_say(caption, run,
                   (struct panels_cell){&g->teams.granted, team, month, FIGURE_COUNT, ""},
                   d) != 0)
        return -1;
    prose_words(caption, ".");
    return 0;
}

/* Who gets the smallest and the largest part of what it needs. */
static void say_fills(struct saved_run *run, const struct team_gpus *g,
                      struct prose *caption, struct diag *d)
{
    const struct saved_outcome *least = NULL, *most = NULL;
    for (size_t t = 0; t < g->teams.n_teams; t++) {
        const struct saved_outcome *fill =
            saved_run_outcome(run, "fill_frac", "team", g->teams.teams[t].name, "", d);
        if (!fill || isnan(fill->summary.mean))
            continue;
        if (!least || fill->summary.mean < least->summary.mean)
            least = fill;
        if (!most || fill->summary.mean > most->summary.mean)
            most = fill;
    }
    if (!least || !(least->summary.mean < most->summary.mean))
        return;
    prose_words(caption, " Over the whole time ");
    prose_name(caption, least->subject);
    prose_words(caption, " is granted the smallest part of what it needs, ");
    prose_outcome(caption, least, "mean", FIGURE_PERCENT);
    prose_interval(caption, least, FIGURE_PERCENT);
    prose_words(caption, ", and ");
    prose_name(caption, most->subject);
    prose_words(caption, " the largest, ");
    prose_outcome(caption, most, "mean", FIGURE_PERCENT);
    prose_interval(caption, most, FIGURE_PERCENT);
    prose_words(caption, ".");
}

static enum chart_outcome write(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d)
{
    struct team_gpus g;
    (void)request;
    if (load(run, &g, d) != 0 || say_refusal(run, &g, &sheet->caption, d) != 0)
        return CHART_FAILED;
    say_fills(run, &g, &sheet->caption, d);
    text_append(&sheet->title, "GPUs requested, granted and used by team");
    chart_subtitle(sheet, run,
                   g.teams.n_others > 0
                       ? "GPUs, the smallest as others on their own scale"
                       : "GPUs");
    write_rows(run, &g, sheet);
    return CHART_WRITTEN;
}

const struct chart_type chart_team_panels = {
    .name = "teams",
    .summary = "GPUs requested, granted and used, a panel a team",
    .header = PANELS_HEADER,
    .write = write,
};
