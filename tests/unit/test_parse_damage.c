/* Scenarios that are too large and scenarios that are damaged, by the thousand: neither
 * may crash, leak, take long, or pass without a message. */
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
#include <stdlib.h>
#include <string.h>
#include <time.h>
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
    /* Twenty thousand files: in memory where that is possible. */
    bool has_memory = access("/dev/shm", W_OK) == 0;
    strcpy(directory, has_memory ? "/dev/shm/allot-XXXXXX" : "/tmp/allot-damage-XXXXXX");
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

static int parse(const char *path)
{
    arena_reset(&arena);
    diag_clear(&diag);
    root = NULL;
    return scenario_parse(&arena, path, NULL, &sources, &root, &diag);
}

/* The first message: LINE:COLUMN: MESSAGE, without its hint. */
static const char *first_message(void)
{
    assert_true(diag.n_messages > 0);
    const struct diag_message *m = &diag.messages[0];
    return arena_printf(&arena, "%d:%d: %s", m->at.line, m->at.column, m->message);
}

/* ---- too large ---- */

/* head, then `piece` as often as it fits into `length` bytes, then tail. */
static void fill_file(const char *path, const char *head, const char *piece,
                      const char *tail, size_t length)
{
    struct text text;
    text_init(&text);
    text_append(&text, head);
    while (*piece && text.length + strlen(piece) + strlen(tail) <= length)
        text_append(&text, piece);
    while (text.length + strlen(tail) < length)
        text_append(&text, " ");
    text_append(&text, tail);
    write_bytes(path, text.bytes, text.length);
    text_release(&text);
}

static void test_sizes(void **state)
{
    (void)state;
    fill_file("main.cfg", "a = 1;", "#\n", "", 1000000);
    assert_int_equal(parse("main.cfg"), 0);
    fill_file("main.cfg", "a = 1;", "#\n", "", 1000001);
    assert_int_equal(parse("main.cfg"), -1);
    assert_string_equal(first_message(),
                        "0:0: is too large: at most 1000000 bytes are read");
    assert_int_equal(diag_exit_status(&diag), 65);

    fill_file("part.cfg", "a = 1;", "#\n", "", 999980);
    fill_file("main.cfg", "@include \"part.cfg\"", "", "", 20);
    assert_int_equal(parse("main.cfg"), 0);
    fill_file("main.cfg", "@include \"part.cfg\"", "", "", 21);
    assert_int_equal(parse("main.cfg"), -1);
    assert_string_equal(first_message(), "1:1: all files together are too large: at most "
                                         "1000000 bytes are read");
    fill_file("part.cfg", "a = 1;", "#\n", "", 1000001);
    assert_int_equal(parse("main.cfg"), -1);
    assert_string_equal(first_message(),
                        "1:1: 'part.cfg' is too large: at most 1000000 bytes are read");

    /* A file counts as often as it is included: nine files of nine includes each. */
    char path[16], include[32];
    for (int i = 1; i <= 9; i++) {
        snprintf(path, sizeof path, "%d.cfg", i);
        snprintf(include, sizeof include, "@include \"%d.cfg\"\n", i + 1);
        fill_file(path, "", include, "", 180);
    }
    fill_file("10.cfg", "# nothing\n", "", "", 10);
    assert_int_equal(parse("1.cfg"), -1);
    assert_int_equal(diag.n_messages, 50);
}

/* libconfig alone is quadratic in the keys of a group, and every message copies its line:
 * a megabyte of mistakes must not take a terabyte of messages. */
