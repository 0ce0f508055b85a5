/**
 * @file clock.h
 * Calendar time to working time: deals move fast on some days and stand still on others.
 * Sources: sim/model/clock/clock.c; how it is learnt in sim/model/clock/clock_fit.c.
 *
 * lambda_j(age, date) = lambda_j(age) c_k(date), k the class of exit j: moves on and wins,
 * or losses. The speed c_k of a day is that of its weekday, or of holidays and of weekends
 * worked in their place, times that of its week of the quarter (many sales teams close at
 * its end): ratios of exits seen to exits expected at constant speed, shrunk to 1 as far
 * as they do not repeat from quarter to quarter, of mean 1. Losses run by the clock of
 * moves unless quarters that were left out show that they keep another (`apart`): then
 * forecasts look ahead by dates (dated_curve.h), else by as many *working* days as their
 * periods hold.
 */
#ifndef DD_MODEL_CLOCK_H
#define DD_MODEL_CLOCK_H

#include "base/workdays.h"
#include "model/clock/season.h"
#include "model/curve/process.h"

#define DD_QUARTER_WEEKS 13

typedef enum { DD_MOVES, DD_LOSSES, DD_CLOCK_CLASSES } dd_clock_class;

typedef struct {
    double weekday[7];             /* [0] Monday */
    double off, made_up;           /* holidays; weekends worked in their place */
    double week[DD_QUARTER_WEEKS]; /* of the quarter: six from its start, six from its
                                      end, the one between holds the rest */
} dd_speeds;

typedef struct dd_clock {
    dd_speeds speed[DD_CLOCK_CLASSES];
    int fiscal_start;            /* month 1..12 in which years start */
    int runs;                    /* 0: all speeds are 1 */
    int apart;                   /* losses have speeds of their own */
    const dd_workdays *workdays; /* the funnel's; NULL: no holidays */
    dd_season coming;            /* how many deals arrive, month by month */
} dd_clock;

/** All days alike. */
void dd_clock_init(dd_clock *self);

/**
 * Learn the speeds.
 *
 * @param funnel   where fiscal years start, and holidays, which are borrowed
 * @param process  the past's pipelines, fitted to it; n = past->n_pipelines
 */
dd_status dd_clock_fit(dd_clock *self, const dd_past *past, const dd_process *process,
                       const dd_funnel *funnel, dd_error *err);

/** Working days of moves from the end of `after` to the end of `to`. */
double dd_clock_days(const dd_clock *self, dd_day after, dd_day to);

/** The speeds of the n days after `after`. */
void dd_clock_speeds(const dd_clock *self, dd_clock_class exits, dd_day after, size_t n,
                     double *speed);

/** A day's speed by what day it is, its week of the quarter left out. */
double dd_clock_day(const dd_clock *self, dd_clock_class exits, dd_day day);
/** The week of the quarter in which a day stands, 0..12. */
int dd_clock_week(dd_day day, const dd_period *quarter);

#endif
