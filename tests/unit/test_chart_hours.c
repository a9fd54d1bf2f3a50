/* Where the GPU-hours went: the parts of the fleet add up to its capacity. */
#include "support/sheets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

struct bars {
    double end;   /* where they end, side by side from 0 */
    double of[8]; /* by colour */
    double reserved;
};

/* The bars of a row in GPU-hours: shares of its sum, which must follow each other without
 * a gap. */
static struct bars bars_of(const struct drawn *c, int wanted, double sum)
{
    struct bars bars = {0};
    for (const char *at = c->sheet.rows.bytes; *at; at = strchr(at, '\n') + 1) {
        char what[32];
        int row, colour;
        double from, to;
        if (sscanf(at, "%31[a-z],%d,%lf,%lf,%d,", what, &row, &from, &to, &colour) != 5 ||
            row != wanted)
            continue;
        from *= sum / 100;
        to *= sum / 100;
        assert_true(fabs(from - bars.end) <= 1e-9 * (1 + bars.end));
        assert_true(to > from);
        bars.end = to;
        if (strcmp(what, "reserved") == 0)
            bars.reserved += to - from;
        else
            bars.of[colour] += to - from;
    }
    return bars;
}

static double outcome(struct drawn *c, const char *metric, const char *kind,
                      const char *subject)
{
    const struct saved_outcome *o =
        saved_run_outcome(&c->run, metric, kind, subject, "", &c->d);
    assert_non_null(o);
    return o->summary.mean;
}

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-9 * (1 + fabs(b))))
        fail_msg("%.17g is not %.17g", a, b);
}

static void test_hours_add_up(void **state)
{
    enum { EXPLORATION = 1, SHIPPED = 3, FAILED = 4, OPEN = 5, SUNK = 6 };
    struct drawn c;
    (void)state;
    for (size_t n = 1; n <= 4; n += 3) {
        run_program(two_teams, n);
        draw(&c, "hours");
        assert_int_equal(c.outcome, CHART_WRITTEN);
        /* 64 GPUs from 15 Jan, 96 from 11 Feb, to 31 Mar: 27 and 49 days. */
        double capacity = 24 * (64 * 27 + 96 * 49);
        struct bars fleet = bars_of(&c, 1, capacity);
        struct bars a = bars_of(&c, 2, outcome(&c, "gpu_hours_used", "team", "A"));
        struct bars b = bars_of(&c, 3, outcome(&c, "gpu_hours_used", "team", "B, \"b\""));
        assert_near(fleet.end, capacity);
        assert_near(fleet.reserved, (capacity - 8 * 24 * 10) / 4);
        assert_near(fleet.of[FAILED], 8 * 24 * 10);
        assert_near(fleet.of[SHIPPED], 4000);
        assert_near(fleet.of[SUNK], outcome(&c, "gpu_hours_sunk", "all", "all"));
        assert_near(fleet.of[OPEN], outcome(&c, "gpu_hours_used", "project", "open"));
        assert_near(fleet.of[0], outcome(&c, "gpu_hours_idle", "all", "all"));
        assert_near(a.of[SHIPPED], 4000);
        assert_near(a.of[EXPLORATION], a.end - 4000);
        assert_true(a.of[EXPLORATION] > 0 && b.of[OPEN] > 0 && b.of[SUNK] > 0);
        assert_near(b.of[EXPLORATION], 0);
        assert_near(a.end + b.end, outcome(&c, "gpu_hours_used", "all", "all"));
        for (int k = 1; k < 8; k++)
            if (k != FAILED)
                assert_near(fleet.of[k], a.of[k] + b.of[k]);
        expect_row(&c, "name,3,,,,\"B\\0054 \\0042b\\0042\"");
        expect_row(&c, "right,1,,,,\"154\\0054368\"");
        expect_row(&c, "legend,1,,,3,\"shipped 4\\0054000\"");
        check_caption(&c);
        close_chart(&c);
    }
}

static void test_parts_in_words(void **state)
{
    struct drawn c;
    (void)state;
    write_run(1, 1, "");
    write_file("plan.csv", "project,team,start,target\n");
    write_file("pools.csv", "month,pool,capacity_gpus,reserved_gpus,failed_gpus\n"
                            "2022-01,p,10,0,0\n");
    write_file("teams.csv", "month,team,granted_gpus\n2022-01,A,10\n");
    write_file("outcomes.csv", "replication,at,metric,kind,subject,value\n"
                               "0,,gpu_hours_used,all,all,7440\n"
                               "0,,gpu_hours_duplicated,all,all,1000\n"
                               "0,,gpu_hours_used,team,A,7440\n"
                               "0,,gpu_hours_duplicated,team,A,1000\n"
                               "0,,gpu_hours_lost,team,A,500\n"
                               "0,,gpu_hours_lost,all,all,500\n");
    draw(&c, "hours");
    expect_row(&c, "span,,0,100,,");
    expect_row(&c,
               "right,1,,,,\"7\\0054440\\0054 1\\0054000 duplicated\\0054 500 lost\"");
    expect_row(&c,
               "right,2,,,,\"7\\0054440\\0054 1\\0054000 duplicated\\0054 500 lost\"");
    assert_string_equal(c.caption.bytes,
                        "GPU-hours spent twice on the same topic: 1,000; lost to "
                        "checkpoints and failures: 500. "
                        "All use together: 7,440. A team's row is what it used itself, "
                        "whoever has the projects now.");
    check_caption(&c);
    close_chart(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_hours_add_up, sheet_set_up, sheet_tear_down),
        cmocka_unit_test_setup_teardown(test_parts_in_words, sheet_set_up,
                                        sheet_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
