/* The reader of CSV tables: what it accepts, where it says a mistake is. */
#include "base/file.h"
#include "record/csv.h"
#include "record/csv_reader.h"

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

static const char *path = "t.csv";
static char old_directory[4096];
static char directory[64];

static int enter_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/allot-csv-XXXXXX");
    return getcwd(old_directory, sizeof old_directory) && mkdtemp(directory)
               ? chdir(directory)
               : -1;
}

static int leave_directory(void **state)
{
    (void)state;
    unlink(path);
    return chdir(old_directory) != 0 || rmdir(directory) != 0;
}

static int load(struct csv_table *table, struct diag *d, const char *bytes, size_t length)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fwrite(bytes, 1, length, stream);
    fclose(stream);
    return csv_table_load(path, table, d);
}

/* All that a stream was given; to be freed. */
static char *taken(FILE *stream)
{
    long length = ftell(stream);
    rewind(stream);
    char *bytes = calloc((size_t)length + 1, 1);
    assert_int_equal(fread(bytes, 1, (size_t)length, stream), length);
    fclose(stream);
    return bytes;
}

/* All cells, '|' behind each, '/' before each row. */
static char *spelled(const struct csv_table *table)
{
    FILE *stream = tmpfile();
    assert_non_null(stream);
    for (size_t c = 0; c < table->n_columns; c++)
        fprintf(stream, "%s|", table->columns[c]);
    for (size_t r = 0; r < table->n_rows; r++) {
        fputc('/', stream);
        for (size_t c = 0; c < table->n_columns; c++)
            fprintf(stream, "%s|", csv_table_cell(table, r, c));
    }
    return taken(stream);
}

static void test_good(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes, *expected;
    } rows[] = {
        {"plain", "a,b\n1,2\n3,4\n", "a|b|/1|2|/3|4|"},
        {"no last newline", "a,b\n1,2", "a|b|/1|2|"},
        {"CRLF", "a,b\r\n1,2\r\n", "a|b|/1|2|"},
        {"mixed ends", "a,b\r\n1,2\n3,4\r\n", "a|b|/1|2|/3|4|"},
        {"byte-order mark",
         "\xEF\xBB\xBF"
         "a,b\n1,2\n",
         "a|b|/1|2|"},
        {"byte-order mark, quoted", "\xEF\xBB\xBF\"a\",b\n1,2\n", "a|b|/1|2|"},
        {"only a header", "a,b\n", "a|b|"},
        {"only a header, no newline", "a", "a|"},
        {"empty cells", "a,b,c\n,,\n1,,\n,,3", "a|b|c|/|||/1|||/||3|"},
        {"last cell empty at the end", "a,b\n1,", "a|b|/1||"},
        {"quoted", "a,b\n\"1\",\"x,y\"\n", "a|b|/1|x,y|"},
        {"quoted empty", "a\n\"\"\n", "a|/|"},
        {"quotes in quotes", "a\n\"say \"\"no\"\"\"\n", "a|/say \"no\"|"},
        {"only quotes", "a,b\n\"\"\"\",\"\"\"\"\"\"\n", "a|b|/\"|\"\"|"},
        {"quoted newlines", "a,b\n\"x\ny\",\"u\r\nv\"\nz,w\n", "a|b|/x\ny|u\r\nv|/z|w|"},
        {"a quote in the middle", "a\n5\" disk\n", "a|/5\" disk|"},
        {"empty lines", "\n\na\n\n1\n\r\n2\n\n", "a|/1|/2|"},
        {"blanks stay", "a, b \n 1 ,\t2\n", "a| b |/ 1 |\t2|"},
        {"UTF-8", "équipe\n東京\n", "équipe|/東京|"},
        {"quoted at the end", "a,b\n1,\"2\"", "a|b|/1|2|"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct diag d;
        struct csv_table table;
        diag_init(&d);
        if (load(&table, &d, rows[i].bytes, strlen(rows[i].bytes)) != 0)
            fail_msg("%s: %s", rows[i].name, d.messages[0].message);
        char *cells = spelled(&table);
        if (strcmp(cells, rows[i].expected) != 0)
            fail_msg("%s: read as %s", rows[i].name, cells);
        free(cells);
        csv_table_free(&table);
        diag_release(&d);
    }
}

