/* The charts whose rows are projects, teams, claims and happenings: their tables, their
 * captions, and that every figure of a caption is found in the result files. */
#include "study/chart_kinds.h"
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

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/allot-rows-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
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

static void write_file(const char *name, const char *bytes)
{
    FILE *f = fopen(in(name), "w");
    assert_non_null(f);
    fputs(bytes, f);
    assert_int_equal(fclose(f), 0);
}

static void write_run(int replications, int months, const char *projects)
{
    char json[2048];
    snprintf(json, sizeof json,
             "{\"scenario\": \"x\", \"seed\": 1, \"first_replication\": 0, "
             "\"replications\": %d, \"settings\": {\"start\": \"2022-01-01\", "
             "\"months\": %d, \"projects\": [%s], "
             "\"rule\": {\"divide\": \"weighted\", \"over\": \"projects\"}}}",
             replications, months, projects);
    write_file("run.json", json);
}

struct drawn {
    struct saved_run run;
    struct chart_sheet sheet;
    struct text caption;
    struct diag d;
    enum chart_outcome outcome;
};

static void draw_month(struct drawn *c, const char *chart, const char *month)
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

static void draw(struct drawn *c, const char *chart)
{
    draw_month(c, chart, NULL);
    if (c->outcome == CHART_FAILED)
        diag_print(&c->d, stderr, false);
    assert_int_equal(diag_n_errors(&c->d), 0);
}

static void close_chart(struct drawn *c)
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

static void expect_row(const struct drawn *c, const char *row)
{
    if (!has_row(c, row))
        fail_msg("no row %s in\n%s", row, c->sheet.rows.bytes);
}

static size_t n_rows_of(const struct drawn *c, const char *what)
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

static void check_caption(struct drawn *c)
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

static const char two_teams[] =
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

static void run_program(const char *text, size_t n)
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

/* ---- hours ---- */

struct bars {
    double end;   /* where they end, side by side from 0 */
    double of[8]; /* by colour */
    double reserved;
};

/* The bars of a row, which must follow each other without a gap. */
static struct bars bars_of(const struct drawn *c, int wanted)
{
    struct bars bars = {0};
    for (const char *at = c->sheet.rows.bytes; *at; at = strchr(at, '\n') + 1) {
        char what[32];
        int row, colour;
        double from, to;
        if (sscanf(at, "%31[a-z],%d,%lf,%lf,%d,", what, &row, &from, &to, &colour) != 5 ||
            row != wanted)
            continue;
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
        struct bars fleet = bars_of(&c, 1), a = bars_of(&c, 2), b = bars_of(&c, 3);
        /* 64 GPUs from 15 Jan, 96 from 11 Feb, to 31 Mar: 27 and 49 days. */
        double capacity = 24 * (64 * 27 + 96 * 49);
        assert_near(fleet.end, capacity);
        assert_near(fleet.reserved, (capacity - 8 * 24 * 10) / 4);
        assert_near(fleet.of[FAILED], 8 * 24 * 10);
        assert_near(fleet.of[SHIPPED], 4000);
        assert_near(fleet.of[SUNK], outcome(&c, "gpu_hours_sunk", "all", "all"));
        assert_near(fleet.of[OPEN], outcome(&c, "gpu_hours_used", "project", "open"));
        assert_near(fleet.of[0], outcome(&c, "gpu_hours_idle", "all", "all"));
        assert_near(a.end, outcome(&c, "gpu_hours_used", "team", "A"));
        assert_near(a.of[SHIPPED], 4000);
        assert_near(a.of[EXPLORATION], a.end - 4000);
        assert_true(a.of[EXPLORATION] > 0 && b.of[OPEN] > 0 && b.of[SUNK] > 0);
        assert_near(b.of[EXPLORATION], 0);
        assert_near(a.end + b.end, outcome(&c, "gpu_hours_used", "all", "all"));
        for (int k = 1; k < 8; k++)
            if (k != FAILED)
                assert_near(fleet.of[k], a.of[k] + b.of[k]);
        expect_row(&c, "name,3,,,,\"B\\0054 \\0042b\\0042\"");
        expect_row(&c, "legend,1,,,3,\"shipped 4\\0054000\"");
        check_caption(&c);
        close_chart(&c);
    }
}

