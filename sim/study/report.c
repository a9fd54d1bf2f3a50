#include "study/report.h"

#include "base/file.h"
#include "base/memory.h"
#include "study/answer.h"
#include "study/compare_files.h"
#include "study/report_comparison.h"
#include "study/gnuplot.h"
#include "study/report_parts.h"
#include "study/report_sweep.h"
#include "study/sweep_dir.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_CSS_BYTES = 1 << 20 };

enum format { FORMAT_HTML, FORMAT_MARKDOWN, FORMAT_TEXT, N_FORMATS };
static const char *const formats[N_FORMATS] = {"html", "md", "text"};
static const char *const endings[N_FORMATS] = {"html", "md", "txt"};

static int find_format(const char *name)
{
    for (int k = 0; k < N_FORMATS; k++)
        if (!name || strcmp(name, formats[k]) == 0)
            return k;
    return -1;
}

/* ---- content ---- */

/* "Scenario llama-vs-opt, rule weighted over projects, Jan 2022 to May 2025, ..." */
static int write_about(struct report *report, struct diag *d)
{
    struct saved_run *run = report->run;
    struct prose *out = &report->doc->about;
    struct saved_series months;
    if (saved_run_series(run, "months.csv", "all", "jain_fill", "mean", &months, d) < 0)
        return -1;
    prose_words(out, "Scenario ");
    prose_name(out, run->name);
    if (*run->alternative) {
        prose_words(out, ", alternative ");
        prose_name(out, run->alternative);
    }
    prose_words(out, ", rule %s", run->rule);
    if (months.n_months > 0) {
        prose_words(out, ", ");
        prose_month(out, &months, 0);
        prose_words(out, " to ");
        prose_month(out, &months, months.n_months - 1);
    }
    if (run->replications == 1) {
        prose_words(out, ", one run.");
        return 0;
    }
    prose_words(out, ", means of ");
    prose_figure(out, (double)run->replications, FIGURE_COUNT,
                 (struct figure_source){.file = "outcomes.csv", .stat = "replications"});
    prose_words(out, " replications.");
    return 0;
}

/* What a terminal gets, too. */
static int write_short(struct report *report, struct diag *d)
{
    struct document *doc = report->doc;
    document_section(doc, "answer", "Answer");
    if (answer_write(report->run, document_paragraph(doc, STYLE_ANSWER), d) != 0)
        return -1;
    return write_about(report, d);
}

static void write_warnings(struct report *report, bool is_short)
{
    document_section(report->doc, "warnings", "Warnings");
    report_warnings(report);
    report_mechanisms(report, is_short);
}

static int write_document(struct report *report, enum format format, struct diag *d)
{
    struct document *doc = report->doc;
    if (write_short(report, d) != 0)
        return -1;
    if (format == FORMAT_TEXT) {
        write_warnings(report, true);
        return 0;
    }
    document_section(doc, "teams", "Who gains, who loses");
    report_teams(report);
    report_projects(report);
    if (report_bills(report, d) != 0)
        return -1;
    write_warnings(report, false);
    document_section(doc, "charts", "Charts");
    if (report_charts(report, d) != 0)
        return -1;
    document_section(doc, "assumptions", "Assumptions");
    report_assumptions(report);
    report_settings(report);
    document_section(doc, "data", "Data");
    report_data(report);
    document_section(doc, "reproduce", "How to reproduce this");
    report_reproduction(report);
    return 0;
}

/* ---- files ---- */

struct output {
    struct text folder; /* of the pictures; "": none */
    struct out_file *files;
    size_t n_files, capacity;
};

/* A file that is complete but not yet under its name. */
static int put_file(struct output *out, const char *path, const char *bytes,
                    size_t length, struct diag *d)
{
    struct out_file file;
    struct place at = {.file = path};
    if (file_is_directory(path))
        return diag_error(d, DIAG_CANNOT_CREATE, &at, "is a directory");
    if (file_create(&file, path, d) != 0)
        return -1;
    fwrite(bytes, 1, length, file.stream);
    if (file_close(&file, d) != 0)
        return -1;
    ARRAY_PUSH(out->files, out->n_files, out->capacity) = file;
    return 0;
}

static int put_pictures(struct output *out, const struct document *doc, struct diag *d)
{
    struct text path;
    text_init(&path);
    int result = file_refuse_link(out->folder.bytes, d);
    if (result == 0)
        result = file_make_directory(out->folder.bytes, d);
    for (const struct block *b = doc->first; b && result == 0; b = b->next) {
        if (b->kind != BLOCK_FIGURE)
            continue;
        text_clear(&path);
        text_printf(&path, "%s/%s.svg", out->folder.bytes, b->figure.name);
        result = put_file(out, path.bytes, b->figure.svg, strlen(b->figure.svg), d);
    }
    text_release(&path);
    return result;
}

/* The page itself is the last to appear. */
static int publish(struct output *out, struct diag *d)
{
    int result = 0;
    for (size_t i = 0; i < out->n_files && result == 0; i++)
        result = file_publish(&out->files[i], d);
    return result;
}

static void release_output(struct output *out, bool has_failed)
{
    for (size_t i = 0; i < out->n_files; i++)
        file_discard(&out->files[i]);
    if (has_failed && out->folder.length > 0)
        rmdir(out->folder.bytes); /* stays where something is in it */
    text_release(&out->folder);
    mem_free(out->files);
}

