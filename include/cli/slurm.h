/* slurm.h - a sweep as a job array of Slurm, printed as a shell script. */
#ifndef ALLOT_CLI_SLURM_H
#define ALLOT_CLI_SLURM_H

#include "cli/options.h"

#include <stdio.h>

/* Prints a script that submits an array of `shards` tasks, each of which does the same
 * command with --shard, and a step that gathers their files once all have ended, well or
 * not. A task that is requeued or preempted goes on where it stopped. DIAG_USAGE for an
 * argument that a script cannot hold. */
int slurm_print(const struct options *options, const char *dir, const char *name,
                FILE *stream, struct diag *d);

#endif