static void test_limits(void **state)
{
    (void)state;
    static const struct {
        const char *head, *piece, *tail, *first;
        size_t n_messages;
    } rows[] = {
        {"a = ( 0", ",0", ");", "1:400005: there are more than 200000 values", 1},
        {"", "a ", "", "1:3: unexpected 'a'", 1},
        {"a = 1", ";", "", "1:7: unexpected ';'", 20},
        {"", "aaaa=0;", "", "1:70001: a group has more than 10000 keys", 1},
        {"", "a={bbb=0;bbb=1;};", "", "1:170001: a group has more than 10000 keys", 1},
        {"a = (", "{aaaa=0;aaaa=1;},", "0);", "1:14: 'aaaa' is set twice in this group",
         50},
        {"", ")", "", "1:1: this ')' closes nothing", 50},
        {"a = ", "(", "", "1:69: brackets are nested more than 64 deep", 1},
        {"", "' ", "", "1:1: unknown character '''", 50},
        {"a = \"", "\\q", "\";", "1:6: '\\q' is not an escape", 10},
        {"a = \"", "\\x00", "\";", "1:6: a string cannot hold a \\x00", 10},
        {"", "\"\\q\" ", "", "1:2: '\\q' is not an escape", 50},
        {"a = ", "9", ";",
         "1:5: '9999999999999999999999999999999999999999' is beyond 63 bits", 1},
        {"", "@include \"x\"", "", "1:1: 'x' cannot be read: No such file or directory",
         50},
        {"", "/*", "", "1:999997: this comment is not closed", 1},
        {"", "\xC3\xA9", "", "1:1: unknown character 'é' (U+00E9)", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fill_file("main.cfg", rows[i].head, rows[i].piece, rows[i].tail, 1000000);
        clock_t start = clock();
        assert_int_equal(parse("main.cfg"), -1);
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 20.0);
        assert_string_equal(first_message(), rows[i].first);
        assert_int_equal(diag.n_messages, rows[i].n_messages);
    }
    struct text text;
    text_init(&text);
    for (int i = 0; i < 10000; i++)
        text_printf(&text, "k%d=0;\n", i);
    write_bytes("main.cfg", text.bytes, text.length);
    assert_int_equal(parse("main.cfg"), 0);
    assert_int_equal(root->n_children, 10000);
    text_append(&text, "last=0;\n");
    write_bytes("main.cfg", text.bytes, text.length);
    assert_int_equal(parse("main.cfg"), -1);
    assert_string_equal(first_message(), "10001:1: a group has more than 10000 keys");
    text_release(&text);
}

/* Of a line that is too long to be copied only the beginning is shown. */
static void test_long_lines(void **state)
{
    (void)state;
    fill_file("main.cfg", "a = x; b = \"", "é", "\"; c = y;", 5000);
    assert_int_equal(parse("main.cfg"), -1);
    assert_int_equal(diag.n_messages, 2);
    assert_int_equal(strlen(diag.messages[0].at.text), 2000);
    assert_null(diag.messages[1].at.text);
    assert_int_equal(diag.messages[1].at.column, 2510);
}

/* ---- damaged ---- */

static const char sample[] =
    "# Who gains if closeness to release counts for less?\n"
    "start = \"2022-01-01\";  months = 41;  seed = 5000000000L;  marks = ( "
    "\"2023-08-31\" );\n"
    "pools = ( { name = \"a100\"; gpus = 0x17C0; peak_tflops = 312.0; } );\n"
    "organisation = ( { name = \"Paris\"; share = 1.0; teams = ( { name = \"LLaMA\"; } "
    ");\n"
    "                   groups = [ ]; } ); # or groups = ( … ) to any depth\n"
    "projects = ( { name = \"LLaMA\" \" 2\"; team = \"LLaMA\"; priority = 0.6; /* é */\n"
    "    stages = ( { do = \"build\"; person_months = 20.0; },\n"
    "               { do = \"train\"; gpu_hours = 1.770394e6; min_gpus = 256; } ); } );\n"
    "rule = { @include \"part.cfg\" unit_gpus = 8; script = \"a\\n\\x41\\\"\"; };\n"
    "happenings = ( { at = \"2022-11-09\"; name = \"autumn\"; enabled = FALSE; },\n"
    "               { at = \"2022-11-30\"; path = \"projects.LLaMA.priority\"; } );\n"
    "alternatives = ( { name = \"none\"; happenings = ( { name = \"autumn\"; } ); } );\n";

static uint64_t seed;

static size_t draw(size_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)(seed % below);
}

/* One change of a text: a piece put in or over a range, a range cut or doubled, the end
 * cut off. `copy` is scratch. */
