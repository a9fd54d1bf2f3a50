/* Who gains and who loses: the tables of teams and of projects, of each the rows first
 * that matter most. */
#include "base/memory.h"
#include "base/seconds.h"
#include "model/calendar.h"
#include "study/report_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_TEAMS = 16,    /* in the table on the page */
    MOST_OF_A_SIDE = 6, /* of more: the furthest ahead and behind */
    MOST_PROJECTS = 24, /* the worst */
    MOST_FOLDED = 400   /* in the table that is folded away */
};

/* ---- numbers of cells ---- */

static void put_figure(struct document *doc, struct document_table *t, double value,
                       enum figure_format format)
{
    struct text shown;
    text_init(&shown);
    if (isnan(value))
        text_append(&shown, "\u2013");
    else
        figure_append(&shown, value, format, doc->start);
    document_cell(doc, t, "%s", shown.bytes);
    text_release(&shown);
}

/* With one decimal and its sign: "+3.4". */
static void append_signed(struct text *out, double points)
{
    text_append(out, points >= 0.05 ? "+" : "");
    figure_append(out, points, FIGURE_MONTHS, "");
}

/* "35.8 to 36.4" of a fraction in percent. */
static void put_interval(struct document *doc, struct document_table *t, double low,
                         double high, bool is_signed)
{
    struct text shown;
    text_init(&shown);
    if (low <= high) {
        for (int k = 0; k < 2; k++) {
            text_append(&shown, k ? " to " : "");
            if (is_signed)
                append_signed(&shown, 100 * (k ? high : low));
            else
                figure_append(&shown, 100 * (k ? high : low), FIGURE_MONTHS, "");
        }
    } else {
        text_append(&shown, "\u2013");
    }
    document_cell(doc, t, "%s", shown.bytes);
    text_release(&shown);
}

static void put_tenths(struct document *doc, struct document_table *t, double fraction,
                       bool is_signed)
{
    struct text shown;
    text_init(&shown);
    if (isnan(fraction))
        text_append(&shown, "\u2013");
    else if (is_signed)
        append_signed(&shown, 100 * fraction);
    else
        figure_append(&shown, 100 * fraction, FIGURE_MONTHS, "");
    document_cell(doc, t, "%s", shown.bytes);
    text_release(&shown);
}

static double mean_of(const struct saved_outcome *o)
{
    return o ? o->summary.mean : NAN;
}

/* ---- teams ---- */

/* A colour of the charts: plots/theme.gp, which mixes the same. */
static const char *swatch_of(const struct report *report, const char *name)
{
    static const unsigned hues[] = {0x9ca3af, 0x0072b2, 0xe69f00, 0x009e73,
                                    0xcc79a7, 0x56b4e9, 0xd55e00, 0xf0e442};
    const struct chart_team *team = chart_teams_find(&report->colours, name);
    if (!team)
        return NULL;
    int colour = team->colour;
    unsigned mixed = 0, hue = hues[colour < 1 ? 0 : (colour - 1) % 7 + 1];
    bool is_lighter = colour > 7;
    for (int shift = 16; shift >= 0; shift -= 8) {
        unsigned part = hue >> shift & 255;
        mixed |= (is_lighter ? (part + 255 + 1) / 2 : part) << shift;
    }
    return arena_printf(&report->run->arena, "#%06x", mixed);
}

static const struct {
    const char *word;
    enum cell_tone tone;
} verdicts[] = {[VERDICT_GAINS] = {"gains", TONE_GOOD},
                [VERDICT_LOSES] = {"loses", TONE_BAD},
                [VERDICT_UNCLEAR] = {"no clear difference", TONE_SOFT},
                [VERDICT_NONE] = {"needs nothing", TONE_SOFT}};

