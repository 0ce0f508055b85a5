/**
 * @file whatif_play.h
 * A scenario's futures beside those of its base. Source: sim/answers/whatif/whatif_play.c.
 */
#ifndef DD_ANSWERS_WHATIF_PLAY_H
#define DD_ANSWERS_WHATIF_PLAY_H

#include "answers/whatif/whatif.h"

/** @return DD_OK; DD_EDATA for a scenario that the model or the book refuses; DD_ENOMEM */
dd_status dd_whatif_play(dd_outcomes *outcomes, const dd_whatif_base *base,
                         const dd_scenario *scenario, dd_error *err);

/** Bookings of periods [first, last] together less those of `from`, which may be NULL,
 * trial by trial. */
void dd_whatif_subtract(int64_t *difference, const dd_outcomes *of,
                        const dd_outcomes *from, size_t first, size_t last);

/** The same of wins. */
void dd_whatif_subtract_wins(int64_t *difference, const dd_outcomes *of,
                             const dd_outcomes *from, size_t first, size_t last);

/** Whether the target of a period is hit: 1, 0, or -1 where `of` misses what `from` hits;
 * less 0 where from is NULL. */
void dd_whatif_hits(int64_t *change, const dd_outcomes *of, const dd_outcomes *from,
                    size_t period, int64_t target);

#endif
