/* progress.h - a bar for long work on a terminal: done, rate, time left. */
#ifndef ALLOT_CLI_PROGRESS_H
#define ALLOT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
    bool is_shown;
    double started_s, drawn_s;
};

/* Shown only on a terminal, and only once the work has taken a while. */
void progress_begin(struct progress *progress, bool is_wanted);
void progress_draw(struct progress *progress, size_t done, size_t n);
void progress_end(struct progress *progress);

#endif
