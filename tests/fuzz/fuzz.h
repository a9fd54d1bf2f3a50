/* fuzz.h - what the fuzzers share: each is a program of libFuzzer with one
 * LLVMFuzzerTestOneInput, which hands bytes to a reader of ours as a file. Readers report
 * mistakes through a diag; anything else that goes wrong (a sanitizer, a CHECK, a promise
 * that a fuzzer asserts) ends the program and is a finding. */
#ifndef ALLOT_TESTS_FUZZ_FUZZ_H
#define ALLOT_TESTS_FUZZ_FUZZ_H

#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#define FUZZ_PROMISE(condition)                                                          \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);      \
            abort();                                                                     \
        }                                                                                \
    } while (0)

/* A directory of this process's own, in memory. */
static inline const char *fuzz_dir(void)
{
    static char dir[64];
    if (!*dir) {
        snprintf(dir, sizeof dir, "/dev/shm/allot-fuzz-XXXXXX");
        if (!mkdtemp(dir))
            abort();
    }
    return dir;
}

/* Removes it, with all that is in it. Best effort: what is left is in memory, and small.
 */
static inline int fuzz_remove(const char *path, const struct stat *status, int kind,
                              struct FTW *where)
{
    (void)status, (void)kind, (void)where;
    return remove(path);
}

static inline void fuzz_remove_dir(void)
{
    nftw(fuzz_dir(), fuzz_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* Writes a file of that name there; its path stands until the next call. */
static inline const char *fuzz_file(const char *name, const uint8_t *bytes, size_t n)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", fuzz_dir(), name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
        abort();
    close(fd);
    return path;
}

#endif
