/* ledger.h - what the past does to a group's entitlement until the next meeting.
 *
 * One strategy a file, one line in the registry in ledger.c. */
#ifndef ALLOT_RULE_LEDGER_H
#define ALLOT_RULE_LEDGER_H

#include "base/arena.h"
#include "model/docket.h"
#include "model/setting.h"

struct ledger_type {
    const char *name;
    const char *summary;
    struct settings settings;

    /* Writes entitled_hours[n_groups], charged GPU-hours, >= 0. NULL: no limit, and the
     * award takes one pass. */
    void (*entitle)(const struct docket *docket, const void *settings,
                    struct arena *scratch, double *entitled_hours);

    /* Writes limit_hours[n_groups]: the most that a group gets in both passes, INFINITY
     * for no limit. NULL: none. Where it is less than the entitlement, that counts. */
    void (*limit)(const struct docket *docket, const void *settings,
                  struct arena *scratch, double *limit_hours);

    /* Months after which use counts half; NULL: the ledger does not decay. */
    double (*half_life_months)(const void *settings);
};

extern const struct ledger_type ledger_none, ledger_reset, ledger_decay, ledger_carry,
    ledger_forfeit;

enum { MOST_LEDGERS = 16 };
extern const struct ledger_type *const ledgers[];
extern const size_t n_ledgers;
int ledger_find(const char *name);

#endif
