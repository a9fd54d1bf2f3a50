/* The charts that are panels of months, of ensembles, and of results that do not fit
 * together. */
#include "support/made_charts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void write_bands(int n_teams, bool has_outer)
{
    FILE *f = made_begin_file(
        "bands.csv", has_outer ? "file,kind,subject,column,month,n,mean,ci_low,ci_high,"
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
                fprintf(f,
                        "teams.csv,team,%c,%s,2022-01,9,0.5,0.4,0.6,%g,0.3,0.7,0.8%s\n",
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
    made_write_json(1, 1);
    made_chart(&m, &chart_fan, NULL);
    assert_int_equal(m.outcome, CHART_NONE);
    assert_string_equal(m.sheet.none.bytes, "shown of an ensemble only; run one with -n");
    made_release(&m);
    made_write_json(1, 9);
    write_bands(2, false);
    made_chart(&m, &chart_fan, NULL);
    made_says(
        &m,
        "Chance matters most for B in Jan 2022: 90 % of the runs lie between 10 % and "
        "80 %, their mean is 50 % (95 % interval 40 % to 60 %).");
    assert_string_equal(m.sheet.title.bytes, "Need met by team: mean and spread");
    made_has_row(&m, "series,,1,,,,,,\"90 % of runs\"");
    made_has_row(&m, "band,2,1,2022-01-15,2022-02-01,0.1,0.8,2,");
    made_has_row(&m, "band,2,2,2022-01-15,2022-02-01,0.3,0.7,2,");
    made_has_row(&m, "line,2,3,2022-01-15,2022-02-01,,0.5,2,");
    made_release(&m);
    write_bands(14, true);
    made_chart(&m, &chart_fan, "teams.csv:granted_gpus");
    assert_int_equal(m.outcome, CHART_WRITTEN);
    assert_string_equal(m.sheet.title.bytes, "GPUs granted by team: mean and spread");
    assert_non_null(strstr(m.sheet.subtitle.bytes, "GPUs, the 11 largest of 14; x"));
    assert_int_equal(made_n_rows(&m, "panel,"), 11);
    made_has_row(&m, "series,,1,,,,,,\"95 % of runs\"");
    made_has_row(&m, "band,1,1,2022-01-15,2022-02-01,0.1,0.9,1,");
    made_check_caption(&m);
    made_release(&m);
    made_chart(&m, &chart_fan, "months.csv:jain_fill");
    made_says(
        &m,
        "Chance matters most in Jan 2022: 95 % of the runs lie between 10 % and 90 %, "
        "their mean is 50 % (95 % interval 40 % to 60 %).");
    assert_string_equal(m.sheet.title.bytes, "Jain's index of need met: mean and spread");
    made_has_row(&m, "panel,1,1,,,,,,\"\"");
    made_release(&m);
}

static void test_fan_without_chance(void **state)
{
    static const struct {
        const char *row, *caption;
    } rows[] = {{"0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5",
                 "Chance makes no difference: all runs agree."},
                {"NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN", "It has no value in any month."}};
    (void)state;
    made_write_json(1, 9);
    for (size_t i = 0; i < 2; i++) {
        struct made m;
        FILE *f =
            made_begin_file("bands.csv", "file,kind,subject,column,month,n,mean,"
                                         "ci_low,ci_high,p05,p25,p75,p95,p025,p975");
        fprintf(f, "groups.csv,group,G,credits,2022-01,9,%s\n", rows[i].row);
        assert_int_equal(fclose(f), 0);
        made_chart(&m, &chart_fan, "groups.csv:credits");
        made_says(&m, rows[i].caption);
        assert_string_equal(m.sheet.title.bytes, "Credits by group: mean and spread");
        made_release(&m);
    }
}

static void test_fan_of_nothing(void **state)
{
    static const struct {
        const char *series, *hint;
    } rows[] = {
        {"teams.csv:fill_fracs", "did you mean 'teams.csv:fill_frac'? there are: "},
        {"nonsense", "there are: teams.csv:granted_gpus, teams.csv:requested_gpus, "
                     "teams.csv:used_gpus, teams.csv:fill_frac, "
                     "months.csv:jain_fill, months.csv:gini_fill, "
                     "months.csv:max_envy"},
        {"", "there are: "}};
    (void)state;
    made_write_json(1, 9);
    write_bands(2, true);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct made m;
        made_chart(&m, &chart_fan, rows[i].series);
        assert_int_equal(m.outcome, CHART_FAILED);
        assert_int_equal(m.d.n_messages, 1);
        assert_int_equal(m.d.messages[0].cause, DIAG_USAGE);
        assert_string_equal(m.d.messages[0].at.file, "--series");
        assert_memory_equal(m.d.messages[0].hint, rows[i].hint, strlen(rows[i].hint));
        made_release(&m);
    }
}

static void test_ensembles(void **state)
{
    struct made m;
    (void)state;
    made_write_json(1, 9);
    made_write_teams(2, 1, false, false);
    write_bands(2, true);
    made_chart(&m, &chart_fairness, NULL);
    assert_int_equal(m.outcome, CHART_WRITTEN);
    assert_int_equal(made_n_rows(&m, "band,"), 6);
    assert_non_null(strstr(m.caption.bytes,
                           "when Jain's index is 0.50 (95 % interval 0.40 to 0.60)"));
    assert_non_null(strstr(m.sheet.subtitle.bytes, "mean of 9 replications"));
    made_check_caption(&m);
    made_release(&m);
}

/* Results that do not fit together are an error, never read past their end. */
static void test_torn_results(void **state)
{
    struct made m;
    (void)state;
    made_write_json(1, 9);
    made_write_teams(2, 1, false, false);
    FILE *f = made_begin_file("bands.csv", "file,kind,subject,column,month,n,mean\n"
                                           "teams.csv,team,A,granted_gpus,2022-01,9,1\n"
                                           "teams.csv,team,B,granted_gpus,2022-01,9,1\n"
                                           "teams.csv,team,A,fill_frac,2022-01,9,1\n"
                                           "teams.csv,team,A,requested_gpus,2022-01,9,1");
    assert_int_equal(fclose(f), 0);
    made_chart(&m, &chart_team_panels, NULL);
    assert_int_equal(m.outcome, CHART_FAILED);
    assert_int_equal(m.d.messages[0].cause, DIAG_DATA);
    assert_string_equal(m.d.messages[0].message,
                        "holds other rows of requested_gpus in teams.csv than of "
                        "granted_gpus in teams.csv");
    made_release(&m);
    made_chart(&m, &chart_fan, NULL);
    assert_int_equal(m.outcome, CHART_FAILED);
    assert_string_equal(m.d.messages[0].message, "holds no quantiles");
    made_release(&m);
    made_chart(&m, &chart_pools, NULL);
    assert_int_equal(m.outcome, CHART_FAILED);
    assert_string_equal(m.d.messages[0].message,
                        "holds no column 'capacity_gpus' of pools.csv");
    made_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fan, made_set_up, made_tear_down),
        cmocka_unit_test_setup_teardown(test_fan_without_chance, made_set_up,
                                        made_tear_down),
        cmocka_unit_test_setup_teardown(test_fan_of_nothing, made_set_up, made_tear_down),
        cmocka_unit_test_setup_teardown(test_ensembles, made_set_up, made_tear_down),
        cmocka_unit_test_setup_teardown(test_torn_results, made_set_up, made_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
