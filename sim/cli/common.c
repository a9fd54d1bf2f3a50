#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct scenario_options command_scenario_options(const struct options *options)
{
    return (struct scenario_options){.sets = options->sets,
                                     .n_sets = options->n_sets,
                                     .alternative = options->alternative,
                                     .jail = options->jail,
                                     .data_dir = ALLOT_DATA_DIR};
}

int command_load(const struct options *options, struct scenario *scenario, struct diag *d)
{
    struct scenario_options how = command_scenario_options(options);
    return scenario_load(scenario, options->arguments[0], &how, d);
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

void command_append_word(struct text *out, const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789_./+,:=@%-";
    if (*path && path[strspn(path, plain)] == '\0') {
        text_append(out, path);
        return;
    }
    text_append(out, "'");
    for (const char *rest = path; *rest;) {
        size_t length = strcspn(rest, "'");
        text_append_visible(out, rest, length);
        rest += length;
        if (*rest) {
            text_append(out, "'\\''");
            rest++;
        }
    }
    text_append(out, "'");
}

void command_warn(const struct options *options, struct diag *d)
{
    if (!options->quiet)
        diag_print(d, stderr, command_has_colour(options, stderr));
    diag_clear(d);
}
