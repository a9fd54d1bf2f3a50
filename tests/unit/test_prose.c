/* prose: sentences whose figures know their source, and their way into pages. */
#include "study/prose.h"

#include "study/answer.h"
#include "study/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void test_figures_as_shown(void **state)
{
    static const struct {
        double value;
        enum figure_format format;
        const char *shown;
    } rows[] = {
        {0, FIGURE_COUNT, "0"},
        {1234567.4, FIGURE_COUNT, "1,234,567"},
        {-1234, FIGURE_COUNT, "\u22121,234"},
        {-0.2, FIGURE_COUNT, "0"},
        {0.79, FIGURE_PERCENT, "79 %"},
        {1, FIGURE_PERCENT, "100 %"},
        {0, FIGURE_PERCENT, "0 %"},
        {0.996, FIGURE_PERCENT, "99.6 %"},
        {0.9997, FIGURE_PERCENT, "99.97 %"},
        {0.004, FIGURE_PERCENT, "0.4 %"},
        {0.99999, FIGURE_PERCENT, "100 %"},
        {-0.05, FIGURE_POINTS, "\u22125.0"},
        {0.304, FIGURE_POINTS, "30"},
        {-0.0001, FIGURE_POINTS, "0.0"},
        {0.834, FIGURE_INDEX, "0.83"},
        {-2.05, FIGURE_MONTHS, "\u22122.0"},
        {-2.05, FIGURE_SPAN, "2.0 months"},
        {-0.2, FIGURE_DAYS, "6 days"},
        {1 / 30.4375, FIGURE_DAYS, "1 day"},
        {0.06, FIGURE_DAYS, "1.8 days"},
        {0, FIGURE_DAYS, "0 days"},
        {142848, FIGURE_HOURS, "142,848"},
        {999999.6, FIGURE_HOURS, "1.00 million"},
        {6.0e6, FIGURE_HOURS, "6.00 million"},
        {62364864, FIGURE_HOURS, "62.4 million"},
        {0, FIGURE_DATE, "15 Jan 2022"},
        {1, FIGURE_DATE, "14 Feb 2022"}, /* 30.44 days */
        {0, FIGURE_MONTH, "Jan 2022"},
        {12, FIGURE_MONTH, "Jan 2023"},
        {NAN, FIGURE_COUNT, "no value"},
        {INFINITY, FIGURE_DATE, "no value"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text out;
        text_init(&out);
        figure_append(&out, rows[i].value, rows[i].format, "2022-01-15");
        assert_string_equal(out.bytes, rows[i].shown);
        text_release(&out);
    }
}

static void test_statistics(void **state)
{
    const double x[] = {1, 2, NAN, 3, 4}, share[] = {1, 1, 1, 0, 1, 1, 1, 1, 1, 1};
    (void)state;
    assert_true(figure_statistic(x, 5, "mean") == 2.5);
    assert_true(figure_statistic(x, 5, "n") == 4);
    assert_true(figure_statistic(x, 5, "p50") == 2.5);
    assert_true(fabs(figure_statistic(x, 5, "p025") - 1.075) < 1e-12);
    assert_true(isnan(figure_statistic(x, 5, "nonsense")));
    /* 9 of 10, 3 of 3: by the closed form of Newcombe (1998), method 4. */
    assert_true(fabs(figure_statistic(share, 10, "wilson_low") - 0.5411540) < 1e-6);
    assert_true(fabs(figure_statistic(share, 10, "wilson_high") - 0.9947577) < 1e-6);
    assert_true(figure_statistic(share, 3, "wilson_high") == 1);
    assert_true(fabs(figure_statistic(share, 3, "wilson_low") - 0.3099881) < 1e-6);
    assert_true(isnan(figure_statistic(x + 2, 1, "wilson_low")));
}

static void test_pages(void **state)
{
    struct prose prose;
    struct text out;
    (void)state;
    prose_init(&prose, "2022-01-01");
    text_init(&out);
    prose_words(&prose, "%s & more: ", "Few");
    prose_name(&prose, "<b>\"x\" [a](javascript:1) `R&D` *|");
    prose_words(&prose, " has ");
    prose_figure(&prose, 0.25, FIGURE_PERCENT,
                 (struct figure_source){.file = "outcomes.csv",
                                        .stat = "mean",
                                        .metric = "fill_frac",
                                        .kind = "team",
                                        .subject = "a\"<",
                                        .at = ""});
    prose_append_plain(&prose, &out);
    assert_string_equal(out.bytes,
                        "Few & more: <b>\"x\" [a](javascript:1) `R&D` *| has 25 %");
    text_clear(&out);
    prose_append_html(&prose, &out);
    assert_string_equal(
        out.bytes,
        "Few &amp; more: <bdi>&lt;b&gt;&quot;x&quot; [a](javascript:1) `R&amp;D` "
        "*|</bdi> has <data value=\"0.25\" data-file=\"outcomes.csv\" data-stat=\"mean\" "
        "data-metric=\"fill_frac\" data-kind=\"team\" data-subject=\"a&quot;&lt;\" "
        "data-at=\"\">25 %</data>");
    text_clear(&out);
    prose_append_markdown(&prose, &out);
    assert_string_equal(out.bytes, "Few &amp; more: &lt;b&gt;\"x\" \\[a\\](javascript:1) "
                                   "\\`R&amp;D\\` \\*\\| has 25 %");
    text_release(&out);
    prose_release(&prose);
}

static void test_escapes(void **state)
{
    struct text out;
    (void)state;
    text_init(&out);
    escape_html(&out, "a\x1b[31m\xff\xc2\x85 日本\n\t'");
    assert_string_equal(out.bytes, "a\uFFFD[31m\uFFFD\uFFFD 日本\n\t&#39;");
    text_clear(&out);
    escape_markdown(&out, "a\nb\x7f_\xe6");
    assert_string_equal(out.bytes, "a b\uFFFD\\_\uFFFD");
    text_release(&out);
}

/* ---- saved runs ---- */

static char folder[64];

static void write_file(const char *name, const char *bytes)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(bytes, f);
    assert_int_equal(fclose(f), 0);
}

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/allot-prose-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"run.json", "outcomes.csv", "bands.csv"};
    char path[128];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

