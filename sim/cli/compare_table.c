#include "cli/compare_table.h"

#include "base/memory.h"
#include "base/seconds.h"
#include "cli/table.h"
#include "study/outcome_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEAMS = 14, MOST_OTHERS = 12, AT_ONCE = 3, NAME_WIDTH = 16 };

static void print_wrapped(const char *string)
{
    struct text lines;
    text_init(&lines);
    text_append_wrapped(&lines, string, TABLE_WIDTH);
    fputs(lines.bytes, stdout);
    text_release(&lines);
}

/* ---- numbers of one outcome ---- */

/* How the values of an outcome are written: as they are, or in thousands, percent ... */
struct style {
    double factor;
    int decimals;
    const char *unit;  /* words behind the outcome's name: "million GPU-hours" */
    const char *scale; /* of them "million", or "" */
    bool is_percent;
};

static bool is_fraction(const struct outcome_name *name)
{
    return outcome_is_fraction(name->metric, name->kind);
}

static struct style style_of(struct arena *arena, const struct outcome_name *name,
                             double largest)
{
    const char *unit = outcome_unit(name);
    struct style s = {1, 2, "", "", false};
    if (is_fraction(name))
        return (struct style){100, 1, "%", "", true};
    const char *scale = largest >= 1e6 ? "million" : largest >= 1e4 ? "thousand" : "";
    s.factor = largest >= 1e6 ? 1e-6 : largest >= 1e4 ? 1e-3 : 1;
    largest *= s.factor;
    s.decimals = largest >= 1000 ? 0 : largest >= 100 ? 1 : largest >= 1 ? 2 : 3;
    s.scale = scale;
    s.unit = arena_printf(arena, "%s%s%s", scale, *scale && *unit ? " " : "", unit);
    return s;
}

/* A number without a sign of its own where it rounds to zero. */
static const char *number(struct arena *arena, const struct style *s, double value,
                          bool has_sign)
{
    if (isnan(value))
        return "-";
    double x = value * s->factor;
    if (fabs(x) < 0.5 * pow(10, -s->decimals))
        x = 0;
    bool is_plain = !has_sign || x == 0;
    return arena_printf(arena, is_plain ? "%.*f" : "%+.*f", s->decimals, x);
}

static const char *interval(struct arena *arena, const struct style *s, double low,
                            double high, bool has_sign)
{
    if (isnan(low) || isnan(high))
        return "";
    return arena_printf(arena, "%s%s%s", number(arena, s, low, has_sign),
                        has_sign || low < 0 ? " to " : "-",
                        number(arena, s, high, has_sign));
}

/* ---- finding ---- */

static bool find_estimate(const struct variant *v, const struct outcome_name *name,
                          struct estimate *e)
{
    int outcome = variant_find(v, name);
    *e = (struct estimate){v->n, v->n, NAN, NAN, NAN};
    if (outcome >= 0)
        variant_estimate(v, outcome, e);
    return outcome >= 0;
}

/* ---- an answer ---- */

static void print_heading(const struct comparison *c, size_t answer,
                          const struct style *style, bool has_colour)
{
    const struct outcome_name *name = &c->answers[answer];
    enum metric_better better = metric_types[name->metric].better;
    struct text line;
    text_init(&line);
    text_append_visible(&line, c->answer_paths[answer], strlen(c->answer_paths[answer]));
    if (metric_is_yes_no(name->metric, name->kind))
        text_append(&line, ", % of the worlds");
    else if (*style->unit)
        text_printf(&line, ", %s", style->unit);
    if (better != BETTER_NEITHER)
        text_printf(&line, "; %s is better", better == BETTER_LESS ? "less" : "more");
    printf("%s%s%s\n", has_colour ? "\033[1m" : "", line.bytes,
           has_colour ? "\033[0m" : "");
    text_release(&line);
}

