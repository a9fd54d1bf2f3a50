#include "import/periods.h"

#include "base/check.h"
#include "base/memory.h"

enum { DAY_S = 86400 };

static int64_t first_day(void)
{
    return date_to_days((struct date){ZONE_FIRST_YEAR, 1, 1});
}

void periods_init(struct periods *p, bool is_daily, const struct zone *zone)
{
    int64_t begin = first_day();
    int64_t end = date_to_days((struct date){ZONE_END_YEAR, 1, 1});
    *p = (struct periods){.is_daily = is_daily, .n_days = (size_t)(end - begin)};
    p->start_s = MEM_ARRAY(int64_t, p->n_days + 1);
    p->day_s = MEM_ARRAY(int64_t, p->n_days + 1);
    p->of_day = MEM_ARRAY(uint16_t, p->n_days + 1);
    for (size_t day = 0; day <= p->n_days; day++) {
        struct date date = date_from_days(begin + (int64_t)day);
        p->day_s[day] = zone_instant_s(zone, (begin + (int64_t)day) * DAY_S);
        if (is_daily || date.day == 1)
            p->start_s[p->n_periods++] = p->day_s[day];
        p->of_day[day] = (uint16_t)(p->n_periods - 1);
    }
    p->n_periods--; /* the last one is the end */
}

void periods_release(struct periods *p)
{
    mem_free(p->start_s);
    mem_free(p->day_s);
    mem_free(p->of_day);
    *p = (struct periods){0};
}

size_t periods_of(const struct periods *p, int64_t at_s)
{
    CHECK(at_s >= p->day_s[0] && at_s < p->day_s[p->n_days]);
    size_t day = (size_t)((at_s - p->day_s[0]) / DAY_S);
    while (at_s < p->day_s[day])
        day--;
    while (at_s >= p->day_s[day + 1])
        day++;
    return p->of_day[day];
}

size_t periods_of_date(const struct periods *p, struct date date)
{
    int64_t day = date_to_days(date) - first_day();
    return day < 0 || day >= (int64_t)p->n_days ? p->n_periods : p->of_day[day];
}

struct date periods_date(const struct periods *p, size_t period)
{
    if (p->is_daily)
        return date_from_days(first_day() + (int64_t)period);
    return (struct date){ZONE_FIRST_YEAR + (int)(period / 12), (int)(period % 12) + 1, 1};
}

double periods_hours(const struct periods *p, size_t period)
{
    return 24.0 * (double)(date_to_days(periods_date(p, period + 1)) -
                           date_to_days(periods_date(p, period)));
}
