#include "support/hazard_path.h"

#include <math.h>

struct people path_people(void)
{
    return (struct people){.turnover_per_year = -expm1(-12 * 0.011797),
                           .grievance = 0.90,
                           .grievance_half_life_months = 6,
                           .crunch = 0.40,
                           .market = 0.55,
                           .leader_pulse = log(2.07),
                           .leader_pulse_after = log(1.56),
                           .layoff = 0.29,
                           .cancelled = 0.69,
                           .memory_days = 183,
                           .lock_in = 0.9,
                           .closeness_half_life_months = 2,
                           .contagion = 0.091,
                           .contagion_months = 4,
                           .contagion_most = PATH_PEOPLE};
}

double path_shortfall(int month)
{
    return month <= 5 ? 0.8 : month <= 11 ? 0.4 : 0.2;
}

struct hazard_terms path_terms(int month)
{
    struct hazard_terms t = {0};
    t.crunch = month >= 3 && month <= 5 ? 1 : 0.3;
    t.market = month <= 2 ? 0.5 : month <= 5 ? 1 : month <= 11 ? 1.80 : 1.36;
    t.leader_months = month >= PATH_LEADER_LEAVES && month <= PATH_LEADER_LEAVES + 8
                          ? 1u << (month - PATH_LEADER_LEAVES)
                          : 0;
    t.is_after_layoff = month >= 2 && month <= 11;
    t.closeness = month <= 5 ? 1 : 0;
    return t;
}
