/* Overlays, --set, paths and pruning. */
#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "scenario/node_path.h"
#include "scenario/overlay.h"
#include "scenario/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

/* libconfig 1.5 loses the text of a string that stands where a mistake is. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig";
}

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

/* ---- overlays ---- */

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
         "overlay:2:36: 'enabled' must be true or false, not an integer\n"
         "overlay:2:65: 'enabled' must be true or false, not a text\n"},
        {"unknown teams and groups",
         "organisation = ( { name = \"Paris\"; teams = ( { name = \"LLaMA\"; } ); } );",
         "teams = ( { name = \"Llama\"; }, { x = 1; } );\ngroups = ( { name = "
         "\"Pariss\"; "
         "}, { name = \"LLaMA\"; } );",
         "overlay:2:20: the organisation has no team 'Llama' | did you mean 'LLaMA'?\n"
         "overlay:2:32: an element of teams needs a name here\n"
         "overlay:3:21: the organisation has no group 'Pariss' | did you mean 'Paris'?\n"
         "overlay:3:41: the organisation has no group 'LLaMA'\n"},
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

/* ---- paths ---- */

static void test_paths(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *parts[4];
        const char *joined; /* NULL: the path itself */
    } rows[] = {
        {"a", {"a"}, NULL},
        {"rule.quota.k", {"rule", "quota", "k"}, NULL},
        {"projects.\"Llama 2\".priority", {"projects", "Llama 2", "priority"}, NULL},
        {"a.\"b.c\".\"d,e:f=g\"", {"a", "b.c", "d,e:f=g"}, NULL},
        {"\"say \\\"hi\\\"\".\"back\\\\slash\"", {"say \"hi\"", "back\\slash"}, NULL},
        {"größe.日本", {"größe", "日本"}, NULL},
        {"a.\"b\".c", {"a", "b", "c"}, "a.b.c"},
        {"a-b_c*.0.x@y/z", {"a-b_c*", "0", "x@y/z"}, NULL},
        {"\"tab\there\"", {"tab\there"}, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char **parts = NULL;
        size_t n = 0;
        assert_int_equal(path_split(&arena, rows[i].path, NULL, &parts, &n, &diag), 0);
        size_t n_expected = 0;
        while (n_expected < 4 && rows[i].parts[n_expected])
            n_expected++;
        assert_int_equal(n, n_expected);
        for (size_t k = 0; k < n; k++)
            assert_string_equal(parts[k], rows[i].parts[k]);
        assert_string_equal(path_join(&arena, parts, n),
                            rows[i].joined ? rows[i].joined : rows[i].path);
    }
    const char *empty[] = {"a", ""};
    assert_string_equal(path_join(&arena, empty, 2), "a.\"\"");
}

static void test_bad_paths(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int offset; /* of the mistake, in characters */
        const char *message, *hint;
    } rows[] = {
        {"", 0, "a name is missing in the path", NULL},
        {"a..b", 2, "a name is missing in the path", NULL},
        {".a", 0, "a name is missing in the path", NULL},
        {"é.", 2, "a name is missing in the path", NULL},
        {"a.\"\".b", 2, "a name is missing in the path", NULL},
        {"projects.Llama 2.x", 14, "' ' cannot stand here in a path",
         "a name with it stands in double quotes: a.\"b c\".d"},
        {"a,b", 1, "',' cannot stand here in a path",
         "a name with it stands in double quotes: a.\"b c\".d"},
        {"é:b", 1, "':' cannot stand here in a path",
         "a name with it stands in double quotes: a.\"b c\".d"},
        {"a.b\"c\"", 3, "'\"' cannot stand here in a path",
         "a name with it stands in double quotes: a.\"b c\".d"},
        {"a.\"b\"c", 5, "'c' cannot stand here in a path", NULL},
        {"a.\"b", 2, "this quote is not closed", NULL},
        {"a.\"b\\\"", 2, "this quote is not closed", NULL},
        {"a.\"b\\n\"", 4, "a '\\' in a path stands before '\"' or '\\'", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        diag_clear(&diag);
        /* As an argument, as a string in a file, as a string with other escapes, nowhere.
         */
        struct place bare = {"--set", 1, 4,
                             arena_printf(&arena, "..é%s=1", rows[i].path)};
        struct place quoted = {"x.cfg", 7, 4,
                               arena_printf(&arena, "p =\"%s\";", rows[i].path)};
        struct place other = {"x.cfg", 7, 4, "p =\"\\x01\";"};
        const struct place *places[] = {&bare, &quoted, &other, NULL};
        const char **parts = NULL;
        size_t n = 0;
        for (int k = 0; k < 4; k++)
            assert_int_equal(
                path_split(&arena, rows[i].path, places[k], &parts, &n, &diag), -1);
        assert_int_equal(diag.n_messages, 4);
        for (int k = 0; k < 4; k++) {
            assert_string_equal(diag.messages[k].message, rows[i].message);
            if (rows[i].hint)
                assert_string_equal(diag.messages[k].hint, rows[i].hint);
            else
                assert_null(diag.messages[k].hint);
        }
        assert_int_equal(diag.messages[0].at.column, 4 + rows[i].offset);
        if (rows[i].path[0] != '"')
            assert_int_equal(diag.messages[1].at.column, 5 + rows[i].offset);
        assert_int_equal(diag.messages[2].at.column, rows[i].offset == 0 ? 5 : 4);
        assert_null(diag.messages[3].at.file);
    }
}

