/* The teams' headcount and, where anything is felt, their morale, over time. */
#include "study/chart_kinds.h"
#include "study/chart_panels.h"

#include <math.h>

struct people_chart {
    struct chart_teams teams;
    struct saved_series headcount, morale;
    bool has_morale;
    const char *others; /* "29 others" */
};

static double cell_of(const struct saved_series *series, size_t team, size_t month)
{
    return series->values[month * series->n_subjects + team];
}

/* Whether anybody's morale is ever less than the best. */
static bool is_felt(const struct saved_series *morale)
{
    for (size_t m = 0; m < morale->n_months; m++)
        for (size_t t = 0; t < morale->n_subjects; t++)
            if (cell_of(morale, t, m) < 1)
                return true;
    return false;
}

static int load(struct saved_run *run, struct people_chart *p, struct diag *d)
{
    if (chart_teams_load(run, &p->teams, d) != 0 ||
        panels_load(run, "teams.csv", "team", "headcount", &p->teams.granted,
                    &p->headcount, d) != 0)
        return -1;
    p->others = arena_printf(&run->arena, "%zu others", p->teams.n_others);
    struct saved_series what = p->headcount;
    what.column = "morale";
    what.statistic = "mean";
    int result = panels_load_statistic(run, &what, "mean", &p->morale, d);
    p->has_morale = result == 0 && is_felt(&p->morale);
    return result < 0 ? -1 : 0;
}

static bool changes(const struct saved_series *s)
{
    for (size_t m = 1; m < s->n_months; m++)
        for (size_t t = 0; t < s->n_subjects; t++)
            if (cell_of(s, t, m) != cell_of(s, t, 0))
                return true;
    return false;
}

/* The morale of the others is that of their people: weighted by headcount. */
static double *others_morale(struct saved_run *run, const struct people_chart *p)
{
    double *values = ARENA_ARRAY(&run->arena, double, p->morale.n_months);
    for (size_t m = 0; m < p->morale.n_months; m++) {
        double sum = 0, n_people = 0;
        for (size_t t = 0; t < p->teams.n_teams; t++) {
            double morale = cell_of(&p->morale, t, m);
            double weight = cell_of(&p->headcount, t, m);
            if (p->teams.teams[t].colour > 0 || isnan(morale) || !(weight > 0))
                continue;
            sum += weight * morale;
            n_people += weight;
        }
        values[m] = n_people > 0 ? sum / n_people : NAN;
    }
    return values;
}

/* ---- rows ---- */

/* A line with its name at the end. */
static struct panels_end write_line(const struct panels *p, size_t panel, size_t series,
                                    int colour, const char *name, const double *values)
{
    double last = NAN;
    for (size_t m = 0; m < p->n_months; m++)
        last = isnan(values[m]) ? last : values[m];
    panels_rows(p, (struct panels_line){"line", panel, series, colour}, NULL, values);
    return (struct panels_end){panel, series, last, colour, name};
}

/* The teams that are shown, and the others unless that is NULL. */
static void write_panel(struct saved_run *run, const struct people_chart *p,
                        const struct panels *panels, size_t panel,
                        const struct saved_series *series, const double *others)
{
    const struct chart_team *shown[PANELS_MOST];
    struct panels_end ends[PANELS_MOST];
    size_t n = panels_teams(&p->teams, shown), n_ends = 0;
    if (others)
        ends[n_ends++] = write_line(panels, panel, n + 1, 0, p->others, others);
    for (size_t i = 0; i < n; i++)
        ends[n_ends++] =
            write_line(panels, panel, i + 1, shown[i]->colour, shown[i]->name,
                       panels_values(run, series, shown[i]->order));
    panels_ends(panels, ends, n_ends);
}

