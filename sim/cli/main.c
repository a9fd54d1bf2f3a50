/* allot: dispatches to its commands and turns what they report into an exit status. */
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "scenario/version.h"

#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <lua.h>
#include <nettle/version.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_OUR_BUG = 2, EXIT_USAGE = 64, EXIT_IO = 74 };

static const struct command *const commands[] = {
    &command_init,   &command_run,     &command_check,  &command_divide,  &command_chart,
    &command_report, &command_explain, &command_list,   &command_compare, &command_sweep,
    &command_gather, &command_export,  &command_import,
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void on_abort(int signal)
{
    (void)signal;
    _exit(EXIT_OUR_BUG);
}

static void on_exhausted(size_t bytes)
{
    if (bytes > 0)
        fprintf(stderr, "allot: error: out of memory: %zu bytes could not be had\n",
                bytes);
    else
        fputs("allot: error: out of memory\n", stderr);
    _exit(EXIT_IO);
}

/* For jansson, whose callers here do not ask whether it got memory. */
static void *new_bytes(size_t bytes)
{
    return mem_new(1, bytes);
}

/* GSL's errors are mistakes of ours: it is only called within its domains. */
static void on_gsl_error(const char *reason, const char *file, int line, int code)
{
    if (code == GSL_ENOMEM)
        on_exhausted(0);
    fprintf(stderr, "allot: internal error in GSL at %s:%d: %s (%d)\n", file, line,
            reason, code);
    abort();
}

static void print_help(FILE *stream)
{
    fputs("allot - what does a GPU-allocation rule do, before it is changed for real?\n\n"
          "usage: allot COMMAND [OPTIONS] [ARGUMENTS]\n\n",
          stream);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        char left[48];
        snprintf(left, sizeof left, "%s %s", commands[i]->name, commands[i]->arguments);
        fprintf(stream, "  %-18s %s\n", left, commands[i]->summary);
    }
    fputs("\nallot COMMAND --help tells more, with an example; allot --version. To "
          "begin:\n\n"
          "  allot init my.cfg && allot run my.cfg && allot chart out/my\n",
          stream);
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

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int run_command(const struct command *command, int argc, char **argv,
                       struct diag *d)
{
    struct options options;
    if (options_parse(command, argc, argv, &options, d) != 0)
        return EXIT_USAGE;
    int status = 0;
    if (options.help)
        options_help(command);
    else
        status = command->run(&options, d);
    options_release(&options);
    return status;
}

static int dispatch(int argc, char **argv, struct diag *d)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    bool is_help = strcmp(name, "help") == 0;
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
        (is_help && argc == 2)) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(name, "--version") == 0) {
        printf(
            "allot %s\nGSL %s, jansson %s, libconfig %s, %s, nettle %d.%d, SQLite %s\n",
            ALLOT_VERSION, gsl_version, JANSSON_VERSION, libconfig_version, LUA_RELEASE,
            nettle_version_major(), nettle_version_minor(), sqlite3_libversion());
        return 0;
    }
    const struct command *command = find_command(is_help ? argv[2] : name);
    if (!command) {
        unknown_command(is_help ? argv[2] : name, d);
        return EXIT_USAGE;
    }
    if (!is_help)
        return run_command(command, argc, argv, d);
    options_help(command);
    return 0;
}

/* A stream that the caller has closed would be the next file to be opened, and what is
 * printed would go into it. Opened the wrong way round it fails as a closed one does. */
static void guard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            _exit(EXIT_IO);
}

/* Of messages about the command line too, which are printed without its options. */
static bool is_without_colour(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--no-color") == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    struct diag d;
    guard_streams();
    signal(SIGABRT, on_abort);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    mem_keep_freed();
    mem_on_exhausted(on_exhausted);
    gsl_set_error_handler(on_gsl_error);
    json_set_alloc_funcs(new_bytes, mem_free);
    diag_init(&d);
    int status = dispatch(argc, argv, &d);
    if (diag_n_errors(&d) > 0)
        status = diag_exit_status(&d);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        diag_error(&d, DIAG_IO, NULL, "standard output cannot be written");
        status = EXIT_IO;
    }
    struct options plain = {.no_colour = is_without_colour(argc, argv)};
    diag_print(&d, stderr, command_has_colour(&plain, stderr));
    diag_release(&d);
    return status;
}
