#include "cli/commands.h"

static int run(const struct options *options, struct diag *d)
{
    struct scenario s;
    if (command_load(options, &s, d) != 0)
        return 65;
    command_warn(options, d);
    if (options->print) {
        struct text text;
        text_init(&text);
        scenario_print(&s, &text);
        fwrite(text.bytes, 1, text.length, stdout);
        text_release(&text);
    } else {
        printf("%s: ok: %zu months, %zu pools, %zu teams, %zu projects, %zu happenings, "
               "%zu alternatives\n",
               s.path, s.calendar.n_months, s.n_pools, s.n_teams, s.n_projects,
               s.n_happenings, s.n_alternatives);
        if (!options->quiet)
            fprintf(stderr, "next: allot run %s\n", s.path);
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
