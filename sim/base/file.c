#include "base/file.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef O_PATH /* a directory need not be readable to lead on */
#define O_SEARCH_ONLY (O_PATH | O_DIRECTORY)
#else
#define O_SEARCH_ONLY (O_RDONLY | O_DIRECTORY)
#endif

/* Reads all of an open file, and closes it. */
static int read_open(int fd, const char *path, size_t most_bytes, struct text *out,
                     struct diag *d)
{
    struct place at = {.file = path};
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        int reason = errno;
        if (fd >= 0)
            close(fd);
        return diag_error(d, DIAG_NO_INPUT, &at, "cannot be read: %s", strerror(reason));
    }
    if (!S_ISREG(status.st_mode)) {
        close(fd);
        return diag_error(d, DIAG_NO_INPUT, &at, "cannot be read: it is %s",
                          S_ISDIR(status.st_mode) ? "a directory" : "no regular file");
    }
    char buffer[1 << 14];
    size_t total = 0;
    ssize_t n = 0;
    while (total <= most_bytes && (n = read(fd, buffer, sizeof buffer)) > 0) {
        text_append_bytes(out, buffer, (size_t)n);
        total += (size_t)n;
    }
    int reason = errno;
    close(fd);
    if (n < 0)
        return diag_error(d, DIAG_IO, &at, "cannot be read: %s", strerror(reason));
    if (total > most_bytes)
        return diag_error(d, DIAG_DATA, &at, "is too large: at most %zu bytes are read",
                          most_bytes);
    return 0;
}

int file_read(const char *path, size_t most_bytes, struct text *out, struct diag *d)
{
    return read_open(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), path, most_bytes, out,
                     d);
}

/* ---- a jail ---- */

int file_resolve(const char *path, const char *jail, char real[PATH_MAX], struct diag *d)
{
    if (!jail)
        return realpath(path, real) ? 0
                                    : diag_error(d, DIAG_NO_INPUT, NULL,
                                                 "cannot be read: %s", strerror(errno));
    /* Missing and forbidden files get one answer: what lies outside is not told. */
    char wall[PATH_MAX];
    if (realpath(jail, wall) && realpath(path, real)) {
        size_t length = strcmp(wall, "/") == 0 ? 0 : strlen(wall);
        if (strncmp(real, wall, length) == 0 && real[length] == '/')
            return 0;
    }
    return diag_error(d, DIAG_NO_INPUT, NULL,
                      "cannot be read: it is missing or lies outside '%s'", jail);
}

int file_read_real(const char *real, size_t most_bytes, struct text *out, struct diag *d)
{
    char part[NAME_MAX + 1];
    const char *rest = real;
    int fd = open("/", O_SEARCH_ONLY | O_CLOEXEC);
    while (fd >= 0 && *(rest += strspn(rest, "/"))) {
        size_t length = strcspn(rest, "/");
        bool is_last = rest[length] == '\0';
        snprintf(part, sizeof part, "%.*s", (int)length, rest);
        int next = openat(fd, part,
                          O_NOFOLLOW | O_CLOEXEC |
                              (is_last ? O_RDONLY | O_NONBLOCK : O_SEARCH_ONLY));
        int reason = errno;
        close(fd);
        errno = reason;
        fd = next;
        rest += length;
    }
    return read_open(fd, real, most_bytes, out, d);
}

/* ---- */

int file_read_stream(FILE *stream, const char *name, size_t most_bytes, struct text *out,
                     struct diag *d)
{
    struct place at = {.file = name};
    char buffer[1 << 14];
    size_t total = 0, n = 0;
    while (total <= most_bytes && (n = fread(buffer, 1, sizeof buffer, stream)) > 0) {
        text_append_bytes(out, buffer, n);
        total += n;
    }
    if (ferror(stream))
        return diag_error(d, DIAG_IO, &at, "cannot be read: %s", strerror(errno));
    if (total > most_bytes)
        return diag_error(d, DIAG_DATA, &at, "is too large: at most %zu bytes are read",
                          most_bytes);
    return 0;
}

bool file_exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

bool file_is_left(const char *entry, const char *name)
{
    size_t length = strlen(name);
    char *end;
    if (entry[0] != '.' || strncmp(entry + 1, name, length) != 0 ||
        entry[1 + length] != '.')
        return false;
    long pid = strtol(entry + 2 + length, &end, 10);
    return pid > 0 && strcmp(end, ".tmp") == 0 && kill((pid_t)pid, 0) != 0 &&
           errno == ESRCH;
}

