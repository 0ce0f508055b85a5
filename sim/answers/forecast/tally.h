/**
 * @file tally.h
 * A column of outcomes that is counted rather than kept: memory does not grow with the
 * number of trials. Source: sim/answers/forecast/tally.c.
 *
 * Outcomes up to 2^17 minor units (and all counts of deals) have a bucket each; above,
 * each power of two has 2^16 of them, so that a quantile is off by at most 2^-17
 * (0.00076 %) of itself. Means, spreads, chances and MCSE are not touched by that.
 */
#ifndef DD_ANSWERS_TALLY_H
#define DD_ANSWERS_TALLY_H

#include "answers/forecast/summary.h"
#include "answers/forecast/running.h"

typedef struct {
    dd_running running;
    int64_t least, most; /* outcomes so far */
    uint32_t *count;     /* buckets in ascending order; pages that are never reached
                            take no memory */
} dd_tally;

/** @param target  DD_NO_TARGET: none */
dd_status dd_tally_init(dd_tally *self, int64_t target, int independent, dd_error *err);
void dd_tally_free(dd_tally *self);

/** Add n trials in their order; all calls but the last with full blocks. */
void dd_tally_add(dd_tally *self, const int64_t *outcome, size_t n);

/** The q-quantile, 0 <= q <= 1, as in summary.h but for the width of a bucket. */
int64_t dd_tally_quantile(const dd_tally *self, double q);
dd_summary dd_tally_summary(const dd_tally *self);

/** Every bucket that holds outcomes, ascending: its middle, and how many. */
void dd_tally_each(const dd_tally *self,
                   void (*take)(void *arg, int64_t outcome, size_t n), void *arg);

#endif
