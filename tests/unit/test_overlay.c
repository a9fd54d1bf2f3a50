/* Overlays, and pruning what is switched off. */
#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "scenario/overlay.h"
#include "scenario/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

/* All messages: FILE:LINE:COLUMN: MESSAGE | HINT. */
static const char *reported(void)
{
    struct text text;
    text_init(&text);
    for (size_t i = 0; i < diag.n_messages; i++) {
        const struct diag_message *m = &diag.messages[i];
        assert_int_equal(m->cause, DIAG_DATA);
        text_printf(&text, "%s:%d:%d: %s%s%s\n", m->at.file, m->at.line, m->at.column,
                    m->message, m->hint ? " | " : "", m->hint ? m->hint : "");
    }
    const char *copy = arena_string(&arena, text.bytes);
    text_release(&text);
    return copy;
}

/* The tree that a text of settings means; its lines count from 2. */
static struct node *read_tree(const char *name, const char *settings)
{
    struct node *root = NULL;
    const char *group = arena_printf(&arena, "{\n%s}", settings);
    const struct source *source = source_of_text(&arena, name, group);
    if (parse_value(&arena, source, 0, &root, &diag) != 0)
        fail_msg("%s%s", settings, reported());
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

static void test_overlay(void **state)
{
    (void)state;
    static const struct {
        const char *name, *base, *overlay, *expected; /* a tree, or messages */
    } rows[] = {
        {"values replace and append", "a = 1;\nb = 2;\n", "b = \"x\"; c = 3;",
         "a = 1;\nb = \"x\";\nc = 3;\n"},
        {"groups merge", "rule = { divide = \"equal\"; quota = { k = 1.0; }; };\n",
         "rule = { quota = { j = 2.0; }; decay = { h = 1; }; };",
         "rule = {\n    divide = \"equal\";\n    quota = { k = 1.0; j = 2.0; };\n"
         "    decay = { h = 1; };\n};\n"},
        {"a group takes the place of a value", "a = 1;\n", "a = { b = 2; };",
         "a = { b = 2; };\n"},
        {"a value takes the place of a group", "a = { b = 2; };\n", "a = 1;", "a = 1;\n"},
        {"lists replace", "marks = ( 1, 2 ); a = [ 3 ];", "marks = ( 4 ); a = ();",
         "marks = ( 4 );\na = ( );\n"},
        {"lists without identities replace", "stages = ( { name = \"a\"; x = 1; } );",
         "stages = ( { name = \"a\"; y = 1; } );",
         "stages = (\n    { name = \"a\"; y = 1; }\n);\n"},
        {"elements merge, append, go",
         "pools = ( { name = \"a\"; x = 1; }, { name = \"b\"; } );",
         "pools = ( { name = \"c\"; }, { name = \"a\"; y = 2; }, { name = \"b\"; enabled "
         "= "
         "false; } );",
         "pools = (\n    { name = \"a\"; x = 1; y = 2; },\n    { name = \"c\"; }\n);\n"},
        {"elements without identity append", "happenings = ( { at = 1; } );",
         "happenings = ( { at = 1; }, { at = 2; } );",
         "happenings = (\n    { at = 1; },\n    { at = 1; },\n    { at = 2; }\n);\n"},
        {"an empty list clears", "happenings = ( { at = 1; } );", "happenings = ( );",
         "happenings = ( );\n"},
        {"a list that is new", "a = 1;", "pools = ( { name = \"a\"; } );",
         "a = 1;\npools = (\n    { name = \"a\"; }\n);\n"},
        {"a list of texts replaces", "teams = ( \"a\", \"b\" );", "teams = ( \"c\" );",
         "teams = ( \"c\" );\n"},
        {"groups replace a list of texts", "pools = ( \"a\" );",
         "pools = ( { name = \"b\"; } );", "pools = (\n    { name = \"b\"; }\n);\n"},
        {"lists in elements merge",
         "projects = ( { name = \"p\"; ratings = ( { team = \"x\"; r = 1; },"
         " { project = \"x\"; r = 2; } ); stages = ( 1, 2 ); } );",
         "projects = ( { name = \"p\"; ratings = ( { project = \"x\"; r = 3; },"
         " { topic = \"x\"; r = 4; } ); stages = ( 3 ); } );",
         "projects = (\n    {\n        name = \"p\";\n        ratings = (\n"
         "            { team = \"x\"; r = 1; },\n            { project = \"x\"; r = 3; "
         "},\n"
         "            { topic = \"x\"; r = 4; }\n        );\n        stages = ( 3 );\n"
         "    }\n);\n"},
        {"exploration meets by pool", "exploration = ( { pool = \"a\"; x = 1; } );",
         "exploration = ( { pool = \"a\"; x = 2; } );",
         "exploration = (\n    { pool = \"a\"; x = 2; }\n);\n"},
        {"switched on again", "pools = ( { name = \"a\"; enabled = false; } );",
         "pools = ( { name = \"a\"; enabled = true; } );",
         "pools = (\n    { name = \"a\"; enabled = true; }\n);\n"},
        {"teams and groups anywhere",
         "organisation = ( { name = \"o\"; groups = ( { name = \"g\"; teams = ( { name = "
         "\"t\"; }, { name = \"u\"; } ); } ); teams = ( { name = \"v\"; } ); } );",
         "teams = ( { name = \"t\"; x = 1; }, { name = \"v\"; x = 2; }, { name = \"u\"; "
         "enabled = false; } ); groups = ( { name = \"g\"; y = 1; }, { name = \"o\"; y = "
         "2; "
         "} );",
         "organisation = (\n    {\n        name = \"o\";\n        groups = (\n"
         "            {\n                name = \"g\";\n                teams = (\n"
         "                    { name = \"t\"; x = 1; }\n                );\n"
         "                y = 1;\n            }\n        );\n        teams = (\n"
         "            { name = \"v\"; x = 2; }\n        );\n        y = 2;\n    }\n);\n"},
        {"teams outside groups", "teams = ( { name = \"t\"; }, { name = \"u\"; } );",
         "teams = ( { name = \"u\"; x = 1; }, { name = \"t\"; enabled = false; } );",
         "teams = (\n    { name = \"u\"; x = 1; }\n);\n"},
        {"teams in their place", "organisation = ( { name = \"o\"; } );",
         "organisation = ( { name = \"o\"; teams = ( { name = \"t\"; } ); } );",
         "organisation = (\n    {\n        name = \"o\";\n        teams = (\n"
         "            { name = \"t\"; }\n        );\n    }\n);\n"},

        {"removing what is not there", "happenings = ( { name = \"autumn\"; } );",
         "happenings = ( { name = \"autum\"; enabled = false; } );",
         "overlay:2:16: 'autum' cannot be removed: it is not in happenings | did you "
         "mean "
         "'autumn'?\n"},
        {"removing from nothing", "",
         "pools = ( { name = \"a\"; enabled = false; } );\n"
         "x = { members = ( { name = \"m\"; enabled = false; } ); };",
         "overlay:2:11: 'a' cannot be removed: it is not in pools\n"
         "overlay:3:19: 'm' cannot be removed: it is not in members\n"},
        {"removing the same text of another sort", "ratings = ( { team = \"x\"; } );",
         "ratings = ( { project = \"x\"; enabled = false; } );",
         "overlay:2:13: 'x' cannot be removed: it is not in ratings | did you mean "
         "'x'?\n"},
        {"removing without a name", "pools = ( { name = \"a\"; } );",
         "pools = ( { gpus = 1; enabled = false; } );",
         "overlay:2:11: what is to be removed from pools needs a name\n"},
        {"neither true nor false", "pools = ( { name = \"a\"; } );",
         "pools = ( { name = \"a\"; enabled = 1; }, { name = \"b\"; enabled = \"no\"; } "
         ");",
         "overlay:2:35: 'enabled' must be true or false, not an integer\n"
         "overlay:2:65: 'enabled' must be true or false, not a text\n"},
        {"unknown teams and groups",
         "organisation = ( { name = \"Paris\"; teams = ( { name = \"LLaMA\"; } ); } );",
         "teams = ( { name = \"Llama\"; }, { x = 1; } );\ngroups = ( { name = "
         "\"Pariss\"; "
         "}, { name = \"LLaMA\"; } );",
         "overlay:2:20: the organisation has no team 'Llama' | did you mean 'LLaMA'?\n"
         "overlay:2:32: an element of teams needs a name here\n"
         "overlay:3:21: the organisation has no group 'Pariss' | did you mean 'Paris'?\n"
         "overlay:3:43: the organisation has no group 'LLaMA'\n"},
        {"a new team outside groups", "teams = ( { name = \"LLaMA\"; } );",
         "teams = ( { name = \"OPT\"; } );",
         "teams = (\n    { name = \"LLaMA\"; },\n    { name = \"OPT\"; }\n);\n"},
        {"removing a team that is not there", "teams = ( { name = \"LLaMA\"; } );",
         "teams = ( { name = \"Llama\"; enabled = false; } );",
         "overlay:2:20: the organisation has no team 'Llama' | did you mean 'LLaMA'?\n"},
        {"no organisation", "a = 1;", "teams = ( { name = \"x\"; } );",
         "overlay:2:20: the organisation has no team 'x'\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        diag_clear(&diag);
        struct node *base = read_tree("base", rows[i].base);
        struct node *overlay = read_tree("overlay", rows[i].overlay);
        const char *before = print_tree(overlay);
        int result = node_overlay(&arena, base, overlay, &diag);
        assert_int_equal(result, diag.n_messages > 0 ? -1 : 0);
        const char *outcome = result == 0 ? print_tree(base) : reported();
        if (strcmp(outcome, rows[i].expected) != 0)
            fail_msg("%s:\n%sinstead of\n%s", rows[i].name, outcome, rows[i].expected);
        assert_string_equal(print_tree(overlay), before);
    }
}

/* What is laid over keeps its places, and the overlay can be used again. */
static void test_overlay_copies(void **state)
{
    (void)state;
    struct node *base = read_tree("base", "pools = ( { name = \"a\"; x = 1; } );");
    struct node *again = node_copy(&arena, base);
    struct node *overlay = read_tree(
        "overlay", "pools = ( { name = \"a\";\n x = 2; },\n { name = \"b\"; } );");
    assert_int_equal(node_overlay(&arena, base, overlay, &diag), 0);
    struct node *pools = node_find(base, "pools");
    assert_string_equal(pools->at.file, "base");
    assert_string_equal(pools->children[0]->at.file, "base");
    const struct node *x = node_find(pools->children[0], "x");
    assert_string_equal(x->at.file, "overlay");
    assert_int_equal(x->at.line, 3);
    assert_int_equal(x->at.column, 2);
    assert_int_equal(x->value_at.column, 6);
    assert_int_equal(pools->children[1]->at.line, 4);
    node_find(pools->children[1], "name")->value.text = "c";
    assert_int_equal(node_overlay(&arena, again, overlay, &diag), 0);
    assert_string_equal(
        print_tree(again),
        "pools = (\n    { name = \"a\"; x = 2; },\n    { name = \"b\"; }\n);\n");
}

static void test_prune(void **state)
{
    (void)state;
    struct node *root = read_tree(
        "base", "pools = ( { name = \"a\"; enabled = true; }, { name = \"b\"; enabled = "
                "false; } );\n"
                "council = { enabled = false; members = ( { enabled = false; } ); };\n"
                "stages = ( { enabled = false; } );\n"
                "alternatives = ( { name = \"x\"; enabled = false; }, { name = \"y\"; "
                "enabled = true;"
                " happenings = ( { name = \"z\"; enabled = false; } ); } );\n");
    assert_int_equal(node_prune(root, &diag), 0);
    assert_string_equal(print_tree(root),
                        "pools = (\n    { name = \"a\"; }\n);\n"
                        "council = {\n    enabled = false;\n    members = ( );\n};\n"
                        "stages = (\n    { enabled = false; }\n);\n"
                        "alternatives = (\n    {\n        name = \"y\";\n"
                        "        happenings = (\n"
                        "            { name = \"z\"; enabled = false; }\n"
                        "        );\n    }\n);\n");
    root = read_tree("base", "pools = ( { enabled = 0; }, { enabled = \"no\"; },\n"
                             "{ groups = ( { enabled = (); } ); }, 5 );");
    assert_int_equal(node_prune(root, &diag), -1);
    assert_string_equal(reported(),
                        "base:2:23: 'enabled' must be true or false, not an integer\n"
                        "base:2:41: 'enabled' must be true or false, not a text\n"
                        "base:3:26: 'enabled' must be true or false, not a list\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_overlay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_overlay_copies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_prune, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