static void damage(struct text *text, struct text *copy)
{
    static const char *const pieces[] = {"\"",
                                         "\\",
                                         "{",
                                         "}",
                                         "(",
                                         ")",
                                         "[",
                                         "]",
                                         ";",
                                         ",",
                                         "=",
                                         ":",
                                         "@",
                                         "/*",
                                         "*/",
                                         "#",
                                         "\n",
                                         "\xC3\xA9",
                                         "“",
                                         "0x",
                                         "L",
                                         "-",
                                         "1e9",
                                         "1e999",
                                         "99999999999",
                                         "\\x00",
                                         "true",
                                         "a = 1;",
                                         "name",
                                         " ",
                                         "\x80",
                                         "[1, 2.0]",
                                         "(1,)",
                                         "\\xff",
                                         "010",
                                         "\t",
                                         "enabled = 1;",
                                         "enabled = false;",
                                         "name = \"LLaMA\";",
                                         "@include \"part.cfg\"",
                                         "@include \"main.cfg\""};
    size_t at = draw(text->length + 1), n = draw(text->length - at + 1);
    const char *piece = pieces[draw(sizeof pieces / sizeof *pieces)];
    n = draw(3) ? n % 12 : n;
    text_clear(copy);
    text_append_bytes(copy, text->bytes, at);
    switch (draw(5)) {
    case 0:
        text_append(copy, piece);
        text_append(copy, text->bytes + at);
        break;
    case 1:
        text_append(copy, text->bytes + at + n);
        break;
    case 2:
        text_append_bytes(copy, text->bytes + at, n);
        text_append(copy, text->bytes + at);
        break;
    case 3:
        text_append(copy, piece);
        text_append(copy, text->bytes + at + n);
        break;
    default:
        text_append(copy, draw(8) ? text->bytes + at : "");
        break;
    }
    text_clear(text);
    text_append_bytes(text, copy->bytes, copy->length);
}

/* What was read prints and reads back equal, and survives what is done to scenarios. */
static void use_tree(void)
{
    struct text text;
    text_init(&text);
    text_append(&text, "{\n");
    node_print(root, &text);
    text_append(&text, "}");
    struct node *again = NULL, *copy = node_copy(&arena, root);
    const struct source *printed = source_of_text(&arena, "printed", text.bytes);
    if (parse_value(&arena, printed, 0, &again, &diag) != 0)
        fail_msg("%s%s", text.bytes, first_message());
    assert_true(node_equal(root, again));
    text_release(&text);
    node_overlay(&arena, copy, root, &diag);
    node_set(&arena, copy, "projects.\"LLaMA 2\".priority=1", &diag);
    node_set(&arena, copy, "teams.LLaMA.people=(1, { x = 2; })", &diag);
    node_prune(copy, &diag);
    diag_clear(&diag);
}

/* The damage as an argument. */
static void use_argument(const char *argument)
{
    struct node *tree = node_new(&arena, NODE_GROUP, NULL);
    diag_clear(&diag);
    int result = node_set(&arena, tree, argument, &diag);
    assert_int_equal(result, diag_n_errors(&diag) > 0 ? -1 : 0);
    diag_clear(&diag);
    tree = node_new(&arena, NODE_GROUP, NULL);
    result = node_set(&arena, tree, arena_printf(&arena, "a.b=%s", argument), &diag);
    assert_int_equal(result, diag_n_errors(&diag) > 0 ? -1 : 0);
    assert_int_equal(result, node_find(tree, "a") ? 0 : -1);
}

static void test_damaged(void **state)
{
    (void)state;
    static const char part[] = "divide = \"quota\"; quota = { k = 0.5; };\n";
    struct text text, copy;
    text_init(&text);
    text_init(&copy);
    write_bytes("part.cfg", part, strlen(part));
    write_bytes("main.cfg", sample, strlen(sample));
    assert_int_equal(parse("main.cfg"), 0);
    use_tree();
    int n_good = 0;
    for (uint64_t i = 1; i <= 20000; i++) {
        seed = i * 0x9E3779B97F4A7C15u;
        text_clear(&text);
        text_append(&text, sample);
        for (size_t n = 1 + draw(3); n > 0; n--)
            damage(&text, &copy);
        write_bytes("main.cfg", text.bytes, text.length);
        int result = parse("main.cfg");
        assert_int_equal(result, diag_n_errors(&diag) > 0 ? -1 : 0);
        assert_int_equal(result, root ? 0 : -1);
        if (result == 0) {
            n_good++;
            use_tree();
        }
        size_t at = draw(text.length + 1);
        use_argument(arena_copy(&arena, text.bytes + at, (text.length - at) % 60));
    }
    assert_in_range(n_good, 1000, 15000);
    text_release(&text);
    text_release(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
