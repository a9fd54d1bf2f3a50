#include "cli/commands.h"

#include "cli/presets.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct scenario_options command_scenario_options(const struct options *options,
                                                 struct text *data_dir)
{
    text_init(data_dir);
    presets_find(data_dir);
    return (struct scenario_options){.sets = options->sets,
                                     .n_sets = options->n_sets,
                                     .alternative = options->alternative,
                                     .jail = options->jail,
                                     .data_dir = data_dir->bytes};
}

int command_load(const struct options *options, struct scenario *scenario, struct diag *d)
{
    struct text data_dir;
    struct scenario_options how = command_scenario_options(options, &data_dir);
    int result = scenario_load(scenario, options->arguments[0], &how, d);
    text_release(&data_dir);
    return result;
}

bool command_has_colour(const struct options *options, FILE *stream)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return !options->no_colour && !(no_colour && *no_colour) && terminal && *terminal &&
           strcmp(terminal, "dumb") != 0 && isatty(fileno(stream));
}

void command_append_dir(struct text *out, const char *dir)
{
    size_t length = strlen(dir);
    while (length > 1 && dir[length - 1] == '/')
        length--;
    text_append_bytes(out, dir, length);
}

void command_warn(const struct options *options, struct diag *d)
{
    if (!options->quiet)
        diag_print(d, stderr, command_has_colour(options, stderr));
    diag_clear(d);
}
