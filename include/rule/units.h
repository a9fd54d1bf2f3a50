/* units.h - whole units: apportionment of integers in proportion to quotas, bounded. */
#ifndef ALLOT_RULE_UNITS_H
#define ALLOT_RULE_UNITS_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

enum units_method { UNITS_LARGEST_REMAINDER, UNITS_WEBSTER, UNITS_JEFFERSON };
extern const char *const units_methods[];
enum { N_UNITS_METHODS = 3 };

/* Shares out `total` units in proportion to quotas[n] (in units, at least 0 and summing
 * to about the total), with 0 <= lo[i] <= out[i] <= hi[i]; total is cut or raised to what
 * the bounds allow. Ties go to the smaller tie[i]; quotas that differ by less than 1e-9
 * of a unit tie. Source: Balinski and Young, Fair Representation. O(n log n) for largest
 * remainder, O(n (log n + log range)) for the divisor methods. */
void units_apportion(enum units_method method, int64_t total, size_t n,
                     const double *quotas, const int64_t *lo, const int64_t *hi,
                     const size_t *tie, int64_t *out, struct arena *scratch);

#endif
