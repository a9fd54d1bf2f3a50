/* The charts whose rows are projects, claims and happenings: their tables and captions.
 */
#include "rule/score.h"
#include "support/sheets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- releases ---- */

static void write_releases(void)
{
    write_run(4, 12,
              "{\"name\": \"P\", \"team\": \"A\", \"target\": \"2022-03-01\"},"
              "{\"name\": \"N\", \"team\": \"B\", \"start\": \"2022-02-01\"},"
              "{\"name\": \"S\", \"team\": \"A\"}");
    write_file("bands.csv", "file,kind,subject,column,month,n,mean\n"
                            "teams.csv,team,A,granted_gpus,2022-01,4,8\n"
                            "teams.csv,team,B,granted_gpus,2022-01,4,8\n");
    write_file("outcomes.csv",
               "replication,at,metric,kind,subject,value\n"
               "0,,released,all,all,2\n1,,released,all,all,2\n"
               "2,,released,all,all,2\n3,,released,all,all,1\n"
               "0,,released,project,P,1\n1,,released,project,P,1\n"
               "2,,released,project,P,1\n3,,released,project,P,0\n"
               "0,,release_months,project,P,2\n1,,release_months,project,P,4\n"
               "2,,release_months,project,P,8\n3,,release_months,project,P,NaN\n"
               "0,,released,project,N,0\n1,,released,project,N,0\n"
               "2,,released,project,N,0\n3,,released,project,N,0\n"
               "0,,release_months,project,N,NaN\n1,,release_months,project,N,NaN\n"
               "2,,release_months,project,N,NaN\n3,,release_months,project,N,NaN\n"
               "0,,released,project,S,1\n1,,released,project,S,1\n"
               "2,,released,project,S,1\n3,,released,project,S,1\n"
               "0,,release_months,project,S,1\n1,,release_months,project,S,1\n"
               "2,,release_months,project,S,1\n3,,release_months,project,S,1\n");
}

/* Of 2, 4 and 8 months: 2.1 and 7.8 at 2.5 and 97.5 %, 3 and 6 at the quarters (type 7).
 */
static void test_releases(void **state)
{
    struct drawn c;
    (void)state;
    write_releases();
    draw(&c, "releases");
    assert_int_equal(c.outcome, CHART_WRITTEN);
    assert_string_equal(c.sheet.subtitle.bytes,
                        "intervals of the dates; x, rule weighted "
                        "over projects, 4 replications");
    expect_row(&c, "span,,2022-01-01,2023-01-01,,");
    expect_row(&c, "group,1,,,,\"A\"");
    expect_row(&c, "name,1,,,,\"P\"");
    expect_row(&c, "open,1,2022-03-05,2023-01-01,1,");
    expect_row(&c, "most,1,2022-03-05,2022-08-26,1,");
    expect_row(&c, "half,1,2022-04-02,2022-07-02,1,");
    expect_row(&c, "median,1,2022-05-02,,1,");
    expect_row(&c, "target,1,2022-03-01,,1,");
    expect_row(&c, "right,1,,,1,\"not released in 25 %\"");
    /* All replications agree: a dot alone. */
    expect_row(&c, "name,2,,,,\"S\"");
    expect_row(&c, "median,2,2022-01-31,,1,");
    /* Never released: its row is there, from its start, and says so. */
    expect_row(&c, "group,3,,,,\"B\"");
    expect_row(&c, "open,3,2022-02-01,2023-01-01,2,");
    expect_row(&c, "right,3,,,2,\"never released\"");
    assert_int_equal(n_rows_of(&c, "open"), 2);
    assert_int_equal(n_rows_of(&c, "median"), 2);
    assert_int_equal(n_rows_of(&c, "most"), 1);
    assert_string_equal(
        c.caption.bytes,
        "Projects released on average: 1.8 of 3 (95 % interval 1.0 to 2.5). Least "
        "certain "
        "is P: it is released in 75 % of the replications (95 % interval 22 % to 99 %). "
        "The dates of P spread most: the middle 95 % lie between 5 Mar 2022 and 26 Aug "
        "2022, the median is 2 May 2022. No replication releases N.");
    check_caption(&c);
    close_chart(&c);
}

/* ---- score ---- */

