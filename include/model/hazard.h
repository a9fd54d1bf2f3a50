/* hazard.h - the rate at which a person leaves, and morale (MODEL section 8).
 *
 *   h = h0 * exp(bG G + bC C + bP P + pulse + bR R + bX X) * (1 - lambda K) * (1 + kappa
 * N)
 *
 * The shape is that of proportional hazards in studies of turnover (Cox 1972); sizes of
 * the effects are settings, with their sources in the settings' help. Pure functions of
 * plain data; O(1). */
#ifndef ALLOT_MODEL_HAZARD_H
#define ALLOT_MODEL_HAZARD_H

#include "model/entities.h"

/* Pulses: bit k of a person's leader_months says that a leader of its team left k
 * calendar months ago. */
enum { PULSE_FIRST_MONTH = 2, PULSE_LAST_MONTH = 4 };

struct hazard_terms {
    double grievance;       /* G, 0 to 1 */
    double crunch;          /* C, 0 to 1, and a site's constant */
    double market;          /* P: 0 none, 1 an ordinary hot skill */
    unsigned leader_months; /* see above */
    bool is_after_layoff;   /* R */
    bool is_after_cancel;   /* X */
    double closeness;       /* K, 0 to 1 */
    double n_leavers;       /* N, before the cap */
    double retention;       /* the part of h that leaders' efforts take away, 0 to 1 */
};

/* The rate in a year; 0 without turnover. */
double hazard_per_year(const struct people *people, const struct hazard_terms *terms);

/* 1 / exp of the terms that arise within the organisation: in (0, 1]. */
double hazard_morale(const struct people *people, const struct hazard_terms *terms);

/* 1 - productivity_loss * (1 - morale). */
double hazard_productivity(const struct people *people, double morale);

/* A month's close: the memory of the shortfall. G in [0, 1]. */
double grievance_after_month(const struct people *people, double grievance,
                             double shortfall);

/* max(0, 1 - fill / reference) less the part that a voice takes away; 0 where one of the
 * two is NaN (nothing needed, or nobody to compare with) or the reference is 0. */
double grievance_shortfall(double fill, double reference, double voice);

#endif
