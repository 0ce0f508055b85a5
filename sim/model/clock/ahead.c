#include "model/clock/ahead.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static dd_status
init_dated(dd_ahead *self, const dd_process *process, dd_error *err)
{
    self->speed = malloc((2 * self->days + 1) * sizeof *self->speed);
    if (!self->speed)
        return dd_error_no_memory(err);
    dd_clock_speeds(self->clock, DD_MOVES, self->from, self->days, self->speed);
    dd_clock_speeds(self->clock, DD_LOSSES, self->from, self->days,
                    self->speed + self->days);
    return dd_dated_curve_init(&self->dated, process, self->days, err);
}

dd_status
dd_ahead_init(dd_ahead *self, const dd_process *process, const dd_clock *clock,
              dd_day from, size_t days, dd_error *err)
{
    double working = dd_clock_days(clock, from, from + (dd_day) days);
    dd_status status;

    *self = (dd_ahead){ .clock = clock, .from = from, .days = days };
    self->working = (size_t) lround(fmax(working, 1.0));
    status = clock->apart ? init_dated(self, process, err)
                          : dd_curve_init(&self->curve, process, self->working + 1, err);
    if (status)
        dd_ahead_free(self);
    return status;
}

void
dd_ahead_free(dd_ahead *self)
{
    dd_curve_free(&self->curve);
    dd_dated_curve_free(&self->dated);
    free(self->speed);
    memset(self, 0, sizeof *self);
}

void
dd_ahead_solve(dd_ahead *self, const dd_rates *const lane[DD_LANES])
{
    size_t end[DD_LANES];

    memcpy(self->lane, lane, sizeof self->lane);
    for (int l = 0; l < DD_LANES; l++)
        end[l] = self->days;
    if (self->speed)
        dd_dated_curve_solve(&self->dated, lane, self->speed, self->speed + self->days,
                             end);
    else
        dd_curve_solve(&self->curve, lane, DD_WON);
}

void
dd_ahead_open(const dd_ahead *self, size_t stage, double age_days, double win[DD_LANES])
{
    if (self->speed)
        dd_dated_curve_residual(&self->dated, stage, age_days, win);
    else
        dd_curve_residual(&self->curve, self->lane, stage, age_days, &self->working, 1,
                          win);
}

void
dd_ahead_arrived(const dd_ahead *self, size_t stage, dd_day day, double win[DD_LANES])
{
    double later[DD_LANES];

    if (!self->speed) {
        dd_day to = self->from + (dd_day) self->days;
        dd_curve_at(&self->curve, stage, dd_clock_days(self->clock, day, to) + 0.5, win);
        return;
    }
    dd_dated_curve_at(&self->dated, stage, (size_t) (day - self->from) - 1, win);
    dd_dated_curve_at(&self->dated, stage, (size_t) (day - self->from), later);
    for (int l = 0; l < DD_LANES; l++)
        win[l] = 0.5 * (win[l] + later[l]);
}
