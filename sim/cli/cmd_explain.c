#include "cli/commands.h"
#include "cli/explain_print.h"
#include "study/explain.h"

#include <string.h>

/* The index of the name, or -1 with a message that suggests another. */
static int find_name(const char *sort, const char *name, const char *const *names,
                     size_t n, struct diag *d)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    diag_error(d, DIAG_USAGE, NULL, "the scenario has no %s '%s'", sort, name);
    const char *near = text_suggest(name, names, n);
    if (near)
        diag_hint(d, "did you mean '%s'?", near);
    return -1;
}

static int find_whom(const struct options *options, const struct scenario *s,
                     struct explain_question *q, struct diag *d)
{
    struct arena arena;
    size_t n = s->n_projects > s->n_teams ? s->n_projects : s->n_teams;
    arena_init(&arena);
    const char **names = ARENA_ARRAY(&arena, const char *, n);
    q->project = q->team = -1;
    for (size_t i = 0; i < s->n_projects; i++)
        names[i] = s->projects[i].name;
    if (options->project)
        q->project = find_name("project", options->project, names, s->n_projects, d);
    for (size_t i = 0; i < s->n_teams; i++)
        names[i] = s->teams[i].name;
    if (options->team)
        q->team = find_name("team", options->team, names, s->n_teams, d);
    arena_release(&arena);
    return (options->project && q->project < 0) || (options->team && q->team < 0) ? -1
                                                                                  : 0;
}

static int find_month(const struct options *options, const struct scenario *s,
                      struct explain_question *q, struct diag *d)
{
    const struct calendar *calendar = &s->calendar;
    struct date date;
    char first[16], last[16];
    if (!date_parse(options->month, &date) || strlen(options->month) != strlen("YYYY-MM"))
        return diag_error(d, DIAG_USAGE, NULL,
                          "--month is '%s', must be a month as YYYY-MM", options->month);
    int month =
        12 * (date.year - calendar->start.year) + date.month - calendar->start.month;
    if (month >= 0 && (size_t)month < calendar->n_months) {
        q->month = (size_t)month;
        return 0;
    }
    date_format(calendar_month_date(calendar, 0), first);
    date_format(calendar_month_date(calendar, calendar->n_months - 1), last);
    return diag_error(d, DIAG_USAGE, NULL, "--month %s is outside the run, %.7s to %.7s",
                      options->month, first, last);
}

static int check_options(const struct options *options, struct diag *d)
{
    if (options->project && options->team)
        diag_error(d, DIAG_USAGE, NULL, "--project and --team exclude each other");
    if (options->month)
        return diag_n_errors(d) > 0 ? -1 : 0;
    diag_error(d, DIAG_USAGE, NULL, "allot explain needs --month YYYY-MM");
    diag_hint(d, "for example: %s", command_explain.example);
    return -1;
}

static int run(const struct options *options, struct diag *d)
{
    struct scenario s;
    struct text data_dir;
    if (check_options(options, d) != 0 || command_load(options, &s, d) != 0)
        return diag_exit_status(d);
    command_warn(options, d);
    struct scenario_options how = command_scenario_options(options, &data_dir);
    struct explain_question q = {
        .scenario = &s,
        .options = &how,
        .seed = (uint64_t)(options->seed >= 0 ? options->seed : s.seed),
        .replication = options->replication >= 0 ? (uint64_t)options->replication : 0,
    };
    struct explanation e;
    bool is_found = find_month(options, &s, &q, d) == 0;
    if (find_whom(options, &s, &q, d) == 0 && is_found &&
        explain_meeting(&q, &e, d) == 0) {
        if (options->json)
            explain_print_json(&q, &e, stdout);
        else
            explain_print(&q, &e, command_has_colour(options, stdout));
        explanation_release(&e);
    }
    text_release(&data_dir);
    scenario_release(&s);
    return diag_exit_status(d);
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "SCENARIO",
    .summary = "why a claim got what it got in a month",
    .details =
        "Runs the scenario up to the month's meeting and takes its award apart: "
        "what\nwas "
        "asked, each factor of the score, each step of the division, who was starved\n"
        "while who borrowed. With --project or --team also the smallest change of a\n"
        "priority or rating with which a claim would have got all that it asked for, as\n"
        "the --set that does it; the scenario was run with it. Without them: all claims\n"
        "of the month.",
    .example = "allot explain scenarios/llama-vs-opt.cfg --month 2022-11 --project LLaMA",
    .option_names = "month project team set alternative replication seed jail json",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
