/* Tables that a scenario names: of use, of decisions, of a sweep's points. The first byte
 * chooses which; a small scenario with it is run. */
#include "fuzz/fuzz.h"

#include "run/run.h"
#include "scenario/scenario.h"
#include "study/design.h"

static const char base[] =
    "start = \"2025-01\"; months = 2;\n"
    "pools = ( { name = \"p\"; gpus = 100; }, { name = \"q\"; gpus = 8; } );\n"
    "teams = ( { name = \"N\"; exploration = ( { pool = \"p\"; %s } ); },\n"
    "          { name = \"S\"; exploration = ( { pool = \"q\"; gpus = 3.0; } ); } );\n"
    "rule = { %s };\n";

static const char *const pieces[][2] = {
    {"file = \"t.csv\";", "divide = \"weighted\";"},
    {"gpus = 9.0;",
     "divide = \"fixed\"; over = \"tree\"; fixed = { file = \"t.csv\"; };"},
    {"gpus = 9.0;", "divide = \"weighted\";"}};

static void make_points(struct scenario *s, struct diag *d)
{
    struct arena arena;
    struct design design;
    struct sweep sweep = {.design = DESIGN_LIST, .file = "t.csv", .replications = 1};
    arena_init(&arena);
    design_make(&arena, &sweep, s, 1, &design, d);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char text[1024];
    struct scenario s;
    struct diag d;
    struct scenario_options options = {.jail = fuzz_dir()};
    if (n == 0)
        return 0;
    size_t kind = bytes[0] % 3;
    diag_init(&d);
    int length = snprintf(text, sizeof text, base, pieces[kind][0], pieces[kind][1]);
    fuzz_file("t.csv", bytes + 1, n - 1);
    const char *path = fuzz_file("x.cfg", (const uint8_t *)text, (size_t)length);
    if (scenario_load(&s, path, &options, &d) == 0) {
        struct results results;
        if (kind == 2) {
            make_points(&s, &d);
        } else {
            run_simulate(&s, 1, 0, RUN_SERIES | RUN_LOGS | RUN_CHECKED, &results);
            results_release(&results);
        }
        scenario_release(&s);
    }
    diag_release(&d);
    return 0;
}
