#include "base/file.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/slurm.h"
#include "cli/sweep_table.h"
#include "run/run.h"
#include "scenario/outcome_path.h"
#include "study/sweep_dir.h"
#include "study/sweep_json.h"
#include "study/sweep_run.h"
#include "study/sweep_view.h"
#include "study/tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EXIT_SOME_FAILED = 1, MOST_SHOWN = 10 };

/* All that a sweep is made of, on its way through this file. */
struct work {
    const struct options *options;
    struct scenario scenario;
    struct scenario_options loading;
    struct text data_dir;
    struct arena arena;
    struct sweep sweep;
    struct design design;
    struct sweep_points points;
    uint64_t seed;
    size_t n_jobs, shard, n_shards;
    const char *dir, *store_path;
    struct progress progress;
};

/* ---- what is asked for ---- */

/* The scenario's group `sweep`, changed by the options; with --vary its lists are not
 * used. */
static int resolve_sweep(struct work *w, struct diag *d)
{
    const struct options *o = w->options;
    struct sweep *sweep = &w->sweep;
    *sweep = *w->scenario.sweep;
    if (o->design) {
        sweep->design = sweep_design_find(o->design);
        if (sweep->design < 0) {
            diag_error(d, DIAG_USAGE, NULL, "there is no design '%s'", o->design);
            diag_hint(d, "there are: grid, random, latin-hypercube, sobol, morris, "
                         "saltelli, list");
            return -1;
        }
    } else if (o->points_file) {
        sweep->design = DESIGN_LIST;
    }
    sweep->points = o->points > 0 ? o->points : sweep->points;
    sweep->levels = o->levels > 0 ? o->levels : sweep->levels;
    sweep->file = o->points_file ? o->points_file : sweep->file;
    sweep->replications = o->replications > 0 ? o->replications : sweep->replications;
    if (o->n_varies == 0 && o->n_zips + o->n_wheres == 0)
        return 0;
    if (o->n_varies == 0)
        return diag_error(d, DIAG_USAGE, NULL,
                          "--zip and --where go with --vary on the command line");
    const struct sweep_texts texts = {.vary = o->varies,
                                      .zip = o->zips,
                                      .where = o->wheres,
                                      .n_vary = o->n_varies,
                                      .n_zip = o->n_zips,
                                      .n_where = o->n_wheres};
    return sweep_read_texts(&w->arena, &texts, sweep, d);
}

static int resolve_shard(struct work *w, struct diag *d)
{
    const char *text = w->options->shard;
    w->shard = 0;
    w->n_shards = 1;
    if (!text)
        return 0;
    char *slash, *end = NULL;
    unsigned long k = strtoul(text, &slash, 10), n = 0;
    if (*slash == '/')
        n = strtoul(slash + 1, &end, 10);
    if (!end || *end || k < 1 || k > n || n > 100000) {
        diag_error(d, DIAG_USAGE, NULL, "--shard is '%s', must be K/N with K from 1 to N",
                   text);
        diag_hint(d, "the third of eight parts: --shard 3/8");
        return -1;
    }
    w->shard = k - 1;
    w->n_shards = n;
    return 0;
}

static void resolve_places(struct work *w)
{
    const struct options *o = w->options;
    struct text dir;
    text_init(&dir);
    if (o->out)
        command_append_dir(&dir, o->out);
    else
        text_printf(&dir, "out/%s-sweep", w->scenario.name);
    w->dir = arena_string(&w->arena, dir.bytes);
    w->store_path = w->options->shard
                        ? arena_printf(&w->arena, "%s/shard-%zu-of-%zu.sqlite", w->dir,
                                       w->shard + 1, w->n_shards)
                        : sweep_store_path(&w->arena, w->dir);
    w->seed = (uint64_t)(o->seed >= 0 ? o->seed : w->scenario.seed);
    w->n_jobs = o->jobs > 0 ? (size_t)o->jobs : processors();
    text_release(&dir);
}

/* ---- what is wrong with points ---- */

static size_t count_bad(const struct work *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->points.n_points; i++)
        n += w->points.points[i].message != NULL;
    return n;
}

