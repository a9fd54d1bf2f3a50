#include "base/check.h"
#include "base/seconds.h"
#include "cli/commands.h"
#include "cli/judge.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "study/answer.h"
#include "study/chart_kinds.h"
#include "study/replicate.h"
#include "study/rule_words.h"
#include "study/run_record.h"
#include "study/tasks.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

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
    if (days > -0.5 && days < 1) /* the target is a day */
        return "on time";
    return arena_printf(&t->arena, "%.0f day%s %s", fabs(days),
                        fabs(days) < 1.5 ? "" : "s", days > 0 ? "late" : "early");
}

/* The part of all replications in which a project was released by the end of its target
 * day; NaN without a target. */
static double on_time_frac(const struct ensemble *e, size_t project)
{
    const struct summary *slip =
        ensemble_find(e, METRIC_SLIP_MONTHS, OF_PROJECT, project, e->scenario->n_marks);
    size_t outcome = (size_t)(slip - e->summaries), n = 0;
    for (size_t r = 0; r < e->n; r++)
        n += e->values[r * e->n_outcomes + outcome] * SECONDS_PER_MONTH < SECONDS_PER_DAY;
    bool has_target = !isnan(e->scenario->projects[project].target_s);
    return has_target ? (double)n / (double)e->n : NAN;
}

static const char *percent(struct arena *arena, double fraction)
{
    return isnan(fraction) ? "-" : arena_printf(arena, "%.0f %%", 100 * fraction);
}

static void print_shipped(const struct ensemble *e, bool has_colour)
{
    static const char *const columns[] = {"Project",  "Team", "Target",
                                          "Released", "",     ">GPU-hours"};
    const struct scenario *s = e->scenario;
    struct table t;
    table_init(&t, columns, 6);
    for (size_t i = 0; i < s->n_projects; i++) {
        double months = mean(e, METRIC_RELEASE_MONTHS, OF_PROJECT, i);
        bool is_sunk = mean(e, METRIC_HOURS_SUNK, OF_PROJECT, i) > 0;
        table_cell(&t, "%s", s->projects[i].name);
        table_cell(&t, "%s", s->teams[s->projects[i].team].name);
        table_cell(&t, "%s", date_of(&t, s, s->projects[i].target_s));
        table_cell(&t, "%s",
                   !isnan(months) ? date_of(&t, s, months * SECONDS_PER_MONTH)
                   : is_sunk      ? "cancelled"
                                  : "not released");
        table_cell(&t, "%s", slip_words(&t, mean(e, METRIC_SLIP_MONTHS, OF_PROJECT, i)));
        table_cell(&t, "%s",
                   table_count(&t.arena, mean(e, METRIC_HOURS_USED, OF_PROJECT, i)));
    }
    table_print(&t, stdout, has_colour);
    table_release(&t);
}

/* How often, and when: the dates of those replications in which it was released. */
static void print_chances(const struct ensemble *e, bool has_colour)
{
    static const char *const columns[] = {"Project", "Target", ">Released", ">On time",
                                          "5 %",     "Median", "95 %"};
    const struct scenario *s = e->scenario;
    struct table t;
    table_init(&t, columns, 7);
    for (size_t i = 0; i < s->n_projects; i++) {
        const struct summary *months =
            ensemble_find(e, METRIC_RELEASE_MONTHS, OF_PROJECT, i, s->n_marks);
        const double dates[] = {months->p05, months->p50, months->p95};
        table_cell(&t, "%s", s->projects[i].name);
        table_cell(&t, "%s", date_of(&t, s, s->projects[i].target_s));
        table_cell(&t, "%s", percent(&t.arena, mean(e, METRIC_RELEASED, OF_PROJECT, i)));
        table_cell(&t, "%s", percent(&t.arena, on_time_frac(e, i)));
        for (size_t k = 0; k < 3; k++)
            table_cell(&t, "%s", date_of(&t, s, dates[k] * SECONDS_PER_MONTH));
    }
    table_print(&t, stdout, has_colour);
    table_release(&t);
}

