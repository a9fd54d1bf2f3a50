/* Messages: their text, their place, the caret under it, the exit status they ask for. */
#include "base/diag.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What diag_print writes; to be freed. */
static char *printed(const struct diag *d, bool with_colour)
{
    FILE *stream = tmpfile();
    assert_non_null(stream);
    diag_print(d, stream, with_colour);
    long length = ftell(stream);
    rewind(stream);
    char *bytes = calloc((size_t)length + 1, 1);
    assert_int_equal(fread(bytes, 1, (size_t)length, stream), length);
    fclose(stream);
    return bytes;
}

static void assert_printed(const struct diag *d, const char *expected)
{
    char *text = printed(d, false);
    assert_string_equal(text, expected);
    free(text);
}

static void test_diag_places(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    assert_int_equal(diag_exit_status(&d), 0);
    assert_printed(&d, "");

    struct place at = {"llama.cfg", 12, 9, "teams = share = -2;"};
    assert_int_equal(diag_error(&d, DIAG_DATA, &at, "share is %d, must be > 0", -2), -1);
    diag_hint(&d, "did you mean '%s'?", "2");
    at = (struct place){"llama.cfg", 3, 0, NULL};
    diag_warning(&d, &at, "a whole line");
    at = (struct place){"llama.cfg", 0, 0, NULL};
    diag_error(&d, DIAG_NO_INPUT, &at, "a whole file");
    diag_error(&d, DIAG_USAGE, NULL, "no place");
    assert_printed(&d, "llama.cfg:12:9: error: share is -2, must be > 0\n"
                       "    teams = share = -2;\n"
                       "            ^\n"
                       "    hint: did you mean '2'?\n"
                       "llama.cfg:3: warning: a whole line\n"
                       "llama.cfg: error: a whole file\n"
                       "allot: error: no place\n");
    assert_int_equal(diag_n_errors(&d), 3);
    assert_int_equal(diag_exit_status(&d), 65);

    diag_clear(&d);
    assert_int_equal(d.n_messages, 0);
    diag_hint(&d, "no message to hint at");
    diag_warning(&d, NULL, "only a warning");
    assert_int_equal(diag_n_errors(&d), 0);
    assert_int_equal(diag_exit_status(&d), 0);
    diag_release(&d);
}

static void test_diag_statuses(void **state)
{
    (void)state;
    static const struct {
        enum diag_cause cause;
        int status;
    } rows[] = {{DIAG_USAGE, 64},       {DIAG_DATA, 65},          {DIAG_NO_INPUT, 66},
                {DIAG_UNAVAILABLE, 69}, {DIAG_CANNOT_CREATE, 73}, {DIAG_IO, 74}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct diag d;
        diag_init(&d);
        diag_warning(&d, NULL, "first a warning");
        diag_error(&d, rows[i].cause, NULL, "then the error");
        assert_int_equal(diag_exit_status(&d), rows[i].status);
        diag_release(&d);
    }
}

/* The caret stands under its character on a terminal, whatever stands before it. */
static void test_diag_caret(void **state)
{
    (void)state;
    static const struct {
        const char *name, *line;
        int column;
        const char *expected;
    } rows[] = {
        {"first", "abc", 1, "    abc\n    ^\n"},
        {"last", "abc", 3, "    abc\n      ^\n"},
        {"behind the end", "abc", 4, "    abc\n       ^\n"},
        {"far behind the end", "abc", 400, "    abc\n       ^\n"},
        {"accents", "éüx", 3, "    éüx\n      ^\n"},
        {"wide", "東京x", 3, "    東京x\n        ^\n"},
        {"combining", "e\xCC\x81x", 3, "    e\xCC\x81x\n     ^\n"},
        {"a tab is a blank", "\tx", 2, "     x\n     ^\n"},
        {"control", "\033x", 2, "    \\x1bx\n        ^\n"},
        {"Latin-1", "\xFCx", 2, "    \\xfcx\n        ^\n"},
        {"no column", "abc", 0, "    abc\n"},
        {"empty line", "", 1, "    \n    ^\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct diag d;
        diag_init(&d);
        struct place at = {"f", 1, rows[i].column, rows[i].line};
        diag_error(&d, DIAG_DATA, &at, "m");
        char *text = printed(&d, false), *body = strchr(text, '\n') + 1;
        if (strcmp(body, rows[i].expected) != 0)
            fail_msg("%s:\n%s", rows[i].name, body);
        free(text);
        diag_release(&d);
    }
}

static void test_diag_long_lines(void **state)
{
    (void)state;
    char line[3001];
    memset(line, '.', sizeof line);
    line[sizeof line - 1] = '\0';
    line[1999] = '!';
    struct diag d;
    diag_init(&d);
    struct place at = {"f", 1, 2000, line};
    diag_error(&d, DIAG_DATA, &at, "m");
    char *text = printed(&d, false);
    char *shown = strchr(text, '\n') + 1, *caret_line = strchr(shown, '\n') + 1;
    assert_true(caret_line - shown < 120);
    assert_memory_equal(shown, "    ...", 7);
    assert_memory_equal(caret_line - 4, "...\n", 4);
    assert_int_equal(strchr(shown, '!') - shown, strchr(caret_line, '^') - caret_line);
    free(text);

    /* The same in characters of three bytes, which must not be cut in two. */
    for (int i = 0; i < 1000; i++)
        memcpy(line + (size_t)i * 3, i == 699 ? "語" : "東", 3);
    diag_clear(&d);
    at.column = 700;
    diag_error(&d, DIAG_DATA, &at, "m");
    text = printed(&d, false);
    assert_null(strstr(text, "\\x"));
    shown = strchr(text, '\n') + 1;
    caret_line = strchr(shown, '\n') + 1;
    *strstr(shown, "語") = '\0';
    assert_int_equal(text_width(shown), strcspn(caret_line, "^"));
    free(text);
    diag_release(&d);
}

static void test_diag_strangers(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    struct place at = {"a\nb.cfg", 1, 0, NULL};
    diag_error(&d, DIAG_DATA, &at, "team '%s'", "\033]0;gotcha\007");
    diag_hint(&d, "no '%s'", "\r");
    assert_printed(&d, "a\\x0ab.cfg:1: error: team '\\x1b]0;gotcha\\x07'\n"
                       "    hint: no '\\x0d'\n");
    char *text = printed(&d, true);
    assert_non_null(strstr(text, "\033[1;31merror: \033[0mteam"));
    free(text);
    diag_release(&d);
}

static void test_diag_many(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    for (int i = 0; i < 73; i++)
        diag_error(&d, DIAG_DATA, NULL, "mistake %d", i);
    assert_int_equal(diag_n_errors(&d), 73);
    char *text = printed(&d, false);
    assert_non_null(strstr(text, "mistake 49\nallot: and 23 more\n"));
    free(text);
    diag_release(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diag_places),    cmocka_unit_test(test_diag_statuses),
        cmocka_unit_test(test_diag_caret),     cmocka_unit_test(test_diag_long_lines),
        cmocka_unit_test(test_diag_strangers), cmocka_unit_test(test_diag_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
