/* Reading scenarios: odd but right files, the places of nodes, files that include each
 * other, files that cannot be read. */
#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "scenario/parse.h"

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

/* libconfig 1.5 loses the text of a string that stands where a mistake is. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig";
}

static char directory[64];
static struct arena arena;
static struct diag diag;
static struct source_list sources;
static struct node *root;

static int set_up(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/allot-parse-XXXXXX");
    if (!mkdtemp(directory) || chdir(directory) != 0)
        return -1;
    arena_init(&arena);
    diag_init(&diag);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    diag_release(&diag);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return chdir("/") != 0 || system(command) != 0;
}

static void write_bytes(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void write_file(const char *path, const char *text)
{
    write_bytes(path, text, strlen(text));
}

static int parse(const char *path, const struct parse_options *options)
{
    arena_reset(&arena);
    diag_clear(&diag);
    root = NULL;
    return scenario_parse(&arena, path, options, &sources, &root, &diag);
}

static int parse_text(const char *text)
{
    write_file("main.cfg", text);
    return parse("main.cfg", NULL);
}

/* Line n of a file, without its end. */
static const char *line_of(const char *path, int n)
{
    for (size_t i = 0; i < sources.n_sources; i++) {
        const char *line = sources.sources[i]->text;
        if (strcmp(sources.sources[i]->path, path) != 0)
            continue;
        line += strncmp(line, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        for (; n > 1; n--)
            line = strchr(line, '\n') + 1;
        return arena_copy(&arena, line, strcspn(line, "\r\n"));
    }
    return NULL;
}

/* All messages: [FILE:]LINE:COLUMN: MESSAGE | HINT, the file unless it is main.cfg. */
static const char *reported(void)
{
    struct text text;
    text_init(&text);
    for (size_t i = 0; i < diag.n_messages; i++) {
        const struct diag_message *m = &diag.messages[i];
        if (strcmp(m->at.file, "main.cfg") != 0)
            text_printf(&text, "%s:", m->at.file);
        text_printf(&text, "%d:%d: %s%s%s\n", m->at.line, m->at.column, m->message,
                    m->hint ? " | " : "", m->hint ? m->hint : "");
        if (m->at.text)
            assert_string_equal(m->at.text, line_of(m->at.file, m->at.line));
    }
    const char *copy = arena_string(&arena, text.bytes);
    text_release(&text);
    return copy;
}

static void assert_reported(const char *name, const char *expected)
{
    if (strcmp(reported(), expected) != 0)
        fail_msg("%s:\n%sinstead of\n%s", name, reported(), expected);
}

/* Odd, but right. */
static void test_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *text, *printed;
    } rows[] = {
        {"a = 1 b = 2 c = \"x\" d = true", "a = 1;\nb = 2;\nc = \"x\";\nd = true;\n"},
        {"a: 1, b : {c : 2},", "a = 1;\nb = { c = 2; };\n"},
        {"a = TRUE; b = fAlse;", "a = true;\nb = false;\n"},
        {"a = 2147483647; b = -2147483648; c = 0x7FFFFFFF; d = 0;",
         "a = 2147483647;\nb = -2147483648;\nc = 2147483647;\nd = 0;\n"},
        {"a = 9223372036854775807L; b = -9223372036854775808LL; c = 0X10L;",
         "a = 9223372036854775807L;\nb = -9223372036854775808L;\nc = 16;\n"},
        {"a = 0e5; b = 4.9e-324; c = 0.0e999; d = 01.5; e = .5; f = 5.; g = +1E+2;",
         "a = 0.0;\nb = 4.94065645841247e-324;\nc = 0.0;\nd = 1.5;\ne = 0.5;\nf = 5.0;\n"
         "g = 100.0;\n"},
        {"a = \"x\" /* and */ \"y\"\n# more\n\"z\";", "a = \"xyz\";\n"},
        {"a = \"\\xC3\\xA9\\r\\f\\t\\n\\\"\\\\\";",
         "a = \"é\\x0d\\x0c\\t\\n\\\"\\\\\";\n"},
        {"a = \"# no // comment /* at all\"; // one\nb = 1 # another\n/* a\n*/ c = 2;",
         "a = \"# no // comment /* at all\";\nb = 1;\nc = 2;\n"},
        {"/**/ a = 1; /* * / **/ b = 2;", "a = 1;\nb = 2;\n"},
        {"a = [ ]; b = ( ); c = { }; d = [ 1, 2 ];",
         "a = ( );\nb = ( );\nc = { };\nd = ( 1, 2 );\n"},
        {"true-ish = 1; *x* = 2; e5 = 3; inf = 4;",
         "true-ish = 1;\n*x* = 2;\ne5 = 3;\ninf = 4;\n"},
        {"a = ( ( ), ( 1 ) );", "a = (\n    ( ),\n    ( 1 )\n);\n"},
        {"\f a\t=\r\n1", "a = 1;\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (parse_text(rows[i].text) != 0)
            fail_msg("%s:\n%s", rows[i].text, reported());
        struct text text;
        text_init(&text);
        node_print(root, &text);
        assert_string_equal(text.bytes, rows[i].printed);
        text_release(&text);
    }
    char deep[200] = "a = ";
    memset(deep + 4, '(', 64);
    memset(deep + 68, ')', 64);
    assert_int_equal(parse_text(deep), 0);
}

