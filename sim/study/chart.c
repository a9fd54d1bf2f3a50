#include "study/chart.h"

#include "base/file.h"
#include "study/gnuplot.h"

#include <dirent.h>
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

/* "allocation.svg", and ".allocation.svg.PID.tmp.svg" of a program that was killed. */
static bool is_chart_file(const char *name)
{
    name += *name == '.';
    for (size_t i = 0; i < n_charts; i++) {
        size_t length = strlen(charts[i]->name);
        if (strncmp(name, charts[i]->name, length) == 0 && name[length] == '.')
            return true;
    }
    return false;
}

/* Whether the directory may be written: it is new, or holds nothing but charts. */
static int check_folder(const char *folder, struct diag *d)
{
    struct place at = {.file = folder};
    if (file_exists(folder) && !file_is_directory(folder))
        return diag_error(d, DIAG_CANNOT_CREATE, &at, "is not a directory");
    DIR *stream = opendir(folder);
    bool is_foreign = false;
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
    const char *folder, *plots;
    int format, theme;
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
    text_printf(&path, "%s/%s.csv", drawing->folder, charts[chart]->name);
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

static int draw_one(const struct drawing *drawing, const struct chart_type *type,
                    struct diag *d)
{
    const struct chart_options *options = drawing->options;
    struct text table, script, out;
    text_init(&table);
    text_init(&script);
    text_init(&out);
    text_printf(&table, "%s/%s.csv", drawing->folder, type->name);
    text_printf(&script, "%s/%s.gp", drawing->plots, type->name);
    text_printf(&out, "%s/%s.%s", drawing->folder, type->name, endings[drawing->format]);
    int result =
        gnuplot_draw(script.bytes, table.bytes, out.bytes, themes[drawing->theme], d);
    if (result == 0)
        options->tell(options->owner, out.bytes, NULL);
    text_release(&table);
    text_release(&script);
    text_release(&out);
    return result;
}

static int draw_all(struct drawing *drawing, int only, struct diag *d)
{
    struct text plots;
    text_init(&plots);
    int result = 0;
    for (size_t i = 0; i < n_charts && result == 0; i++)
        if (!drawing->options->only || (size_t)only == i)
            result = write_one(drawing, i, d);
    if (result == 0)
        result = gnuplot_find_plots(&plots, d);
    drawing->plots = plots.bytes;
    for (size_t i = 0; i < n_charts && result == 0; i++)
        if (drawing->is_written[i])
            result = draw_one(drawing, charts[i], d);
    text_release(&plots);
    return result;
}

int chart_draw(const char *dir, const struct chart_options *options, struct diag *d)
{
    const char *names[MOST_CHARTS];
    struct saved_run run;
    struct drawing drawing = {.run = &run, .options = options};
    for (size_t i = 0; i < n_charts; i++)
        names[i] = charts[i]->name;
    int only = index_of(options->only, names, n_charts, "chart", d);
    drawing.format = index_of(options->format, formats, N_FORMATS, "format", d);
    drawing.theme = index_of(options->theme, themes, N_THEMES, "theme", d);
    if (only < 0 || drawing.format < 0 || drawing.theme < 0 ||
        saved_run_open(&run, dir, d) != 0)
        return -1;
    struct text folder;
    text_init(&folder);
    if (options->out)
        text_append(&folder, options->out);
    else
        text_printf(&folder, "%s/charts", dir);
    drawing.folder = folder.bytes;
    bool is_new = !file_exists(folder.bytes);
    int result = options->out ? check_folder(folder.bytes, d) : 0;
    if (result == 0)
        result = file_make_directory(folder.bytes, d);
    if (result == 0)
        result = draw_all(&drawing, only, d);
    if (result != 0 && is_new)
        rmdir(folder.bytes); /* stays where a table is in it */
    text_release(&folder);
    saved_run_close(&run);
    return result;
}

void chart_remove_stale(const char *dir)
{
    struct text path;
    text_init(&path);
    for (size_t i = 0; i < n_charts; i++)
        for (size_t k = 0; k <= N_FORMATS; k++) {
            text_clear(&path);
            text_printf(&path, "%s/charts/%s.%s", dir, charts[i]->name,
                        k < N_FORMATS ? endings[k] : "csv");
            unlink(path.bytes);
        }
    text_clear(&path);
    text_printf(&path, "%s/charts", dir);
    rmdir(path.bytes); /* stays where something else is in it */
    text_release(&path);
}
