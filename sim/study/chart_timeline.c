/* What happened, in the order of dates. Equal kinds on one day are one row; where there
 * are too many rows, first the deliveries to a pool, its failures and its repairs become
 * one row each, then the lesser ones are left out, and the subtitle says how many. */
#include "base/memory.h"
#include "study/chart_kinds.h"
#include "study/chart_plan.h"
#include "study/chart_rows.h"
#include "study/chart_teams.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 40, LONGEST_SUBJECT = 60, LONGEST_DETAIL = 60 };

/* How a kind of event is told: before, subject, after, then if there is one the detail
 * with its link. Rank 0 stays longest. */
struct telling {
    const char *event, *before, *after, *link;
    const char *mark; /* of plots/timeline.gp */
    int rank;
    bool is_merged; /* with others of its kind on one day */
};

static const struct telling tellings[] = {
    {"release", "", " released", ", ", "release", 0, false},
    {"cancel", "", " cancelled", ", ", "cancel", 0, false},
    {"pause", "", " paused", ", ", "happening", 0, true},
    {"deliver", "deliver ", "", " +", "happening", 2, true},
    {"retire", "retire ", "", " \u2212", "happening", 1, true},
    {"set", "set ", "", " to ", "happening", 3, true},
    {"depart", "", " leaves", ": ", "happening", 4, true},
    {"hire", "", " comes", ": ", "happening", 4, true},
    {"move", "", " moves", " ", "happening", 1, true},
    {"ruling", "ruling on ", "", ": ", "happening", 1, true},
    {"fail", "fail ", "", ": ", "happening", 4, true},
    {"repair", "repair ", "", ": ", "happening", 4, true},
};
/* Any other event, after its own word. */
static const struct telling other = {NULL, "", "", ": ", "happening", 1, true};
static const char *const untold[] = {"start", "stage", "meeting"};

struct item {
    const struct telling *telling;
    const char *event, *date, *last, *kind, *subject, *detail;
    size_t n; /* events in it */
    bool is_out;
};

struct timeline {
    struct item *items;
    size_t n_items, capacity;
    size_t n_left_out;
};

static const struct telling *telling_of(const char *event)
{
    for (size_t i = 0; i < sizeof tellings / sizeof *tellings; i++)
        if (strcmp(tellings[i].event, event) == 0)
            return &tellings[i];
    return &other;
}

static bool is_told(const char *event, const char *detail)
{
    for (size_t i = 0; i < sizeof untold / sizeof *untold; i++)
        if (strcmp(untold[i], event) == 0)
            return false;
    return strncmp(detail, "no effect", strlen("no effect")) != 0;
}

/* ---- which rows ---- */

static void add(struct timeline *t, const struct item *item)
{
    for (size_t i = t->n_items; item->telling->is_merged && i-- > 0;) {
        struct item *before = &t->items[i];
        if (strcmp(before->date, item->date) != 0)
            break;
        if (strcmp(before->event, item->event) == 0) {
            before->n++;
            return;
        }
    }
    ARRAY_PUSH(t->items, t->n_items, t->capacity) = *item;
}

static int load(struct timeline *t, const struct csv_table *events, struct diag *d)
{
    static const char *const names[] = {"event", "date", "kind", "subject", "detail"};
    size_t at[5];
    for (int k = 0; k < 5; k++) {
        int column = saved_column(events, names[k], d);
        if (column < 0)
            return -1;
        at[k] = (size_t)column;
    }
    for (size_t row = 0; row < events->n_rows; row++) {
        struct item item = {.event = csv_table_cell(events, row, at[0]),
                            .date = csv_table_cell(events, row, at[1]),
                            .kind = csv_table_cell(events, row, at[2]),
                            .subject = csv_table_cell(events, row, at[3]),
                            .detail = csv_table_cell(events, row, at[4]),
                            .n = 1};
        item.telling = telling_of(item.event);
        item.last = item.date;
        if (is_told(item.event, item.detail))
            add(t, &item);
    }
    return 0;
}

static bool comes_often(const char *event)
{
    return strcmp(event, "deliver") == 0 || strcmp(event, "fail") == 0 ||
           strcmp(event, "repair") == 0;
}

/* All events of such a kind that a pool has become its first. */
static size_t merge_frequent(struct timeline *t)
{
    size_t n = t->n_items;
    for (size_t i = 0; i < t->n_items; i++) {
        struct item *first = &t->items[i];
        if (first->is_out || !comes_often(first->event))
            continue;
        for (size_t k = i + 1; k < t->n_items; k++) {
            struct item *later = &t->items[k];
            if (later->is_out || strcmp(later->event, first->event) != 0 ||
                strcmp(later->subject, first->subject) != 0)
                continue;
            first->n += later->n;
            first->last = later->date;
            later->is_out = true;
            n--;
        }
    }
    return n;
}

