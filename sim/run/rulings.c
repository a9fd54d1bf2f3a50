#include "run/rulings.h"

#include <math.h>

static const double slack = 1e-12; /* of a unit count: what rounding leaves */

static double down(double gpus, double unit)
{
    return unit > 0 ? floor(gpus / unit * (1 + slack)) * unit : gpus;
}

static double up(double gpus, double unit)
{
    return unit > 0 ? ceil(gpus / unit * (1 - slack)) * unit : gpus;
}

struct split ruling_pick(struct stake appellant, struct stake rival, double transfer,
                         double unit_gpus)
{
    double had = appellant.granted_gpus, has = rival.granted_gpus;
    double unmet = fmax(0, appellant.needed_gpus - had);
    double lacks = fmax(0, up(appellant.min_gpus, unit_gpus) - had);
    double kept = up(rival.min_gpus, unit_gpus), spare = down(has - kept, unit_gpus);
    double moved = fmax(down(fmin(transfer * has, unmet), unit_gpus), lacks);
    double rest = has - moved;
    if (rest < kept && spare > 0 && spare >= lacks) {
        moved = spare;
        rest = has - moved;
    } else if (rest < kept) {
        moved = fmax(down(fmin(has, unmet), unit_gpus), lacks);
        rest = 0;
    }
    if (transfer <= 0 || moved <= 0 || moved > has)
        return (struct split){had, has};
    return (struct split){had + moved, rest};
}

struct split ruling_share(struct stake appellant, struct stake rival, double unit_gpus)
{
    double all = appellant.granted_gpus + rival.granted_gpus;
    double needed = appellant.needed_gpus + rival.needed_gpus;
    double least = up(appellant.min_gpus, unit_gpus),
           kept = up(rival.min_gpus, unit_gpus);
    double part = needed > 0 ? all * appellant.needed_gpus / needed : 0;
    part = fmax(down(fmin(part, appellant.needed_gpus), unit_gpus), least);
    if (all - part < kept)
        part = down(all - kept, unit_gpus);
    if (part < least || part < 0)
        return (struct split){appellant.granted_gpus, rival.granted_gpus};
    return (struct split){part, all - part};
}
