/**
 * @file clock.h
 * Calendar time to working time: deals move fast on some days and stand still on others.
 * Source: sim/model/clock.c.
 *
 * Weekdays, and the week of the quarter (many sales teams close at its end), speed up or
 * slow down all moves alike. A forecast then looks as many *working* days ahead as its
 * period holds. Speeds are the ratios of moves seen to moves expected at constant speed,
 * shrunk to 1 as far as they do not repeat from quarter to quarter.
 */
#ifndef DD_MODEL_CLOCK_H
#define DD_MODEL_CLOCK_H

#include "model/curve/process.h"

#define DD_QUARTER_WEEKS 13

typedef struct dd_clock {
    double weekday[7];             /* speed, mean 1; [0] Monday */
    double week[DD_QUARTER_WEEKS]; /* of the quarter, mean 1; the last holds the rest */
    int fiscal_start;              /* month 1..12 in which years start */
    int runs;                      /* 0: all speeds are 1 */
} dd_clock;

/** All days alike. */
void dd_clock_init(dd_clock *self);

/**
 * Learn the speeds from moves on and wins (losses follow other clocks).
 *
 * @param process  the past's pipelines, fitted to it; n = past->n_pipelines
 */
dd_status dd_clock_fit(dd_clock *self, const dd_past *past, const dd_process *process,
                       int fiscal_start, dd_error *err);

/** Working days from the end of `after` to the end of `to`. */
double dd_clock_days(const dd_clock *self, dd_day after, dd_day to);

#endif
