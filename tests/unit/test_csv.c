/* The writer of CSV tables: quoting, memory and streams, a failing stream. */
#include "record/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_fields(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"LLaMA", "LLaMA"},
        {"Llama 2", "Llama 2"},
        {"Zürich 東京", "Zürich 東京"},
        {"a,b", "\"a,b\""},
        {"say \"no\"", "\"say \"\"no\"\"\""},
        {"\"", "\"\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"return\r", "\"return\r\""},
        {" leading", "\" leading\""},
        {"trailing ", "\"trailing \""},
        {"\ttab", "\"'\ttab\""},
        {"in\tside", "in\tside"},
        {" ", "\" \""},
        {"=SUM(A1)", "\"'=SUM(A1)\""}, /* nothing runs in a spreadsheet */
        {"+1 (\"x\")", "\"'+1 (\"\"x\"\")\""},
        {"@x", "\"'@x\""},
        {"-cmd", "\"'-cmd\""},
        {"-1.5e3", "-1.5e3"}, /* a number stays one */
        {"", ""},
        {NULL, ""},
    };
    struct csv csv;
    csv_init(&csv, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char expected[64];
        csv_reset(&csv);
        csv_text(&csv, "x");
        csv_text(&csv, rows[i].text);
        csv_end(&csv);
        snprintf(expected, sizeof expected, "x,%s\n", rows[i].expected);
        assert_string_equal(csv.text.bytes, expected);
        assert_int_equal(csv.text.length, strlen(expected));
    }
    csv_release(&csv);
}

static void test_rows(void **state)
{
    (void)state;
    struct csv csv;
    csv_init(&csv, NULL);
    csv_month(&csv, 2023, 2);
    csv_text(&csv, "a100");
    csv_number(&csv, 6080);
    csv_number(&csv, 0.1);
    csv_number(&csv, NAN);
    csv_integer(&csv, -3);
    csv_end(&csv);
    csv_month(&csv, 7, 12);
    csv_end(&csv);
    csv_text(&csv, ""); /* a row of one empty field is not an empty line */
    csv_end(&csv);
    csv_text(&csv, "");
    csv_text(&csv, "");
    csv_end(&csv);
    assert_string_equal(csv.text.bytes,
                        "2023-02,a100,6080,0.1,NaN,-3\n0007-12\n\"\"\n,\n");
    assert_int_equal(csv_flush(&csv), 0);
    assert_int_equal(csv.text.length, strlen(csv.text.bytes)); /* kept */
    csv_text(&csv, "half a row");
    csv_reset(&csv);
    csv_text(&csv, "whole");
    csv_end(&csv);
    assert_string_equal(csv.text.bytes, "whole\n");
    csv_release(&csv);
}

static void write_rows(struct csv *csv, int first, int n)
{
    for (int i = first; i < first + n; i++) {
        csv_integer(csv, i);
        csv_number(csv, i / 7.0);
        csv_text(csv, "a, team");
        csv_end(csv);
    }
}

/* A stream, workers' texts joined, and memory give the same bytes. */
static void test_streams(void **state)
{
    (void)state;
    enum { N = 20000 };
    char *direct = NULL, *joined = NULL;
    size_t direct_length = 0, joined_length = 0;
    FILE *stream = open_memstream(&direct, &direct_length);
    struct csv csv, worker;
    csv_init(&csv, stream);
    write_rows(&csv, 0, N);
    assert_true(csv.text.capacity < 1 << 18); /* it does not keep what it passed on */
    assert_int_equal(csv_flush(&csv), 0);
    csv_release(&csv);
    fclose(stream);

    stream = open_memstream(&joined, &joined_length);
    csv_init(&csv, stream);
    csv_init(&worker, NULL);
    write_rows(&csv, 0, 10);
    for (int i = 10; i < N; i += N / 2 - 5) {
        csv_reset(&worker);
        write_rows(&worker, i, N / 2 - 5);
        csv_rows(&csv, &worker.text);
    }
    assert_int_equal(csv_flush(&csv), 0);
    csv_release(&csv);
    fclose(stream);

    csv_reset(&worker);
    struct csv all;
    csv_init(&all, NULL);
    write_rows(&worker, 0, N);
    csv_rows(&all, &worker.text);
    assert_int_equal(direct_length, joined_length);
    assert_int_equal(direct_length, all.text.length);
    assert_memory_equal(direct, joined, direct_length);
    assert_memory_equal(direct, all.text.bytes, direct_length);
    csv_release(&all);
    csv_release(&worker);
    free(direct);
    free(joined);
}

static void test_long_text(void **state)
{
    (void)state;
    enum { N = 300000 };
    char *name = malloc(N + 1);
    memset(name, '"', N);
    name[N] = '\0';
    struct csv csv;
    csv_init(&csv, NULL);
    csv_text(&csv, name);
    csv_end(&csv);
    assert_int_equal(csv.text.length, 2 * N + 3);
    csv_release(&csv);
    free(name);
}

static void test_failing_stream(void **state)
{
    (void)state;
    FILE *stream = fopen("/dev/full", "w");
    if (!stream)
        skip();
    struct csv csv;
    csv_init(&csv, stream);
    write_rows(&csv, 0, 10);
    write_rows(&csv, 10, 20000); /* passes on, in vain, and goes on */
    assert_int_equal(csv_flush(&csv), -1);
    assert_int_equal(csv_flush(&csv), -1); /* an error stays */
    assert_true(ferror(stream));
    csv_release(&csv);
    fclose(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),         cmocka_unit_test(test_rows),
        cmocka_unit_test(test_streams),        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_failing_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
