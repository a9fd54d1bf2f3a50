#include "study/tasks.h"

#include "base/check.h"
#include "base/memory.h"

#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

/* A worker may be at most this many tasks ahead, for each thread. */
enum { AHEAD = 4 };

struct slot {
    size_t index;
    void *prepared;
    bool is_ready;
};

struct queue {
    const struct tasks *tasks;
    pthread_mutex_t mutex;
    pthread_cond_t moved; /* `taken` has grown, or the end has come */
    struct slot *slots;   /* a ring: what is handed on as the i-th in slot i % n_slots */
    size_t n_slots;
    size_t next;     /* the next to do */
    size_t finished; /* done */
    size_t taken;    /* handed on */
    bool is_taking, has_failed;
};

static bool is_stopped(const struct queue *q)
{
    return q->has_failed || (q->tasks->stop && atomic_load(q->tasks->stop));
}

/* The next task; false when there is none. Locked. */
static bool claim_next(struct queue *q, size_t *index)
{
    while (!is_stopped(q) && q->next < q->tasks->n && q->next >= q->taken + q->n_slots)
        pthread_cond_wait(&q->moved, &q->mutex);
    if (is_stopped(q) || q->next >= q->tasks->n)
        return false;
    *index = q->next++;
    return true;
}

/* Hands on what is complete, in its turn, unless another worker is at it. Locked; the
 * lock is let go of while something is taken. */
static void hand_on(struct queue *q)
{
    const struct tasks *tasks = q->tasks;
    if (q->is_taking)
        return;
    q->is_taking = true;
    size_t n_unsettled = 0;
    while (!q->has_failed && (q->slots[q->taken % q->n_slots].is_ready || n_unsettled)) {
        struct slot *slot = &q->slots[q->taken % q->n_slots];
        bool is_ready = slot->is_ready;
        pthread_mutex_unlock(&q->mutex);
        int result = is_ready ? tasks->take(tasks->owner, slot->index, slot->prepared)
                              : tasks->settle(tasks->owner);
        pthread_mutex_lock(&q->mutex);
        q->has_failed |= result != 0;
        n_unsettled = is_ready && tasks->settle ? n_unsettled + 1 : 0;
        slot->is_ready &= !is_ready;
        q->taken += is_ready;
        pthread_cond_broadcast(&q->moved);
    }
    q->is_taking = false;
}

static void *work_queue(void *argument)
{
    struct queue *q = argument;
    const struct tasks *tasks = q->tasks;
    size_t index;
    pthread_mutex_lock(&q->mutex);
    while (claim_next(q, &index)) {
        pthread_mutex_unlock(&q->mutex);
        void *prepared = tasks->prepare(tasks->owner, index);
        pthread_mutex_lock(&q->mutex);
        size_t turn = q->finished++;
        if (!tasks->in_any_order)
            turn = index;
        struct slot *slot = &q->slots[turn % q->n_slots];
        CHECK(!slot->is_ready);
        *slot = (struct slot){index, prepared, true};
        hand_on(q);
    }
    pthread_cond_broadcast(&q->moved);
    pthread_mutex_unlock(&q->mutex);
    return NULL;
}

/* Runs fn(argument) in n threads, the caller's among them; as many as can be had. */
static void run_threads(size_t n, void *(*fn)(void *), void *argument)
{
    pthread_t *threads = MEM_ARRAY(pthread_t, n);
    size_t n_started = 0;
    while (n_started + 1 < n &&
           pthread_create(&threads[n_started], NULL, fn, argument) == 0)
        n_started++;
    fn(argument);
    for (size_t i = 0; i < n_started; i++)
        pthread_join(threads[i], NULL);
    mem_free(threads);
}

size_t tasks_run(const struct tasks *tasks)
{
    size_t n_jobs = tasks->n_jobs < tasks->n ? tasks->n_jobs : tasks->n;
    struct queue q = {.tasks = tasks, .n_slots = AHEAD * (n_jobs ? n_jobs : 1)};
    q.slots = MEM_ARRAY(struct slot, q.n_slots);
    pthread_mutex_init(&q.mutex, NULL);
    pthread_cond_init(&q.moved, NULL);
    run_threads(n_jobs, work_queue, &q);
    for (size_t i = 0; i < q.n_slots; i++)
        if (q.slots[i].is_ready)
            tasks->drop(tasks->owner, q.slots[i].prepared);
    pthread_cond_destroy(&q.moved);
    pthread_mutex_destroy(&q.mutex);
    mem_free(q.slots);
    return q.taken;
}

struct ranges {
    size_t n, chunk;
    size_t next;
    pthread_mutex_t mutex;
    void *owner;
    void (*work)(void *owner, size_t first, size_t last);
};

static void *work_ranges(void *argument)
{
    struct ranges *r = argument;
    for (;;) {
        pthread_mutex_lock(&r->mutex);
        size_t first = r->next;
        r->next = first < r->n ? first + r->chunk : first;
        pthread_mutex_unlock(&r->mutex);
        if (first >= r->n)
            return NULL;
        r->work(r->owner, first, first + r->chunk < r->n ? first + r->chunk : r->n);
    }
}

void parallel_ranges(size_t n, size_t n_jobs, void *owner,
                     void (*work)(void *owner, size_t first, size_t last))
{
    size_t chunk = n / (64 * (n_jobs ? n_jobs : 1)) + 1;
    struct ranges r = {.n = n, .chunk = chunk, .owner = owner, .work = work};
    pthread_mutex_init(&r.mutex, NULL);
    run_threads(n_jobs, work_ranges, &r);
    pthread_mutex_destroy(&r.mutex);
}

size_t processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (size_t)n : 1;
}