static void write_claims(const char *claims, const char *parts)
{
    write_run(1, 4, "");
    write_file("claims.csv", claims);
    write_file("factors.csv", parts);
    write_file("pools.csv",
               "month,pool,requested_gpus,granted_gpus\n"
               "2022-01,p,100,64\n2022-02,p,90,64\n2022-03,p,0,0\n2022-04,p,180,64\n"
               "2022-01,q,0,0\n2022-02,q,0,0\n2022-04,q,30,29\n");
}

#define CLAIMS_HEADER  "month,pool,team,project,requested_gpus,score,granted_gpus\n"
#define FACTORS_HEADER "month,pool,team,project,factor,contribution\n"

/* A part of a row, in the colour of its factor: that of its place in the registry. */
static const char *part_of(int row, const char *span, const char *factor)
{
    static char text[64];
    snprintf(text, sizeof text, "part,%d,%s,%d,", row, span, factor_find(factor) + 1);
    return text;
}

static void test_score(void **state)
{
    struct drawn c;
    (void)state;
    write_claims(CLAIMS_HEADER "2022-01,p,A,P,100,0.5,64\n2022-02,p,A,P,90,0.5,64\n"
                               "2022-04,p,A,P,200,0.5,64\n2022-04,p,B,,80,0.75,0\n"
                               "2022-04,q,B,,30,-0.25,29\n",
                 FACTORS_HEADER "2022-01,p,A,P,priority,0.5\n"
                                "2022-04,p,A,P,priority,0.25\n"
                                "2022-04,p,A,P,age,0.25\n"
                                "2022-04,p,B,,closeness,0\n"
                                "2022-04,p,B,,priority,1\n2022-04,p,B,,need,-0.25\n"
                                "2022-04,q,B,,age,0.125\n2022-04,q,B,,need,-0.375\n");
    draw(&c, "score"); /* April: 136 + 80 + 1 are refused */
    assert_int_equal(c.outcome, CHART_WRITTEN);
    assert_string_equal(c.sheet.title.bytes, "Scores of the claims in Apr 2022");
    expect_row(&c, "span,,-0.375,1,,");
    expect_row(&c, "group,1,,,,\"B\"");
    expect_row(&c, "name,1,,,,\"exploration\\0054 p\"");
    expect_row(&c, "part,1,0,1,1,");
    expect_row(&c, part_of(1, "-0.25,0", "need"));
    expect_row(&c, "words,1,1,,,\"0.75\"");
    expect_row(&c, "right,1,,,,\"0 of 80 GPUs\"");
    expect_row(&c, "name,2,,,,\"P\\0054 p\"");
    expect_row(&c, "part,2,0,0.25,1,");
    expect_row(&c, part_of(2, "0.25,0.5", "age"));
    expect_row(&c, part_of(3, "-0.375,0", "need"));
    expect_row(&c, "words,3,0.125,,,\"\u22120.25\"");
    expect_row(&c, "legend,1,,,1,\"priority\"");
    assert_int_equal(n_rows_of(&c, "legend"), 3); /* closeness is nought */
    assert_int_equal(n_rows_of(&c, "part"), 6);
    assert_string_equal(c.caption.bytes, "In Apr 2022, when the most is refused, the "
                                         "claims ask for 180 GPUs of pool p and "
                                         "get 64 (means of the month). The highest score "
                                         "has the exploration of B; the most "
                                         "GPUs are refused to P of A.");
    check_caption(&c);
    close_chart(&c);

    draw_month(&c, "score", "2022-01");
    assert_int_equal(c.outcome, CHART_WRITTEN);
    expect_row(&c, "name,1,,,,\"P\"");
    assert_int_equal(n_rows_of(&c, "name"), 1);
    assert_string_equal(
        c.caption.bytes,
        "In Jan 2022 the claims ask for 100 GPUs and get 64 (means of the "
        "month). The highest score has P of A, and the most GPUs are "
        "refused to it.");
    check_caption(&c);
    close_chart(&c);
}

static void test_score_of_a_wrong_month(void **state)
{
    static const char *const wrong[] = {"2022-03", "2021-01", "April", "", "2022-4"};
    struct drawn c;
    (void)state;
    write_claims(CLAIMS_HEADER "2022-01,p,A,P,100,0.5,64\n2022-02,p,A,P,90,0.5,64\n"
                               "2022-04,p,A,P,100,0.5,64\n",
                 FACTORS_HEADER "2022-01,p,A,P,priority,0.5\n");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char message[128];
        draw_month(&c, "score", wrong[i]);
        snprintf(message, sizeof message, "no council met over claims in the month '%s'",
                 wrong[i]);
        assert_int_equal(c.outcome, CHART_FAILED);
        assert_int_equal(c.d.n_messages, 1);
        assert_int_equal(c.d.messages[0].cause, DIAG_USAGE);
        assert_string_equal(c.d.messages[0].message, message);
        assert_string_equal(c.d.messages[0].hint,
                            "there are: 2022-01 to 2022-02, 2022-04");
        close_chart(&c);
    }
}

