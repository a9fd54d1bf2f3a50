#include "support/invariants_parts.h"

bool has_moves(const struct scenario *s)
{
    for (size_t i = 0; i < s->n_happenings; i++)
        if (s->happenings[i].kind == HAPPENING_MERGE ||
            s->happenings[i].kind == HAPPENING_MOVE)
            return true;
    return false;
}

static bool has_people_happenings(const struct scenario *s)
{
    for (size_t i = 0; i < s->n_happenings; i++)
        if (s->happenings[i].kind >= HAPPENING_MERGE)
            return true;
    return false;
}

/* Without moves a team grows by its hires and shrinks by those who leave. */
void check_headcount(const struct checked *c, size_t team, const double *x)
{
    const struct scenario *s = c->s;
    const char *name = s->teams[team].name;
    double before = (double)s->teams[team].people, now = x[TEAMS_HEADCOUNT];
    if (c->month > 0) {
        struct checked last = *c;
        last.month--;
        before = row(&last, SERIES_TEAMS, team)[TEAMS_HEADCOUNT];
    }
    double felt = x[TEAMS_GRIEVANCE], morale = x[TEAMS_MORALE]; /* NaN: nobody is there */
    HOLDS(c, now >= 0, name, now, before);
    HOLDS(c, isnan(felt) == isnan(morale) && !(felt < 0 || felt > 1) && !(morale > 1),
          name, felt, morale);
    if (!has_people_happenings(s))
        HOLDS(c, now == before + x[TEAMS_HIRES] - x[TEAMS_DEPARTURES], name, now, before);
}
