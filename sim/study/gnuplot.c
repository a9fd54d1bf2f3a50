#include "study/gnuplot.h"

#include "base/file.h"
#include "base/program.h"
#include "study/child.h"
#include "study/glyphs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT_S = 60, MOST_TABLE_BYTES = 1 << 26 };

/* ---- gnuplot ---- */

/* The first lines of what it complained about, in one. */
static void append_complaint(struct text *out, const struct text *said)
{
    enum { MOST_LINES = 3, MOST_CHARACTERS = 400 };
    size_t start = out->length;
    int n_lines = 0;
    for (const char *line = said->bytes; *line && n_lines < MOST_LINES;) {
        size_t length = strcspn(line, "\n");
        size_t blank = strspn(line, " \t\r^");
        if (blank < length) {
            text_append(out, n_lines++ ? "; " : ": ");
            text_append_bytes(out, line + blank, length - blank);
        }
        line += length + (line[length] == '\n');
    }
    if (out->length - start > MOST_CHARACTERS) {
        out->length = text_boundary(out->bytes, start + MOST_CHARACTERS);
        out->bytes[out->length] = '\0';
        text_append(out, "...");
    }
}

/* A path that gnuplot reads as nothing but a path. */
static const char *plain(struct text *storage, const char *path)
{
    text_init(storage);
    text_append(storage, path[0] == '/' ? "" : "./");
    text_append(storage, path);
    return storage->bytes;
}

/* Where posix_spawn cannot tell that there is no such program, as under valgrind, the
 * child exits with 127 and says nothing (POSIX). */
static bool was_never_begun(const struct child *c)
{
    return WIFEXITED(c->status) && WEXITSTATUS(c->status) == 127 &&
           c->streams[1].text.length == 0;
}

/* Runs the script on a table. The picture is `out`, or where that is NULL, text that is
 * left in *c; to be released by child_release in any case. */
static int run_script(struct child *c, const struct gnuplot_job *job, const char *table,
                      const char *out, struct diag *d)
{
    struct text script, input, picture;
    const char *const argv[] = {"gnuplot",
                                "-d",
                                "-c",
                                plain(&script, job->script),
                                plain(&input, table),
                                out ? plain(&picture, out) : "-",
                                job->theme ? job->theme : "light",
                                NULL};
    struct place at = {.file = job->script};
    double limit_s = job->limit_s > 0 ? job->limit_s : LIMIT_S;
    int result = 0;
    int reason = child_start(c, argv);
    bool in_time = reason == 0 && child_wait(c, limit_s);
    if (reason == ENOENT || (in_time && was_never_begun(c))) {
        result = diag_error(d, DIAG_UNAVAILABLE, NULL, "gnuplot is not installed");
        diag_hint(d, "apt-get install gnuplot-nox");
    } else if (reason != 0) {
        result = diag_error(d, DIAG_UNAVAILABLE, NULL, "gnuplot cannot be started: %s",
                            strerror(reason));
    } else if (!in_time) {
        result = diag_error(d, DIAG_IO, &at, "gnuplot was stopped after %g s", limit_s);
    } else if (!child_succeeded(c)) {
        struct text said;
        text_init(&said);
        if (WIFSIGNALED(c->status))
            text_printf(&said, "gnuplot died of signal %d", WTERMSIG(c->status));
        else
            text_append(&said, "gnuplot failed");
        append_complaint(&said, &c->streams[1].text);
        result = diag_error(d, DIAG_IO, &at, "%s", said.bytes);
        text_release(&said);
    }
    text_release(&script);
    text_release(&input);
    if (out)
        text_release(&picture);
    return result;
}

/* ---- pictures ---- */

static const struct kind {
    const char *ending, *first, *last; /* how the name ends; the file begins and ends */
    bool has_fonts;                    /* text is drawn, not written */
} kinds[] = {{".svg", "<?xml", "</svg>", false},
             {".png", "\x89PNG", "IEND", true},
             {".pdf", "%PDF", "%%EOF", true},
             {".txt", NULL, NULL, false}};