static void test_score_of_many_claims(void **state)
{
    struct text claims;
    struct drawn c;
    (void)state;
    text_init(&claims);
    text_append(&claims, CLAIMS_HEADER);
    for (int i = 0; i < 45; i++)
        text_printf(&claims, "2022-01,p,A,P%d,10,0.%02d,1\n", i, i);
    write_claims(claims.bytes, FACTORS_HEADER "2022-01,p,A,P44,priority,0.44\n"
                                              "2022-01,p,A,P0,priority,0.44\n"
                                              "2022-01,p,A,P43,homemade,0.43\n");
    draw(&c, "score");
    assert_int_equal(n_rows_of(&c, "name"), 30);
    expect_row(&c, "name,1,,,,\"P44\"");
    expect_row(&c, "name,30,,,,\"P15\"");
    expect_row(&c, "part,2,0,0.43,0,");
    expect_row(&c, "legend,1,,,0,\"other factors\"");
    assert_non_null(strstr(c.sheet.subtitle.bytes, "the 30 highest of 45 claims"));
    close_chart(&c);
    text_release(&claims);
}

/* ---- timeline ---- */

static void write_events(const char *events)
{
    write_run(1, 24, "");
    write_file("events.csv", events);
    write_file("teams.csv", "month,team,granted_gpus\n2022-01,A,10\n2022-01,B,10\n");
    write_file("plan.csv", "project,team,start,target\nP,A,2022-01-01,\n"
                           "Q.1,B,2022-01-01,2022-06-01\n");
    write_file("pools.csv", "month,pool,capacity_gpus\n2022-01,p,10\n2022-02,p,40\n"
                            "2022-01,q,9\n2022-02,q,1\n");
    write_file("outcomes.csv", "replication,at,metric,kind,subject,value\n"
                               "0,,release_months,project,P,4\n"
                               "0,,release_months,project,Q.1,NaN\n"
                               "0,,gpu_hours_sunk,project,P,0\n"
                               "0,,gpu_hours_sunk,project,Q.1,1234567\n");
}

#define EVENTS_HEADER "date,event,kind,subject,detail\n"

static void test_timeline(void **state)
{
    struct drawn c;
    (void)state;
    write_events(EVENTS_HEADER
                 "2022-01-01,start,project,P,\n2022-01-01,stage,project,P,1 train\n"
                 "2022-01-01,meeting,pool,p,\n2022-02-01,deliver,pool,p,30 GPUs\n"
                 "2022-02-01,set,setting,\"projects.\"\"Q.1\"\".priority\",0.5\n"
                 "2022-02-01,deliver,pool,q,1 GPUs\n"
                 "2022-03-01,set,setting,teams.A.exploration.p.priority,0.5\n"
                 "2022-03-01,cancel,project,Q.1,1234567 GPU-hours sunk\n"
                 "2022-03-01,cancel,project,P,no effect: it is released\n"
                 "2022-05-02,release,project,P,\n2022-05-02,dispute,team,B,with A\n");
    draw(&c, "timeline");
    assert_int_equal(c.outcome, CHART_WRITTEN);
    assert_int_equal(n_rows_of(&c, "name"), 6);
    expect_row(&c, "name,1,,,,\"1 Feb 2022\"");
    expect_row(&c, "happening,1,2022-02-01,,0,");
    expect_row(&c, "words,1,2022-02-01,,,\"deliver p +30 GPUs (and 1 more)\"");
    expect_row(&c, "happening,2,2022-02-01,,2,"); /* a setting of B's project */
    expect_row(&c, "happening,3,2022-03-01,,1,"); /* one of A */
    expect_row(&c, "words,3,2022-03-01,,,\"set teams.A.exploration.p.priority to 0.5\"");
    expect_row(&c, "cancel,4,2022-03-01,,2,");
    expect_row(&c, "words,4,2022-03-01,,,\"Q.1 cancelled\\0054 1\\0054234\\0054567 "
                   "GPU-hours sunk\"");
    expect_row(&c, "release,5,2022-05-02,,1,");
    expect_row(&c, "words,5,2022-05-02,,,\"P released\"");
    expect_row(&c, "words,6,2022-05-02,,,\"dispute B: with A\"");
    assert_string_equal(c.caption.bytes,
                        "The only release is P on 2 May 2022. The largest loss is Q.1, "
                        "cancelled after 1.23 million GPU-hours. Pool p grows from 10 "
                        "GPUs in Jan 2022 to 40 in Feb 2022.");
    check_caption(&c);
    close_chart(&c);
}

