/* text: growing strings, UTF-8, what a terminal sees, suggestions. */
#include "base/text.h"
#include "base/text_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static void test_text(void **state)
{
    (void)state;
    struct text t = {0};
    text_append(&t, "a");
    assert_string_equal(t.bytes, "a");
    for (int i = 0; i < 1000; i++)
        text_printf(&t, "%d,", i % 10);
    assert_int_equal(t.length, 2001);
    assert_int_equal(strlen(t.bytes), 2001);
    text_clear(&t);
    assert_string_equal(t.bytes, "");
    text_append_bytes(&t, NULL, 0);
    assert_int_equal(t.length, 0);
    text_release(&t);
}

static void test_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        bool is_utf8;
    } rows[] = {
        {"ASCII", "team", true},
        {"two bytes", "Zürich", true},
        {"three bytes", "東京", true},
        {"four bytes", "🚀", true},
        {"largest", "\xF4\x8F\xBF\xBF", true},
        {"beyond the largest", "\xF4\x90\x80\x80", false},
        {"Latin-1", "Z\xFCrich", false},
        {"cut off", "\xE6\x9D", false},
        {"continuation alone", "\x80", false},
        {"overlong slash", "\xC0\xAF", false},
        {"overlong in three", "\xE0\x80\xAF", false},
        {"surrogate", "\xED\xA0\x80", false},
        {"FF", "\xFF", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (text_is_utf8(rows[i].bytes, strlen(rows[i].bytes)) != rows[i].is_utf8)
            fail_msg("%s", rows[i].name);
    assert_true(text_is_utf8("", 0));
}

static void test_characters(void **state)
{
    (void)state;
    const char *name = "aé東🚀b";
    assert_int_equal(text_n_characters(name), 5);
    assert_int_equal(text_offset_of(name, 0), 0);
    assert_int_equal(text_offset_of(name, 2), 3);
    assert_int_equal(text_offset_of(name, 4), 10);
    assert_int_equal(text_offset_of(name, 99), 11);
    assert_int_equal(text_boundary(name, 5), 3);
    assert_int_equal(text_boundary(name, 6), 6);
    assert_int_equal(text_width(name), 7);
    assert_int_equal(text_width("e\xCC\x81"), 1); /* e and a combining acute */
}

static void test_visible(void **state)
{
    (void)state;
    struct text t;
    text_init(&t);
    const char *wild = "a\033[31m\t\xE2\x80\xAE" /* right-to-left override */ "b\xFF"
                       "\xC2\x9B" /* CSI */ "é";
    text_append_visible(&t, wild, strlen(wild));
    assert_string_equal(t.bytes, "a\\x1b[31m \\xe2\\x80\\xaeb\\xff\\xc2\\x9bé");
    text_release(&t);
}

static void test_suggest(void **state)
{
    (void)state;
    static const char *const words[] = {"weighted", "max-min", "ranked",    "quota",
                                        "borrow",   "equal",   "gpu_hours", "n"};
    static const struct {
        const char *word, *expected;
    } rows[] = {
        {"wieghted", "weighted"}, /* a transposition counts one */
        {"Ranked", "ranked"},
        {"qouta", "quota"},
        {"gpu_hour", "gpu_hours"},
        {"gpuhours", "gpu_hours"},
        {"max", "max-min"}, /* a beginning */
        {"maxmin", "max-min"},
        {"N", "n"},
        {"k", NULL}, /* no letter right */
        {"zzz", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *found =
            text_suggest(rows[i].word, words, sizeof words / sizeof words[0]);
        if (!rows[i].expected)
            assert_null(found);
        else
            assert_string_equal(found, rows[i].expected);
    }
    char long_word[200];
    memset(long_word, 'a', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = '\0';
    assert_null(text_suggest(long_word, words, 8));
    assert_null(text_suggest("weighted", words, 0));
}

/* ---- files ---- */

static void test_text_wraps(void **state)
{
    static const struct {
        const char *string, *lines;
    } rows[] = {
        {"", ""},
        {"  ", ""},
        {"one", "one\n"},
        {" one two  three ", "one two\nthree\n"},
        {"a word-that-is-too-wide b", "a\nword-that-is-too-wide\nb\n"},
        {"1234 678", "1234 678\n"},
        {"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E ab c",
         "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\nab c\n"},
        {"a\x1b[31m", "a\\x1b[31m\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text t;
        text_init(&t);
        text_append_wrapped(&t, rows[i].string, 8);
        assert_string_equal(t.bytes, rows[i].lines);
        text_release(&t);
    }
}

static void test_text_cuts_and_counts(void **state)
{
    struct text t;
    (void)state;
    text_init(&t);
    text_append_cut(&t,
                    "\xC3\xA4"
                    "bcdefgh",
                    8);
    assert_string_equal(t.bytes, "\xC3\xA4"
                                 "bcdefgh");
    text_clear(&t);
    text_append_cut(&t,
                    "\xC3\xA4"
                    "bcdefghi",
                    8);
    assert_string_equal(t.bytes, "\xC3\xA4"
                                 "bcd\xE2\x80\xA6ghi");
    text_clear(&t);
    text_append_count(&t, 1234567.5);
    text_append(&t, " ");
    text_append_count(&t, -999);
    text_append(&t, " ");
    text_append_count(&t, -0.3);
    assert_string_equal(t.bytes, "1,234,568 -999 0");
    text_release(&t);
}

/* Texts with and without a NUL, as far as several widenings. */
static void test_index(void **state)
{
    enum { N = 5000 };
    static char texts[N][8];
    static const char *all[N];
    struct text_index index = {0};
    struct arena arena;
    (void)state;
    arena_init(&arena);
    assert_int_equal(text_index_find(&index, all, "a", 1), -1);
    for (size_t i = 0; i < N; i++) {
        snprintf(texts[i], sizeof texts[i], "%zu", i % (N - 1)); /* the last is a twin */
        all[i] = texts[i];
        assert_int_equal(text_index_find(&index, all, all[i], strlen(all[i])),
                         i == N - 1 ? 0 : -1);
        text_index_add(&index, &arena, all, i);
    }
    for (int i = 0; i < N - 1; i++)
        assert_int_equal(text_index_find(&index, all, all[i], strlen(all[i])), i);
    assert_int_equal(text_index_find(&index, all, all[N - 1], 1), 0);
    assert_int_equal(text_index_find(&index, all, "1\0002", 3), -1);
    assert_int_equal(text_index_find(&index, all, "5000", 4), -1);
    assert_int_equal(text_index_find(&index, all, "5000", 3), 500);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_index),      cmocka_unit_test(test_text),
        cmocka_unit_test(test_utf8),       cmocka_unit_test(test_characters),
        cmocka_unit_test(test_visible),    cmocka_unit_test(test_suggest),
        cmocka_unit_test(test_text_wraps), cmocka_unit_test(test_text_cuts_and_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
