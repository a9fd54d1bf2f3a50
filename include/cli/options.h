/* options.h - the command line: one table an option, one a command.
 *
 * The tables drive parsing, --help, the messages and `did you mean`. */
#ifndef ALLOT_CLI_OPTIONS_H
#define ALLOT_CLI_OPTIONS_H

#include "base/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All that any command can be told; each command's table says which options it takes. */
struct options {
    const char **arguments; /* without options */
    size_t n_arguments;
    const char **sets, **capacities;
    size_t n_sets, n_capacities;
    const char *out, *alternative, *jail, *only, *format, *theme, *chart_series;
    const char *month, *project, *team;
    const char **requirements; /* --require */
    size_t n_requirements;
    const char *until;
    const char *columns, *delimiter, *timezone, *from, *start, *accounts, *by;
    const char **alts; /* --alt */
    size_t n_alts;
    const char *against, *best;
    int64_t budget;
    const char **varies, **zips, **wheres, **metrics, **sbatch; /* of sweeps */
    size_t n_varies, n_zips, n_wheres, n_metrics, n_sbatch;
    const char *design, *points_file, *shard, *emit;
    int64_t points, levels, shards, wait;
    bool dry_run, fresh, strict, fit;
    int64_t seed, replications, replication, jobs, unit; /* -1: not given */
    bool series, quiet, json, no_colour, print, all, help;
    int argc;
    char **argv;
};

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_COUNT, OPTION_LIST };

struct option {
    char short_name; /* 0: none */
    const char *long_name;
    const char *argument; /* NULL for a flag */
    const char *help;
    enum option_type type;
    size_t offset;       /* in struct options */
    size_t count_offset; /* of a list */
    int64_t low, high;   /* of a count */
    const char
        *command; /* whose it is, where two share a name; NULL: any that takes it */
};

struct command {
    const char *name;
    const char *arguments; /* "SCENARIO" */
    const char *summary;
    const char *details; /* lines of help; NULL: none */
    const char *example;
    const char *option_names; /* long names of those it takes, blank-separated */
    size_t least_arguments, most_arguments;
    int (*run)(const struct options *options, struct diag *d);
};

/* Reads argv[2 ..] of a command. DIAG_USAGE. */
int options_parse(const struct command *command, int argc, char **argv,
                  struct options *options, struct diag *d);
void options_release(struct options *options);

/* Prints a command's help. */
void options_help(const struct command *command);

#endif
