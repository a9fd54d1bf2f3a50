/* The demand for exploration as a table of real use. */
#include "base/seconds.h"
#include "support/trials.h"

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

static char folder[64], scenario[96], use[96];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/allot-demand-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(scenario, sizeof scenario, "%s/x.cfg", folder);
    snprintf(use, sizeof use, "%s/use.csv", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(scenario);
    unlink(use);
    return rmdir(folder);
}

static void write_file(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

/* Two teams on one pool; what they say of their explorations and of all else. */
static void run_use(struct trial *t, const char *table, const char *of_a,
                    const char *of_b, const char *more)
{
    char text[2000];
    write_file(use, table);
    snprintf(text, sizeof text,
             "start = \"2025-01-01\"; months = 3; pools = ( { name = \"p\"; gpus = 100; }"
             " ); teams = ( { name = \"A\"; people = 2; exploration = ( { %s } ); },"
             " { name = \"B\"; people = 2; exploration = ( { %s } ); } ); %s",
             of_a, of_b, more);
    write_file(scenario, text);
    trial_run_file(t, scenario, NULL);
}

static double team(const struct trial *t, const char *name, const char *column,
                   size_t month)
{
    return trial_cell(t, "teams.csv", name, column, month);
}

/* A month's row is the month's demand, on top of what is stated; the last before the
 * start stands until another one begins. */
static void test_months(void **state)
{
    (void)state;
    struct trial t;
    run_use(&t, "month,gpus\n2025-03,30\n2024-11,10\n2025-02,20.5\n",
            "file = \"use.csv\"; gpus = 1.0; gpus_per_person = 2.0;", "gpus = 7.0;", "");
    assert_near(team(&t, "A", "needed_gpus", 0), 15, 1e-12);
    assert_near(team(&t, "A", "needed_gpus", 1), 25.5, 1e-12);
    assert_near(team(&t, "A", "needed_gpus", 2), 35, 1e-12);
    assert_near(team(&t, "B", "needed_gpus", 2), 7, 1e-12);
    assert_same(trial_claim(&t, "A", "p", 1)->requested_gpus, 25.5);
    for (size_t i = 0; i < t.r.n_events; i++)
        assert_true(t.r.events[i].event == EVENT_MEETING);
    trial_release(&t);
}

/* Days of two teams in one table, with rows that concern nobody. A claim is filed for the
 * day of the meeting; what comes on top later in the month is not granted, and what is
 * not wanted is not used, or lent. */
static const char days[] = "date,team,pool,gpus\n"
                           "2025-01-01,A,p,40\n2025-01-01,B,p,60\n"
                           "2025-01-11,A,p,10\n2025-01-11,B,p,80\n"
                           "2025-01-21,A,p,60\n2025-01-02,Z,p,1000\n"
                           "2025-01-03,A,o,1000\n2025-02-01,A,p,0\n";

static void test_days(void **state)
{
    (void)state;
    struct trial t;
    static const char file[] = "file = \"use.csv\";";
    run_use(&t, days, file, file, "rule = { unit_gpus = 0; };");
    assert_near(team(&t, "A", "needed_gpus", 0), (400 + 100 + 60 * 11) / 31., 1e-9);
    assert_near(team(&t, "A", "used_gpus", 0), (400 + 100 + 40 * 11) / 31., 1e-9);
    assert_near(team(&t, "B", "needed_gpus", 0), (600 + 80 * 21) / 31., 1e-9);
    assert_near(team(&t, "B", "used_gpus", 0), 60, 1e-9);
    assert_near(team(&t, "B", "needed_gpus", 2), 80, 1e-9);
    trial_release(&t);
    run_use(&t, days, file, file, "rule = { unit_gpus = 0; lend = true; };");
    assert_near(team(&t, "B", "used_gpus", 0), (60 * 20 + 80 * 10 + 60) / 31., 1e-9);
    assert_near(team(&t, "B", "lent_gpus", 0), 20 * 10 / 31., 1e-9);
    trial_release(&t);
}

/* Two teams become one before, between and after their rows: what both want it wants, on
 * the same days. */
static void test_merger(void **state)
{
    (void)state;
    static const char file[] = "file = \"use.csv\";";
    static const char *const dates[] = {"2025-01-06", "2025-01-11", "2025-01-16",
                                        "2025-02-10"};
    for (size_t k = 0; k < sizeof dates / sizeof *dates; k++) {
        struct trial with, without;
        char merge[200];
        snprintf(merge, sizeof merge,
                 "happenings = ( { at = \"%s\"; do = \"merge\"; from = \"B\"; team = "
                 "\"A\"; } );",
                 dates[k]);
        run_use(&with, days, file, file, merge);
        run_use(&without, days, file, file, "");
        for (size_t month = 0; month < 3; month++)
            assert_near(team(&with, "A", "needed_gpus", month) +
                            team(&with, "B", "needed_gpus", month),
                        team(&without, "A", "needed_gpus", month) +
                            team(&without, "B", "needed_gpus", month),
                        1e-9);
        assert_same(team(&with, "B", "needed_gpus", 2), 0);
        trial_release(&with);
        trial_release(&without);
    }
}

/* What is read is among the sources of the run, with its hash. */
static void test_sources(void **state)
{
    (void)state;
    struct trial t;
    run_use(&t, "month,gpus\n2025-01,10\n", "file = \"use.csv\";", "file = \"use.csv\";",
            "");
    size_t n = 0;
    for (size_t i = 0; i < t.s->sources.n_sources; i++)
        n += strcmp(t.s->sources.sources[i]->path, use) == 0;
    assert_int_equal(n, 1);
    trial_release(&t);
}

/* A table that says what stands in the scenario changes nothing. */
static void test_neutral(void **state)
{
    (void)state;
    struct trial plain, t;
    run_use(&plain, "",
            "gpus = ( { value = 90.0; }, { from = \"2025-03-01\"; value = 50.0; } );",
            "gpus = 40.0;", "");
    run_use(&t, "month,gpus\n2025-01,90\n2025-03,50\n", "file = \"use.csv\";",
            "gpus = 40.0;", "");
    for (size_t month = 0; month < 3; month++)
        assert_same(team(&t, "A", "needed_gpus", month),
                    team(&plain, "A", "needed_gpus", month));
    for (size_t i = 0; i < t.r.n_outcomes; i++)
        assert_same(t.r.outcomes[i].value, plain.r.outcomes[i].value);
    trial_release(&t);
    trial_release(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_months),  cmocka_unit_test(test_days),
        cmocka_unit_test(test_merger),  cmocka_unit_test(test_sources),
        cmocka_unit_test(test_neutral),
    };
    return cmocka_run_group_tests_name("demand", tests, make_folder, remove_folder);
}
