/* byte_source.h - the bytes of a file that may be packed, read once from front to end.
 *
 * "-" is standard input. What begins as gzip does is unpacked, whatever its name, also of
 * several members; what begins as another packer's file is refused with the command that
 * unpacks it. Memory: 256 KiB, whatever the file's size.
 *
 * A gzip file that unpacks to more than BYTES_MOST_RATIO times its size once it has
 * passed BYTES_FREE_OF_RATIO bytes is refused: accounting packs 10 to 20 to one, a file
 * made to fill a disk up to 1,032. */
#ifndef ALLOT_IMPORT_BYTE_SOURCE_H
#define ALLOT_IMPORT_BYTE_SOURCE_H

#include "base/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BYTES_MOST_RATIO = 200, BYTES_FREE_OF_RATIO = 32 << 20 };

struct unpacker;

struct byte_source {
    const char *name; /* as messages call it; borrowed */
    int fd;
    struct unpacker *unpacker; /* NULL: the file is plain */
    unsigned char *buffer;     /* as it was read */
    size_t begin, end;         /* what of it is left */
    bool is_cut;               /* packed, and the end came early */
};

/* DIAG_NO_INPUT, DIAG_IO, DIAG_DATA; there is then nothing to close. */
int byte_source_open(struct byte_source *s, const char *path, struct diag *d);
void byte_source_close(struct byte_source *s);

/* Reads up to `room` bytes: their number, 0 at the end, -1 and a message (DIAG_IO; a
 * bomb or what is damaged: DIAG_DATA). Of a file that is cut short what there is, then
 * 0. */
ptrdiff_t byte_source_read(struct byte_source *s, char *to, size_t room, struct diag *d);

#endif
