/* The tree of a scenario: nodes, identities, and printing what reads back equal. */
#include "base/arena.h"
#include "base/diag.h"
#include "scenario/literal.h"
#include "scenario/node.h"
#include "scenario/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct arena arena;
static struct diag diag;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    diag_init(&diag);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    diag_release(&diag);
    return 0;
}

/* The tree that a text of settings means. */
static struct node *read_tree(const char *settings)
{
    struct node *root = NULL;
    const char *group = arena_printf(&arena, "{\n%s}", settings);
    const struct source *source = source_of_text(&arena, "text", group);
    if (parse_value(&arena, source, 0, &root, &diag) != 0) {
        diag_print(&diag, stderr, false);
        fail_msg("this should be read:\n%s", settings);
    }
    return root;
}

static const char *print_tree(const struct node *root)
{
    struct text text;
    text_init(&text);
    node_print(root, &text);
    const char *copy = arena_string(&arena, text.bytes);
    text_release(&text);
    return copy;
}

static void test_tree(void **state)
{
    (void)state;
    struct node *root = read_tree("a = 1; b = { c = 2.5; d = \"x\"; }; e = ( 1, true );");
    assert_int_equal(root->kind, NODE_GROUP);
    assert_null(root->key);
    assert_int_equal(root->n_children, 3);
    assert_int_equal(node_find(root, "a")->value.integer, 1);
    assert_null(node_find(root, "aa"));
    assert_null(node_find(node_find(root, "a"), "a"));
    struct node *b = node_find(root, "b");
    assert_true(node_find(b, "c")->value.number == 2.5);
    assert_string_equal(node_find(b, "d")->value.text, "x");
    struct node *e = node_find(root, "e");
    assert_int_equal(e->kind, NODE_LIST);
    assert_null(e->children[0]->key);
    assert_true(e->children[1]->value.truth);

    struct node *copy = node_copy(&arena, root);
    assert_true(node_equal(root, copy));
    assert_int_equal(node_find(copy, "b")->at.line, 2);
    node_find(copy, "a")->value.integer = 2;
    assert_false(node_equal(root, copy));
    assert_int_equal(node_find(root, "a")->value.integer, 1);

    node_remove(root, b);
    assert_int_equal(root->n_children, 2);
    assert_string_equal(print_tree(root), "a = 1;\ne = ( 1, true );\n");
}

static void test_differences(void **state)
{
    (void)state;
    static const char *const different[][2] = {
        {"a = 1;", "a = 2;"},           {"a = 1;", "b = 1;"},
        {"a = 1;", "a = 1.0;"},         {"a = 0.0;", "a = -0.0;"},
        {"a = \"\";", "a = \" \";"},    {"a = ();", "a = {};"},
        {"a = true;", "a = false;"},    {"a = 1;", "a = 1; b = 2;"},
        {"a = (1, 2);", "a = (2, 1);"}, {"a = { b = 1; };", "a = { b = 2; };"},
    };
    for (size_t i = 0; i < sizeof different / sizeof *different; i++) {
        struct node *a = read_tree(different[i][0]), *b = read_tree(different[i][1]);
        assert_false(node_equal(a, b));
        assert_true(node_equal(a, node_copy(&arena, a)));
    }
    assert_true(node_equal(read_tree("a = [ 1, 2 ];"), read_tree("a = ( 1, 0x2L );")));
}

