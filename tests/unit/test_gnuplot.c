/* gnuplot: pictures whole or not at all, whatever gnuplot does. Runs at the root of the
 * repository, as `make test` does. */
#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"
#include "study/glyphs.h"
#include "study/gnuplot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SCRIPT "plots/allocation.gp"

struct place_of_work {
    char directory[64];
    char *path; /* PATH before the test */
    struct diag d;
};

static const char *in(const struct place_of_work *w, const char *name)
{
    static char paths[64][512]; /* each holds for the 63 calls that follow */
    static int next;
    char *path = paths[next++ % 64];
    snprintf(path, sizeof paths[0], "%s/%s", w->directory, name);
    return path;
}

static void write_file(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static char *contents(const char *path)
{
    static char bytes[1 << 20];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    bytes[fread(bytes, 1, sizeof bytes - 1, f)] = '\0';
    fclose(f);
    return bytes;
}

static int n_files(const char *directory)
{
    int n = 0;
    DIR *dir = opendir(directory);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 2;
}

/* A table of one team and one month, with this text as title and name. */
static const char *write_table(const struct place_of_work *w, const char *name,
                               const char *text)
{
    struct text table;
    text_init(&table);
    text_append(&table, "what,team,from,to,low,high,colour,text\ntitle,,,,,,,");
    glyphs_append_cell(&table, text);
    text_append(&table, "\nteam,1,,,,,1,");
    glyphs_append_cell(&table, text);
    text_append(&table, "\ncapacity,,2022-01-01,2022-02-01,,8,,\n"
                        "used,1,2022-01-01,2022-02-01,0,6,1,\n");
    const char *path = in(w, name);
    write_file(path, table.bytes, 0666);
    text_release(&table);
    return path;
}

/* Puts a program of this text before or instead of the real gnuplot. */
static void fake_gnuplot(const struct place_of_work *w, const char *script, mode_t mode)
{
    char path[512];
    mkdir(in(w, "bin"), 0777);
    write_file(in(w, "bin/gnuplot"), script, mode);
    snprintf(path, sizeof path, "%s:/usr/bin:/bin", in(w, "bin"));
    setenv("PATH", path, 1);
}

static int set_up(void **state)
{
    struct place_of_work *w = calloc(1, sizeof *w);
    strcpy(w->directory, "/tmp/allot-gnuplot-XXXXXX");
    diag_init(&w->d);
    w->path = strdup(getenv("PATH"));
    *state = w;
    return mkdtemp(w->directory) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct place_of_work *w = *state;
    unlink(in(w, "bin/gnuplot"));
    rmdir(in(w, "bin"));
    DIR *dir = opendir(w->directory);
    for (struct dirent *entry; (entry = readdir(dir));)
        unlink(in(w, entry->d_name));
    closedir(dir);
    setenv("PATH", w->path, 1);
    int result = rmdir(w->directory);
    diag_release(&w->d);
    free(w->path);
    free(w);
    return result;
}

static bool has_gnuplot(void)
{
    return access("/usr/bin/gnuplot", X_OK) == 0 ||
           access("/usr/local/bin/gnuplot", X_OK) == 0 ||
           access("/opt/homebrew/bin/gnuplot", X_OK) == 0;
}

static void assert_message(const struct diag *d, size_t i, enum diag_cause cause,
                           const char *text)
{
    assert_true(i < d->n_messages);
    assert_int_equal(d->messages[i].cause, cause);
    assert_string_equal(d->messages[i].message, text);
}

/* ---- with the real one ---- */

static void test_pictures(void **state)
{
    struct place_of_work *w = *state;
    static const struct {
        const char *name, *first;
    } rows[] = {
        {"a.svg", "<?xml"}, {"a.png", "\x89PNG"}, {"a.pdf", "%PDF"}, {"a.txt", "T"}};
    if (!has_gnuplot())
        skip();
    const char *table = write_table(w, "t.csv", "Team");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *out = in(w, rows[i].name);
        assert_int_equal(gnuplot_draw(SCRIPT, table, out, "dark", &w->d), 0);
        assert_memory_equal(contents(out), rows[i].first, strlen(rows[i].first));
    }
    assert_int_equal(w->d.n_messages, 0);
    assert_int_equal(n_files(w->directory), 5); /* no temporary file is left */
}