/* The lesser before the weightier, of equal ones the later first. */
static void leave_out(struct timeline *t, size_t n)
{
    for (int rank = 4; rank >= 0; rank--)
        for (size_t i = t->n_items; i-- > 0 && n > MOST_ROWS;) {
            struct item *item = &t->items[i];
            if (item->is_out || item->telling->rank != rank)
                continue;
            item->is_out = true;
            t->n_left_out += item->n;
            n--;
        }
}

/* ---- what they say ---- */

/* "3209736 GPU-hours sunk" with commas in its number. */
static void append_detail(struct text *out, const char *detail)
{
    size_t digits = strspn(detail, "0123456789");
    if (digits > 4 && digits < 16 && (detail[digits] == ' ' || detail[digits] == '\0')) {
        text_append_count(out, strtod(detail, NULL));
        detail += digits;
    }
    text_append_cut(out, detail, LONGEST_DETAIL);
}

static void append_words(struct text *out, const struct item *item)
{
    const struct telling *telling = item->telling;
    text_append(out, telling->before);
    if (telling == &other)
        text_printf(out, "%s ", item->event);
    text_append_cut(out, item->subject, LONGEST_SUBJECT);
    text_append(out, telling->after);
    if (*item->detail) {
        text_append(out, telling->link);
        append_detail(out, item->detail);
    }
    if (item->n > 1)
        text_printf(out, " (and %zu more", item->n - 1);
    if (strcmp(item->date, item->last) != 0) {
        text_append(out, " until ");
        chart_append_date(out, item->last);
    }
    if (item->n > 1)
        text_append(out, ")");
}

/* Whether a setting's path is of that element of that list. */
static bool is_setting_of(const char *path, const char *list, const char *name)
{
    size_t n_list = strlen(list), n_name = strlen(name);
    if (strncmp(path, list, n_list) != 0)
        return false;
    path += n_list;
    bool is_quoted = *path == '"';
    path += is_quoted;
    return strncmp(path, name, n_name) == 0 &&
           strncmp(path + n_name, is_quoted ? "\"." : ".", is_quoted ? 2 : 1) == 0;
}

/* The team that it happens to, NULL if none or several. */
static const char *team_of(const struct item *item, const struct chart_plan *plan,
                           const struct chart_teams *teams)
{
    bool is_setting = strcmp(item->kind, "setting") == 0;
    if (item->n > 1)
        return NULL;
    if (strcmp(item->kind, "team") == 0)
        return item->subject;
    for (size_t i = 0; i < plan->n_projects; i++)
        if (is_setting ? is_setting_of(item->subject, "projects.", plan->projects[i].name)
                       : strcmp(item->kind, "project") == 0 &&
                             strcmp(item->subject, plan->projects[i].name) == 0)
            return plan->projects[i].team;
    for (size_t t = 0; t < teams->n_teams && is_setting; t++)
        if (is_setting_of(item->subject, "teams.", teams->teams[t].name))
            return teams->teams[t].name;
    return NULL;
}

static int colour_of(const struct item *item, const struct chart_plan *plan,
                     const struct chart_teams *teams)
{
    const char *name = team_of(item, plan, teams);
    const struct chart_team *team = name ? chart_teams_find(teams, name) : NULL;
    return team ? team->colour : 0;
}

static void write_rows(const struct timeline *t, const struct chart_plan *plan,
                       const struct chart_teams *teams, struct text *out)
{
    struct text words;
    size_t row = 0;
    text_init(&words);
    for (size_t i = 0; i < t->n_items; i++) {
        const struct item *item = &t->items[i];
        int colour = colour_of(item, plan, teams);
        if (item->is_out)
            continue;
        text_clear(&words);
        chart_append_date(&words, item->date);
        chart_row_name(out, "name", ++row, words.bytes);
        /* Failures go on to the end, where no room would be left for the words. */
        bool is_span = strcmp(item->date, item->last) != 0 && item->telling->rank < 4;
        if (is_span)
            chart_row_dates(out, "while", row, item->date, item->last, colour);
        chart_row_dates(out, item->telling->mark, row, item->date, "", colour);
        text_clear(&words);
        append_words(&words, item);
        chart_row_words(out, "words", row, is_span ? item->last : item->date,
                        CHART_NO_COLOUR, words.bytes);
    }
    text_release(&words);
}

/* ---- the caption ---- */

static void tell_releases(const struct saved_outcome *first,
                          const struct saved_outcome *last, struct prose *caption)
{
    if (!first) {
        prose_words(caption, "No project is released.");
        return;
    }
    prose_words(caption, "The %s release is ", first == last ? "only" : "first");
    prose_name(caption, first->subject);
    prose_words(caption, " on ");
    prose_outcome(caption, first, "mean", FIGURE_DATE);
    if (first != last) {
        prose_words(caption, ", the last ");
        prose_name(caption, last->subject);
        prose_words(caption, " on ");
        prose_outcome(caption, last, "mean", FIGURE_DATE);
    }
    prose_words(caption, ".");
}