static void test_identities(void **state)
{
    (void)state;
    static const struct {
        const char *list_key, *element, *identity;
    } rows[] = {
        {"pools", "name = \"a\";", "a"},
        {"organisation", "name = \"a\";", "a"},
        {"groups", "name = \"a\";", "a"},
        {"teams", "name = \"a\";", "a"},
        {"projects", "name = \"a\"; pool = \"b\";", "a"},
        {"members", "name = \"a\";", "a"},
        {"happenings", "at = \"x\"; name = \"a\";", "a"},
        {"happenings", "at = \"x\";", NULL},
        {"alternatives", "name = \"a\";", "a"},
        {"alternatives", "name = 1;", NULL},
        {"exploration", "name = \"a\"; pool = \"b\";", "b"},
        {"ratings", "topic = \"t\";", "t"},
        {"ratings", "topic = \"t\"; kind = \"k\";", "k"},
        {"ratings", "kind = \"k\"; group = \"g\";", "g"},
        {"ratings", "group = \"g\"; team = \"m\";", "m"},
        {"ratings", "team = \"m\"; project = \"p\";", "p"},
        {"ratings", "name = \"a\";", NULL},
        {"stages", "name = \"a\";", NULL},
        {NULL, "name = \"a\";", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *identity =
            node_identity(rows[i].list_key, read_tree(rows[i].element));
        if (rows[i].identity)
            assert_string_equal(identity, rows[i].identity);
        else
            assert_null(identity);
    }
    struct node *root =
        read_tree("teams = ( { name = \"a\"; }, 3, { name = \"b\"; x = 1; } );"
                  "stages = ( { name = \"a\"; } );"
                  "ratings = ( { team = \"x\"; }, { project = \"x\"; } );");
    struct node *teams = node_find(root, "teams");
    assert_ptr_equal(node_element(teams, "b"), teams->children[2]);
    assert_null(node_element(teams, "c"));
    assert_null(node_element(node_find(root, "stages"), "a"));
    struct node *ratings = node_find(root, "ratings");
    assert_ptr_equal(node_element(ratings, "x"), ratings->children[0]);
    assert_ptr_equal(node_counterpart(ratings, ratings->children[1]),
                     ratings->children[1]);
}

static void test_layout(void **state)
{
    (void)state;
    /* What is printed is its own source: each text must come back as it is. */
    static const char *const texts[] = {
        "",
        "a = 1;\n",
        "empty_group = { };\nempty_list = ( );\n",
        "short = { a = 1; b = \"x\"; c = true; };\nlist = ( 1, 2.0, \"x\" );\n",
        "deep = {\n    a = { b = 1; };\n    c = 2;\n};\n",
        "list = (\n    { a = 1; },\n    ( 1, 2 ),\n    3\n);\n",
        "list = (\n    {\n        a = ( 1 );\n    }\n);\n",
        "a = {\n    long = \"0123456789012345678901234567890123456789\";\n"
        "    longer = \"01234567890123456789012345678901234567890123456789\";\n};\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(print_tree(read_tree(texts[i])), texts[i]);

    /* 90 columns just fit, 91 do not; wide characters take two. */
    const char *fits = arena_printf(&arena, "a = ( \"%079d\" );\n", 0);
    assert_int_equal(strlen(fits), 90 + 1);
    assert_string_equal(print_tree(read_tree(fits)), fits);
    fits = arena_printf(&arena, "a = ( \"%077d日\" );\n", 0);
    assert_string_equal(print_tree(read_tree(fits)), fits);
    const char *breaks = arena_printf(&arena, "a = (\n    \"%080d\"\n);\n", 0);
    assert_string_equal(print_tree(read_tree(breaks)), breaks);
    breaks = arena_printf(&arena, "a = (\n    \"%078d日\"\n);\n", 0);
    assert_string_equal(print_tree(read_tree(breaks)), breaks);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        double number;
        const char *spelling;
    } rows[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {0.1, "0.1"},
        {2.385, "2.385"},
        {1e20, "1e+20"},
        {1e15, "1e+15"},
        {1e14, "100000000000000.0"},
        {1.0 / 3.0, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {5e-324, "4.94065645841247e-324"},
        {-123456.789, "-123456.789"},
    };
    static const struct {
        int64_t integer;
        const char *spelling;
    } integers[] = {
        {0, "0"},
        {-1, "-1"},
        {2147483647, "2147483647"},
        {2147483648, "2147483648L"},
        {-2147483648LL, "-2147483648"},
        {-2147483649LL, "-2147483649L"},
        {INT64_MAX, "9223372036854775807L"},
        {INT64_MIN, "-9223372036854775808L"},
    };
    struct text text;
    text_init(&text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        text_clear(&text);
        literal_print_number(&text, rows[i].number);
        assert_string_equal(text.bytes, rows[i].spelling);
        struct node *root = read_tree(arena_printf(&arena, "a = %s;", text.bytes));
        assert_int_equal(root->children[0]->kind, NODE_FLOAT);
        assert_true(root->children[0]->value.number == rows[i].number);
    }
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        text_clear(&text);
        literal_print_integer(&text, integers[i].integer);
        assert_string_equal(text.bytes, integers[i].spelling);
        struct node *root = read_tree(arena_printf(&arena, "a = %s;", text.bytes));
        assert_int_equal(root->children[0]->kind, NODE_INT);
        assert_true(root->children[0]->value.integer == integers[i].integer);
    }
    text_release(&text);
}

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *spelling;
    } rows[] = {
        {"", "\"\""},
        {"a b", "\"a b\""},
        {"\n\t\"\\", "\"\\n\\t\\\"\\\\\""},
        {"\r\f\x01\x1f\x7f", "\"\\x0d\\x0c\\x01\\x1f\\x7f\""},
        {"\x01"
         "1",
         "\"\\x011\""},
        {"größe 日本 \xF0\x9F\x98\x80", "\"größe 日本 \xF0\x9F\x98\x80\""},
        {"@include \"x\" /* # // */", "\"@include \\\"x\\\" /* # // */\""},
        {"\\x41\\n", "\"\\\\x41\\\\n\""},
    };
    struct text text;
    text_init(&text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        text_clear(&text);
        literal_print_text(&text, rows[i].text);
        assert_string_equal(text.bytes, rows[i].spelling);
        struct node *root = read_tree(arena_printf(&arena, "a = %s;", text.bytes));
        assert_string_equal(root->children[0]->value.text, rows[i].text);
    }
    text_release(&text);
}

