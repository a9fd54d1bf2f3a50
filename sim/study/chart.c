#include "study/chart.h"

#include "base/file.h"
#include "study/compare_chart.h"
#include "study/gnuplot.h"
#include "study/sweep_chart.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *const formats[] = {"svg", "png", "pdf", "dumb"};
static const char *const endings[] = {"svg", "png", "pdf", "txt"};
static const char *const themes[] = {"light", "dark", "print"};
enum { N_FORMATS = 4, N_THEMES = 3 };

static int index_of(const char *word, const char *const *words, size_t n,
                    const char *what, struct diag *d)
{
    if (!word)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, words[i]) == 0)
            return (int)i;
    struct text all;
    text_init(&all);
    for (size_t i = 0; i < n; i++)
        text_printf(&all, "%s%s", i ? ", " : "", words[i]);
    diag_error(d, DIAG_USAGE, NULL, "there is no %s '%s'", what, word);
    diag_hint(d, "there are: %s", all.bytes);
    text_release(&all);
    return -1;
}

/* ---- the directory of the charts ---- */

static bool is_kind(const struct chart_type *type, const char *name, size_t length)
{
    return strlen(type->name) == length && strncmp(type->name, name, length) == 0;
}

/* "allocation.svg", "means-2.svg" of a report's second answer, and
 * ".allocation.svg.PID.tmp.svg" of a program that was killed. */
static bool is_chart_file(const char *name)
{
    bool is_kind_of_ours = false;
    name += *name == '.';
    size_t length = strcspn(name, ".-");
    for (size_t i = 0; i < n_charts; i++)
        is_kind_of_ours |= is_kind(charts[i], name, length);
    for (size_t i = 0; i < n_sweep_charts; i++)
        is_kind_of_ours |= is_kind(&sweep_charts[i]->chart, name, length);
    for (size_t i = 0; i < n_compare_charts; i++)
        is_kind_of_ours |= is_kind(&compare_charts[i]->chart, name, length);
    if (name[length] == '-')
        length += 1 + strspn(name + length + 1, "0123456789");
    return is_kind_of_ours && name[length] == '.';
}

/* Whether the directory may be written: it is new, or holds nothing but charts. */
static int check_folder(const char *folder, struct diag *d)
{
    struct place at = {.file = folder};
    if (file_exists(folder) && !file_is_directory(folder))
        return diag_error(d, DIAG_CANNOT_CREATE, &at, "is not a directory");
    DIR *stream;
    bool is_foreign = false;
    if (file_open_directory(folder, &stream, d) != 0)
        return -1;
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        is_foreign |= strcmp(entry->d_name, ".") != 0 &&
                      strcmp(entry->d_name, "..") != 0 && !is_chart_file(entry->d_name);
    if (stream)
        closedir(stream);
    if (!is_foreign)
        return 0;
    diag_error(d, DIAG_CANNOT_CREATE, &at,
               "holds other files than charts: nothing is overwritten");
    diag_hint(d, "name another directory with --out");
    return -1;
}

/* ---- drawing ---- */

struct drawing {
    struct saved_run *run;
    const struct chart_options *options;
    struct chart_look look;
    bool is_written[MOST_CHARTS]; /* the table */
};

static int write_one(struct drawing *drawing, size_t chart, struct diag *d)
{
    const struct chart_options *options = drawing->options;
    struct place at = {.file = drawing->run->dir};
    struct chart_sheet sheet;
    struct text table, path;
    text_init(&table);
    text_init(&path);
    chart_sheet_init(&sheet, drawing->run);
    text_printf(&path, "%s/%s.csv", drawing->look.folder.bytes, charts[chart]->name);
    int result = 0;
    enum chart_outcome outcome =
        charts[chart]->write(drawing->run, &options->request, &sheet, d);
    if (outcome == CHART_WRITTEN) {
        result = chart_sheet_write_table(&sheet, charts[chart], path.bytes, d);
    } else if (outcome == CHART_FAILED) {
        result = -1;
    } else if (options->only) {
        result = diag_error(d, DIAG_DATA, &at, "gives no chart of %s: %s",
                            charts[chart]->name, sheet.none.bytes);
    } else {
        text_printf(&table, "%s: %s", charts[chart]->name, sheet.none.bytes);
        options->tell(options->owner, NULL, table.bytes);
    }
    drawing->is_written[chart] = outcome == CHART_WRITTEN && result == 0;
    chart_sheet_release(&sheet);
    text_release(&table);
    text_release(&path);
    return result;
}

