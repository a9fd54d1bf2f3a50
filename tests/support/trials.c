#include "support/trials.h"

#include "record/columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void simulate(struct trial *t, uint64_t replication)
{
    run_simulate(t->s, (uint64_t)t->s->seed, replication, RUN_SERIES | RUN_LOGS, &t->r);
}

void trial_run_text(struct trial *t, const char *text)
{
    loaded_from(&t->loaded, text, NULL);
    if (!t->loaded.is_loaded)
        fail_msg("%s\n%s", t->loaded.messages, text);
    t->s = &t->loaded.s;
    simulate(t, 0);
}

void trial_run(struct trial *t, const char *format, ...)
{
    struct text text;
    char *copy;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&copy, format, arguments) < 0)
        abort();
    va_end(arguments);
    for (char *at = copy; *at; at++)
        if (*at == '\'')
            *at = '"';
    text_init(&text);
    text_append(&text, copy);
    free(copy);
    trial_run_text(t, text.bytes);
    text_release(&text);
}

void trial_run_file(struct trial *t, const char *path, const char *alternative)
{
    struct scenario_options options = {.alternative = alternative};
    t->loaded = (struct loaded){.messages = NULL};
    diag_init(&t->loaded.d);
    t->loaded.is_loaded = scenario_load(&t->loaded.s, path, &options, &t->loaded.d) == 0;
    if (!t->loaded.is_loaded) {
        diag_print(&t->loaded.d, stderr, false);
        fail_msg("%s cannot be loaded", path);
    }
    t->s = &t->loaded.s;
    simulate(t, 0);
}

void trial_repeat(struct trial *t, uint64_t replication)
{
    results_release(&t->r);
    simulate(t, replication);
}

void trial_release(struct trial *t)
{
    results_release(&t->r);
    loaded_release(&t->loaded);
}

double trial_at_s(const struct trial *t, const char *text)
{
    struct date date;
    if (!date_parse(text, &date))
        fail_msg("no date: %s", text);
    return calendar_at_s(t->s->calendar.start, date);
}

static size_t found(int index, const char *sort, const char *name)
{
    if (index < 0)
        fail_msg("no %s '%s'", sort, name);
    return (size_t)index;
}

double trial_released_s(const struct trial *t, const char *project)
{
    return t->r
        .released_s[found(scenario_find_project(t->s, project), "project", project)];
}

static size_t subject_of(const struct trial *t, const char *kind, const char *name)
{
    if (strcmp(kind, "pool") == 0)
        return found(scenario_find_pool(t->s, name), kind, name);
    if (strcmp(kind, "team") == 0)
        return found(scenario_find_team(t->s, name), kind, name);
    if (strcmp(kind, "project") == 0)
        return found(scenario_find_project(t->s, name), kind, name);
    if (strcmp(kind, "cohort") == 0)
        return found(scenario_find_cohort(t->s, name), kind, name);
    if (strcmp(kind, "group") == 0)
        return *name ? found(scenario_find_group(t->s, name), kind, name) : 0;
    return 0;
}

double trial_cell(const struct trial *t, const char *file, const char *subject,
                  const char *column, size_t month)
{
    static const int n_words[N_SERIES] = {2, 3, 3, 2, 1}; /* before the numbers */
    for (int f = 0; f < N_SERIES; f++) {
        if (strcmp(series_files[f], file) != 0)
            continue;
        const struct series *series = &t->r.series[f];
        size_t n;
        columns_of(file, &n);
        assert_int_equal(n, series->n_columns + (size_t)n_words[f]);
        size_t k = found(columns_find(file, column) - n_words[f], "column", column);
        size_t i = subject_of(t, series_kinds[f], subject);
        assert_true(month < t->r.n_months);
        return series->values[(month * series->n_subjects + i) * series->n_columns + k];
    }
    fail_msg("no file %s", file);
    return NAN;
}