static void print_variant(struct table *t, const struct comparison *c, size_t variant,
                          const struct difference *row, const struct outcome_name *name,
                          const struct style *s)
{
    struct arena *a = &t->arena;
    struct estimate e;
    find_estimate(&c->variants[variant], name, &e);
    table_cell(t, "%s", c->variants[variant].name);
    table_cell(t, "%s", number(a, s, e.mean, false));
    table_cell(t, "%s", interval(a, s, e.ci_low, e.ci_high, false));
    if (!row) {
        for (int i = 0; i < 4; i++)
            table_cell(t, "%s", "");
        return;
    }
    const struct paired *p = &row->paired;
    table_cell(t, "%s%s", number(a, s, p->difference, true),
               difference_stands(row) ? "*" : " ");
    table_cell(t, "%s", interval(a, s, p->ci_low, p->ci_high, true));
    if (row->wins.n > 0)
        table_cell(t, "%.0f/%.0f %%", 100 * row->wins.better_frac,
                   100 * row->wins.worse_frac);
    else
        table_cell(t, "%s", "");
    table_cell(t, "%s",
               isnan(p->unpaired_ratio)
                   ? "-"
                   : arena_printf(a, p->unpaired_ratio < 99.95 ? "%.1f x" : "%.0f x",
                                  p->unpaired_ratio));
}

/* Worlds without a value are told, not dropped. */
static void print_missing(const struct comparison *c, const struct difference *rows,
                          size_t n, const struct outcome_name *name)
{
    bool is_lost = metric_types[name->metric].missing_is_worst;
    struct text missing, pairs;
    text_init(&missing);
    text_init(&pairs);
    for (size_t i = 0; i < c->n_variants; i++) {
        const struct difference *row = difference_find(rows, n, i, name);
        const char *called = c->variants[i].name;
        struct estimate e;
        find_estimate(&c->variants[i], name, &e);
        if (e.n_missing > 0) {
            text_append(&missing, missing.length ? ", " : "");
            text_append_visible(&missing, called, strlen(called));
            text_printf(&missing, " %zu of %zu", e.n_missing, e.n);
        }
        if (row && row->paired.n < e.n) {
            text_append(&pairs, pairs.length ? ", " : "");
            text_append_visible(&pairs, called, strlen(called));
            text_printf(&pairs, " %zu", row->paired.n);
        }
    }
    if (missing.length > 0) {
        struct text all;
        text_init(&all);
        text_printf(&all, "Worlds without a value, %s: %s. ",
                    is_lost ? "lost but in no mean" : "in no mean", missing.bytes);
        if (pairs.length > 0)
            text_printf(&all,
                        "Worlds in which both have one, of which the change is: %s.",
                        pairs.bytes);
        print_wrapped(all.bytes);
        text_release(&all);
    }
    text_release(&missing);
    text_release(&pairs);
}

static void print_answer(const struct comparison *c, const struct difference *rows,
                         size_t n, size_t answer, bool has_colour)
{
    static const char *const columns[] = {
        "Alternative", ">Mean", "95 %", ">Change", "95 %", ">Won/lost", ">Pairing"};
    const struct outcome_name *name = &c->answers[answer];
    double largest = 0;
    for (size_t i = 0; i < c->n_variants; i++) {
        struct estimate e;
        find_estimate(&c->variants[i], name, &e);
        largest = fmax(largest, isnan(e.mean) ? 0 : fabs(e.mean));
    }
    struct table t;
    table_init(&t, columns, sizeof columns / sizeof *columns);
    struct style style = style_of(&t.arena, name, largest);
    print_heading(c, answer, &style, has_colour);
    print_variant(&t, c, c->base, NULL, name, &style);
    for (size_t i = 0; i < c->n_variants; i++)
        if (i != c->base)
            print_variant(&t, c, i, difference_find(rows, n, i, name), name, &style);
    table_print(&t, stdout, has_colour);
    table_release(&t);
    print_missing(c, rows, n, name);
    printf("\n");
}

/* ---- tables of many outcomes: what was, and the changes of some alternatives ---- */

struct line {
    const char *label;
    struct outcome_name name;
    double factor; /* 0: in the outcome's own style */
    double before;
};

static struct style line_style(struct arena *arena, const struct line *line)
{
    if (line->factor != 0)
        return (struct style){line->factor, 0, "", "", false};
    return style_of(arena, &line->name, fabs(line->before));
}

static void print_cell(struct table *t, const struct line *line,
                       const struct difference *row)
{
    struct arena *a = &t->arena;
    struct style s = line_style(a, line), percent = {100, 0, "", "", true};
    if (!row || isnan(row->paired.difference)) {
        table_cell(t, "%s", "- ");
        return;
    }
    double change = row->paired.difference;
    const char *star = difference_stands(row) ? "*" : " ";
    const char *sum = number(a, &s, change, true);
    if (s.is_percent || change == 0)
        table_cell(t, "%s%s", sum, star);
    else if (line->before == 0)
        table_cell(t, "%s  new%s", sum, star);
    else if (fabs(change) > 100 * fabs(line->before)) /* of almost nothing */
        table_cell(t, "%s      %s", sum, star);
    else
        table_cell(t, "%s %4s %%%s", sum,
                   number(a, &percent, change / fabs(line->before), true), star);
}

