#include "cli/commands.h"

#include <string.h>

static void append_count(struct text *out, size_t n, const char *thing)
{
    text_printf(out, "%s%zu %s%s", out->length ? ", " : "", n, thing, n == 1 ? "" : "s");
}

static void print_summary(const struct options *options, const struct scenario *s)
{
    struct text path, counts;
    text_init(&path);
    text_init(&counts);
    text_append_visible(&path, s->path, strlen(s->path));
    append_count(&counts, s->calendar.n_months, "month");
    append_count(&counts, s->n_pools, "pool");
    append_count(&counts, s->n_teams, "team");
    append_count(&counts, s->n_projects, "project");
    append_count(&counts, s->n_happenings, "dated change");
    append_count(&counts, s->n_alternatives, "alternative");
    printf("%s: ok: %s\n", path.bytes, counts.bytes);
    if (!options->quiet) {
        fflush(stdout);
        text_clear(&path);
        text_append_word(&path, s->path);
        fprintf(stderr, "next: allot run %s\n", path.bytes);
    }
    text_release(&path);
    text_release(&counts);
}

static int run(const struct options *options, struct diag *d)
{
    struct scenario s;
    if (command_load(options, &s, d) != 0)
        return diag_exit_status(d);
    command_warn(options, d);
    if (options->print) {
        struct text text;
        text_init(&text);
        scenario_print(&s, &text);
        fwrite(text.bytes, 1, text.length, stdout);
        text_release(&text);
    } else {
        print_summary(options, &s);
    }
    scenario_release(&s);
    return 0;
}

const struct command command_check = {
    .name = "check",
    .arguments = "SCENARIO",
    .summary = "finds every mistake in a scenario",
    .details =
        "Reports all mistakes at once, each with its place and a hint; exit status "
        "65.\n--print writes the scenario as it is understood, defaults and sets "
        "included.",
    .example = "allot check scenarios/two-teams-one-pool.cfg --print",
    .option_names = "set alternative print jail",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
