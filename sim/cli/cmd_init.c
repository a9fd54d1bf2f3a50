#include "base/file.h"
#include "cli/commands.h"

#include <string.h>

/* clang-format off */
static const char scenario_text[] =
    "# Who ships when, if two teams share one pool by priority and closeness to release?\n"
    "# The first line is the question; it heads every result. Lines like this one are\n"
    "# comments. allot check finds mistakes; allot list settings explains every key.\n"
    "\n"
    "start = \"2025-01-01\";     # a date, YYYY-MM-DD\n"
    "months = 12;\n"
    "seed = 1;                 # of the random worlds; any number\n"
    "answer = \"release_months:Llama\";   # what answers the question; allot list metrics\n"
    "\n"
    "# The GPUs, by type. node_gpus is the unit in which they are granted.\n"
    "pools = ( {\n"
    "    name = \"h100\";\n"
    "    gpus = 512;\n"
    "    node_gpus = 8;\n"
    "    deliveries = ( { at = \"2025-07-01\"; gpus = 256; } );\n"
    "} );\n"
    "\n"
    "# The teams. For labs and divisions above them say\n"
    "# organisation = ( { name = \"Lab\"; teams = ( ... ); } ), to any depth.\n"
    "# exploration is what a team uses beside its projects: GPUs a person, with a\n"
    "# lognormal spread from month to month.\n"
    "teams = (\n"
    "    {\n"
    "        name = \"Language\";\n"
    "        people = 10;\n"
    "        exploration = ( { gpus_per_person = 8.0; log_sd = 0.3; priority = 0.3; } );\n"
    "    },\n"
    "    {\n"
    "        name = \"Vision\";\n"
    "        people = 6;\n"
    "        exploration = ( { gpus_per_person = 8.0; log_sd = 0.3; priority = 0.3; } );\n"
    "    }\n"
    ");\n"
    "\n"
    "# The projects, each a sequence of stages: build (person-months), train (GPU-hours,\n"
    "# or params, tokens and mfu), wait (days). Nothing runs below min_gpus.\n"
    "projects = (\n"
    "    {\n"
    "        name = \"Llama\";\n"
    "        team = \"Language\";\n"
    "        priority = 0.8;\n"
    "        target = \"2025-06-30\";\n"
    "        stages = (\n"
    "            { do = \"build\"; person_months = 15.0; },\n"
    "            { do = \"train\"; gpu_hours = 700000.0; min_gpus = 128; max_gpus = 384; },\n"
    "            { do = \"wait\"; days = 14.0; }\n"
    "        );\n"
    "    },\n"
    "    {\n"
    "        name = \"Segment\";\n"
    "        team = \"Vision\";\n"
    "        priority = 0.5;\n"
    "        target = \"2025-09-30\";\n"
    "        stages = (\n"
    "            { do = \"train\"; gpu_hours = 300000.0; min_gpus = 32; max_gpus = 256; }\n"
    "        );\n"
    "    }\n"
    ");\n"
    "\n"
    "# The rule. Try others: allot run FILE -s rule.divide=max-min; see also\n"
    "# allot list divisions.\n"
    "rule = {\n"
    "    divide = \"weighted\";\n"
    "    over = \"projects\";\n"
    "    score = {\n"
    "        weights = { priority = 0.6; closeness = 0.4; };\n"
    "        closeness = { half_life_months = 2.0; };\n"
    "    };\n"
    "};\n"
    "\n"
    "# What happens at dates; see allot list happenings.\n"
    "happenings = (\n"
    "    { at = \"2025-03-10\"; do = \"maintain\"; pool = \"h100\"; gpus = 128; days = 7.0; },\n"
    "    { at = \"2025-05-01\"; do = \"set\"; path = \"projects.Segment.priority\"; value = 0.9; }\n"
    ");\n"
    "\n"
    "# What else could be: each is laid over the scenario. allot run FILE -a max-min\n"
    "alternatives = (\n"
    "    { name = \"max-min\"; rule = { divide = \"max-min\"; }; },\n"
    "    { name = \"no delivery\"; pools = ( { name = \"h100\"; deliveries = (); } ); }\n"
    ");\n";
/* clang-format on */

static int run(const struct options *options, struct diag *d)
{
    const char *path = options->n_arguments ? options->arguments[0] : "scenario.cfg";
    struct place at = {.file = path};
    struct out_file file;
    if (file_exists(path)) {
        diag_error(d, DIAG_CANNOT_CREATE, &at, "exists already: nothing is overwritten");
        diag_hint(d, "allot init ANOTHER-NAME.cfg");
        return 73;
    }
    if (file_create(&file, path, d) != 0)
        return diag_exit_status(d);
    fwrite(scenario_text, 1, strlen(scenario_text), file.stream);
    if (file_commit(&file, d) != 0)
        return diag_exit_status(d);
    if (!options->quiet) {
        struct text word;
        text_init(&word);
        text_append_word(&word, path);
        fprintf(stderr, "wrote %s; next: allot run %s\n", word.bytes, word.bytes);
        text_release(&word);
    }
    return 0;
}

const struct command command_init = {
    .name = "init",
    .arguments = "[FILE]",
    .summary = "writes a commented scenario of two teams to start from",
    .details = "FILE is scenario.cfg unless named; a file that exists is left alone.",
    .example = "allot init my.cfg",
    .option_names = "",
    .least_arguments = 0,
    .most_arguments = 1,
    .run = run,
};
