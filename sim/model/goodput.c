#include "model/goodput.h"

#include <math.h>

#define MINUTES_PER_DAY 1440.0

static double failures_per_minute(const struct reliability *r, double nodes)
{
    return nodes * r->failures_per_node_day / MINUTES_PER_DAY;
}

double goodput_best_interval_minutes(const struct reliability *r, double nodes)
{
    double failures = failures_per_minute(r, nodes);
    return failures > 0 ? sqrt(2 * r->checkpoint_minutes / failures) : INFINITY;
}

double goodput_frac(const struct reliability *r, double nodes)
{
    double failures = failures_per_minute(r, nodes);
    double every = r->checkpoint_every_minutes, writing = 0;
    if (isnan(every))
        every = goodput_best_interval_minutes(r, nodes);
    if (r->checkpoint_minutes > 0)
        writing = r->checkpoint_minutes / every;
    if (failures == 0)
        return 1 / (1 + writing);
    double lost = failures * (r->restart_minutes + every / 2);
    return fmax(0, 1 - lost) / (1 + writing);
}

double model_loss(double params, double tokens)
{
    return 1.69 + 406.4 / pow(params, 0.34) + 410.7 / pow(tokens, 0.28);
}
