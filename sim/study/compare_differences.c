/* What differs, and what of it stands. */
#include "study/compare.h"

#include "base/check.h"
#include "base/memory.h"
#include "study/outcome_summary.h"
#include "study/tasks.h"

#include <math.h>
#include <string.h>

static struct outcome_name name_of(const struct variant *v, int outcome)
{
    const struct outcome *o = &v->outcomes[outcome];
    return (struct outcome_name){outcome_mark(v->scenario, o->mark), o->metric, o->kind,
                                 outcome_subject(v->scenario, o->kind, o->subject)};
}

static bool is_named(const struct variant *v, int outcome,
                     const struct outcome_name *name)
{
    const struct outcome *o = &v->outcomes[outcome];
    return o->metric == name->metric && o->kind == name->kind &&
           strcmp(outcome_subject(v->scenario, o->kind, o->subject), name->subject) ==
               0 &&
           strcmp(outcome_mark(v->scenario, o->mark), name->at) == 0;
}

bool outcome_name_equal(const struct outcome_name *a, const struct outcome_name *b)
{
    return a->metric == b->metric && a->kind == b->kind &&
           strcmp(a->subject, b->subject) == 0 && strcmp(a->at, b->at) == 0;
}

int variant_find(const struct variant *v, const struct outcome_name *name)
{
    for (size_t i = 0; i < v->n_outcomes; i++)
        if (is_named(v, (int)i, name))
            return (int)i;
    return -1;
}

size_t variants_common(const struct variant *a, const struct variant *b)
{
    return a->n < b->n ? a->n : b->n;
}

const char *outcome_unit(const struct outcome_name *name)
{
    return metric_types[name->metric].unit;
}

void variant_estimate(const struct variant *v, int outcome, struct estimate *out)
{
    const struct outcome *o = &v->outcomes[outcome];
    const double *values = v->values + outcome;
    double sum = 0;
    *out = (struct estimate){.n = v->n};
    for (size_t r = 0; r < v->n; r++) {
        double value = values[r * v->n_outcomes];
        out->n_missing += isnan(value);
        sum += isnan(value) ? 0 : value;
    }
    size_t n = out->n - out->n_missing;
    out->mean = n > 0 ? sum / (double)n : NAN;
    outcome_interval(o->metric, o->kind, values, v->n_outcomes, v->n, SUMMARY_LEVEL,
                     &out->ci_low, &out->ci_high);
}

/* ---- the rows ---- */

struct rows {
    const struct comparison *comparison;
    struct difference *rows;
    size_t n, capacity;
};

static bool is_answer(const struct comparison *c, const struct outcome_name *name)
{
    for (size_t i = 0; i < c->n_answers; i++)
        if (outcome_name_equal(&c->answers[i], name))
            return true;
    return false;
}

static void add_row(struct rows *rows, size_t variant, const struct outcome_name *name,
                    int own, int other)
{
    struct difference row = {.variant = variant,
                             .name = *name,
                             .own = own,
                             .other = other,
                             .is_answer = is_answer(rows->comparison, name)};
    ARRAY_PUSH(rows->rows, rows->n, rows->capacity) = row;
}

/* Outcomes of the two mostly stand in the same places. */
static void add_rows(struct rows *rows, size_t variant)
{
    const struct comparison *c = rows->comparison;
    const struct variant *own = &c->variants[variant], *base = &c->variants[c->base];
    bool *is_met = MEM_ARRAY(bool, own->n_outcomes);
    for (size_t i = 0; i < base->n_outcomes; i++) {
        struct outcome_name name = name_of(base, (int)i);
        int at = i < own->n_outcomes && is_named(own, (int)i, &name)
                     ? (int)i
                     : variant_find(own, &name);
        if (at >= 0)
            is_met[at] = true;
        add_row(rows, variant, &name, at, (int)i);
    }
    for (size_t i = 0; i < own->n_outcomes; i++) {
        struct outcome_name name = name_of(own, (int)i);
        if (!is_met[i])
            add_row(rows, variant, &name, (int)i, -1);
    }
    mem_free(is_met);
}

static double mean_of(const struct variant *v, int outcome, size_t *n)
{
    struct estimate e;
    *n = 0;
    if (outcome < 0)
        return NAN;
    variant_estimate(v, outcome, &e);
    *n = e.n - e.n_missing;
    return e.mean;
}

static void judge_rows(void *owner, size_t first, size_t last)
{
    struct rows *rows = owner;
    const struct comparison *c = rows->comparison;
    const struct variant *base = &c->variants[c->base];
    for (size_t i = first; i < last; i++) {
        struct difference *row = &rows->rows[i];
        const struct variant *own = &c->variants[row->variant];
        const struct metric_type *type = &metric_types[row->name.metric];
        bool has_both = row->own >= 0 && row->other >= 0;
        size_t n = has_both ? variants_common(own, base) : 0;
        const double *x = has_both ? own->values + row->own : NULL;
        const double *y = has_both ? base->values + row->other : NULL;
        row->mean = mean_of(own, row->own, &row->n_own);
        row->mean_other = mean_of(base, row->other, &row->n_other);
        paired_of(x, own->n_outcomes, y, base->n_outcomes, n,
                  metric_is_yes_no(row->name.metric, row->name.kind), &row->paired);
        wins_of(x, own->n_outcomes, y, base->n_outcomes, n,
                type->better == BETTER_LESS ? -1 : 1, type->missing_is_worst, &row->wins);
    }
}

/* Two families: the answers, which were asked for; and all the others. What is the same
 * in every pair is no test: an alternative leaves it alone. */
static void correct(struct rows *rows)
{
    double *p = MEM_ARRAY(double, rows->n);
    for (int answers = 0; answers < 2; answers++) {
        for (size_t i = 0; i < rows->n; i++) {
            const struct difference *row = &rows->rows[i];
            bool is_same = row->wins.better_frac == 0 && row->wins.worse_frac == 0 &&
                           !row->is_answer;
            p[i] =
                row->is_answer == (answers == 1) && !is_same ? row->paired.p_value : NAN;
        }
        holm_adjust(p, rows->n);
        for (size_t i = 0; i < rows->n; i++)
            if (rows->rows[i].is_answer == (answers == 1))
                rows->rows[i].holm = p[i];
    }
    mem_free(p);
}

struct difference *comparison_differences(const struct comparison *c, size_t n_jobs,
                                          size_t *n)
{
    struct rows rows = {.comparison = c};
    for (size_t i = 0; i < c->n_variants; i++)
        if (i != c->base)
            add_rows(&rows, i);
    parallel_ranges(rows.n, n_jobs, &rows, judge_rows);
    correct(&rows);
    *n = rows.n;
    return rows.rows;
}

bool difference_stands(const struct difference *row)
{
    return row->holm < 1 - SUMMARY_LEVEL;
}

const struct difference *difference_find(const struct difference *rows, size_t n,
                                         size_t variant, const struct outcome_name *name)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].variant == variant && outcome_name_equal(&rows[i].name, name))
            return &rows[i];
    return NULL;
}
