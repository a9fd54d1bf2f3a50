#include "base/check.h"
#include "base/memory.h"
#include "cli/commands.h"
#include "cli/compare_table.h"
#include "cli/interrupt.h"
#include "cli/judge.h"
#include "cli/progress.h"
#include "study/compare_best.h"
#include "study/compare_files.h"
#include "study/tasks.h"

#include <math.h>
#include <string.h>
#include <time.h>

enum { USUAL_REPLICATIONS = 100 };

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void on_progress(void *owner, size_t done, size_t n)
{
    progress_draw(owner, done, n);
}

/* What is asked of the comparison, on its way through this file. */
struct work {
    const struct options *options;
    struct comparison comparison;
    struct judge judge;
    struct text dir;
    size_t n_jobs;
    double started_s;
    bool is_stopped;
};

/* A requirement holds for the alternative that it names, or for each. */
static void judge_all(struct work *w)
{
    const struct comparison *c = &w->comparison;
    bool is_json = w->options->json;
    if (w->judge.n > 0 && !is_json)
        printf("\n");
    for (size_t k = 0; k < w->judge.n; k++) {
        const struct requirement *r = &w->judge.requirements[k];
        const struct outcome_path *path = &w->judge.paths[k];
        const struct scenario *base = c->variants[c->base].scenario;
        const struct outcome_name name = {
            outcome_mark(base, path->mark), path->metric, path->kind,
            outcome_subject(base, path->kind, path->subject)};
        for (size_t i = 0; i < c->n_variants; i++) {
            const struct variant *v = &c->variants[i];
            int outcome = variant_find(v, &name);
            if (r->alternative && strcmp(r->alternative, v->name) != 0)
                continue;
            judge_one(&w->judge, k, r->alternative ? NULL : v->name,
                      outcome >= 0 ? v->values + outcome : NULL, v->n_outcomes,
                      outcome >= 0 ? v->n : 0, is_json);
        }
    }
}

static int run_equally(struct comparison *c, size_t n, const struct compare_how *how,
                       struct diag *d)
{
    size_t *n_more = MEM_ARRAY(size_t, c->n_variants);
    for (size_t i = 0; i < c->n_variants; i++)
        n_more[i] = n;
    int done = comparison_run(c, n_more, how, d);
    mem_free(n_more);
    return done;
}

static int check_budget(const struct work *w, struct diag *d)
{
    size_t least = best_least_runs(w->comparison.n_variants);
    if (!w->options->best && w->options->budget > 0)
        return diag_error(d, DIAG_USAGE, NULL, "--budget goes with --best");
    if (!w->options->best)
        return 0;
    if (w->options->replications > 0) {
        diag_error(d, DIAG_USAGE, NULL, "--best and --replications exclude each other");
        diag_hint(d, "--budget RUNS says how many there are in all");
        return -1;
    }
    if (w->options->budget > 0 && (size_t)w->options->budget < least)
        return diag_error(d, DIAG_USAGE, NULL,
                          "--budget is %lld, must be %zu at least: %zu for each "
                          "alternative",
                          (long long)w->options->budget, least, best_least_runs(1));
    return 0;
}

static int simulate(struct work *w, struct diag *d)
{
    struct comparison *c = &w->comparison;
    struct progress progress;
    struct compare_how how = {.n_jobs = w->n_jobs,
                              .stop = interrupt_catch(),
                              .progress = on_progress,
                              .owner = &progress};
    int64_t asked = w->options->replications, budget = w->options->budget;
    size_t n = asked > 0 ? (size_t)asked : USUAL_REPLICATIONS;
    size_t n_all = budget > 0 ? (size_t)budget : n * c->n_variants;
    progress_begin(&progress, !w->options->quiet);
    progress_draw(&progress, 0, n_all);
    int done = w->options->best ? comparison_select(c, n_all, &how, d)
                                : run_equally(c, n, &how, d);
    progress_end(&progress);
    w->is_stopped = done >= 0 && (size_t)done < n_all;
    return done < 0 ? -1 : 0;
}

/* What counts in worlds without a value. */
static void append_missing(const struct best *best, struct text *line)
{
    static const char *const ways[] = {
        [MISSING_NOTHING] = "which count for nothing",
        [MISSING_AT_END] = "counted as a release when the run, or the mark, ends",
        [MISSING_WORST] = "counted as the worst value of any run",
    };
    if (best->n_missing > 0)
        text_printf(line, " Without a value: %zu of these, %s.", best->n_missing,
                    ways[best->missing]);
}

static void print_best(const struct comparison *c, const struct best *best)
{
    struct text line, lines;
    text_init(&line);
    text_init(&lines);
    text_append(&line, "Best by ");
    text_append_visible(&line, c->answer_paths[0], strlen(c->answer_paths[0]));
    text_append(&line, ": ");
    const char *name = c->variants[best->variant].name;
    text_append_visible(&line, name, strlen(name));
    text_printf(&line, ", which is the best with a probability of %s%.1f %%",
                best->probability < 1 ? "at least " : "",
                floor(1000 * best->probability) / 10);
    if (best->n_equal + 1 == c->n_variants)
        text_append(&line, " only because all came to the same in every world");
    else if (best->n_equal > 0)
        text_printf(&line, "; %zu other%s came to the same in every world", best->n_equal,
                    best->n_equal == 1 ? "" : "s");
    text_append(&line, ". Worlds spent: ");
    for (size_t i = 0; i < c->n_variants; i++) {
        text_append(&line, i ? ", " : "");
        text_append_visible(&line, c->variants[i].name, strlen(c->variants[i].name));
        text_printf(&line, " %zu", c->variants[i].n);
    }
    text_append(&line, ".");
    append_missing(best, &line);
    text_append_wrapped(&lines, line.bytes, 80);
    printf("\n%s", lines.bytes);
    text_release(&line);
    text_release(&lines);
}

