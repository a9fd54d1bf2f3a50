/* The conformance loop: every division under every ledger that goes with it, over
 * projects and over the tree, in units of 0, 1 and 8 GPUs, with inertia and without, each
 * on n_dockets random dockets (a script: on a fourth of them), against what MODEL section
 * 5 promises of every award (promises.h). Fails the test at the first broken promise,
 * with the combination and the seed. */
#ifndef TESTS_SUPPORT_CONFORMANCE_H
#define TESTS_SUPPORT_CONFORMANCE_H

#include <stdint.h>

void check_conformance(uint64_t n_dockets);

#endif