/* Many others together are large: their headcount has a panel and a scale of its own. */
static void write_rows(struct saved_run *run, const struct people_chart *p,
                       struct chart_sheet *sheet)
{
    bool has_others = p->teams.n_others > 0;
    size_t n = 1u + has_others, morale = n + 1;
    struct panels panels;
    panels_begin(&panels, sheet, run, &p->headcount);
    for (size_t scale = 1; scale <= n; scale++)
        panels_scale(&panels, scale, NAN, NAN, "count");
    if (p->has_morale)
        panels_scale(&panels, morale, 0, 1, "index");
    panels_panel(&panels, 1, 1, "Headcount");
    if (has_others)
        panels_panel(&panels, 2, 2,
                     arena_printf(&run->arena, "Headcount of the %s", p->others));
    if (p->has_morale)
        panels_panel(&panels, morale, morale, "Morale (1: the best)");
    write_panel(run, p, &panels, 1, &p->headcount, NULL);
    if (has_others) {
        struct panels_end end = write_line(&panels, 2, PANELS_MOST, 0, p->others,
                                           panels_others(run, &p->headcount, &p->teams));
        panels_ends(&panels, &end, 1);
    }
    if (p->has_morale)
        write_panel(run, p, &panels, morale, &p->morale,
                    has_others ? others_morale(run, p) : NULL);
}

/* ---- the finding ---- */

static int say_change(struct saved_run *run, const struct saved_series *s,
                      struct prose *caption, struct diag *d)
{
    size_t team = 0, last = s->n_months - 1;
    double most = 0;
    for (size_t t = 0; t < s->n_subjects; t++) {
        double change = fabs(cell_of(s, t, last) - cell_of(s, t, 0));
        if (change > most) {
            most = change;
            team = t;
        }
    }
    if (most == 0) {
        prose_words(caption, "All teams are in the end as large as at the start.");
        return 0;
    }
    prose_name(caption, s->subjects[team]);
    prose_words(caption, " %s the most: from ",
                cell_of(s, team, last) > cell_of(s, team, 0) ? "grows" : "shrinks");
    if (panels_say(caption, run,
                   (struct panels_cell){s, team, 0, FIGURE_COUNT, " people"}, d) != 0)
        return -1;
    prose_words(caption, " in ");
    prose_month(caption, s, 0);
    prose_words(caption, " to ");
    if (panels_say(caption, run, (struct panels_cell){s, team, last, FIGURE_COUNT, ""},
                   d) != 0)
        return -1;
    prose_words(caption, " in ");
    prose_month(caption, s, last);
    prose_words(caption, ".");
    return 0;
}

static int say_morale(struct saved_run *run, const struct saved_series *s,
                      struct prose *caption, struct diag *d)
{
    size_t team = 0, month = 0;
    double least = INFINITY;
    for (size_t m = 0; m < s->n_months; m++)
        for (size_t t = 0; t < s->n_subjects; t++)
            if (cell_of(s, t, m) < least) {
                least = cell_of(s, t, m);
                team = t;
                month = m;
            }
    if (!isfinite(least))
        return 0;
    prose_words(caption, " Morale is lowest in ");
    prose_name(caption, s->subjects[team]);
    prose_words(caption, " in ");
    prose_month(caption, s, month);
    prose_words(caption, ": ");
    if (panels_say(caption, run, (struct panels_cell){s, team, month, FIGURE_INDEX, ""},
                   d) != 0)
        return -1;
    prose_words(caption, ".");
    return 0;
}

static enum chart_outcome write(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d)
{
    struct people_chart p;
    (void)request;
    if (load(run, &p, d) != 0)
        return CHART_FAILED;
    if (!p.has_morale && !changes(&p.headcount)) {
        text_append(&sheet->none, "no team's headcount ever changes");
        return CHART_NONE;
    }
    if (say_change(run, &p.headcount, &sheet->caption, d) != 0 ||
        (p.has_morale && say_morale(run, &p.morale, &sheet->caption, d) != 0))
        return CHART_FAILED;
    text_append(&sheet->title,
                p.has_morale ? "Headcount and morale by team" : "Headcount by team");
    chart_subtitle(sheet, run,
                   p.teams.n_others > 0
                       ? "people at the month's end, the smallest as others"
                       : "people at the month's end");
    write_rows(run, &p, sheet);
    return CHART_WRITTEN;
}

const struct chart_type chart_people = {
    .name = "people",
    .summary = "headcount and morale by team over time",
    .header = PANELS_HEADER,
    .write = write,
};
