#include "support/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char small_scenario[] =
    "# Is it enough?\n"
    "start = \"2022-01-01\";\n"
    "months = 12;\n"
    "pools = ( { name = \"a100\"; gpus = 1000; } );\n"
    "organisation = ( { name = \"lab\"; teams = ( { name = \"vision\"; people = 5;\n"
    "    exploration = ( { gpus = 10; } ); } ); } );\n"
    "projects = ( { name = \"seg\"; team = \"vision\"; topic = \"images\";\n"
    "    stages = ( { do = \"train\"; gpu_hours = 1000.0; } ); } );\n";

static void write_file(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    if (!stream || fputs(text, stream) < 0 || fclose(stream) != 0)
        abort();
}

/* Takes the folder out of the messages. */
static void shorten(char *messages, const char *folder)
{
    size_t length = strlen(folder);
    for (char *at; (at = strstr(messages, folder));)
        memmove(at, at + length, strlen(at + length) + 1);
}

void loaded_from(struct loaded *l, const char *text,
                 const struct scenario_options *options)
{
    char folder[64] = "/tmp/allot-scenario-XXXXXX", path[80];
    if (!mkdtemp(folder))
        abort();
    strcat(folder, "/");
    snprintf(path, sizeof path, "%sx.cfg", folder);
    write_file(path, text);
    diag_init(&l->d);
    l->is_loaded = scenario_load(&l->s, path, options, &l->d) == 0;
    unlink(path);
    rmdir(folder);
    size_t length = 0;
    FILE *stream = open_memstream(&l->messages, &length);
    diag_print(&l->d, stream, false);
    fclose(stream);
    shorten(l->messages, folder);
}

void loaded_with(struct loaded *l, const char *text, const char *alternative,
                 const char *const *sets, size_t n_sets)
{
    struct scenario_options options = {
        .sets = sets, .n_sets = n_sets, .alternative = alternative};
    loaded_from(l, text, &options);
}

void loaded_release(struct loaded *l)
{
    if (l->is_loaded)
        scenario_release(&l->s);
    diag_release(&l->d);
    free(l->messages);
}

char *joined(const char *a, const char *b)
{
    char *text = malloc(strlen(a) + strlen(b) + 1);
    if (!text)
        abort();
    strcpy(text, a);
    return strcat(text, b);
}
