/* The charts that are panels of months: their tables, and what their captions say of
 * results that are written here. */
#include "study/chart_kinds.h"
#include "study/chart_panels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static void path_of(const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", folder, name);
}

static FILE *begin_file(const char *name, const char *header)
{
    char path[128];
    path_of(name, path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "%s\n", header);
    return f;
}

static const char *const names[] = {"run.json",   "outcomes.csv", "bands.csv",
                                    "teams.csv",  "pools.csv",    "months.csv"};

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/allot-panels-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    char path[128];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        path_of(names[i], path);
        unlink(path);
    }
    return rmdir(folder);
}

static void write_json(int n_months, int replications)
{
    FILE *f = begin_file("run.json", "{");
    fprintf(f,
            "\"scenario\": \"x\", \"seed\": 1, \"first_replication\": 0, "
            "\"replications\": %d, \"settings\": {\"start\": \"2022-01-15\", \"months\": "
            "%d, \"rule\": {\"divide\": \"equal\", \"over\": \"tree\"}}}\n",
            replications, n_months);
    assert_int_equal(fclose(f), 0);
}

/* ---- what a chart makes ---- */

struct made {
    struct saved_run run;
    struct chart_sheet sheet;
    struct diag d;
    enum chart_outcome outcome;
    struct text caption;
};

static void make_chart(struct made *m, const struct chart_type *type, const char *series)
{
    const struct chart_request request = {.series = series};
    diag_init(&m->d);
    text_init(&m->caption);
    assert_int_equal(saved_run_open(&m->run, folder, &m->d), 0);
    chart_sheet_init(&m->sheet, &m->run);
    m->outcome = type->write(&m->run, &request, &m->sheet, &m->d);
    prose_append_plain(&m->sheet.caption, &m->caption);
}

static void release(struct made *m)
{
    chart_sheet_release(&m->sheet);
    saved_run_close(&m->run);
    text_release(&m->caption);
    diag_release(&m->d);
}

static void has_row(const struct made *m, const char *row)
{
    struct text line;
    text_init(&line);
    text_printf(&line, "\n%s\n", row);
    if (!strstr(m->sheet.rows.bytes, line.bytes))
        fail_msg("no row %s in\n%s", row, m->sheet.rows.bytes);
    text_release(&line);
}

static size_t n_rows(const struct made *m, const char *begin)
{
    size_t n = 0;
    for (const char *at = m->sheet.rows.bytes; *at; at += strcspn(at, "\n") + 1)
        n += strncmp(at, begin, strlen(begin)) == 0;
    return n;
}

/* A monthly figure is the cell that its source names; words have no digits but those of
 * the names of intervals. */
static void check_caption(struct made *m)
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

static void says(struct made *m, const char *caption)
{
    assert_int_equal(m->outcome, CHART_WRITTEN);
    assert_string_equal(m->caption.bytes, caption);
    check_caption(m);
}

/* ---- single runs ---- */

