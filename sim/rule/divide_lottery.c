/* A lottery weighted by score: floors first, then claim after claim, in an order drawn
 * without replacement with odds in proportion to the scores, is served whole as far as
 * the pool goes. Efraimidis and Spirakis (Inf. Process. Lett. 97, 2006): each claim's
 * lot, an exponential of mean 1, divided by its weight is its key, and the smallest key
 * comes first; the first is i with probability w_i / sum of w. Weights are max(0, score);
 * those of weight 0 come last, among themselves by their lots alone.
 *
 * The lots are handed in, so the same lots give the same grants, and what one claim draws
 * does not depend on who else is there. A heap takes out as many as are served: O(n + k
 * log n). */
#include "rule/divide.h"
#include "rule/fill.h"
#include "rule/heap.h"

static double key_of(const struct party *p)
{
    return p->score > 0 ? p->lot / p->score : p->lot;
}

/* Of two parties of one array. */
static int by_key(const void *a, const void *b)
{
    const struct party *x = a, *y = b;
    double x_key = key_of(x), y_key = key_of(y);
    if ((x->score > 0) != (y->score > 0))
        return x->score > 0 ? -1 : 1;
    if (x_key != y_key)
        return x_key < y_key ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void divide(const struct divide_input *in, double *grants)
{
    size_t n = in->n_parties;
    const void **queue = ARENA_ARRAY(in->scratch, const void *, n);
    double rest = in->capacity_gpus[0];
    for (size_t i = 0; i < n; i++) {
        queue[i] = &in->parties[i];
        grants[i] = in->floor_gpus[i];
        rest -= grants[i];
    }
    heap_build(queue, n, by_key);
    for (size_t n_left = n; n_left > 0 && rest > 0; n_left--) {
        const struct party *party = heap_pop(queue, n_left, by_key);
        size_t i = (size_t)(party - in->parties);
        double room = in->want_gpus[i] - in->floor_gpus[i];
        grants[i] = room <= rest ? in->want_gpus[i] : grants[i] + rest;
        rest -= smaller(room, rest);
    }
}

const struct divide_type divide_lottery = {
    .name = "lottery",
    .summary = "by lot with odds by score: who is drawn gets all it asks, then the next",
    .reads = READS_SCORES | READS_LOTS,
    .breaks = BREAKS_EQUALITY,
    .over_projects = true,
    .takes_passes = true,
    .is_monotone = true,
    .divide = divide,
};
