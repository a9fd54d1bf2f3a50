/* Strict order of score: floors first, then the highest score all that it wants, then the
 * next. Equal scores share what reaches them by max-min over their shares. */
#include "rule/divide.h"
#include "rule/fill.h"

#include <stdlib.h>

struct ranking {
    double score;
    size_t party;
};

static int by_score(const void *a, const void *b)
{
    const struct ranking *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->party < y->party ? -1 : 1;
}

/* Gives parties ranks[0..n) what they want above their floors, as far as `rest` goes. */
static double serve(const struct divide_input *in, const struct ranking *ranks, size_t n,
                    double rest, double *grants)
{
    struct arena *scratch = in->scratch;
    double *lo = ARENA_ARRAY(scratch, double, n), *hi = ARENA_ARRAY(scratch, double, n);
    double *weight = ARENA_ARRAY(scratch, double, n);
    double *out = ARENA_ARRAY(scratch, double, n), floors = 0, given = 0;
    for (size_t i = 0; i < n; i++) {
        size_t party = ranks[i].party;
        lo[i] = in->floor_gpus[party];
        hi[i] = in->want_gpus[party];
        weight[i] = in->parties[party].share;
        floors += lo[i];
    }
    fill(rest + floors, n, lo, hi, weight, out);
    for (size_t i = 0; i < n; i++) {
        grants[ranks[i].party] = out[i];
        given += out[i] - lo[i];
    }
    return rest > given ? rest - given : 0;
}

static void divide(const struct divide_input *in, double *grants)
{
    size_t n = in->n_parties;
    struct ranking *ranks = ARENA_ARRAY(in->scratch, struct ranking, n);
    double rest = in->capacity_gpus[0];
    for (size_t i = 0; i < n; i++) {
        ranks[i] = (struct ranking){in->parties[i].score, i};
        rest -= in->floor_gpus[i];
    }
    qsort(ranks, n, sizeof *ranks, by_score);
    rest = rest > 0 ? rest : 0;
    for (size_t first = 0, last; first < n; first = last) {
        last = first + 1;
        while (last < n && ranks[last].score == ranks[first].score)
            last++;
        if (last == first + 1) {
            size_t party = ranks[first].party;
            double room = in->want_gpus[party] - in->floor_gpus[party];
            double given = room < rest ? room : rest;
            grants[party] = in->floor_gpus[party] + given;
            if (given == room)
                grants[party] = in->want_gpus[party];
            rest -= given;
        } else {
            rest = serve(in, ranks + first, last - first, rest, grants);
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
