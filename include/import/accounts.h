/* accounts.h - Slurm's tree of accounts, with shares.
 *
 * Read from `sacctmgr show assoc -P format=...` (columns Account, User, Share, and
 * ParentName or Par Name), or from `sshare -a -P` (Account, User, RawShares), where
 * leading blanks say how deep an account lies. Lines of users are passed over. */
#ifndef ALLOT_IMPORT_ACCOUNTS_H
#define ALLOT_IMPORT_ACCOUNTS_H

#include "import/names.h"

#include "base/diag.h"

struct account {
    int parent;         /* -1: the root, or none */
    double share;       /* NaN: none of its own */
    const char *limit;  /* GrpTRES, "" if none */
    const char *itself; /* what its own jobs are called beside the accounts below it */
};

struct accounts {
    struct names names;
    struct account *items; /* by number of the name */
    size_t n, capacity;
};

/* DIAG_DATA, DIAG_NO_INPUT, DIAG_IO; accounts_release is due in either case. */
int accounts_load(struct accounts *a, const char *path, struct diag *d);
void accounts_release(struct accounts *a);

bool accounts_has_children(const struct accounts *a, int account);

#endif