double trial_outcome(const struct trial *t, const char *metric, const char *kind,
                     const char *subject, const char *mark)
{
    size_t m = 0, i = subject_of(t, kind, subject);
    while (m < t->s->n_marks && strcmp(t->s->marks[m].date, mark) != 0)
        m++;
    if (m == t->s->n_marks && *mark)
        fail_msg("no mark %s", mark);
    for (size_t k = 0; k < t->r.n_outcomes; k++) {
        const struct outcome *o = &t->r.outcomes[k];
        if (o->mark == m && o->subject == i &&
            strcmp(metric_types[o->metric].name, metric) == 0 &&
            strcmp(outcome_kinds[o->kind], kind) == 0)
            return o->value;
    }
    fail_msg("no outcome %s of %s '%s'", metric, kind, subject);
    return NAN;
}

const struct event_row *trial_event(const struct trial *t, enum event_kind event,
                                    const char *subject, size_t n)
{
    for (size_t k = 0; k < t->r.n_events; k++) {
        const struct event_row *row = &t->r.events[k];
        if (row->event == event && strcmp(row->subject, subject) == 0 && n-- == 0)
            return row;
    }
    return NULL;
}

/* Of a project and an exploration of the same name the project. */
static int claimant_of(const struct trial *t, const char *name, const char *pool)
{
    size_t p = found(scenario_find_pool(t->s, pool), "pool", pool);
    for (size_t c = 0; c < t->s->n_claimants; c++)
        if ((size_t)t->s->claimants[c].pool == p &&
            strcmp(t->s->claimants[c].name, name) == 0)
            return (int)c;
    fail_msg("'%s' never claims on pool '%s'", name, pool);
    return -1;
}

const struct claim_row *trial_claim(const struct trial *t, const char *name,
                                    const char *pool, size_t month)
{
    uint32_t claimant = (uint32_t)claimant_of(t, name, pool);
    for (size_t k = 0; k < t->r.n_claims; k++)
        if (t->r.claims[k].month == month && t->r.claims[k].claimant == claimant)
            return &t->r.claims[k];
    return NULL;
}

double trial_factor(const struct trial *t, const char *name, const char *pool,
                    const char *factor, size_t month)
{
    uint32_t claimant = (uint32_t)claimant_of(t, name, pool);
    uint32_t f = (uint32_t)found(factor_find(factor), "factor", factor);
    for (size_t k = 0; k < t->r.n_factors; k++) {
        const struct factor_row *row = &t->r.factors[k];
        if (row->month == month && row->claimant == claimant && row->factor == f)
            return row->value;
    }
    return NAN;
}

void trial_compare(double a, double b, double slack, const char *what, const char *file,
                   int line)
{
    if (a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= slack)
        return;
    print_error("%s is %.17g, expected %.17g\n", what, a, b);
    _fail(file, line);
}

void trial_assert_equal(const struct trial *a, const struct trial *b)
{
    for (int f = 0; f < N_SERIES; f++) {
        const struct series *x = &a->r.series[f], *y = &b->r.series[f];
        size_t n = a->r.n_months * x->n_subjects * x->n_columns;
        assert_int_equal(x->n_subjects, y->n_subjects);
        assert_int_equal(x->n_columns, y->n_columns);
        for (size_t i = 0; i < n; i++)
            assert_same(x->values[i], y->values[i]);
    }
    assert_int_equal(a->r.n_claims, b->r.n_claims);
    for (size_t i = 0; i < a->r.n_claims; i++) {
        assert_same(a->r.claims[i].requested_gpus, b->r.claims[i].requested_gpus);
        assert_same(a->r.claims[i].granted_gpus, b->r.claims[i].granted_gpus);
    }
    assert_int_equal(a->r.n_outcomes, b->r.n_outcomes);
    for (size_t i = 0; i < a->r.n_outcomes; i++)
        assert_same(a->r.outcomes[i].value, b->r.outcomes[i].value);
    assert_int_equal(a->r.n_events, b->r.n_events);
    for (size_t i = 0; i < a->r.n_events; i++) {
        assert_same(a->r.events[i].at_s, b->r.events[i].at_s);
        assert_int_equal(a->r.events[i].event, b->r.events[i].event);
        assert_string_equal(a->r.events[i].subject, b->r.events[i].subject);
    }
}