/* Teams A, B ... of which the t-th (from 0) asks for 100 more each month than it has. */
static void write_teams(int n_teams, int n_months, bool has_morale, bool grows)
{
    FILE *f = begin_file("teams.csv", has_morale
                                          ? "month,team,headcount,needed_gpus,"
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
    f = begin_file("outcomes.csv", "replication,at,metric,kind,subject,value");
    for (int t = 0; t < n_teams; t++)
        fprintf(f, "0,,fill_frac,team,%c,%g\n", 'A' + t, 0.5 + 0.01 * t);
    fprintf(f, "0,,utilisation_frac,pool,P,0.75\n0,,utilisation_frac,pool,Q,0.25\n"
               "0,,jain_fill,all,all,0.8\n");
    assert_int_equal(fclose(f), 0);
}

static void test_teams(void **state)
{
    struct made m;
    (void)state;
    write_json(2, 1);
    write_teams(2, 2, false, false);
    make_chart(&m, &chart_team_panels, NULL);
    says(&m, "B is refused the most: in Feb 2022 it asks for 1,190 GPUs and is granted "
             "990. Over the whole time A is granted the smallest part of what it needs, "
             "50 %, and B the largest, 51 %.");
    assert_string_equal(m.sheet.subtitle.bytes, "GPUs; x, rule equal over tree, one run, "
                                                "seed 1");
    assert_string_equal(
        m.sheet.rows.bytes,
        "span,,,2022-01-15,2022-03-01,,,,\n"
        "scale,1,,,,,,,\"count\"\n"
        "panel,1,1,,,,,,\"A\"\npanel,2,1,,,,,,\"B\"\n"
        "series,,1,,,,,,\"granted\"\nseries,,2,,,,,-2,\"requested\"\n"
        "series,,3,,,,,-1,\"used\"\n"
        "area,1,1,2022-01-15,2022-02-01,0,1000,1,\n"
        "area,1,1,2022-02-01,2022-03-01,0,1000,1,\n"
        "line,1,2,2022-01-15,2022-02-01,,1000,-2,\n"
        "line,1,2,2022-02-01,2022-03-01,,1100,-2,\n"
        "line,1,3,2022-01-15,2022-02-01,,999,-1,\n"
        "line,1,3,2022-02-01,2022-03-01,,999,-1,\n"
        "area,2,1,2022-01-15,2022-02-01,0,990,2,\n"
        "area,2,1,2022-02-01,2022-03-01,0,990,2,\n"
        "line,2,2,2022-01-15,2022-02-01,,990,-2,\n"
        "line,2,2,2022-02-01,2022-03-01,,1190,-2,\n"
        "line,2,3,2022-01-15,2022-02-01,,989,-1,\n"
        "line,2,3,2022-02-01,2022-03-01,,989,-1,\n");
    release(&m);
}

static void test_teams_without_refusal(void **state)
{
    struct made m;
    (void)state;
    write_json(1, 1);
    write_teams(1, 1, false, false);
    make_chart(&m, &chart_team_panels, NULL);
    says(&m, "Every team is granted what it asks for in every month.");
    release(&m);
}

static void test_many_teams(void **state)
{
    struct made m;
    (void)state;
    write_json(2, 1);
    write_teams(14, 2, false, false);
    make_chart(&m, &chart_team_panels, NULL);
    assert_int_equal(m.outcome, CHART_WRITTEN);
    assert_int_equal(n_rows(&m, "panel,"), 12);
    has_row(&m, "panel,11,1,,,,,,\"K\"");
    has_row(&m, "panel,12,1,,,,,,\"3 others\"");
    /* L, M, N: 890 + 880 + 870; they ask for 100 (12 + 13 + 14) more. */
    has_row(&m, "area,12,1,2022-02-01,2022-03-01,0,2640,0,");
    has_row(&m, "line,12,2,2022-02-01,2022-03-01,,6540,-2,");
    has_row(&m, "line,12,3,2022-02-01,2022-03-01,,2637,-1,");
    assert_non_null(strstr(m.sheet.subtitle.bytes, "the smallest teams as others"));
    check_caption(&m);
    release(&m);
}

static void test_people(void **state)
{
    struct made m;
    (void)state;
    write_json(2, 1);
    write_teams(2, 2, false, false);
    make_chart(&m, &chart_people, NULL);
    assert_int_equal(m.outcome, CHART_NONE);
    assert_string_equal(m.sheet.none.bytes, "no team's headcount ever changes");
    release(&m);
    write_teams(2, 2, false, true);
    make_chart(&m, &chart_people, NULL);
    says(&m, "B grows the most: from 11 people in Jan 2022 to 16 in Feb 2022.");
    assert_string_equal(m.sheet.title.bytes, "Headcount by team");
    assert_int_equal(n_rows(&m, "panel,"), 1);
    release(&m);
    write_teams(2, 2, true, false);
    make_chart(&m, &chart_people, NULL);
    says(&m, "All teams are in the end as large as at the start. Morale is lowest in A in "
             "Feb 2022: 0.80.");
    has_row(&m, "scale,2,,,,0,1,,\"index\"");
    /* Labels from the lowest to the highest: B's headcount is larger, so is its morale. */
    has_row(&m, "end,1,1,,,,10,1,\"A\"\nend,1,2,,,,11,2,\"B\"");
    has_row(&m, "end,2,1,,,,0.8,1,\"A\"\nend,2,2,,,,0.9,2,\"B\"");
    release(&m);
    write_teams(14, 2, true, true);
    make_chart(&m, &chart_people, NULL);
    assert_int_equal(n_rows(&m, "panel,"), 3);
    has_row(&m, "panel,2,2,,,,,,\"Headcount of the 3 others\"");
    has_row(&m, "line,2,12,2022-02-01,2022-03-01,,66,0,"); /* 21 + 22 + 23 */
    assert_int_equal(n_rows(&m, "end,3,"), 12);
    check_caption(&m);
    release(&m);
}

static void write_pools(int n_pools, bool has_lent)
{
    FILE *f = begin_file("pools.csv",
                         has_lent ? "month,pool,capacity_gpus,reserved_gpus,failed_gpus,"
                                    "requested_gpus,granted_gpus,used_gpus,idle_gpus,"
                                    "lent_gpus"
                                  : "month,pool,capacity_gpus,reserved_gpus,failed_gpus,"
                                    "requested_gpus,granted_gpus,used_gpus,idle_gpus");
    for (int m = 0; m < 2; m++)
        for (int p = 0; p < n_pools; p++) {
            int capacity = 1000 + 100 * p;
            fprintf(f, "2022-%02d,%c,%d,100,%d,%d,500,600,%d%s\n", m + 1, 'P' + p, capacity,
                    50 * m, 2000 * m, capacity - 700 - 50 * m, has_lent ? ",200" : "");
        }
    assert_int_equal(fclose(f), 0);
}

static void test_pools(void **state)
{
    struct made m;
    (void)state;
    write_json(2, 1);
    write_teams(1, 2, false, false);
    write_pools(1, false);
    make_chart(&m, &chart_pools, NULL);
    says(&m, "Of the GPU-hours of P 75 % are used. Most GPUs are idle in Jan 2022: 300 of "
             "the 1,000. Requests are farthest above the capacity in Feb 2022: 2,000 GPUs "
             "for 1,000.");
    assert_int_equal(n_rows(&m, "series,,2,"), 0); /* nothing is lent */
    has_row(&m, "slice,1,1,2022-02-01,2022-03-01,0,600,-3,");
    has_row(&m, "slice,1,3,2022-02-01,2022-03-01,600,850,-5,");
    has_row(&m, "slice,1,4,2022-02-01,2022-03-01,850,900,-6,");
    has_row(&m, "slice,1,5,2022-02-01,2022-03-01,900,1000,-7,");
    has_row(&m, "line,1,6,2022-02-01,2022-03-01,,500,-1,");
    has_row(&m, "dashed,1,7,2022-02-01,2022-03-01,,2000,-1,");
    release(&m);
    write_pools(8, true);
    make_chart(&m, &chart_pools, NULL);
    assert_int_equal(m.outcome, CHART_WRITTEN);
    check_caption(&m);
    assert_non_null(strstr(m.caption.bytes, "Of the GPU-hours of P 75 % are used, the "
                                            "largest part of all pools; of those of Q 25 "
                                            "%, the smallest."));
    assert_int_equal(n_rows(&m, "panel,"), 6);
    assert_int_equal(n_rows(&m, "scale,"), 1);
    has_row(&m, "panel,1,1,,,,,,\"S\""); /* the five largest: S to W */
    has_row(&m, "panel,6,1,,,,,,\"3 others\"");
    has_row(&m, "slice,6,1,2022-01-15,2022-02-01,0,1200,-3,"); /* 3 (600 - 200) */
    has_row(&m, "slice,6,2,2022-01-15,2022-02-01,1200,1800,-4,");
    has_row(&m, "slice,6,5,2022-01-15,2022-02-01,3000,3300,-7,"); /* P, Q, R */
    release(&m);
}

static void test_pools_of_other_sizes(void **state)
{
    struct made m;
    (void)state;
    write_json(1, 1);
    write_teams(1, 1, false, false);
    FILE *f = begin_file("pools.csv", "month,pool,capacity_gpus,requested_gpus,"
                                      "granted_gpus,used_gpus,idle_gpus\n"
                                      "2022-01,P,10000,0,0,0,10000\n"
                                      "2022-01,Q,8,0,0,8,0");
    assert_int_equal(fclose(f), 0);
    make_chart(&m, &chart_pools, NULL);
    assert_int_equal(n_rows(&m, "scale,"), 2);
    has_row(&m, "panel,2,2,,,,,,\"Q\"");
    assert_non_null(strstr(m.caption.bytes, "Never is more requested than there is."));
    release(&m);
}

static void write_months(const char *rows)
{
    FILE *f = begin_file("months.csv", "month,jain_fill,gini_fill,max_envy");
    fputs(rows, f);
    assert_int_equal(fclose(f), 0);
}

static void test_fairness(void **state)
{
    struct made m;
    (void)state;
    write_json(2, 1);
    write_teams(1, 2, false, false);
    write_months("2022-01,0.75,0.2,0\n2022-02,NaN,0.1,0.25\n");
    make_chart(&m, &chart_fairness, NULL);
    says(&m, "Need is met least evenly in Jan 2022, when Jain's index is 0.75; for the "
             "whole time it is 0.80. Envy is largest in Feb 2022: with another team's "
             "grant a team would gain 25 % of its need.");
    has_row(&m, "line,1,3,2022-02-01,2022-03-01,,NaN,-1,");
    has_row(&m, "end,1,3,,,,0.75,-1,\"0.75\"");
    assert_int_equal(n_rows(&m, "series,"), 0);
    release(&m);
    write_months("2022-01,NaN,NaN,NaN\n2022-02,NaN,NaN,NaN\n");
    make_chart(&m, &chart_fairness, NULL);
    says(&m, "No team needs any GPUs in any month.");
    assert_int_equal(n_rows(&m, "end,"), 0);
    release(&m);
    write_months("2022-01,1,0,0\n2022-02,1,0,0\n");
    make_chart(&m, &chart_fairness, NULL);
    assert_non_null(strstr(m.caption.bytes, "No team would gain by another team's grant."));
    release(&m);
}

/* ---- ensembles ---- */

static void write_bands(int n_teams, bool has_outer)
{
    FILE *f = begin_file("bands.csv",
                         has_outer ? "file,kind,subject,column,month,n,mean,ci_low,ci_high,"
                                     "p05,p25,p75,p95,p025,p975"
                                   : "file,kind,subject,column,month,n,mean,ci_low,ci_high,"
                                     "p05,p25,p75,p95");
    static const char *const columns[] = {"granted_gpus", "requested_gpus", "used_gpus",
                                          "fill_frac"};
    const char *outer = has_outer ? ",0.1,0.9" : "";
    for (size_t c = 0; c < 4; c++)
        for (int t = 0; t < n_teams; t++) {
            if (c < 3)
                fprintf(f, "teams.csv,team,%c,%s,2022-01,9,%d,7,9,1,2,3,4%s\n", 'A' + t,
                        columns[c], 100 - t, outer);
            else
                fprintf(f, "teams.csv,team,%c,%s,2022-01,9,0.5,0.4,0.6,%g,0.3,0.7,0.8%s\n",
                        'A' + t, columns[c], t == 1 ? 0.1 : 0.2, outer);
        }
    for (int k = 0; k < 3; k++) {
        static const char *const indices[] = {"jain_fill", "gini_fill", "max_envy"};
        fprintf(f, "months.csv,all,all,%s,2022-01,9,0.5,0.4,0.6,0.2,0.3,0.7,0.8%s\n",
                indices[k], outer);
    }
    assert_int_equal(fclose(f), 0);
}

static void test_fan(void **state)
{
    struct made m;
    (void)state;
    write_json(1, 1);
    make_chart(&m, &chart_fan, NULL);
    assert_int_equal(m.outcome, CHART_NONE);
    assert_string_equal(m.sheet.none.bytes, "shown of an ensemble only; run one with -n");
    release(&m);
    write_json(1, 9);
    write_bands(2, false);
    make_chart(&m, &chart_fan, NULL);
    says(&m, "Chance matters most for B in Jan 2022: 90 % of the runs lie between 10 % and "
             "80 %, their mean is 50 % (95 % interval 40 % to 60 %).");
    assert_string_equal(m.sheet.title.bytes, "Need met by team: mean and spread");
    has_row(&m, "series,,1,,,,,,\"90 % of runs\"");
    has_row(&m, "band,2,1,2022-01-15,2022-02-01,0.1,0.8,2,");
    has_row(&m, "band,2,2,2022-01-15,2022-02-01,0.3,0.7,2,");
    has_row(&m, "line,2,3,2022-01-15,2022-02-01,,0.5,2,");
    release(&m);
    write_bands(14, true);
    make_chart(&m, &chart_fan, "teams.csv:granted_gpus");
    assert_int_equal(m.outcome, CHART_WRITTEN);
    assert_string_equal(m.sheet.title.bytes, "GPUs granted by team: mean and spread");
    assert_non_null(strstr(m.sheet.subtitle.bytes, "GPUs, the 11 largest of 14; x"));
    assert_int_equal(n_rows(&m, "panel,"), 11);
    has_row(&m, "series,,1,,,,,,\"95 % of runs\"");
    has_row(&m, "band,1,1,2022-01-15,2022-02-01,0.1,0.9,1,");
    check_caption(&m);
    release(&m);
    make_chart(&m, &chart_fan, "months.csv:jain_fill");
    says(&m, "Chance matters most in Jan 2022: 95 % of the runs lie between 10 % and 90 %, "
             "their mean is 50 % (95 % interval 40 % to 60 %).");
    assert_string_equal(m.sheet.title.bytes, "Jain's index of need met: mean and spread");
    has_row(&m, "panel,1,1,,,,,,\"\"");
    release(&m);
}

static void test_fan_of_nothing(void **state)
{
    static const struct {
        const char *series, *hint;
    } rows[] = {{"teams.csv:fill_fracs", "did you mean 'teams.csv:fill_frac'? there are: "},
                {"nonsense", "there are: teams.csv:granted_gpus, teams.csv:requested_gpus, "
                             "teams.csv:used_gpus, teams.csv:fill_frac, "
                             "months.csv:jain_fill, months.csv:gini_fill, "
                             "months.csv:max_envy"},
                {"", "there are: "}};
    (void)state;
    write_json(1, 9);
    write_bands(2, true);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct made m;
        make_chart(&m, &chart_fan, rows[i].series);
        assert_int_equal(m.outcome, CHART_FAILED);
        assert_int_equal(m.d.n_messages, 1);
        assert_int_equal(m.d.messages[0].cause, DIAG_USAGE);
        assert_string_equal(m.d.messages[0].at.file, "--series");
        assert_memory_equal(m.d.messages[0].hint, rows[i].hint, strlen(rows[i].hint));
        release(&m);
    }
}