/* ---- random trees ---- */

static uint64_t seed;

static uint64_t draw(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

static const char *random_text(void)
{
    static const char *const pieces[] = {"a",
                                         "Llama 2",
                                         "\n",
                                         "\t",
                                         "\"",
                                         "\\",
                                         "\\x00",
                                         "\\\"",
                                         "\x01",
                                         "\x7F",
                                         "é",
                                         "日",
                                         "\xF0\x9F\x98\x80",
                                         "#",
                                         "//",
                                         "/*",
                                         "*/",
                                         "@include \"x\"",
                                         ";",
                                         "=",
                                         "{",
                                         ")",
                                         " ",
                                         "L",
                                         "1e999",
                                         "\r\n",
                                         "\xC2\x85",
                                         "%s%n",
                                         "''",
                                         "\f",
                                         "\v",
                                         "\xEF\xBB\xBF"};
    struct text text;
    text_init(&text);
    for (uint64_t n = draw(6); n > 0; n--)
        text_append(&text, pieces[draw(sizeof pieces / sizeof *pieces)]);
    const char *copy = arena_string(&arena, text.bytes);
    text_release(&text);
    return copy;
}

static int64_t random_integer(void)
{
    static const int64_t edges[] = {0,          -1,          INT32_MAX, INT32_MIN,
                                    2147483648, -2147483649, INT64_MAX, INT64_MIN};
    if (draw(2))
        return edges[draw(sizeof edges / sizeof *edges)];
    int64_t integer;
    uint64_t bits = (seed * 0x9E3779B97F4A7C15u) >> draw(64);
    memcpy(&integer, &bits, sizeof integer);
    return integer;
}

static double random_number(void)
{
    static const double edges[] = {0.0, -0.0,    1.0,     1e15,     1e16,  1e17,
                                   0.1, -5e-324, DBL_MAX, -DBL_MIN, 1e300, 312.0};
    if (draw(2))
        return edges[draw(sizeof edges / sizeof *edges)];
    double number;
    uint64_t bits = seed * 0x9E3779B97F4A7C15u;
    memcpy(&number, &bits, sizeof number);
    return isfinite(number) ? number : 1.0;
}

static struct node *random_node(const char *key, int depth)
{
    static const char *const keys[] = {"a",     "name", "x-1", "teams",     "B_2",   "*",
                                       "trues", "L",    "e5",  "falsehood", "stages"};
    struct node *node = node_new(&arena, (enum node_kind)draw(depth > 0 ? 6 : 2), key);
    if (depth > 4)
        node->kind = NODE_TEXT;
    switch (node->kind) {
    case NODE_TEXT:
        node->value.text = random_text();
        break;
    case NODE_INT:
        node->value.integer = random_integer();
        break;
    case NODE_FLOAT:
        node->value.number = random_number();
        break;
    case NODE_BOOL:
        node->value.truth = draw(2);
        break;
    case NODE_GROUP:
        for (size_t i = draw(4); i < sizeof keys / sizeof *keys; i += 1 + draw(5))
            node_append(&arena, node, random_node(keys[i], depth + 1));
        break;
    case NODE_LIST:
        for (uint64_t n = draw(5); n > 0; n--)
            node_append(&arena, node, random_node(NULL, depth + 1));
        break;
    }
    return node;
}

static void test_random_trees(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= 2000; i++) {
        arena_reset(&arena);
        seed = i * 0x9E3779B97F4A7C15u;
        struct node *root = node_new(&arena, NODE_GROUP, NULL);
        node_append(&arena, root, random_node("first", 0));
        node_append(&arena, root, random_node("second", 1));
        const char *text = print_tree(root);
        struct node *again = read_tree(text);
        if (!node_equal(root, again))
            fail_msg("tree %d does not read back equal:\n%s", (int)i, text);
        assert_string_equal(print_tree(again), text);
        assert_true(node_equal(root, node_copy(&arena, root)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_differences, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_identities, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_layout, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_random_trees, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
