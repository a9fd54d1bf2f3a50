/* tres.h - the GPUs in a list of Slurm's trackable resources, such as
 * cpu=4,gres/gpu:a100=2,gres/gpu=2.
 *
 * gres/gpu counts all of them and gres/gpu:TYPE those of a type among them, so the two
 * are never added up: what gres/gpu counts beyond the types is of the pool gpu. */
#ifndef ALLOT_IMPORT_TRES_H
#define ALLOT_IMPORT_TRES_H

#include "import/usage.h"

enum { TRES_MOST_TYPES = 8 };

struct tres_gpus {
    size_t n;
    struct {
        int pool;
        double gpus;
    } types[TRES_MOST_TYPES];
    double all; /* -1: the list says nothing of GPUs */
};

enum tres_result {
    TRES_READ,
    TRES_NUMBER,   /* a count that is none, or above 1e9 */
    TRES_NEGATIVE, /* a count below 0 */
    TRES_NAME,     /* no name of a type, or one too many */
    TRES_CUT       /* the list ends in +: it was cut to a width */
};

/* Pools are numbered by their types. An empty list says nothing. */
enum tres_result tres_read_gpus(struct usage *usage, struct slice list,
                                struct tres_gpus *gpus);

#endif
