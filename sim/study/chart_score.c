/* How the claims of one month scored, factor by factor, and what they were granted. */
#include "rule/score.h"
#include "study/chart_kinds.h"
#include "study/chart_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 30 };

struct scored {
    const char *pool, *team, *project; /* "": exploration */
    double requested, score, granted;
    size_t order; /* in the file */
};

/* The claims of a month, the highest score first. */
struct month_claims {
    const char *month;
    bool is_default; /* nobody asked for this month: the most is refused in it */
    bool has_pools;  /* more than one */
    struct scored *claims;
    size_t n_claims, n_shown;
};

enum { MONTH, POOL, TEAM, PROJECT, REQUESTED, SCORE, GRANTED, N_COLUMNS };

/* A claims.csv, and where its columns are. */
struct claims_file {
    const struct csv_table *table;
    size_t columns[N_COLUMNS];
};

static int open_claims(struct saved_run *run, struct claims_file *f, struct diag *d)
{
    static const char *const names[N_COLUMNS] = {
        "month", "pool", "team", "project", "requested_gpus", "score", "granted_gpus"};
    f->table = saved_run_file(run, "claims.csv", d);
    for (int k = 0; k < N_COLUMNS; k++) {
        int column = f->table ? saved_column(f->table, names[k], d) : -1;
        if (column < 0)
            return -1;
        f->columns[k] = (size_t)column;
    }
    return 0;
}

static const char *text_of(const struct claims_file *f, size_t row, int column)
{
    return csv_table_cell(f->table, row, f->columns[column]);
}

static int number_of(const struct claims_file *f, size_t row, int column, double *out,
                     struct diag *d)
{
    return csv_table_number(f->table, row, f->columns[column], out, d);
}

static double refused(double requested, double granted)
{
    return fmax(0, requested - granted);
}

/* ---- the month ---- */

/* Sets the first of the months in which the most GPUs are refused; there are claims. */
static int find_worst(const struct claims_file *f, const char **month, struct diag *d)
{
    double sum = 0, most = 0;
    *month = text_of(f, 0, MONTH);
    for (size_t row = 0; row < f->table->n_rows; row++) {
        double requested, granted;
        if (number_of(f, row, REQUESTED, &requested, d) != 0 ||
            number_of(f, row, GRANTED, &granted, d) != 0)
            return -1;
        bool is_new =
            row == 0 || strcmp(text_of(f, row, MONTH), text_of(f, row - 1, MONTH)) != 0;
        sum = (is_new ? 0 : sum) + refused(requested, granted);
        if (sum > most) {
            most = sum;
            *month = text_of(f, row, MONTH);
        }
    }
    return 0;
}

/* The months of the file, as ranges without a gap: "2022-01 to 2022-03, 2022-06". */
static void append_months(const struct claims_file *f, struct text *out)
{
    const char *first = NULL, *last = NULL;
    char next[16] = "";
    for (size_t row = 0; row <= f->table->n_rows; row++) {
        const char *month = row < f->table->n_rows ? text_of(f, row, MONTH) : "";
        if (last && strcmp(month, last) == 0)
            continue;
        bool goes_on = last && strlen(month) == 7 && strncmp(month, next, 7) == 0;
        if (last && !goes_on) {
            text_printf(out, "%s%s", out->length > 0 ? ", " : "", first);
            if (first != last)
                text_printf(out, " to %s", last);
        }
        first = goes_on ? first : month;
        last = month;
        saved_next_month(month, next);
    }
}

static int choose_month(const struct claims_file *f, const char *wanted,
                        struct month_claims *m, struct diag *d)
{
    m->is_default = !wanted;
    if (!wanted)
        return find_worst(f, &m->month, d);
    for (size_t row = 0; row < f->table->n_rows && !m->month; row++)
        if (strcmp(text_of(f, row, MONTH), wanted) == 0)
            m->month = wanted;
    if (m->month)
        return 0;
    struct text months;
    text_init(&months);
    append_months(f, &months);
    diag_error(d, DIAG_USAGE, NULL, "no council met over claims in the month '%s'",
               wanted);
    diag_hint(d, "there are: %s", months.bytes);
    text_release(&months);
    return -1;
}

/* ---- the claims ---- */