static const struct kind *kind_of(const char *path)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t n = strlen(kinds[i].ending);
        if (length > n && strcmp(path + length - n, kinds[i].ending) == 0)
            return &kinds[i];
    }
    return NULL;
}

/* gnuplot does not notice a full disk: the picture must begin and end as its kind does.
 */
static bool is_whole(const char *path, const struct kind *kind)
{
    char head[8] = "", tail[32] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    ssize_t n_head = pread(fd, head, sizeof head, 0);
    off_t size = lseek(fd, 0, SEEK_END);
    off_t from = size > (off_t)sizeof tail ? size - (off_t)sizeof tail : 0;
    ssize_t n_tail = pread(fd, tail, sizeof tail, from);
    close(fd);
    size_t n = strlen(kind->first);
    return n_head >= (ssize_t)n && memcmp(head, kind->first, n) == 0 && n_tail > 0 &&
           memmem(tail, (size_t)n_tail, kind->last, strlen(kind->last)) != NULL;
}

/* A .png or .pdf can only show what a font has. Writes a copy of the table where there is
 * more. Returns 1 if the copy was written, 0 if none is needed, -1 on an error. */
static int copy_drawable(const struct gnuplot_job *job, const char *copy, struct diag *d)
{
    struct text table, drawable;
    struct out_file f;
    struct place at = {.file = job->out};
    char first[8];
    text_init(&table);
    text_init(&drawable);
    int result = file_read(job->table, MOST_TABLE_BYTES, &table, d);
    size_t n = result == 0 ? glyphs_append_drawable(&drawable, table.bytes, first) : 0;
    if (n > 0 && (result = file_create(&f, copy, d)) == 0) {
        fwrite(drawable.bytes, 1, drawable.length, f.stream);
        result = file_commit(&f, d) == 0 ? 1 : -1;
        diag_warning(d, &at, "no font here has '%s': drawn as a square", first);
        diag_hint(d, "apt-get install fonts-noto-cjk, or draw an .svg");
    }
    text_release(&drawable);
    text_release(&table);
    return result;
}

static int draw_picture(const struct gnuplot_job *job, const struct kind *kind,
                        const char *temporary, struct diag *d)
{
    struct text copy;
    struct place at = {.file = job->out};
    text_init(&copy);
    text_printf(&copy, "%s.csv", temporary);
    int is_copied = kind->has_fonts ? copy_drawable(job, copy.bytes, d) : 0;
    int result = is_copied < 0 ? -1 : 0;
    if (result == 0) {
        struct child c;
        result = run_script(&c, job, is_copied ? copy.bytes : job->table, temporary, d);
        child_release(&c);
    }
    if (is_copied > 0)
        unlink(copy.bytes);
    if (result == 0 && !is_whole(temporary, kind))
        result = diag_error(d, DIAG_IO, &at, "gnuplot left no whole picture");
    if (result == 0 && rename(temporary, job->out) != 0)
        result = diag_error(d, DIAG_IO, &at, "cannot be written: %s", strerror(errno));
    text_release(&copy);
    return result;
}

static int create_picture(const struct gnuplot_job *job, const struct kind *kind,
                          struct diag *d)
{
    const char *slash = strrchr(job->out, '/');
    size_t directory = slash ? (size_t)(slash - job->out) + 1 : 0;
    struct text temporary;
    text_init(&temporary);
    text_append_bytes(&temporary, job->out, directory);
    text_printf(&temporary, ".%s.%ld.tmp%s", job->out + directory, (long)getpid(),
                kind->ending);
    unlink(temporary.bytes);
    int result = 0;
    int fd = open(temporary.bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        struct place at = {.file = job->out};
        result = diag_error(d, DIAG_CANNOT_CREATE, &at, "cannot be created: %s",
                            strerror(errno));
    } else {
        close(fd);
        result = draw_picture(job, kind, temporary.bytes, d);
        if (result != 0)
            unlink(temporary.bytes);
    }
    text_release(&temporary);
    return result;
}

