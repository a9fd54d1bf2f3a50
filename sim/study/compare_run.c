/* Runs are tasks in the order of the worlds: world 0 under every alternative, then world
 * 1. So what a stopped comparison leaves is whole but for its last world. */
#include "study/compare.h"

#include "base/check.h"
#include "base/memory.h"
#include "run/run.h"
#include "study/tasks.h"

#include <string.h>

struct trial {
    size_t variant, replication;
};

struct running {
    struct comparison *comparison;
    const struct compare_how *how;
    struct trial *trials;
    size_t n_trials;
    struct diag *d;
};

struct finished {
    struct outcome *outcomes;
    size_t n_outcomes;
    struct place fault_at;
    char *fault; /* NULL: none */
};

static void drop(void *owner, void *prepared)
{
    struct finished *f = prepared;
    (void)owner;
    mem_free(f->outcomes);
    mem_free(f->fault);
    mem_free(f);
}

static void *prepare(void *owner, size_t index)
{
    const struct running *r = owner;
    const struct trial *trial = &r->trials[index];
    const struct variant *v = &r->comparison->variants[trial->variant];
    struct finished *f = MEM_ARRAY(struct finished, 1);
    struct results results;
    run_simulate(v->scenario, r->comparison->seed, trial->replication, 0, &results);
    if (results.fault.message) {
        size_t size = strlen(results.fault.message) + 1;
        f->fault = memcpy(MEM_ARRAY(char, size), results.fault.message, size);
        f->fault_at = results.fault.at;
    } else {
        f->n_outcomes = results.n_outcomes;
        f->outcomes = MEM_ARRAY(struct outcome, f->n_outcomes);
        memcpy(f->outcomes, results.outcomes, f->n_outcomes * sizeof *f->outcomes);
    }
    results_release(&results);
    return f;
}

/* Room for the runs that are to come, at once. */
static void make_room(struct variant *v, size_t n)
{
    if (n <= v->capacity)
        return;
    v->values = mem_resize(v->values, n * v->n_outcomes, sizeof *v->values);
    v->capacity = n;
}

static int take(void *owner, size_t index, void *prepared)
{
    struct running *r = owner;
    struct finished *f = prepared;
    const struct trial *trial = &r->trials[index];
    struct variant *v = &r->comparison->variants[trial->variant];
    if (f->fault) {
        diag_error(r->d, DIAG_DATA, &f->fault_at, "alternative '%s': %s", v->name,
                   f->fault);
        drop(r, f);
        return -1;
    }
    if (!v->outcomes) {
        v->outcomes = f->outcomes;
        v->n_outcomes = f->n_outcomes;
    }
    CHECK(v->n == trial->replication && f->n_outcomes == v->n_outcomes);
    if (v->n == v->capacity)
        make_room(v, v->n < 64 ? 64 : 2 * v->n);
    for (size_t i = 0; i < f->n_outcomes; i++)
        v->values[v->n * v->n_outcomes + i] = f->outcomes[i].value;
    v->n++;
    if (f->outcomes == v->outcomes)
        f->outcomes = NULL;
    drop(r, f);
    if (r->how->progress)
        r->how->progress(r->how->owner, index + 1, r->n_trials);
    return 0;
}

static void list_trials(struct running *r, const size_t *n_more)
{
    const struct comparison *c = r->comparison;
    size_t most = 0;
    for (size_t i = 0; i < c->n_variants; i++) {
        r->n_trials += n_more[i];
        most = n_more[i] > most ? n_more[i] : most;
    }
    r->trials = MEM_ARRAY(struct trial, r->n_trials);
    size_t n = 0;
    for (size_t k = 0; k < most; k++)
        for (size_t i = 0; i < c->n_variants; i++)
            if (k < n_more[i])
                r->trials[n++] = (struct trial){i, c->variants[i].n + k};
}

int comparison_run(struct comparison *c, const size_t *n_more,
                   const struct compare_how *how, struct diag *d)
{
    struct running r = {.comparison = c, .how = how, .d = d};
    size_t n_errors = diag_n_errors(d);
    list_trials(&r, n_more);
    struct tasks tasks = {.n = r.n_trials,
                          .n_jobs = how->n_jobs,
                          .owner = &r,
                          .prepare = prepare,
                          .take = take,
                          .drop = drop,
                          .stop = how->stop};
    size_t n_done = tasks_run(&tasks);
    mem_free(r.trials);
    return diag_n_errors(d) > n_errors ? -1 : (int)n_done;
}
