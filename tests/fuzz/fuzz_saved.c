/* A directory of results that somebody else wrote: a run's, an ensemble's, a
 * comparison's, of which one file is the input; the first byte chooses which. Every table
 * of a chart and the words of the report are made of it, or it is refused. */
#include "fuzz/fuzz.h"

#include "base/file.h"
#include "base/memory.h"
#include "study/compare.h"
#include "study/compare_chart.h"
#include "study/compare_files.h"
#include "study/replicate.h"
#include "study/report.h"
#include "study/report_comparison.h"

/* The files that are replaced, and what stood there. */
static struct {
    const char *dir, *name;
    struct text whole;
} files[] = {{"one", "run.json"},
             {"one", "outcomes.csv"},
             {"one", "months.csv"},
             {"one", "pools.csv"},
             {"one", "teams.csv"},
             {"one", "groups.csv"},
             {"one", "plan.csv"},
             {"one", "projects.csv"},
             {"one", "claims.csv"},
             {"one", "factors.csv"},
             {"one", "events.csv"},
             {"many", "run.json"},
             {"many", "outcomes.csv"},
             {"many", "bands.csv"},
             {"many", "summary.json"},
             {"compared", "run.json"},
             {"compared", "comparison.csv"},
             {"compared", "alternatives.csv"}};
enum { N_FILES = sizeof files / sizeof *files };

static const char base[] =
    "# who?\n"
    "start = \"2025-01\"; months = 3; answer = \"released:A\"; marks = ( \"2025-02-10\" "
    ");\n"
    "pools = ( { name = \"p\"; gpus = 100; node_gpus = 1; } );\n"
    "teams = ( { name = \"N\"; people = 5; exploration = ( { gpus = 9.0; } ); },\n"
    "          { name = \"S\"; people = 5; } );\n"
    "projects = ( { name = \"A\"; team = \"N\"; target = \"2025-02-20\"; stages = (\n"
    "    { do = \"train\"; gpu_hours = 50000.0; max_gpus = 80; overrun_log_sd = 0.2; } "
    "); },\n"
    "  { name = \"B\"; team = \"S\"; stages = ( { do = \"train\"; gpu_hours = 9000.0; } "
    "); } );\n"
    "happenings = ( { at = \"2025-02-05\"; do = \"pause\"; project = \"B\"; } );\n"
    "alternatives = ( { name = \"x\"; rule = { divide = \"max-min\"; }; } );\n";

static void run_into(const char *path, const char *dir, size_t n, struct diag *d)
{
    struct scenario s;
    struct ensemble e;
    char word[] = "allot", *argv[] = {word};
    struct replicate_options options = {
        .dir = dir, .seed = 1, .n = n, .n_jobs = 1, .argc = 1, .argv = argv};
    FUZZ_PROMISE(scenario_load(&s, path, &(struct scenario_options){0}, d) == 0);
    options.has_series = n == 1;
    FUZZ_PROMISE(replicate(&s, &options, &e, d) == 0);
    ensemble_release(&e);
    scenario_release(&s);
}

static void compare_into(const char *path, const char *dir, struct diag *d)
{
    struct comparison c;
    struct compare_request request = {.files = &path, .n_files = 1, .seed = -1};
    struct compare_how how = {.n_jobs = 1};
    char word[] = "allot", *argv[] = {word};
    struct comparison_record record = {.argc = 1, .argv = argv, .n_jobs = 1};
    const size_t n_more[] = {3, 3};
    size_t n;
    FUZZ_PROMISE(comparison_load(&c, &request, d) == 0 && c.n_variants == 2);
    FUZZ_PROMISE(comparison_run(&c, n_more, &how, d) == 6);
    struct difference *rows = comparison_differences(&c, 1, &n);
    FUZZ_PROMISE(comparison_write(&c, rows, n, dir, &record, d) == 0);
    mem_free(rows);
    comparison_release(&c);
}

/* ---- reading ---- */

static void draw_nothing(const struct chart_type *type, struct chart_sheet *sheet)
{
    struct text table;
    text_init(&table);
    chart_sheet_append_table(sheet, type, &table);
    text_release(&table);
}

static void read_run(const char *dir, struct diag *d)
{
    struct saved_run run;
    if (saved_run_open(&run, dir, d) != 0)
        return;
    for (size_t i = 0; i < n_charts; i++) {
        struct chart_sheet sheet;
        chart_sheet_init(&sheet, &run);
        if (charts[i]->write(&run, &(struct chart_request){0}, &sheet, d) ==
            CHART_WRITTEN)
            draw_nothing(charts[i], &sheet);
        chart_sheet_release(&sheet);
    }
    saved_run_close(&run);
}

static void read_comparison(const char *dir, struct diag *d)
{
    struct saved_comparison c;
    if (saved_comparison_open(&c, dir, d) != 0)
        return;
    for (size_t i = 0; i < n_compare_charts; i++)
        for (size_t k = 0; k < c.n_answers; k++) {
            struct chart_sheet sheet;
            chart_sheet_init(&sheet, NULL);
            if (compare_charts[i]->write(&c, c.answers[k], &sheet) == CHART_WRITTEN)
                draw_nothing(&compare_charts[i]->chart, &sheet);
            chart_sheet_release(&sheet);
        }
    saved_comparison_close(&c);
}

/* Without a gnuplot a page ends at its first chart. */
static void write_reports(const char *dir, struct diag *d)
{
    struct text written;
    text_init(&written);
    report_write(dir, &(struct report_options){.format = "text"}, &written, d);
    report_write(dir, &(struct report_options){.format = "md"}, &written, d);
    text_release(&written);
}

/* ---- the directories ---- */

static void make_directories(void)
{
    char dir[96], path[160];
    struct diag d;
    diag_init(&d);
    setenv("PATH", "/nowhere", 1);
    const char *cfg = fuzz_file("x.cfg", (const uint8_t *)base, sizeof base - 1);
    snprintf(dir, sizeof dir, "%s/one", fuzz_dir());
    run_into(cfg, dir, 1, &d);
    snprintf(dir, sizeof dir, "%s/many", fuzz_dir());
    run_into(cfg, dir, 3, &d);
    snprintf(dir, sizeof dir, "%s/compared", fuzz_dir());
    compare_into(cfg, dir, &d);
    for (size_t i = 0; i < N_FILES; i++) {
        text_init(&files[i].whole);
        snprintf(path, sizeof path, "%s/%s/%s", fuzz_dir(), files[i].dir, files[i].name);
        FUZZ_PROMISE(file_read(path, 1 << 20, &files[i].whole, &d) == 0);
    }
    diag_release(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static bool is_made;
    if (n == 0)
        return 0;
    if (!is_made)
        make_directories();
    is_made = true;
    size_t i = bytes[0] % N_FILES;
    char name[64], dir[96];
    struct diag d;
    diag_init(&d);
    snprintf(name, sizeof name, "%s/%s", files[i].dir, files[i].name);
    snprintf(dir, sizeof dir, "%s/%s", fuzz_dir(), files[i].dir);
    fuzz_file(name, bytes + 1, n - 1);
    if (strcmp(files[i].dir, "compared") == 0)
        read_comparison(dir, &d);
    else
        read_run(dir, &d);
    write_reports(dir, &d);
    fuzz_file(name, (const uint8_t *)files[i].whole.bytes, files[i].whole.length);
    diag_release(&d);
    return 0;
}