static void tell_loss(const struct saved_outcome *loss, struct prose *caption)
{
    prose_words(caption, " The largest loss is ");
    prose_name(caption, loss->subject);
    prose_words(caption, ", cancelled after ");
    prose_outcome(caption, loss, "mean", FIGURE_HOURS);
    prose_words(caption, " GPU-hours.");
}

/* The pool whose capacity changes most from the first month to the last. */
static void tell_capacity(struct saved_run *run, struct prose *caption, struct diag *d)
{
    struct saved_series s;
    size_t pool = 0;
    double most = 0;
    if (saved_run_series(run, "pools.csv", "pool", "capacity_gpus", "mean", &s, d) != 0 ||
        s.n_months == 0)
        return;
    for (size_t p = 0; p < s.n_subjects; p++) {
        double change = s.values[(s.n_months - 1) * s.n_subjects + p] - s.values[p];
        if (change * change > most * most) {
            most = change;
            pool = p;
        }
    }
    if (most == 0)
        return;
    prose_words(caption, " Pool ");
    prose_name(caption, s.subjects[pool]);
    prose_words(caption, " %s from ", most > 0 ? "grows" : "shrinks");
    prose_cell(caption, &s, pool, 0, FIGURE_COUNT);
    prose_words(caption, " GPUs in ");
    prose_month(caption, &s, 0);
    prose_words(caption, " to ");
    prose_cell(caption, &s, pool, s.n_months - 1, FIGURE_COUNT);
    prose_words(caption, " in ");
    prose_month(caption, &s, s.n_months - 1);
    prose_words(caption, ".");
}

static int write_caption(struct saved_run *run, struct prose *caption, struct diag *d)
{
    const struct saved_outcome *first = NULL, *last = NULL, *loss = NULL;
    size_t n;
    const struct saved_outcome *all = saved_run_outcomes(run, &n, d);
    if (!all)
        return -1;
    for (size_t i = 0; i < n; i++) {
        const struct saved_outcome *o = &all[i];
        if (*o->at || strcmp(o->kind, "project") != 0 || o->summary.n == 0)
            continue;
        double value = o->summary.mean;
        if (strcmp(o->metric, "release_months") == 0) {
            first = !first || value < first->summary.mean ? o : first;
            last = !last || value > last->summary.mean ? o : last;
        }
        if (strcmp(o->metric, "gpu_hours_sunk") == 0 &&
            value > (loss ? loss->summary.mean : 0))
            loss = o;
    }
    tell_releases(first, last, caption);
    if (loss)
        tell_loss(loss, caption);
    tell_capacity(run, caption, d);
    return 0;
}

static void write_head(const struct timeline *t, const struct saved_run *run,
                       struct chart_sheet *sheet)
{
    struct text unit;
    text_init(&unit);
    if (t->n_left_out > 0)
        text_printf(&unit, "%zu later or lesser happenings are left out", t->n_left_out);
    text_append(&sheet->title, "What happened");
    chart_subtitle(sheet, run, unit.bytes);
    text_printf(&sheet->rows, "span,,%s,%s,,\n", run->start, run->horizon);
    text_release(&unit);
}

static enum chart_outcome write(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d)
{
    struct timeline timeline = {0};
    struct chart_teams teams;
    struct chart_plan plan;
    enum chart_outcome outcome = CHART_FAILED;
    (void)request;
    if (run->replications > 1) {
        text_append(&sheet->none, "shown of one run only; run one with --replication R");
        return CHART_NONE;
    }
    const struct csv_table *events = saved_run_file(run, "events.csv", d);
    if (!events || chart_teams_load(run, &teams, d) != 0 ||
        chart_plan_load(run, &plan, d) != 0 || load(&timeline, events, d) != 0) {
        outcome = CHART_FAILED;
    } else if (timeline.n_items == 0) {
        text_append(&sheet->none, "nothing happens in this run");
        outcome = CHART_NONE;
    } else if (write_caption(run, &sheet->caption, d) == 0) {
        if (timeline.n_items > MOST_ROWS)
            leave_out(&timeline, merge_frequent(&timeline));
        write_head(&timeline, run, sheet);
        write_rows(&timeline, &plan, &teams, &sheet->rows);
        outcome = CHART_WRITTEN;
    }
    mem_free(timeline.items);
    return outcome;
}

const struct chart_type chart_timeline = {
    .name = "timeline",
    .summary = "what happened in one run, in the order of dates",
    .header = CHART_ROWS_HEADER,
    .write = write,
};