static void test_hours_duplicated(void **state)
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
                               "0,,gpu_hours_duplicated,team,A,1000\n");
    draw(&c, "hours");
    expect_row(&c, "span,,0,7440,,");
    expect_row(&c, "right,1,,,,\"1\\0054000 duplicated\"");
    expect_row(&c, "right,2,,,,\"1\\0054000 duplicated\"");
    assert_string_equal(c.caption.bytes,
                        "GPU-hours spent twice on the same topic: 1,000. "
                        "All use together: 7,440.");
    check_caption(&c);
    close_chart(&c);
}

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
        "is P: it is released in 75 % of the replications (95 % interval 30 % to 95 %). "
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

static void test_score(void **state)
{
    struct drawn c;
    (void)state;
    write_claims(CLAIMS_HEADER "2022-01,p,A,P,100,0.5,64\n2022-02,p,A,P,90,0.5,64\n"
                               "2022-04,p,A,P,100,0.5,64\n2022-04,p,B,,80,0.75,0\n"
                               "2022-04,q,B,,30,-0.25,29\n",
                 FACTORS_HEADER "2022-01,p,A,P,priority,0.5\n"
                                "2022-04,p,A,P,priority,0.25\n"
                                "2022-04,p,A,P,age,0.25\n"
                                "2022-04,p,B,,closeness,0\n"
                                "2022-04,p,B,,priority,1\n2022-04,p,B,,need,-0.25\n"
                                "2022-04,q,B,,age,0.125\n2022-04,q,B,,need,-0.375\n");
    draw(&c, "score"); /* April: 36 + 80 + 1 are refused */
    assert_int_equal(c.outcome, CHART_WRITTEN);
    assert_string_equal(c.sheet.title.bytes, "Scores of the claims in Apr 2022");
    expect_row(&c, "span,,-0.375,1,,");
    expect_row(&c, "group,1,,,,\"B\"");
    expect_row(&c, "name,1,,,,\"exploration\\0054 p\"");
    expect_row(&c, "part,1,0,1,1,");
    expect_row(&c, "part,1,-0.25,0,5,");
    expect_row(&c, "words,1,1,,,\"0.75\"");
    expect_row(&c, "right,1,,,,\"0 of 80 GPUs\"");
    expect_row(&c, "name,2,,,,\"P\\0054 p\"");
    expect_row(&c, "part,2,0,0.25,1,");
    expect_row(&c, "part,2,0.25,0.5,4,");
    expect_row(&c, "part,3,-0.375,0,5,");
    expect_row(&c, "words,3,0.125,,,\"\u22120.25\"");
    expect_row(&c, "legend,1,,,1,\"priority\"");
    assert_int_equal(n_rows_of(&c, "legend"), 3); /* closeness is nought */
    assert_int_equal(n_rows_of(&c, "part"), 6);
    assert_string_equal(
        c.caption.bytes,
        "In Apr 2022, when the most is refused, the claims ask for 180 GPUs of pool p "
        "and "
        "get 64 (means of the month). The highest score has the exploration of B; the "
        "most GPUs are refused to the exploration of B.");
    check_caption(&c);
    close_chart(&c);

    draw_month(&c, "score", "2022-01");
    assert_int_equal(c.outcome, CHART_WRITTEN);
    expect_row(&c, "name,1,,,,\"P\"");
    assert_int_equal(n_rows_of(&c, "name"), 1);
    assert_null(strstr(c.caption.bytes, "when the most"));
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
    check_caption(&c);
    close_chart(&c);
    text_release(&plan);
    text_release(&outcomes);
}

/* ---- runs without ---- */

static void expect_none(const char *chart, const char *reason)
{
    struct drawn c;
    draw(&c, chart);
    assert_int_equal(c.outcome, CHART_NONE);
    assert_string_equal(c.sheet.none.bytes, reason);
    close_chart(&c);
}

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
        cmocka_unit_test_setup_teardown(test_hours_add_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hours_duplicated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_releases, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_score, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_score_of_a_wrong_month, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_score_of_many_claims, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_timeline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_timeline_of_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_projects_beyond_sixty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_chart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_captions_of_runs, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
