/* Reading scenarios: every mistake of syntax, with its exact line and column. */
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

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int parse_text(const char *text)
{
    write_file("main.cfg", text);
    arena_reset(&arena);
    diag_clear(&diag);
    root = NULL;
    return scenario_parse(&arena, "main.cfg", NULL, &sources, &root, &diag);
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

static const struct mistake {
    const char *name, *text, *expected;
} mistakes[] = {
    {"an open string",
     "a = \"x;\n"
     "b = \"y;\n"
     "c = x;\n",
     "1:5: this string is not closed | a string ends on its line; a longer text is "
     "written as several strings in a row\n"
     "2:5: this string is not closed | a string ends on its line; a longer text is "
     "written as several strings in a row\n"},
    {"an open string at the end", "a = \"x",
     "1:5: this string is not closed | a string ends on its line; a longer text is "
     "written as several strings in a row\n"},
    {"an open string behind an escaped quote", "a = \"x\\\";\n",
     "1:5: this string is not closed | a string ends on its line; a longer text is "
     "written as several strings in a row\n"},
    {"an open comment",
     "a = 1; /* no end\n"
     "b = 2e;\n",
     "1:8: this comment is not closed | a '*/' is missing: the rest of the file is not "
     "read\n"},
    {"32 bits",
     "a = 5000000000;\n"
     "b = 0xFFFFFFFF; c = -3000000000; d = +2147483648;",
     "1:5: '5000000000' is beyond 31 bits | write 5000000000L\n"
     "2:5: '0xFFFFFFFF' is beyond 31 bits | write 0xFFFFFFFFL\n"
     "2:21: '-3000000000' is beyond 31 bits | write -3000000000L\n"
     "2:38: '+2147483648' is beyond 31 bits | write +2147483648L\n"},
    {"64 bits",
     "a = 9223372036854775808L;\n"
     "b = 0x1FFFFFFFFFFFFFFFFL; c = -99999999999999999999;",
     "1:5: '9223372036854775808L' is beyond 63 bits | a larger number is written as a "
     "float: 9.22337e+18\n"
     "2:5: '0x1FFFFFFFFFFFFFFFFL' is beyond 63 bits | a larger number is written as a "
     "float: 3.68935e+19\n"
     "2:31: '-99999999999999999999' is beyond 63 bits | a larger number is written as a "
     "float: -1e+20\n"},
    {"floats", "a = 1e999; b = -1e999; c = 1e-999;",
     "1:5: '1e999' is too large for a number | the largest is about 1.797e308\n"
     "1:16: '-1e999' is too large for a number | the largest is about 1.797e308\n"
     "1:28: '1e-999' is too small for a number | it would be read as 0.0\n"},
    {"zeros", "a = 010; b = -007L; c = 00; d = 08;",
     "1:5: '010' begins with a zero | write 10\n"
     "1:14: '-007L' begins with a zero | write -7L\n"
     "1:25: '00' begins with a zero | write 0\n"
     "1:33: '08' begins with a zero | write 8\n"},
    {"escapes",
     "a = \"\\x00\"; b = \"\\d\\q\"; c = \"é\\x0\"; d = \"\\é\"; e = \"\\xg0\";",
     "1:6: a string cannot hold a \\x00\n"
     "1:18: '\\d' is not an escape | a backslash is written \\\\; escapes are \\n \\r "
     "\\t \\f \\\" \\xNN\n"
     "1:20: '\\q' is not an escape | a backslash is written \\\\; escapes are \\n \\r "
     "\\t \\f \\\" \\xNN\n"
     "1:31: '\\x' is not an escape | a backslash is written \\\\; escapes are \\n \\r "
     "\\t \\f \\\" \\xNN\n"
     "1:42: '\\é' is not an escape | a backslash is written \\\\; escapes are \\n \\r "
     "\\t \\f \\\" \\xNN\n"
     "1:52: '\\x' is not an escape | a backslash is written \\\\; escapes are \\n \\r "
     "\\t \\f \\\" \\xNN\n"},
    {"escapes that are no UTF-8", "a = \"é\"; b = \"x\\xC3y\"; c = \"\\xC3\" \"\\xA9\";",
     "1:14: the escapes of this string make no UTF-8 | letters of all languages may "
     "stand in a string as they are\n"
     "1:28: the escapes of this string make no UTF-8 | letters of all languages may "
     "stand in a string as they are\n"
     "1:35: the escapes of this string make no UTF-8 | letters of all languages may "
     "stand in a string as they are\n"},
    {"curly quotes",
     "a = “x y”;\n"
     "b = 'it 2x';\n"
     "c = (1, «y, \"z\") ;",
     "1:5: unknown character '“' (U+201C) | text stands in straight double quotes: "
     "\"text\"\n"
     "2:5: unknown character ''' | text stands in straight double quotes: \"text\"\n"
     "3:9: unknown character '«' (U+00AB) | text stands in straight double quotes: "
     "\"text\"\n"},
    {"foreign letters",
     "größe = 1;\n"
     "b = 日本;\n",
     "1:3: unknown character 'ö' (U+00F6) | keys are made of the letters a to z, digits, "
     "'-' and '_'; text stands in double quotes\n"
     "2:5: unknown character '日' (U+65E5) | keys are made of the letters a to z, "
     "digits, '-' and '_'; text stands in double quotes\n"},
    {"foreign signs",
     "b =\302\2402;\n"
     "c = 3–4;\n"
     "_x = 1;\n"
     "d = 1;\001 e = $5 / 2;\n",
     "1:4: unknown character '\302\240' (U+00A0) | it looks like a blank; write a plain "
     "one\n"
     "2:6: unknown character '–' (U+2013) | write a plain '-'\n"
     "3:1: unknown character '_' | keys are made of the letters a to z, digits, '-' and "
     "'_'; text stands in double quotes\n"
     "4:7: unknown character '\001' | keys are made of the letters a to z, digits, '-' "
     "and '_'; text stands in double quotes\n"
     "4:13: unknown character '$' | keys are made of the letters a to z, digits, '-' and "
     "'_'; text stands in double quotes\n"
     "4:16: unknown character '/' | keys are made of the letters a to z, digits, '-' and "
     "'_'; text stands in double quotes\n"},
    {"no dates", "a = 2022-01-01; b = ( 1, 2023-1 );",
     "1:5: '2022-01-01' is not a number | dates stand in quotes: \"2022-01-01\"\n"
     "1:26: '2023-1' is not a number | dates stand in quotes: \"2023-1\"\n"},
    {"separated digits", "a = 1_000;",
     "1:5: '1_000' is not a number | digits stand together, without '_'\n"},
    {"percent", "a = 50%; b = 12.5%;",
     "1:5: '50%' is not a number | write a fraction: 0.5\n"
     "1:14: '12.5%' is not a number | write a fraction: 0.125\n"},
    {"a small l", "a = 5l; b = 5.0L; c = 1LLL;",
     "1:5: '5l' is not a number | write a capital L\n"
     "1:13: '5.0L' is not a number | text stands in quotes: \"5.0L\"\n"
     "1:23: '1LLL' is not a number | text stands in quotes: \"1LLL\"\n"},
    {"a signed hexadecimal", "a = -0x10; b = 0x; c = 0b11;",
     "1:5: '-0x10' is not a number | a hexadecimal number has no sign\n"
     "1:16: '0x' is not a number | text stands in quotes: \"0x\"\n"
     "1:24: '0b11' is not a number | text stands in quotes: \"0b11\"\n"},
    {"units", "a = 5kg; b = 1.5.2; c = 1e; d = 1e+;",
     "1:5: '5kg' is not a number | text stands in quotes: \"5kg\"\n"
     "1:14: '1.5.2' is not a number | text stands in quotes: \"1.5.2\"\n"
     "1:25: '1e' is not a number | text stands in quotes: \"1e\"\n"
     "1:33: '1e+' is not a number | text stands in quotes: \"1e+\"\n"},
    {"signs alone", "a = .; b = -; c = \"x\" + \"y\";",
     "1:5: '.' is not a number\n"
     "1:12: '-' is not a number\n"
     "1:23: '+' is not a number\n"},
    {"keys with digits", "2x = 1; 3d : 4;",
     "1:1: '2x' cannot be a key | a key begins with a letter\n"
     "1:9: '3d' cannot be a key | a key begins with a letter\n"},
    {"all of a word only once",
     "a = 999999999999999999999999999999999999999999999999999999999999;",
     "1:5: '9999999999999999999999999999999999999999' is beyond 63 bits | a larger "
     "number is written as a float: 1e+60\n"},
    {"@include without a name",
     "@include\n"
     "a = 1;",
     "1:1: @include needs the name of a file in quotes | write @include \"FILE\"\n"},
    {"@include without a string", "@include x.cfg\n",
     "1:1: @include needs the name of a file in quotes | write @include \"FILE\"\n"},
    {"@include of nothing", "@include \"\"\n",
     "1:1: @include needs the name of a file\n"},
    {"@include of an open string",
     "@include \"x\n"
     "a = 1;",
     "1:10: this string is not closed | a string ends on its line; a longer text is "
     "written as several strings in a row\n"},
    {"@include of a missing file",
     "a = 1;\n"
     "  @include \"nope.cfg\"\n",
     "2:3: 'nope.cfg' cannot be read: No such file or directory\n"},
    {"@include of a directory", "a = { @include \".\" };",
     "1:7: '.' cannot be read: it is a directory\n"},
    {"unknown directives",
     "@import \"x\"\n"
     "@includes \"x\"\n"
     "@ 1\n",
     "1:1: unknown directive '@import' | the only one is @include \"FILE\"\n"
     "2:1: unknown directive '@includes' | the only one is @include \"FILE\"\n"
     "3:1: unknown directive '@' | the only one is @include \"FILE\"\n"},
    {"a string that holds a bracket", "a = ( \"(\", 1;\n",
     "1:5: this '(' is not closed\n"},
    {"open brackets",
     "a = ( 1, 2;\n"
     "b = 3;\n",
     "1:5: this '(' is not closed\n"},
    {"open brackets, one in the other",
     "a = ( { b = 1;\n"
     "c = ( 2 );\n",
     "1:7: this '{' is not closed\n"
     "1:5: this '(' is not closed\n"},
    {"an open bracket before another's end",
     "a = ( { b = 1;\n"
     "\n"
     ");\n"
     "c = 2;\n",
     "1:7: this '{' is not closed | the ')' of line 3 comes first\n"},
    {"stray brackets",
     "a = 1;\n"
     "}\n"
     "b = [ 1 ) ;\n",
     "2:1: this '}' closes nothing\n"
     "3:9: this ')' closes nothing\n"
     "3:5: this '[' is not closed\n"},
    {"depth",
     "a = "
     "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((())))))))))))))))))"
     ")))))))))))))))))))))))))))))))))))))))))))))));",
     "1:69: brackets are nested more than 64 deep\n"},
    {"no value", "a = ;", "1:5: unexpected ';' | a value is missing before it\n"},
    {"no value for a key", "a = b = 3;",
     "1:5: unexpected 'b' | a value is missing before it\n"},
    {"no value at the end",
     "a =", "1:4: unexpected end | a value is missing before it\n"},
    {"no value in a group", "a = { b = };",
     "1:11: unexpected '}' | a value is missing before it\n"},
    {"no equals sign", "gpus 8;", "1:6: unexpected '8' | a '=' is missing before it\n"},
    {"no equals sign, two names", "gpus gpus = 8;",
     "1:6: unexpected 'gpus' | a '=' is missing before it\n"},
    {"no equals sign, a group", "council { a = 1; }",
     "1:9: unexpected '{' | a '=' is missing before it\n"},
    {"a key alone", "a",
     "1:2: unexpected end | a '=' and a value are missing before it\n"},
    {"a key alone in a group", "a = { b };",
     "1:9: unexpected '}' | a '=' and a value are missing before it\n"},
    {"two equals signs", "a = = 1;", "1:5: unexpected '=' | one '=' is enough\n"},
    {"no key", "= 1;", "1:1: unexpected '=' | a key is missing before it\n"},
    {"a text for a key", "\"x\" = 1;",
     "1:1: unexpected \"x\" | a key and a '=' are missing before it\n"},
    {"a boolean for a key", "True = 1;",
     "1:1: unexpected 'True' | this word is a value and cannot be a key\n"},
    {"one semicolon too many", "a = 1;; b = 2;",
     "1:7: unexpected ';' | remove it: one ends a setting, and none stands after "
     "@include\n"},
    {"a semicolon first", "; a = 1;",
     "1:1: unexpected ';' | remove it: one ends a setting, and none stands after "
     "@include\n"},
    {"a semicolon behind an include",
     "@include \"part.cfg\";\n"
     "b = 1;",
     "1:20: unexpected ';' | remove it: one ends a setting, and none stands after "
     "@include\n"},
    {"a bare text", "a = weighted; b = inf;",
     "1:5: unexpected 'weighted' | text stands in quotes: \"weighted\"\n"
     "1:19: unexpected 'inf' | text stands in quotes: \"inf\"\n"},
    {"a bare text in a list", "a = ( 1, x );",
     "1:10: unexpected 'x' | text stands in quotes: \"x\"\n"},
    {"a bare text in an array", "a = [ x ];",
     "1:7: unexpected 'x' | text stands in quotes: \"x\"\n"},
    {"two values", "a = {b = 1;}{c = 2;};",
     "1:13: unexpected '{' | a key and a '=' are missing before it\n"},
    {"a time of day", "a = 10:30;",
     "1:7: unexpected ':' | a time of day or another text stands in quotes\n"},
    {"no braces in a list", "a = ( name = \"x\" );",
     "1:7: unexpected 'name' | a group in a list stands in braces: { name = \"x\"; }\n"},
    {"no comma", "a = ( { b = 1; } { b = 2; } );",
     "1:18: unexpected '{' | a ',' is missing before it\n"},
    {"no comma before a number", "a = ( \"x\" 1 );",
     "1:11: unexpected '1' | a ',' is missing before it\n"},
    {"a comma at the end of a list", "a = ( 1, 2, );",
     "1:13: unexpected ')' | remove the ',' before it\n"},
    {"a comma at the end of an array", "a = [ 1, 2, ];",
     "1:13: unexpected ']' | remove the ',' before it\n"},
    {"two commas", "a = ( 1,, 2 );",
     "1:9: unexpected ',' | an element is missing before it\n"},
    {"a comma first", "a = ( , 2 );",
     "1:7: unexpected ',' | an element is missing before it\n"},
    {"a semicolon in a list", "a = ( 1; 2 );",
     "1:8: unexpected ';' | the elements of a list are separated by ','\n"},
    {"a list in an array", "a = [ ( 1 ) ];",
     "1:7: unexpected '(' | an array [ ] holds single values; a list ( ) holds "
     "anything\n"},
    {"a group in an array", "a = [ 1, {b = 2;} ];",
     "1:10: unexpected '{' | an array [ ] holds single values; a list ( ) holds "
     "anything\n"},
    {"digits in groups", "a = 1,500;",
     "1:7: unexpected '500' | numbers are written without commas between the digits\n"},
    {"mixed arrays",
     "a = [ 1, 2.0, \"x\" ]; b = [ 1, 5L ];\n"
     "c = [ \"x\", \"y\", 1 ]; d = [ 1, \"x\" ]; e = [ 1, true ];",
     "1:10: this element is of another kind than the first of its array | a list ( ) may "
     "mix kinds, and integers with and without L\n"
     "1:31: this element is of another kind than the first of its array | a list ( ) may "
     "mix kinds, and integers with and without L\n"
     "2:17: this element is of another kind than the first of its array | a list ( ) may "
     "mix kinds, and integers with and without L\n"
     "2:31: this element is of another kind than the first of its array | a list ( ) may "
     "mix kinds, and integers with and without L\n"
     "2:47: this element is of another kind than the first of its array | a list ( ) may "
     "mix kinds, and integers with and without L\n"},
    {"mixed because of a bad number", "a = [ 1, 2e999 ];",
     "1:10: '2e999' is too large for a number | the largest is about 1.797e308\n"},
    {"a long text in the way",
     "\"日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日\" = 3;",
     "1:1: unexpected \"日日日日日日日日日日日日日... | a key and a '=' are missing "
     "before it\n"},
    {"a long text cut within a character",
     "\"xy日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日\" = 3;",
     "1:1: unexpected \"xy日日日日日日日日日日日日... | a key and a '=' are missing "
     "before it\n"},
    {"keys set twice",
     "a = 1;\n"
     "b = { c = 1; d = 2; c = 3; c = 4; };\n"
     "a = { a = 1; };\n"
     "l = ( { c = 1; }, { c = 2; c = 3; } );",
     "2:21: 'c' is set twice in this group | it is set in line 2 first\n"
     "2:28: 'c' is set twice in this group | it is set in line 2 first\n"
     "3:1: 'a' is set twice in this group | it is set in line 1 first\n"
     "4:28: 'c' is set twice in this group | it is set in line 4 first\n"},
    {"a key set twice across files",
     "x = 1;\n"
     "@include \"part.cfg\"\n",
     "part.cfg:1:8: 'x' is set twice in this group | it is set in main.cfg, line 1 "
     "first\n"},
    {"all at once",
     "a = weighted;\n"
     "b = 1;\n"
     "c = ( 1 2 );\n"
     "d = [1, 2.0];\n"
     "e = 1; e = 2; f = 1e999;\n"
     "g =",
     "5:19: '1e999' is too large for a number | the largest is about 1.797e308\n"
     "5:8: 'e' is set twice in this group | it is set in line 5 first\n"
     "1:5: unexpected 'weighted' | text stands in quotes: \"weighted\"\n"
     "3:9: unexpected '2' | a ',' is missing before it\n"
     "4:9: this element is of another kind than the first of its array | a list ( ) may "
     "mix kinds, and integers with and without L\n"
     "6:4: unexpected end | a value is missing before it\n"},
    {"nothing", "", "0:0: is empty | 'allot init' writes a scenario to start from\n"},
    {"only comments",
     "# only a comment\n"
     "/* and */ // more\n",
     "0:0: is empty | 'allot init' writes a scenario to start from\n"},
    {"only an empty include", "@include \"empty.cfg\"\n",
     "0:0: is empty | 'allot init' writes a scenario to start from\n"},
    {"a byte order mark and returns",
     "\357\273\277a = 1;\r\n"
     "b = x;\r\n",
     "2:5: unexpected 'x' | text stands in quotes: \"x\"\n"},
    {"a tab is one column", "\ta = \"\t\" x;",
     "1:11: unexpected ';' | a '=' and a value are missing before it\n"},
};

static void test_mistakes(void **state)
{
    (void)state;
    write_file("part.cfg", "y = 1; x = 2;\n");
    write_file("empty.cfg", "# nothing\n");
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        assert_int_equal(parse_text(mistakes[i].text), -1);
        assert_null(root);
        assert_reported(mistakes[i].name, mistakes[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_mistakes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
