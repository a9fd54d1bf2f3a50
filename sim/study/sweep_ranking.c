#include "study/sweep_ranking.h"

#include "base/memory.h"
#include "study/outcome_summary.h"

#include <math.h>
#include <stdlib.h>

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (isnan(x->rank) != isnan(y->rank))
        return isnan(x->rank) ? 1 : -1;
    if (!isnan(x->rank) && x->rank != y->rank)
        return x->rank > y->rank ? -1 : 1;
    return x->point < y->point ? -1 : 1;
}

/* In the replications that both have, which stand in rising order. */
static void pair_with(const struct ranked *best, struct ranked *other)
{
    double *x = MEM_ARRAY(double, other->n_runs + 1);
    double *y = MEM_ARRAY(double, other->n_runs + 1);
    size_t n = 0, k = 0;
    for (size_t i = 0; i < other->n_runs; i++) {
        while (k < best->n_runs && best->replications[k] < other->replications[i])
            k++;
        if (k == best->n_runs || best->replications[k] != other->replications[i])
            continue;
        x[n] = other->values[i];
        y[n++] = best->values[k];
    }
    paired_of(x, 1, y, 1, n, false, &other->against_best);
    mem_free(x);
    mem_free(y);
}

static void compare_with_best(struct sweep_ranking *p)
{
    double *holm = MEM_ARRAY(double, p->n_ranked + 1);
    for (size_t i = 1; i < p->n_ranked; i++) {
        pair_with(&p->points[0], &p->points[i]);
        holm[i - 1] = p->points[i].against_best.p_value;
    }
    if (p->n_ranked > 1)
        holm_adjust(holm, p->n_ranked - 1);
    for (size_t i = 1; i < p->n_ranked; i++)
        p->points[i].holm = holm[i - 1];
    mem_free(holm);
}

int sweep_rank(struct sweep_view *v, size_t outcome, struct sweep_ranking *p,
               struct diag *d)
{
    int metric = metric_find(v->outcomes[outcome].metric);
    *p = (struct sweep_ranking){.outcome = &v->outcomes[outcome],
                                .better = metric >= 0 ? metric_types[metric].better
                                                      : BETTER_NEITHER};
    struct view_block block = {0};
    int result = 0;
    p->points = MEM_ARRAY(struct ranked, v->n_in_design + 1);
    for (size_t k = 0; k < v->n_in_design && result == 0; k++) {
        struct ranked *r = &p->points[p->n_points++];
        if ((result = sweep_view_read(v, k, &block, d)) != 0)
            break;
        r->point = k;
        r->n_runs = block.n;
        r->values = MEM_ARRAY(double, block.n + 1);
        r->replications = MEM_ARRAY(int64_t, block.n + 1);
        for (size_t i = 0; i < block.n; i++) {
            r->values[i] = block.values[i * v->n_outcomes + outcome];
            r->replications[i] = block.replications[i];
        }
        double *scratch = MEM_ARRAY(double, block.n + 1);
        outcome_summary_named(p->outcome->metric, p->outcome->kind, r->values, 1, block.n,
                              scratch, &r->summary);
        mem_free(scratch);
        r->rank = p->better == BETTER_LESS ? -r->summary.mean : r->summary.mean;
        r->holm = NAN;
    }
    view_block_release(&block);
    if (p->n_points > 0)
        qsort(p->points, p->n_points, sizeof *p->points, by_rank);
    while (p->n_ranked < p->n_points && !isnan(p->points[p->n_ranked].rank))
        p->n_ranked++;
    compare_with_best(p);
    return result;
}

void sweep_ranking_release(struct sweep_ranking *p)
{
    for (size_t i = 0; i < p->n_points; i++) {
        mem_free(p->points[i].values);
        mem_free(p->points[i].replications);
    }
    mem_free(p->points);
}

bool ranked_differs(const struct ranked *point)
{
    return point->holm < 1 - SUMMARY_LEVEL;
}
