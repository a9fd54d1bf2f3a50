#include "cli/interrupt.h"

#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

static atomic_bool stop_asked; /* lock-free: a handler may touch it, threads read it */

static void on_interrupt(int signal)
{
    (void)signal;
    if (atomic_exchange(&stop_asked, true))
        _exit(EXIT_INTERRUPTED);
}

/* Whoever hangs up may be told so by the shell and by the kernel: two are one. */
static void on_hangup(int signal)
{
    (void)signal;
    atomic_store(&stop_asked, true);
}

atomic_bool *interrupt_catch(void)
{
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
    if (signal(SIGHUP, on_hangup) == SIG_IGN)
        signal(SIGHUP, SIG_IGN); /* under nohup */
    return &stop_asked;
}
