/** Days and moments; see dealdice/date.h. Forms that people write: date_form.c. */
#include "dealdice/date.h"

#include "base/date_form.h"

#include <stdio.h>

/* Eras of 400 years, 146097 days each, counted from 0000-03-01, so that a leap day is
 * the last of its year (Hinnant, "chrono-compatible low-level date algorithms"). */
#define DAYS_PER_ERA 146097
#define EPOCH_FROM_MARCH_0000 719468

static int
month_length(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

dd_day
dd_day_from_civil(int year, int month, int day)
{
    int era, year_of_era, day_of_year;

    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1
        || day > month_length(year, month))
        return DD_NO_DAY;
    year -= month <= 2;
    era = year / 400;
    year_of_era = year % 400;
    day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100
           + day_of_year - EPOCH_FROM_MARCH_0000;
}

void
dd_day_to_civil(dd_day self, int *year, int *month, int *day)
{
    int days = self + EPOCH_FROM_MARCH_0000;
    int era = (days >= 0 ? days : days - DAYS_PER_ERA + 1) / DAYS_PER_ERA;
    int day_of_era = days - era * DAYS_PER_ERA;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524
                       - day_of_era / (DAYS_PER_ERA - 1))
                      / 365;
    int day_of_year
        = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;

    *day = day_of_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

dd_day
dd_moment_day(dd_moment self)
{
    dd_moment days = self / DD_SECONDS_PER_DAY;

    return (dd_day) (self % DD_SECONDS_PER_DAY < 0 ? days - 1 : days);
}

/* 1970-01-01 was a Thursday. */
int
dd_day_weekday(dd_day self)
{
    return (int) (((int64_t) self % 7 + 7 + 3) % 7);
}

dd_moment
dd_day_end(dd_day self)
{
    return ((dd_moment) self + 1) * DD_SECONDS_PER_DAY;
}

char *
dd_day_format(dd_day self, char buffer[16])
{
    int year, month, day;

    dd_day_to_civil(self, &year, &month, &day);
    /* The remainders change nothing within four-digit years; they bound the length. */
    snprintf(buffer, 16, "%04d-%02d-%02d", year % 100000, month % 100, day % 100);
    return buffer;
}

dd_moment
dd_moment_parse(const char *text, size_t n, int utc_offset_seconds, int *has_time)
{
    dd_moment moment = DD_NO_MOMENT;

    dd_moment_read(text, n, DD_ORDER_UNKNOWN, utc_offset_seconds, &moment, has_time);
    return moment;
}
