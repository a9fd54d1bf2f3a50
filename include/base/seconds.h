/* seconds.h - the units of time, in seconds. */
#ifndef ALLOT_BASE_SECONDS_H
#define ALLOT_BASE_SECONDS_H

#define SECONDS_PER_HOUR 3600.0
#define SECONDS_PER_DAY  86400.0
/* 1/12 of 365.25 days: a person-month, and the mean calendar month. */
#define SECONDS_PER_MONTH (365.25 * 86400.0 / 12.0)
#define SECONDS_PER_YEAR  (365.25 * 86400.0)

#endif
