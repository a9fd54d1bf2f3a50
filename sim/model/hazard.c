#include "model/hazard.h"

#include <math.h>

/* The largest of those that are on. */
static double pulse_of(const struct people *people, unsigned leader_months)
{
    bool is_first = leader_months >> PULSE_FIRST_MONTH & 1;
    bool is_after = false;
    for (int k = PULSE_FIRST_MONTH + 1; k <= PULSE_LAST_MONTH; k++)
        is_after |= leader_months >> k & 1;
    return fmax(is_first ? people->leader_pulse : 0,
                is_after ? people->leader_pulse_after : 0);
}

static double internal_terms(const struct people *people, const struct hazard_terms *t)
{
    return people->grievance * t->grievance + people->crunch * t->crunch +
           pulse_of(people, t->leader_months) +
           (t->is_after_layoff ? people->layoff : 0) +
           (t->is_after_cancel ? people->cancelled : 0);
}

double hazard_per_year(const struct people *people, const struct hazard_terms *terms)
{
    double base = -log1p(-people->turnover_per_year);
    double n = fmin(terms->n_leavers, (double)people->contagion_most);
    return base * exp(internal_terms(people, terms) + people->market * terms->market) *
           (1 - people->lock_in * terms->closeness) * (1 + people->contagion * n) *
           (1 - terms->retention);
}

double hazard_morale(const struct people *people, const struct hazard_terms *terms)
{
    return exp(-internal_terms(people, terms));
}

double hazard_productivity(const struct people *people, double morale)
{
    return 1 - people->productivity_loss * (1 - morale);
}

double grievance_after_month(const struct people *people, double grievance,
                             double shortfall)
{
    double kept = exp2(-1 / people->grievance_half_life_months);
    return kept * grievance + (1 - kept) * shortfall;
}

double grievance_shortfall(double fill, double reference, double voice)
{
    if (isnan(fill) || isnan(reference) || reference <= 0)
        return 0;
    return fmax(0, 1 - fill / reference) * (1 - voice);
}
