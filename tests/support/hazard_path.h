/* hazard_path.h - the prescribed path of the flagship's people: 14 of them, counted from
 * 1 Mar 2023, month 0 is Sep 2022 and month 32 May 2025. Source: FLAGSHIP, "The hazard on
 * a prescribed path". */
#ifndef ALLOT_TESTS_HAZARD_PATH_H
#define ALLOT_TESTS_HAZARD_PATH_H

#include "model/hazard.h"

enum {
    PATH_PEOPLE = 14,
    PATH_LEADER_LEAVES = 5, /* Feb 2023: the pulse is in months 7, 8 and 9 */
    PATH_FIRST = 6,         /* Mar 2023 */
    PATH_MONTHS = 33
};

/* The effects that the flagship gives, none of them fitted. Its figures for this path are
 * those of contagion without a most: exact sums over all states give 7.02 by the end of
 * month 11 so, as it states, and 6.94 where no more than 5 leavers count, as in MODEL. */
struct people path_people(void);

double path_shortfall(int month);
/* The terms of a month, G and N left 0. */
struct hazard_terms path_terms(int month);

#endif