static void test_text(void **state)
{
    struct place_of_work *w = *state;
    struct text drawn;
    if (!has_gnuplot())
        skip();
    text_init(&drawn);
    const char *table = write_table(w, "t.csv", "Caf\u00E9, a \"team\"");
    assert_int_equal(gnuplot_preview(SCRIPT, table, false, &drawn, &w->d), 0);
    assert_memory_equal(drawn.bytes, "Caf\u00E9, a \"team\"\n\n", 17);
    assert_non_null(strstr(drawn.bytes, "AAAAAAAA A Caf\u00E9, a \"team\"\n"));
    assert_null(strstr(drawn.bytes, " \n"));
    assert_null(strchr(drawn.bytes, '\f'));
    assert_int_equal(gnuplot_draw(SCRIPT, table, in(w, "t.txt"), NULL, &w->d), 0);
    assert_string_equal(contents(in(w, "t.txt")), drawn.bytes);
    text_release(&drawn);
}

/* What a stranger writes is shown and never run; so with the names of files. */
static void test_hostile_text(void **state)
{
    struct place_of_work *w = *state;
    static const struct {
        const char *text, *shown;
    } rows[] = {{"`touch x` $(touch x)", ">`touch x` $(touch x)<"},
                {"\"; system('touch x')", ">\"; system('touch x')<"},
                {"R&D <b> </svg>", ">R&amp;D &lt;b> &lt;/svg><"},
                {"{/Bold a}_b^c@d~e\\n\\042", ">{/Bold a}_b^c@d~e\\n\\042<"},
                {"a,b,\"\"c\"", ">a,b,\"\"c\"<"},
                {"one\ntwo\tthree\x01\x7f\u202Efour", ">one two three   four<"},
                {"\xff\xc0\xaf \u65E5\u672C", ">\uFFFD\uFFFD\uFFFD \u65E5\u672C<"},
                {"#1 %s 100%", ">#1 %s 100%<"},
                {"NaN", ">NaN<"}};
    if (!has_gnuplot())
        skip();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *table = write_table(w, "< touch x;.csv", rows[i].text);
        const char *out = in(w, "|touch x;$(touch x).svg");
        assert_int_equal(gnuplot_draw(SCRIPT, table, out, "light", &w->d), 0);
        if (!strstr(contents(out), rows[i].shown))
            fail_msg("not shown: %s", rows[i].shown);
    }
    assert_int_equal(w->d.n_messages, 0);
    assert_false(file_exists("x"));
    assert_int_equal(n_files(w->directory), 2);
}

/* U+F0000 is for private use: no font has it. */
static void test_missing_glyph(void **state)
{
    struct place_of_work *w = *state;
    if (!has_gnuplot())
        skip();
    const char *table = write_table(w, "t.csv", "a \U000F0000 b");
    assert_int_equal(gnuplot_draw(SCRIPT, table, in(w, "t.svg"), NULL, &w->d), 0);
    assert_int_equal(w->d.n_messages, 0);
    assert_non_null(strstr(contents(in(w, "t.svg")), "a \U000F0000 b"));
    assert_int_equal(gnuplot_draw(SCRIPT, table, in(w, "t.png"), NULL, &w->d), 0);
    assert_message(&w->d, 0, DIAG_WARNING,
                   "no font here has '\U000F0000': drawn as a square");
    assert_int_equal(diag_n_errors(&w->d), 0);
    assert_int_equal(n_files(w->directory), 3);

    struct text drawable;
    char first[8];
    text_init(&drawable);
    assert_int_equal(
        glyphs_append_drawable(&drawable, "\u00E9 \U000F0000\U000F0000", first), 2);
    assert_string_equal(drawable.bytes, "\u00E9 \u25A1\u25A1");
    assert_string_equal(first, "\U000F0000");
    text_release(&drawable);
}

