#include "base/seconds.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "study/batch.h"
#include "study/replicate.h"
#include "study/run_record.h"

#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static atomic_bool stop_asked; /* lock-free: a handler may touch it, threads read it */

/* The first interrupt lets the runs in flight finish; a second one ends at once. */
static void on_interrupt(int signal)
{
    (void)signal;
    if (atomic_exchange(&stop_asked, true))
        _exit(130);
}

static double mean(const struct ensemble *e, enum metric metric, enum outcome_kind kind,
                   size_t subject)
{
    const struct summary *s =
        ensemble_find(e, metric, kind, subject, e->scenario->n_marks);
    return s ? s->mean : NAN;
}

static const char *date_of(struct table *t, const struct scenario *s, double at_s)
{
    char text[16] = "-";
    if (!isnan(at_s))
        date_format(calendar_date(&s->calendar, at_s), text);
    return arena_string(&t->arena, text);
}

static const char *slip_words(struct table *t, double slip_months)
{
    double days = slip_months * SECONDS_PER_MONTH / SECONDS_PER_DAY;
    if (isnan(days))
        return "";
    if (fabs(days) < 0.5)
        return "on time";
    return arena_printf(&t->arena, "%.0f days %s", fabs(days),
                        days > 0 ? "late" : "early");
}

/* What shipped when. */
static void print_projects(const struct ensemble *e, bool has_colour)
{
    static const char *const single[] = {"Project",  "Team", "Target",
                                         "Released", "",     ">GPU-hours"};
    static const char *const many[] = {"Project",   "Team",        "Target",
                                       ">Released", "Median date", ">GPU-hours"};
    const struct scenario *s = e->scenario;
    bool is_single = e->n == 1;
    struct table t;
    if (s->n_projects == 0)
        return;
    table_init(&t, is_single ? single : many, 6);
    for (size_t i = 0; i < s->n_projects; i++) {
        const struct project *p = &s->projects[i];
        const struct summary *months =
            ensemble_find(e, METRIC_RELEASE_MONTHS, OF_PROJECT, i, s->n_marks);
        double released = mean(e, METRIC_RELEASED, OF_PROJECT, i);
        double sunk = mean(e, METRIC_HOURS_SUNK, OF_PROJECT, i);
        double slip = mean(e, METRIC_SLIP_MONTHS, OF_PROJECT, i);
        table_cell(&t, "%s", p->name);
        table_cell(&t, "%s", s->teams[p->team].name);
        table_cell(&t, "%s", date_of(&t, s, p->target_s));
        if (is_single) {
            table_cell(&t, "%s",
                       released > 0 ? date_of(&t, s, months->mean * SECONDS_PER_MONTH)
                       : sunk > 0   ? "cancelled"
                                    : "not released");
            table_cell(&t, "%s", slip_words(&t, slip));
        } else {
            table_cell(&t, "%.0f %%", 100 * released);
            table_cell(&t, "%s", date_of(&t, s, months->p50 * SECONDS_PER_MONTH));
        }
        table_cell(&t, "%s",
                   table_count(&t.arena, mean(e, METRIC_HOURS_USED, OF_PROJECT, i)));
    }
    table_print(&t, stdout, has_colour);
    table_release(&t);
    printf("\n");
}

static const char *percent(struct arena *arena, double fraction)
{
    return isnan(fraction) ? "-" : arena_printf(arena, "%.0f %%", 100 * fraction);
}

/* Who got what. */
static void print_teams(const struct ensemble *e, bool has_colour)
{
    static const char *const columns[] = {"Team",       ">People", ">Released",
                                          ">GPU-hours", ">Of all", ">Mean GPUs",
                                          ">Need met"};
    const struct scenario *s = e->scenario;
    double hours = calendar_horizon_s(&s->calendar) / SECONDS_PER_HOUR;
    double all = mean(e, METRIC_HOURS_USED, OF_ALL, 0);
    struct table t;
    table_init(&t, columns, 7);
    for (size_t i = 0; i < s->n_teams; i++) {
        double used = mean(e, METRIC_HOURS_USED, OF_TEAM, i);
        double fill = mean(e, METRIC_FILL, OF_TEAM, i);
        table_cell(&t, "%s", s->teams[i].name);
        table_cell(&t, "%lld", (long long)s->teams[i].people);
        table_cell(&t, "%.10g", round(10 * mean(e, METRIC_RELEASED, OF_TEAM, i)) / 10);
        table_cell(&t, "%s", table_count(&t.arena, used));
        table_cell(&t, "%.0f %%", all > 0 ? 100 * used / all : 0);
        table_cell(&t, "%s", table_count(&t.arena, used / hours));
        table_cell(&t, "%s", percent(&t.arena, fill));
    }
    table_print(&t, stdout, has_colour);
    table_release(&t);
}

