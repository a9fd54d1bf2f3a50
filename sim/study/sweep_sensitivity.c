#include "study/sweep_sensitivity.h"

#include "base/memory.h"
#include "des/stream.h"
#include "scenario/sweep.h"
#include "stats/sensitivity.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_RESAMPLES = 500 };

bool sweep_has_sensitivity(const struct sweep_view *view)
{
    int design = sweep_design_find(view->design);
    return design == DESIGN_MORRIS || design == DESIGN_SALTELLI;
}

size_t sweep_n_varied(const struct sweep_view *view)
{
    size_t n = 0;
    while (n < view->n_settings && view->n_in_design > 0 && view->points[0].values[n])
        n++;
    return n;
}

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The percentile interval of resampled values, NaN left out. Sorts them. */
static void interval_of(double *values, size_t n, double *low, double *high)
{
    size_t n_left = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            values[n_left++] = values[i];
    *low = *high = NAN;
    if (n_left < 2)
        return;
    qsort(values, n_left, sizeof *values, rising);
    *low = summary_quantile(values, n_left, 0.025);
    *high = summary_quantile(values, n_left, 0.975);
}

/* One design's data of one outcome: how a choice of rows becomes measures. */
struct sample {
    bool is_morris;
    size_t n_rows, k;
    double *y;       /* in the order of the design */
    double *effects; /* of morris: [setting * n_rows + way] */
};

static void measure(const struct sample *s, const size_t *rows, size_t setting, size_t *n,
                    double values[SENSITIVITY_MOST_MEASURES])
{
    if (s->is_morris) {
        struct morris m;
        morris_of(s->effects + setting * s->n_rows, rows, s->n_rows, &m);
        *n = m.n;
        values[0] = m.mu;
        values[1] = m.mu_star;
        values[2] = m.sigma;
    } else {
        struct sobol m;
        sobol_of(s->y, rows, s->n_rows, s->k, setting, &m);
        *n = m.n;
        values[0] = m.first;
        values[1] = m.total;
    }
}

static void resample(const struct sample *s, struct stream *stream,
                     struct sensitivity *out)
{
    size_t *rows = MEM_ARRAY(size_t, s->n_rows);
    size_t room = s->k * SENSITIVITY_MOST_MEASURES, n;
    double *values = MEM_ARRAY(double, room *N_RESAMPLES);
    for (size_t b = 0; b < N_RESAMPLES; b++) {
        for (size_t i = 0; i < s->n_rows; i++)
            rows[i] = (size_t)(stream_uniform(stream) * (double)s->n_rows);
        for (size_t k = 0; k < s->k; k++) {
            double its[SENSITIVITY_MOST_MEASURES] = {NAN, NAN, NAN};
            measure(s, rows, k, &n, its);
            for (size_t m = 0; m < SENSITIVITY_MOST_MEASURES; m++)
                values[(k * SENSITIVITY_MOST_MEASURES + m) * N_RESAMPLES + b] = its[m];
        }
    }
    for (size_t k = 0; k < s->k; k++)
        for (size_t m = 0; m < out[k].n_measures; m++)
            interval_of(values + (k * SENSITIVITY_MOST_MEASURES + m) * N_RESAMPLES,
                        N_RESAMPLES, &out[k].ci_low[m], &out[k].ci_high[m]);
    mem_free(rows);
    mem_free(values);
}

void sweep_sensitivity(const struct sweep_view *view, const double *means, size_t outcome,
                       struct sensitivity *out)
{
    static const char *const morris_names[] = {"mu", "mu_star", "sigma"};
    static const char *const sobol_names[] = {"first", "total"};
    struct sample s = {.is_morris = sweep_design_find(view->design) == DESIGN_MORRIS,
                       .k = sweep_n_varied(view)};
    size_t a_row = s.is_morris ? s.k + 1 : s.k + 2;
    s.n_rows = view->n_positions / a_row;
    s.y = MEM_ARRAY(double, view->n_positions);
    s.effects = MEM_ARRAY(double, s.is_morris ? s.k *s.n_rows : 0);
    for (size_t i = 0; i < view->n_positions; i++)
        s.y[i] = means[view->at[i] * view->n_outcomes + outcome];
    for (size_t k = 0; k < s.k && s.is_morris && view->coordinates; k++)
        morris_effects(view->coordinates, s.y, s.n_rows, s.k, k,
                       s.effects + k * s.n_rows);
    for (size_t k = 0; k < s.k; k++) {
        out[k] = (struct sensitivity){.n_measures = s.is_morris ? 3 : 2};
        for (size_t m = 0; m < out[k].n_measures; m++)
            out[k].measures[m] = s.is_morris ? morris_names[m] : sobol_names[m];
        measure(&s, NULL, k, &out[k].n, out[k].values);
    }
    struct stream stream;
    stream_init(&stream, 1, 0, "sweep bootstrap", "");
    resample(&s, &stream, out);
    mem_free(s.y);
    mem_free(s.effects);
}