static void print_visible(FILE *stream, const char *format, const char *string)
{
    struct text text;
    text_init(&text);
    text_append_visible(&text, string, strlen(string));
    fprintf(stream, format, text.bytes);
    text_release(&text);
}

/* Each with its settings; where all are bad that is an error of its own. */
static int report_bad(const struct work *w, struct diag *d)
{
    size_t n_bad = count_bad(w), n_shown = 0;
    const struct sweep_point *points = w->points.points;
    if (n_bad == w->points.n_points) {
        diag_error(d, DIAG_DATA, NULL, "no point of the sweep can be run: %s: %s",
                   points[0].label, points[0].message);
        if (points[0].hint)
            diag_hint(d, "%s", points[0].hint);
        return -1;
    }
    for (size_t i = 0; i < w->points.n_points && n_shown < MOST_SHOWN; i++) {
        if (!points[i].message)
            continue;
        n_shown++;
        fprintf(stderr, "allot: point %zu cannot be run: ", i + 1);
        print_visible(stderr, "%s: ", points[i].label);
        print_visible(stderr, "%s\n", points[i].message);
        if (points[i].hint)
            print_visible(stderr, "  hint: %s\n", points[i].hint);
    }
    if (n_bad > n_shown)
        fprintf(stderr, "allot: %zu more points cannot be run\n", n_bad - n_shown);
    return 0;
}

/* ---- saying what would be done ---- */

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The seconds of one run of the first good point. */
static double time_one(const struct work *w, struct diag *d)
{
    struct scenario scenario;
    struct results results;
    size_t point = 0;
    while (w->points.points[point].message)
        point++;
    double started_s = now_s();
    if (sweep_point_load(&w->points, point, &scenario, d) != 0)
        return NAN;
    run_simulate(&scenario, w->seed, 0, 0, &results);
    results_release(&results);
    scenario_release(&scenario);
    return now_s() - started_s;
}

/* How many runs are asked for and stored, and how long one takes, NaN: not known. */
static int look_into_store(const struct work *w, size_t *wanted, size_t *stored,
                           double *seconds, struct diag *d)
{
    struct sweep_run_options how = {.sweep = &w->sweep,
                                    .points = &w->points,
                                    .shard = w->shard,
                                    .n_shards = w->n_shards};
    struct store store;
    *seconds = NAN;
    if (w->options->fresh || !store_is_there(w->store_path))
        return sweep_count(NULL, &how, wanted, stored, d);
    if (store_open(&store, w->store_path, STORE_READ, NULL, 2, d) != 0)
        return -1;
    int result = sweep_count(&store, &how, wanted, stored, d);
    *seconds = store_mean_seconds(&store);
    store_close(&store);
    return result;
}

static void print_duration(double seconds, size_t n_jobs)
{
    const char *unit = seconds < 100 ? "s" : seconds < 6000 ? "minutes" : "hours";
    double count = seconds / (seconds < 100 ? 1 : seconds < 6000 ? 60 : 3600);
    printf("about %.*f %s on %zu thread%s\n", count < 10 ? 1 : 0, count, unit, n_jobs,
           n_jobs == 1 ? "" : "s");
}

static int dry_run(const struct work *w, struct diag *d)
{
    size_t stored, wanted;
    double seconds;
    if (look_into_store(w, &wanted, &stored, &seconds, d) != 0)
        return -1;
    if (isnan(seconds))
        seconds = time_one(w, d);
    printf("%s: %zu points x %lld replications: %zu runs",
           sweep_design_name((size_t)w->sweep.design), w->points.n_points,
           (long long)w->sweep.replications, wanted);
    if (w->n_shards > 1)
        printf(" in part %zu of %zu", w->shard + 1, w->n_shards);
    printf("\n%zu stored, %zu to do: ", stored, wanted - stored);
    print_duration(seconds * (double)(wanted - stored) / (double)w->n_jobs, w->n_jobs);
    for (size_t i = 0; i < w->points.n_points; i++) {
        const struct sweep_point *p = &w->points.points[i];
        printf("%zu  ", i + 1);
        print_visible(stdout, "%s", p->label);
        printf("%s\n", p->message ? "  cannot be run" : "");
    }
    return 0;
}