/* Who gains, the most first; who loses, the most first; the others. */
static int by_verdict(const void *a, const void *b)
{
    const struct report_subject *x = *(const struct report_subject *const *)a;
    const struct report_subject *y = *(const struct report_subject *const *)b;
    enum verdict u = report_verdict(x), v = report_verdict(y);
    if (u != v)
        return u < v ? -1 : 1;
    double p = fabs(x->against.mean), q = fabs(y->against.mean);
    if (p > q || q > p)
        return p > q ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void add_teams(struct report *report, const struct report_subject *const *teams,
                      size_t n, const char *caption)
{
    static const struct document_column columns[] = {
        {"Team", COLUMN_NAME},
        {"People", COLUMN_NUMBER},
        {"GPU-hours used", COLUMN_NUMBER},
        {"Of all use", COLUMN_NUMBER},
        {"Need met, %", COLUMN_NUMBER},
        {"95 % interval", COLUMN_NUMBER},
        {"Against all, points", COLUMN_NUMBER},
        {"95 % interval", COLUMN_NUMBER},
        {"Verdict", COLUMN_TEXT}};
    static const int of_one_run[] = {0, 1, 2, 3, 4, 6, 8};
    struct document_column shown[9];
    bool has_many = report->run->replications > 1;
    size_t n_columns = has_many ? 9 : 7;
    for (size_t c = 0; c < n_columns; c++)
        shown[c] = columns[has_many ? c : (size_t)of_one_run[c]];
    struct document *doc = report->doc;
    struct document_table *t = document_table(doc, caption, shown, n_columns);
    for (size_t i = 0; i < n; i++) {
        const struct report_subject *team = teams[i];
        const struct summary *against = &team->against;
        const json_t *people = json_object_get(team->settings, "people");
        double used = mean_of(team->used), all = mean_of(report->used);
        enum verdict verdict = report_verdict(team);
        document_cell(doc, t, "%s", team->name)->swatch = swatch_of(report, team->name);
        put_figure(doc, t, people ? (double)json_integer_value(people) : NAN,
                   FIGURE_COUNT);
        put_figure(doc, t, used, FIGURE_COUNT);
        put_figure(doc, t, all > 0 ? used / all : NAN, FIGURE_PERCENT);
        put_tenths(doc, t, mean_of(team->fill), false);
        if (has_many && team->fill)
            put_interval(doc, t, team->fill->summary.ci_low, team->fill->summary.ci_high,
                         false);
        else if (has_many)
            document_cell(doc, t, "\u2013");
        put_tenths(doc, t, against->mean, true);
        if (has_many)
            put_interval(doc, t, against->ci_low, against->ci_high, true);
        document_cell(doc, t, "%s", verdicts[verdict].word)->tone =
            verdicts[verdict].tone;
    }
}

/* Of many teams those that are furthest from the rest. */
static size_t pick_ends(const struct report_subject *const *all, size_t n,
                        const struct report_subject **ends)
{
    size_t n_ends = 0, n_of[VERDICT_NONE + 1] = {0};
    for (size_t i = 0; i < n; i++)
        if (report_verdict(all[i]) <= VERDICT_LOSES &&
            n_of[report_verdict(all[i])]++ < MOST_OF_A_SIDE)
            ends[n_ends++] = all[i];
    return n_ends;
}

void report_teams(struct report *report)
{
    struct document *doc = report->doc;
    size_t n = report->n_teams;
    const struct report_subject **sorted = MEM_ARRAY(const struct report_subject *, n);
    const struct report_subject **ends = MEM_ARRAY(const struct report_subject *, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &report->teams[i];
    qsort(sorted, n, sizeof *sorted, by_verdict);
    if (n <= MOST_TEAMS) {
        add_teams(report, sorted, n, "Teams");
    } else {
        size_t n_ends = pick_ends(sorted, n, ends);
        if (n_ends > 0)
            add_teams(report, ends, n_ends, "Teams that gain most and lose most");
        document_fold(doc, "All teams");
        add_teams(report, sorted, n < MOST_FOLDED ? n : MOST_FOLDED,
                  n <= MOST_FOLDED ? "All teams"
                                   : "Teams; the others stand in outcomes.csv");
        document_fold_end(doc);
    }
    mem_free(sorted);
    mem_free(ends);
    prose_words(document_paragraph(doc, STYLE_NOTE),
                "Need met is the part of what a team needs that it is granted. A team "
                "gains or loses against all teams together, in percentage points%s",
                report->run->replications > 1 && report->is_random
                    ? " within the same run; a word stands where the interval does not "
                      "span zero."
                    : ". There is no interval here, so a word stands only where the "
                      "difference is five points or more.");
}

/* ---- projects ---- */

/* The latest against its target first; without a target last. */
static int by_trouble(const void *a, const void *b)
{
    const struct report_subject *x = *(const struct report_subject *const *)a;
    const struct report_subject *y = *(const struct report_subject *const *)b;
    double keys[][2] = {
        {isnan(x->on_time_frac), isnan(y->on_time_frac)},
        {x->on_time_frac, y->on_time_frac},
        {mean_of(x->released), mean_of(y->released)},
        {-mean_of(x->slip_months), -mean_of(y->slip_months)},
    };
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (keys[k][0] < keys[k][1] || keys[k][0] > keys[k][1])
            return keys[k][0] < keys[k][1] ? -1 : 1;
    return x < y ? -1 : 1;
}

/* The target that holds at the end, where it changes. */
static const char *target_of(const struct report_subject *project)
{
    const json_t *target = json_object_get(project->settings, "target");
    if (json_is_array(target) && json_array_size(target) > 0)
        target =
            json_object_get(json_array_get(target, json_array_size(target) - 1), "value");
    const char *date = json_string_value(target);
    return date ? date : "\u2013";
}

static void put_target(struct document *doc, struct document_table *t, const char *target)
{
    struct date start, date;
    if (date_parse(target, &date) && date_parse(doc->start, &start))
        put_figure(doc, t, calendar_at_s(start, date) / SECONDS_PER_MONTH, FIGURE_DATE);
    else
        document_cell(doc, t, "%s", target);
}

static void put_release(struct document *doc, struct document_table *t,
                        const struct report_subject *project)
{
    double months = mean_of(project->release_months);
    if (!isnan(months))
        put_figure(doc, t, months, FIGURE_DATE);
    else
        document_cell(doc, t, mean_of(project->sunk) > 0 ? "cancelled" : "not released");
}

static void put_chances(struct document *doc, struct document_table *t,
                        const struct report_subject *project)
{
    const struct saved_outcome *released = project->released;
    const struct summary *months =
        project->release_months ? &project->release_months->summary : NULL;
    put_figure(doc, t, mean_of(released), FIGURE_PERCENT);
    put_interval(
        doc, t,
        released ? figure_statistic(released->values, released->n, "wilson_low") : NAN,
        released ? figure_statistic(released->values, released->n, "wilson_high") : NAN,
        false);
    put_figure(doc, t, project->on_time_frac, FIGURE_PERCENT);
    put_figure(doc, t, months ? months->p05 : NAN, FIGURE_DATE);
    put_figure(doc, t, months ? months->p50 : NAN, FIGURE_DATE);
    put_figure(doc, t, months ? months->p95 : NAN, FIGURE_DATE);
}

static void add_projects(struct report *report,
                         const struct report_subject *const *projects, size_t n,
                         const char *caption)
{
    static const struct document_column of_many[] = {
        {"Project", COLUMN_NAME},         {"Team", COLUMN_NAME},
        {"Target", COLUMN_NUMBER},        {"Released", COLUMN_NUMBER},
        {"95 % interval", COLUMN_NUMBER}, {"On time", COLUMN_NUMBER},
        {"5 %", COLUMN_NUMBER},           {"Median", COLUMN_NUMBER},
        {"95 %", COLUMN_NUMBER},          {"Slip, months", COLUMN_NUMBER}};
    static const struct document_column of_one[] = {{"Project", COLUMN_NAME},
                                                    {"Team", COLUMN_NAME},
                                                    {"Target", COLUMN_NUMBER},
                                                    {"Released", COLUMN_NUMBER},
                                                    {"Slip, months", COLUMN_NUMBER}};
    bool has_many = report->run->replications > 1;
    struct document *doc = report->doc;
    struct document_table *t =
        document_table(doc, caption, has_many ? of_many : of_one, has_many ? 10 : 5);
    for (size_t i = 0; i < n; i++) {
        const struct report_subject *project = projects[i];
        const char *team = json_string_value(json_object_get(project->settings, "team"));
        document_cell(doc, t, "%s", project->name);
        document_cell(doc, t, "%s", team ? team : "")->swatch =
            team ? swatch_of(report, team) : NULL;
        put_target(doc, t, target_of(project));
        if (has_many)
            put_chances(doc, t, project);
        else
            put_release(doc, t, project);
        put_figure(doc, t, mean_of(project->slip_months), FIGURE_MONTHS);
    }
}

void report_projects(struct report *report)
{
    struct document *doc = report->doc;
    size_t n = report->n_projects;
    if (n == 0)
        return;
    const struct report_subject **sorted = MEM_ARRAY(const struct report_subject *, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &report->projects[i];
    qsort(sorted, n, sizeof *sorted, by_trouble);
    if (n <= MOST_PROJECTS) {
        add_projects(report, sorted, n, "Projects");
    } else {
        add_projects(report, sorted, MOST_PROJECTS,
                     "Projects furthest from their target");
        document_fold(doc, "More projects");
        add_projects(report, sorted, n < MOST_FOLDED ? n : MOST_FOLDED,
                     n <= MOST_FOLDED ? "All projects"
                                      : "Projects; the others stand in outcomes.csv");
        document_fold_end(doc);
    }
    mem_free(sorted);
    struct prose *note = document_paragraph(doc, STYLE_NOTE);
    prose_words(note, "On time is a release by the end of the target's day.");
    if (report->run->replications > 1)
        prose_words(note, " A run that does not release a project counts as not on time; "
                          "dates and slip are those of the runs that do.");
}
