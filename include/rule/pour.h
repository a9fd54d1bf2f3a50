/* pour.h - pouring an amount onto steps of different heights, up to one level.
 *
 * The other primitive under divisions, beside fill.h: there parties rise from 0 at their
 * own speeds, here from their own starts at one speed. Starts may be huge beside the
 * amount and far apart without loss of a digit. */
#ifndef ALLOT_RULE_POUR_H
#define ALLOT_RULE_POUR_H

#include "base/arena.h"

#include <stddef.h>

/* Pours `amount` >= 0 onto the lowest of starts[n] up to one level: poured[i] =
 * clip(level - starts[i], 0, most[i]). All finite, most[i] >= 0. O(n log n). */
void pour(double amount, size_t n, const double *starts, const double *most,
          double *poured, struct arena *scratch);

/* The same from the other end: shares out `amount` so that all are left equally short of
 * their room, but nobody gets less than 0: poured[i] = max(0, room[i] - loss). */
void pour_equal_losses(double amount, size_t n, const double *room, double *poured,
                       struct arena *scratch);

#endif