static void test_ensembles(void **state)
{
    struct made m;
    (void)state;
    write_json(1, 9);
    write_teams(2, 1, false, false);
    write_bands(2, true);
    make_chart(&m, &chart_fairness, NULL);
    assert_int_equal(m.outcome, CHART_WRITTEN);
    assert_int_equal(n_rows(&m, "band,"), 6);
    assert_non_null(strstr(m.caption.bytes,
                           "when Jain's index is 0.50 (95 % interval 0.40 to 0.60)"));
    assert_non_null(strstr(m.sheet.subtitle.bytes, "mean of 9 replications"));
    check_caption(&m);
    release(&m);
}

/* Results that do not fit together are an error, never read past their end. */
static void test_torn_results(void **state)
{
    struct made m;
    (void)state;
    write_json(1, 9);
    write_teams(2, 1, false, false);
    FILE *f = begin_file("bands.csv", "file,kind,subject,column,month,n,mean\n"
                                      "teams.csv,team,A,granted_gpus,2022-01,9,1\n"
                                      "teams.csv,team,B,granted_gpus,2022-01,9,1\n"
                                      "teams.csv,team,A,fill_frac,2022-01,9,1\n"
                                      "teams.csv,team,A,requested_gpus,2022-01,9,1");
    assert_int_equal(fclose(f), 0);
    make_chart(&m, &chart_team_panels, NULL);
    assert_int_equal(m.outcome, CHART_FAILED);
    assert_int_equal(m.d.messages[0].cause, DIAG_DATA);
    assert_string_equal(m.d.messages[0].message,
                        "holds other rows of requested_gpus in teams.csv than of "
                        "granted_gpus in teams.csv");
    release(&m);
    make_chart(&m, &chart_fan, NULL);
    assert_int_equal(m.outcome, CHART_FAILED);
    assert_string_equal(m.d.messages[0].message, "holds no quantiles");
    release(&m);
    make_chart(&m, &chart_pools, NULL);
    assert_int_equal(m.outcome, CHART_FAILED);
    assert_string_equal(m.d.messages[0].message,
                        "holds no column 'capacity_gpus' of pools.csv");
    release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_teams, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_teams_without_refusal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_teams, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_people, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pools, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pools_of_other_sizes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fairness, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fan, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fan_of_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ensembles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_torn_results, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