static int read_css(struct text *css, struct diag *d)
{
    struct text path;
    text_init(&path);
    int result = gnuplot_find_plots(&path, d);
    text_append(&path, "/report.css");
    if (result == 0)
        result = file_read(path.bytes, MOST_CSS_BYTES, css, d);
    text_release(&path);
    return result;
}

/* "a/report.md" to "a/report-files". */
static void set_folder(struct text *folder, const char *path)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    bool has_ending = dot && dot > path && (!slash || dot > slash + 1);
    text_append_bytes(folder, path, has_ending ? (size_t)(dot - path) : strlen(path));
    text_append(folder, "-files");
}

static int write_files(const struct document *doc, enum format format, const char *path,
                       struct diag *d)
{
    struct output out = {0};
    struct text css, page;
    int result = 0;
    text_init(&out.folder);
    text_init(&css);
    text_init(&page);
    if (format == FORMAT_HTML) {
        result = read_css(&css, d);
        document_write_html(doc, css.bytes, "allot " ALLOT_VERSION, &page);
    } else if (format == FORMAT_MARKDOWN) {
        set_folder(&out.folder, path);
        const char *slash = strrchr(out.folder.bytes, '/');
        document_write_markdown(doc, slash ? slash + 1 : out.folder.bytes, &page);
        result = put_pictures(&out, doc, d);
    } else {
        document_write_text(doc, &page);
    }
    if (result == 0)
        result = put_file(&out, path, page.bytes, page.length, d);
    if (result == 0)
        result = publish(&out, d);
    release_output(&out, result != 0);
    text_release(&css);
    text_release(&page);
    return result;
}

/* Into a file, whose path is then what was written, or as text into `written`. */
static int deliver(const struct document *doc, enum format format, const char *path,
                   struct text *written, struct diag *d)
{
    if (!path) {
        document_write_text(doc, written);
        return 0;
    }
    int result = write_files(doc, format, path, d);
    text_printf(written, "%s\n", path);
    return result;
}

/* ---- the three kinds of pages ---- */

static int write_compared(const char *dir, enum format format, const char *path,
                          struct text *written, struct diag *d)
{
    struct saved_comparison c;
    struct document doc;
    if (saved_comparison_open(&c, dir, d) != 0)
        return -1;
    document_init(&doc, *c.question ? c.question : c.name, c.start);
    int result = report_comparison(&c, &doc, format == FORMAT_TEXT, d);
    if (result == 0)
        result = deliver(&doc, format, path, written, d);
    document_release(&doc);
    saved_comparison_close(&c);
    return result;
}

static int write_swept(const char *dir, enum format format, const char *path,
                       struct text *written, struct diag *d)
{
    struct sweep_view view;
    struct document doc;
    if (sweep_view_open_in(&view, dir, d) != 0)
        return -1;
    document_init(&doc, view.question ? view.question : view.scenario, "");
    int result = report_sweep(&view, dir, &doc, format == FORMAT_TEXT, d);
    if (result == 0)
        result = deliver(&doc, format, path, written, d);
    document_release(&doc);
    sweep_view_close(&view);
    return result;
}

static int write_report(struct saved_run *run, enum format format, const char *path,
                        struct text *written, struct diag *d)
{
    struct document doc;
    struct report report = {.run = run, .doc = &doc};
    document_init(&doc, *run->question ? run->question : run->name, run->start);
    int result = report_subjects(&report, d);
    if (result == 0)
        result = write_document(&report, format, d);
    if (result == 0)
        result = deliver(&doc, format, path, written, d);
    document_release(&doc);
    return result;
}

int report_write(const char *dir, const struct report_options *options,
                 struct text *written, struct diag *d)
{
    struct saved_run run;
    struct text path;
    int format = find_format(options->format);
    if (format < 0) {
        diag_error(d, DIAG_USAGE, NULL, "there is no format '%s'", options->format);
        diag_hint(d, "there are: html, md, text");
        return -1;
    }
    bool is_sweep = sweep_is_sweep(dir);
    bool is_comparison = !is_sweep && comparison_is_comparison(dir);
    bool is_run = !is_sweep && !is_comparison;
    if (is_run && saved_run_open(&run, dir, d) != 0)
        return -1;
    text_init(&path);
    if (options->out)
        text_append(&path, options->out);
    else if (format != FORMAT_TEXT)
        text_printf(&path, "%s/report.%s", dir, endings[format]);
    const char *file = path.length > 0 ? path.bytes : NULL;
    int result = is_sweep ? write_swept(dir, (enum format)format, file, written, d)
                 : is_comparison
                     ? write_compared(dir, (enum format)format, file, written, d)
                     : write_report(&run, (enum format)format, file, written, d);
    text_release(&path);
    if (is_run)
        saved_run_close(&run);
    return result;
}

int report_remove_stale(const char *dir, struct diag *d)
{
    struct text path;
    text_init(&path);
    text_printf(&path, "%s/report-files", dir);
    int result = chart_empty_folder(path.bytes, d);
    for (int k = FORMAT_HTML; k <= FORMAT_MARKDOWN && result == 0; k++) {
        text_clear(&path);
        text_printf(&path, "%s/report.%s", dir, endings[k]);
        result = file_remove(path.bytes, d);
    }
    text_release(&path);
    return result;
}