bool file_is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int file_make_directory(const char *path, struct diag *d)
{
    struct place at = {.file = path};
    struct text part;
    text_init(&part);
    int result = 0;
    for (size_t i = 0; result == 0; i++) {
        if ((path[i] == '/' || path[i] == '\0') && i > 0) {
            text_clear(&part);
            text_append_bytes(&part, path, i);
            if (mkdir(part.bytes, 0777) != 0 && errno != EEXIST)
                result = diag_error(d, DIAG_CANNOT_CREATE, &at, "cannot be created: %s",
                                    strerror(errno));
        }
        if (path[i] == '\0')
            break;
    }
    if (result == 0 && !file_is_directory(path))
        result = diag_error(d, DIAG_CANNOT_CREATE, &at, "is not a directory");
    text_release(&part);
    return result;
}

bool file_is_link(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

int file_open_directory(const char *path, DIR **stream, struct diag *d)
{
    struct place at = {.file = path};
    *stream = opendir(path);
    if (*stream || errno == ENOENT || errno == ENOTDIR)
        return 0;
    return diag_error(d, DIAG_IO, &at, "cannot be read: %s", strerror(errno));
}

int file_refuse_link(const char *path, struct diag *d)
{
    struct place at = {.file = path};
    if (!file_is_link(path))
        return 0;
    diag_error(d, DIAG_CANNOT_CREATE, &at, "is a link: nothing is written through it");
    diag_hint(d, "name the place itself with --out");
    return -1;
}

int file_remove(const char *path, struct diag *d)
{
    struct place at = {.file = path};
    if (unlink(path) == 0 || errno == ENOENT)
        return 0;
    return diag_error(d, DIAG_IO, &at, "cannot be removed: %s", strerror(errno));
}

int file_create(struct out_file *f, const char *path, struct diag *d)
{
    const char *slash = strrchr(path, '/');
    size_t directory = slash ? (size_t)(slash - path) + 1 : 0;
    struct text name;
    text_init(&name);
    text_append_bytes(&name, path, directory);
    text_printf(&name, ".%s.%ld.tmp", path + directory, (long)getpid());
    *f = (struct out_file){.path = mem_string(path), .temporary = name.bytes};
    int fd =
        open(f->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    f->stream = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!f->stream) {
        struct place at = {.file = path};
        int reason = errno;
        if (fd >= 0) {
            close(fd);
            unlink(f->temporary);
        }
        mem_free(f->path);
        mem_free(f->temporary);
        *f = (struct out_file){0};
        return diag_error(d, DIAG_CANNOT_CREATE, &at, "cannot be created: %s",
                          strerror(reason));
    }
    return 0;
}

int file_close(struct out_file *f, struct diag *d)
{
    errno = 0;
    int failed = ferror(f->stream);
    int reason = errno;
    if (fflush(f->stream) != 0 && !failed) {
        failed = 1;
        reason = errno;
    }
    if (fclose(f->stream) != 0 && !failed) {
        failed = 1;
        reason = errno;
    }
    f->stream = NULL;
    if (failed) {
        struct place at = {.file = f->path};
        diag_error(d, DIAG_IO, &at, "cannot be written: %s",
                   strerror(reason ? reason : ENOSPC));
        file_discard(f);
        return -1;
    }
    return 0;
}

int file_publish(struct out_file *f, struct diag *d)
{
    if (rename(f->temporary, f->path) != 0) {
        struct place at = {.file = f->path};
        diag_error(d, DIAG_IO, &at, "cannot be written: %s", strerror(errno));
        file_discard(f);
        return -1;
    }
    mem_free(f->temporary);
    f->temporary = NULL;
    file_discard(f);
    return 0;
}

int file_commit(struct out_file *f, struct diag *d)
{
    if (file_close(f, d) != 0)
        return -1;
    return file_publish(f, d);
}

void file_discard(struct out_file *f)
{
    if (f->stream)
        fclose(f->stream);
    if (f->temporary)
        unlink(f->temporary);
    file_leave(f);
}

void file_leave(struct out_file *f)
{
    mem_free(f->temporary);
    mem_free(f->path);
    *f = (struct out_file){0};
}
