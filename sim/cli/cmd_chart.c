#include "base/file.h"
#include "cli/commands.h"
#include "study/chart.h"
#include "study/compare_chart.h"
#include "study/compare_files.h"
#include "study/sweep_chart.h"
#include "study/sweep_dir.h"

#include <string.h>

/* In the format `dumb` the picture goes to the terminal. */
static void show(const char *path, struct diag *d)
{
    struct text text;
    text_init(&text);
    if (file_read(path, 1 << 20, &text, d) == 0)
        fwrite(text.bytes, 1, text.length, stdout);
    text_release(&text);
}

struct telling {
    const struct options *options;
    struct diag *d;
    bool is_dumb;
};

static void tell(void *owner, const char *path, const char *reason)
{
    const struct telling *telling = owner;
    if (!path && !telling->options->quiet)
        fprintf(stderr, "no chart of %s\n", reason);
    else if (path && telling->is_dumb)
        show(path, telling->d);
    else if (path)
        printf("%s\n", path);
}

static int run(const struct options *options, struct diag *d)
{
    struct text dir, out;
    text_init(&dir);
    text_init(&out);
    command_append_dir(&dir, options->arguments[0]);
    if (options->out)
        command_append_dir(&out, options->out);
    struct telling telling = {options, d,
                              options->format && strcmp(options->format, "dumb") == 0};
    struct chart_options how = {
        .out = options->out ? out.bytes : NULL,
        .only = options->only,
        .format = options->format,
        .theme = options->theme,
        .request = {.month = options->month, .series = options->chart_series},
        .tell = tell,
        .owner = &telling};
    int result =
        comparison_is_comparison(dir.bytes)
            ? compare_chart_draw(dir.bytes, &how,
                                 options->n_metrics > 0 ? options->metrics[0] : NULL, d)
        : sweep_is_sweep(dir.bytes)
            ? sweep_chart_draw(dir.bytes, &how, options->metrics, options->n_metrics, d)
            : chart_draw(dir.bytes, &how, d);
    text_release(&dir);
    text_release(&out);
    if (result != 0)
        return diag_exit_status(d);
    command_warn(options, d);
    return 0;
}

const struct command command_chart = {
    .name = "chart",
    .arguments = "RUN",
    .summary = "draws the charts of a run with gnuplot",
    .details =
        "RUN is the directory that allot run, compare or sweep wrote. Pictures go to\n"
        "RUN/charts/ or to --out, each beside the table that it was drawn from; their\n"
        "paths are printed. --metric names what is shown of a comparison or, once or\n"
        "twice, of a sweep.",
    .example = "allot chart out/llama-vs-opt --format png --theme dark",
    .option_names = "out only format theme month series metric",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
