/* interrupt.h - how long work is stopped from outside. */
#ifndef ALLOT_CLI_INTERRUPT_H
#define ALLOT_CLI_INTERRUPT_H

#include <stdatomic.h>

/* Catches SIGINT, SIGTERM and SIGHUP (unless that is ignored, as under nohup) from now
 * on. The first of them sets the flag that is returned: what is in flight is finished and
 * written. A second one, but for SIGHUP, ends the program at once, with the exit status
 * that an interrupted one has. */
enum { EXIT_INTERRUPTED = 130 };
atomic_bool *interrupt_catch(void);

#endif
