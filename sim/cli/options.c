#include "cli/options.h"

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(struct options, field)

static const struct option all_options[] = {
    {'o', "out", "PATH", "where results go (default out/SCENARIO-NAME, RUN/...)",
     OPTION_TEXT, AT(out)},
    {'s', "set", "PATH=VALUE", "change a setting: rule.divide=max-min; repeatable",
     OPTION_LIST, AT(sets), AT(n_sets)},
    {'c', "capacity", "POOL=GPUS", "what a pool has; GPUS alone where there is one",
     OPTION_LIST, AT(capacities), AT(n_capacities)},
    {0, "unit", "GPUS", "grants are whole multiples of it (default: none)", OPTION_COUNT,
     AT(unit), 0, 1, 1000000},
    {0, "all", NULL, "every division side by side", OPTION_FLAG, AT(all)},
    {'a', "alternative", "NAME", "lay one of the scenario's alternatives over it",
     OPTION_TEXT, AT(alternative)},
    {'n', "replications", "N", "run N replications in different random worlds",
     OPTION_COUNT, AT(replications), 0, 1, RUN_MOST_REPLICATIONS},
    {0, "replication", "R", "run replication R alone; they count from 0", OPTION_COUNT,
     AT(replication), 0, 0, 1000000000000},
    {0, "series", NULL, "with -n: the monthly files of all replications too", OPTION_FLAG,
     AT(series), .command = "run"},
    {0, "series", "FILE:COLUMN", "for fan (default: teams.csv:fill_frac)", OPTION_TEXT,
     AT(chart_series), .command = "chart"},
    {'a', "alt", "NAME[:P=V,...]", "an alternative by name, or made here; repeatable",
     OPTION_LIST, AT(alts), AT(n_alts)},
    {0, "against", "NAME", "what the others are held against (default: as it is)",
     OPTION_TEXT, AT(against)},
    {0, "best", "OUTCOME", "spend the runs where they decide which is the best",
     OPTION_TEXT, AT(best)},
    {0, "budget", "RUNS", "of --best: in all (default: 100 an alternative)", OPTION_COUNT,
     AT(budget), 0, 20, 1000000000},
    {0, "until", "OUTCOME<=W", "stop once the 95 % interval is +- W; -n: at most",
     OPTION_TEXT, AT(until), .command = "run"},
    {0, "require", "OUTCOME>=X", "or <=; @95: of the interval's end; else exit 1",
     OPTION_LIST, AT(requirements), AT(n_requirements)},
    {0, "seed", "N", "seed of the random worlds (default: the scenario's)", OPTION_COUNT,
     AT(seed), 0, 0, INT64_MAX},
    {'j', "jobs", "N", "threads (default: the number of processors)", OPTION_COUNT,
     AT(jobs), 0, 1, 1024},
    {'v', "vary", "PATH=VALUES", "a,b,c or from:to:step or from:to or normal(m,sd) ...",
     OPTION_LIST, AT(varies), AT(n_varies)},
    {0, "zip", "PATH,PATH", "these settings move together; repeatable", OPTION_LIST,
     AT(zips), AT(n_zips)},
    {0, "where", "A <= B", "keep the points for which it holds; repeatable", OPTION_LIST,
     AT(wheres), AT(n_wheres)},
    {0, "design", "DESIGN", "grid, random, latin-hypercube, sobol, morris, ...",
     OPTION_TEXT, AT(design)},
    {0, "points", "N", "how many points, or ways of morris", OPTION_COUNT, AT(points), 0,
     1, 1000000},
    {0, "levels", "N", "of morris: into how many a range is cut", OPTION_COUNT,
     AT(levels), 0, 2, 1000},
    {0, "points-file", "FILE", "of list: CSV, a column a setting, a row a point",
     OPTION_TEXT, AT(points_file)},
    {'m', "metric", "METRIC", "METRIC or METRIC:[KIND/]SUBJECT[@MARK]; repeatable",
     OPTION_LIST, AT(metrics), AT(n_metrics)},
    {0, "dry-run", NULL, "say which runs there are and how long they take", OPTION_FLAG,
     AT(dry_run)},
    {0, "fresh", NULL, "empty the store first", OPTION_FLAG, AT(fresh)},
    {0, "wait", "SECONDS", "for another process at the store (default: 2)", OPTION_COUNT,
     AT(wait), 0, 0, 1000000},
    {0, "shard", "K/N", "do the K-th of N parts, into a file of its own", OPTION_TEXT,
     AT(shard)},
    {0, "emit", "slurm", "print a job array with a gather step, and run nothing",
     OPTION_TEXT, AT(emit)},
    {0, "shards", "N", "of --emit: tasks of the array (default: 8)", OPTION_COUNT,
     AT(shards), 0, 1, 100000},
    {0, "sbatch", "OPTION", "of --emit: a line #SBATCH: time=02:00:00; repeatable",
     OPTION_LIST, AT(sbatch), AT(n_sbatch)},
    {0, "month", "YYYY-MM", "of the meeting (chart: where most is refused)", OPTION_TEXT,
     AT(month)},
    {0, "project", "NAME", "its claims in detail", OPTION_TEXT, AT(project)},
    {0, "team", "NAME", "all claims of the team in detail", OPTION_TEXT, AT(team),
     .command = "explain"},
    {0, "team", "FIELD", "what names the team: Account, User, group ...", OPTION_TEXT,
     AT(team), .command = "import"},
    {0, "columns", "LIST", "of sacct -n: NAME,NAME; of csv: ROLE=COLUMN,ROLE=COLUMN",
     OPTION_TEXT, AT(columns)},
    {0, "delimiter", "TEXT", "between fields, where it is no | or comma; TAB is a tab",
     OPTION_TEXT, AT(delimiter)},
    {0, "timezone", "ZONE", "of local times: Europe/Berlin (default: UTC)", OPTION_TEXT,
     AT(timezone)},
    {0, "from", "DATE", "count nothing before it", OPTION_TEXT, AT(from)},
    {0, "until", "DATE", "count nothing from it on", OPTION_TEXT, AT(until),
     .command = "import"},
    {0, "start", "DATE", "the instant from which a trace counts its seconds", OPTION_TEXT,
     AT(start)},
    {0, "accounts", "FILE", "the tree of accounts: sacctmgr show assoc -P, sshare -P",
     OPTION_TEXT, AT(accounts)},
    {0, "by", "PERIOD", "demand by month (default) or day", OPTION_TEXT, AT(by)},
    {0, "fit", NULL, "fit level, season and spread instead of copying", OPTION_FLAG,
     AT(fit)},
    {0, "strict", NULL, "stop at the first wrong line", OPTION_FLAG, AT(strict)},
    {0, "only", "NAME", "draw this chart alone; see allot list charts", OPTION_TEXT,
     AT(only)},
    {0, "format", "FORMAT", "chart: svg, png, pdf, dumb; report: html, md, text",
     OPTION_TEXT, AT(format)},
    {0, "theme", "THEME", "light (default), dark or print", OPTION_TEXT, AT(theme)},
    {0, "print", NULL, "print the scenario with all defaults in", OPTION_FLAG, AT(print)},
    {0, "jail", "DIR", "refuse to read files outside DIR", OPTION_TEXT, AT(jail)},
    {0, "json", NULL, "the result as JSON on standard output, nothing else", OPTION_FLAG,
     AT(json)},
    {'q', "quiet", NULL, "no talk on standard error but errors", OPTION_FLAG, AT(quiet)},
    {0, "no-color", NULL, "no colours (also: environment NO_COLOR)", OPTION_FLAG,
     AT(no_colour)},
    {'h', "help", NULL, "this help", OPTION_FLAG, AT(help)},
};
enum { N_OPTIONS = sizeof all_options / sizeof *all_options };

