/* Who gains and who loses GPUs: the teams under each alternative, those first whose use
 * changes most. Few are shown in rows with intervals, many as a map. */
#include "study/compare_chart.h"

#include "base/memory.h"
#include "study/chart_rows.h"
#include "study/compare_prose.h"
#include "study/glyphs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 30, MOST_TEAMS = 10, MOST_ALTERNATIVES = 24 };

struct shift {
    const struct saved_effect *team; /* of the base */
    double largest;                  /* change under any alternative */
};

struct shifts {
    struct shift *teams;
    size_t n_teams;
    const char **alternatives; /* that are held against the base, and share a team */
    size_t n_alternatives;
    double largest; /* in GPUs */
    double hours;
    const struct saved_effect *gain, *loss; /* the largest ones; NULL: none */
};

static int by_largest(const void *a, const void *b)
{
    const struct shift *x = a, *y = b;
    if (x->largest != y->largest)
        return x->largest > y->largest ? -1 : 1;
    return strcmp(x->team->subject, y->team->subject);
}

/* The change of a team's use under an alternative; NULL: none. */
static const struct saved_effect *change_of(const struct saved_comparison *c,
                                            const char *alternative,
                                            const struct saved_effect *team)
{
    const struct saved_effect *e = saved_effect_of(c, alternative, team);
    return e && e->has_difference && !isnan(e->difference) ? e : NULL;
}

static void note_extremes(struct shifts *s, const struct saved_effect *e)
{
    if (e->difference > 0 && (!s->gain || e->difference > s->gain->difference))
        s->gain = e;
    if (e->difference < 0 && (!s->loss || e->difference < s->loss->difference))
        s->loss = e;
    s->largest = fmax(s->largest, fabs(e->difference) / s->hours);
}

static void find_shifts(const struct saved_comparison *c, struct shifts *s)
{
    *s = (struct shifts){.hours = comparison_hours(c)};
    s->teams = MEM_ARRAY(struct shift, c->n_effects + 1);
    s->alternatives = MEM_ARRAY(const char *, c->n_alternatives + 1);
    bool *is_shared = MEM_ARRAY(bool, c->n_alternatives + 1);
    for (size_t i = 0; i < c->n_effects; i++) {
        const struct saved_effect *team = &c->effects[i];
        if (team->metric != METRIC_HOURS_USED || team->kind != OF_TEAM || *team->at ||
            strcmp(team->alternative, c->against) != 0)
            continue;
        struct shift shift = {team, 0};
        for (size_t k = 0; k < c->n_alternatives; k++) {
            const struct saved_effect *e = change_of(c, c->alternatives[k], team);
            if (!e)
                continue;
            is_shared[k] = true;
            shift.largest = fmax(shift.largest, fabs(e->difference));
            note_extremes(s, e);
        }
        s->teams[s->n_teams++] = shift;
    }
    for (size_t k = 0; k < c->n_alternatives; k++)
        if (is_shared[k])
            s->alternatives[s->n_alternatives++] = c->alternatives[k];
    mem_free(is_shared);
    if (s->n_teams > 0)
        qsort(s->teams, s->n_teams, sizeof *s->teams, by_largest);
}

static void release_shifts(struct shifts *s)
{
    mem_free(s->teams);
    mem_free(s->alternatives);
}

static void tell_one(const struct saved_comparison *c, const struct saved_effect *e,
                     struct prose *caption)
{
    prose_name(caption, e->subject);
    prose_words(caption, " under ");
    prose_name(caption, e->alternative);
    prose_words(caption, ": ");
    effect_put_gpus(caption, c, e);
    prose_words(caption, " on average");
}

static void tell(const struct saved_comparison *c, const struct shifts *s,
                 struct prose *caption)
{
    if (!s->gain && !s->loss) {
        prose_words(caption, "No team gains or loses anything.");
        return;
    }
    prose_words(caption, s->gain ? "Most gains " : "Nobody gains; most loses ");
    tell_one(c, s->gain ? s->gain : s->loss, caption);
    if (s->gain && s->loss) {
        prose_words(caption, "; most loses ");
        tell_one(c, s->loss, caption);
    }
    prose_words(caption, s->gain && !s->loss ? "; nobody loses." : ".");
}

static void head(struct saved_comparison *c, const struct shifts *s, size_t n_teams,
                 struct chart_sheet *sheet)
{
    struct text words;
    text_init(&words);
    text_append(&sheet->title, "Who gains and who loses GPUs");
    text_printf(&words, "at work on average, change against: %s", c->against);
    if (n_teams < s->n_teams)
        text_printf(&words, ", %zu of %zu teams", n_teams, s->n_teams);
    compare_chart_subtitle(c, words.bytes, sheet);
    text_release(&words);
    tell(c, s, &sheet->caption);
}

/* ---- in rows ---- */