static void test_failing_script(void **state)
{
    struct place_of_work *w = *state;
    if (!has_gnuplot())
        skip();
    write_file(in(w, "t.csv"),
               "what,team,from,to,low,high,colour,text\ntitle,,,,,,,\"x\"\n", 0666);
    assert_int_equal(gnuplot_draw(SCRIPT, in(w, "t.csv"), in(w, "t.svg"), NULL, &w->d),
                     -1);
    assert_int_equal(w->d.messages[0].cause, DIAG_IO);
    assert_string_equal(w->d.messages[0].at.file, SCRIPT);
    assert_non_null(strstr(w->d.messages[0].message, "gnuplot failed: "));
    assert_non_null(strstr(w->d.messages[0].message, "the table has no dates"));
    assert_int_equal(n_files(w->directory), 1);
}

/* ---- with false ones ---- */

static void test_missing_program(void **state)
{
    struct place_of_work *w = *state;
    const char *table = write_table(w, "t.csv", "Team");
    setenv("PATH", w->directory, 1);
    assert_int_equal(gnuplot_draw(SCRIPT, table, in(w, "t.svg"), NULL, &w->d), -1);
    assert_message(&w->d, 0, DIAG_UNAVAILABLE, "gnuplot is not installed");
    assert_string_equal(w->d.messages[0].hint, "apt-get install gnuplot-nox");
    assert_int_equal(diag_exit_status(&w->d), 69);
    diag_clear(&w->d);
    assert_int_equal(gnuplot_draw(SCRIPT, table, in(w, "t.txt"), NULL, &w->d), -1);
    assert_message(&w->d, 0, DIAG_UNAVAILABLE, "gnuplot is not installed");
    assert_int_equal(n_files(w->directory), 1);
    /* What a system does that learns of it too late to say so; and one that says why. */
    diag_clear(&w->d);
    fake_gnuplot(w, "#!/bin/sh\nexit 127\n", 0777);
    assert_int_equal(gnuplot_draw(SCRIPT, table, in(w, "t.svg"), NULL, &w->d), -1);
    assert_message(&w->d, 0, DIAG_UNAVAILABLE, "gnuplot is not installed");
    diag_clear(&w->d);
    fake_gnuplot(w, "#!/bin/sh\necho no library >&2\nexit 127\n", 0777);
    assert_int_equal(gnuplot_draw(SCRIPT, table, in(w, "t.svg"), NULL, &w->d), -1);
    assert_message(&w->d, 0, DIAG_IO, "gnuplot failed: no library");
}

static void test_hanging(void **state)
{
    struct place_of_work *w = *state;
    struct gnuplot_job job = {.script = SCRIPT, .limit_s = 0.25};
    job.table = write_table(w, "t.csv", "Team");
    job.out = in(w, "t.svg");
    fake_gnuplot(w, "#!/bin/sh\nsleep 30 &\nsleep 30\n", 0777);
    time_t before = time(NULL);
    assert_int_equal(gnuplot_run(&job, &w->d), -1);
    assert_true(time(NULL) - before < 10);
    assert_message(&w->d, 0, DIAG_IO, "gnuplot was stopped after 0.25 s");
    assert_int_equal(n_files(w->directory), 2);
}

/* One that leaves a program behind which keeps its pipes open is not waited for. */
static void test_left_behind(void **state)
{
    struct place_of_work *w = *state;
    struct text drawn;
    text_init(&drawn);
    const char *table = write_table(w, "t.csv", "Team");
    fake_gnuplot(w, "#!/bin/sh\nsleep 5 &\necho done\n", 0777);
    time_t before = time(NULL);
    assert_int_equal(gnuplot_preview(SCRIPT, table, false, &drawn, &w->d), 0);
    assert_true(time(NULL) - before < 4);
    assert_string_equal(drawn.bytes, "done\n");
    text_release(&drawn);
}

