#include "import/line_reader.h"

#include "base/memory.h"

#include <string.h>

/* The buffer holds a line of the greatest length and what is read at once; it is moved to
 * the front when a line reaches its end, so that each byte moves at most a few times. */
enum { READ_BYTES = 1 << 18, BUFFER_BYTES = LINE_MOST_BYTES + READ_BYTES };

static int skip_mark(struct line_reader *r, struct diag *d);

int line_reader_open(struct line_reader *r, const char *path, struct diag *d)
{
    *r = (struct line_reader){0};
    if (byte_source_open(&r->source, path, d) != 0)
        return -1;
    r->buffer = mem_new(BUFFER_BYTES + 1, 1);
    if (skip_mark(r, d) == 0)
        return 0;
    line_reader_close(r);
    return -1;
}

void line_reader_close(struct line_reader *r)
{
    byte_source_close(&r->source);
    mem_free(r->buffer);
    *r = (struct line_reader){.source.fd = -1};
}

/* Reads more behind what is left of the buffer, which has room. */
static int fetch(struct line_reader *r, struct diag *d)
{
    if (r->end + READ_BYTES > BUFFER_BYTES) {
        memmove(r->buffer, r->buffer + r->begin, r->end - r->begin);
        r->end -= r->begin;
        r->begin = 0;
    }
    ptrdiff_t n =
        byte_source_read(&r->source, r->buffer + r->end, BUFFER_BYTES - r->end, d);
    if (n < 0)
        return -1;
    r->end += (size_t)n;
    r->is_over = n == 0;
    return 0;
}

static int skip_mark(struct line_reader *r, struct diag *d)
{
    while (r->end < 3 && !r->is_over)
        if (fetch(r, d) != 0)
            return -1;
    if (r->end >= 3 && memcmp(r->buffer, "\xEF\xBB\xBF", 3) == 0)
        r->begin = 3;
    return 0;
}

/* Passes over the rest of a line that is too long, unless it seems to have no end. */
static int pass_over(struct line_reader *r, struct diag *d)
{
    struct place at = {.file = r->source.name, .line = (int)r->number};
    size_t passed = 0;
    char *newline;
    while (!(newline = memchr(r->buffer + r->begin, '\n', r->end - r->begin))) {
        passed += r->end - r->begin;
        if (passed > LINE_ENDLESS_BYTES)
            return diag_error(d, DIAG_DATA, &at,
                              "the line does not end within %d bytes: this is no text",
                              LINE_ENDLESS_BYTES);
        r->begin = r->end;
        if (r->is_over)
            return 0;
        if (fetch(r, d) != 0)
            return -1;
    }
    r->begin = (size_t)(newline - r->buffer) + 1;
    return 0;
}

static void cut(struct line_reader *r, struct line *line, size_t end, size_t next)
{
    line->bytes = r->buffer + r->begin;
    line->length = end - r->begin;
    line->number = ++r->number;
    r->begin = next;
    if (line->length > 0 && line->bytes[line->length - 1] == '\r')
        line->length--;
    line->bytes[line->length] = '\0';
}

/* Of a line that is too long only the beginning is kept. */
static enum line_status cut_long(struct line_reader *r, struct line *line, struct diag *d)
{
    memcpy(r->beginning, r->buffer + r->begin, LINE_SHOWN_BYTES);
    *line = (struct line){r->beginning, LINE_SHOWN_BYTES, ++r->number};
    return pass_over(r, d) == 0 ? LINE_TOO_LONG : LINE_FAILED;
}

static enum line_status cut_last(struct line_reader *r, struct line *line)
{
    bool is_cut = r->source.is_cut && !r->has_told_cut;
    if (r->begin == r->end && !is_cut)
        return LINE_END;
    r->has_told_cut = r->source.is_cut;
    cut(r, line, r->end, r->end);
    return is_cut ? LINE_CUT : LINE_READ;
}

enum line_status line_reader_next(struct line_reader *r, struct line *line,
                                  struct diag *d)
{
    size_t looked_at = r->begin;
    for (;;) {
        char *newline = memchr(r->buffer + looked_at, '\n', r->end - looked_at);
        if (newline) {
            size_t end = (size_t)(newline - r->buffer);
            if (end - r->begin > LINE_MOST_BYTES)
                return cut_long(r, line, d);
            cut(r, line, end, end + 1);
            return LINE_READ;
        }
        if (r->is_over)
            return cut_last(r, line);
        if (r->end - r->begin > LINE_MOST_BYTES)
            return cut_long(r, line, d);
        size_t seen = r->end - r->begin;
        if (fetch(r, d) != 0)
            return LINE_FAILED;
        looked_at = r->begin + seen;
    }
}