static char *printed(const struct diag *d)
{
    FILE *stream = tmpfile();
    assert_non_null(stream);
    diag_print(d, stream, false);
    return taken(stream);
}

static void test_bad(void **state)
{
    (void)state;
#define BYTES(string) string, sizeof string - 1
    static const struct {
        const char *name, *bytes;
        size_t length;
        const char *expected;
    } rows[] = {
        {"empty", BYTES(""),
         "t.csv: error: is empty: a first row must name the columns\n"},
        {"only newlines", BYTES("\n\r\n\n"),
         "t.csv: error: is empty: a first row must name the columns\n"},
        {"only a byte-order mark", BYTES("\xEF\xBB\xBF"),
         "t.csv: error: is empty: a first row must name the columns\n"},
        {"too few", BYTES("a,b\n1,2\n3\n"),
         "t.csv:3:2: error: 1 field where the header names 2\n    3\n     ^\n"},
        {"too many, and a later mistake", BYTES("a,b\n1,2,é,4\n5,6\n,\n,,\n"),
         "t.csv:2:5: error: 4 fields where the header names 2\n"
         "    1,2,é,4\n        ^\n"
         "t.csv:5:3: error: 3 fields where the header names 2\n    ,,\n      ^\n"},
        {"too few after a quoted newline", BYTES("a,b\r\n\"x\r\ny\"\r\n1,2\r\n"),
         "t.csv:3:3: error: 1 field where the header names 2\n    y\"\n      ^\n"},
        {"unclosed", BYTES("a,b\n1,\"x\n3,4\n"),
         "t.csv:2:3: error: this quote is not closed\n    1,\"x\n      ^\n"},
        {"unclosed at the end", BYTES("a,b\n1,\""),
         "t.csv:2:3: error: this quote is not closed\n    1,\"\n      ^\n"},
        {"unclosed after doubled", BYTES("a\n\"x\"\"\n"),
         "t.csv:2:1: error: this quote is not closed\n    \"x\"\"\n    ^\n"},
        {"text after a quote", BYTES("a,b\n\"1\"x,2\n\"1\" ,2\n3,4\n"),
         "t.csv:2:4: error: text after a closing quote, a comma was expected\n"
         "    \"1\"x,2\n       ^\n"
         "t.csv:3:4: error: text after a closing quote, a comma was expected\n"
         "    \"1\" ,2\n       ^\n"},
        {"lone CR", BYTES("a,b\r1,2\r"),
         "t.csv:1:4: error: a carriage return without a line feed\n    a,b\n       ^\n"},
        {"NUL", BYTES("a,b\n1,\0\n"),
         "t.csv:2:3: error: a NUL byte: this is no text file, or one in UTF-16\n"
         "    1,\n      ^\n"},
        {"Latin-1", BYTES("a,b\n1,2\né,Z\xFCrich\n4,5\n"),
         "t.csv:3:4: error: byte 0xfc is not UTF-8\n    é,Z\\xfcrich\n       ^\n"},
        {"cut off in the middle of a character", BYTES("a\nx\xE6\x9D"),
         "t.csv:2:2: error: byte 0xe6 is not UTF-8\n    x\\xe6\\x9d\n     ^\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct diag d;
        struct csv_table table;
        diag_init(&d);
        if (load(&table, &d, rows[i].bytes, rows[i].length) != -1)
            fail_msg("%s: accepted", rows[i].name);
        assert_null(table.columns);
        assert_int_equal(table.n_rows, 0);
        assert_int_equal(diag_exit_status(&d), 65);
        char *text = printed(&d);
        if (strcmp(text, rows[i].expected) != 0)
            fail_msg("%s:\n%s", rows[i].name, text);
        free(text);
        csv_table_free(&table); /* harmless */
        diag_release(&d);
    }
}

static void test_many_mistakes(void **state)
{
    (void)state;
    struct diag d;
    struct csv_table table;
    struct text t;
    diag_init(&d);
    text_init(&t);
    text_append(&t, "a,b\n");
    for (int i = 0; i < 1000; i++)
        text_append(&t, "1\n");
    assert_int_equal(load(&table, &d, t.bytes, t.length), -1);
    assert_int_equal(diag_n_errors(&d), 50);
    text_release(&t);
    diag_release(&d);
}

static void test_missing(void **state)
{
    (void)state;
    struct diag d;
    struct csv_table table;
    diag_init(&d);
    assert_int_equal(csv_table_load("no/such.csv", &table, &d), -1);
    assert_int_equal(diag_exit_status(&d), 66);
    csv_table_free(&table);
    diag_release(&d);
}

static void test_numbers(void **state)
{
    (void)state;
    static const char bytes[] = "month,\"used, é\",gpu\n"
                                "2022-01,NaN,0.1\n"
                                "\"a \"\"b\"\"\nc\",\"d\"\"\",x1\n"
                                ",,1e999\n";
    struct diag d;
    struct csv_table table;
    double x = 7;
    diag_init(&d);
    assert_int_equal(load(&table, &d, bytes, sizeof bytes - 1), 0);
    assert_int_equal(csv_table_column(&table, "month"), 0);
    assert_int_equal(csv_table_column(&table, "used, é"), 1);
    assert_int_equal(csv_table_column(&table, "Month"), -1);
    assert_int_equal(csv_table_number(&table, 0, 1, &x, &d), 0);
    assert_true(isnan(x));
    assert_int_equal(csv_table_number(&table, 0, 2, &x, &d), 0);
    assert_true(x == 0.1);

    assert_int_equal(csv_table_number(&table, 0, 0, &x, &d), -1);
    assert_int_equal(csv_table_number(&table, 1, 1, &x, &d), -1);
    assert_int_equal(csv_table_number(&table, 1, 2, &x, &d), -1);
    assert_int_equal(csv_table_number(&table, 2, 1, &x, &d), -1);
    assert_int_equal(csv_table_number(&table, 2, 2, &x, &d), -1);
    assert_int_equal(csv_table_error(&table, 1, 0, &d, "no team '%s'", "z"), -1);
    assert_true(x == 0.1); /* untouched */
    char *text = printed(&d);
    assert_string_equal(text,
                        "t.csv:2:1: error: column 'month': '2022-01' is not a number\n"
                        "    2022-01,NaN,0.1\n"
                        "    ^\n"
                        "t.csv:4:4: error: column 'used, é': 'd\"' is not a number\n"
                        "    c\",\"d\"\"\",x1\n"
                        "       ^\n"
                        "t.csv:4:10: error: column 'gpu': 'x1' is not a number\n"
                        "    c\",\"d\"\"\",x1\n"
                        "             ^\n"
                        "t.csv:5:2: error: column 'used, é' is empty, must be a number\n"
                        "    ,,1e999\n"
                        "     ^\n"
                        "t.csv:5:3: error: column 'gpu': '1e999' is not a number\n"
                        "    ,,1e999\n"
                        "      ^\n"
                        "t.csv:3:1: error: no team 'z'\n"
                        "    \"a \"\"b\"\"\n"
                        "    ^\n");
    free(text);
    csv_table_free(&table);
    diag_release(&d);
}

/* Whatever the writer writes, the reader reads back, and a table with an error in each
 * cell shows each line as it stands in the file. */
static void test_round_trip(void **state)
{
    (void)state;
    enum { N_ROWS = 3000, N_COLUMNS = 4, LONGEST = 7 };
    static const char letters[] = "ab,\"\n\r \t=;x";
    static char cells[N_ROWS + 1][N_COLUMNS][LONGEST + 1];
    unsigned seed = 5;
    struct csv csv;
    csv_init(&csv, NULL);
    for (int r = 0; r <= N_ROWS; r++) {
        for (int c = 0; c < N_COLUMNS; c++) {
            seed = seed * 1103515245u + 12345u;
            int length = (int)((seed >> 16) % LONGEST);
            for (int i = 0; i < length; i++) {
                seed = seed * 1103515245u + 12345u;
                cells[r][c][i] = letters[(seed >> 16) % (sizeof letters - 1)];
            }
            csv_text(&csv, cells[r][c]);
        }
        csv_end(&csv);
    }
    struct diag d;
    struct csv_table table;
    diag_init(&d);
    assert_int_equal(load(&table, &d, csv.text.bytes, csv.text.length), 0);
    assert_int_equal(table.n_rows, N_ROWS);
    uint32_t line = 1;
    for (int r = 0; r <= N_ROWS; r++) {
        assert_int_equal(table.lines[r], line);
        for (int c = 0; c < N_COLUMNS; c++) {
            const char *cell =
                r ? csv_table_cell(&table, (size_t)r - 1, (size_t)c) : table.columns[c];
            /* What would be a formula has a ' before it. */
            assert_string_equal(cell + text_begins_formula(cells[r][c][0]), cells[r][c]);
            for (const char *p = cell; *p; p++)
                line += *p == '\n';
        }
        line++;
    }
    const char *begin = csv.text.bytes;
    for (size_t r = 0; r < 50; r++) {
        for (size_t c = 0; c < N_COLUMNS; c++) {
            diag_clear(&d);
            csv_table_error(&table, r, c, &d, "m");
            const struct place *at = &d.messages[0].at;
            const char *expected = begin;
            for (int i = 1; i < at->line; i++)
                expected = strchr(expected, '\n') + 1;
            /* A quoted CR ends what is shown. */
            size_t length = strlen(at->text);
            assert_memory_equal(at->text, expected, length);
            const char *cell = expected + at->column - 1;
            cell += *cell == '"';
            cell += text_begins_formula(cells[r + 1][c][0]);
            assert_memory_equal(cell, cells[r + 1][c], strcspn(cells[r + 1][c], "\""));
        }
    }
    csv_table_free(&table);
    csv_release(&csv);
    diag_release(&d);
}

/* Strangers' bytes: any soup is read or refused, never read out of bounds (make V=asan).
 */
static void test_soup(void **state)
{
    (void)state;
    static const char letters[] = "a,\"\n\r\0\xEF\xBB\xBF\xFF,\"\n";
    unsigned seed = 9;
    for (int i = 0; i < 3000; i++) {
        char bytes[40];
        seed = seed * 1103515245u + 12345u;
        size_t length = (seed >> 16) % sizeof bytes;
        size_t n_letters = i % 2 ? 5 : sizeof letters - 1;
        for (size_t k = 0; k < length; k++) {
            seed = seed * 1103515245u + 12345u;
            bytes[k] = letters[(seed >> 16) % n_letters];
        }
        struct diag d;
        struct csv_table table;
        diag_init(&d);
        if (load(&table, &d, bytes, length) == 0) {
            for (size_t r = 0; r < table.n_rows; r++)
                csv_table_error(&table, r, table.n_columns - 1, &d, "m");
        } else {
            assert_true(diag_n_errors(&d) > 0);
        }
        free(printed(&d));
        csv_table_free(&table);
        diag_release(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),          cmocka_unit_test(test_bad),
        cmocka_unit_test(test_many_mistakes), cmocka_unit_test(test_missing),
        cmocka_unit_test(test_numbers),       cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_soup),
    };
    return cmocka_run_group_tests(tests, enter_directory, leave_directory) != 0;
}