/* An old picture stays when no new one comes. */
static void test_false_pictures(void **state)
{
    struct place_of_work *w = *state;
    static const struct {
        const char *program, *message;
    } rows[] = {
        {"echo nonsense; echo nonsense >&2", "gnuplot left no whole picture"},
        {"echo nonsense >\"$5\"", "gnuplot left no whole picture"},
        {"echo '<?xml' >\"$5\"", "gnuplot left no whole picture"},
        {"rm \"$5\"", "gnuplot left no whole picture"},
        {"rm \"$5\"; mkdir \"$5\"; rmdir \"$5\"", "gnuplot left no whole picture"},
        {"echo >&2; echo '  one' >&2; printf 'two\\n^\\nthree\\nfour\\n' >&2; exit 3",
         "gnuplot failed: one; two; three"},
        {"exit 1", "gnuplot failed"},
        {"kill -9 $$", "gnuplot died of signal 9"},
    };
    const char *table = write_table(w, "t.csv", "Team");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char program[256];
        const char *out = in(w, "t.svg");
        write_file(out, "old", 0666);
        snprintf(program, sizeof program, "#!/bin/sh\n%s\n", rows[i].program);
        fake_gnuplot(w, program, 0777);
        assert_int_equal(gnuplot_draw(SCRIPT, table, out, "light", &w->d), -1);
        assert_message(&w->d, 0, DIAG_IO, rows[i].message);
        assert_string_equal(contents(out), "old");
        assert_int_equal(n_files(w->directory), 3);
        diag_clear(&w->d);
    }
}

static void test_flood(void **state)
{
    struct place_of_work *w = *state;
    struct text drawn;
    text_init(&drawn);
    const char *table = write_table(w, "t.csv", "Team");
    fake_gnuplot(w,
                 "#!/bin/sh\nyes 'a long line of complaint' | head -c 3000000 >&2\n"
                 "yes | head -c 3000000\nexit 1\n",
                 0777);
    assert_int_equal(gnuplot_draw(SCRIPT, table, in(w, "t.svg"), NULL, &w->d), -1);
    assert_message(&w->d, 0, DIAG_IO,
                   "gnuplot failed: a long line of complaint; a long line of complaint; "
                   "a long line of complaint");
    diag_clear(&w->d);
    fake_gnuplot(w, "#!/bin/sh\nyes | head -c 3000000\n", 0777);
    assert_int_equal(gnuplot_preview(SCRIPT, table, false, &drawn, &w->d), -1);
    assert_message(&w->d, 0, DIAG_IO, "gnuplot left no whole picture");
    assert_int_equal(drawn.length, 0);
    text_release(&drawn);
}

/* Its stdin is empty, its environment clean, and its arguments are what we say. */
static void test_surroundings(void **state)
{
    struct place_of_work *w = *state;
    struct text drawn;
    text_init(&drawn);
    const char *table = write_table(w, "$(touch x) t.csv", "Team");
    setenv("GNUTERM", "x11", 1);
    setenv("GNUPLOT_LIB", "/nowhere", 1);
    setenv("LC_NUMERIC", "de_DE", 1);
    fake_gnuplot(w,
                 "#!/bin/sh\ncat\necho $GNUTERM $GNUPLOT_LIB $LC_NUMERIC $LC_ALL\n"
                 "for a; do echo \"$a\"; done\n",
                 0777);
    assert_int_equal(gnuplot_preview(SCRIPT, table, false, &drawn, &w->d), 0);
    unsetenv("GNUTERM");
    unsetenv("GNUPLOT_LIB");
    unsetenv("LC_NUMERIC");
    char expected[512];
    snprintf(expected, sizeof expected, "C.UTF-8\n-d\n-c\n./" SCRIPT "\n%s\n-\nlight\n",
             table);
    assert_string_equal(drawn.bytes, expected);
    assert_false(file_exists("x"));
    text_release(&drawn);
}