static void write_rows(struct saved_comparison *c, const struct shifts *s,
                       struct chart_sheet *sheet)
{
    struct compare_span span = {0, 0};
    int decimals = compare_chart_decimals(s->largest);
    size_t row = 0;
    struct text rows;
    text_init(&rows);
    for (size_t i = 0; i < s->n_alternatives; i++) {
        bool is_first = true;
        for (size_t k = 0; k < s->n_teams; k++) {
            const struct saved_effect *e =
                change_of(c, s->alternatives[i], s->teams[k].team);
            if (!e)
                continue;
            row++;
            if (is_first)
                chart_row_name(&rows, "group", row, s->alternatives[i]);
            is_first = false;
            chart_row_name(&rows, "name", row, e->subject);
            compare_chart_change(c, e, 1 / s->hours, decimals, row, &span, &rows);
        }
    }
    head(c, s, s->n_teams, sheet);
    compare_span_write(&span, &sheet->rows);
    chart_row_unit(&sheet->rows, "GPUs");
    text_append(&sheet->rows, rows.bytes);
    text_release(&rows);
}

static bool are_few(const struct shifts *s)
{
    return s->n_alternatives * s->n_teams <= MOST_ROWS;
}

static enum chart_outcome write_shifts(struct saved_comparison *c,
                                       const struct saved_effect *answer,
                                       struct chart_sheet *sheet)
{
    struct shifts s;
    (void)answer;
    find_shifts(c, &s);
    bool is_written = s.n_alternatives > 0 && are_few(&s);
    if (is_written)
        write_rows(c, &s, sheet);
    else
        text_append(&sheet->none, s.n_alternatives > 0
                                      ? "they are many: shiftmap shows them"
                                      : "the alternatives have no team in common");
    release_shifts(&s);
    return is_written ? CHART_WRITTEN : CHART_NONE;
}

const struct compare_chart_type compare_chart_shifts = {
    .chart = {.name = "shifts",
              .summary = "of a comparison: who gains and who loses GPUs, with intervals",
              .header = CHART_ROWS_HEADER},
    .write = write_shifts,
};

/* ---- as a map ---- */

static void write_cell(struct saved_comparison *c, const struct saved_effect *e,
                       const struct shifts *s, size_t column, size_t row,
                       struct text *out)
{
    double gpus = e->difference / s->hours;
    int decimals = compare_chart_decimals(s->largest);
    const char *number = compare_chart_signed(c, gpus, decimals, false);
    bool is_open = !saved_effect_stands(e) && strcmp(number, "0") != 0;
    text_printf(out, "cell,%zu,%zu,%.17g,", column, row, gpus);
    glyphs_append_cell(out, is_open ? arena_printf(&c->arena, "(%s)", number) : number);
    text_append(out, "\n");
}

static void write_map(struct saved_comparison *c, const struct shifts *s,
                      struct chart_sheet *sheet)
{
    size_t n_teams = s->n_teams < MOST_TEAMS ? s->n_teams : MOST_TEAMS;
    size_t n =
        s->n_alternatives < MOST_ALTERNATIVES ? s->n_alternatives : MOST_ALTERNATIVES;
    struct text *out = &sheet->rows;
    head(c, s, n_teams, sheet);
    text_append(out, "x,,,,\"in brackets: does not stand after Holm's correction\"\n");
    for (size_t k = 0; k < n_teams; k++) {
        text_printf(out, "column,%zu,,,", k + 1);
        chart_name_cell(out, s->teams[k].team->subject);
        text_append(out, "\n");
    }
    for (size_t i = 0; i < n; i++) {
        text_printf(out, "row,,%zu,,", n - i);
        chart_name_cell(out, s->alternatives[i]);
        text_append(out, "\n");
        for (size_t k = 0; k < n_teams; k++) {
            const struct saved_effect *e =
                change_of(c, s->alternatives[i], s->teams[k].team);
            if (e)
                write_cell(c, e, s, k + 1, n - i, out);
        }
    }
}

static enum chart_outcome write_shiftmap(struct saved_comparison *c,
                                         const struct saved_effect *answer,
                                         struct chart_sheet *sheet)
{
    struct shifts s;
    (void)answer;
    find_shifts(c, &s);
    bool is_written = s.n_alternatives > 0 && !are_few(&s);
    if (is_written)
        write_map(c, &s, sheet);
    else
        text_append(&sheet->none, s.n_alternatives > 0
                                      ? "they are few: shifts shows them"
                                      : "the alternatives have no team in common");
    release_shifts(&s);
    return is_written ? CHART_WRITTEN : CHART_NONE;
}

const struct compare_chart_type compare_chart_shiftmap = {
    .chart = {.name = "shiftmap",
              .summary = "of a comparison: who gains and who loses GPUs, as a map",
              .header = "what,column,row,value,text"},
    .write = write_shiftmap,
};
