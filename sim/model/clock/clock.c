#include "model/clock/clock.h"

#define WEEKS_FROM_START 6 /* and as many from the end */

void
dd_clock_init(dd_clock *self)
{
    *self = (dd_clock){ .fiscal_start = 1 };
    dd_season_init(&self->coming);
    for (int k = 0; k < DD_CLOCK_CLASSES; k++) {
        for (int i = 0; i < 7; i++)
            self->speed[k].weekday[i] = 1.0;
        for (int i = 0; i < DD_QUARTER_WEEKS; i++)
            self->speed[k].week[i] = 1.0;
        self->speed[k].off = self->speed[k].made_up = 1.0;
    }
}

/* Quarters have 90 to 92 days: what hangs on their end is counted from there. */
int
dd_clock_week(dd_day day, const dd_period *quarter)
{
    int from_start = (day - quarter->start) / 7, from_end = (quarter->end - day) / 7;
    if (from_end < WEEKS_FROM_START)
        return DD_QUARTER_WEEKS - 1 - from_end;
    return from_start < WEEKS_FROM_START ? from_start : WEEKS_FROM_START;
}

double
dd_clock_day(const dd_clock *self, dd_clock_class exits, dd_day day)
{
    const dd_speeds *speeds = &self->speed[self->apart ? exits : DD_MOVES];
    switch (dd_workdays_kind(self->workdays, day)) {
    case DD_DAY_OFF:
        return speeds->off;
    case DD_DAY_MADE_UP:
        return speeds->made_up;
    case DD_DAY_USUAL:
        break;
    }
    return speeds->weekday[dd_day_weekday(day)];
}

void
dd_clock_speeds(const dd_clock *self, dd_clock_class exits, dd_day after, size_t n,
                double *speed)
{
    const dd_speeds *speeds = &self->speed[self->apart ? exits : DD_MOVES];
    dd_period quarter = dd_period_of(after + 1, DD_QUARTER, self->fiscal_start);
    for (size_t i = 0; i < n; i++) {
        dd_day day = after + 1 + (dd_day) i;
        if (day > quarter.end)
            quarter = dd_period_next(&quarter, self->fiscal_start);
        speed[i] = self->runs ? dd_clock_day(self, exits, day)
                                    * speeds->week[dd_clock_week(day, &quarter)]
                              : 1.0;
    }
}

double
dd_clock_days(const dd_clock *self, dd_day after, dd_day to)
{
    double days = 0.0, speed;
    dd_period quarter = dd_period_of(after + 1, DD_QUARTER, self->fiscal_start);
    if (!self->runs)
        return to - after;
    for (dd_day day = after + 1; day <= to; day++) {
        if (day > quarter.end)
            quarter = dd_period_next(&quarter, self->fiscal_start);
        speed = dd_clock_day(self, DD_MOVES, day);
        days += speed * self->speed[DD_MOVES].week[dd_clock_week(day, &quarter)];
    }
    return days;
}
