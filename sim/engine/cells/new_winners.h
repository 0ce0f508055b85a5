/**
 * @file new_winners.h
 * Winners among deals that do not exist yet. Source: sim/engine/cells/new_winners.c.
 */
#ifndef DD_ENGINE_NEW_WINNERS_H
#define DD_ENGINE_NEW_WINNERS_H

#include "engine/tables.h"

/** The range of log level that a block's trials span. */
void dd_new_winners_range(dd_new_winners *self, const double level[DD_BLOCK]);

/**
 * How long deals to come have. They arrive evenly over each calendar day and move by working
 * days: left[p * (days + 1) + d] is the calendar time, in days, whose arrivals have d
 * working days left to the end of period p. Time between two whole days is split so that
 * the mean of a curve that is linear between them stays.
 *
 * @param work     working days from the end of as-of to that of each calendar day after
 *                 it; work[0] = 0
 * @param coming   arrivals of each calendar day against an average one; NULL: all alike
 * @param end_days per period: its end, in calendar days from as-of
 * @param from, to calendar days from as-of between which they arrive
 */
void dd_new_winners_left(double *left, size_t days, const double *work,
                         const double *coming, const double *end_days, size_t periods,
                         size_t from, size_t to);

/**
 * Add the arrivals into one stage.
 *
 * @param win      days + 1 values: chance that a deal has been won d days after entering
 * @param per_day  deals entering there a calendar day
 * @param left     of dd_new_winners_left
 * @param times    per period: factors on the winners; NULL: none
 */
void dd_new_winners_add(dd_new_winners *self, const double *win, size_t days,
                        double per_day, const double *left, size_t periods,
                        const double *times);

/** The same of one period's winners alone. */
void dd_new_winners_add_period(dd_new_winners *self, const double *win, size_t days,
                               double per_day, const double *left, size_t period,
                               const double *times);

/** Whether none are expected in any period. */
int dd_new_winners_none(const dd_new_winners *self, size_t periods);

#endif