static void test_timeline_of_many(void **state)
{
    struct text events;
    struct drawn c;
    (void)state;
    text_init(&events);
    text_append(&events, EVENTS_HEADER);
    for (int day = 1; day <= 28; day++)
        text_printf(&events,
                    "2022-01-%02d,deliver,pool,p,1 GPUs\n"
                    "2022-01-%02d,set,setting,pools.p.gpus,%d\n",
                    day, day, day);
    write_events(events.bytes); /* 56, of which the deliveries become one */
    draw(&c, "timeline");
    assert_int_equal(n_rows_of(&c, "name"), 29);
    expect_row(&c, "while,1,2022-01-01,2022-01-28,0,");
    expect_row(&c, "words,1,2022-01-28,,,\"deliver p +1 GPUs (and 27 more until 28 Jan "
                   "2022)\"");
    assert_null(strstr(c.sheet.subtitle.bytes, "left out"));
    close_chart(&c);

    /* The same goes for failures, but for the line: they go on to the end. */
    text_clear(&events);
    text_append(&events, EVENTS_HEADER);
    for (int day = 1; day <= 28; day++)
        text_printf(&events,
                    "2022-01-%02d,fail,pool,p,8 GPUs for 2 hours\n"
                    "2022-01-%02d,repair,pool,p,8 GPUs\n",
                    day, day);
    write_events(events.bytes);
    draw(&c, "timeline");
    assert_int_equal(n_rows_of(&c, "name"), 2);
    assert_int_equal(n_rows_of(&c, "while"), 0);
    expect_row(&c, "words,1,2022-01-01,,,\"fail p: 8 GPUs for 2 hours (and 27 more until "
                   "28 Jan 2022)\"");
    close_chart(&c);

    text_clear(&events);
    text_append(&events, EVENTS_HEADER);
    for (int day = 1; day <= 28; day++)
        text_printf(&events,
                    "2022-01-%02d,deliver,pool,p,1 GPUs\n"
                    "2022-01-%02d,set,setting,pools.p.gpus,%d\n",
                    day, day, day);
    for (int day = 1; day <= 28; day++)
        text_printf(&events,
                    "2022-02-%02d,depart,person,x,\n2022-02-%02d,depart,person,y,\n"
                    "2022-02-%02d,release,project,P,\n",
                    day, day, day);
    write_events(events.bytes); /* 29 + 28 + 28: the departures go, then 17 settings */
    draw(&c, "timeline");
    assert_int_equal(n_rows_of(&c, "name"), 40);
    assert_int_equal(n_rows_of(&c, "release"), 28);
    assert_int_equal(n_rows_of(&c, "while"), 1);
    assert_non_null(
        strstr(c.sheet.subtitle.bytes, "73 later or lesser happenings are left out; x"));
    close_chart(&c);
    text_release(&events);
}

/* ---- projects ---- */

