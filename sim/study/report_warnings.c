/* What a reader has to know before he believes the numbers. */
#include "study/report_parts.h"

#include <math.h>
#include <string.h>

enum { MOST_NAMED = 8 }; /* projects or teams in a row of warnings */

static void put_runs(const struct report *report, struct prose *out)
{
    prose_figure(out, (double)report->run->replications, FIGURE_COUNT,
                 (struct figure_source){.file = "outcomes.csv", .stat = "replications"});
    prose_words(out, " runs");
}

static void tell_others(struct document *doc, size_t n, const char *which)
{
    if (n > MOST_NAMED)
        prose_words(document_item(doc, STYLE_WARNING),
                    "%s; the tables above and below "
                    "have them all.",
                    which);
}

/* ---- runs without a release ---- */

static bool is_unreleased(const struct report_subject *project)
{
    const struct saved_outcome *o = project->release_months;
    return o && o->summary.n < o->n;
}

/* In every run that does not release it. */
static bool is_cancelled(const struct report_subject *project)
{
    const struct saved_outcome *sunk = project->sunk, *months = project->release_months;
    for (size_t r = 0; sunk && r < sunk->n; r++)
        if (isnan(months->values[r]) && !(sunk->values[r] > 0))
            return false;
    return sunk != NULL;
}

static void tell_unreleased(struct report *report, const struct report_subject *project)
{
    struct prose *out = document_item(report->doc, STYLE_WARNING);
    prose_name(out, project->name);
    if (report->run->replications == 1) {
        prose_words(out, is_cancelled(project)
                             ? " is cancelled and not released."
                             : " is not released by the end of the run.");
        return;
    }
    prose_words(out, " is released in ");
    prose_outcome(out, project->release_months, "n", FIGURE_COUNT);
    prose_words(out, " of ");
    put_runs(report, out);
    prose_words(out, is_cancelled(project)
                         ? "; it is cancelled, and its GPU-hours are sunk."
                         : ".");
}

static void warn_of_unreleased(struct report *report)
{
    size_t n = 0;
    for (size_t i = 0; i < report->n_projects; i++)
        if (is_unreleased(&report->projects[i]) && n++ < MOST_NAMED)
            tell_unreleased(report, &report->projects[i]);
    tell_others(report->doc, n, "Further projects are not always released");
    if (n > 0)
        prose_words(document_item(report->doc, STYLE_WARNING),
                    "A project without a release counts as not released: it is in every "
                    "share, and in no date.");
}

/* ---- chance ---- */

/* The command that ran the scenario, with many replications. */
static void add_command(struct report *report)
{
    const json_t *argv =
        json_object_get(json_object_get(report->run->json, "volatile"), "argv");
    struct text command;
    text_init(&command);
    for (size_t i = 0; i < json_array_size(argv); i++) {
        const char *word = json_string_value(json_array_get(argv, i));
        const char *next = json_string_value(json_array_get(argv, i + 1));
        if (!word)
            continue;
        if (strcmp(word, "--replication") == 0 && next) {
            i++;
            continue;
        }
        if (strncmp(word, "--replication=", strlen("--replication=")) == 0)
            continue;
        text_append(&command, command.length > 0 ? " " : "");
        text_append_word(&command, word);
    }
    text_append(&command, " -n 200");
    if (json_array_size(argv) > 0)
        document_code(report->doc, "the command for many runs", command.bytes);
    text_release(&command);
}

static void warn_of_one_run(struct report *report)
{
    prose_words(
        document_item(report->doc, STYLE_WARNING),
        "This is one run in one random world: no number here has an interval, and "
        "another run may come out otherwise. Many runs give intervals:");
    add_command(report);
}

static void warn_of_equal_runs(struct report *report)
{
    struct prose *out = document_item(report->doc, STYLE_WARNING);
    prose_words(out, "All ");
    put_runs(report, out);
    prose_words(out,
                " came to the same: nothing that is random matters in this scenario. "
                "The numbers are exact for it, and say nothing about chance.");
}

/* ---- intervals too wide to decide ---- */

static bool is_open_chance(const struct report_subject *project)
{
    const struct saved_outcome *o = project->released;
    return o && figure_statistic(o->values, o->n, "wilson_low") < 0.5 &&
           figure_statistic(o->values, o->n, "wilson_high") > 0.5;
}

static void tell_open_chance(struct report *report, const struct report_subject *project)
{
    const struct saved_outcome *o = project->released;
    struct prose *out = document_item(report->doc, STYLE_WARNING);
    prose_words(out, "Whether ");
    prose_name(out, project->name);
    prose_words(out, " is released more often than not is open: it is in ");
    prose_outcome(out, o, "mean", FIGURE_PERCENT);
    prose_words(out, " of the runs");
    prose_interval_of_share(out, o);
    prose_words(out, ". More replications may settle it.");
}

static void tell_open_team(struct report *report, const struct report_subject *team)
{
    const double nothing_frac = 0.01;
    const struct summary *s = &team->against;
    const struct saved_outcome *o = team->fill;
    struct figure_source source = {.file = "outcomes.csv",
                                   .stat = "mean",
                                   .metric = o->metric,
                                   .kind = o->kind,
                                   .subject = o->subject,
                                   .at = o->at,
                                   .less_kind = "all",
                                   .less_subject = "all"};
    bool is_nothing = fmax(-s->ci_low, s->ci_high) < nothing_frac;
    struct prose *out = document_item(report->doc, STYLE_WARNING);
    prose_words(out, "Whether ");
    prose_name(out, team->name);
    prose_words(out, " gains or loses is open: the part of its need that is met differs "
                     "from all teams' by ");
    prose_figure(out, s->mean, FIGURE_POINTS, source);
    prose_words(out, " percentage points");
    struct prose_ends ends = {s->ci_low, s->ci_high, "ci_low", "ci_high"};
    prose_interval_of(out, &ends, FIGURE_POINTS, source);
    prose_words(out, is_nothing ? ". There is nothing to settle: either way it is less "
                                  "than one point."
                                : ". More replications may settle it.");
}

static void warn_of_open_questions(struct report *report)
{
    size_t n_chances = 0, n_teams = 0;
    for (size_t i = 0; i < report->n_projects; i++)
        if (is_open_chance(&report->projects[i]) && n_chances++ < MOST_NAMED)
            tell_open_chance(report, &report->projects[i]);
    tell_others(report->doc, n_chances, "Further projects' chances are as open");
    for (size_t i = 0; i < report->n_teams; i++) {
        const struct summary *s = &report->teams[i].against;
        if (s->ci_low < s->ci_high &&
            report_verdict(&report->teams[i]) == VERDICT_UNCLEAR &&
            n_teams++ < MOST_NAMED)
            tell_open_team(report, &report->teams[i]);
    }
    tell_others(report->doc, n_teams, "Further teams' differences are as open");
}

void report_warnings(struct report *report)
{
    warn_of_unreleased(report);
    if (report->run->replications > 1 && report->is_random)
        warn_of_open_questions(report);
    else if (report->run->replications > 1)
        warn_of_equal_runs(report);
    else
        warn_of_one_run(report);
}