static const char world[] =
    "rule = { divide = \"quota\"; quota = { k = 0.5; }; };\n"
    "pools = ( { name = \"a100\"; gpus = 8; }, { name = \"h100\"; gpus = 4; } );\n"
    "organisation = ( { name = \"Paris\"; groups = ( { name = \"deep\"; teams = ( { name "
    "= "
    "\"LLaMA\"; people = 5; } ); } ); } );\n"
    "projects = ( { name = \"Llama 2\"; priority = 0.5; stages = ( { do = \"build\"; }, "
    "{ do = "
    "\"train\"; gpu_hours = 1.0; } ); } );\n"
    "happenings = ( { name = \"autumn\"; x = 1; }, { at = 2; } );\n"
    "marks = ( 1, ( 2, 3 ) );\n"
    "months = 41;\n";

static void test_path_find(void **state)
{
    (void)state;
    const struct node *root = read_tree("base", world);
    static const char *const found[][2] = {
        {"months", "41"},
        {"rule.quota.k", "0.5"},
        {"pools.h100.gpus", "4"},
        {"projects.\"Llama 2\".stages.1.gpu_hours", "1.0"},
        {"organisation.Paris.groups.deep.teams.LLaMA.people", "5"},
        {"teams.LLaMA.people", "5"},
        {"groups.deep.teams.LLaMA.people", "5"},
        {"groups.Paris.name", "\"Paris\""},
        {"happenings.autumn.x", "1"},
        {"happenings.1.at", "2"},
        {"marks.0", "1"},
        {"marks.1.1", "3"},
    };
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        struct node *node = node_path_find(&arena, root, found[i][0], NULL, &diag);
        if (!node)
            fail_msg("%s: %s", found[i][0], diag.messages[0].message);
        struct node *group = node_new(&arena, NODE_GROUP, NULL);
        struct node *copy = node_copy(&arena, node);
        copy->key = "x";
        node_append(&arena, group, copy);
        assert_string_equal(print_tree(group),
                            arena_printf(&arena, "x = %s;\n", found[i][1]));
    }
    static const char *const lost[][2] = {
        {"monts", "there is no 'monts' in the scenario | did you mean 'months'?"},
        {"rule.kota", "there is no 'kota' in rule"},
        {"rule.quota.j", "there is no 'j' in rule.quota | did you mean 'k'?"},
        {"rule.quota.k.x", "there is no 'x' in rule.quota.k: it is a number"},
        {"months.x", "there is no 'x' in months: it is an integer"},
        {"pools.b100.gpus", "there is no 'b100' in pools | did you mean 'a100'?"},
        {"pools.0.gpus", "there is no '0' in pools"},
        {"happenings.0.x", "there is no '0' in happenings"},
        {"marks.2", "there is no '2' in marks | its elements are numbered from 0 to 1"},
        {"marks.x", "there is no 'x' in marks | its elements are numbered from 0 to 1"},
        {"marks.99999999999999999999", "there is no '99999999999999999999' in marks | "
                                       "its elements are numbered from 0 to "
                                       "1"},
        {"projects.Llama.x", "there is no 'Llama' in projects | did you mean 'Llama 2'?"},
        {"teams.Llama.people",
         "the organisation has no team 'Llama' | did you mean 'LLaMA'?"},
        {"groups.deeep", "the organisation has no group 'deeep' | did you mean 'deep'?"},
        {"teams", "there is no 'teams' in the scenario"},
        {"a b",
         "' ' cannot stand here in a path | a name with it stands in double quotes: "
         "a.\"b c\".d"},
    };
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
        diag_clear(&diag);
        struct place at = {"x.cfg", 3, 1, "?"};
        assert_null(node_path_find(&arena, root, lost[i][0], &at, &diag));
        const char *outcome = reported();
        const char *expected = arena_printf(&arena, ":%s\n", lost[i][1]);
        assert_memory_equal(outcome, "x.cfg:3:1: ", 10);
        assert_string_equal(outcome + 11, expected + 1);
    }
}

