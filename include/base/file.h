/* file.h - whole files in, whole files out.
 *
 * A file is written under a temporary name in its own directory and renamed when it is
 * complete, so that a reader never meets half a file and an old result survives until the
 * new one stands. */
#ifndef ALLOT_BASE_FILE_H
#define ALLOT_BASE_FILE_H

#include "base/diag.h"
#include "base/text.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>

/* Appends the contents of a regular file of at most `most_bytes` bytes to `out`. Errors:
 * DIAG_NO_INPUT (missing, a directory, no regular file, no permission), DIAG_DATA (too
 * large), DIAG_IO. */
int file_read(const char *path, size_t most_bytes, struct text *out, struct diag *d);

/* The same of what is left of a stream; messages call it `name`. */
int file_read_stream(FILE *stream, const char *name, size_t most_bytes, struct text *out,
                     struct diag *d);

/* The real path of a file, without links, which must lie below the directory `jail`
 * (NULL: anywhere). DIAG_NO_INPUT, without a place: missing and forbidden files are not
 * told apart. */
int file_resolve(const char *path, const char *jail, char real[PATH_MAX], struct diag *d);

/* file_read of a real path: a link that has taken the place of a part of it meanwhile is
 * not followed. */
int file_read_real(const char *real, size_t most_bytes, struct text *out, struct diag *d);

bool file_exists(const char *path);
bool file_is_directory(const char *path);
bool file_is_link(const char *path);

/* Makes the directory and those above it that are missing. DIAG_CANNOT_CREATE. */
int file_make_directory(const char *path, struct diag *d);

/* Opens a directory to list what is in it; *stream is NULL where there is none. DIAG_IO:
 * it is there and cannot be read. */
int file_open_directory(const char *path, DIR **stream, struct diag *d);

/* An error if the last part of a path of ours is a link: what stands in a stranger's
 * directory does not lead out of it. DIAG_CANNOT_CREATE. */
int file_refuse_link(const char *path, struct diag *d);

/* Removes a file, if it is there. DIAG_IO. */
int file_remove(const char *path, struct diag *d);

struct out_file {
    FILE *stream;
    char *path;      /* the final name */
    char *temporary; /* the name until file_commit */
};

/* Opens a temporary file beside `path` for writing. DIAG_CANNOT_CREATE. */
int file_create(struct out_file *f, const char *path, struct diag *d);

/* Flushes and closes, leaving the complete temporary file for file_publish. On an error
 * (DIAG_IO: a full disk) the temporary file is removed. */
int file_close(struct out_file *f, struct diag *d);

/* Renames a closed file to its final name. DIAG_IO. */
int file_publish(struct out_file *f, struct diag *d);

/* file_close, then file_publish. */
int file_commit(struct out_file *f, struct diag *d);

/* Drops a file that is not to be: closes and removes it. Harmless after file_commit. */
void file_discard(struct out_file *f);

/* Whether an entry of a directory is the temporary file of `name` that a process has left
 * which is gone. */
bool file_is_left(const char *entry, const char *name);

/* file_discard of a closed file, which stays under its temporary name. */
void file_leave(struct out_file *f);

#endif