/* Whether anything differs between two worlds of an alternative. */
static bool worlds_differ(const struct comparison *c)
{
    for (size_t i = 0; i < c->n_variants; i++) {
        const struct variant *v = &c->variants[i];
        size_t bytes = v->n_outcomes * sizeof *v->values;
        for (size_t r = 1; r < v->n; r++)
            if (memcmp(v->values, v->values + r * v->n_outcomes, bytes) != 0)
                return true;
    }
    return false;
}

static void tell_end(const struct work *w)
{
    const struct comparison *c = &w->comparison;
    struct text word;
    fflush(stdout);
    if (w->options->quiet)
        return;
    text_init(&word);
    text_append_word(&word, w->dir.bytes);
    if (c->variants[c->base].n > 1 && !worlds_differ(c))
        fprintf(stderr, "\nallot: all worlds came to the same: nothing that is random "
                        "matters in this scenario,\nand the changes are exact\n");
    fprintf(stderr, "\nwrote %s; next: allot report %s\n", word.bytes, word.bytes);
    text_release(&word);
}

static int show(struct work *w, struct diag *d)
{
    const struct comparison *c = &w->comparison;
    struct best best;
    const struct comparison_record record = {w->options->argc, w->options->argv,
                                             w->n_jobs, now_s() - w->started_s,
                                             w->options->best ? &best : NULL};
    size_t n;
    if (w->options->best)
        comparison_best(c, &best);
    struct difference *rows = comparison_differences(c, w->n_jobs, &n);
    int result = comparison_write(c, rows, n, w->dir.bytes, &record, d);
    if (result == 0 && w->options->json)
        comparison_print_json(c, rows, n, record.best, stdout);
    else if (result == 0)
        compare_table_print(c, rows, n, command_has_colour(w->options, stdout));
    if (result == 0 && w->options->best && !w->options->json)
        print_best(c, &best);
    if (result == 0) {
        judge_all(w);
        if (!w->options->json)
            tell_end(w);
    }
    mem_free(rows);
    return result;
}

static size_t least_runs(const struct comparison *c)
{
    size_t least = c->variants[0].n;
    for (size_t i = 0; i < c->n_variants; i++)
        least = c->variants[i].n < least ? c->variants[i].n : least;
    return least;
}

static int compare(struct work *w, struct diag *d)
{
    struct comparison *c = &w->comparison;
    const char **names = ARENA_ARRAY(&c->arena, const char *, c->n_variants);
    for (size_t i = 0; i < c->n_variants; i++)
        names[i] = c->variants[i].name;
    if (w->options->out)
        command_append_dir(&w->dir, w->options->out);
    else
        text_printf(&w->dir, "out/%s-compare", c->variants[0].scenario->name);
    int result = judge_init(&w->judge, w->options, c->variants[c->base].scenario, names,
                            c->n_variants, d);
    if (result == 0)
        result = check_budget(w, d);
    if (result == 0)
        result = comparison_check_dir(w->dir.bytes, d);
    if (result == 0)
        result = simulate(w, d);
    if (result != 0)
        return diag_exit_status(d);
    if (w->is_stopped && least_runs(c) == 0) {
        fprintf(stderr, "allot: interrupted: nothing was finished, nothing is written\n");
        return EXIT_INTERRUPTED;
    }
    if (show(w, d) != 0)
        return diag_exit_status(d);
    if (w->is_stopped)
        fprintf(stderr, "allot: interrupted after %zu worlds\n", least_runs(c));
    int status = judge_end(&w->judge);
    return w->is_stopped ? EXIT_INTERRUPTED : status;
}

static int run(const struct options *options, struct diag *d)
{
    struct work w = {.options = options, .started_s = now_s()};
    struct text data_dir;
    struct compare_request request = {.files = options->arguments,
                                      .n_files = options->n_arguments,
                                      .alts = options->alts,
                                      .n_alts = options->n_alts,
                                      .against = options->against,
                                      .best = options->best,
                                      .metrics = options->metrics,
                                      .n_metrics = options->n_metrics,
                                      .seed = options->seed,
                                      .loading =
                                          command_scenario_options(options, &data_dir)};
    w.n_jobs = options->jobs > 0 ? (size_t)options->jobs : processors();
    text_init(&w.dir);
    int status = comparison_load(&w.comparison, &request, d);
    text_release(&data_dir);
    if (status == 0) {
        command_warn(options, d);
        status = compare(&w, d);
        judge_release(&w.judge);
        comparison_release(&w.comparison);
    } else {
        status = diag_exit_status(d);
    }
    text_release(&w.dir);
    return status;
}

const struct command command_compare = {
    .name = "compare",
    .arguments = "SCENARIO...",
    .summary = "alternatives in the same worlds, with paired intervals",
    .details =
        "Runs the scenario and its alternatives, or those of --alt, or several "
        "scenarios,\n"
        "in the same N random worlds (-n, default 100), and says what each changes: the\n"
        "answer with its interval, the difference world by world, which differences\n"
        "stand, and who gets how many GPUs more or less.",
    .example = "allot compare scenarios/llama-vs-opt.cfg -n 200 --alt max-min "
               "--alt 'bigger:pools.a100.gpus=8000'",
    .option_names =
        "out set alt against metric replications best budget require seed jobs jail json",
    .least_arguments = 1,
    .most_arguments = 100,
    .run = run,
};