int chart_draw_table(const struct chart_look *look, const char *name,
                     const struct chart_options *options, struct diag *d)
{
    struct text plots, table, script, out;
    text_init(&plots);
    text_init(&table);
    text_init(&script);
    text_init(&out);
    int result = gnuplot_find_plots(&plots, d);
    text_printf(&table, "%s/%s.csv", look->folder.bytes, name);
    text_printf(&script, "%s/%s.gp", plots.bytes, name);
    text_printf(&out, "%s/%s.%s", look->folder.bytes, name, endings[look->format]);
    if (result == 0)
        result =
            gnuplot_draw(script.bytes, table.bytes, out.bytes, themes[look->theme], d);
    if (result == 0)
        options->tell(options->owner, out.bytes, NULL);
    text_release(&plots);
    text_release(&table);
    text_release(&script);
    text_release(&out);
    return result;
}

static int draw_all(struct drawing *drawing, int only, struct diag *d)
{
    int result = 0;
    for (size_t i = 0; i < n_charts && result == 0; i++)
        if (!drawing->options->only || (size_t)only == i)
            result = write_one(drawing, i, d);
    for (size_t i = 0; i < n_charts && result == 0; i++)
        if (drawing->is_written[i])
            result =
                chart_draw_table(&drawing->look, charts[i]->name, drawing->options, d);
    return result;
}

/* Format and theme; the folder stays empty. */
static int choose_look(struct chart_look *look, const struct chart_options *options,
                       struct diag *d)
{
    text_init(&look->folder);
    look->format = index_of(options->format, formats, N_FORMATS, "format", d);
    look->theme = index_of(options->theme, themes, N_THEMES, "theme", d);
    return look->format < 0 || look->theme < 0 ? -1 : 0;
}

static int make_folder(struct chart_look *look, const char *dir,
                       const struct chart_options *options, struct diag *d)
{
    if (options->out)
        text_append(&look->folder, options->out);
    else
        text_printf(&look->folder, "%s/charts", dir);
    look->is_new = !file_exists(look->folder.bytes);
    int result = options->out ? check_folder(look->folder.bytes, d)
                              : file_refuse_link(look->folder.bytes, d);
    return result == 0 ? file_make_directory(look->folder.bytes, d) : -1;
}

int chart_look_init(struct chart_look *look, const char *dir,
                    const struct chart_options *options, struct diag *d)
{
    if (choose_look(look, options, d) == 0 && make_folder(look, dir, options, d) == 0)
        return 0;
    chart_look_release(look);
    return -1;
}

void chart_look_release(struct chart_look *look)
{
    text_release(&look->folder);
}

int chart_draw(const char *dir, const struct chart_options *options, struct diag *d)
{
    const char *names[MOST_CHARTS];
    struct saved_run run;
    struct drawing drawing = {.run = &run, .options = options};
    for (size_t i = 0; i < n_charts; i++)
        names[i] = charts[i]->name;
    int only = index_of(options->only, names, n_charts, "chart", d);
    int result = choose_look(&drawing.look, options, d);
    if (only < 0 || result != 0 || saved_run_open(&run, dir, d) != 0) {
        chart_look_release(&drawing.look);
        return -1;
    }
    result = make_folder(&drawing.look, dir, options, d);
    if (result == 0)
        result = draw_all(&drawing, only, d);
    if (result != 0 && drawing.look.is_new)
        rmdir(drawing.look.folder.bytes); /* stays where a table is in it */
    chart_look_release(&drawing.look);
    saved_run_close(&run);
    return result;
}

int chart_remove_stale(const char *dir, struct diag *d)
{
    struct text path;
    text_init(&path);
    text_printf(&path, "%s/charts", dir);
    int result = chart_empty_folder(path.bytes, d);
    text_release(&path);
    return result;
}

int chart_empty_folder(const char *folder, struct diag *d)
{
    struct place at = {.file = folder};
    int result = 0;
    if (file_is_link(folder))
        return 0; /* what it leads to is not ours to empty */
    DIR *stream;
    if (file_open_directory(folder, &stream, d) != 0)
        return -1;
    for (struct dirent *entry; result == 0 && stream && (entry = readdir(stream));)
        if (is_chart_file(entry->d_name) &&
            unlinkat(dirfd(stream), entry->d_name, 0) != 0 && errno != ENOENT)
            result = diag_error(d, DIAG_IO, &at, "'%s' in it cannot be removed: %s",
                                entry->d_name, strerror(errno));
    if (stream)
        closedir(stream);
    rmdir(folder); /* stays where something else is in it */
    return result;
}
