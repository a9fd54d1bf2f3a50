/* child.h - another program: started without a shell, read, and stopped in time.
 *
 * It is found by PATH, has nothing on its stdin, and gets our environment without what
 * would make results depend on the user's settings: the locale is C.UTF-8, GNUTERM and
 * GNUPLOT_* are gone. What it prints is kept up to a megabyte for each of its two
 * streams. */
#ifndef ALLOT_STUDY_CHILD_H
#define ALLOT_STUDY_CHILD_H

#include "base/text.h"

#include <stdbool.h>
#include <sys/types.h>

struct child_stream {
    int fd; /* -1: closed */
    struct text text;
    bool is_cut; /* it printed more */
};

struct child {
    pid_t pid;
    int status;                     /* as waitpid says, after child_wait */
    struct child_stream streams[2]; /* stdout, stderr */
};

/* Starts argv[0]; argv ends with NULL. Returns 0 or the system's reason, ENOENT if there
 * is no such program. To be released in both cases. */
int child_start(struct child *c, const char *const *argv);

/* Reads until the program has ended. After limit_s it is killed, with the programs that
 * it started, and the result is false. */
bool child_wait(struct child *c, double limit_s);

/* Whether it ended by itself and with status 0. */
bool child_succeeded(const struct child *c);

void child_release(struct child *c);

#endif