/* ---- --set ---- */

static void test_set(void **state)
{
    (void)state;
    static const struct {
        const char *assignment, *path, *printed;
    } rows[] = {
        {"months=12", "months", "12"},
        {"rule.quota.k=1", "rule.quota.k", "1"},
        {"rule.quota.k = 0.75 ", "rule.quota.k", "0.75"},
        {"rule.decay.half_life_months=3.0", "rule.decay.half_life_months", "3.0"},
        {"rule.a.b.c=-1e3", "rule.a.b.c", "-1000.0"},
        {"rule.divide=max-min", "rule.divide", "\"max-min\""},
        {"rule.divide=\"max-min\"", "rule.divide", "\"max-min\""},
        {"rule.divide=\"a\" \"b\"", "rule.divide", "\"ab\""},
        {"start=2022-01-01", "start", "\"2022-01-01\""},
        {"start= 10:30 # x", "start", "\"10:30 # x\""},
        {"file=C:\\data\\x", "file", "\"C:\\\\data\\\\x\""},
        {"seed=5000000000L", "seed", "5000000000L"},
        {"seed=0x10", "seed", "16"},
        {"flag=TRUE", "flag", "true"},
        {"flag=trueish", "flag", "\"trueish\""},
        {"x=1.5.2", "x", "\"1.5.2\""},
        {"x=5kg", "x", "\"5kg\""},
        {"x=a=b", "x", "\"a=b\""},
        {"x=\"\"", "x", "\"\""},
        {"x=größe 日", "x", "\"größe 日\""},
        {"marks=( \"a\", 2 )", "marks", "( \"a\", 2 )"},
        {"marks=[1,2]", "marks", "( 1, 2 )"},
        {"marks=()", "marks", "( )"},
        {"marks.0=\"2022\"", "marks.0", "\"2022\""},
        {"marks.1.1=9", "marks", "(\n    1,\n    ( 2, 9 )\n)"},
        {"rule.quota={ k = 2; }", "rule.quota", "{ k = 2; }"},
        {"rule=5", "rule", "5"},
        {"pools.h100.gpus=16", "pools.h100.gpus", "16"},
        {"pools.h100.new.key=16", "pools.h100.new.key", "16"},
        {"projects.\"Llama 2\".priority=0.9", "projects.\"Llama 2\".priority", "0.9"},
        {"projects.\"Llama 2\".stages.1.gpu_hours=5e5",
         "projects.\"Llama 2\".stages.1.gpu_hours", "500000.0"},
        {"teams.LLaMA.people=7", "teams.LLaMA.people", "7"},
        {"groups.Paris.share=2", "organisation.Paris.share", "2"},
        {"groups.deep.teams.LLaMA.x=2", "teams.LLaMA.x", "2"},
        {"happenings.1.at=5", "happenings.1.at", "5"},
        {"happenings.autumn.enabled=false", "happenings.autumn.enabled", "false"},
        {"projects=({name=\"a=b\";})", "projects.\"a=b\"", "{ name = \"a=b\"; }"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct node *root = read_tree("base", world);
        if (node_set(&arena, root, rows[i].assignment, &diag) != 0)
            fail_msg("%s: %s", rows[i].assignment, reported());
        struct node *node = node_path_find(&arena, root, rows[i].path, NULL, &diag);
        assert_non_null(node);
        assert_string_equal(node->at.file, "--set");
        assert_string_equal(node->value_at.file, "--set");
        assert_string_equal(node->value_at.text, rows[i].assignment);
        struct node *group = node_new(&arena, NODE_GROUP, NULL);
        struct node *copy = node_copy(&arena, node);
        copy->key = "x";
        node_append(&arena, group, copy);
        assert_string_equal(print_tree(group),
                            arena_printf(&arena, "x = %s;\n", rows[i].printed));
        /* The tree stays whole: it prints and reads back equal. */
        const char *text = print_tree(root);
        assert_string_equal(print_tree(read_tree("again", text)), text);
    }
    struct node *root = read_tree("base", world);
    assert_int_equal(node_set(&arena, root, "é.x = 5", &diag), -1);
    assert_int_equal(node_set(&arena, root, "pools.\"a100\".é=5", &diag), -1);
    assert_int_equal(node_set(&arena, root, "pools.\"a100\".gpus=\t5", &diag), 0);
    struct node *gpus = node_path_find(&arena, root, "pools.a100.gpus", NULL, &diag);
    assert_int_equal(gpus->at.column, 14);
    assert_int_equal(gpus->value_at.column, 20);
}

static void test_bad_sets(void **state)
{
    (void)state;
    static const struct {
        const char *assignment, *expected;
    } rows[] = {
        {"", "1: a name is missing in the path"},
        {"months", "1: a '=' is missing | write PATH=VALUE, such as rule.quota.k=0.5"},
        {"a.\"b=1", "3: this quote is not closed"},
        {"=5", "1: a name is missing in the path"},
        {"months=", "8: a value is missing | an empty text is written \"\""},
        {"months= \t", "10: a value is missing | an empty text is written \"\""},
        {"é=5", "1: 'é' cannot be a key"},
        {"rule.true=5", "6: 'true' cannot be a key"},
        {"rule.\"a b\".c=5", "6: 'a b' cannot be a key"},
        {"rule.x.0=5", "8: '0' cannot be a key"},
        {"months.x=5", "8: there is no 'x' in months: it is an integer"},
        {"pools.a10.gpus=5", "7: there is no 'a10' in pools | did you mean 'a100'?"},
        {"pools.0.gpus=5", "7: there is no '0' in pools"},
        {"marks.2=5",
         "7: there is no '2' in marks | its elements are numbered from 0 to 1"},
        {"alternatives.x.y=5", "14: there is no 'x': alternatives is not set"},
        {"council.members.x.y=5", "17: there is no 'x': council.members is not set"},
        {"teams.Llama.x=5",
         "7: the organisation has no team 'Llama' | did you mean 'LLaMA'?"},
        {"groups.LLaMA.x=5", "8: the organisation has no group 'LLaMA'"},
        {"a b=5", "2: ' ' cannot stand here in a path | a name with it stands in double "
                  "quotes: a.\"b c\".d"},
        {"months=5000000000", "8: '5000000000' is beyond 31 bits | write 5000000000L"},
        {"months=010", "8: '010' begins with a zero | write 10"},
        {"months=1e999", "8: '1e999' is too large for a number | the largest is about "
                         "1.797e308"},
        {"marks=( 1, 2", "7: this '(' is not closed"},
        {"marks=( 1 2 )", "11: unexpected '2' | a ',' is missing before it"},
        {"marks=[ 1, 2.0 ]", "12: this element is of another kind than the first of its "
                             "array | a list ( ) may "
                             "mix kinds, and integers with and without L"},
        {"rule={ a = 1; a = 2; }",
         "15: 'a' is set twice in this group | it is set in line 1 first"},
        {"rule={ @include \"x\" }", "8: @include cannot stand here"},
        {"rule.divide=\"abc",
         "13: this string is not closed | a string ends on its line; a "
         "longer text is written as several strings in a row"},
        {"rule.divide=\"a\\q\"",
         "15: '\\q' is not an escape | a backslash is written \\\\; "
         "escapes are \\n \\r \\t \\f \\\" \\xNN"},
        {"rule.divide=\"a\" b",
         "18: unexpected end | a '=' and a value are missing before it"},
        {"rule.divide=\"a\"; b = 2", "18: there is more than one value"},
        {"months=\xFF", "1: this is not UTF-8 text"},
        {"a b=010",
         "2: ' ' cannot stand here in a path | a name with it stands in double "
         "quotes: a.\"b c\".d\n--set:1:5: '010' begins with a zero | write 10"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        diag_clear(&diag);
        struct node *root = read_tree("base", world);
        int result = node_set(&arena, root, rows[i].assignment, &diag);
        assert_int_equal(result, -1);
        const char *expected = arena_printf(&arena, "--set:1:%s\n", rows[i].expected);
        if (strcmp(reported(), expected) != 0)
            fail_msg("%s:\n%sinstead of\n%s", rows[i].assignment, reported(), expected);
        assert_string_equal(diag.messages[0].at.text, rows[i].assignment);
        assert_true(node_equal(root, read_tree("base", world)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_overlay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_overlay_copies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_prune, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_path_find, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_sets, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
