#include "support/made_charts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static void path_of(const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", folder, name);
}

FILE *made_begin_file(const char *name, const char *header)
{
    char path[128];
    path_of(name, path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "%s\n", header);
    return f;
}

static const char *const names[] = {"run.json",  "outcomes.csv", "bands.csv",
                                    "teams.csv", "pools.csv",    "months.csv"};

int made_set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/allot-panels-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

int made_tear_down(void **state)
{
    char path[128];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        path_of(names[i], path);
        unlink(path);
    }
    return rmdir(folder);
}

void made_write_json(int n_months, int replications)
{
    FILE *f = made_begin_file("run.json", "{");
    fprintf(f,
            "\"scenario\": \"x\", \"seed\": 1, \"first_replication\": 0, "
            "\"replications\": %d, \"settings\": {\"start\": \"2022-01-15\", \"months\": "
            "%d}, \"rule\": \"equal over tree\"}\n",
            replications, n_months);
    assert_int_equal(fclose(f), 0);
}

void made_chart(struct made *m, const struct chart_type *type, const char *series)
{
    const struct chart_request request = {.series = series};
    diag_init(&m->d);
    text_init(&m->caption);
    assert_int_equal(saved_run_open(&m->run, folder, &m->d), 0);
    chart_sheet_init(&m->sheet, &m->run);
    m->outcome = type->write(&m->run, &request, &m->sheet, &m->d);
    prose_append_plain(&m->sheet.caption, &m->caption);
}

void made_release(struct made *m)
{
    chart_sheet_release(&m->sheet);
    saved_run_close(&m->run);
    text_release(&m->caption);
    diag_release(&m->d);
}

void made_has_row(const struct made *m, const char *row)
{
    struct text line;
    text_init(&line);
    text_printf(&line, "\n%s\n", row);
    if (!strstr(m->sheet.rows.bytes, line.bytes))
        fail_msg("no row %s in\n%s", row, m->sheet.rows.bytes);
    text_release(&line);
}

size_t made_n_rows(const struct made *m, const char *begin)
{
    size_t n = 0;
    for (const char *at = m->sheet.rows.bytes; *at; at += strcspn(at, "\n") + 1)
        n += strncmp(at, begin, strlen(begin)) == 0;
    return n;
}

/* A monthly figure is the cell that its source names; words have no digits but those of
 * the names of intervals. */
void made_check_caption(struct made *m)
{
    const struct prose *prose = &m->sheet.caption;
    for (size_t i = 0; i < prose->n_parts; i++) {
        const struct prose_part *part = &prose->parts[i];
        const struct figure_source *at = &part->figure.source;
        struct saved_series s;
        for (const char *c = part->text; part->kind == PROSE_WORDS && *c; c++) {
            if (strncmp(c, "95 %", 4) == 0 || strncmp(c, "90 %", 4) == 0)
                c += 3;
            assert_false(isdigit((unsigned char)*c));
        }
        if (part->kind != PROSE_FIGURE || strcmp(at->file, "outcomes.csv") == 0)
            continue;
        bool is_month = strcmp(at->stat, "month") == 0, is_found = false;
        assert_int_equal(saved_run_series(&m->run, at->file, at->kind, at->metric,
                                          is_month ? "mean" : at->stat, &s, &m->d),
                         0);
        for (size_t k = 0; k < s.n_months * s.n_subjects; k++) {
            size_t month = k / s.n_subjects;
            if (strcmp(s.months[month], at->at) != 0)
                continue;
            if (is_month)
                is_found |= part->figure.value == (double)month;
            else if (strcmp(s.subjects[k % s.n_subjects], at->subject) == 0)
                is_found |= part->figure.value == s.values[k];
        }
        assert_true(is_found);
    }
}

void made_says(struct made *m, const char *caption)
{
    assert_int_equal(m->outcome, CHART_WRITTEN);
    assert_string_equal(m->caption.bytes, caption);
    made_check_caption(m);
}

/* Teams A, B ... of which the t-th (from 0) asks for 100 more each month than it has. */
void made_write_teams(int n_teams, int n_months, bool has_morale, bool grows)
{
    FILE *f = made_begin_file("teams.csv",
                              has_morale ? "month,team,headcount,needed_gpus,"
                                           "requested_gpus,granted_gpus,used_gpus,morale"
                                         : "month,team,headcount,needed_gpus,"
                                           "requested_gpus,granted_gpus,used_gpus");
    for (int m = 0; m < n_months; m++)
        for (int t = 0; t < n_teams; t++) {
            int granted = 1000 - 10 * t;
            fprintf(f, "2022-%02d,%c,%d,1,%d,%d,%d", m + 1, 'A' + t,
                    10 + t + (grows && t == 1 ? 5 * m : 0), granted + 100 * m * (t + 1),
                    granted, granted - 1);
            fprintf(f, has_morale ? ",%g\n" : "\n", 0.9 - 0.1 * m * (t == 0));
        }
    assert_int_equal(fclose(f), 0);
    f = made_begin_file("outcomes.csv", "replication,at,metric,kind,subject,value");
    for (int t = 0; t < n_teams; t++)
        fprintf(f, "0,,fill_frac,team,%c,%g\n", 'A' + t, 0.5 + 0.01 * t);
    fprintf(f, "0,,utilisation_frac,pool,P,0.75\n0,,utilisation_frac,pool,Q,0.25\n"
               "0,,jain_fill,all,all,0.8\n");
    assert_int_equal(fclose(f), 0);
}
