/* Strict order of score: floors first, then the highest score all that it wants, then the
 * next. Equal scores share what reaches them by max-min over their shares. A heap takes
 * out as many as are served: O(n + k log n). */
#include "rule/divide.h"
#include "rule/fill.h"
#include "rule/heap.h"

#include <string.h>

/* Of two parties of one array. */
static int by_score(const void *a, const void *b)
{
    const struct party *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* Gives parties of equal score what they want above their floors, as far as `rest` goes;
 * returns what is left of it. */
static double serve(const struct divide_input *in, const struct party *const *tied,
                    size_t n, double rest, double *grants)
{
    struct arena *scratch = in->scratch;
    double *lo = ARENA_ARRAY(scratch, double, n), *hi = ARENA_ARRAY(scratch, double, n);
    double *weight = ARENA_ARRAY(scratch, double, n);
    double *out = ARENA_ARRAY(scratch, double, n), floors = 0, given = 0;
    for (size_t i = 0; i < n; i++) {
        size_t party = (size_t)(tied[i] - in->parties);
        lo[i] = in->floor_gpus[party];
        hi[i] = in->want_gpus[party];
        weight[i] = tied[i]->share;
        floors += lo[i];
    }
    fill(rest + floors, n, lo, hi, weight, out);
    for (size_t i = 0; i < n; i++) {
        grants[tied[i] - in->parties] = out[i];
        given += out[i] - lo[i];
    }
    return rest > given ? rest - given : 0;
}

static void divide(const struct divide_input *in, double *grants)
{
    size_t n = in->n_parties, n_left = n;
    const void **queue = ARENA_ARRAY(in->scratch, const void *, n);
    const struct party **tied = ARENA_ARRAY(in->scratch, const struct party *, n);
    double rest = in->capacity_gpus[0], wanted = 0;
    for (size_t i = 0; i < n; i++) {
        queue[i] = &in->parties[i];
        grants[i] = in->floor_gpus[i];
        rest -= grants[i];
        wanted += in->want_gpus[i];
    }
    if (wanted <= in->capacity_gpus[0]) { /* no order is needed */
        memcpy(grants, in->want_gpus, n * sizeof *grants);
        return;
    }
    heap_build(queue, n, by_score);
    while (n_left > 0 && rest > 0) {
        size_t n_tied = 0;
        do
            tied[n_tied++] = heap_pop(queue, n_left--, by_score);
        while (n_left > 0 && ((const struct party *)queue[0])->score == tied[0]->score);
        size_t party = (size_t)(tied[0] - in->parties);
        double room = in->want_gpus[party] - in->floor_gpus[party];
        if (n_tied > 1) {
            rest = serve(in, tied, n_tied, rest, grants);
        } else if (room <= rest) {
            grants[party] = in->want_gpus[party];
            rest -= room;
        } else {
            grants[party] += rest;
            rest = 0;
        }
    }
}

const struct divide_type divide_ranked = {
    .name = "ranked",
    .summary = "strictly by score: the first gets all it asks, then the next",
    .reads = READS_SCORES | READS_SHARES,
    .over_projects = true,
    .takes_passes = true,
    .is_monotone = true,
    .divide = divide,
};
