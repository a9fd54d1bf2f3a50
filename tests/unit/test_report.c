/* The parts of a report that read strangers' text or judge: assumptions from a scenario's
 * comments, tables from a chart's rows, who gains and who loses. */
#include "study/report_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

/* All cells of the n-th table of a document, "|" between them, "/" behind each row. */
static void read_table(const struct document *doc, size_t n, struct text *out)
{
    const struct block *b = doc->first;
    for (; b; b = b->next)
        if (b->kind == BLOCK_TABLE && n-- == 0)
            break;
    assert_non_null(b);
    for (size_t c = 0; c < b->table.n_columns; c++)
        text_printf(out, "%s|", b->table.columns[c].title);
    for (size_t i = 0; i < b->table.n_cells; i++)
        text_printf(out, "%s%s|", i % b->table.n_columns == 0 ? "/" : "",
                    b->table.cells[i].text);
}

static void assert_table(const struct document *doc, size_t n, const char *expected)
{
    struct text found;
    text_init(&found);
    read_table(doc, n, &found);
    assert_string_equal(found.bytes, expected);
    text_release(&found);
}

static size_t count(const struct document *doc, enum block_kind kind)
{
    size_t n = 0;
    for (const struct block *b = doc->first; b; b = b->next)
        n += b->kind == kind;
    return n;
}

/* ---- assumptions ---- */

static void with_scenario(const char *text, const char *question,
                          void (*look)(const struct document *doc))
{
    struct document doc;
    struct saved_run run = {.start = "2025-01-01", .question = question};
    struct report report = {.run = &run, .doc = &doc};
    arena_init(&run.arena);
    run.json = json_pack("{s:[{s:s,s:s}]}", "files", "path", "x.cfg", "text", text);
    document_init(&doc, "", run.start);
    report_assumptions(&report);
    look(&doc);
    document_release(&doc);
    json_decref(run.json);
    arena_release(&run.arena);
}

static void look_at_notes(const struct document *doc)
{
    assert_int_equal(count(doc, BLOCK_QUOTE), 2);
    assert_string_equal(doc->first->text, "It is said [P] so, in two lines.");
    assert_string_equal(doc->first->next->text, "And more.");
    assert_table(
        doc, 0,
        "Kind of source|Comments|/public and seen|2|/derived from what is public|1|"
        "/assumed|1|/comments that do not say|3|");
    assert_table(
        doc, 1,
        "Setting|Source|/months = 3;|three (public)|/a = \"# no // comment\";|"
        "a block of two lines (derived from 7 MWh)|/b = 1;|(assumed), half of it "
        "(public)|/c = 2;|in C|/d = 3;|above beside|/e = \"\\\" # \";|e|");
}

static void test_notes(void **state)
{
    (void)state;
    with_scenario("# Who?\n#\n# It is said [P] so,\n# in two lines.\n#\n# And more.\n\n"
                  "start = \"2025-01-01\";\nmonths = 3; ## three [P]\n\n"
                  "# about nothing\n\n"
                  "# a block of\n# two lines [D from 7 MWh]\na = \"# no // comment\";\n"
                  "b = 1; // [A], half of it [P]\n"
                  "c = 2; /* in C */\n"
                  "/* above */ d = 3; # beside\n"
                  "e = \"\\\" # \"; # e\n"
                  "# at the end",
                  "Who?", look_at_notes);
}

static void look_at_none(const struct document *doc)
{
    assert_int_equal(count(doc, BLOCK_TABLE), 0);
    assert_int_equal(count(doc, BLOCK_PARAGRAPH), 1);
}

static void look_at_untagged(const struct document *doc)
{
    assert_table(doc, 0, "Setting|Source|/a = 1;|over lines, and on|/b = [P];|[X] [P|");
}

static void look_at_unclosed(const struct document *doc)
{
    assert_table(doc, 0, "Setting|Source|/a = 1;|never closed|");
}

