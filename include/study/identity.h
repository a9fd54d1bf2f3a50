/* identity.h - what a run is the run of: scenarios that yield the same results share it.
 *
 * It is the SHA-256 of the results version, the seed and the resolved scenario, defaults
 * in and alternatives and sets laid over, with the contents of every data file and script
 * that it names. Comments, the order of keys, other alternatives, `answer` and the group
 * `sweep` are not part of it. Together with a replication's number it names one run. */
#ifndef ALLOT_STUDY_IDENTITY_H
#define ALLOT_STUDY_IDENTITY_H

#include "base/digest.h"
#include "scenario/scenario.h"

void identity_of(const struct scenario *scenario, uint64_t seed, char hex[DIGEST_ROOM]);

#endif
