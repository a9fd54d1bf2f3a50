/* progress.h - how far long work is: a bar on a terminal, and a line at SIGUSR1.
 *
 * The bar shows what is done, what of it failed, the rate and the time left; it appears
 * once the work has taken a while. The line says the same on standard error, terminal or
 * not, whenever the signal comes. One piece of work at a time. */
#ifndef ALLOT_CLI_PROGRESS_H
#define ALLOT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
    bool is_shown;
    double started_s, drawn_s;
    size_t n_failed; /* counted by whoever does the work */
};

/* `is_wanted`: the bar. Answers SIGUSR1 until progress_end. */
void progress_begin(struct progress *progress, bool is_wanted);
void progress_draw(struct progress *progress, size_t done, size_t n);
void progress_end(struct progress *progress);

#endif