/* ---- doing it ---- */

static void on_progress(void *owner, size_t done, size_t n_failed, size_t n)
{
    struct progress *progress = owner;
    progress->n_failed = n_failed;
    progress_draw(progress, done, n);
}

static void tell_end(const struct work *w, const struct sweep_outcome *o)
{
    struct text word;
    text_init(&word);
    text_append_word(&word, w->dir);
    fflush(stdout);
    if (o->is_stopped)
        fprintf(stderr,
                "allot: interrupted after %zu of %zu runs; they are stored, and the same "
                "command goes on\n",
                o->n_stored + o->n_done, o->n_wanted);
    else if (w->options->shard && !w->options->quiet)
        fprintf(stderr, "next, when all parts are done: allot gather %s\n", word.bytes);
    else if (!w->options->quiet)
        fprintf(stderr, "\nwrote %s; next: allot export %s, allot chart %s\n", word.bytes,
                word.bytes, word.bytes);
    text_release(&word);
}

static void print_counts(const struct work *w, const struct sweep_outcome *o, FILE *to)
{
    size_t n_bad = count_bad(w);
    fprintf(to, "%zu runs", o->n_wanted);
    if (w->n_shards > 1)
        fprintf(to, " of part %zu of %zu", w->shard + 1, w->n_shards);
    if (o->n_stored > 0)
        fprintf(to, ", %zu were stored", o->n_stored);
    fprintf(to, ", %zu done now", o->n_done - o->n_failed);
    if (o->n_failed > 0)
        fprintf(to, ", %zu failed", o->n_failed);
    if (n_bad > 0)
        fprintf(to, "; %zu of %zu points cannot be run", n_bad, w->points.n_points);
    fprintf(to, "\n");
}

/* What stands in the store about the sweep's points, and which runs failed. */
static int show(const struct work *w, struct diag *d)
{
    struct sweep_view view;
    const struct options *o = w->options;
    if (sweep_view_open(&view, w->store_path, NULL, 0, d) != 0)
        return -1;
    int result = sweep_table_narrow(&view, o->metrics, o->n_metrics, d);
    if (result >= 0 && o->json)
        result = sweep_print_json(&view, stdout, d);
    else if (result > 0)
        result = sweep_table_print(&view, command_has_colour(o, stdout), d);
    sweep_view_close(&view);
    return result;
}

static int run_into(struct work *w, struct store *store, struct sweep_outcome *outcome,
                    struct diag *d)
{
    struct sweep_run_options how = {.sweep = &w->sweep,
                                    .points = &w->points,
                                    .n_jobs = w->n_jobs,
                                    .shard = w->shard,
                                    .n_shards = w->n_shards,
                                    .stop = interrupt_catch(),
                                    .progress = on_progress,
                                    .progress_owner = &w->progress};
    progress_begin(&w->progress, !w->options->quiet);
    int result = sweep_run(store, &how, outcome, d);
    progress_end(&w->progress);
    return result;
}

static void tell_failures(const struct sweep_outcome *o)
{
    fflush(stdout);
    size_t n_told = o->n_failed < SWEEP_MOST_TOLD ? o->n_failed : SWEEP_MOST_TOLD;
    for (size_t i = 0; i < n_told; i++) {
        fputs("allot: failed: ", stderr);
        print_visible(stderr, "%s\n", o->told[i]);
    }
    if (o->n_failed > n_told)
        fprintf(stderr,
                "allot: %zu more runs failed; allot export writes all to failed.csv\n",
                o->n_failed - n_told);
}

