/* Documents and their writers: blocks in order, nobody's text is markup, pictures inline.
 */
#include "study/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const char evil[] = "<b>\"R&D\" | `x` [y](z) {/Bold w}";

static void assert_holds(const struct text *page, const char *part)
{
    if (!strstr(page->bytes, part))
        fail_msg("lacks: %s\nin: %s", part, page->bytes);
}

static void assert_lacks(const struct text *page, const char *part)
{
    if (strstr(page->bytes, part))
        fail_msg("holds: %s\nin: %s", part, page->bytes);
}

static void fill(struct document *doc)
{
    static const struct document_column columns[] = {{"Team", COLUMN_NAME},
                                                     {"GPUs, %", COLUMN_NUMBER}};
    document_init(doc, evil, "2025-01-01");
    prose_words(&doc->about, "About.");
    document_section(doc, "one", "First");
    struct prose *answer = document_paragraph(doc, STYLE_ANSWER);
    struct prose *item = document_item(doc, STYLE_WARNING);
    prose_words(document_item(doc, STYLE_WARNING), "Second item.");
    document_quote(doc, evil);
    struct document_table *t = document_table(doc, evil, columns, 2);
    document_cell(doc, t, "%s", evil)->swatch = "#0072b2";
    document_cell(doc, t, "%d", 7)->tone = TONE_GOOD;
    document_fold(doc, "More");
    document_code(doc, "a command", "a < b\n```\n");
    document_fold_end(doc);
    document_section(doc, "two", "Second");
    document_heading(doc, "Below");
    const struct document_figure figure = {"used", evil, "GPUs; \"all\"",
                                           "<?xml?><svg viewBox=\"0 0 7 8\"></svg>"};
    prose_name(document_figure(doc, &figure), evil);
    /* What is returned stays where it is: earlier paragraphs may be written later. */
    prose_name(answer, evil);
    prose_words(item, "- not a list within a list");
}

static void test_html(void **state)
{
    (void)state;
    struct document doc;
    struct text page;
    fill(&doc);
    text_init(&page);
    document_write_html(&doc, "p{}\n", "allot \"1\"", &page);
    static const char safe[] = "&lt;b&gt;&quot;R&amp;D&quot; | `x` [y](z) {/Bold w}";
    assert_lacks(&page, "<b>");
    assert_holds(&page, "<style>\np{}\n</style>");
    assert_holds(&page, "content=\"allot &quot;1&quot;\"");
    assert_holds(&page, "<li><a href=\"#two\">Second</a></li>");
    assert_holds(&page, "<ul class=\"warnings\">\n<li>- not a list within a list</li>\n"
                        "<li>Second item.</li>\n</ul>\n<blockquote><p>");
    assert_holds(&page, "<th scope=\"row\"><bdi class=\"swatched\"><i class=\"swatch\" "
                        "style=\"background:#0072b2\"></i>");
    assert_holds(&page, "<td class=\"number\"><span class=\"good\">7</span></td></tr>");
    assert_holds(&page, "<details>\n<summary>More</summary>\n");
    assert_holds(&page, "aria-label=\"Text: a command\">\n<pre><code>a &lt; b");
    assert_holds(&page, "</section>\n<section aria-labelledby=\"two\">\n<h2 id=\"two\">");
    assert_holds(&page, "<figure id=\"chart-used\" aria-labelledby=\"used-title\">");
    assert_holds(&page, "<desc id=\"used-desc\">GPUs; &quot;all&quot;</desc>");
    size_t n = 0;
    for (const char *at = page.bytes; (at = strstr(at, safe)); at++)
        n++;
    assert_int_equal(n, 10); /* title, h1, answer, quote, table 3, chart 2, caption */
    text_release(&page);
    document_release(&doc);
}

