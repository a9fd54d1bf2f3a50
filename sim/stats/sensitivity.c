#include "stats/sensitivity.h"

#include <math.h>

void morris_effects(const double *x, const double *y, size_t n_ways, size_t k,
                    size_t setting, double *effects)
{
    for (size_t way = 0; way < n_ways; way++) {
        size_t first = way * (k + 1);
        effects[way] = NAN;
        for (size_t s = 0; s < k; s++) {
            double moved =
                x[(first + s + 1) * k + setting] - x[(first + s) * k + setting];
            if (moved != 0)
                effects[way] = (y[first + s + 1] - y[first + s]) / moved;
        }
    }
}

void morris_of(const double *effects, const size_t *rows, size_t n, struct morris *out)
{
    double sum = 0, sum_abs = 0, squares = 0;
    *out = (struct morris){0, NAN, NAN, NAN};
    for (size_t i = 0; i < n; i++) {
        double effect = effects[rows ? rows[i] : i];
        if (isnan(effect))
            continue;
        out->n++;
        sum += effect;
        sum_abs += fabs(effect);
    }
    if (out->n == 0)
        return;
    out->mu = sum / (double)out->n;
    out->mu_star = sum_abs / (double)out->n;
    for (size_t i = 0; i < n; i++) {
        double effect = effects[rows ? rows[i] : i];
        if (!isnan(effect))
            squares += (effect - out->mu) * (effect - out->mu);
    }
    if (out->n > 1)
        out->sigma = sqrt(squares / (double)(out->n - 1));
}

void sobol_of(const double *y, const size_t *rows, size_t n, size_t k, size_t setting,
              struct sobol *out)
{
    double sum = 0, squares = 0, first = 0, total = 0;
    *out = (struct sobol){0, NAN, NAN};
    for (size_t pass = 0; pass < 2; pass++) {
        double mean = pass == 1 ? sum / (2 * (double)out->n) : 0;
        for (size_t i = 0; i < n; i++) {
            const double *row = y + (rows ? rows[i] : i) * (k + 2);
            double a = row[0], mixed = row[1 + setting], b = row[k + 1];
            if (isnan(a) || isnan(mixed) || isnan(b))
                continue;
            if (pass == 0) {
                out->n++;
                sum += a + b;
                continue;
            }
            squares += (a - mean) * (a - mean) + (b - mean) * (b - mean);
            first += (b - mean) * (mixed - a); /* the mean only steadies the sum */
            total += (a - mixed) * (a - mixed) / 2;
        }
        if (out->n < 2)
            return;
    }
    double variance = squares / (2 * (double)out->n);
    if (!(variance > 0))
        return;
    out->first = first / (double)out->n / variance;
    out->total = total / (double)out->n / variance;
}
