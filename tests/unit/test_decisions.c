/* What was once decided for teams: fixed_gpus, and the table that rule.fixed.file names.
 */
#include "support/trials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static const char *path_of(const char *name)
{
    static char path[4][200];
    static int next;
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", folder, name);
    return out;
}

static void write_file(const char *name, const char *text)
{
    FILE *stream = fopen(path_of(name), "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

static const char *const files[] = {"x.cfg",         "grants.csv", "inner/rule.cfg",
                                    "inner/own.csv", "large.csv",  "latin.csv"};

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/allot-decisions-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    return mkdir(path_of("inner"), 0700);
}

static int remove_folder(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(path_of(files[i]));
    rmdir(path_of("inner"));
    return rmdir(folder);
}

static void write_scenario(const char *rule)
{
    char text[2000];
    snprintf(text, sizeof text,
             "start = \"2025-01-01\"; months = 4;\n"
             "pools = ( { name = \"p\"; gpus = 100; node_gpus = 1; } );\n"
             "teams = ( { name = \"A\"; exploration = ( { gpus = 80.0; } ); },\n"
             "          { name = \"B\"; exploration = ( { gpus = 80.0; } ); } );\n"
             "%s\n",
             rule);
    write_file("x.cfg", text);
}

/* Loads x.cfg; the messages, to be freed, without the folder. */
static char *messages_of(struct scenario *s, const struct scenario_options *options)
{
    struct diag d;
    char *messages = NULL;
    size_t length = 0, n = strlen(folder) + 1;
    diag_init(&d);
    int result = scenario_load(s, path_of("x.cfg"), options, &d);
    FILE *stream = open_memstream(&messages, &length);
    fprintf(stream, "%d ", result == 0 ? 0 : diag_exit_status(&d));
    for (size_t i = 0; i < d.n_messages; i++)
        fprintf(stream, "%s: %s\n", d.messages[i].at.file ? d.messages[i].at.file : "",
                d.messages[i].message);
    fclose(stream);
    diag_release(&d);
    for (char *at; (at = strstr(messages, folder));)
        memmove(at, at + n, strlen(at + n) + 1);
    return messages;
}

static void assert_refused(const struct scenario_options *options, const char *expected)
{
    struct scenario s;
    char *messages = messages_of(&s, options);
    if (strncmp(messages, expected, strlen(expected)) != 0)
        fail_msg("%s\nis not\n%s", messages, expected);
    free(messages);
}

static double granted(const struct trial *t, const char *team, size_t month)
{
    return trial_claim(t, team, "p", month)->granted_gpus;
}

static void assert_grants(const struct trial *t, const double *a, const double *b)
{
    for (size_t month = 0; month < 4; month++) {
        assert_same(granted(t, "A", month), a[month]);
        assert_same(granted(t, "B", month), b[month]);
    }
}

/* Decisions hold from the first meeting at or after their date until the next one; the
 * order of the rows does not matter; what no meeting sees is counted. */
static void test_table(void **state)
{
    (void)state;
    struct trial t;
    struct scenario s;
    write_file("grants.csv", "from,team,gpus\r\n"
                             "2025-03-01,A,30\n"
                             ",A,50\n"
                             "2024-06-01,B,99\n"
                             "2024-12-01,B,20\n"
                             "2025-02-15,B,60\n"
                             "2025-03-15,B,62\n"
                             "2025-03-20,\"B\",65\n"
                             "2026-01-01,A,5\n");
    write_scenario("rule = { divide = \"fixed\"; over = \"tree\"; "
                   "fixed = { file = \"grants.csv\"; }; };");
    trial_run_file(&t, path_of("x.cfg"), NULL);
    assert_grants(&t, (const double[]){50, 50, 30, 30}, (const double[]){20, 20, 60, 65});
    /* It is one of the scenario's files, with its hash. */
    assert_int_equal(t.s->sources.n_sources, 2);
    assert_string_equal(t.s->sources.sources[1]->path, path_of("grants.csv"));
    assert_int_equal(strlen(t.s->sources.sources[1]->sha256), 64);
    trial_release(&t);
    char *messages = messages_of(&s, NULL);
    assert_string_equal(messages,
                        "0 x.cfg: 3 of the 8 rows of 'grants.csv' decide nothing: no "
                        "meeting of the council falls on their date or later, before the "
                        "next row's\n");
    scenario_release(&s);
    free(messages);
}

/* The same in the scenario, and what goes beyond the pool or the request. */
static void test_at_the_teams(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t,
              "start = '2025-01-01'; months = 4; "
              "pools = ( { name = 'p'; gpus = 100; node_gpus = 1; } ); "
              "teams = ( { name = 'A'; exploration = ( { gpus = 80.0; } ); "
              "fixed_gpus = ( { value = 50.0; }, { from = '2025-03-01'; value = 200.0; "
              "} ); }, "
              "{ name = 'B'; exploration = ( { gpus = 80.0; } ); "
              "fixed_gpus = ( { value = 20.0; pool = 'p'; }, "
              "{ from = '2025-04-01'; pool = 'p'; value = 80.0; } ); } ); "
              "rule = { divide = 'fixed'; over = 'tree'; };");
    assert_grants(&t, (const double[]){50, 50, 80, 50}, (const double[]){20, 20, 20, 50});
    trial_release(&t);
}

