/* fault.h - where a rule that the user wrote goes wrong while it is used: a script or a
 * formula. A mistake of the user's, not of ours, so it ends the run with a message. */
#ifndef ALLOT_RULE_FAULT_H
#define ALLOT_RULE_FAULT_H

#include "base/diag.h"

struct rule_fault {
    struct place at;     /* of the user's text: lives as long as the rule */
    const char *message; /* NULL: nothing went wrong */
};

#endif
