#include "study/compare_best.h"

#include "base/check.h"
#include "base/memory.h"
#include "base/seconds.h"
#include "model/calendar.h"
#include "stats/selection.h"

#include <gsl/gsl_cdf.h>

#include <math.h>

/* Of each alternative at first: enough for a variance. */
enum { FIRST_RUNS = 10, N_STAGES = 10 };

size_t best_least_runs(size_t n_variants)
{
    return FIRST_RUNS * n_variants;
}

/* Values of the first answer, signed so that less is better. */
struct sample {
    const double *values;
    size_t stride, n;
    double sign;
    double stand_in; /* for a missing value; NaN: it counts for nothing */
};

static enum best_missing missing_of(const struct comparison *c)
{
    enum metric metric = c->answers[0].metric;
    if (!metric_types[metric].missing_is_worst)
        return MISSING_NOTHING;
    bool is_date = metric == METRIC_RELEASE_MONTHS || metric == METRIC_SLIP_MONTHS;
    return is_date ? MISSING_AT_END : MISSING_WORST;
}

/* The end of the run, or the mark, as the metric measures a release then. */
static double at_end(const struct comparison *c, size_t variant)
{
    const struct variant *v = &c->variants[variant];
    const struct scenario *s = v->scenario;
    const struct outcome *o = &v->outcomes[variant_find(v, &c->answers[0])];
    double end_s =
        o->mark < s->n_marks ? s->marks[o->mark].at_s : calendar_horizon_s(&s->calendar);
    double from_s =
        o->metric == METRIC_SLIP_MONTHS ? s->projects[o->subject].target_s : 0;
    return (end_s - from_s) / SECONDS_PER_MONTH;
}

static double worst_of_all(const struct comparison *c)
{
    double worst = NAN, sign = -metric_types[c->answers[0].metric].better;
    for (size_t i = 0; i < c->n_variants; i++) {
        const struct variant *v = &c->variants[i];
        int outcome = variant_find(v, &c->answers[0]);
        for (size_t r = 0; r < v->n; r++) {
            double x = v->values[r * v->n_outcomes + (size_t)outcome];
            if (!isnan(x) && !(sign * x <= sign * worst))
                worst = x;
        }
    }
    return worst;
}

static struct sample sample_of(const struct comparison *c, size_t variant)
{
    const struct variant *v = &c->variants[variant];
    int outcome = variant_find(v, &c->answers[0]);
    CHECK(outcome >= 0);
    enum best_missing missing = missing_of(c);
    return (struct sample){v->values + outcome, v->n_outcomes, v->n,
                           -metric_types[c->answers[0].metric].better,
                           missing == MISSING_AT_END  ? at_end(c, variant)
                           : missing == MISSING_WORST ? worst_of_all(c)
                                                      : NAN};
}

static double at(const struct sample *s, size_t i)
{
    double value = s->values[i * s->stride];
    return s->sign * (isnan(value) ? s->stand_in : value);
}

/* Of the runs that count; returns how many these are. */
static size_t mean_variance(const struct sample *s, double *mean, double *variance)
{
    double squares = 0;
    size_t n = 0;
    *mean = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (isnan(at(s, i)))
            continue;
        double from_old = at(s, i) - *mean;
        *mean += from_old / (double)++n;
        squares += from_old * (at(s, i) - *mean);
    }
    *variance = n > 1 ? squares / (double)(n - 1) : 0;
    return n;
}

static int check_values(const struct comparison *c, struct diag *d)
{
    for (size_t i = 0; i < c->n_variants; i++) {
        struct sample s = sample_of(c, i);
        double mean, variance;
        if (s.n == 0 || mean_variance(&s, &mean, &variance) > 1)
            continue;
        diag_error(
            d, DIAG_DATA, NULL,
            "--best %s: under '%s' it has a value in no more than one of %zu worlds",
            c->answer_paths[0], c->variants[i].name, s.n);
        diag_hint(d, "choose by an outcome that more worlds have, such as "
                     "released:PROJECT or value:all");
        return -1;
    }
    return 0;
}