static int by_score(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int load_claims(struct saved_run *run, const struct claims_file *f,
                       struct month_claims *m, struct diag *d)
{
    m->claims = ARENA_ARRAY(&run->arena, struct scored, f->table->n_rows + 1);
    for (size_t row = 0; row < f->table->n_rows; row++) {
        struct scored *c = &m->claims[m->n_claims];
        if (strcmp(text_of(f, row, MONTH), m->month) != 0)
            continue;
        *c = (struct scored){.pool = text_of(f, row, POOL),
                             .team = text_of(f, row, TEAM),
                             .project = text_of(f, row, PROJECT),
                             .order = row};
        if (number_of(f, row, REQUESTED, &c->requested, d) != 0 ||
            number_of(f, row, SCORE, &c->score, d) != 0 ||
            number_of(f, row, GRANTED, &c->granted, d) != 0)
            return -1;
        m->has_pools |= strcmp(c->pool, m->claims[0].pool) != 0;
        m->n_claims++;
    }
    qsort(m->claims, m->n_claims, sizeof *m->claims, by_score);
    m->n_shown = m->n_claims < MOST_ROWS ? m->n_claims : MOST_ROWS;
    return 0;
}

/* ---- the factors ---- */

/* Where the bars of a row end on both sides of 0. */
struct ends {
    double low, high;
};

struct score_chart {
    struct month_claims m;
    struct ends ends[MOST_ROWS];
    bool is_told[MOST_FACTORS + 1]; /* in the legend, by colour */
    struct text *out;
};

static size_t row_of(const struct month_claims *m, const char *pool, const char *team,
                     const char *project)
{
    for (size_t i = 0; i < m->n_shown; i++)
        if (strcmp(m->claims[i].team, team) == 0 &&
            strcmp(m->claims[i].project, project) == 0 &&
            strcmp(m->claims[i].pool, pool) == 0)
            return i;
    return m->n_shown;
}

static void put_part(struct score_chart *s, size_t i, const char *factor, double part)
{
    int index = factor_find(factor), colour = index >= 0 ? index + 1 : 0;
    double *end = part < 0 ? &s->ends[i].low : &s->ends[i].high;
    if (part == 0 || isnan(part))
        return;
    s->is_told[colour] = true;
    chart_row_numbers(s->out, "part", i + 1, fmin(*end, *end + part),
                      fmax(*end, *end + part), colour);
    *end += part;
}

static int write_parts(struct score_chart *s, const struct csv_table *t, struct diag *d)
{
    static const char *const names[] = {"month",   "pool",   "team",
                                        "project", "factor", "contribution"};
    size_t at[6];
    for (int k = 0; k < 6; k++) {
        int column = saved_column(t, names[k], d);
        if (column < 0)
            return -1;
        at[k] = (size_t)column;
    }
    for (size_t row = 0; row < t->n_rows; row++) {
        double part;
        if (strcmp(csv_table_cell(t, row, at[0]), s->m.month) != 0)
            continue;
        size_t i = row_of(&s->m, csv_table_cell(t, row, at[1]),
                          csv_table_cell(t, row, at[2]), csv_table_cell(t, row, at[3]));
        if (i == s->m.n_shown)
            continue;
        if (csv_table_number(t, row, at[5], &part, d) != 0)
            return -1;
        put_part(s, i, csv_table_cell(t, row, at[4]), part);
    }
    return 0;
}

static void write_legend(const struct score_chart *s)
{
    for (size_t f = 0; f < n_factors; f++)
        if (s->is_told[f + 1])
            chart_row_legend(s->out, 1, (int)f + 1, factors[f]->name);
    if (s->is_told[0])
        chart_row_legend(s->out, 1, 0, "other factors");
}

/* ---- the sheet ---- */

static void write_names(struct score_chart *s)
{
    struct text words;
    text_init(&words);
    for (size_t i = 0; i < s->m.n_shown; i++) {
        const struct scored *c = &s->m.claims[i];
        text_clear(&words);
        text_append(&words, *c->project ? c->project : "exploration");
        if (s->m.has_pools)
            text_printf(&words, ", %s", c->pool);
        chart_row_name(s->out, "group", i + 1, c->team);
        chart_row_name(s->out, "name", i + 1, words.bytes);
        text_clear(&words);
        figure_append(&words, c->score, FIGURE_INDEX, "");
        chart_row_words_at(s->out, "words", i + 1, s->ends[i].high, CHART_NO_COLOUR,
                           words.bytes);
        text_clear(&words);
        figure_append(&words, c->granted, FIGURE_COUNT, "");
        text_append(&words, " of ");
        figure_append(&words, c->requested, FIGURE_COUNT, "");
        text_append(&words, " GPUs");
        chart_row_words(s->out, "right", i + 1, "", CHART_NO_COLOUR, words.bytes);
    }
    text_release(&words);
}

static void write_head(struct score_chart *s, const struct saved_run *run,
                       struct chart_sheet *sheet)
{
    struct text unit;
    text_init(&unit);
    text_append(&sheet->title, "Scores of the claims in ");
    chart_append_date(&sheet->title, s->m.month);
    text_append(&unit, "sums of weighted factors");
    if (s->m.n_shown < s->m.n_claims)
        text_printf(&unit, ", the %zu highest of %zu claims", s->m.n_shown,
                    s->m.n_claims);
    chart_subtitle(sheet, run, unit.bytes);
    text_release(&unit);
}

static void write_rows(struct score_chart *s, const struct text *parts)
{
    double low = 0, high = 0;
    for (size_t i = 0; i < s->m.n_shown; i++) {
        low = fmin(low, s->ends[i].low);
        high = fmax(high, s->ends[i].high);
    }
    chart_row_span(s->out, low, high > low ? high : low + 1);
    chart_row_unit(s->out, "score");
    write_legend(s);
    text_append_bytes(s->out, parts->bytes, parts->length);
    write_names(s);
}

static void name_claim(struct prose *caption, const struct scored *c)
{
    if (*c->project)
        prose_name(caption, c->project);
    else
        prose_words(caption, "the exploration");
    prose_words(caption, " of ");
    prose_name(caption, c->team);
}

/* The pool of whose GPUs the most is refused, and the claim to which the most is. */
static const char *worst_pool(const struct month_claims *m, const struct scored **worst)
{
    const char *pool = m->claims[0].pool;
    double most = -1, most_of_claim = 0;
    *worst = NULL;
    for (size_t i = 0; i < m->n_claims; i++) {
        double sum = 0;
        for (size_t k = 0; k < m->n_claims; k++)
            if (strcmp(m->claims[k].pool, m->claims[i].pool) == 0)
                sum += refused(m->claims[k].requested, m->claims[k].granted);
        if (sum > most) {
            most = sum;
            pool = m->claims[i].pool;
        }
        double here = refused(m->claims[i].requested, m->claims[i].granted);
        if (here > most_of_claim) {
            most_of_claim = here;
            *worst = &m->claims[i];
        }
    }
    return pool;
}

static size_t find_text(const char *const *texts, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(texts[i], text) == 0)
            return i;
    return n;
}

