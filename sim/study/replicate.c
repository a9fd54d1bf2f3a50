#include "study/replicate.h"

#include "base/check.h"
#include "base/memory.h"
#include "record/columns.h"
#include "record/json.h"
#include "study/bands.h"
#include "study/batch.h"
#include "study/outcome_summary.h"
#include "study/run_files.h"
#include "study/run_record.h"
#include "study/tasks.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct replication {
    struct place fault_at; /* of the user's text */
    char *fault;           /* on the heap; NULL: the run came to its end */
    struct outcome *outcomes;
    size_t n_outcomes;
    double *band_block; /* NULL: a single run */
    double residual;
    struct csv csvs[N_RUN_FILES];
};

struct replicator {
    const struct replicate_options *options;
    struct run_files files;
    struct bands bands;
    struct ensemble *ensemble;
    struct diag *d;
    bool is_single;
    bool has_failed;
    size_t next_look; /* of `until`: how many replications there are at the next one */
    double started_s;
};

/* Of the clock on the wall; for the record's volatile part only. */
static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void drop(void *owner, void *prepared)
{
    struct replication *p = prepared;
    (void)owner;
    for (int i = 0; i < N_RUN_FILES; i++)
        csv_release(&p->csvs[i]);
    mem_free(p->fault);
    mem_free(p->outcomes);
    mem_free(p->band_block);
    mem_free(p);
}

/* In a worker: rows are formatted, values picked; a single run writes its rows at once.
 */
static void *prepare(void *owner, const struct results *results)
{
    struct replicator *r = owner;
    struct replication *p = MEM_ARRAY(struct replication, 1);
    if (results->fault.message) {
        size_t size = strlen(results->fault.message) + 1;
        p->fault = memcpy(MEM_ARRAY(char, size), results->fault.message, size);
        p->fault_at = results->fault.at;
        return p;
    }
    p->n_outcomes = results->n_outcomes;
    p->residual = results->residual;
    p->outcomes = MEM_ARRAY(struct outcome, results->n_outcomes);
    memcpy(p->outcomes, results->outcomes, p->n_outcomes * sizeof *p->outcomes);
    if (r->is_single) {
        run_files_format(&r->files, results, r->files.csvs);
        return p;
    }
    for (int i = 0; i < N_RUN_FILES; i++)
        csv_init(&p->csvs[i], NULL);
    run_files_format(&r->files, results, p->csvs);
    p->band_block = bands_pick(&r->bands, results);
    return p;
}

enum { FIRST_LOOK = 30, LOOK_PART = 20 };

/* Whether `until` is reached. Looks are few, because the more there are, the likelier an
 * interval is narrow by accident. */
static bool is_enough(struct replicator *r)
{
    struct ensemble *e = r->ensemble;
    if (!r->options->until || e->n < r->next_look)
        return false;
    r->next_look = e->n + e->n / LOOK_PART;
    e->is_narrow =
        ensemble_half_width(e, r->options->until) <= r->options->until_half_width;
    return e->is_narrow;
}

static int take(void *owner, size_t index, void *prepared)
{
    struct replicator *r = owner;
    struct replication *p = prepared;
    struct ensemble *e = r->ensemble;
    if (p->fault) {
        diag_error(r->d, DIAG_DATA, &p->fault_at, "%s", p->fault);
        drop(r, p);
        return -1;
    }
    if (!e->outcomes) {
        e->outcomes = p->outcomes;
        e->n_outcomes = p->n_outcomes;
        e->values = MEM_ARRAY(double, r->options->n * p->n_outcomes);
    }
    CHECK(p->n_outcomes == e->n_outcomes);
    for (size_t i = 0; i < p->n_outcomes; i++)
        e->values[index * e->n_outcomes + i] = p->outcomes[i].value;
    if (p->outcomes == e->outcomes)
        p->outcomes = NULL;
    for (int i = 0; i < N_RUN_FILES && !r->is_single; i++)
        if (r->files.files[i].stream)
            csv_rows(&r->files.csvs[i], &p->csvs[i].text);
    e->residual = p->residual > e->residual ? p->residual : e->residual;
    if (p->band_block)
        bands_add(&r->bands, p->band_block);
    p->band_block = NULL;
    drop(r, p);
    e->n = index + 1;
    for (int i = 0; i < N_RUN_FILES; i++)
        r->has_failed |= r->files.csvs[i].has_failed;
    if (r->options->progress)
        r->options->progress(r->options->progress_owner, e->n, r->options->n);
    return r->has_failed || is_enough(r) ? -1 : 0;
}

/* Where the intervals of the quantiles end, by the size of a sample. Most outcomes have a
 * value in all replications, others, such as dates of release, in fewer: a size has one
 * place, and the last one that came there holds it. */
enum { N_SIZES = 128 };

struct kept_ends {
    size_t n; /* 0: of an empty sample, which has none */
    struct summary_ends ends[3];
};

static const struct summary_ends *ends_of(struct kept_ends *kept, size_t n)
{
    static const double p[3] = {0.05, 0.5, 0.95};
    struct kept_ends *place = &kept[n % N_SIZES];
    if (place->n == n)
        return place->ends;
    place->n = n;
    for (int k = 0; k < 3; k++)
        place->ends[k] = summary_quantile_ends(n, p[k], SUMMARY_LEVEL);
    return place->ends;
}