static void test_few_notes(void **state)
{
    (void)state;
    with_scenario("", "", look_at_none);
    with_scenario("# Who?\na = 1;\nb = \"#\";", "Who?", look_at_none);
    with_scenario("a = 1; /* over\nlines, */ # and on\nb = [P]; # [X] [P", "",
                  look_at_untagged);
    with_scenario("a = 1; /* never closed", "", look_at_unclosed);
}

/* ---- charts ---- */

static void with_rows(const char *header, const char *rows,
                      void (*look)(const struct document *doc))
{
    struct document doc;
    struct chart_sheet sheet = {0};
    const struct chart_type type = {.name = "x", .header = header};
    const struct saved_run run = {.start = "2025-01-01"};
    chart_sheet_init(&sheet, &run);
    text_append(&sheet.title, "Title");
    text_append(&sheet.rows, rows);
    document_init(&doc, "", run.start);
    report_chart_data(&doc, &type, &sheet);
    assert_int_equal(count(&doc, BLOCK_FOLD), 1);
    assert_int_equal(count(&doc, BLOCK_FOLD_END), 1);
    look(&doc);
    document_release(&doc);
    chart_sheet_release(&sheet);
}

static void look_at_stack(const struct document *doc)
{
    assert_table(doc, 0,
                 "Month|capacity|a, \"b\" \\|2 others|reserved|"
                 "/2025-01|1,000|60.5|40|100|/2025-02|1,000|–|2,500||");
}

static void look_at_panels(const struct document *doc)
{
    assert_table(doc, 0,
                 "Month|One: used|One: asked|Two: used|Two: end's|Two: band|"
                 "/2025-01-15|0.5|0.75|1|2||/2025-02|0.25||||0.1 to 0.2|");
}

static void look_at_many(const struct document *doc)
{
    assert_int_equal(count(doc, BLOCK_TABLE), 3);
    assert_table(
        doc, 0,
        "Month|P: s1|P: s2|P: s3|P: s4|P: s5|P: s6|P: s7|P: s8|P: s9|P: s10|P: s11|"
        "/2025-01|1|2|3|4|5|6|7|8|9|10|11|");
    assert_table(doc, 2, "Month|P: s23|P: s24|/2025-01|23|24|");
}

static void test_months(void **state)
{
    (void)state;
    with_rows("what,team,from,to,low,high,colour,text",
              "capacity,,2025-01-01,2025-02-01,,1000,,\n"
              "capacity,,2025-02-01,2025-03-01,,1000,,\n"
              "team,1,,,,,1,\"a\\0054 \\0042b\\0042 \\\\\"\n"
              "team,2,,,,,0,\"2 others\"\n"
              "used,1,2025-01-01,2025-02-01,0,60.5,1,\n"
              "used,2,2025-01-01,2025-02-01,60.5,100.5,0,\n"
              "used,1,2025-02-01,2025-03-01,NaN,NaN,1,\n"
              "used,2,2025-02-01,2025-03-01,0,2500,0,\n"
              "reserved,,2025-01-01,2025-02-01,900,1000,,\n",
              look_at_stack);
    static const char panels[] = "what,panel,series,from,to,low,high,colour,text";
    with_rows(panels,
              "span,,,2025-01-15,2025-03-01,,,,\n"
              "scale,1,,,,0,,,\"percent\"\n"
              "panel,1,1,,,,,,\"One\"\npanel,2,1,,,,,,\"Two\"\n"
              "series,,1,,,,,1,\"used\"\nseries,,2,,,,,,\"asked\"\n"
              "line,1,1,2025-01-15,2025-02-01,,0.5,1,\n"
              "line,1,1,2025-02-01,2025-03-01,,0.25,1,\n"
              "area,1,2,2025-01-15,2025-02-01,0.5,0.75,1,\n"
              "line,2,1,2025-01-15,2025-02-01,,1,1,\n"
              "line,2,3,2025-01-15,2025-02-01,,2,1,\n"
              "band,2,4,2025-02-01,2025-03-01,0.1,0.2,1,\n"
              "end,2,3,,,,2,1,\"end's\"\n",
              look_at_panels);
    struct text many;
    text_init(&many);
    text_append(&many, "panel,1,1,,,,,,\"P\"\n");
    for (int i = 1; i <= 24; i++)
        text_printf(&many,
                    "series,,%d,,,,,1,\"s%d\"\nline,1,%d,2025-01-01,2025-02-01,,%d,1,\n",
                    i, i, i, i);
    with_rows(panels, many.bytes, look_at_many);
    text_release(&many);
}