static void test_markdown(void **state)
{
    (void)state;
    struct document doc;
    struct text page;
    fill(&doc);
    text_init(&page);
    document_write_markdown(&doc, "a (b)", &page);
    static const char *const parts[] = {
        "# &lt;b&gt;\"R&amp;D\" \\| \\`x\\` \\[y\\](z) {/Bold w}\n\nAbout.\n\n## First\n",
        "\n**&lt;b&gt;\"R&amp;D\"",
        "\n- \\- not a list within a list\n- Second item.\n\n> &lt;b&gt;",
        "| Team | GPUs, % |\n|---|---:|\n| &lt;b&gt;\"R&amp;D\" \\| \\`x\\`",
        " | 7 |\n\n#### More\n\n````\na < b\n```\n````\n\n## Second\n\n### Below\n",
        "![&lt;b&gt;",
        "](a%20%28b%29/used.svg)\n\n&lt;b&gt;",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_holds(&page, parts[i]);
    assert_lacks(&page, "<b>");
    text_release(&page);
    document_release(&doc);
}

/* What begins a line of Markdown like markup is none. */
static void test_markdown_lines(void **state)
{
    (void)state;
    static const struct {
        const char *given, *line;
    } rows[] = {{"1. x", "\n1\\. x\n"}, {"12) x", "\n12\\) x\n"},
                {"1.5 x", "\n1.5 x\n"}, {"- x", "\n\\- x\n"},
                {"+ x", "\n\\+ x\n"},   {"=== x", "\n\\=== x\n"},
                {"    x", "\nx\n"},     {"> x", "\n&gt; x\n"},
                {"# x", "\n\\# x\n"},   {"a\nb", "\na b\n"},
                {"", "\n\n"},           {"2025", "\n2025\n"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct document doc;
        struct text page;
        document_init(&doc, "T", "2025-01-01");
        text_init(&page);
        prose_name(document_paragraph(&doc, STYLE_PLAIN), rows[i].given);
        document_write_markdown(&doc, "f", &page);
        assert_holds(&page, rows[i].line);
        text_release(&page);
        document_release(&doc);
    }
}

static void test_text(void **state)
{
    (void)state;
    struct document doc;
    struct text page;
    fill(&doc);
    text_init(&page);
    prose_words(document_item(&doc, STYLE_PLAIN), "%s", "");
    prose_words(
        document_paragraph(&doc, STYLE_PLAIN),
        "A sentence that is much longer than a line of a terminal is wide, so that "
        "it has to be broken, \033[31m twice.");
    document_write_text(&doc, &page);
    assert_holds(&page, "First\n<b>\"R&D\" | `x` [y](z) {/Bold w}\n\n- - not a list");
    assert_holds(&page, "\n    a < b\n    ```\n");
    assert_holds(&page, "\\x1b[31m");
    assert_lacks(&page, "\033");
    for (const char *line = page.bytes; *line;) {
        size_t length = strcspn(line, "\n");
        assert_true(length <= 80);
        line += length + (line[length] == '\n');
    }
    text_release(&page);
    document_release(&doc);
}

/* ---- pictures ---- */

static void test_inline_svg(void **state)
{
    (void)state;
    static const char svg[] =
        "<?xml version=\"1.0\"?>\n<!-- x -->\n<svg\n width=\"720\" height=\"480\"\n"
        " viewBox=\"0 0 720 480\"\n xmlns=\"u\" xmlns:xlink=\"v\"\n>\n"
        "<title>Gnuplot</title>\n<desc>Produced by GNUPLOT 5.4 </desc>\n"
        "<g id=\"gnuplot_canvas\">\n<rect x=\"0\" fill=\"#ffffff\"/>\n"
        "<filter id='textbox'><feFlood/></filter>\n"
        "\t<g id='p1' ><title>gnuplot_plot_1</title>\n"
        "<use xlink:href='#gpPt6' transform='a(1)' color='rgb( 34,  34,  34)'/>\n"
        "<path stroke='rgb(0, 114, 178)' d='M1,2 L3,4' clip-path='url(#c)'/>"
        "<g fill=\"rgb(0,114,178)\" font-family=\"A&#44; B\" font-size=\"12.00\">"
        "<text> id=\"x\" rgb(34,34,34)  <tspan>&lt;b></tspan> </text></g>\n"
        "<path stroke='rgb(107,114,128)' fill='black'/>"
        "<path stroke='#e5e7eb' fill='rgb(1,2,3)'/><g fill='#9ca3af'/></g></svg>\n";
    static const char *const parts[] = {
        "<svg role=\"img\" aria-labelledby=\"used-title used-desc\" viewBox=\"0 0 720 "
        "480\">",
        "<title id=\"used-title\">What &lt;is&gt; shown</title>",
        "<desc id=\"used-desc\">unit</desc>",
        "<g id=\"used-gnuplot_canvas\">",
        "fill=\"var(--page)\"/>",
        "<use href=\"#used-gpPt6\" transform=\"a(1)\" color=\"var(--ink)\"/>",
        "<path stroke=\"rgb(0, 114, 178)\" d=\"M1,2 L3,4\" clip-path=\"url(#used-c)\"/>",
        "<g fill=\"var(--word-1)\" font-size=\"12.00\">",
        "<text> id=\"x\" rgb(34,34,34)  <tspan>&lt;b></tspan> </text>",
        "stroke=\"var(--muted)\" fill=\"var(--ink)\"",
        "stroke=\"var(--grid)\" fill=\"rgb(1,2,3)\"",
        "<g fill=\"var(--axis)\"/></g></svg>",
    };
    static const char *const gone[] = {
        "<?xml", "<!--",   "Gnuplot", "Produced",    "filter",
        "xmlns", "width=", "xlink",   "font-family", "gnuplot_plot_1"};
    const struct document_figure figure = {"used", "What <is> shown", "unit", svg};
    struct text out;
    text_init(&out);
    document_inline_svg(&figure, &out);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_holds(&out, parts[i]);
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        assert_lacks(&out, gone[i]);
    text_release(&out);
}

/* A picture that is cut off anywhere is no reason to run past its end. */
static void test_inline_damaged(void **state)
{
    (void)state;
    static const char svg[] = "<svg viewBox=\"0 0 1 1\"><title>a</title><g id='b' "
                              "fill = \"rgb(34,34,34)\"><text>c</text></g></svg>";
    for (size_t length = 0; length < sizeof svg; length++) {
        struct text cut, out;
        text_init(&cut);
        text_init(&out);
        text_append_bytes(&cut, svg, length);
        const struct document_figure figure = {"x", "t", "a", cut.bytes};
        document_inline_svg(&figure, &out);
        text_release(&cut);
        text_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html),           cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_markdown_lines), cmocka_unit_test(test_text),
        cmocka_unit_test(test_inline_svg),     cmocka_unit_test(test_inline_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
