#include "cli/progress.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- the line ---- */

/* What a handler may read: lock-free numbers. It answers at once, also while all threads
 * are deep in a run, so it does without stdio. */
static atomic_size_t now_done, now_failed, now_n;
static atomic_uint_fast64_t started_ms;

struct line {
    char bytes[160];
    size_t length;
};

static void add(struct line *line, const char *word)
{
    for (; *word && line->length < sizeof line->bytes; word++)
        line->bytes[line->length++] = *word;
}

static void add_count(struct line *line, uint64_t count)
{
    char digits[24];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    do
        digits[--at] = (char)('0' + count % 10);
    while ((count /= 10) > 0);
    add(line, digits + at);
}

static void on_question(int signal)
{
    (void)signal;
    struct line line = {.length = 0};
    uint64_t done = now_done, n = now_n;
    uint64_t spent_ms = (uint64_t)(now_s() * 1e3) - started_ms;
    add(&line, "allot: ");
    add_count(&line, done);
    add(&line, " of ");
    add_count(&line, n);
    add(&line, " runs done, ");
    add_count(&line, now_failed);
    add(&line, " failed, ");
    add_count(&line, spent_ms / 1000);
    add(&line, " s spent");
    if (done > 0 && done < n) {
        add(&line, ", ");
        add_count(&line, spent_ms * (n - done) / done / 1000);
        add(&line, " s left");
    }
    add(&line, "\n");
    ssize_t written = write(STDERR_FILENO, line.bytes, line.length);
    (void)written; /* nobody is there to be told */
}

/* ---- the bar ---- */

void progress_begin(struct progress *progress, bool is_wanted)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_question;
    action.sa_flags = SA_RESTART;
    progress->is_shown = is_wanted && isatty(STDERR_FILENO);
    progress->started_s = progress->drawn_s = now_s();
    progress->n_failed = 0;
    now_done = now_failed = now_n = 0;
    started_ms = (uint64_t)(progress->started_s * 1e3);
    sigaction(SIGUSR1, &action, NULL);
}

void progress_draw(struct progress *progress, size_t done, size_t n)
{
    double now = now_s(), elapsed = now - progress->started_s;
    now_done = done;
    now_failed = progress->n_failed;
    now_n = n;
    if (!progress->is_shown || now - progress->drawn_s < 0.2)
        return;
    char bar[31], failed[32] = "";
    for (size_t i = 0; i < 30; i++)
        bar[i] = i * n < done * 30 ? '#' : '.';
    bar[30] = '\0';
    if (progress->n_failed > 0)
        snprintf(failed, sizeof failed, "%zu failed  ", progress->n_failed);
    double rate = (double)done / elapsed, left_s = (double)(n - done) / rate;
    const char *unit = left_s < 100 ? "s" : left_s < 6000 ? "min" : "h";
    double left = left_s / (left_s < 100 ? 1 : left_s < 6000 ? 60 : 3600);
    fprintf(stderr, "\r[%s] %zu/%zu  %s%.*f/s  %.0f %s left\033[K", bar, done, n, failed,
            rate < 10 ? 2 : 0, rate, left, unit);
    progress->drawn_s = now;
}

void progress_end(struct progress *progress)
{
    signal(SIGUSR1, SIG_IGN);
    if (progress->is_shown && progress->drawn_s > progress->started_s)
        fputs("\r\033[K", stderr);
}