static void assert_place(const struct place *at, const char *file, int line, int column)
{
    assert_string_equal(at->file, file);
    assert_int_equal(at->line, line);
    assert_int_equal(at->column, column);
    if (line > 0)
        assert_string_equal(at->text, line_of(file, line));
}

static void test_places(void **state)
{
    (void)state;
    write_file("part.cfg", "/* ü */ k = 2;\n");
    assert_int_equal(
        parse_text("# Who?\n"
                   "a = 1; /* ä */ b = \"é\" \"x\";\n"
                   "list = ( 1,\n"
                   "\t\"日\", { c = true; @include \"part.cfg\" d = 5; } );\n"),
        0);
    assert_place(&root->at, "main.cfg", 0, 0);
    const struct node *b = node_find(root, "b"), *list = node_find(root, "list");
    assert_place(&node_find(root, "a")->at, "main.cfg", 2, 1);
    assert_place(&node_find(root, "a")->value_at, "main.cfg", 2, 5);
    assert_place(&b->at, "main.cfg", 2, 16);
    assert_place(&b->value_at, "main.cfg", 2, 20);
    assert_place(&list->at, "main.cfg", 3, 1);
    assert_place(&list->value_at, "main.cfg", 3, 8);
    assert_place(&list->children[0]->at, "main.cfg", 3, 10);
    assert_place(&list->children[1]->at, "main.cfg", 4, 2);
    const struct node *group = list->children[2];
    assert_place(&group->at, "main.cfg", 4, 7);
    assert_place(&group->value_at, "main.cfg", 4, 7);
    assert_place(&node_find(group, "c")->at, "main.cfg", 4, 9);
    assert_place(&node_find(group, "k")->at, "part.cfg", 1, 9);
    assert_place(&node_find(group, "k")->value_at, "part.cfg", 1, 13);
    assert_place(&node_find(group, "d")->at, "main.cfg", 4, 39);
    assert_string_equal(sources.question, "Who?");
}

/* ---- files ---- */

static void test_includes(void **state)
{
    (void)state;
    assert_int_equal(mkdir("data", 0777) | mkdir("data/presets", 0777), 0);
    assert_int_equal(mkdir("sub", 0777), 0);
    write_file("data/presets/rwth.cfg", "divide = \"quota\";\n@include \"more.cfg\"\n");
    write_file("data/presets/more.cfg", "quota = { k = 1.0; };\n");
    write_file("sub/part.cfg", "a = 1;\n@include \"beside.cfg\"");
    write_file("sub/beside.cfg", "b = 2");
    const struct parse_options options = {.data_dir = "data"};
    write_file("main.cfg",
               "rule = { @include \"presets/rwth.cfg\" };\n"
               "x = ( { @include \"sub/part.cfg\" }, {@include\t\"sub/beside.cfg\"} );\n"
               "s = \"@include \\\"no.cfg\\\"\"; # @include \"no.cfg\"\n");
    if (parse("main.cfg", &options) != 0)
        fail_msg("%s", reported());
    struct text text;
    text_init(&text);
    node_print(root, &text);
    assert_string_equal(text.bytes, "rule = {\n"
                                    "    divide = \"quota\";\n"
                                    "    quota = { k = 1.0; };\n"
                                    "};\n"
                                    "x = (\n"
                                    "    { a = 1; b = 2; },\n"
                                    "    { b = 2; }\n"
                                    ");\n"
                                    "s = \"@include \\\"no.cfg\\\"\";\n");
    text_release(&text);
    static const char *const paths[] = {"main.cfg", "data/presets/rwth.cfg",
                                        "data/presets/more.cfg", "sub/part.cfg",
                                        "sub/beside.cfg"};
    assert_int_equal(sources.n_sources, 5); /* beside.cfg once */
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(sources.sources[i]->path, paths[i]);
    /* printf 'b = 2' | sha256sum */
    assert_string_equal(
        sources.sources[4]->sha256,
        "f74f51ca02a3709d12a81f18f276abaab20f5f50a0e8144cbf9d0004e4af3eda");
    assert_string_equal(sources.sources[4]->text, "b = 2");
    assert_null(sources.question);
}