static void sum_outcomes(void *owner, size_t first, size_t last)
{
    struct ensemble *e = owner;
    double *scratch = MEM_ARRAY(double, e->n);
    struct kept_ends *kept = MEM_ARRAY(struct kept_ends, N_SIZES);
    for (size_t i = first; i < last; i++) {
        struct ensemble_quantiles *q = &e->quantiles[i];
        outcome_summary(e->outcomes[i].metric, e->outcomes[i].kind, e->values + i,
                        e->n_outcomes, e->n, scratch, &e->summaries[i]);
        size_t n = e->summaries[i].n;
        const struct summary_ends *ends = ends_of(kept, n);
        for (int k = 0; k < 3; k++)
            summary_quantile_interval(scratch, n, ends[k], &q->low[k], &q->high[k]);
    }
    mem_free(kept);
    mem_free(scratch);
}

static int create_in(const char *dir, const char *name, struct out_file *file,
                     struct diag *d)
{
    struct text path;
    text_init(&path);
    text_printf(&path, "%s/%s", dir, name);
    int result = file_create(file, path.bytes, d);
    text_release(&path);
    return result;
}

/* The files beside those with rows of single replications. */
static int write_rest(struct replicator *r, struct diag *d)
{
    struct out_file files[4] = {0};
    size_t n = 0;
    struct csv csv;
    const char *dir = r->options->dir;
    struct ensemble *e = r->ensemble;
    int result = create_in(dir, "columns.csv", &files[n], d);
    if (result == 0) {
        csv_init(&csv, files[n++].stream);
        columns_write(&csv);
        csv_flush(&csv);
        csv_release(&csv);
    }
    if (result == 0 && !r->is_single &&
        (result = create_in(dir, "bands.csv", &files[n], d)) == 0) {
        csv_init(&csv, files[n++].stream);
        bands_write(&r->bands, r->options->n_jobs, &csv);
        csv_flush(&csv);
        csv_release(&csv);
    }
    if (result == 0 && (result = create_in(dir, "summary.json", &files[n], d)) == 0)
        run_record_summary(e, files[n++].stream);
    if (result == 0 && (result = create_in(dir, "run.json", &files[n], d)) == 0)
        run_record_write(r->options, e, now_s() - r->started_s, files[n++].stream);
    if (result == 0)
        return run_files_publish(&r->files, files, n, d);
    while (n-- > 0)
        file_discard(&files[n]);
    run_files_discard(&r->files);
    return -1;
}

int replicate(const struct scenario *scenario, const struct replicate_options *options,
              struct ensemble *ensemble, struct diag *d)
{
    struct replicator r = {.options = options,
                           .ensemble = ensemble,
                           .d = d,
                           .is_single = options->n == 1,
                           .next_look = FIRST_LOOK,
                           .started_s = now_s()};
    bool has_series = r.is_single || options->has_series;
    *ensemble = (struct ensemble){.scenario = scenario};
    if (run_files_open(&r.files, scenario, options->dir, has_series, !r.is_single, d) !=
        0)
        return -1;
    bands_init(&r.bands, scenario, options->n);
    struct batch batch = {.scenario = scenario,
                          .seed = options->seed,
                          .first = options->first,
                          .n = options->n,
                          .n_jobs = options->n_jobs,
                          .flags = RUN_SERIES | (has_series ? RUN_LOGS : 0),
                          .owner = &r,
                          .prepare = prepare,
                          .take = take,
                          .drop = drop,
                          .stop = options->stop};
    size_t n_errors = diag_n_errors(d);
    batch_run(&batch);
    int result = diag_n_errors(d) > n_errors ? -1 : 0;
    if (result != 0 || ensemble->n == 0) {
        run_files_discard(&r.files);
    } else {
        ensemble->summaries = MEM_ARRAY(struct summary, ensemble->n_outcomes);
        ensemble->quantiles = MEM_ARRAY(struct ensemble_quantiles, ensemble->n_outcomes);
        parallel_ranges(ensemble->n_outcomes, options->n_jobs, ensemble, sum_outcomes);
        result = write_rest(&r, d);
    }
    bands_release(&r.bands);
    if (result != 0)
        ensemble_release(ensemble);
    return result;
}

int ensemble_index(const struct ensemble *e, const struct outcome_path *path)
{
    for (size_t i = 0; i < e->n_outcomes; i++) {
        const struct outcome *o = &e->outcomes[i];
        if (o->metric == path->metric && o->kind == path->kind &&
            o->subject == path->subject && o->mark == path->mark)
            return (int)i;
    }
    return -1;
}

double ensemble_half_width(const struct ensemble *e, const struct outcome_path *path)
{
    double low, high;
    int outcome = ensemble_index(e, path);
    if (outcome < 0 || e->n == 0)
        return NAN;
    outcome_interval(path->metric, path->kind, e->values + outcome, e->n_outcomes, e->n,
                     SUMMARY_LEVEL, &low, &high);
    return (high - low) / 2;
}

void ensemble_release(struct ensemble *ensemble)
{
    mem_free(ensemble->outcomes);
    mem_free(ensemble->values);
    mem_free(ensemble->summaries);
    mem_free(ensemble->quantiles);
    *ensemble = (struct ensemble){0};
}

/* Order of outcomes: by mark, kind and subject; the metrics of one stand together. */
static bool is_before(const struct outcome *o, size_t mark, enum outcome_kind kind,
                      size_t subject)
{
    if (o->mark != mark)
        return o->mark < mark;
    return o->kind != kind ? o->kind < kind : o->subject < subject;
}

const struct summary *ensemble_find(const struct ensemble *e, enum metric metric,
                                    enum outcome_kind kind, size_t subject, size_t mark)
{
    size_t low = 0, high = e->n_outcomes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_before(&e->outcomes[middle], mark, kind, subject))
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < e->n_outcomes; low++) {
        const struct outcome *o = &e->outcomes[low];
        if (o->mark != mark || o->kind != kind || o->subject != subject)
            return NULL;
        if (o->metric == metric)
            return &e->summaries[low];
    }
    return NULL;
}
