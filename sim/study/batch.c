#include "study/batch.h"

#include "study/tasks.h"

static void *simulate(void *owner, size_t index)
{
    const struct batch *batch = owner;
    struct results results;
    run_simulate(batch->scenario, batch->seed, batch->first + index, batch->flags,
                 &results);
    void *prepared = batch->prepare(batch->owner, &results);
    results_release(&results);
    return prepared;
}

static int take(void *owner, size_t index, void *prepared)
{
    const struct batch *batch = owner;
    return batch->take(batch->owner, index, prepared);
}

static void drop(void *owner, void *prepared)
{
    const struct batch *batch = owner;
    batch->drop(batch->owner, prepared);
}

size_t batch_run(const struct batch *batch)
{
    struct batch copy = *batch;
    struct tasks tasks = {.n = batch->n,
                          .n_jobs = batch->n_jobs,
                          .owner = &copy,
                          .prepare = simulate,
                          .take = take,
                          .drop = drop,
                          .stop = batch->stop};
    return tasks_run(&tasks);
}