static void test_mistakes_in_includes(void **state)
{
    (void)state;
    write_file("part.cfg", "/* é */ b = bad;\n\n  c = 1e999;\n");
    assert_int_equal(parse_text("d = 0x; @include \"part.cfg\"\ne = 1 2;"), -1);
    assert_reported("all files",
                    "1:5: '0x' is not a number | text stands in quotes: \"0x\"\n"
                    "part.cfg:3:7: '1e999' is too large for a number | the largest is "
                    "about 1.797e308\n"
                    "part.cfg:1:13: unexpected 'bad' | text stands in quotes: \"bad\"\n"
                    "2:7: unexpected '2' | a key and a '=' are missing before it\n");
    /* Brackets may open in one file and close in the other. */
    write_file("part.cfg", "b = ( 1, 2");
    assert_int_equal(parse_text("@include \"part.cfg\"\n, 3 ); c = 1;"), 0);
    assert_int_equal(node_find(root, "b")->n_children, 3);
    assert_int_equal(parse_text("@include \"part.cfg\"\n; c = 1;"), -1);
    assert_reported("open", "part.cfg:1:5: this '(' is not closed\n");
    assert_int_equal(parse_text("d = {\n@include \"part.cfg\"\n};"), -1);
    assert_reported("crossed", "part.cfg:1:5: this '(' is not closed | the '}' of "
                               "main.cfg, line 3 comes first\n");

    const struct parse_options options = {.data_dir = "data"};
    write_file("main.cfg", "\n rule = { @include \"presets/none.cfg\" };");
    assert_int_equal(parse("main.cfg", &options), -1);
    assert_reported(
        "missing", "2:11: 'presets/none.cfg' cannot be read: No such file or directory | "
                   "it is looked up beside this file and in 'data'\n");
    assert_int_equal(diag_exit_status(&diag), 66);
}

static void test_cycles(void **state)
{
    (void)state;
    assert_int_equal(mkdir("sub", 0777), 0);
    assert_int_equal(parse_text("a = 1;\n@include \"./main.cfg\"\n"), -1);
    assert_reported("itself", "2:1: this file includes itself: main.cfg -> main.cfg\n");
    write_file("sub/b.cfg", "b = {\n  @include \"../sub/c.cfg\" };");
    write_file("sub/c.cfg", "x = 1; @include \"b.cfg\"");
    assert_int_equal(parse_text("@include \"sub/b.cfg\""), -1);
    assert_reported("a circle",
                    "sub/../sub/c.cfg:1:8: this file includes itself: sub/b.cfg -> "
                    "sub/../sub/c.cfg -> sub/b.cfg\n");
    for (int i = 1; i <= 20; i++)
        write_file(arena_printf(&arena, "%d.cfg", i),
                   arena_printf(&arena, "@include \"%d.cfg\"\n", i + 1));
    write_file("21.cfg", "a = 1;");
    assert_int_equal(parse("6.cfg", NULL), 0);
    assert_int_equal(parse("5.cfg", NULL), -1);
    assert_reported("too deep",
                    "20.cfg:1:1: files include each other more than 16 deep\n");
}

