/* Paths of settings and --set. */
#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "scenario/node_path.h"
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
    "teams = ( { name = \"OPT\"; people = 9; } );\n"
    "none = ( );\n"
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
        {"teams.OPT.people", "9"},
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
        {"rule.kota", "there is no 'kota' in rule | did you mean 'quota'?"},
        {"rule.quota.j", "there is no 'j' in rule.quota"},
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
        {"none.0", "there is no '0' in none | it is empty"},
        {"teams.OTP", "the organisation has no team 'OTP' | did you mean 'OPT'?"},
        {"groups", "there is no 'groups' in the scenario"},
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
        {"marks.1.1=9", "marks.1.1", "9"},
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
        cmocka_unit_test_setup_teardown(test_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_path_find, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_sets, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
