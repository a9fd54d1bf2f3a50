#include "support/sheets.h"

#include "study/replicate.h"
#include "support/scenarios.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static const char *in(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

int sheet_set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/allot-rows-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

int sheet_tear_down(void **state)
{
    DIR *stream = opendir(folder);
    (void)state;
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        unlink(in(entry->d_name));
    if (stream)
        closedir(stream);
    return rmdir(folder);
}

/* ---- a run, written by hand or by the program, and one chart of it ---- */

void write_file(const char *name, const char *bytes)
{
    FILE *f = fopen(in(name), "w");
    assert_non_null(f);
    fputs(bytes, f);
    assert_int_equal(fclose(f), 0);
}

void write_run(int replications, int months, const char *projects)
{
    char json[2048];
    snprintf(json, sizeof json,
             "{\"scenario\": \"x\", \"seed\": 1, \"first_replication\": 0, "
             "\"replications\": %d, \"settings\": {\"start\": \"2022-01-01\", "
             "\"months\": %d, \"projects\": [%s]"
             "}, \"rule\": \"weighted over projects\", "
             "\"division\": \"weighted\"}",
             replications, months, projects);
    write_file("run.json", json);
}

void draw_month(struct drawn *c, const char *chart, const char *month)
{
    struct chart_request request = {.month = month};
    const struct chart_type *type = chart_find(chart);
    assert_non_null(type);
    assert_string_equal(type->header, "what,row,from,to,colour,text");
    diag_init(&c->d);
    text_init(&c->caption);
    assert_int_equal(saved_run_open(&c->run, folder, &c->d), 0);
    chart_sheet_init(&c->sheet, &c->run);
    c->outcome = type->write(&c->run, &request, &c->sheet, &c->d);
    prose_append_plain(&c->sheet.caption, &c->caption);
}

void draw(struct drawn *c, const char *chart)
{
    draw_month(c, chart, NULL);
    if (c->outcome == CHART_FAILED)
        diag_print(&c->d, stderr, false);
    assert_int_equal(diag_n_errors(&c->d), 0);
}

void close_chart(struct drawn *c)
{
    chart_sheet_release(&c->sheet);
    text_release(&c->caption);
    saved_run_close(&c->run);
    diag_release(&c->d);
}

static bool has_row(const struct drawn *c, const char *row)
{
    size_t length = strlen(row);
    for (const char *at = c->sheet.rows.bytes; (at = strstr(at, row)); at++)
        if ((at == c->sheet.rows.bytes || at[-1] == '\n') && at[length] == '\n')
            return true;
    return false;
}

void expect_row(const struct drawn *c, const char *row)
{
    if (!has_row(c, row))
        fail_msg("no row %s in\n%s", row, c->sheet.rows.bytes);
}

size_t n_rows_of(const struct drawn *c, const char *what)
{
    size_t n = 0, length = strlen(what);
    const char *at = c->sheet.rows.bytes;
    for (; *at; at = strchr(at, '\n') + 1)
        n += strncmp(at, what, length) == 0 && at[length] == ',';
    return n;
}

/* ---- captions: every digit is a figure, every figure is in the files ---- */

static double cell_of(struct drawn *c, const struct figure_source *s)
{
    struct saved_series series;
    assert_int_equal(
        saved_run_series(&c->run, s->file, s->kind, s->metric, "mean", &series, &c->d),
        0);
    for (size_t m = 0; m < series.n_months; m++)
        for (size_t i = 0; i < series.n_subjects; i++)
            if (strcmp(series.months[m], s->at) == 0 &&
                strcmp(series.subjects[i], s->subject) == 0)
                return series.values[m * series.n_subjects + i];
    return NAN;
}