static void test_jail(void **state)
{
    (void)state;
    assert_int_equal(mkdir("jail", 0777) | mkdir("jail/sub", 0777), 0);
    assert_int_equal(mkdir("jailer", 0777), 0);
    write_file("out.cfg", "a = 1;");
    write_file("jailer/out.cfg", "a = 1;");
    write_file("jail/in.cfg", "b = 2;");
    write_file("jail/sub/main.cfg", "@include \"../in.cfg\"\n");
    write_file("jail/up.cfg", "@include \"../out.cfg\"\n");
    write_file("jail/none.cfg", "@include \"../none.cfg\"\n");
    write_file("jail/root.cfg", "@include \"/etc/passwd\"\n");
    write_file("jail/shared.cfg", "@include \"out.cfg\"\n");
    assert_int_equal(symlink("../out.cfg", "jail/link.cfg"), 0);
    const struct parse_options options = {.jail = "jail", .data_dir = "jailer"};
    assert_int_equal(parse("jail/sub/main.cfg", &options), 0);
    static const char outside[] = "cannot be read: it is missing or lies outside 'jail'";
    static const char *const paths[] = {"out.cfg",       "jailer/out.cfg",
                                        "jail/link.cfg", "jail/../out.cfg",
                                        "none.cfg",      "jail/missing.cfg"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_int_equal(parse(paths[i], &options), -1);
        assert_reported(paths[i],
                        arena_printf(&arena, "%s:0:0: %s\n", paths[i], outside));
        assert_int_equal(diag_exit_status(&diag), 66);
    }
    static const char *const includers[][2] = {{"jail/up.cfg", "../out.cfg"},
                                               {"jail/none.cfg", "../none.cfg"},
                                               {"jail/root.cfg", "/etc/passwd"},
                                               {"jail/shared.cfg", "out.cfg"}};
    for (size_t i = 0; i < sizeof includers / sizeof *includers; i++) {
        assert_int_equal(parse(includers[i][0], &options), -1);
        assert_reported(includers[i][0],
                        arena_printf(&arena, "%s:1:1: '%s' %s\n", includers[i][0],
                                     includers[i][1], outside));
    }
    const struct parse_options everything = {.jail = "/"};
    assert_int_equal(parse("jail/sub/main.cfg", &everything), 0);
    const struct parse_options nowhere = {.jail = "no-such-directory"};
    assert_int_equal(parse("jail/sub/main.cfg", &nowhere), -1);
}

static void test_unreadable(void **state)
{
    (void)state;
    assert_int_equal(mkdir("directory.cfg", 0777) | mkfifo("fifo.cfg", 0777), 0);
    static const char *const rows[][2] = {
        {"none.cfg", "none.cfg:0:0: cannot be read: No such file or directory\n"},
        {"directory.cfg", "directory.cfg:0:0: cannot be read: it is a directory\n"},
        {"fifo.cfg", "fifo.cfg:0:0: cannot be read: it is no regular file\n"},
        {"", ":0:0: cannot be read: No such file or directory\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(parse(rows[i][0], NULL), -1);
        assert_reported(rows[i][0], rows[i][1]);
        assert_int_equal(diag_exit_status(&diag), 66);
    }
}

static void test_no_text(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *expected;
    } rows[] = {
        {"\0", 1, "1:1: is not a text file | the byte 0x00 here is not for text files\n"},
        {"a = 1;\nb = é\0;", 15,
         "2:6: is not a text file | the byte 0x00 here is not for text files\n"},
        {"a = 1; # \xFF\n", 11,
         "1:10: is not a text file | the byte 0xff here is not UTF-8\n"},
        {"a\n\nb = \"\xC3\";", 11,
         "3:6: is not a text file | the byte 0xc3 here is not UTF-8\n"},
        {"a = \xED\xA0\x80;", 8,
         "1:5: is not a text file | the byte 0xed here is not UTF-8\n"},
        {"\xFF\xFEz", 4, "1:1: is not a text file | the byte 0xff here is not UTF-8\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_bytes("main.cfg", rows[i].bytes, rows[i].length);
        assert_int_equal(parse("main.cfg", NULL), -1);
        assert_int_equal(diag_exit_status(&diag), 65);
        diag.messages[0].at.text = NULL; /* cut at the NUL */
        assert_reported("no text", rows[i].expected);
    }
    write_bytes("part.cfg", "x = \"\x80\";", 8);
    assert_int_equal(parse_text("@include \"part.cfg\""), -1);
    assert_reported(
        "included",
        "part.cfg:1:6: is not a text file | the byte 0x80 here is not UTF-8\n");
}

static void test_question(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"# Who gains?\na = 1;", "Who gains?"},
        {"a = 1;\n\t//  Who \t\r\n# Two\n", "Who"},
        {"#\n##  Three # four\na = 1;", "Three # four"},
        {"a = 1; # not at the beginning\n", NULL},
        {"/* no */ a = 1;", NULL},
        {"a = 1;\n#", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(parse_text(rows[i][0]), 0);
        if (rows[i][1])
            assert_string_equal(sources.question, rows[i][1]);
        else
            assert_null(sources.question);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_accepted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_includes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mistakes_in_includes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cycles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_jail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unreadable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_question, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