static void write_caption(struct saved_run *run, const struct month_claims *m,
                          struct prose *caption, struct diag *d)
{
    struct saved_series asked, given;
    const struct scored *worst;
    const char *pool = worst_pool(m, &worst);
    if (saved_run_series(run, "pools.csv", "pool", "requested_gpus", "mean", &asked, d) !=
            0 ||
        saved_run_series(run, "pools.csv", "pool", "granted_gpus", "mean", &given, d) !=
            0)
        return;
    size_t p = find_text(asked.subjects, asked.n_subjects, pool);
    size_t month = find_text(asked.months, asked.n_months, m->month);
    if (p == asked.n_subjects || month == asked.n_months)
        return;
    prose_words(caption, "In ");
    prose_month(caption, &asked, month);
    prose_words(caption, "%s the claims ask for ",
                m->is_default && worst ? ", when the most is refused," : "");
    prose_cell(caption, &asked, p, month, FIGURE_COUNT);
    prose_words(caption, " GPUs");
    if (m->has_pools) {
        prose_words(caption, " of pool ");
        prose_name(caption, pool);
    }
    prose_words(caption, " and get ");
    prose_cell(caption, &given, p, month, FIGURE_COUNT);
    prose_words(caption, " (means of the month). The highest score has ");
    name_claim(caption, &m->claims[0]);
    if (worst == &m->claims[0]) {
        prose_words(caption, ", and the most GPUs are refused to it");
    } else if (worst) {
        prose_words(caption, "; the most GPUs are refused to ");
        name_claim(caption, worst);
    }
    prose_words(caption, ".");
}

static enum chart_outcome write(struct saved_run *run,
                                const struct chart_request *request,
                                struct chart_sheet *sheet, struct diag *d)
{
    struct score_chart s = {.out = &sheet->rows};
    struct claims_file file;
    if (run->replications > 1) {
        text_append(&sheet->none, "shown of one run only; run one with --replication R");
        return CHART_NONE;
    }
    const struct csv_table *factors_file = saved_run_file(run, "factors.csv", d);
    if (!factors_file || open_claims(run, &file, d) != 0)
        return CHART_FAILED;
    if (file.table->n_rows == 0 || factors_file->n_rows == 0) {
        text_append(&sheet->none, file.table->n_rows == 0
                                      ? "nobody claims anything"
                                      : "no factor of the rule's score has a weight");
        return CHART_NONE;
    }
    if (choose_month(&file, request->month, &s.m, d) != 0 ||
        load_claims(run, &file, &s.m, d) != 0)
        return CHART_FAILED;
    struct text parts;
    text_init(&parts);
    s.out = &parts;
    int result = write_parts(&s, factors_file, d);
    s.out = &sheet->rows;
    if (result == 0) {
        write_head(&s, run, sheet);
        write_rows(&s, &parts);
        write_caption(run, &s.m, &sheet->caption, d);
    }
    text_release(&parts);
    return result == 0 ? CHART_WRITTEN : CHART_FAILED;
}

const struct chart_type chart_score = {
    .name = "score",
    .summary = "the claims of a month, their scores by factor, what they were granted",
    .header = CHART_ROWS_HEADER,
    .write = write,
};
