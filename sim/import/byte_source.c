#include "import/byte_source.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BUFFER_BYTES = 1 << 18, GZIP_WINDOW = 15 + 16 };

struct unpacker {
    z_stream z;
    uint64_t n_packed, n_unpacked;
    bool is_between; /* two members: the file may end here */
};

static int is_unreadable(const struct byte_source *s, struct diag *d)
{
    struct place at = {.file = s->name};
    return diag_error(d, DIAG_IO, &at, "cannot be read: %s", strerror(errno));
}

/* Reads more of the file; 0 at its end. */
static ptrdiff_t fetch(struct byte_source *s, struct diag *d)
{
    ssize_t n;
    do
        n = read(s->fd, s->buffer, BUFFER_BYTES);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return is_unreadable(s, d);
    s->begin = 0;
    s->end = (size_t)n;
    return n;
}

static bool begins(const struct byte_source *s, const char *magic, size_t length)
{
    return s->end >= length && memcmp(s->buffer, magic, length) == 0;
}

/* Looks at the first bytes. */
static int recognise(struct byte_source *s, struct diag *d)
{
    static const struct {
        const char *magic;
        size_t length;
        const char *program;
    } others[] = {{"\xFD"
                   "7zXZ",
                   5, "xz -dc"},
                  {"BZh", 3, "bzip2 -dc"},
                  {"\x28\xB5\x2F\xFD", 4, "zstd -dc"},
                  {"PK\x03\x04", 4, "unzip -p"}};
    struct place at = {.file = s->name};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (begins(s, others[i].magic, others[i].length)) {
            diag_error(d, DIAG_DATA, &at, "is packed in a way that is not read");
            diag_hint(d, "%s %s | allot import ... -", others[i].program, s->name);
            return -1;
        }
    if (!begins(s, "\x1F\x8B", 2))
        return 0;
    s->unpacker = mem_new(1, sizeof *s->unpacker);
    if (inflateInit2(&s->unpacker->z, GZIP_WINDOW) != Z_OK)
        return diag_error(d, DIAG_IO, &at, "cannot be unpacked: zlib does not start");
    return 0;
}

static int open_file(struct byte_source *s, const char *path, struct diag *d)
{
    struct place at = {.file = path};
    struct stat status;
    s->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0 || fstat(s->fd, &status) != 0)
        return diag_error(d, DIAG_NO_INPUT, &at, "cannot be read: %s", strerror(errno));
    if (S_ISDIR(status.st_mode))
        return diag_error(d, DIAG_NO_INPUT, &at, "cannot be read: it is a directory");
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) /* no /dev/zero */
        return diag_error(d, DIAG_NO_INPUT, &at,
                          "cannot be read: it is neither a regular file nor a pipe");
    return 0;
}

int byte_source_open(struct byte_source *s, const char *path, struct diag *d)
{
    bool is_input = strcmp(path, "-") == 0;
    *s = (struct byte_source){.name = is_input ? "standard input" : path,
                              .fd = is_input ? STDIN_FILENO : -1};
    s->buffer = mem_new(BUFFER_BYTES, 1);
    if ((is_input || open_file(s, path, d) == 0) && fetch(s, d) >= 0 &&
        recognise(s, d) == 0)
        return 0;
    byte_source_close(s);
    return -1;
}

void byte_source_close(struct byte_source *s)
{
    if (s->unpacker)
        inflateEnd(&s->unpacker->z);
    if (s->fd > STDIN_FILENO)
        close(s->fd);
    mem_free(s->unpacker);
    mem_free(s->buffer);
    *s = (struct byte_source){.fd = -1};
}

static ptrdiff_t read_plain(struct byte_source *s, char *to, size_t room, struct diag *d)
{
    if (s->begin == s->end) {
        ptrdiff_t n = fetch(s, d);
        if (n <= 0)
            return n;
    }
    size_t n = s->end - s->begin < room ? s->end - s->begin : room;
    memcpy(to, s->buffer + s->begin, n);
    s->begin += n;
    return (ptrdiff_t)n;
}

static int check_bomb(const struct byte_source *s, struct diag *d)
{
    const struct unpacker *u = s->unpacker;
    struct place at = {.file = s->name};
    if (u->n_unpacked <= BYTES_FREE_OF_RATIO ||
        u->n_unpacked / BYTES_MOST_RATIO <= u->n_packed)
        return 0;
    diag_error(d, DIAG_DATA, &at,
               "unpacks to more than %d times its size, after %llu bytes: refused",
               BYTES_MOST_RATIO, (unsigned long long)u->n_unpacked);
    diag_hint(d, "where it is what it should be: gzip -dc FILE | allot import ... -");
    return -1;
}

/* One step of zlib; the number of bytes that it gave, -1 where they are wrong. */
static ptrdiff_t unpack_step(struct byte_source *s, char *to, size_t room, struct diag *d)
{
    struct unpacker *u = s->unpacker;
    u->z.next_in = s->buffer + s->begin;
    u->z.avail_in = (unsigned)(s->end - s->begin);
    u->z.next_out = (unsigned char *)to;
    u->z.avail_out = (unsigned)room;
    u->is_between = false;
    int status = inflate(&u->z, Z_NO_FLUSH);
    size_t taken = s->end - s->begin - u->z.avail_in, given = room - u->z.avail_out;
    s->begin += taken;
    u->n_packed += taken;
    u->n_unpacked += given;
    if (status == Z_STREAM_END)
        u->is_between = inflateReset(&u->z) == Z_OK;
    else if (status != Z_OK && status != Z_BUF_ERROR)
        return diag_error(d, DIAG_DATA, &(struct place){.file = s->name},
                          "is damaged: what it unpacks to is not what was packed (%s)",
                          u->z.msg ? u->z.msg : "zlib");
    return (ptrdiff_t)given;
}

static ptrdiff_t read_packed(struct byte_source *s, char *to, size_t room, struct diag *d)
{
    ptrdiff_t given = 0;
    while (given == 0) {
        if (s->begin == s->end) {
            ptrdiff_t n = fetch(s, d);
            if (n < 0)
                return -1;
            if (n == 0) {
                s->is_cut = !s->unpacker->is_between;
                return 0;
            }
        }
        given = unpack_step(s, to, room, d);
        if (given < 0 || check_bomb(s, d) != 0)
            return -1;
    }
    return given;
}

ptrdiff_t byte_source_read(struct byte_source *s, char *to, size_t room, struct diag *d)
{
    return s->unpacker ? read_packed(s, to, room, d) : read_plain(s, to, room, d);
}
