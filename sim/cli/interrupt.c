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

atomic_bool *interrupt_catch(void)
{
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
    return &stop_asked;
}
