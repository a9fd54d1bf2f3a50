/* Makes one call of the system fail: loaded with LD_PRELOAD into allot alone (a child
 * such as gnuplot is left in peace).
 *
 *   ALLOT_FAULT=KIND:N[:ERRNO]  the N-th call of the kind, counted from 1, fails; with N+
 *                               all from the N-th on (a disk that stays full)
 *   ALLOT_CLOCK=jumps           clocks of the wall go forth and back by up to an hour
 *   ALLOT_FAULT_COUNTS=FILE     at the end "KIND CALLS" lines are written there
 *
 * Kinds: alloc, open, read, write, close, sync, rename, unlink, mkdir, mmap, thread,
 * spawn. A close that fails has closed all the same, as on Linux. What is written through
 * a stream counts when the buffer goes out: streams of fdopen and fopen are made anew
 * upon write, for libc's own calls cannot be reached from here. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum kind {
    ALLOC,
    OPEN,
    READ,
    WRITE,
    CLOSE,
    SYNC,
    RENAME,
    UNLINK,
    MKDIR,
    MMAP,
    THREAD,
    SPAWN,
    N_KINDS
};

static const struct {
    const char *name;
    int error;
} kinds[N_KINDS] = {[ALLOC] = {"alloc", ENOMEM},   [OPEN] = {"open", EMFILE},
                    [READ] = {"read", EIO},        [WRITE] = {"write", ENOSPC},
                    [CLOSE] = {"close", EIO},      [SYNC] = {"sync", EIO},
                    [RENAME] = {"rename", EACCES}, [UNLINK] = {"unlink", EACCES},
                    [MKDIR] = {"mkdir", ENOSPC},   [MMAP] = {"mmap", ENOMEM},
                    [THREAD] = {"thread", EAGAIN}, [SPAWN] = {"spawn", ENOENT}};

static atomic_long counts[N_KINDS];
static int failing = -1, failing_error;
static long failing_from, failing_to;
static bool is_on, is_jumping;

static void *next_of(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

/* libconfig 1.5 does not look whether it got memory; what the program does about that
 * has a test of its own (tests/cli/io.bats). */
static _Thread_local int in_libconfig; /* calls that it is in */

/* Whether this call fails; errno is set then. */
static bool fails(enum kind kind)
{
    if (!is_on || in_libconfig)
        return false;
    long n = atomic_fetch_add(&counts[kind], 1) + 1;
    if ((int)kind != failing || n < failing_from || n > failing_to)
        return false;
    errno = failing_error;
    return true;
}

__attribute__((constructor)) static void begin(void)
{
    if (strcmp(program_invocation_short_name, "allot") != 0)
        return;
    const char *fault = getenv("ALLOT_FAULT");
    for (int i = 0; fault && i < N_KINDS; i++) {
        size_t length = strlen(kinds[i].name);
        if (strncmp(fault, kinds[i].name, length) != 0 || fault[length] != ':')
            continue;
        char *rest;
        failing = i;
        failing_from = failing_to = strtol(fault + length + 1, &rest, 10);
        failing_error = kinds[i].error;
        if (*rest == '+') {
            failing_to = __LONG_MAX__;
            rest++;
        }
        if (*rest == ':')
            failing_error = atoi(rest + 1);
    }
    const char *time = getenv("ALLOT_CLOCK");
    is_jumping = time && strcmp(time, "jumps") == 0;
    is_on = true;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("ALLOT_FAULT_COUNTS");
    if (!is_on || !path)
        return;
    is_on = false;
    FILE *file = fopen(path, "w");
    for (int i = 0; file && i < N_KINDS; i++)
        fprintf(file, "%s %ld\n", kinds[i].name, atomic_load(&counts[i]));
    if (file)
        fclose(file);
}

/* libconfig.h would declare them with its own types. */
void config_init(void *config);
int config_read_string(void *config, const char *string);

/* ---- memory: libc's own names, for dlsym allocates itself ---- */

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t n, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);

void *malloc(size_t bytes)
{
    return fails(ALLOC) ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t n, size_t bytes)
{
    return fails(ALLOC) ? NULL : __libc_calloc(n, bytes);
}

void *realloc(void *old, size_t bytes)
{
    return fails(ALLOC) ? NULL : __libc_realloc(old, bytes);
}

void config_init(void *config)
{
    void (*real)(void *) = next_of("config_init");
    in_libconfig++;
    real(config);
    in_libconfig--;
}

int config_read_string(void *config, const char *string)
{
    int (*real)(void *, const char *) = next_of("config_read_string");
    in_libconfig++;
    int result = real(config, string);
    in_libconfig--;
    return result;
}

/* ---- files ---- */

static mode_t mode_of(int flags, va_list more)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
}

/* In a function of `flags, ...`: the mode that may follow them. */
#define TAKE_MODE(mode, flags)                                                           \
    va_list more;                                                                        \
    va_start(more, flags);                                                               \
    mode_t mode = mode_of(flags, more);                                                  \
    va_end(more)