static bool takes(const struct command *command, const struct option *option)
{
    static const char *const always[] = {"help", "no-color", "quiet"};
    if (option->command && strcmp(option->command, command->name) != 0)
        return false;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (strcmp(option->long_name, always[i]) == 0)
            return true;
    size_t length = strlen(option->long_name);
    for (const char *at = command->option_names; (at = strstr(at, option->long_name));
         at += length) {
        bool begins = at == command->option_names || at[-1] == ' ';
        if (begins && (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

static const struct option *find_option(const struct command *command, const char *name,
                                        size_t length, char short_name)
{
    for (size_t i = 0; i < N_OPTIONS; i++) {
        const struct option *o = &all_options[i];
        bool is_it = name ? strlen(o->long_name) == length &&
                                strncmp(o->long_name, name, length) == 0
                          : o->short_name && o->short_name == short_name;
        if (is_it && takes(command, o))
            return o;
    }
    return NULL;
}

static int unknown_option(const struct command *command, const char *argument,
                          struct diag *d)
{
    const char *names[N_OPTIONS];
    size_t n = 0, length = strcspn(argument, "=");
    for (size_t i = 0; i < N_OPTIONS; i++)
        if (takes(command, &all_options[i]))
            names[n++] = all_options[i].long_name;
    diag_error(d, DIAG_USAGE, NULL, "allot %s has no option '%.*s'", command->name,
               (int)length, argument);
    if (strncmp(argument, "--", 2) == 0) {
        struct text word;
        text_init(&word);
        text_append_bytes(&word, argument + 2, length - 2);
        const char *near = text_suggest(word.bytes, names, n);
        if (near)
            diag_hint(d, "did you mean '--%s'?", near);
        else
            diag_hint(d, "allot %s --help lists them", command->name);
        text_release(&word);
    } else {
        diag_hint(d, "allot %s --help lists them", command->name);
    }
    return -1;
}

static int store(const struct option *option, const char *value, struct options *options,
                 struct diag *d)
{
    char *at = (char *)options + option->offset;
    if (option->type == OPTION_FLAG) {
        *(bool *)at = true;
    } else if (option->type == OPTION_TEXT) {
        if (*value == '\0')
            return diag_error(d, DIAG_USAGE, NULL, "--%s is empty, must be a %s",
                              option->long_name, option->argument);
        *(const char **)at = value;
    } else if (option->type == OPTION_LIST) {
        size_t *n = (size_t *)((char *)options + option->count_offset);
        (*(const char ***)at)[(*n)++] = value;
    } else {
        char *end;
        errno = 0;
        long long number = strtoll(value, &end, 10);
        if (end == value || *end || errno || number < option->low ||
            number > option->high)
            return diag_error(d, DIAG_USAGE, NULL,
                              "--%s is '%s', must be a whole number from %lld to %lld",
                              option->long_name, value, (long long)option->low,
                              (long long)option->high);
        *(int64_t *)at = number;
    }
    return 0;
}

/* Whether a word is an option of the command, so that it is no value of another. */
static bool is_option(const struct command *command, const char *word)
{
    if (word[0] != '-' || word[1] == '\0')
        return false;
    if (word[1] == '-')
        return find_option(command, word + 2, strcspn(word + 2, "="), 0) != NULL;
    return word[2] == '\0' && find_option(command, NULL, 0, word[1]) != NULL;
}

/* One argument that begins with '-'; *i moves on past an option's own argument. */
static int parse_option(const struct command *command, int argc, char **argv, int *i,
                        struct options *options, struct diag *d)
{
    const char *argument = argv[*i], *value = NULL;
    bool is_long = argument[1] == '-';
    size_t length = is_long ? strcspn(argument + 2, "=") : 1;
    const struct option *option = is_long ? find_option(command, argument + 2, length, 0)
                                          : find_option(command, NULL, 0, argument[1]);
    if (!option)
        return unknown_option(command, argument, d);
    const char *rest = argument + (is_long ? 2 + length : 2);
    if (*rest != '\0')
        value = is_long ? rest + 1 : rest;
    if (option->type == OPTION_FLAG) {
        if (value)
            return diag_error(d, DIAG_USAGE, NULL, "'%s': --%s takes no value", argument,
                              option->long_name);
        return store(option, NULL, options, d);
    }
    if (!value) {
        const char *next = *i + 1 < argc ? argv[*i + 1] : NULL;
        if (!next || is_option(command, next)) {
            diag_error(d, DIAG_USAGE, NULL, "%s needs a value: %s %s", argument, argument,
                       option->argument);
            diag_hint(d, "%s", option->help);
            return -1;
        }
        value = argv[++*i];
    }
    return store(option, value, options, d);
}

/* Counts are -1 until they are given; lists have room for all arguments. */
static void options_init(struct options *options, int argc, char **argv)
{
    *options = (struct options){.argc = argc, .argv = argv};
    options->arguments = MEM_ARRAY(const char *, (size_t)argc);
    for (size_t i = 0; i < N_OPTIONS; i++) {
        char *at = (char *)options + all_options[i].offset;
        if (all_options[i].type == OPTION_COUNT)
            *(int64_t *)at = -1;
        else if (all_options[i].type == OPTION_LIST)
            *(const char ***)at = MEM_ARRAY(const char *, (size_t)argc);
    }
}

int options_parse(const struct command *command, int argc, char **argv,
                  struct options *options, struct diag *d)
{
    options_init(options, argc, argv);
    bool is_over = false;
    int result = 0;
    for (int i = 2; i < argc; i++) {
        if (!is_over && strcmp(argv[i], "--") == 0)
            is_over = true;
        else if (!is_over && argv[i][0] == '-' && argv[i][1] != '\0')
            result |= parse_option(command, argc, argv, &i, options, d);
        else if (argv[i][0] == '\0')
            result |= diag_error(d, DIAG_USAGE, NULL, "allot %s: an argument is empty",
                                 command->name);
        else
            options->arguments[options->n_arguments++] = argv[i];
    }
    if (result == 0 && !options->help &&
        (options->n_arguments < command->least_arguments ||
         options->n_arguments > command->most_arguments)) {
        bool is_few = options->n_arguments < command->least_arguments;
        result = is_few ? diag_error(d, DIAG_USAGE, NULL, "allot %s needs %s",
                                     command->name, command->arguments)
                        : diag_error(d, DIAG_USAGE, NULL,
                                     "allot %s: '%s' is one too many", command->name,
                                     options->arguments[command->most_arguments]);
        diag_hint(d, "for example: %s", command->example);
    }
    if (result != 0)
        options_release(options);
    return result == 0 ? 0 : -1;
}

void options_release(struct options *options)
{
    mem_free(options->arguments);
    options->arguments = NULL;
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (all_options[i].type != OPTION_LIST)
            continue;
        const char ***list = (const char ***)((char *)options + all_options[i].offset);
        mem_free(*list);
        *list = NULL;
    }
}

void options_help(const struct command *command)
{
    printf("allot %s%s%s - %s\n\n", command->name, *command->arguments ? " " : "",
           command->arguments, command->summary);
    if (command->details)
        printf("%s\n\n", command->details);
    for (size_t i = 0; i < N_OPTIONS; i++) {
        const struct option *o = &all_options[i];
        char left[64];
        if (!takes(command, o))
            continue;
        snprintf(left, sizeof left, "%c%c%s --%s %s", o->short_name ? '-' : ' ',
                 o->short_name ? o->short_name : ' ', o->short_name ? "," : " ",
                 o->long_name, o->argument ? o->argument : "");
        printf("  %-24s %s\n", left, o->help);
    }
    printf("\nExample:\n  %s\n", command->example);
}
