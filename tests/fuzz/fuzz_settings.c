/* The paths and values of --set, --vary, --zip and --where: each line of the input is
 * one, the first letter says which (s, v, z, w). */
#include "fuzz/fuzz.h"

#include "scenario/scenario.h"
#include "study/design.h"

enum { MOST_LINES = 32 };

static const char base[] =
    "start = \"2025-01\"; months = 3;\n"
    "pools = ( { name = \"p\"; gpus = 100; }, { name = \"q r\"; gpus = 8; } );\n"
    "groups = ( { name = \"G\"; } );\n"
    "teams = ( { name = \"N\"; parent = \"G\"; people = 5; },\n"
    "          { name = \"S\"; people = 5; } );\n"
    "projects = ( { name = \"A\"; team = \"N\"; priority = ( { value = 1.0; },\n"
    "    { from = \"2025-02-01\"; value = 2.0; } ); stages = (\n"
    "    { do = \"train\"; pool = \"p\"; gpu_hours = 5000.0; max_gpus = 80; } ); } );\n"
    "happenings = ( { at = \"2025-02-10\"; do = \"start\"; project = \"A\"; } );\n"
    "alternatives = ( { name = \"x\"; rule = { divide = \"max-min\"; }; } );\n";

struct lines {
    const char *texts[MOST_LINES];
    size_t n;
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *input = malloc(n + 1);
    struct lines lines[4] = {0};
    if (!input)
        abort();
    memcpy(input, bytes, n);
    input[n] = '\0';
    for (char *line = strtok(input, "\n"); line; line = strtok(NULL, "\n")) {
        const char *kinds = "svzw", *kind = strchr(kinds, *line);
        struct lines *of = kind && *kind ? &lines[kind - kinds] : NULL;
        if (of && of->n < MOST_LINES)
            of->texts[of->n++] = line + 1;
    }
    struct diag d;
    struct arena arena;
    struct scenario s;
    diag_init(&d);
    arena_init(&arena);
    struct scenario_options options = {
        .sets = lines[0].texts, .n_sets = lines[0].n, .jail = fuzz_dir()};
    const char *path = fuzz_file("x.cfg", (const uint8_t *)base, sizeof base - 1);
    if (scenario_load(&s, path, &options, &d) == 0) {
        struct sweep sweep = {.points = 8, .replications = 1, .levels = 4};
        struct sweep_texts texts = {.vary = lines[1].texts,
                                    .n_vary = lines[1].n,
                                    .zip = lines[2].texts,
                                    .n_zip = lines[2].n,
                                    .where = lines[3].texts,
                                    .n_where = lines[3].n};
        if (sweep_read_texts(&arena, &texts, &sweep, &d) == 0)
            for (sweep.design = 0; sweep.design < N_DESIGNS; sweep.design++) {
                struct design design;
                if (sweep.design != DESIGN_LIST)
                    design_make(&arena, &sweep, &s, 1, &design, &d);
            }
        scenario_release(&s);
    }
    arena_release(&arena);
    diag_release(&d);
    free(input);
    return 0;
}
