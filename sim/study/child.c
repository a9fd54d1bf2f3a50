#include "study/child.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The program is asked for its end every few milliseconds besides being read, because one
 * that it started may keep the pipes open for longer than it lives. */
enum { SLICE_MS = 20, MOST_BYTES = 1 << 20 };

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool is_dropped(const char *variable)
{
    static const char *const names[] = {
        "GNUTERM=", "GNUPLOT_", "GDFONTPATH=", "LC_", "LANGUAGE=", "LANG="};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strncmp(variable, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* Our environment without what changes a picture; the array is to be freed. */
static char **clean_environment(void)
{
    static char locale[] = "LC_ALL=C.UTF-8";
    extern char **environ;
    size_t n = 0, n_kept = 0;
    while (environ && environ[n])
        n++;
    char **kept = MEM_ARRAY(char *, n + 2);
    for (size_t i = 0; i < n; i++)
        if (!is_dropped(environ[i]))
            kept[n_kept++] = environ[i];
    kept[n_kept] = locale;
    return kept;
}

static int spawn(struct child *c, const char *const *argv, const int write_ends[2])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, write_ends[0], 1);
    posix_spawn_file_actions_adddup2(&actions, write_ends[1], 2);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0); /* so that its children die with it */
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    char **environment = clean_environment();
    int reason = posix_spawnp(&c->pid, argv[0], &actions, &attributes,
                              (char *const *)(uintptr_t)argv, environment);
    mem_free(environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return reason;
}

int child_start(struct child *c, const char *const *argv)
{
    *c = (struct child){.pid = -1, .streams = {{.fd = -1}, {.fd = -1}}};
    int write_ends[2] = {-1, -1};
    int reason = 0;
    for (int k = 0; k < 2; k++) {
        int ends[2];
        text_init(&c->streams[k].text);
        if (reason != 0 || pipe(ends) != 0) {
            reason = reason ? reason : errno;
            continue;
        }
        fcntl(ends[0], F_SETFD, FD_CLOEXEC);
        fcntl(ends[1], F_SETFD, FD_CLOEXEC);
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        c->streams[k].fd = ends[0];
        write_ends[k] = ends[1];
    }
    if (reason == 0)
        reason = spawn(c, argv, write_ends);
    for (int k = 0; k < 2; k++)
        if (write_ends[k] >= 0)
            close(write_ends[k]);
    return reason;
}

void child_release(struct child *c)
{
    for (int k = 0; k < 2; k++) {
        if (c->streams[k].fd >= 0)
            close(c->streams[k].fd);
        text_release(&c->streams[k].text);
    }
}

/* Reads what is there, but not for ever from one that never stops. */
static void stream_read(struct child_stream *s)
{
    char buffer[1 << 14];
    for (int i = 0; i < 64 && s->fd >= 0; i++) {
        ssize_t n = read(s->fd, buffer, sizeof buffer);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            close(s->fd);
            s->fd = -1;
            return;
        }
        size_t room = MOST_BYTES - s->text.length;
        s->is_cut |= (size_t)n > room;
        text_append_bytes(&s->text, buffer, (size_t)n < room ? (size_t)n : room);
    }
}

bool child_wait(struct child *c, double limit_s)
{
    double end_s = now_s() + limit_s;
    bool has_ended = false;
    for (;;) {
        struct pollfd polled[2];
        for (int k = 0; k < 2; k++)
            polled[k] = (struct pollfd){.fd = c->streams[k].fd, .events = POLLIN};
        if (!has_ended)
            poll(polled, 2, SLICE_MS);
        stream_read(&c->streams[0]);
        stream_read(&c->streams[1]);
        if (has_ended)
            return true;
        pid_t ended = waitpid(c->pid, &c->status, WNOHANG);
        has_ended =
            ended == c->pid || (ended < 0 && errno == ECHILD); /* not ours to ask */
        if (!has_ended && now_s() >= end_s) {
            kill(-c->pid, SIGKILL);
            while (waitpid(c->pid, &c->status, 0) < 0 && errno == EINTR)
                continue;
            return false;
        }
    }
}

bool child_succeeded(const struct child *c)
{
    return WIFEXITED(c->status) && WEXITSTATUS(c->status) == 0;
}
