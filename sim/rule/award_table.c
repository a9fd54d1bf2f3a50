/* One call of a division: what it is told, once for each pool or once for all, and what
 * is made of floors and grants that do not fit. */
#include "rule/award_work.h"

#include <math.h>

struct award_table award_table_new(const struct award_work *w,
                                   const struct divide_type *type, size_t n,
                                   size_t n_pools)
{
    size_t n_cells = n * n_pools;
    struct award_table t = {.n = n,
                            .n_pools = n_pools,
                            .want = ARENA_ARRAY(w->scratch, double, n_cells),
                            .floor = ARENA_ARRAY(w->scratch, double, n_cells),
                            .grants = ARENA_ARRAY(w->scratch, double, n_cells)};
    if (type->reads & READS_VALUES)
        t.value = ARENA_ARRAY(w->scratch, double, n_cells);
    if (type->reads & READS_TASKS)
        t.task = ARENA_ARRAY(w->scratch, double, n_cells);
    if (type->reads & READS_DOCKET)
        t.claims = ARENA_ARRAY(w->scratch, struct party_claim, n_cells);
    return t;
}

/* One pool of a table as a table of its own, for divisions of a pool at a time. */
static void take_pool(const struct award_table *t, size_t pool, struct award_table *one)
{
    const double *from[] = {t->want, t->floor, t->value, t->task, t->accounts};
    double *to[] = {one->want, one->floor, one->value, one->task, one->accounts};
    for (size_t k = 0; k < sizeof to / sizeof *to; k++)
        for (size_t i = 0; i < t->n && from[k]; i++)
            to[k][i] = from[k][i * t->n_pools + pool];
}

/* Keeps what went wrong in the user's own part of a division. */
static void keep_fault(struct award_work *w, const struct rule_fault *fault)
{
    w->fault = (struct rule_fault){fault->at, arena_string(w->arena, fault->message)};
    w->breach = w->fault.message;
}

/* Calls the division once for all pools of a table, and checks what it did. */
static void call(struct award_work *w, struct award_division by, const double *capacity,
                 int pool, const struct award_table *t)
{
    const struct council *council = w->docket->council;
    struct rule_fault fault = {.message = NULL};
    double level = NAN;
    struct divide_input in = {.n_parties = t->n,
                              .n_pools = t->n_pools,
                              .parties = t->parties,
                              .capacity_gpus = capacity,
                              .want_gpus = t->want,
                              .floor_gpus = t->floor,
                              .gpu_value = t->value,
                              .task_gpus = t->task,
                              .month = w->docket->month,
                              .every_months = council ? (size_t)council->every_months : 1,
                              .settings = by.settings,
                              .accounts = t->accounts,
                              .next_accounts = t->next,
                              .prices = t->prices,
                              .residual = &w->residual,
                              .docket = w->whole,
                              .claims = t->claims,
                              .levels = w->trace && t->n_pools == 1 ? &level : NULL,
                              .fault = &fault,
                              .scratch = w->scratch};
    if (w->breach)
        return;
    by.type->divide(&in, t->grants);
    if (fault.message) {
        keep_fault(w, &fault);
        return;
    }
    if (!isnan(level))
        award_trace_add(w->trace, (struct award_step){STEP_LEVEL, pool < 0 ? 0 : pool,
                                                      t->group, -1, level, 0});
    award_check_division(w, by.type, &in, pool < 0 ? NULL : w->docket->pools[pool].name,
                         t->grants);
}

/* Divides among the parties of a table, of one pool or of all: -1. */
static void divide_parties(struct award_work *w, struct award_division by,
                           const double *capacity, int pool, const struct award_table *t)
{
    if (by.type->all_pools || t->n_pools == 1) {
        call(w, by, capacity, pool, t);
        return;
    }
    struct award_table one = award_table_new(w, by.type, t->n, 1);
    one.parties = t->parties;
    one.group = t->group;
    one.accounts = t->accounts ? ARENA_ARRAY(w->scratch, double, t->n) : NULL;
    one.next = t->next ? ARENA_ARRAY(w->scratch, double, t->n) : NULL;
    for (size_t p = 0; p < t->n_pools; p++) {
        take_pool(t, p, &one);
        one.prices = t->prices ? t->prices + p : NULL;
        call(w, by, capacity + p, (int)p, &one);
        for (size_t i = 0; i < t->n; i++) {
            t->grants[i * t->n_pools + p] = one.grants[i];
            if (t->next)
                t->next[i * t->n_pools + p] = one.next[i];
        }
    }
}

/* Scales floors that are too large for the pool; a division that adds shares on top of
 * floors wants them as they are. */
static void fit_floors(const struct divide_type *type, const double *capacity, size_t n,
                       size_t n_pools, double *floor)
{
    if (type->on_floors)
        return;
    for (size_t p = 0; p < n_pools; p++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += floor[i * n_pools + p];
        if (sum > capacity[p])
            for (size_t i = 0; i < n; i++)
                floor[i * n_pools + p] *= capacity[p] / sum;
    }
}

/* Grants beyond the pool, which a record may announce, are scaled back to it. */
static void fit_grants(const struct divide_type *type, const double *capacity, size_t n,
                       size_t n_pools, double *grants)
{
    if (!(type->breaks & BREAKS_POOL))
        return;
    for (size_t p = 0; p < n_pools; p++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += grants[i * n_pools + p];
        if (sum > capacity[p] * (1 + AWARD_SLACK))
            for (size_t i = 0; i < n; i++)
                grants[i * n_pools + p] *= capacity[p] / sum;
    }
}

void award_table_divide(struct award_work *w, struct award_division by,
                        const double *capacity, int pool, const struct award_table *t)
{
    fit_floors(by.type, capacity, t->n, t->n_pools, t->floor);
    divide_parties(w, by, capacity, pool, t);
    fit_grants(by.type, capacity, t->n, t->n_pools, t->grants);
}