static void write_run(const char *answer)
{
    char json[1024];
    snprintf(
        json, sizeof json,
        "{\"scenario\": \"x\", \"answer\": %s, \"seed\": 1, \"first_replication\": 0, "
        "\"replications\": 3, \"settings\": {\"start\": \"2022-01-01\", \"months\": 2"
        "}, \"rule\": \"weighted over projects\", \"division\": \"weighted\"}",
        answer);
    write_file("run.json", json);
    write_file("outcomes.csv",
               "replication,at,metric,kind,subject,value\n"
               "0,,released,all,all,1\n0,,released,project,P,1\n"
               "0,,release_months,project,P,1\n0,,fill_frac,all,all,0.5\n"
               "1,,released,all,all,0\n1,,released,project,P,0\n"
               "1,,release_months,project,P,NaN\n1,,fill_frac,all,all,0.7\n"
               "2,,released,all,all,1\n2,,released,project,P,1\n"
               "2,,release_months,project,P,1.5\n"
               "2,,fill_frac,all,all,0.6\n");
}

static void expect_answer(const char *answer, const char *sentence)
{
    struct saved_run run;
    struct diag d;
    struct prose prose;
    struct text out;
    write_run(answer);
    diag_init(&d);
    text_init(&out);
    assert_int_equal(saved_run_open(&run, folder, &d), 0);
    prose_init(&prose, run.start);
    assert_int_equal(answer_write(&run, &prose, &d), 0);
    prose_append_plain(&prose, &out);
    assert_string_equal(out.bytes, sentence);
    prose_release(&prose);
    saved_run_close(&run);
    text_release(&out);
    diag_release(&d);
}

static void test_answers(void **state)
{
    (void)state;
    expect_answer("null",
                  "Under the rule weighted, 0.7 of 1 project is released on average "
                  "(95 % interval \u22120.8 to 2.1), and 60 % of what the teams need is "
                  "granted (95 % interval 35 % to 85 %).");
    expect_answer(
        "{\"at\": \"\", \"metric\": \"released\", \"kind\": \"project\", "
        "\"subject\": \"P\"}",
        "P is released by the end of the run in 67 % of 3 runs (95 % interval 13 "
        "% to 98 %).");
    expect_answer("{\"at\": \"\", \"metric\": \"release_months\", \"kind\": \"project\", "
                  "\"subject\": \"P\"}",
                  "P is released on 8 Feb 2022 at the median, and in 95 % of the runs "
                  "between 31 Jan 2022 and 15 Feb 2022; it is released at all in 2 of 3 "
                  "runs.");
    expect_answer(
        "{\"at\": \"\", \"metric\": \"fill_frac\", \"kind\": \"all\", "
        "\"subject\": \"all\"}",
        "Of what the whole organisation needs, 60 % is granted (95 % interval 35 "
        "% to 85 %).");
}

static void test_series(void **state)
{
    struct saved_run run;
    struct saved_series s;
    struct diag d;
    (void)state;
    write_run("null");
    write_file("bands.csv", "file,kind,subject,column,month,n,mean,p05\n"
                            "teams.csv,team,A,granted_gpus,2022-01,3,8,1\n"
                            "teams.csv,team,A,granted_gpus,2022-02,3,16,2\n"
                            "teams.csv,team,B,granted_gpus,2022-02,3,24,3\n"
                            "months.csv,all,all,jain_fill,2022-01,3,0.5,0.25\n");
    diag_init(&d);
    assert_int_equal(saved_run_open(&run, folder, &d), 0);
    assert_string_equal(run.horizon, "2022-03-01");
    assert_int_equal(
        saved_run_series(&run, "teams.csv", "team", "granted_gpus", "p05", &s, &d), 0);
    assert_int_equal(s.n_subjects, 2);
    assert_int_equal(s.n_months, 2);
    assert_true(s.values[0] == 1 && isnan(s.values[1]) && s.values[2] == 2 &&
                s.values[3] == 3);
    assert_int_equal(
        saved_run_series(&run, "months.csv", "all", "jain_fill", "mean", &s, &d), 0);
    assert_true(s.n_subjects == 1 && s.values[0] == 0.5);
    /* No such column, no such statistic: said by the result, not by a message. */
    assert_int_equal(
        saved_run_series(&run, "teams.csv", "team", "morale", "mean", &s, &d), 1);
    assert_int_equal(
        saved_run_series(&run, "teams.csv", "team", "granted_gpus", "p975", &s, &d), 1);
    assert_int_equal(diag_n_errors(&d), 0);
    saved_run_close(&run);
    diag_release(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures_as_shown),
        cmocka_unit_test(test_statistics),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test_setup_teardown(test_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_series, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