static void test_projects_beyond_sixty(void **state)
{
    struct text plan, outcomes;
    struct drawn c;
    (void)state;
    write_events(EVENTS_HEADER "2022-02-01,stage,project,P0,1 train\n"
                               "2022-04-01,pause,project,P0,\n"
                               "2022-05-01,stage,project,P0,2 wait\n"
                               "2022-06-01,release,project,P0,\n"
                               "2022-02-01,stage,project,P1,1 build\n"
                               "2022-02-01,stage,project,P65,1 build\n");
    text_init(&plan);
    text_init(&outcomes);
    text_append(&plan, "project,team,start,target\n");
    text_append(&outcomes, "replication,at,metric,kind,subject,value\n"
                           "0,,released,all,all,1\n");
    for (int i = 0; i < 70; i++) {
        text_printf(&plan, "P%d,%s,2022-01-01,%s\n", i, i % 2 ? "A" : "B",
                    i == 0 ? "2022-05-01" : "");
        text_printf(&outcomes,
                    "0,,released,project,P%d,%d\n0,,slip_months,project,P%d,%s\n", i,
                    i == 0, i, i == 0 ? "1.02" : "NaN");
    }
    write_file("plan.csv", plan.bytes);
    write_file("outcomes.csv", outcomes.bytes);
    draw(&c, "projects");
    assert_int_equal(c.outcome, CHART_WRITTEN);
    assert_int_equal(n_rows_of(&c, "name"), 60);
    assert_int_equal(n_rows_of(&c, "group"), 2);
    assert_string_equal(
        c.sheet.subtitle.bytes,
        "the first 60 of 70 projects; x, rule weighted over projects, one "
        "run, seed 1");
    expect_row(&c, "name,36,,,,\"P0\""); /* B's first, after the 35 of A */
    expect_row(&c, "train,36,2022-02-01,2022-04-01,2,");
    expect_row(&c, "wait,36,2022-05-01,2022-06-01,2,");
    expect_row(&c, "target,36,2022-05-01,,2,");
    expect_row(&c, "release,36,2022-06-01,,2,");
    expect_row(&c, "words,1,2024-01-01,,1,\"not released\"");
    expect_row(&c, "words,2,2022-01-01,,1,\"not started\"");
    assert_string_equal(c.caption.bytes, "Projects released: 1 of 70. The latest against "
                                         "its target is P0, by 31 days.");
    check_caption(&c);
    close_chart(&c);
    text_release(&plan);
    text_release(&outcomes);
}

/* ---- runs without ---- */

static void test_no_chart(void **state)
{
    static const char one_only[] = "shown of one run only; run one with --replication R";
    (void)state;
    run_program(two_teams, 2);
    expect_none("projects", one_only);
    expect_none("score", one_only);
    expect_none("timeline", one_only);
    write_events(EVENTS_HEADER "2022-01-01,start,project,P,\n");
    write_file("claims.csv", CLAIMS_HEADER);
    write_file("factors.csv", FACTORS_HEADER);
    expect_none("timeline", "nothing happens in this run");
    expect_none("score", "nobody claims anything");
    write_file("claims.csv", CLAIMS_HEADER "2022-01,p,A,P,100,0.5,64\n");
    expect_none("score", "no factor of the rule's score has a weight");
    expect_none("releases", "shown of many replications; run with -n");
}

/* Captions of real runs: one of all marks, an ensemble, one month, nothing released. */
static void test_captions_of_runs(void **state)
{
    static const char *const kinds[] = {"projects", "releases", "hours", "score",
                                        "timeline"};
    static const char bare[] =
        "start = \"2022-01-01\"; months = 1;\n"
        "pools = ( { name = \"p\"; gpus = 8; } ); teams = ( { name = \"A\"; people = 1; "
        "} );"
        "projects = ( { name = \"P\"; team = \"A\"; stages =\n"
        "  ( { do = \"train\"; gpu_hours = 90000.0; max_gpus = 8; } ); } );";
    static const struct {
        const char *text;
        size_t n;
    } runs[] = {{two_teams, 1}, {two_teams, 5}, {bare, 1}, {bare, 2}};
    (void)state;
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        run_program(runs[i].text, runs[i].n);
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            struct drawn c;
            draw(&c, kinds[k]);
            if (c.outcome == CHART_WRITTEN)
                check_caption(&c);
            close_chart(&c);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_releases, sheet_set_up, sheet_tear_down),
        cmocka_unit_test_setup_teardown(test_score, sheet_set_up, sheet_tear_down),
        cmocka_unit_test_setup_teardown(test_score_of_a_wrong_month, sheet_set_up,
                                        sheet_tear_down),
        cmocka_unit_test_setup_teardown(test_score_of_many_claims, sheet_set_up,
                                        sheet_tear_down),
        cmocka_unit_test_setup_teardown(test_timeline, sheet_set_up, sheet_tear_down),
        cmocka_unit_test_setup_teardown(test_timeline_of_many, sheet_set_up,
                                        sheet_tear_down),
        cmocka_unit_test_setup_teardown(test_projects_beyond_sixty, sheet_set_up,
                                        sheet_tear_down),
        cmocka_unit_test_setup_teardown(test_no_chart, sheet_set_up, sheet_tear_down),
        cmocka_unit_test_setup_teardown(test_captions_of_runs, sheet_set_up,
                                        sheet_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
