/* line_reader.h - the lines of a file, a stream or a gzip file, one at a time.
 *
 *     struct line line;
 *     while ((status = line_reader_next(&reader, &line, d)) == LINE_READ)
 *         ... line.bytes[0 .. line.length) ...
 *
 * No memory is taken per line: a line is borrowed from the buffer until the next call,
 * may be written to, and is closed by a NUL that length does not count. A byte-order mark
 * at the front and the CR of a CRLF are taken off. Bytes are as they are: NUL, what is no
 * UTF-8. About 1 GB a second. */
#ifndef ALLOT_IMPORT_LINE_READER_H
#define ALLOT_IMPORT_LINE_READER_H

#include "import/byte_source.h"

enum { LINE_MOST_BYTES = 1 << 20, LINE_SHOWN_BYTES = 200, LINE_ENDLESS_BYTES = 1 << 28 };

enum line_status {
    LINE_READ,
    LINE_TOO_LONG, /* more than LINE_MOST_BYTES: passed over; bytes are its beginning */
    LINE_CUT,      /* where a gzip file breaks off: what there is of the line */
    LINE_END,
    LINE_FAILED /* with a message; also of a line of more than LINE_ENDLESS_BYTES */
};

struct line {
    char *bytes;
    size_t length;
    uint64_t number; /* from 1 */
};

struct line_reader {
    struct byte_source source;
    char *buffer;
    size_t begin, end;
    uint64_t number; /* of the line read last */
    bool is_over;    /* the source has nothing more */
    bool has_told_cut;
    char beginning[LINE_SHOWN_BYTES + 1]; /* of the last line that was too long */
};

/* As byte_source_open. */
int line_reader_open(struct line_reader *r, const char *path, struct diag *d);
void line_reader_close(struct line_reader *r);

enum line_status line_reader_next(struct line_reader *r, struct line *line,
                                  struct diag *d);

#endif
