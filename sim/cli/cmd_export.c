#include "base/file.h"
#include "cli/commands.h"
#include "study/sweep_dir.h"
#include "study/sweep_export.h"
#include "study/sweep_json.h"

static void tell(void *owner, const char *path)
{
    (void)owner;
    printf("%s\n", path);
}

static void be_silent(void *owner, const char *path)
{
    (void)owner;
    (void)path;
}

static int run(const struct options *options, struct diag *d)
{
    struct sweep_view view;
    struct arena arena;
    struct text dir, out;
    arena_init(&arena);
    text_init(&dir);
    text_init(&out);
    command_append_dir(&dir, options->arguments[0]);
    command_append_dir(&out, options->out ? options->out : options->arguments[0]);
    const char *path = sweep_store_path(&arena, dir.bytes);
    struct place at = {.file = dir.bytes};
    if (!store_is_there(path)) {
        diag_error(d, DIAG_NO_INPUT, &at, "is not the directory of a sweep");
        diag_hint(d, "allot sweep makes one; of shards, allot gather");
    } else if (sweep_view_open(&view, path, options->metrics, options->n_metrics, d) ==
               0) {
        int result =
            sweep_export(&view, out.bytes, options->json ? be_silent : tell, NULL, d);
        if (result == 0 && options->json)
            sweep_print_json(&view, stdout, d);
        sweep_view_close(&view);
    }
    text_release(&dir);
    text_release(&out);
    arena_release(&arena);
    return diag_exit_status(d);
}

const struct command command_export = {
    .name = "export",
    .arguments = "SWEEP",
    .summary = "writes the results of a sweep as CSV",
    .details =
        "SWEEP is the directory that allot sweep wrote. runs.csv has one row a run:\n"
        "settings, then metrics; points.csv means, intervals and quantiles of each\n"
        "point; after designs morris and saltelli, sensitivity.csv. --metric narrows.\n"
        "--json prints the points as JSON too, and nothing else.",
    .example = "allot export out/llama-vs-opt-sweep --metric released:LLaMA",
    .option_names = "out metric json",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
