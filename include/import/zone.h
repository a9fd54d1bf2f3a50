/* zone.h - instants in files of real use: seconds since 1970 UTC, from local times.
 *
 * A zone is a table of the instants at which its distance from UTC changes, made once
 * from the system's data; afterwards it is read only and asks nobody. */
#ifndef ALLOT_IMPORT_ZONE_H
#define ALLOT_IMPORT_ZONE_H

#include "base/diag.h"
#include "import/slice.h"

/* Years that accounting can be of: what lies outside is no time. */
enum { ZONE_FIRST_YEAR = 1990, ZONE_END_YEAR = 2100, ZONE_MOST_CHANGES = 1024 };

struct zone {
    size_t n_changes;                    /* at least one */
    int64_t from_s[ZONE_MOST_CHANGES];   /* UTC; the first is INT64_MIN */
    int64_t offset_s[ZONE_MOST_CHANGES]; /* local less UTC, from there on */
};

/* The zone of a name such as Europe/Berlin or UTC. DIAG_USAGE. A few milliseconds; it
 * sets the environment's TZ for that time, so it is not for two threads. */
int zone_load(struct zone *zone, const char *name, struct diag *d);

/* Local less UTC at an instant. O(log changes) */
int64_t zone_offset_s(const struct zone *zone, int64_t at_s);

/* The instant of a local time, given as if it were UTC. Where clocks were set back, the
 * first of two; where they were set forward, as if they had not been. */
int64_t zone_instant_s(const struct zone *zone, int64_t local_s);

/* The second instant of a local time that there was twice; the same one otherwise. */
int64_t zone_later_instant_s(const struct zone *zone, int64_t local_s);

enum time_kind {
    TIME_GIVEN,
    TIME_NONE, /* empty, Unknown, None, N/A: it has not come */
    TIME_WRONG /* no time, or of no year that can be */
};

struct time_read {
    int64_t at_s, later_at_s; /* both; they differ where a local time was there twice */
};

/* YYYY-MM-DD[THH:MM:SS], also with a blank for the T, an offset as Z, +0100 or +01:00; or
 * seconds since 1970. */
enum time_kind zone_read_time(const struct zone *zone, struct slice s,
                              struct time_read *out);

/* [D-]HH:MM:SS, MM:SS, or whole seconds. */
bool zone_read_duration(struct slice s, int64_t *seconds);

#endif
