/* result_dir.h - a directory of results that is replaced as a whole.
 *
 * Files are written under temporary names beside their places and renamed together, the
 * seal run.json last: a directory with a seal holds one whole result. Before the first is
 * renamed the old seal is taken away, so that no mixture of two results has one. */
#ifndef ALLOT_STUDY_RESULT_DIR_H
#define ALLOT_STUDY_RESULT_DIR_H

#include "base/diag.h"
#include "base/file.h"

#include <stdbool.h>
#include <stddef.h>

struct result_dir_type {
    const char *noun;         /* in messages: "run" */
    const char *kind;         /* of run.json; NULL: it has none */
    const char *const *names; /* all that may be there beside charts and reports */
    size_t n_names;           /* the last is run.json */
};

/* Whether the directory holds a whole result of the type. A run.json of ours says which
 * version wrote it; other programs have files of that name too. */
bool result_dir_is(const struct result_dir_type *type, const char *dir);

/* Whether results may be written there: it does not exist, is empty, or holds a result of
 * the type. What a process that was killed has left is removed. DIAG_CANNOT_CREATE. */
int result_dir_check(const struct result_dir_type *type, const char *dir, struct diag *d);

/* Renames closed files into their places, run.json last, and removes old files of the
 * type that are not among them, charts and reports. Discards all of `files`. DIAG_IO:
 * then the directory holds no file of the type, or the old ones if they could not be
 * taken away; where only some of them could, the new run.json stays under its temporary
 * name, by which the next result finds that what is there is half and may go. */
int result_dir_publish(const struct result_dir_type *type, const char *dir,
                       struct out_file *const *files, size_t n, struct diag *d);

#endif
