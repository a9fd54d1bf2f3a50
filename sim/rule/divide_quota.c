/* Deserved quota first, then over-quota by class, weight and past use: the algorithm of
 * KAI-Scheduler (resource_division.go). Our floor is its deserved quota, our share its
 * over-quota weight, our class its priority. It deals in whole GPUs.
 *
 * Where past use takes every weight of a class to 0, the weights alone decide: the
 * published loop would leave those GPUs idle.
 *
 * Cost: O(n) a class and a round, of which there are at most as many as queues, and
 * O(n + k log n) for the k single GPUs at the end. */
#include "rule/divide.h"
#include "rule/fill.h"
#include "rule/heap.h"

#include <math.h>

struct quota_settings {
    double k;
    double half_life_months;
    int64_t window_months;
};

static const struct setting table[] = {
    {"k", SETTING_FLOAT, SETTING_DATED, offsetof(struct quota_settings, k), .fallback = 0,
     .low = 0, .high = 1000, .unit = "",
     .help = "how strongly past use counts against a group; 0: not at all"},
    {"half_life_months", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_LOW,
     offsetof(struct quota_settings, half_life_months), .fallback = 2, .low = 0,
     .high = 1200, .unit = "months", .help = "use this many months old counts half"},
    {"window_months", SETTING_INT, SETTING_DATED | SETTING_OPTIONAL,
     offsetof(struct quota_settings, window_months), .low = 1, .high = 1200,
     .unit = "months", .help = "use that is older counts no more; left out: all counts"},
};

struct queue {
    const struct party *p;
    double want, grant, remainder;
};

/* Classes high to low; inside one by remainder, then the oldest, then the name. */
static int by_remainder(const void *a, const void *b)
{
    const struct queue *x = a, *y = b;
    if (x->p->class != y->p->class)
        return x->p->class > y->p->class ? -1 : 1;
    if (x->remainder != y->remainder)
        return x->remainder > y->remainder ? -1 : 1;
    if (x->p->age_months != y->p->age_months)
        return x->p->age_months > y->p->age_months ? -1 : 1;
    return x < y ? -1 : x > y;
}

static const double noise = 1e-10; /* less than a whole GPU by this is a whole one */

static double whole(double gpus)
{
    return floor(gpus + noise);
}

static bool is_open(const struct queue *q)
{
    return q->grant < q->want;
}

/* Fills weights[] of one round by w' + k (w' - u), cut at 0; returns their sum. */
static double round_weights(struct queue *const *queues, size_t n, double k,
                            double *weights)
{
    double shares = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        shares += is_open(queues[i]) ? queues[i]->p->share : 0;
    for (int with_use = 1; with_use >= 0 && sum <= 0; with_use--)
        for (size_t i = 0; i < n; i++) {
            weights[i] = 0;
            if (!is_open(queues[i]))
                continue;
            double w = shares > 0 ? queues[i]->p->share / shares : 1;
            double past = with_use ? k * (w - queues[i]->p->usage_frac) : 0;
            weights[i] = larger(0, w + past);
            sum += weights[i];
        }
    return sum;
}

/* Offers `rest` to the queues of one class in rounds; returns what is left. */
static double serve_class(struct queue *const *queues, size_t n, double k, double rest,
                          double *weights)
{
    bool goes_on = true;
    while (goes_on && rest > 0) {
        double sum = round_weights(queues, n, k, weights), given = 0;
        goes_on = false;
        for (size_t i = 0; i < n && sum > 0; i++) {
            struct queue *q = queues[i];
            if (!is_open(q) || weights[i] <= 0)
                continue;
            double offer = rest * (weights[i] / sum), missing = q->want - q->grant;
            if (missing <= offer) {
                goes_on |= missing < offer;
                q->grant = q->want;
                q->remainder = 0;
                given += missing;
            } else {
                double gpus = smaller(whole(offer), missing);
                q->grant += gpus;
                q->remainder = larger(0, offer - gpus);
                given += gpus;
            }
        }
        rest = larger(0, rest - given);
    }
    return rest;
}

/* Serves class after class from the highest; returns what is left. */
static double serve_classes(struct queue *queues, size_t n, double k, double rest,
                            struct arena *scratch)
{
    struct queue **members = ARENA_ARRAY(scratch, struct queue *, n);
    double *weights = ARENA_ARRAY(scratch, double, n);
    size_t n_served = 0;
    int64_t before = 0;
    while (n_served < n && rest > 0) {
        size_t n_members = 0;
        int64_t highest = 0;
        for (size_t i = 0; i < n; i++) {
            int64_t class = queues[i].p->class;
            if ((n_served > 0 && class >= before) || (n_members > 0 && class < highest))
                continue;
            n_members = n_members > 0 && class > highest ? 0 : n_members;
            highest = class;
            members[n_members++] = &queues[i];
        }
        rest = serve_class(members, n_members, k, rest, weights);
        n_served += n_members;
        before = highest;
    }
    return rest;
}

/* Hands out what is left, one GPU each; of less than one, only what a queue misses. */
static void serve_singles(struct queue *queues, size_t n, double rest,
                          struct arena *scratch)
{
    const void **open = ARENA_ARRAY(scratch, const void *, n);
    double least = 1;
    size_t n_open = 0;
    for (size_t i = 0; i < n && rest > 0; i++)
        if (is_open(&queues[i])) {
            least = smaller(least, queues[i].want - queues[i].grant);
            open[n_open++] = &queues[i];
        }
    heap_build(open, n_open, by_remainder);
    for (; n_open > 0 && rest + noise >= least; n_open--) {
        const struct queue *first = heap_pop(open, n_open, by_remainder);
        struct queue *q = &queues[first - queues];
        double gpus = smaller(1, q->want - q->grant);
        if (gpus <= rest + noise) {
            q->grant += gpus;
            rest -= gpus;
        }
    }
}

static void divide(const struct divide_input *in, double *grants)
{
    const struct quota_settings *settings = in->settings;
    size_t n = in->n_parties;
    struct queue *queues = ARENA_ARRAY(in->scratch, struct queue, n);
    double rest = in->capacity_gpus[0];
    for (size_t i = 0; i < n; i++) {
        double deserved = smaller(in->floor_gpus[i], in->want_gpus[i]);
        queues[i] = (struct queue){&in->parties[i], in->want_gpus[i], deserved, 0};
        rest -= deserved;
    }
    rest = serve_classes(queues, n, settings->k, larger(0, rest), in->scratch);
    serve_singles(queues, n, rest, in->scratch);
    for (size_t i = 0; i < n; i++)
        grants[i] = smaller(queues[i].grant, queues[i].want);
}

const struct divide_type divide_quota = {
    .name = "quota",
    .summary = "deserved floors, then over-quota by class, share and past use",
    .settings = SETTINGS("quota", table, struct quota_settings),
    .reads = READS_SHARES | READS_CLASSES | READS_HISTORY,
    .breaks = BREAKS_POOL,
    .over_projects = true,
    .over_groups = true,
    .on_floors = true,
    .grain_gpus = 1,
    .divide = divide,
};
