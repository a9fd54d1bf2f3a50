#include "study/sweep_run.h"

#include "base/memory.h"
#include "record/number.h"
#include "run/run.h"
#include "study/tasks.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct job {
    uint32_t point, replication;
};

/* A scenario that was loaded for one point, at rest between two of its runs. */
struct resting {
    size_t point;
    struct scenario *scenario;
};

struct sweeping {
    const struct sweep_run_options *options;
    struct store *store;
    struct diag *d;
    int64_t *scenario_ids; /* by point; 0: a bad one */
    struct job *jobs;
    size_t n_jobs;
    struct sweep_outcome *out;
    pthread_mutex_t mutex; /* of what rests */
    struct resting *resting;
    size_t n_resting, most_resting;
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- the design in the store ---- */

/* What two shards of a sweep must have in common: all points in their order. */
static void hash_plan(const struct sweep_points *points, char hex[DIGEST_ROOM])
{
    struct text all;
    text_init(&all);
    for (size_t i = 0; i < points->design->n_points; i++)
        text_printf(&all, "%s\n\n", points->points[points->at[i]].settings);
    digest_of(all.bytes, all.length, hex);
    text_release(&all);
}

static int write_words(struct store *store, const struct sweep_run_options *o,
                       struct diag *d)
{
    char plan[DIGEST_ROOM], replications[NUMBER_ROOM], levels[NUMBER_ROOM];
    char shard[64];
    hash_plan(o->points, plan);
    number_format_integer(o->sweep->replications, replications);
    number_format_integer(o->sweep->levels, levels);
    snprintf(shard, sizeof shard, "%zu/%zu", o->shard + 1, o->n_shards);
    const char *const words[][2] = {
        {"design", sweep_design_name((size_t)o->sweep->design)},
        {"plan", plan},
        {"replications", replications},
        {"levels", levels},
        {"shard", shard},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (store_put_word(store, words[i][0], words[i][1], d) != 0)
            return -1;
    return 0;
}

static int write_points(struct sweeping *s, int64_t *ids)
{
    const struct sweep_points *points = s->options->points;
    const struct design *design = points->design;
    for (size_t i = 0; i < points->n_points; i++) {
        const struct sweep_point *its = &points->points[i];
        struct store_point p = {.settings = its->settings,
                                .label = its->label,
                                .identity = its->message ? NULL : its->identity,
                                .message = its->message,
                                .paths = design->paths,
                                .values = its->values,
                                .n_settings = design->n_settings};
        if (store_put_point(s->store, &p, s->d) != 0)
            return -1;
        ids[i] = p.id;
        s->scenario_ids[i] = its->message ? 0 : p.scenario_id;
    }
    return 0;
}

static int write_positions(struct sweeping *s, const int64_t *ids)
{
    const struct sweep_points *points = s->options->points;
    const struct design *design = points->design;
    size_t k = design->n_settings;
    for (size_t i = 0; i < k; i++)
        if (store_put_path(s->store, i, design->paths[i], s->d) != 0)
            return -1;
    for (size_t i = 0; i < design->n_points; i++) {
        const double *coordinates =
            design->coordinates ? design->coordinates + i * k : NULL;
        if (store_put_position(s->store, i, ids[points->at[i]], coordinates, k, s->d) !=
            0)
            return -1;
    }
    return 0;
}

static int write_design(struct sweeping *s)
{
    int64_t *ids = MEM_ARRAY(int64_t, s->options->points->n_points);
    int result = database_begin(&s->store->base, s->d);
    if (result == 0)
        result = store_clear_design(s->store, s->d);
    if (result == 0)
        result = write_words(s->store, s->options, s->d);
    if (result == 0)
        result = write_points(s, ids);
    if (result == 0)
        result = write_positions(s, ids);
    if (result == 0)
        result = database_commit(&s->store->base, s->d);
    mem_free(ids);
    return result;
}

/* ---- what is missing ---- */

struct present {
    int64_t scenario, replication;
};

struct presence {
    struct present *all;
    size_t n, capacity;
};

static void see_run(void *owner, int64_t scenario_id, int64_t replication)
{
    struct presence *p = owner;
    ARRAY_PUSH(p->all, p->n, p->capacity) = (struct present){scenario_id, replication};
}

static int by_run(const void *a, const void *b)
{
    const struct present *x = a, *y = b;
    if (x->scenario != y->scenario)
        return x->scenario < y->scenario ? -1 : 1;
    return x->replication < y->replication ? -1 : x->replication > y->replication;
}

bool sweep_is_of_shard(size_t job, size_t shard, size_t n_shards)
{
    return job % n_shards == shard;
}

static int by_identity(const void *a, const void *b)
{
    const struct sweep_point *x = *(const struct sweep_point *const *)a;
    const struct sweep_point *y = *(const struct sweep_point *const *)b;
    int order = strcmp(x->identity, y->identity);
    return order != 0 ? order : x < y ? -1 : 1; /* of one array */
}

/* Bad points, and those that amount to the same scenario as an earlier one, ask for no
 * run. */
static bool *find_askers(const struct sweep_points *points)
{
    size_t n = points->n_points;
    bool *asks = MEM_ARRAY(bool, n);
    const struct sweep_point **sorted = MEM_ARRAY(const struct sweep_point *, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &points->points[i];
    qsort(sorted, n, sizeof *sorted, by_identity);
    for (size_t i = 0; i < n; i++)
        asks[sorted[i] - points->points] =
            !sorted[i]->message &&
            (i == 0 || strcmp(sorted[i]->identity, sorted[i - 1]->identity) != 0);
    mem_free(sorted);
    return asks;
}

static int find_jobs(struct sweeping *s)
{
    const struct sweep_run_options *o = s->options;
    struct presence present = {0};
    size_t n_points = o->points->n_points, capacity = 0, turn = 0;
    if (s->store && store_each_run(s->store, see_run, &present, s->d) != 0) {
        mem_free(present.all);
        return -1;
    }
    if (present.n > 0)
        qsort(present.all, present.n, sizeof *present.all, by_run);
    bool *asks = find_askers(o->points);
    for (size_t i = 0; i < n_points; i++) {
        if (!asks[i])
            continue;
        for (int64_t r = 0; r < o->sweep->replications; r++) {
            const struct present wanted = {s->scenario_ids[i], r};
            if (!sweep_is_of_shard(turn++, o->shard, o->n_shards))
                continue;
            s->out->n_wanted++;
            if (present.n > 0 &&
                bsearch(&wanted, present.all, present.n, sizeof wanted, by_run))
                s->out->n_stored++;
            else
                ARRAY_PUSH(s->jobs, s->n_jobs, capacity) =
                    (struct job){(uint32_t)i, (uint32_t)r};
        }
    }
    mem_free(asks);
    mem_free(present.all);
    return 0;
}

/* ---- running ---- */

/* What a worker makes of a job. */
struct made {
    struct scenario *scenario;
    struct results results;
    char *message; /* why there are no results; NULL: there are */
    double seconds;
};

/* One that rests and is of the point; or NULL, and in *old what may be given up. */
static struct scenario *wake(struct sweeping *s, size_t point, struct scenario **old)
{
    struct scenario *found = NULL;
    pthread_mutex_lock(&s->mutex);
    for (size_t i = 0; i < s->n_resting && !found; i++) {
        if (s->resting[i].point != point)
            continue;
        found = s->resting[i].scenario;
        s->resting[i] = s->resting[--s->n_resting];
    }
    *old = NULL;
    if (!found && s->n_resting == s->most_resting) {
        *old = s->resting[0].scenario;
        s->resting[0] = s->resting[--s->n_resting];
    }
    pthread_mutex_unlock(&s->mutex);
    return found;
}

static void discard(struct scenario *scenario)
{
    if (!scenario)
        return;
    scenario_release(scenario);
    mem_free(scenario);
}

static void lay_to_rest(struct sweeping *s, size_t point, struct scenario *scenario)
{
    pthread_mutex_lock(&s->mutex);
    bool has_room = s->n_resting < s->most_resting;
    if (has_room)
        s->resting[s->n_resting++] = (struct resting){point, scenario};
    pthread_mutex_unlock(&s->mutex);
    if (!has_room)
        discard(scenario);
}

static char *message_of(const char *format, const char *what)
{
    struct text text;
    text_init(&text);
    text_printf(&text, format, what);
    char *copy = mem_new(text.length + 1, 1);
    memcpy(copy, text.bytes, text.length);
    text_release(&text);
    return copy;
}

/* The scenario of a point; NULL and a message where a file changed since the start. */
static struct scenario *load(struct sweeping *s, size_t point, char **message)
{
    struct scenario *old, *scenario = wake(s, point, &old);
    const struct sweep_points *points = s->options->points;
    char identity[DIGEST_ROOM];
    struct diag d;
    discard(old);
    if (scenario)
        return scenario;
    scenario = MEM_ARRAY(struct scenario, 1);
    diag_init(&d);
    if (sweep_point_load(points, point, scenario, &d) != 0) {
        *message = message_of("it cannot be loaded any more: %s", d.messages[0].message);
        mem_free(scenario);
        scenario = NULL;
    } else {
        identity_of(scenario, points->seed, identity);
        if (strcmp(identity, points->points[point].identity) != 0) {
            *message = message_of("%s", "a file changed while the sweep ran");
            discard(scenario);
            scenario = NULL;
        }
    }
    diag_release(&d);
    return scenario;
}

static void *prepare(void *owner, size_t index)
{
    struct sweeping *s = owner;
    const struct job *job = &s->jobs[index];
    struct made *made = MEM_ARRAY(struct made, 1);
    double started_s = now_s();
    made->scenario = load(s, job->point, &made->message);
    if (!made->scenario)
        return made;
    run_simulate(made->scenario, s->options->points->seed, job->replication, 0,
                 &made->results);
    if (made->results.fault.message) {
        made->message = message_of("%s", made->results.fault.message);
        results_release(&made->results);
    }
    made->seconds = now_s() - started_s;
    return made;
}

static void drop(void *owner, void *prepared)
{
    struct made *made = prepared;
    (void)owner;
    if (made->scenario && !made->message)
        results_release(&made->results);
    discard(made->scenario);
    mem_free(made->message);
    mem_free(made);
}

static void note_failure(struct sweeping *s, const struct job *job, const char *message)
{
    struct sweep_outcome *out = s->out;
    if (out->n_failed < SWEEP_MOST_TOLD) {
        struct text text;
        text_init(&text);
        text_printf(&text, "point %zu, replication %lld: %s: %s", (size_t)job->point + 1,
                    (long long)job->replication,
                    s->options->points->points[job->point].label, message);
        out->told[out->n_failed] = text.bytes;
    }
    out->n_failed++;
}

void sweep_outcome_release(struct sweep_outcome *out)
{
    for (size_t i = 0; i < SWEEP_MOST_TOLD; i++)
        mem_free(out->told[i]);
    *out = (struct sweep_outcome){0};
}

static int take(void *owner, size_t index, void *prepared)
{
    struct sweeping *s = owner;
    struct made *made = prepared;
    const struct job *job = &s->jobs[index];
    struct store_run run = {.scenario_id = s->scenario_ids[job->point],
                            .replication = job->replication,
                            .seconds = made->seconds,
                            .scenario = made->scenario,
                            .message = made->message};
    if (!made->message) {
        run.outcomes = made->results.outcomes;
        run.n_outcomes = made->results.n_outcomes;
    }
    int result = database_begin(&s->store->base, s->d);
    if (result == 0)
        result = store_put_run(s->store, &run, s->d);
    s->out->n_done++;
    if (made->message)
        note_failure(s, job, made->message);
    if (made->scenario) {
        if (!made->message)
            results_release(&made->results);
        lay_to_rest(s, job->point, made->scenario);
        made->scenario = NULL;
    }
    drop(s, made);
    return result;
}

static int settle(void *owner)
{
    struct sweeping *s = owner;
    const struct sweep_run_options *o = s->options;
    int result = database_commit(&s->store->base, s->d);
    if (result == 0 && o->progress)
        o->progress(o->progress_owner, s->out->n_done, s->out->n_failed, s->n_jobs);
    return result;
}

static int run_jobs(struct sweeping *s)
{
    size_t n_errors = diag_n_errors(s->d);
    struct tasks tasks = {.n = s->n_jobs,
                          .n_jobs = s->options->n_jobs,
                          .in_any_order = true,
                          .owner = s,
                          .prepare = prepare,
                          .take = take,
                          .settle = settle,
                          .drop = drop,
                          .stop = s->options->stop};
    s->most_resting = 2 * s->options->n_jobs;
    s->resting = MEM_ARRAY(struct resting, s->most_resting);
    pthread_mutex_init(&s->mutex, NULL);
    size_t n_taken = tasks_run(&tasks);
    for (size_t i = 0; i < s->n_resting; i++)
        discard(s->resting[i].scenario);
    pthread_mutex_destroy(&s->mutex);
    mem_free(s->resting);
    s->out->is_stopped = n_taken < s->n_jobs;
    return diag_n_errors(s->d) == n_errors ? 0 : -1;
}

int sweep_run(struct store *store, const struct sweep_run_options *options,
              struct sweep_outcome *out, struct diag *d)
{
    struct sweeping s = {.options = options, .store = store, .d = d, .out = out};
    *out = (struct sweep_outcome){0};
    s.scenario_ids = MEM_ARRAY(int64_t, options->points->n_points);
    int result = write_design(&s);
    if (result == 0)
        result = find_jobs(&s);
    if (result == 0 && options->progress)
        options->progress(options->progress_owner, 0, 0, s.n_jobs);
    if (result == 0)
        result = run_jobs(&s);
    mem_free(s.jobs);
    mem_free(s.scenario_ids);
    return result;
}

int sweep_count(struct store *store, const struct sweep_run_options *options,
                size_t *wanted, size_t *stored, struct diag *d)
{
    struct sweep_outcome out = {0};
    struct sweeping s = {.options = options, .store = store, .d = d, .out = &out};
    const struct sweep_points *points = options->points;
    s.scenario_ids = MEM_ARRAY(int64_t, points->n_points);
    int result = 0;
    for (size_t i = 0; i < points->n_points && store && result == 0; i++)
        if (!points->points[i].message)
            result = store_scenario_id(store, points->points[i].identity,
                                       &s.scenario_ids[i], d);
    if (result == 0)
        result = find_jobs(&s);
    *wanted = out.n_wanted;
    *stored = out.n_stored;
    mem_free(s.jobs);
    mem_free(s.scenario_ids);
    return result;
}
