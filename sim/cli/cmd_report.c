#include "cli/commands.h"
#include "study/report.h"

static int run(const struct options *options, struct diag *d)
{
    struct text dir, written;
    struct report_options how = {.out = options->out, .format = options->format};
    text_init(&dir);
    text_init(&written);
    command_append_dir(&dir, options->arguments[0]);
    int result = report_write(dir.bytes, &how, &written, d);
    if (result == 0) {
        fwrite(written.bytes, 1, written.length, stdout);
        command_warn(options, d);
    }
    text_release(&dir);
    text_release(&written);
    return result == 0 ? 0 : diag_exit_status(d);
}

const struct command command_report = {
    .name = "report",
    .arguments = "RUN",
    .summary = "writes a run's report: one page for people who decide",
    .details =
        "RUN is the directory that allot run, compare or sweep wrote. The page holds "
        "the\n"
        "question and its answer, who gains and who loses, warnings, charts,\n"
        "assumptions, data, and how to reproduce it. --out names the file; of md its\n"
        "pictures go beside it. Formats: html, one file, for a browser, mail or "
        "printer;\n"
        "md, for a wiki; text, the answer and the warnings, on the terminal.",
    .example = "allot report out/llama-vs-opt -o report.html",
    .option_names = "out format",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