static int carry_out(struct work *w, struct sweep_outcome *outcome, struct diag *d)
{
    const struct options *o = w->options;
    const struct scenario *s = &w->scenario;
    char base[DIGEST_ROOM];
    struct store store;
    identity_of(s, w->seed, base);
    const struct store_owner owner = {
        .base = base,
        .scenario = s->name,
        .question = s->question,
        .answer = s->has_answer
                      ? sweep_label(&w->arena, metric_types[s->answer.metric].name,
                                    outcome_kinds[s->answer.kind],
                                    outcome_subject(s, s->answer.kind, s->answer.subject),
                                    outcome_mark(s, s->answer.mark))
                      : NULL};
    if (sweep_check_dir(w->dir, d) != 0 || file_make_directory(w->dir, d) != 0 ||
        store_open(&store, w->store_path, o->fresh ? STORE_FRESH : STORE_WRITE, &owner,
                   o->wait >= 0 ? (double)o->wait : 2, d) != 0)
        return diag_exit_status(d);
    int result = run_into(w, &store, outcome, d);
    store_close(&store);
    if (result != 0)
        return diag_exit_status(d);
    if (!o->quiet || outcome->n_failed > 0)
        print_counts(w, outcome, o->json ? stderr : stdout);
    tell_failures(outcome);
    if ((o->json || !o->shard) && show(w, d) != 0)
        return diag_exit_status(d);
    tell_end(w, outcome);
    if (outcome->is_stopped)
        return EXIT_INTERRUPTED;
    return outcome->n_failed > 0 || count_bad(w) > 0 ? EXIT_SOME_FAILED : 0;
}

static int sweep(struct work *w, struct diag *d)
{
    const struct options *o = w->options;
    if (o->json && (o->dry_run || o->emit))
        diag_error(d, DIAG_USAGE, NULL, "--json and --%s exclude each other",
                   o->dry_run ? "dry-run" : "emit");
    if (diag_n_errors(d) > 0 || resolve_sweep(w, d) != 0 || resolve_shard(w, d) != 0)
        return diag_exit_status(d);
    resolve_places(w);
    if (design_make(&w->arena, &w->sweep, &w->scenario, w->seed, &w->design, d) != 0)
        return diag_exit_status(d);
    if (o->emit) {
        if (strcmp(o->emit, "slurm") != 0)
            diag_error(d, DIAG_USAGE, NULL, "--emit is '%s', must be slurm", o->emit);
        else
            slurm_print(o, w->dir, w->scenario.name, stdout, d);
        return diag_exit_status(d);
    }
    int status = EXIT_INTERRUPTED;
    progress_begin(&w->progress, false); /* who asks now is told of no runs yet */
    if (sweep_points_init(&w->points, &w->scenario, &w->loading, w->seed, &w->design,
                          w->n_jobs, interrupt_catch()) != 0)
        fprintf(stderr, "allot: interrupted: nothing was run yet\n");
    else if (report_bad(w, d) != 0)
        status = diag_exit_status(d);
    else if (o->dry_run)
        status = dry_run(w, d) == 0 ? 0 : diag_exit_status(d);
    else {
        struct sweep_outcome outcome = {0};
        status = carry_out(w, &outcome, d);
        sweep_outcome_release(&outcome);
    }
    sweep_points_release(&w->points);
    return status;
}

static int run(const struct options *options, struct diag *d)
{
    struct work w = {.options = options};
    w.loading = command_scenario_options(options, &w.data_dir);
    int status = 0;
    if (scenario_load(&w.scenario, options->arguments[0], &w.loading, d) == 0) {
        command_warn(options, d);
        arena_init(&w.arena);
        status = sweep(&w, d);
        arena_release(&w.arena);
        scenario_release(&w.scenario);
    } else {
        status = diag_exit_status(d);
    }
    text_release(&w.data_dir);
    return status;
}

const struct command command_sweep = {
    .name = "sweep",
    .arguments = "SCENARIO",
    .summary = "runs a scenario at many settings, resumable",
    .details =
        "Varies settings as --vary or the scenario's group `sweep` say: all of their\n"
        "combinations, or as --design says: grid, random, latin-hypercube, sobol,\n"
        "morris, saltelli, list. Each finished run goes at once into the store\n"
        "DIR/sweep.sqlite; the same command does what is missing, so it may be killed "
        "at\n"
        "any time, and more points or replications keep what is there. On more "
        "machines:\n"
        "--shard K/N for each part, then allot gather; or --emit slurm.",
    .example = "allot sweep my.cfg -n 20 --vary rule.divide=weighted,max-min",
    .option_names =
        "vary zip where design points levels points-file replications metric "
        "dry-run fresh wait shard emit shards sbatch out set alternative seed "
        "jobs jail json",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