static void print_result(const struct options *options, const struct ensemble *e)
{
    const struct scenario *s = e->scenario;
    bool has_colour = command_has_colour(options, stdout);
    struct text head;
    text_init(&head);
    if (s->question) {
        text_append_visible(&head, s->question, strlen(s->question));
        text_append(&head, "\n");
    }
    char from[16];
    date_format(s->calendar.start, from);
    text_printf(&head, "%zu months from %s, rule %s", s->calendar.n_months, from,
                s->rule.divide->name);
    if (s->alternative) {
        text_append(&head, ", alternative ");
        text_append_visible(&head, s->alternative, strlen(s->alternative));
    }
    if (e->n > 1)
        text_printf(&head, ", means of %zu replications", e->n);
    if (options->replication >= 0)
        text_printf(&head, ", replication %lld", (long long)options->replication);
    printf("%s\n\n", head.bytes);
    text_release(&head);
    print_projects(e, has_colour);
    print_teams(e, has_colour);
    double jain = mean(e, METRIC_JAIN, OF_ALL, 0);
    struct arena scratch;
    arena_init(&scratch);
    printf("\nUsed of what was there: %s, idle %s GPU-hours. Jain's index of need met: "
           "%s\n",
           percent(&scratch, mean(e, METRIC_UTILISATION, OF_ALL, 0)),
           table_count(&scratch, mean(e, METRIC_HOURS_IDLE, OF_ALL, 0)),
           isnan(jain) ? "-" : arena_printf(&scratch, "%.2f", jain));
    arena_release(&scratch);
}

static void on_progress(void *owner, size_t done, size_t n)
{
    progress_draw(owner, done, n);
}

static void tell_next(const char *dir)
{
    struct text word;
    text_init(&word);
    command_append_word(&word, dir);
    fflush(stdout);
    fprintf(stderr, "\nwrote %s; next: allot chart %s\n", word.bytes, word.bytes);
    text_release(&word);
}

static int simulate(const struct options *options, const struct scenario *s,
                    const char *dir, struct diag *d)
{
    struct progress progress;
    struct ensemble ensemble;
    bool has_many = options->replications > 1;
    struct replicate_options how = {
        .dir = dir,
        .seed = (uint64_t)(options->seed >= 0 ? options->seed : s->seed),
        .first = options->replication >= 0 ? (size_t)options->replication : 0,
        .n = has_many ? (size_t)options->replications : 1,
        .n_jobs = options->jobs > 0 ? (size_t)options->jobs : processors(),
        .has_series = options->series,
        .argc = options->argc,
        .argv = options->argv,
        .stop = &stop_asked,
        .progress = on_progress,
        .progress_owner = &progress};
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
    progress_begin(&progress, has_many && !options->quiet);
    int result = replicate(s, &how, &ensemble, d);
    progress_end(&progress);
    if (result != 0)
        return diag_exit_status(d);
    if (ensemble.n == 0) {
        fprintf(stderr, "allot: interrupted: nothing was finished, nothing is written\n");
    } else if (options->json) {
        run_record_summary(&ensemble, stdout);
    } else {
        print_result(options, &ensemble);
        if (!options->quiet)
            tell_next(dir);
    }
    if (ensemble.n > 0 && ensemble.n < how.n)
        fprintf(stderr, "allot: interrupted after %zu of %zu replications\n", ensemble.n,
                how.n);
    bool was_stopped = ensemble.n < how.n;
    ensemble_release(&ensemble);
    return was_stopped ? 130 : 0;
}

static int run(const struct options *options, struct diag *d)
{
    struct scenario s;
    if (options->replication >= 0 && options->replications > 1) {
        diag_error(d, DIAG_USAGE, NULL,
                   "--replication and --replications exclude each other");
        diag_hint(d, "--replication R replays that one alone");
        return 64;
    }
    if (command_load(options, &s, d) != 0)
        return diag_exit_status(d);
    command_warn(options, d);
    struct text dir;
    text_init(&dir);
    if (options->out)
        command_append_dir(&dir, options->out);
    else
        text_printf(&dir, "out/%s", s.name);
    int status = simulate(options, &s, dir.bytes, d);
    text_release(&dir);
    scenario_release(&s);
    return status;
}

const struct command command_run = {
    .name = "run",
    .arguments = "SCENARIO",
    .summary = "simulates a scenario, once or many times",
    .details = "Writes time series, events and outcomes as CSV to --out, and prints who "
               "got what\nand what shipped when. With -n it runs in N random worlds and "
               "writes means,\nintervals and quantiles; the same N worlds for every rule "
               "and setting.",
    .example = "allot run scenarios/llama-vs-opt.cfg -n 200 -s rule.divide=max-min",
    .option_names =
        "out set alternative replications replication series seed jobs jail json",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