static int check_question(const struct comparison *c, struct diag *d)
{
    if (metric_types[c->answers[0].metric].better == BETTER_NEITHER) {
        diag_error(d, DIAG_USAGE, NULL,
                   "--best %s: neither more nor less of it is better",
                   c->answer_paths[0]);
        diag_hint(d, "see allot list metrics");
        return -1;
    }
    for (size_t i = 0; i < c->n_variants; i++) {
        const struct outcome_name *name = &c->answers[0];
        const struct scenario *s = c->variants[i].scenario;
        struct outcome_path path;
        struct diag messages;
        diag_init(&messages);
        int result =
            outcome_path_parse(c->answer_paths[0], s, DIAG_USAGE, NULL, &path, &messages);
        diag_release(&messages);
        if (result != 0 || path.kind != name->kind)
            return diag_error(d, DIAG_USAGE, NULL, "--best %s: '%s' has no such outcome",
                              c->answer_paths[0], c->variants[i].name);
    }
    return 0;
}

int comparison_select(struct comparison *c, size_t budget, const struct compare_how *how,
                      struct diag *d)
{
    size_t k = c->n_variants, spent = 0;
    size_t *n_more = MEM_ARRAY(size_t, k), *n_runs = MEM_ARRAY(size_t, k);
    double *means = MEM_ARRAY(double, k), *variances = MEM_ARRAY(double, k);
    CHECK(budget >= best_least_runs(k));
    int result = check_question(c, d);
    size_t stage = (budget - best_least_runs(k) + N_STAGES - 1) / N_STAGES;
    for (size_t i = 0; i < k; i++)
        n_more[i] = FIRST_RUNS;
    while (result == 0) {
        size_t asked = 0;
        for (size_t i = 0; i < k; i++)
            asked += n_more[i];
        int done = comparison_run(c, n_more, how, d);
        spent += done > 0 ? (size_t)done : 0;
        result = done < 0 ? -1 : check_values(c, d);
        if (result != 0 || (size_t)done < asked || spent >= budget)
            break;
        for (size_t i = 0; i < k; i++) {
            struct sample s = sample_of(c, i);
            n_runs[i] = mean_variance(&s, &means[i], &variances[i]);
        }
        ocba_allocate(means, variances, n_runs, k,
                      stage < budget - spent ? stage : budget - spent, n_more);
    }
    mem_free(n_more);
    mem_free(n_runs);
    mem_free(means);
    mem_free(variances);
    return result == 0 ? (int)spent : -1;
}

/* The chance that a rival is in truth better than the best, by the pairs that count; 0
 * where they are equal in all worlds, and *is_equal; 1 where no two pairs count. */
static double chance_of(const struct sample *best, const struct sample *rival,
                        bool *is_equal)
{
    size_t n = 0, n_worlds = best->n < rival->n ? best->n : rival->n;
    double mean = 0, squares = 0;
    *is_equal = true;
    for (size_t i = 0; i < n_worlds; i++) {
        double difference = at(rival, i) - at(best, i), from_old = difference - mean;
        *is_equal &= difference == 0 || (isnan(at(rival, i)) && isnan(at(best, i)));
        if (isnan(difference))
            continue;
        mean += from_old / (double)++n;
        squares += from_old * (difference - mean);
    }
    if (*is_equal)
        return 0;
    if (n < 2)
        return 1;
    double error = sqrt(squares / (double)(n - 1) / (double)n);
    if (error == 0)
        return mean > 0 ? 0 : 1;
    return gsl_cdf_tdist_Q(mean / error, (double)(n - 1));
}

void comparison_best(const struct comparison *c, struct best *best)
{
    double least = INFINITY, wrong = 0;
    *best = (struct best){.missing = missing_of(c)};
    for (size_t i = 0; i < c->n_variants; i++) {
        struct sample s = sample_of(c, i);
        double mean, variance;
        size_t n = mean_variance(&s, &mean, &variance);
        if (n > 0 && mean < least) {
            least = mean;
            best->variant = i;
        }
        for (size_t r = 0; r < s.n; r++)
            best->n_missing += isnan(s.values[r * s.stride]);
    }
    struct sample winner = sample_of(c, best->variant);
    for (size_t i = 0; i < c->n_variants; i++) {
        struct sample s = sample_of(c, i);
        bool is_equal;
        if (i == best->variant || s.n < 2)
            continue;
        wrong += chance_of(&winner, &s, &is_equal);
        best->n_equal += is_equal;
    }
    best->probability = fmax(0, 1 - wrong);
}
