/**
 * @file ahead.h
 * Chances to be won within a window of days, under the clock. Source: sim/model/clock/ahead.c.
 *
 * Where all exits keep one clock, a plain curve over as many working days; where losses
 * keep another, a curve by dates.
 */
#ifndef DD_MODEL_AHEAD_H
#define DD_MODEL_AHEAD_H

#include "model/clock/clock.h"
#include "model/curve/curve.h"
#include "model/curve/dated_curve.h"

typedef struct {
    const dd_clock *clock; /* borrowed */
    dd_day from;           /* the window begins at its end */
    size_t days;           /* of the calendar */
    size_t working;        /* whole days of moves that the window holds, at least 1 */
    const dd_rates *lane[DD_LANES];
    dd_curve curve;
    dd_dated_curve dated;
    double *speed; /* days of moves, days of losses; NULL: one clock for all */
} dd_ahead;

/** @return DD_OK; DD_ENOMEM: self is freed */
dd_status dd_ahead_init(dd_ahead *self, const dd_process *process, const dd_clock *clock,
                        dd_day from, size_t days, dd_error *err);
void dd_ahead_free(dd_ahead *self);

/** @param lane  DD_LANES rates of the process, kept by pointer */
void dd_ahead_solve(dd_ahead *self, const dd_rates *const lane[DD_LANES]);

/** Chance that a deal of this age at the window's start is won within it. */
void dd_ahead_open(const dd_ahead *self, size_t stage, double age_days,
                   double win[DD_LANES]);

/** The same for one that enters the stage on a day of the window. */
void dd_ahead_arrived(const dd_ahead *self, size_t stage, dd_day day,
                      double win[DD_LANES]);

#endif