/* It is looked up beside the file that names it; for an argument beside the scenario. */
static void test_where(void **state)
{
    (void)state;
    struct trial t;
    struct scenario s;
    write_file("grants.csv", "from,team,pool,gpus\n,A,p,10\n,B,,11\n");
    write_file("inner/own.csv", "from,team,pool,gpus\n,A,p,12\n,B,p,13\n");
    write_file("inner/rule.cfg",
               "rule = { divide = \"fixed\"; over = \"tree\"; "
               "fixed = { file = \"own.csv\"; }; };\n"
               "alternatives = ( { name = \"other\"; rule = { fixed = { "
               "file = \"../grants.csv\"; }; }; } );\n");
    write_scenario("@include \"inner/rule.cfg\"");
    trial_run_file(&t, path_of("x.cfg"), NULL);
    assert_same(granted(&t, "A", 0), 12);
    assert_int_equal(t.s->sources.n_sources, 3);
    trial_release(&t);
    trial_run_file(&t, path_of("x.cfg"), "other");
    assert_same(granted(&t, "B", 0), 11);
    trial_release(&t);
    const char *set = "rule.fixed.file=grants.csv";
    struct scenario_options options = {.sets = &set, .n_sets = 1};
    free(messages_of(&s, &options));
    assert_true(s.bounds[1].fixed_gpus == 10 && s.bounds[2].fixed_gpus == 11);
    scenario_release(&s);
}

/* As with any file of a scenario. */
static void test_refused(void **state)
{
    (void)state;
    write_file("large.csv", "from,team,gpus\n");
    assert_int_equal(truncate(path_of("large.csv"), (1 << 26) + 1), 0);
    write_file("latin.csv", "from,team,pool,gpus\n,\xe9,p,10\n");
    write_scenario(
        "rule = { fixed = { file = \"no.csv\"; }; };"); /* also if not in use */
    assert_refused(NULL, "66 x.cfg: 'no.csv' cannot be read: No such file");
    write_scenario("rule = { fixed = { file = \"inner\"; }; };");
    assert_refused(NULL, "66 x.cfg: 'inner' cannot be read: it is a directory");
    write_scenario("rule = { fixed = { file = \"large.csv\"; }; };");
    assert_refused(NULL, "65 x.cfg: 'large.csv' is too large");
    write_scenario("rule = { fixed = { file = \"latin.csv\"; }; };");
    assert_refused(NULL, "65 latin.csv: is not a text file");
    write_file("grants.csv", "");
    write_scenario("rule = { fixed = { file = \"grants.csv\"; }; };");
    assert_refused(NULL, "65 grants.csv: is empty");
    struct scenario_options options = {.jail = folder};
    write_scenario("rule = { fixed = { file = \"/etc/passwd\"; }; };");
    assert_refused(&options, "66 x.cfg: '/etc/passwd' cannot be read: it is missing or "
                             "lies outside");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_at_the_teams),
        cmocka_unit_test(test_where),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder) != 0;
}