/* ---- what is wrong before it starts ---- */

static void test_wrong_paths(void **state)
{
    struct place_of_work *w = *state;
    const char *table = write_table(w, "t.csv", "Team");
    const struct {
        const char *script, *table, *out;
        enum diag_cause cause;
        const char *message;
    } rows[] = {
        {SCRIPT, table, "t.gif", DIAG_USAGE,
         "cannot be drawn: it must end in .svg, .png, .pdf or .txt"},
        {SCRIPT, table, ".svg", DIAG_USAGE,
         "cannot be drawn: it must end in .svg, .png, .pdf or .txt"},
        {"plots/no.gp", table, "t.svg", DIAG_NO_INPUT,
         "cannot be read: No such file or directory"},
        {SCRIPT, "no.csv", "t.svg", DIAG_NO_INPUT,
         "cannot be read: No such file or directory"},
        {SCRIPT, w->directory, "t.svg", DIAG_NO_INPUT, "cannot be read: Is a directory"},
        {SCRIPT, table, "/nowhere/t.svg", DIAG_CANNOT_CREATE,
         "cannot be created: No such file or directory"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(
            gnuplot_draw(rows[i].script, rows[i].table, rows[i].out, NULL, &w->d), -1);
        assert_message(&w->d, 0, rows[i].cause, rows[i].message);
        diag_clear(&w->d);
    }
}

static void test_find_plots(void **state)
{
    struct place_of_work *w = *state;
    struct text found;
    text_init(&found);
    setenv("ALLOT_PLOTS", "plots", 1);
    assert_int_equal(gnuplot_find_plots(&found, &w->d), 0);
    assert_string_equal(found.bytes, "plots");
    setenv("ALLOT_PLOTS", w->directory, 1);
    assert_int_equal(gnuplot_find_plots(&found, &w->d), -1);
    assert_message(&w->d, 0, DIAG_NO_INPUT,
                   "holds no charts (theme.gp), though ALLOT_PLOTS says so");
    unsetenv("ALLOT_PLOTS");
    text_clear(&found);
    if (gnuplot_find_plots(&found, &w->d) == 0) {
        text_append(&found, "/theme.gp");
        assert_true(file_exists(found.bytes));
    } else {
        assert_message(&w->d, 1, DIAG_NO_INPUT, "the charts' scripts are not found");
    }
    text_release(&found);
}

static void test_cells(void **state)
{
    (void)state;
    static const struct {
        const char *text, *cell;
    } rows[] = {{"", "\"\""},
                {"plain", "\"plain\""},
                {"a\"b\\c,d", "\"a\\0042b\\\\c\\0054d\""},
                {"1\r\n2", "\"1  2\""},
                {"\u00E9\u65E5\U0001F600", "\"\u00E9\u65E5\U0001F600\""},
                {"\x80z\xe6\x97", "\"\uFFFDz\uFFFD\uFFFD\""},
                {"\u200B\u2028\u2067\uFEFF\xc2\x85|", "\"     |\""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text cell;
        text_init(&cell);
        glyphs_append_cell(&cell, rows[i].text);
        assert_string_equal(cell.bytes, rows[i].cell);
        text_release(&cell);
    }
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_PLACE(test_pictures),       IN_PLACE(test_text),
        IN_PLACE(test_hostile_text),   IN_PLACE(test_missing_glyph),
        IN_PLACE(test_failing_script), IN_PLACE(test_missing_program),
        IN_PLACE(test_hanging),        IN_PLACE(test_left_behind),
        IN_PLACE(test_false_pictures), IN_PLACE(test_flood),
        IN_PLACE(test_surroundings),   IN_PLACE(test_wrong_paths),
        IN_PLACE(test_find_plots),     cmocka_unit_test(test_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