/* The text terminal begins with a form feed and fills each line with blanks. */
static void append_trimmed(struct text *out, const struct text *drawn)
{
    const char *line = drawn->bytes;
    while (*line) {
        size_t length = strcspn(line, "\n"), skipped = strspn(line, "\f"), end = length;
        while (end > skipped && line[end - 1] == ' ')
            end--;
        text_append_bytes(out, line + skipped, end - skipped);
        text_append(out, "\n");
        line += length + (line[length] == '\n');
    }
}

static int draw_text(const struct gnuplot_job *job, struct text *out, struct diag *d)
{
    struct child c;
    struct place at = {.file = job->script};
    int result = run_script(&c, job, job->table, NULL, d);
    const struct child_stream *drawn = &c.streams[0];
    if (result == 0 && (drawn->is_cut || drawn->text.length == 0))
        result = diag_error(d, DIAG_IO, &at, "gnuplot left no whole picture");
    if (result == 0)
        append_trimmed(out, &drawn->text);
    child_release(&c);
    return result;
}

static int create_text(const struct gnuplot_job *job, struct diag *d)
{
    struct text drawn;
    struct out_file f;
    text_init(&drawn);
    int result = draw_text(job, &drawn, d);
    if (result == 0)
        result = file_create(&f, job->out, d);
    if (result == 0) {
        fwrite(drawn.bytes, 1, drawn.length, f.stream);
        result = file_commit(&f, d);
    }
    text_release(&drawn);
    return result;
}

static int check_input(const char *path, struct diag *d)
{
    struct place at = {.file = path};
    if (file_is_directory(path))
        errno = EISDIR;
    else if (access(path, R_OK) == 0)
        return 0;
    return diag_error(d, DIAG_NO_INPUT, &at, "cannot be read: %s", strerror(errno));
}

int gnuplot_run(const struct gnuplot_job *job, struct diag *d)
{
    const struct kind *kind = kind_of(job->out);
    if (!kind) {
        struct place at = {.file = job->out};
        return diag_error(d, DIAG_USAGE, &at,
                          "cannot be drawn: it must end in .svg, .png, .pdf or .txt");
    }
    if (check_input(job->script, d) != 0 || check_input(job->table, d) != 0)
        return -1;
    return kind->first ? create_picture(job, kind, d) : create_text(job, d);
}

int gnuplot_draw(const char *script, const char *table, const char *out,
                 const char *theme, struct diag *d)
{
    struct gnuplot_job job = {
        .script = script, .table = table, .out = out, .theme = theme};
    return gnuplot_run(&job, d);
}

int gnuplot_preview(const char *script, const char *table, bool has_colour,
                    struct text *out, struct diag *d)
{
    struct gnuplot_job job = {
        .script = script, .table = table, .theme = has_colour ? "terminal" : NULL};
    if (check_input(script, d) != 0 || check_input(table, d) != 0)
        return -1;
    return draw_text(&job, out, d);
}

/* ---- where the scripts are ---- */

int gnuplot_find_plots(struct text *out, struct diag *d)
{
    const char *set = getenv("ALLOT_PLOTS");
    if (set && *set) {
        struct place at = {.file = set};
        struct text theme;
        text_init(&theme);
        text_printf(&theme, "%s/theme.gp", set);
        bool is_found = file_exists(theme.bytes);
        text_release(&theme);
        if (is_found) {
            text_append(out, set);
            return 0;
        }
        return diag_error(d, DIAG_NO_INPUT, &at,
                          "holds no charts (theme.gp), though ALLOT_PLOTS says so");
    }
    if (program_find("/plots", "/plots", "theme.gp", out))
        return 0;
    diag_error(d, DIAG_NO_INPUT, NULL, "the charts' scripts are not found");
    diag_hint(d, "set ALLOT_PLOTS to the directory that holds theme.gp");
    return -1;
}