int open(const char *path, int flags, ...)
{
    TAKE_MODE(mode, flags);
    if (fails(OPEN))
        return -1;
    int (*real)(const char *, int, ...) = next_of("open");
    return real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    TAKE_MODE(mode, flags);
    if (fails(OPEN))
        return -1;
    int (*real)(const char *, int, ...) = next_of("open64");
    return real(path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
    TAKE_MODE(mode, flags);
    if (fails(OPEN))
        return -1;
    int (*real)(int, const char *, int, ...) = next_of("openat");
    return real(dir, path, flags, mode);
}

DIR *opendir(const char *path)
{
    if (fails(OPEN))
        return NULL;
    DIR *(*real)(const char *) = next_of("opendir");
    return real(path);
}

ssize_t read(int fd, void *bytes, size_t n)
{
    if (fails(READ))
        return -1;
    ssize_t (*real)(int, void *, size_t) = next_of("read");
    return real(fd, bytes, n);
}

ssize_t pread(int fd, void *bytes, size_t n, off_t at)
{
    if (fails(READ))
        return -1;
    ssize_t (*real)(int, void *, size_t, off_t) = next_of("pread");
    return real(fd, bytes, n, at);
}

ssize_t pread64(int fd, void *bytes, size_t n, off64_t at)
{
    if (fails(READ))
        return -1;
    ssize_t (*real)(int, void *, size_t, off64_t) = next_of("pread64");
    return real(fd, bytes, n, at);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    /* What is said of the fault has to come through. */
    if (fd != STDERR_FILENO && fails(WRITE))
        return -1;
    ssize_t (*real)(int, const void *, size_t) = next_of("write");
    return real(fd, bytes, n);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
    if (fails(WRITE))
        return -1;
    ssize_t (*real)(int, const void *, size_t, off64_t) = next_of("pwrite64");
    return real(fd, bytes, n, at);
}

int close(int fd)
{
    int (*real)(int) = next_of("close");
    int result = real(fd);
    return fails(CLOSE) ? -1 : result;
}

void *mmap(void *at, size_t n, int protection, int flags, int fd, off_t from)
{
    if (fails(MMAP))
        return MAP_FAILED;
    void *(*real)(void *, size_t, int, int, int, off_t) = next_of("mmap");
    return real(at, n, protection, flags, fd, from);
}

void *mmap64(void *at, size_t n, int protection, int flags, int fd, off64_t from)
{
    if (fails(MMAP))
        return MAP_FAILED;
    void *(*real)(void *, size_t, int, int, int, off64_t) = next_of("mmap64");
    return real(at, n, protection, flags, fd, from);
}

int fsync(int fd)
{
    if (fails(SYNC))
        return -1;
    int (*real)(int) = next_of("fsync");
    return real(fd);
}

int fdatasync(int fd)
{
    if (fails(SYNC))
        return -1;
    int (*real)(int) = next_of("fdatasync");
    return real(fd);
}

int rename(const char *from, const char *to)
{
    if (fails(RENAME))
        return -1;
    int (*real)(const char *, const char *) = next_of("rename");
    return real(from, to);
}

int unlink(const char *path)
{
    if (fails(UNLINK))
        return -1;
    int (*real)(const char *) = next_of("unlink");
    return real(path);
}

int unlinkat(int dir, const char *path, int flags)
{
    if (fails(UNLINK))
        return -1;
    int (*real)(int, const char *, int) = next_of("unlinkat");
    return real(dir, path, flags);
}

int rmdir(const char *path)
{
    if (fails(UNLINK))
        return -1;
    int (*real)(const char *) = next_of("rmdir");
    return real(path);
}

int mkdir(const char *path, mode_t mode)
{
    if (fails(MKDIR))
        return -1;
    int (*real)(const char *, mode_t) = next_of("mkdir");
    return real(path, mode);
}

char *mkdtemp(char *pattern)
{
    if (fails(MKDIR))
        return NULL;
    char *(*real)(char *) = next_of("mkdtemp");
    return real(pattern);
}

/* ---- streams ---- */

static ssize_t cookie_write(void *cookie, const char *bytes, size_t n)
{
    ssize_t done = write((int)(intptr_t)cookie - 1, bytes, n);
    return done < 0 ? 0 : done; /* 0 is the error of a cookie's write */
}

static int cookie_close(void *cookie)
{
    return close((int)(intptr_t)cookie - 1);
}

FILE *fdopen(int fd, const char *mode)
{
    if (fails(OPEN))
        return NULL;
    if (is_on && mode[0] == 'w')
        return fopencookie(
            (void *)(intptr_t)(fd + 1), mode,
            (cookie_io_functions_t){.write = cookie_write, .close = cookie_close});
    FILE *(*real)(int, const char *) = next_of("fdopen");
    return real(fd, mode);
}

/* ---- clocks ---- */

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static atomic_long n_asked;
    int (*real)(clockid_t, struct timespec *) = next_of("clock_gettime");
    int result = real(clock, now);
    if (is_on && is_jumping && (clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME))
        now->tv_sec += atomic_fetch_add(&n_asked, 1) * 7919 % 7200 - 3600;
    return result;
}

/* ---- threads and children ---- */

int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*start)(void *),
                   void *owner)
{
    if (fails(THREAD))
        return errno;
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) =
        next_of("pthread_create");
    return real(thread, how, start, owner);
}

int posix_spawnp(pid_t *child, const char *path, const posix_spawn_file_actions_t *files,
                 const posix_spawnattr_t *how, char *const argv[], char *const envp[])
{
    if (fails(SPAWN))
        return errno;
    int (*real)(pid_t *, const char *, const posix_spawn_file_actions_t *,
                const posix_spawnattr_t *, char *const[], char *const[]) =
        next_of("posix_spawnp");
    return real(child, path, files, how, argv, envp);
}

int pipe(int ends[2])
{
    if (fails(SPAWN))
        return -1;
    int (*real)(int[2]) = next_of("pipe");
    return real(ends);
}
