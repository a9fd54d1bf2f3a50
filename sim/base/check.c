#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *file, int line, const char *condition)
{
    fprintf(stderr,
            "allot: internal error at %s:%d: '%s' does not hold\n"
            "allot: please report this with the scenario and the command\n",
            file, line, condition);
    fflush(stderr);
    abort();
}