/* What shipped when. */
static void print_projects(const struct ensemble *e, bool has_colour)
{
    if (e->scenario->n_projects == 0)
        return;
    if (e->n == 1)
        print_shipped(e, has_colour);
    else
        print_chances(e, has_colour);
    printf("\n");
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

static void print_wrapped(const char *string)
{
    struct text lines;
    text_init(&lines);
    text_append_wrapped(&lines, string, TABLE_WIDTH);
    fputs(lines.bytes, stdout);
    text_release(&lines);
}

static void print_result(const struct options *options, const struct ensemble *e)
{
    const struct scenario *s = e->scenario;
    bool has_colour = command_has_colour(options, stdout);
    struct text head;
    text_init(&head);
    if (s->question)
        print_wrapped(s->question);
    char from[16];
    date_format(s->calendar.start, from);
    text_printf(&head, "%zu months from %s, rule ", s->calendar.n_months, from);
    rule_words(s, false, &head);
    if (s->alternative)
        text_printf(&head, ", alternative %s", s->alternative);
    if (e->n > 1)
        text_printf(&head, ", means of %zu replications", e->n);
    if (options->replication >= 0)
        text_printf(&head, ", replication %lld", (long long)options->replication);
    print_wrapped(head.bytes);
    printf("\n");
    text_release(&head);
    print_projects(e, has_colour);
    print_teams(e, has_colour);
    double jain = mean(e, METRIC_JAIN, OF_ALL, 0);
    struct arena scratch;
    arena_init(&scratch);
    printf("\nUsed of what was there: %s, idle %s GPU-hours.\n"
           "Jain's index of need met: %s\n",
           percent(&scratch, mean(e, METRIC_UTILISATION, OF_ALL, 0)),
           table_count(&scratch, mean(e, METRIC_HOURS_IDLE, OF_ALL, 0)),
           isnan(jain) ? "-" : arena_printf(&scratch, "%.2f", jain));
    arena_release(&scratch);
}

/* Worlds that do not differ answer no question of chance. */
static void warn_of_equal_worlds(const struct ensemble *e)
{
    for (size_t i = 0; i < e->n_outcomes; i++)
        if (e->summaries[i].sd > 0)
            return;
    fprintf(stderr,
            "\nallot: all %zu replications came to the same: nothing that is random "
            "matters in this\nscenario; a spread is what log_sd of a team's exploration "
            "makes\n",
            e->n);
}

static void warn_of_residual(const struct options *options, const struct ensemble *e,
                             struct diag *d)
{
    if (e->residual == 0)
        return;
    diag_warning(d, NULL,
                 "at some meetings the rule found no exact result: relative error up to "
                 "%.3g",
                 e->residual);
    diag_hint(d, "events.csv names them as 'unsettled'; rule.market.rounds may be low");
    command_warn(options, d);
}

static void on_progress(void *owner, size_t done, size_t n)
{
    progress_draw(owner, done, n);
}

/* On a terminal the result ends with the answer and a small chart; without gnuplot there
 * is no chart, and what fails here has not failed the run. */
static void show_on_terminal(const struct options *options, const char *dir)
{
    struct saved_run saved;
    struct chart_sheet sheet;
    struct diag d;
    struct text shown;
    struct prose answer;
    if (!isatty(STDOUT_FILENO))
        return;
    diag_init(&d);
    text_init(&shown);
    if (saved_run_open(&saved, dir, &d) == 0) {
        prose_init(&answer, saved.start);
        chart_sheet_init(&sheet, &saved);
        printf("\n");
        if (answer_write(&saved, &answer, &d) == 0) {
            prose_append_plain(&answer, &shown);
            print_wrapped(shown.bytes);
            text_clear(&shown);
        }
        const struct chart_request any = {0};
        bool has_colour = command_has_colour(options, stdout);
        if (chart_allocation.write(&saved, &any, &sheet, &d) == CHART_WRITTEN &&
            chart_render(&chart_allocation, &sheet,
                         has_colour ? CHART_TERMINAL : CHART_TEXT, dir, &shown, &d) == 0)
            printf("\n%s", shown.bytes);
        chart_sheet_release(&sheet);
        prose_release(&answer);
        saved_run_close(&saved);
    }
    text_release(&shown);
    diag_release(&d);
}

static void tell_next(const char *dir)
{
    struct text word;
    text_init(&word);
    text_append_word(&word, dir);
    fflush(stdout);
    fprintf(stderr, "\nwrote %s; next: allot chart %s\n", word.bytes, word.bytes);
    text_release(&word);
}

/* What was asked of the result, before anything is run. */
struct asked {
    struct judge judge;
    bool has_until;
    struct requirement until;
    struct outcome_path until_path;
};

/* Without -n, --until may take that many. */
enum { MOST_UNTIL = 10000 };

static int read_asked(const struct options *options, const struct scenario *s,
                      struct asked *asked, struct diag *d)
{
    int result = judge_init(&asked->judge, options, s, NULL, 0, d);
    asked->has_until = options->until != NULL;
    if (!asked->has_until)
        return result;
    if (options->replication >= 0)
        result = diag_error(d, DIAG_USAGE, NULL,
                            "--replication and --until exclude each other");
    if (requirement_parse_width(options->until, &asked->judge.arena, &asked->until, d) !=
            0 ||
        outcome_path_parse(asked->until.outcome, s, DIAG_USAGE, NULL, &asked->until_path,
                           d) != 0)
        result = -1;
    return result;
}

static void judge_all(struct judge *judge, const struct ensemble *e, bool is_json)
{
    for (size_t i = 0; i < judge->n; i++) {
        int outcome = ensemble_index(e, &judge->paths[i]);
        if (i == 0 && !is_json)
            printf("\n");
        CHECK(outcome >= 0);
        judge_one(judge, i, NULL, e->values + outcome, e->n_outcomes, e->n, is_json);
    }
}

static void tell_width(const struct asked *asked, const struct ensemble *e, size_t n_most)
{
    double half = ensemble_half_width(e, &asked->until_path);
    fflush(stdout);
    if (e->is_narrow)
        fprintf(stderr, "\nallot: %s: +- %.3g after %zu replications\n",
                asked->until.outcome, half, e->n);
    else if (e->n == n_most)
        fprintf(stderr,
                "\nallot: warning: %s is known to +- %.3g, not %.3g, after the %zu "
                "replications allowed: more by -n\n",
                asked->until.outcome, half, asked->until.bound, e->n);
}

static size_t most_replications(const struct options *options)
{
    if (options->replications > 0)
        return (size_t)options->replications;
    return options->until ? MOST_UNTIL : 1;
}

static int simulate(const struct options *options, const struct scenario *s,
                    struct asked *asked, const char *dir, struct diag *d)
{
    struct progress progress;
    struct ensemble ensemble;
    bool has_many = most_replications(options) > 1;
    struct replicate_options how = {
        .dir = dir,
        .seed = (uint64_t)(options->seed >= 0 ? options->seed : s->seed),
        .first = options->replication >= 0 ? (size_t)options->replication : 0,
        .n = most_replications(options),
        .n_jobs = options->jobs > 0 ? (size_t)options->jobs : processors(),
        .has_series = options->series,
        .until = asked->has_until ? &asked->until_path : NULL,
        .until_half_width = asked->until.bound,
        .argc = options->argc,
        .argv = options->argv,
        .stop = interrupt_catch(),
        .progress = on_progress,
        .progress_owner = &progress};
    progress_begin(&progress, has_many && !options->quiet);
    progress_draw(&progress, 0, how.n);
    int result = replicate(s, &how, &ensemble, d);
    progress_end(&progress);
    if (result != 0)
        return diag_exit_status(d);
    if (ensemble.n == 0) {
        fprintf(stderr, "allot: interrupted: nothing was finished, nothing is written\n");
    } else if (options->json) {
        run_record_summary(&ensemble, stdout);
        judge_all(&asked->judge, &ensemble, true);
    } else {
        print_result(options, &ensemble);
        judge_all(&asked->judge, &ensemble, false);
        show_on_terminal(options, dir);
        fflush(stdout);
        if (!options->quiet && ensemble.n > 1)
            warn_of_equal_worlds(&ensemble);
        if (!options->quiet && asked->has_until)
            tell_width(asked, &ensemble, how.n);
        if (!options->quiet)
            tell_next(dir);
    }
    warn_of_residual(options, &ensemble, d);
    bool was_stopped = ensemble.n < how.n && !ensemble.is_narrow;
    if (ensemble.n > 0 && was_stopped)
        fprintf(stderr, "allot: interrupted after %zu of %zu replications\n", ensemble.n,
                how.n);
    ensemble_release(&ensemble);
    int status = judge_end(&asked->judge);
    return was_stopped ? EXIT_INTERRUPTED : status;
}

/* out/NAME, or out/NAME-ALTERNATIVE with dashes for what is awkward in a path. */
static void append_default_dir(struct text *dir, const struct scenario *s)
{
    text_printf(dir, "out/%s", s->name);
    if (!s->alternative)
        return;
    text_append(dir, "-");
    for (const char *c = s->alternative; *c; c++) {
        bool is_plain = isalnum((unsigned char)*c) || strchr("._-", *c) || *c & '\x80';
        text_append_bytes(dir, is_plain ? c : "-", 1);
    }
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
    struct asked asked = {0};
    if (read_asked(options, &s, &asked, d) != 0) {
        judge_release(&asked.judge);
        scenario_release(&s);
        return diag_exit_status(d);
    }
    struct text dir;
    text_init(&dir);
    if (options->out)
        command_append_dir(&dir, options->out);
    else
        append_default_dir(&dir, &s);
    int status = simulate(options, &s, &asked, dir.bytes, d);
    text_release(&dir);
    judge_release(&asked.judge);
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
        "out set alternative replications replication until require series seed jobs "
        "jail json",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
