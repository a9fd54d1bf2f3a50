/* sensitivity.h - how much of an outcome each setting moves: Morris and Sobol.
 *
 * Pure estimators; designs are study/design.h's. Settings count from 0. */
#ifndef ALLOT_STATS_SENSITIVITY_H
#define ALLOT_STATS_SENSITIVITY_H

#include <stddef.h>

/* Elementary effects of a setting (Morris, Technometrics 33, 1991): of each way, whose
 * k + 1 points stand together, the change of y over the step that moves the setting, for
 * a move over its whole range. x[point * k + setting] are coordinates. effects[ways]; NaN
 * where a y is. */
void morris_effects(const double *x, const double *y, size_t n_ways, size_t k,
                    size_t setting, double *effects);

struct morris {
    size_t n;       /* effects that are not NaN */
    double mu;      /* their mean */
    double mu_star; /* the mean of what they are without sign (Campolongo et al. 2007) */
    double sigma;   /* their standard deviation: curved, or at one with other settings */
};

/* Of the effects at rows[n], or of all n where rows is NULL. */
void morris_of(const double *effects, const size_t *rows, size_t n, struct morris *out);

/* Sobol indices of a setting from Saltelli's design: y[row * (k + 2)] is A's, then those
 * of A with the setting's column of B, then B's. First order by Saltelli et al. (Computer
 * Physics Communications 181, 2010), total by Jansen (1999), both over the variance of A
 * and B together. Rows with a NaN among A, B and the setting's mixture are left out; NaN
 * where y does not vary. */
struct sobol {
    size_t n;            /* rows that count */
    double first, total; /* parts of the variance */
};
void sobol_of(const double *y, const size_t *rows, size_t n, size_t k, size_t setting,
              struct sobol *out);

#endif
