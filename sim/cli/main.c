/* allot: dispatches to its commands and turns what they report into an exit status. */
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "scenario/version.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_OUR_BUG = 2, EXIT_USAGE = 64, EXIT_IO = 74 };

static const struct command *const commands[] = {
    &command_init, &command_run, &command_check, &command_chart, &command_list,
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void on_abort(int signal)
{
    (void)signal;
    _exit(EXIT_OUR_BUG);
}

static void on_exhausted(size_t bytes)
{
    fprintf(stderr, "allot: error: out of memory: %zu bytes could not be had\n", bytes);
    _exit(EXIT_IO);
}

/* GSL's errors are mistakes of ours: it is only called within its domains. */
static void on_gsl_error(const char *reason, const char *file, int line, int code)
{
    fprintf(stderr, "allot: internal error in GSL at %s:%d: %s (%d)\n", file, line,
            reason, code);
    abort();
}

static void print_help(void)
{
    puts("allot - what does a GPU-allocation rule do, before it is changed for real?\n");
    puts("usage: allot COMMAND [OPTIONS] [ARGUMENTS]\n");
    for (size_t i = 0; i < N_COMMANDS; i++) {
        char left[48];
        snprintf(left, sizeof left, "%s %s", commands[i]->name, commands[i]->arguments);
        printf("  %-18s %s\n", left, commands[i]->summary);
    }
    puts("\nallot COMMAND --help tells more and gives an example. To begin:\n");
    puts("  allot init my.cfg && allot run my.cfg && allot chart out/my");
}

static int unknown_command(const char *name, struct diag *d)
{
    const char *names[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++)
        names[i] = commands[i]->name;
    const char *near = text_suggest(name, names, N_COMMANDS);
    diag_error(d, DIAG_USAGE, NULL, "there is no command '%s'", name);
    if (near)
        diag_hint(d, "did you mean 'allot %s'?", near);
    else
        diag_hint(d, "allot --help lists the commands");
    return -1;
}

static int dispatch(int argc, char **argv, struct diag *d)
{
    const char *name = argc > 1 ? argv[1] : "--help";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
        strcmp(name, "help") == 0) {
        print_help();
        return argc > 1 ? 0 : EXIT_USAGE;
    }
    if (strcmp(name, "--version") == 0) {
        printf("allot %s\nGSL %s, jansson %s, libconfig %s\n", ALLOT_VERSION, gsl_version,
               JANSSON_VERSION, libconfig_version);
        return 0;
    }
    for (size_t i = 0; i < N_COMMANDS; i++) {
        struct options options;
        if (strcmp(commands[i]->name, name) != 0)
            continue;
        if (options_parse(commands[i], argc, argv, &options, d) != 0)
            return EXIT_USAGE;
        int status = 0;
        if (options.help)
            options_help(commands[i]);
        else
            status = commands[i]->run(&options, d);
        options_release(&options);
        return status;
    }
    unknown_command(name, d);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    struct diag d;
    signal(SIGABRT, on_abort);
    signal(SIGPIPE, SIG_IGN);
    mem_on_exhausted(on_exhausted);
    gsl_set_error_handler(on_gsl_error);
    diag_init(&d);
    int status = dispatch(argc, argv, &d);
    if (diag_n_errors(&d) > 0)
        status = diag_exit_status(&d);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        diag_error(&d, DIAG_IO, NULL, "standard output cannot be written");
        status = EXIT_IO;
    }
    struct options plain = {0};
    diag_print(&d, stderr, command_has_colour(&plain, stderr));
    diag_release(&d);
    return status;
}
