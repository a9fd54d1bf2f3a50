#include "rule/ledger.h"

const struct ledger_type ledger_none = {
    .name = "none",
    .summary = "no limit: the past does not count",
};
