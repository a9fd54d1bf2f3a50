#include "rule/ledger.h"

#include <string.h>

const struct ledger_type *const ledgers[] = {
    &ledger_none, &ledger_reset, &ledger_decay, &ledger_carry, &ledger_forfeit,
};
const size_t n_ledgers = sizeof ledgers / sizeof *ledgers;
_Static_assert(sizeof ledgers / sizeof *ledgers <= MOST_LEDGERS, "registry size");

int ledger_find(const char *name)
{
    for (size_t i = 0; i < n_ledgers; i++)
        if (strcmp(ledgers[i]->name, name) == 0)
            return (int)i;
    return -1;
}
