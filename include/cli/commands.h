/* commands.h - one file a command; the table in main.c lists them. */
#ifndef ALLOT_CLI_COMMANDS_H
#define ALLOT_CLI_COMMANDS_H

#include "base/text.h"
#include "cli/options.h"
#include "scenario/scenario.h"

extern const struct command command_init, command_run, command_check, command_chart,
    command_report, command_divide, command_explain, command_compare, command_list,
    command_sweep, command_gather, command_export, command_import;

/* What the options say about loading a scenario; the folder of presets lives in
 * `data_dir`, which the caller releases after the loading. */
struct scenario_options command_scenario_options(const struct options *options,
                                                 struct text *data_dir);

/* Loads the scenario that the options name, with their alternative and sets. */
int command_load(const struct options *options, struct scenario *scenario,
                 struct diag *d);

/* Whether to colour what goes to a stream. */
bool command_has_colour(const struct options *options, FILE *stream);

/* Appends the path of a directory, without slashes at its end. */
void command_append_dir(struct text *out, const char *dir);

/* Prints and clears warnings. */
void command_warn(const struct options *options, struct diag *d);

#endif
