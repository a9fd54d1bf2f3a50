/* The charts that are panels of months, of single runs: their tables, and what their
 * captions say of results that are written here. */
#include "support/made_charts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_teams(void **state)
{
    struct made m;
    (void)state;
    made_write_json(2, 1);
    made_write_teams(2, 2, false, false);
    made_chart(&m, &chart_team_panels, NULL);
    made_says(&m,
              "B is refused the most: in Feb 2022 it asks for 1,190 GPUs and is granted "
              "990. Over the whole time A is granted the smallest part of what it needs, "
              "50 %, and B the largest, 51 %.");
    assert_string_equal(m.sheet.subtitle.bytes, "GPUs; x, rule equal over tree, one run, "
                                                "seed 1");
    assert_string_equal(m.sheet.rows.bytes,
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
    made_release(&m);
}

static void test_teams_without_refusal(void **state)
{
    struct made m;
    (void)state;
    made_write_json(1, 1);
    made_write_teams(1, 1, false, false);
    made_chart(&m, &chart_team_panels, NULL);
    made_says(&m, "Every team is granted what it asks for in every month.");
    made_release(&m);
}

static void test_many_teams(void **state)
{
    struct made m;
    (void)state;
    made_write_json(2, 1);
    made_write_teams(14, 2, false, false);
    made_chart(&m, &chart_team_panels, NULL);
    assert_int_equal(m.outcome, CHART_WRITTEN);
    assert_int_equal(made_n_rows(&m, "panel,"), 12);
    made_has_row(&m, "panel,11,1,,,,,,\"K\"");
    made_has_row(&m, "panel,12,2,,,,,,\"3 others\"");
    /* L, M, N: 890 + 880 + 870; they ask for 100 (12 + 13 + 14) more. */
    made_has_row(&m, "area,12,1,2022-02-01,2022-03-01,0,2640,0,");
    made_has_row(&m, "line,12,2,2022-02-01,2022-03-01,,6540,-2,");
    made_has_row(&m, "line,12,3,2022-02-01,2022-03-01,,2637,-1,");
    assert_non_null(strstr(m.sheet.subtitle.bytes, "the smallest as others"));
    made_check_caption(&m);
    made_release(&m);
}

static void test_people(void **state)
{
    struct made m;
    (void)state;
    made_write_json(2, 1);
    made_write_teams(2, 2, false, false);
    made_chart(&m, &chart_people, NULL);
    assert_int_equal(m.outcome, CHART_NONE);
    assert_string_equal(m.sheet.none.bytes, "no team's headcount ever changes");
    made_release(&m);
    made_write_teams(2, 2, false, true);
    made_chart(&m, &chart_people, NULL);
    made_says(&m, "B grows the most: from 11 people in Jan 2022 to 16 in Feb 2022.");
    assert_string_equal(m.sheet.title.bytes, "Headcount by team");
    assert_int_equal(made_n_rows(&m, "panel,"), 1);
    made_release(&m);
    made_write_teams(2, 2, true, false);
    made_chart(&m, &chart_people, NULL);
    made_says(
        &m, "All teams are in the end as large as at the start. Morale is lowest in A in "
            "Feb 2022: 0.80.");
    made_has_row(&m, "scale,2,,,,0,1,,\"index\"");
    /* Labels from the lowest to the highest: B's headcount is larger, so is its morale.
     */
    made_has_row(&m, "end,1,1,,,,10,1,\"A\"\nend,1,2,,,,11,2,\"B\"");
    made_has_row(&m, "end,2,1,,,,0.8,1,\"A\"\nend,2,2,,,,0.9,2,\"B\"");
    made_release(&m);
    made_write_teams(14, 2, true, true);
    made_chart(&m, &chart_people, NULL);
    assert_int_equal(made_n_rows(&m, "panel,"), 3);
    made_has_row(&m, "panel,2,2,,,,,,\"Headcount of the 3 others\"");
    made_has_row(&m, "line,2,12,2022-02-01,2022-03-01,,66,0,"); /* 21 + 22 + 23 */
    assert_int_equal(made_n_rows(&m, "end,3,"), 12);
    made_check_caption(&m);
    made_release(&m);
}

static void write_pools(int n_pools, bool has_lent)
{
    FILE *f = made_begin_file(
        "pools.csv", has_lent ? "month,pool,capacity_gpus,reserved_gpus,failed_gpus,"
                                "requested_gpus,granted_gpus,used_gpus,idle_gpus,"
                                "lent_gpus"
                              : "month,pool,capacity_gpus,reserved_gpus,failed_gpus,"
                                "requested_gpus,granted_gpus,used_gpus,idle_gpus");
    for (int m = 0; m < 2; m++)
        for (int p = 0; p < n_pools; p++) {
            int capacity = 1000 + 100 * p;
            fprintf(f, "2022-%02d,%c,%d,100,%d,%d,500,600,%d%s\n", m + 1, 'P' + p,
                    capacity, 50 * m, 2000 * m, capacity - 700 - 50 * m,
                    has_lent ? ",200" : "");
        }
    assert_int_equal(fclose(f), 0);
}

static void test_pools(void **state)
{
    struct made m;
    (void)state;
    made_write_json(2, 1);
    made_write_teams(1, 2, false, false);
    write_pools(1, false);
    made_chart(&m, &chart_pools, NULL);
    made_says(
        &m, "Of the GPU-hours of P 75 % are used. Most GPUs are idle in Jan 2022: 300 of "
            "the 1,000. Requests are farthest above the capacity in Feb 2022: 2,000 GPUs "
            "for 1,000.");
    assert_int_equal(made_n_rows(&m, "series,,2,"), 0); /* nothing is lent */
    made_has_row(&m, "slice,1,1,2022-02-01,2022-03-01,0,600,-3,");
    made_has_row(&m, "slice,1,3,2022-02-01,2022-03-01,600,850,-5,");
    made_has_row(&m, "slice,1,4,2022-02-01,2022-03-01,850,900,-6,");
    made_has_row(&m, "slice,1,5,2022-02-01,2022-03-01,900,1000,-7,");
    made_has_row(&m, "line,1,6,2022-02-01,2022-03-01,,500,-1,");
    made_has_row(&m, "dashed,1,7,2022-02-01,2022-03-01,,2000,-1,");
    made_release(&m);
    write_pools(8, true);
    made_chart(&m, &chart_pools, NULL);
    assert_int_equal(m.outcome, CHART_WRITTEN);
    made_check_caption(&m);
    assert_non_null(strstr(m.caption.bytes, "Of the GPU-hours of P 75 % are used, the "
                                            "largest part of all pools; of those of Q 25 "
                                            "%, the smallest."));
    assert_int_equal(made_n_rows(&m, "panel,"), 6);
    assert_int_equal(made_n_rows(&m, "scale,"), 1);
    made_has_row(&m, "panel,1,1,,,,,,\"S\""); /* the five largest: S to W */
    made_has_row(&m, "panel,6,1,,,,,,\"3 others\"");
    made_has_row(&m, "slice,6,1,2022-01-15,2022-02-01,0,1200,-3,"); /* 3 (600 - 200) */
    made_has_row(&m, "slice,6,2,2022-01-15,2022-02-01,1200,1800,-4,");
    made_has_row(&m, "slice,6,5,2022-01-15,2022-02-01,3000,3300,-7,"); /* P, Q, R */
    made_release(&m);
}

static void test_pools_of_other_sizes(void **state)
{
    struct made m;
    (void)state;
    made_write_json(1, 1);
    made_write_teams(1, 1, false, false);
    FILE *f = made_begin_file("pools.csv", "month,pool,capacity_gpus,requested_gpus,"
                                           "granted_gpus,used_gpus,idle_gpus\n"
                                           "2022-01,P,10000,0,0,0,10000\n"
                                           "2022-01,Q,8,0,0,8,0");
    assert_int_equal(fclose(f), 0);
    made_chart(&m, &chart_pools, NULL);
    assert_int_equal(made_n_rows(&m, "scale,"), 2);
    made_has_row(&m, "panel,2,2,,,,,,\"Q\"");
    assert_non_null(strstr(m.caption.bytes, "Never is more requested than there is."));
    made_release(&m);
}

static void write_months(const char *rows)
{
    FILE *f = made_begin_file("months.csv", "month,jain_fill,gini_fill,max_envy");
    fputs(rows, f);
    assert_int_equal(fclose(f), 0);
}

static void test_fairness(void **state)
{
    struct made m;
    (void)state;
    made_write_json(2, 1);
    made_write_teams(1, 2, false, false);
    write_months("2022-01,0.75,0.2,0\n2022-02,NaN,0.1,0.25\n");
    made_chart(&m, &chart_fairness, NULL);
    made_says(&m,
              "Need is met least evenly in Jan 2022, when Jain's index is 0.75; for the "
              "whole time it is 0.80. Envy is largest in Feb 2022: with another team's "
              "grant a team would gain 25 % of its need.");
    made_has_row(&m, "line,1,3,2022-02-01,2022-03-01,,NaN,-1,");
    made_has_row(&m, "end,1,3,,,,0.75,-1,\"0.75\"");
    assert_int_equal(made_n_rows(&m, "series,"), 0);
    made_release(&m);
    write_months("2022-01,NaN,NaN,NaN\n2022-02,NaN,NaN,NaN\n");
    made_chart(&m, &chart_fairness, NULL);
    made_says(&m, "No team needs any GPUs in any month.");
    assert_int_equal(made_n_rows(&m, "end,"), 0);
    made_release(&m);
    write_months("2022-01,1,0,0\n2022-02,1,0,0\n");
    made_chart(&m, &chart_fairness, NULL);
    assert_non_null(strstr(m.caption.bytes,
                           "Need is met alike for all teams in every month. No team "
                           "would gain by another team's grant."));
    made_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_teams, made_set_up, made_tear_down),
        cmocka_unit_test_setup_teardown(test_teams_without_refusal, made_set_up,
                                        made_tear_down),
        cmocka_unit_test_setup_teardown(test_many_teams, made_set_up, made_tear_down),
        cmocka_unit_test_setup_teardown(test_people, made_set_up, made_tear_down),
        cmocka_unit_test_setup_teardown(test_pools, made_set_up, made_tear_down),
        cmocka_unit_test_setup_teardown(test_pools_of_other_sizes, made_set_up,
                                        made_tear_down),
        cmocka_unit_test_setup_teardown(test_fairness, made_set_up, made_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
