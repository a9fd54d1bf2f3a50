#include "import/zone.h"

#include "base/memory.h"
#include "model/calendar.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DAY_S = 86400, HOUR_S = 3600 };

static int64_t year_s(int year)
{
    return date_to_days((struct date){year, 1, 1}) * DAY_S;
}

/* ---- the table ---- */

/* The C library takes an unknown name for UTC, so it is looked up first. */
static bool is_known(const char *name)
{
    char path[512];
    const char *folder = getenv("TZDIR");
    if (strcmp(name, "UTC") == 0)
        return true;
    if (*name == '/' || strstr(name, "..") || strlen(name) > 100)
        return false;
    snprintf(path, sizeof path, "%.300s/%s",
             folder && *folder ? folder : "/usr/share/zoneinfo", name);
    return access(path, R_OK) == 0;
}

static int64_t system_offset_s(int64_t at_s)
{
    time_t at = (time_t)at_s;
    struct tm local;
    return localtime_r(&at, &local) ? (int64_t)local.tm_gmtoff : 0;
}

static void add_change(struct zone *zone, int64_t from_s, int64_t offset_s)
{
    if (zone->n_changes == ZONE_MOST_CHANGES)
        return;
    zone->from_s[zone->n_changes] = from_s;
    zone->offset_s[zone->n_changes++] = offset_s;
}

/* Steps through the years by days and halves each day in which the offset changed. */
static void tabulate(struct zone *zone)
{
    int64_t at_s = year_s(ZONE_FIRST_YEAR - 1), end_s = year_s(ZONE_END_YEAR + 1);
    int64_t offset_s = system_offset_s(at_s);
    zone->n_changes = 0;
    add_change(zone, INT64_MIN, offset_s);
    for (; at_s < end_s; at_s += DAY_S) {
        int64_t low_s = at_s, high_s = at_s + DAY_S;
        int64_t next_s = system_offset_s(high_s);
        if (next_s == offset_s)
            continue;
        while (high_s - low_s > 1) {
            int64_t middle_s = low_s + (high_s - low_s) / 2;
            if (system_offset_s(middle_s) == offset_s)
                low_s = middle_s;
            else
                high_s = middle_s;
        }
        offset_s = next_s;
        add_change(zone, high_s, offset_s);
    }
}

int zone_load(struct zone *zone, const char *name, struct diag *d)
{
    if (!is_known(name)) {
        diag_error(d, DIAG_USAGE, NULL, "--timezone: this system knows no zone '%s'",
                   name);
        diag_hint(d, "such as UTC, Europe/Berlin or America/New_York, of tzdata");
        return -1;
    }
    zone->n_changes = 0;
    add_change(zone, INT64_MIN, 0);
    if (strcmp(name, "UTC") == 0)
        return 0;
    const char *old = getenv("TZ");
    char *kept = old ? mem_string(old) : NULL;
    setenv("TZ", name, 1);
    tzset();
    tabulate(zone);
    if (kept)
        setenv("TZ", kept, 1);
    else
        unsetenv("TZ");
    tzset();
    mem_free(kept);
    return 0;
}

/* The last change at or before an instant. */
static size_t change_at(const struct zone *zone, int64_t at_s)
{
    size_t low = 0, high = zone->n_changes;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->from_s[middle] <= at_s)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int64_t zone_offset_s(const struct zone *zone, int64_t at_s)
{
    return zone->offset_s[change_at(zone, at_s)];
}

int64_t zone_instant_s(const struct zone *zone, int64_t local_s)
{
    /* What was in force a day before tells of the change around this time, if any. */
    size_t change = change_at(zone, local_s - DAY_S);
    int64_t at_s = local_s - zone->offset_s[change];
    bool is_before = change + 1 == zone->n_changes || at_s < zone->from_s[change + 1];
    if (is_before)
        return at_s;
    int64_t after_s = local_s - zone->offset_s[change + 1];
    return after_s < zone->from_s[change + 1] ? at_s : after_s;
}

int64_t zone_later_instant_s(const struct zone *zone, int64_t local_s)
{
    int64_t at_s = zone_instant_s(zone, local_s);
    size_t next = change_at(zone, at_s) + 1;
    if (next == zone->n_changes)
        return at_s;
    int64_t later_s = local_s - zone->offset_s[next];
    return later_s > at_s && later_s >= zone->from_s[next] ? later_s : at_s;
}

/* ---- what files say ---- */

static bool digits(const char *at, size_t n, int64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (at[i] < '0' || at[i] > '9')
            return false;
        *out = *out * 10 + (at[i] - '0');
    }
    return true;
}

