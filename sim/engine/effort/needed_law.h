/**
 * @file needed_law.h
 * What a goal takes, without sampling, where nothing is left to luck but the efforts
 * themselves: known rates, no level, wins of one size, nothing open and nothing that comes
 * by itself. Source: sim/engine/effort/needed_law.c.
 *
 * Effort v wins in the period with chance q_v, in its fixed order; the wins among the
 * first n follow from those among the first n - 1 by one convolution (a Poisson-binomial
 * law; with equal chances the efforts to the K-th win are negative binomial).
 */
#ifndef DD_ENGINE_NEEDED_LAW_H
#define DD_ENGINE_NEEDED_LAW_H

#include "dealdice/book.h"
#include "engine/effort/needed_lane.h"

/** Wins that the goal takes, where luck is that of efforts alone; 0: it is not, or the
 * goal is met. @param tables  of known rates, if question->rates_fixed */
int64_t dd_needed_wins(const dd_goal *goal, const dd_book *book,
                       const dd_question *question, const dd_tables *tables);

/**
 * @param line  made for the unit, with its chances
 * @param wins  that are to be won, at least 1
 * @return DD_OK, with self->by NULL where the law is too long to be summed; DD_ENOMEM
 */
dd_status dd_need_law_init(dd_need_law *self, const dd_effort_line *line, int64_t wins,
                           dd_error *err);

#endif