static void look_at_projects(const struct document *doc)
{
    assert_table(
        doc, 0,
        "Name|Group|build|train|target|in words|"
        "/A|Team|2025-01-01 to 2025-02-01|2025-02-01 to 2025-03-01; 2025-04-01 to "
        "2025-05-01|2025-06-01|not released|/B|Team||||no start|");
}

static void look_at_hours(const struct document *doc)
{
    assert_table(doc, 0,
                 "Name|Group|shipped|idle|reserved|in words|"
                 "/Fleet||1,500|501|1,999|all of it|/One|teams|5||||");
}

static void test_names(void **state)
{
    (void)state;
    static const char rows[] = "what,row,from,to,colour,text";
    with_rows(
        rows,
        "span,,2025-01-01,2025-12-01,,\n"
        "team,1,,,1,\"Team\"\nproject,1,,,1,\"A\"\nproject,2,,,1,\"B\"\n"
        "build,1,2025-01-01,2025-02-01,1,\n"
        "train,1,2025-02-01,2025-03-01,1,\n"
        "train,1,2025-04-01,2025-05-01,1,\n"
        "target,1,2025-06-01,,1,\n"
        "open,1,2025-05-01,,1,\"not released\"\nopen,2,2025-01-01,,1,\"no start\"\n",
        look_at_projects);
    with_rows(rows,
              "span,,0,4000,,\nlegend,1,,,-3,\"shipped\"\nlegend,1,,,0,\"idle\"\n"
              "legend,2,,,0,\"reserved\"\n"
              "name,1,,,,\"Fleet\"\n"
              "hours,1,0,1500,-3,\nhours,1,1500,2000.75,0,\n"
              "reserved,1,2000.75,4000,0,\n"
              "words,1,2000.5,,,\"all of it\"\n"
              "group,2,,,,\"teams\"\nname,2,,,,\"One\"\nhours,2,0,5,-3,\n",
              look_at_hours);
}

/* ---- who gains ---- */

static void test_verdicts(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct summary against;
        enum verdict verdict;
    } rows[] = {
        {"above zero",
         {.n = 9, .mean = 0.01, .ci_low = 0.001, .ci_high = 0.019},
         VERDICT_GAINS},
        {"below zero",
         {.n = 9, .mean = -0.01, .ci_low = -0.019, .ci_high = -0.001},
         VERDICT_LOSES},
        {"spans zero",
         {.n = 9, .mean = 0.2, .ci_low = -0.1, .ci_high = 0.5},
         VERDICT_UNCLEAR},
        {"touches zero",
         {.n = 9, .mean = 0.2, .ci_low = 0, .ci_high = 0.4},
         VERDICT_UNCLEAR},
        {"one run, five points",
         {.n = 1, .mean = 0.05, .ci_low = NAN, .ci_high = NAN},
         VERDICT_GAINS},
        {"one run, less",
         {.n = 1, .mean = 0.0499, .ci_low = NAN, .ci_high = NAN},
         VERDICT_UNCLEAR},
        {"one run, below",
         {.n = 1, .mean = -0.05, .ci_low = NAN, .ci_high = NAN},
         VERDICT_LOSES},
        {"all agree",
         {.n = 9, .mean = -0.06, .ci_low = -0.06, .ci_high = -0.06},
         VERDICT_LOSES},
        {"nothing needed",
         {.n = 0, .mean = NAN, .ci_low = NAN, .ci_high = NAN},
         VERDICT_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct report_subject team = {.name = "x", .against = rows[i].against};
        if (report_verdict(&team) != rows[i].verdict)
            fail_msg("%s: %d", rows[i].name, (int)report_verdict(&team));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notes),    cmocka_unit_test(test_few_notes),
        cmocka_unit_test(test_months),   cmocka_unit_test(test_names),
        cmocka_unit_test(test_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