static bool is_none(struct slice s)
{
    return s.length == 0 || slice_is(s, "Unknown") || slice_is(s, "None") ||
           slice_is(s, "N/A") || slice_is(s, "None assigned");
}

/* HH:MM:SS. */
static bool read_clock(const char *at, int64_t *seconds)
{
    int64_t hours, minutes, rest;
    if (!digits(at, 2, &hours) || at[2] != ':' || !digits(at + 3, 2, &minutes) ||
        at[5] != ':' || !digits(at + 6, 2, &rest) || hours > 23 || minutes > 59 ||
        rest > 60)
        return false;
    *seconds = hours * HOUR_S + minutes * 60 + rest;
    return true;
}

/* Z, +HHMM or +HH:MM. */
static bool read_offset(struct slice s, int64_t *offset_s)
{
    int64_t hours, minutes;
    bool has_colon = s.length == 6 && s.at[3] == ':';
    *offset_s = 0;
    if (slice_is(s, "Z"))
        return true;
    if ((s.length != 5 && !has_colon) || (*s.at != '+' && *s.at != '-') ||
        !digits(s.at + 1, 2, &hours) || !digits(s.at + s.length - 2, 2, &minutes))
        return false;
    *offset_s = (hours * HOUR_S + minutes * 60) * (*s.at == '-' ? -1 : 1);
    return true;
}

static bool read_date(const char *at, int64_t *days)
{
    int64_t year, month, day;
    if (!digits(at, 4, &year) || at[4] != '-' || !digits(at + 5, 2, &month) ||
        at[7] != '-' || !digits(at + 8, 2, &day) || year < ZONE_FIRST_YEAR ||
        year >= ZONE_END_YEAR || month < 1 || month > 12 || day < 1)
        return false;
    struct date date = {(int)year, (int)month, (int)day};
    *days = date_to_days(date);
    struct date back = date_from_days(*days);
    return back.day == date.day && back.month == date.month;
}

static enum time_kind read_epoch(struct slice s, struct time_read *out)
{
    int64_t at_s;
    if (!slice_integer(s, &at_s) || at_s < year_s(ZONE_FIRST_YEAR) ||
        at_s >= year_s(ZONE_END_YEAR))
        return TIME_WRONG;
    *out = (struct time_read){at_s, at_s};
    return TIME_GIVEN;
}

enum time_kind zone_read_time(const struct zone *zone, struct slice s,
                              struct time_read *out)
{
    enum { DATE = 10, DATE_AND_CLOCK = 19 };
    int64_t days, clock_s = 0, offset_s;
    if (is_none(s))
        return TIME_NONE;
    if (s.length < DATE || s.at[4] != '-')
        return read_epoch(s, out);
    if (!read_date(s.at, &days))
        return TIME_WRONG;
    if (s.length > DATE &&
        (s.length < DATE_AND_CLOCK || (s.at[DATE] != 'T' && s.at[DATE] != ' ') ||
         !read_clock(s.at + DATE + 1, &clock_s)))
        return TIME_WRONG;
    int64_t local_s = days * DAY_S + clock_s;
    if (s.length <= DATE_AND_CLOCK) {
        out->at_s = zone_instant_s(zone, local_s);
        out->later_at_s = zone_later_instant_s(zone, local_s);
        return TIME_GIVEN;
    }
    struct slice rest = {s.at + DATE_AND_CLOCK, s.length - DATE_AND_CLOCK};
    if (!read_offset(rest, &offset_s))
        return TIME_WRONG;
    out->at_s = out->later_at_s = local_s - offset_s;
    return TIME_GIVEN;
}

bool zone_read_duration(struct slice s, int64_t *seconds)
{
    const char *dash = memchr(s.at, '-', s.length);
    int64_t days = 0, parts[3] = {0}, n = 0;
    struct slice fields[4], colon = {":", 1};
    if (dash == s.at && s.length > 0)
        return slice_integer(s, seconds);
    if (dash) {
        if (!slice_integer((struct slice){s.at, (size_t)(dash - s.at)}, &days) ||
            days > 100000)
            return false;
        s.length -= (size_t)(dash + 1 - s.at);
        s.at = dash + 1;
    }
    n = (int64_t)slice_split(s, colon, fields, 4);
    if (n == 1 && !dash)
        return slice_integer(s, seconds);
    if (n > 3 || n < 2)
        return false;
    for (int64_t i = 0; i < n; i++)
        if (!slice_integer(fields[i], &parts[3 - n + i]) || parts[3 - n + i] < 0 ||
            parts[3 - n + i] > 1000000)
            return false;
    *seconds = days * DAY_S + parts[0] * HOUR_S + parts[1] * 60 + parts[2];
    return true;
}
