/* Bad scenarios: each tests/bad/X.cfg with the exact messages in X.expected, paths
 * relative to that folder. Reading with ALLOT_REWRITE=1 in the environment writes the
 * .expected files instead; the difference is then to be read like code. */
#include "scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Loads and returns what diag_print prints, to be freed; *status: the exit status. */
static char *messages_of(const char *path, const struct scenario_options *options,
                         int *status)
{
    struct scenario s;
    struct diag d;
    diag_init(&d);
    int result = scenario_load(&s, path, options, &d);
    *status = diag_exit_status(&d);
    assert_int_equal(result, *status == 0 ? 0 : -1);
    if (result == 0)
        scenario_release(&s);
    char *messages = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&messages, &length);
    diag_print(&d, stream, false);
    fclose(stream);
    diag_release(&d);
    return messages;
}

static char *contents_of(const char *path)
{
    static char bytes[1 << 16];
    FILE *stream = fopen(path, "r");
    size_t n = stream ? fread(bytes, 1, sizeof bytes - 1, stream) : 0;
    if (stream)
        fclose(stream);
    bytes[n] = '\0';
    return bytes;
}

static void rewrite(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

static int is_cfg(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 4 && strcmp(entry->d_name + length - 4, ".cfg") == 0;
}

static void test_folder(void **state)
{
    (void)state;
    struct dirent **entries = NULL;
    int n = scandir(".", &entries, is_cfg, alphasort), n_wrong = 0;
    assert_true(n >= 60);
    for (int i = 0; i < n; i++) {
        const char *name = entries[i]->d_name;
        char path[300];
        int status = 0;
        snprintf(path, sizeof path, "%.*s.expected", (int)strlen(name) - 4, name);
        char *messages = messages_of(name, NULL, &status);
        if (getenv("ALLOT_REWRITE"))
            rewrite(path, messages);
        const char *expected = contents_of(path);
        if (status != 65 || strcmp(messages, expected) != 0) {
            print_error("%s (status %d):\n%s--- expected:\n%s", name, status, messages,
                        expected);
            n_wrong++;
        }
        free(messages);
        free(entries[i]);
    }
    free(entries);
    assert_int_equal(n_wrong, 0);
}

/* ---- what cannot lie in a folder of texts ---- */

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/allot-bad-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

/* Loads a file of these bytes; NULL: none is written. */
static void expect_error(const char *name, const char *bytes, size_t length, int expected,
                         const char *part)
{
    char path[200];
    int status = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (bytes) {
        FILE *stream = fopen(path, "w");
        assert_non_null(stream);
        assert_int_equal(fwrite(bytes, 1, length, stream), length);
        fclose(stream);
    }
    char *messages = messages_of(path, NULL, &status);
    if (status != expected || !strstr(messages, part))
        fail_msg("%s: status %d, messages:\n%s", name, status, messages);
    free(messages);
    if (bytes)
        unlink(path);
}

static void test_files(void **state)
{
    (void)state;
    static char large[2000000];
    memset(large, '\n', sizeof large);
    expect_error("missing.cfg", NULL, 0, 66, "missing.cfg: error: ");
    expect_error(".", NULL, 0, 66, "directory");
    expect_error("large.cfg", large, sizeof large, 65, "large.cfg: error: ");
    expect_error("binary.cfg",
                 "\x7f"
                 "ELF\0\1\2",
                 7, 65, "binary.cfg:1:");
    expect_error("latin.cfg", "# caf\xe9\n", 7, 65, "latin.cfg:1:");
    expect_error("empty.cfg", "", 0, 65, "is empty");
    expect_error("cycle.cfg", "@include \"cycle.cfg\"\n", 21, 65, "cycle.cfg:1:");
    expect_error("open.cfg", "months = ( 1", 12, 65, "open.cfg:1:10");
}

static void expect_set_error(const char *set, const char *expected)
{
    struct scenario_options options = {.sets = &set, .n_sets = 1};
    char path[200];
    int status = 0;
    snprintf(path, sizeof path, "%s/set.cfg", folder);
    rewrite(path, "start = \"2022-01-01\"; months = 12;\n"
                  "pools = ( { name = \"a100\"; gpus = 1000; } );\n"
                  "teams = ( { name = \"vision\"; } );\n"
                  "alternatives = ( { name = \"long\"; months = 24; } );\n");
    char *messages = messages_of(path, &options, &status);
    unlink(path);
    assert_int_equal(status, 65);
    assert_string_equal(messages, expected);
    free(messages);
}

/* A mistake in a --set is said once, although it is made with each alternative. */
static void test_sets(void **state)
{
    (void)state;
    expect_set_error("months=0", "--set:1:8: error: months is 0, must be 1 to 1200\n"
                                 "    months=0\n"
                                 "           ^\n");
    expect_set_error("seed=many", "--set:1:6: error: seed is 'many', must be an integer\n"
                                  "    seed=many\n"
                                  "         ^\n");
    expect_set_error("rule.quota.kk=0.5",
                     "--set:1:12: error: rule.quota: unknown key 'kk'\n"
                     "    rule.quota.kk=0.5\n"
                     "               ^\n"
                     "    hint: did you mean 'k'?\n");
    expect_set_error("pools.a10.gpus=5", "--set:1:7: error: there is no 'a10' in pools\n"
                                         "    pools.a10.gpus=5\n"
                                         "          ^\n"
                                         "    hint: did you mean 'a100'?\n");
}

static void expect_alternative_error(const char *text, const char *expected)
{
    struct scenario_options options = {.alternative = "logn"};
    char path[200];
    int status = 0;
    snprintf(path, sizeof path, "%s/alternative.cfg", folder);
    rewrite(path, text);
    char *messages = messages_of(path, &options, &status);
    unlink(path);
    assert_int_equal(status, 64);
    assert_string_equal(messages, expected);
    free(messages);
}

static void test_alternative(void **state)
{
    (void)state;
    expect_alternative_error("alternatives = ( { name = \"long\"; } );",
                             "allot: error: no alternative 'logn'\n"
                             "    hint: did you mean 'long'?\n");
    expect_alternative_error("alternatives = ( { name = \"short\"; } );",
                             "allot: error: no alternative 'logn'\n"
                             "    hint: the scenario has short\n");
    expect_alternative_error("months = 5;", "allot: error: no alternative 'logn'\n"
                                            "    hint: the scenario has none\n");
}

int main(void)
{
    const char *tests_folder = getenv("ALLOT_TESTS");
    char bad[400];
    snprintf(bad, sizeof bad, "%s/bad", tests_folder ? tests_folder : "tests");
    if (chdir(bad) != 0) {
        fprintf(stderr, "there is no %s: run this from the root\n", bad);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folder),
        cmocka_unit_test_setup_teardown(test_files, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_sets, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_alternative, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
