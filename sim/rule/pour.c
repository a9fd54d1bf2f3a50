/* Starts may be huge beside the amount, so heights are counted from the lowest, and a gap
 * above the brim of all that lies below it is closed: whoever is below is full by then.
 * What is left is water filling between bounds. */
#include "rule/pour.h"

#include "rule/fill.h"

#include <stdlib.h>

struct vessel {
    double start;
    size_t party;
};

static int by_start(const void *a, const void *b)
{
    const struct vessel *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->party < y->party ? -1 : x->party > y->party;
}

void pour(double amount, size_t n, const double *starts, const double *most,
          double *poured, struct arena *scratch)
{
    struct vessel *vessels = ARENA_ARRAY(scratch, struct vessel, n);
    double *lo = ARENA_ARRAY(scratch, double, n), *hi = ARENA_ARRAY(scratch, double, n);
    double *one = ARENA_ARRAY(scratch, double, n), *out = ARENA_ARRAY(scratch, double, n);
    double brim = 0, base = 0, room = 0, sum = 0;
    size_t n_open = 0;
    for (size_t i = 0; i < n; i++) {
        poured[i] = 0;
        if (most[i] > 0)
            vessels[n_open++] = (struct vessel){starts[i], i};
    }
    qsort(vessels, n_open, sizeof *vessels, by_start);
    for (size_t k = 0; k < n_open; k++) {
        double above = k > 0 ? vessels[k].start - vessels[k - 1].start : 0;
        lo[k] = k > 0 ? smaller(lo[k - 1] + above, brim) : 0;
        hi[k] = lo[k] + smaller(most[vessels[k].party], amount);
        one[k] = 1;
        base += lo[k];
        room += most[vessels[k].party];
        brim = larger(brim, hi[k]);
    }
    double level = fill(base + amount, n_open, lo, hi, one, out);
    for (size_t k = 0; k < n_open; k++) {
        size_t i = vessels[k].party;
        poured[i] = smaller(most[i], larger(0, level - lo[k]));
        sum += poured[i];
    }
    /* What rounding has added to or taken from the whole. */
    double scale = sum > 0 ? smaller(amount, room) / sum : 1;
    for (size_t i = 0; i < n; i++)
        poured[i] = smaller(most[i], poured[i] * scale);
}

void pour_equal_losses(double amount, size_t n, const double *room, double *poured,
                       struct arena *scratch)
{
    double *starts = ARENA_ARRAY(scratch, double, n);
    for (size_t i = 0; i < n; i++)
        starts[i] = -room[i];
    pour(amount, n, starts, room, poured, scratch);
}