static double value_of(struct drawn *c, const struct figure_source *s)
{
    if (strcmp(s->stat, "month") == 0) {
        int year, month;
        assert_int_equal(sscanf(s->at, "%d-%d", &year, &month), 2);
        return 12 * (year - 2022) + month - 1;
    }
    if (strcmp(s->file, "outcomes.csv") != 0)
        return cell_of(c, s);
    size_t n, count = 0;
    const struct saved_outcome *all = saved_run_outcomes(&c->run, &n, &c->d);
    for (size_t i = 0; i < n; i++)
        count += strcmp(all[i].metric, s->metric) == 0 &&
                 strcmp(all[i].kind, s->kind) == 0 && strcmp(all[i].at, s->at) == 0;
    if (strcmp(s->stat, "count") == 0)
        return (double)count;
    const struct saved_outcome *o =
        saved_run_outcome(&c->run, s->metric, s->kind, s->subject, s->at, &c->d);
    assert_non_null(o);
    return figure_statistic(o->values, o->n, s->stat);
}

void check_caption(struct drawn *c)
{
    assert_true(c->sheet.caption.n_parts > 0);
    for (size_t i = 0; i < c->sheet.caption.n_parts; i++) {
        const struct prose_part *part = &c->sheet.caption.parts[i];
        if (part->kind == PROSE_WORDS) {
            const char *level = strstr(part->text, "95 %");
            for (const char *at = part->text; *at; at++)
                if (isdigit((unsigned char)*at) &&
                    (!level || at < level || at > level + 1))
                    fail_msg("a digit that is no figure in '%s'", part->text);
        }
        if (part->kind != PROSE_FIGURE)
            continue;
        double value = value_of(c, &part->figure.source);
        if (!(fabs(value - part->figure.value) <= 1e-9 * (1 + fabs(value))))
            fail_msg("'%s' is %.17g in the files, %.17g in '%s'", part->text, value,
                     part->figure.value, c->caption.bytes);
    }
}

/* ---- runs of the program ---- */

const char two_teams[] =
    "# Who?\n"
    "start = \"2022-01-15\"; months = 3;\n"
    "pools = ( { name = \"h100\"; gpus = 64; reserved_frac = 0.25; node_gpus = 1;\n"
    "            deliveries = ( { at = \"2022-02-11\"; gpus = 32; } ); } );\n"
    "teams = ( { name = \"A\"; people = 4; exploration = ( { gpus_per_person = 2.0;\n"
    "                                                       log_sd = 0.5; } ); },\n"
    "          { name = \"B, \\\"b\\\"\"; people = 2; } );\n"
    "projects = (\n"
    "  { name = \"done\"; team = \"A\"; target = \"2022-03-01\"; stages =\n"
    "    ( { do = \"train\"; gpu_hours = 4000.0; max_gpus = 16; } ); },\n"
    "  { name = \"dropped\"; team = \"B, \\\"b\\\"\"; stages =\n"
    "    ( { do = \"train\"; gpu_hours = 900000.0; max_gpus = 8; } ); },\n"
    "  { name = \"open\"; team = \"B, \\\"b\\\"\"; stages =\n"
    "    ( { do = \"train\"; gpu_hours = 900000.0; max_gpus = 8; } ); } );\n"
    "happenings = ( { do = \"cancel\"; project = \"dropped\"; at = \"2022-03-01\"; },\n"
    "  { do = \"maintain\"; at = \"2022-02-15\"; pool = \"h100\"; gpus = 8;\n"
    "    days = 10.0; } );\n"
    "rule = { divide = \"weighted\";\n"
    "         score = { weights = { priority = 0.5; fair_share = 0.5; }; }; };\n";

void run_program(const char *text, size_t n)
{
    struct loaded loaded;
    struct ensemble ensemble;
    struct diag d;
    char *argv[] = {(char[]){"allot"}};
    loaded_from(&loaded, text, NULL);
    if (!loaded.is_loaded)
        fail_msg("%s", loaded.messages);
    diag_init(&d);
    struct replicate_options options = {
        .dir = folder, .seed = 1, .n = n, .n_jobs = 1, .argc = 1, .argv = argv};
    assert_int_equal(replicate(&loaded.s, &options, &ensemble, &d), 0);
    ensemble_release(&ensemble);
    diag_release(&d);
    loaded_release(&loaded);
}

void expect_none(const char *chart, const char *reason)
{
    struct drawn c;
    draw(&c, chart);
    assert_int_equal(c.outcome, CHART_NONE);
    assert_string_equal(c.sheet.none.bytes, reason);
    close_chart(&c);
}
