/* A monthly series of an ensemble: its mean, and between which values half and nearly all
 * of the replications lie; a panel a subject. Quantiles do not add up, so of many
 * subjects the largest are shown and the others left out, which the subtitle says. */
#include "record/columns.h"
#include "study/chart_kinds.h"
#include "study/chart_panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_SERIES "teams.csv:fill_frac"

struct fan {
    const char *file, *kind, *column;
    struct panels_fan fan;
    bool is_fraction;
    const char *unit;
    size_t n_shown, shown[PANELS_MOST]; /* subjects */
    int colours[PANELS_MOST];
};

/* ---- which series ---- */

/* All that bands.csv holds, as FILE:COLUMN, in the order of the file. */
struct known {
    const char **names, **kinds;
    size_t n;
};

static int list_known(struct saved_run *run, struct known *known, struct diag *d)
{
    const struct csv_table *t = saved_run_file(run, "bands.csv", d);
    if (!t)
        return -1;
    int file = saved_column(t, "file", d), column = saved_column(t, "column", d);
    int kind = saved_column(t, "kind", d);
    if (file < 0 || column < 0 || kind < 0)
        return -1;
    *known =
        (struct known){.names = ARENA_ARRAY(&run->arena, const char *, t->n_rows + 1),
                       .kinds = ARENA_ARRAY(&run->arena, const char *, t->n_rows + 1)};
    for (size_t row = 0; row < t->n_rows; row++) {
        const char *name =
            arena_printf(&run->arena, "%s:%s", csv_table_cell(t, row, (size_t)file),
                         csv_table_cell(t, row, (size_t)column));
        size_t i = known->n;
        while (i > 0 && strcmp(known->names[i - 1], name) != 0)
            i--;
        if (i > 0)
            continue;
        known->names[known->n] = name;
        known->kinds[known->n++] = csv_table_cell(t, row, (size_t)kind);
    }
    return 0;
}

static int report_unknown(const struct known *known, const char *series, struct diag *d)
{
    struct place at = {.file = "--series", .line = 1, .column = 1, .text = series};
    struct text all;
    diag_error(d, DIAG_USAGE, &at, "the run has no series '%s'", series);
    const char *near = text_suggest(series, known->names, known->n);
    text_init(&all);
    if (near)
        text_printf(&all, "did you mean '%s'? ", near);
    text_append(&all, "there are: ");
    for (size_t i = 0; i < known->n; i++)
        text_printf(&all, "%s%s", i ? ", " : "", known->names[i]);
    diag_hint(d, "%s", all.bytes);
    text_release(&all);
    return -1;
}

static int choose_series(struct saved_run *run, const char *series, struct fan *f,
                         struct diag *d)
{
    struct known known;
    if (list_known(run, &known, d) != 0)
        return -1;
    for (size_t i = 0; i < known.n; i++)
        if (strcmp(known.names[i], series) == 0) {
            size_t length = strcspn(series, ":"), n;
            f->file = arena_copy(&run->arena, series, length);
            f->column = arena_string(&run->arena, series + length + 1);
            f->kind = known.kinds[i];
            int c = columns_find(f->file, f->column);
            f->unit = c < 0 ? "" : columns_of(f->file, &n)[c].unit;
            f->is_fraction = strcmp(f->unit, "fraction") == 0;
            return 0;
        }
    return report_unknown(&known, series, d);
}

/* ---- which subjects ---- */

/* What counts for the order of subjects: the sum of the means. */
static double size_of(const struct saved_series *s, size_t subject)
{
    double sum = 0;
    for (size_t m = 0; m < s->n_months; m++) {
        double value = s->values[m * s->n_subjects + subject];
        sum += isnan(value) ? 0 : value;
    }
    return sum;
}

/* Teams as in the other charts, in their colours; of other subjects the largest. */
static int choose_subjects(struct saved_run *run, struct fan *f, struct diag *d)
{
    const struct saved_series *mean = &f->fan.mean;
    if (strcmp(f->kind, "team") == 0) {
        struct chart_teams teams;
        const struct chart_team *shown[PANELS_MOST];
        if (chart_teams_load(run, &teams, d) != 0)
            return -1;
        size_t n = panels_teams(&teams, shown);
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < mean->n_subjects; k++)
                if (strcmp(mean->subjects[k], shown[i]->name) == 0) {
                    f->colours[f->n_shown] = shown[i]->colour;
                    f->shown[f->n_shown++] = k;
                }
        return 0;
    }
    for (size_t i = 0; i < mean->n_subjects; i++) {
        size_t n_larger = 0;
        for (size_t j = 0; j < mean->n_subjects; j++) {
            double more = size_of(mean, j) - size_of(mean, i);
            n_larger += more > 0 || (more == 0 && j < i);
        }
        if (n_larger >= PANELS_MOST)
            continue;
        f->colours[f->n_shown] = PANELS_USED;
        f->shown[f->n_shown++] = i;
    }
    return 0;
}

/* ---- words ---- */