static const char *short_name(struct arena *arena, const char *name)
{
    struct text text;
    text_init(&text);
    text_append(&text, ">");
    text_append_cut(&text, name, NAME_WIDTH);
    const char *result = arena_string(arena, text.bytes);
    text_release(&text);
    return result;
}

static void print_lines(const struct comparison *c, const struct difference *rows,
                        size_t n, const struct line *lines, size_t n_lines,
                        const char *first, bool has_colour)
{
    size_t shown[AT_ONCE], next = 0;
    while (next < c->n_variants) {
        struct arena names;
        struct table t;
        const char *columns[2 + AT_ONCE];
        size_t n_shown = 0;
        arena_init(&names);
        for (; next < c->n_variants && n_shown < AT_ONCE; next++)
            if (next != c->base)
                shown[n_shown++] = next;
        if (n_shown == 0)
            break;
        columns[0] = first;
        columns[1] = short_name(&names, c->variants[c->base].name);
        for (size_t k = 0; k < n_shown; k++)
            columns[2 + k] = short_name(&names, c->variants[shown[k]].name);
        table_init(&t, columns, 2 + n_shown);
        for (size_t i = 0; i < n_lines; i++) {
            const struct line *line = &lines[i];
            struct style s = line_style(&t.arena, line);
            table_cell(&t, "%s%s", line->label,
                       strcmp(s.scale, "million") == 0    ? ", M"
                       : strcmp(s.scale, "thousand") == 0 ? ", k"
                                                          : "");
            table_cell(&t, "%s%s", number(&t.arena, &s, line->before, false),
                       s.is_percent ? " %" : "");
            for (size_t k = 0; k < n_shown; k++)
                print_cell(&t, line, difference_find(rows, n, shown[k], &line->name));
        }
        table_print(&t, stdout, has_colour);
        printf("\n");
        table_release(&t);
        arena_release(&names);
    }
}

static int by_before(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->before != y->before)
        return x->before > y->before ? -1 : 1;
    return strcmp(x->label, y->label);
}

/* GPUs at work on average over the whole run. */
static void print_teams(const struct comparison *c, const struct difference *rows,
                        size_t n, bool has_colour)
{
    const struct variant *base = &c->variants[c->base];
    const struct scenario *s = base->scenario;
    double hours = calendar_horizon_s(&s->calendar) / SECONDS_PER_HOUR;
    struct line *lines = MEM_ARRAY(struct line, s->n_teams);
    size_t n_lines = 0;
    for (size_t i = 0; i < s->n_teams; i++) {
        struct estimate e;
        struct line *line = &lines[n_lines];
        *line = (struct line){s->teams[i].name,
                              {"", METRIC_HOURS_USED, OF_TEAM, s->teams[i].name},
                              1 / hours,
                              0};
        if (find_estimate(base, &line->name, &e)) {
            line->before = e.mean;
            n_lines++;
        }
    }
    if (n_lines > 0) {
        qsort(lines, n_lines, sizeof *lines, by_before);
        printf("GPUs at work on average, by team: before, and the change\n");
        print_lines(c, rows, n, lines, n_lines < MOST_TEAMS ? n_lines : MOST_TEAMS,
                    "Team", has_colour);
        if (n_lines > MOST_TEAMS)
            printf("%zu teams that use less are in comparison.csv.\n\n",
                   n_lines - MOST_TEAMS);
    }
    mem_free(lines);
}

/* What is measured of all, and whether projects are released, where it changes for
 * certain under some alternative. */
static void print_others(const struct comparison *c, const struct difference *rows,
                         size_t n, bool has_colour)
{
    const struct variant *base = &c->variants[c->base];
    struct line lines[MOST_OTHERS];
    struct arena labels;
    size_t n_lines = 0;
    arena_init(&labels);
    for (size_t i = 0; i < n && n_lines < MOST_OTHERS; i++) {
        const struct outcome_name *name = &rows[i].name;
        struct estimate e;
        bool is_new = true;
        if (rows[i].is_answer || *name->at || !difference_stands(&rows[i]) ||
            !(name->kind == OF_ALL || metric_is_yes_no(name->metric, name->kind)))
            continue;
        for (size_t k = 0; k < n_lines; k++)
            is_new &= !outcome_name_equal(&lines[k].name, name);
        if (!is_new || !find_estimate(base, name, &e))
            continue;
        const char *metric = metric_types[name->metric].name;
        lines[n_lines++] = (struct line){
            name->kind == OF_ALL ? metric
                                 : arena_printf(&labels, "%s:%s", metric, name->subject),
            *name, 0, e.mean};
    }
    if (n_lines > 0) {
        printf("What else changes, of all and of releases\n");
        print_lines(c, rows, n, lines, n_lines, "Outcome", has_colour);
    }
    arena_release(&labels);
}

