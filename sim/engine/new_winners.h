/**
 * @file new_winners.h
 * Winners among deals that do not exist yet. Source: sim/engine/new_winners.c.
 */
#ifndef DD_ENGINE_NEW_WINNERS_H
#define DD_ENGINE_NEW_WINNERS_H

#include "engine/tables.h"

#define DD_MOST_PERIODS 64

/** The range of log level that a block's trials span. */
void dd_new_winners_range(dd_new_winners *self, const double level[DD_BLOCK]);

/**
 * Add the arrivals into one stage.
 *
 * @param win      days + 1 values: chance that a deal has been won d days after entering
 * @param per_day  deals entering there a day
 * @param end_days periods of them, ascending, each at most days
 */
void dd_new_winners_add(dd_new_winners *self, const double *win, size_t days,
                        double per_day, const double *end_days, size_t periods);

#endif