/* What a column is called in a title. */
static const char *title_of(struct saved_run *run, const char *column)
{
    static const char *const said[][2] = {
        {"fill_frac", "Need met"},
        {"jain_fill", "Jain's index of need met"},
        {"gini_fill", "Gini coefficient of need met"},
        {"max_envy", "Largest envy"},
        {"done_frac", "Work done"},
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (strcmp(said[i][0], column) == 0)
            return said[i][1];
    static const char *const units[] = {"_gpu_hours", "_gpus"};
    size_t length = strlen(column);
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(units[i]);
        if (length > n && strcmp(column + length - n, units[i]) == 0) {
            char *words = arena_printf(&run->arena, "GPU%s %.*s", i ? "s" : "-hours",
                                       (int)(length - n), column);
            return words;
        }
    }
    char *words = arena_string(&run->arena, column);
    for (char *c = words; *c; c++)
        if (*c == '_')
            *c = ' ';
    if (*words >= 'a' && *words <= 'z')
        *words = (char)(*words - 'a' + 'A');
    return words;
}

static void write_titles(struct saved_run *run, const struct fan *f,
                         struct chart_sheet *sheet)
{
    size_t n = f->fan.mean.n_subjects;
    bool has_subjects = strcmp(f->kind, "all") != 0;
    struct text unit;
    text_init(&unit);
    text_append(&sheet->title, title_of(run, f->column));
    text_printf(&sheet->title, "%s%s: mean and spread", has_subjects ? " by " : "",
                has_subjects ? f->kind : "");
    text_append(&unit, f->is_fraction ? "percent" : f->unit);
    if (f->n_shown < n)
        text_printf(&unit, ", the %zu largest of %zu", f->n_shown, n);
    chart_subtitle(sheet, run, unit.bytes);
    text_release(&unit);
}

static bool has_values(const struct fan *f)
{
    for (size_t k = 0; k < f->n_shown; k++)
        if (panels_last(&f->fan.mean, f->shown[k]) < f->fan.mean.n_months)
            return true;
    return false;
}

/* Where chance matters most: the widest outer band. */
static int write_caption(struct saved_run *run, const struct fan *f,
                         struct prose *caption, struct diag *d)
{
    const struct saved_series *mean = &f->fan.mean;
    enum figure_format format = f->is_fraction ? FIGURE_PERCENT : FIGURE_COUNT;
    size_t subject = 0, month = 0;
    double widest = 0;
    for (size_t m = 0; m < mean->n_months; m++)
        for (size_t k = 0; k < f->n_shown; k++) {
            size_t i = m * mean->n_subjects + f->shown[k];
            double width = f->fan.outer_high.values[i] - f->fan.outer_low.values[i];
            if (width > widest * (1 + 1e-9)) {
                widest = width;
                subject = f->shown[k];
                month = m;
            }
        }
    if (widest == 0) {
        prose_words(caption, "%s",
                    has_values(f) ? "Chance makes no difference: all runs agree."
                                  : "It has no value in any month.");
        return 0;
    }
    prose_words(caption, "Chance matters most");
    if (strcmp(f->kind, "all") != 0) {
        prose_words(caption, " for ");
        prose_name(caption, mean->subjects[subject]);
    }
    prose_words(caption, " in ");
    prose_month(caption, mean, month);
    prose_words(caption, ": %s of the runs lie between ", f->fan.outer);
    prose_cell(caption, &f->fan.outer_low, subject, month, format);
    prose_words(caption, " and ");
    prose_cell(caption, &f->fan.outer_high, subject, month, format);
    prose_words(caption, ", their mean is ");
    if (panels_say(caption, run, (struct panels_cell){mean, subject, month, format, ""},
                   d) != 0)
        return -1;
    prose_words(caption, ".");
    return 0;
}

static void write_rows(struct saved_run *run, const struct fan *f,
                       struct chart_sheet *sheet)
{
    bool has_subjects = strcmp(f->kind, "all") != 0;
    struct panels p;
    panels_begin(&p, sheet, run, &f->fan.mean);
    panels_scale(&p, 1, NAN, f->is_fraction ? 1 : NAN,
                 f->is_fraction ? "percent" : "count");
    for (size_t k = 0; k < f->n_shown; k++)
        panels_panel(&p, k + 1, 1, has_subjects ? f->fan.mean.subjects[f->shown[k]] : "");
    bool is_teams = strcmp(f->kind, "team") == 0;
    panels_fan_words(&p, &f->fan, is_teams ? PANELS_VARIES : PANELS_USED);
    for (size_t k = 0; k < f->n_shown; k++)
        panels_fan_rows(&p, run, &f->fan, f->shown[k], k + 1, f->colours[k]);
}

static enum chart_outcome write(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d)
{
    struct fan f = {0};
    if (run->replications == 1) {
        text_append(&sheet->none, "shown of an ensemble only; run one with -n");
        return CHART_NONE;
    }
    if (choose_series(run, request->series ? request->series : DEFAULT_SERIES, &f, d) !=
            0 ||
        panels_load(run, f.file, f.kind, f.column, NULL, &f.fan.mean, d) != 0 ||
        panels_fan_load(run, &f.fan, d) != 0 || choose_subjects(run, &f, d) != 0 ||
        write_caption(run, &f, &sheet->caption, d) != 0)
        return CHART_FAILED;
    write_titles(run, &f, sheet);
    write_rows(run, &f, sheet);
    return CHART_WRITTEN;
}

const struct chart_type chart_fan = {
    .name = "fan",
    .summary = "mean and chances of a monthly series of an ensemble (default: need met)",
    .header = PANELS_HEADER,
    .write = write,
};