/* ---- the end ---- */

/* The alternatives whose change of an outcome stands and has a sign, behind words. */
static void append_names(struct text *out, const struct comparison *c,
                         const struct difference *rows, size_t n,
                         const struct outcome_name *name, int sign, const char *words)
{
    size_t n_names = 0;
    for (size_t i = 0; i < c->n_variants; i++) {
        const struct difference *row = difference_find(rows, n, i, name);
        if (!row || !difference_stands(row) || row->paired.difference * sign <= 0)
            continue;
        text_printf(out, "%s", n_names++ == 0 ? words : ", ");
        text_append_visible(out, c->variants[i].name, strlen(c->variants[i].name));
    }
    if (n_names > 0)
        text_append(out, "; ");
}

/* What of an answer stands. */
static void print_finding(const struct comparison *c, const struct difference *rows,
                          size_t n, size_t answer)
{
    const struct outcome_name *name = &c->answers[answer];
    enum metric_better better = metric_types[name->metric].better;
    int sign = better == BETTER_LESS ? -1 : 1;
    struct text out;
    text_init(&out);
    text_append_visible(&out, c->answer_paths[answer], strlen(c->answer_paths[answer]));
    text_append(&out, ": ");
    size_t before = out.length;
    append_names(&out, c, rows, n, name, sign,
                 better != BETTER_NEITHER ? "better under " : "more under ");
    append_names(&out, c, rows, n, name, -sign,
                 better != BETTER_NEITHER ? "worse under " : "less under ");
    text_append(&out, out.length > before
                          ? "no other change stands."
                          : "no change stands; more worlds by -n may tell.");
    print_wrapped(out.bytes);
    text_release(&out);
}

static void print_notes(const struct difference *rows, size_t n)
{
    size_t n_answers = 0, n_others = 0;
    for (size_t i = 0; i < n; i++) {
        n_answers += rows[i].is_answer && !isnan(rows[i].holm);
        n_others += !rows[i].is_answer && !isnan(rows[i].holm);
    }
    struct text note;
    text_init(&note);
    text_printf(&note,
                "* stands after Holm's correction (5 %%, for %zu answers and for %zu "
                "other differences). Won/lost: worlds in which it does better, worse. "
                "Pairing: how many times as wide the interval would be if each had "
                "worlds of its own.",
                n_answers, n_others);
    print_wrapped(note.bytes);
    text_release(&note);
}

static void print_head(const struct comparison *c)
{
    const struct scenario *s = c->variants[c->base].scenario;
    struct text head;
    char from[16];
    size_t least = c->variants[0].n, most = least;
    for (size_t i = 0; i < c->n_variants; i++) {
        least = c->variants[i].n < least ? c->variants[i].n : least;
        most = c->variants[i].n > most ? c->variants[i].n : most;
    }
    text_init(&head);
    date_format(s->calendar.start, from);
    if (s->question)
        print_wrapped(s->question);
    text_printf(&head, "%zu months from %s; ", s->calendar.n_months, from);
    if (least == most)
        text_printf(&head, "%zu world%s, the same", most, most == 1 ? "" : "s");
    else
        text_printf(&head, "%zu to %zu worlds, the same", least, most);
    text_append(&head, " for every alternative; changes against: ");
    text_append_visible(&head, c->variants[c->base].name,
                        strlen(c->variants[c->base].name));
    print_wrapped(head.bytes);
    printf("\n");
    text_release(&head);
}

void compare_table_print(const struct comparison *c, const struct difference *rows,
                         size_t n, bool has_colour)
{
    print_head(c);
    for (size_t i = 0; i < c->n_answers; i++)
        print_answer(c, rows, n, i, has_colour);
    print_teams(c, rows, n, has_colour);
    print_others(c, rows, n, has_colour);
    if (c->variants[c->base].n > 1) {
        for (size_t i = 0; i < c->n_answers; i++)
            print_finding(c, rows, n, i);
        print_notes(rows, n);
    }
}
