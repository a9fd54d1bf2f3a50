#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void progress_begin(struct progress *progress, bool is_wanted)
{
    progress->is_shown = is_wanted && isatty(STDERR_FILENO);
    progress->started_s = progress->drawn_s = now_s();
}

void progress_draw(struct progress *progress, size_t done, size_t n)
{
    double now = now_s(), elapsed = now - progress->started_s;
    if (!progress->is_shown || now - progress->drawn_s < 0.2)
        return;
    char bar[31];
    for (size_t i = 0; i < 30; i++)
        bar[i] = i * n < done * 30 ? '#' : '.';
    bar[30] = '\0';
    double rate = (double)done / elapsed, left_s = (double)(n - done) / rate;
    const char *unit = left_s < 100 ? "s" : left_s < 6000 ? "min" : "h";
    double left = left_s / (left_s < 100 ? 1 : left_s < 6000 ? 60 : 3600);
    fprintf(stderr, "\r[%s] %zu/%zu  %.*f/s  %.0f %s left\033[K", bar, done, n,
            rate < 10 ? 2 : 0, rate, left, unit);
    progress->drawn_s = now;
}

void progress_end(struct progress *progress)
{
    if (progress->is_shown && progress->drawn_s > progress->started_s)
        fputs("\r\033[K", stderr);
}
