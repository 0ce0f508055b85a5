/**
 * @file tenure.h
 * How long reps stay: the chance a month of leaving, by months of tenure, from the spans
 * of the file of reps. Source: sim/model/tenure.c.
 *
 * Piecewise-constant hazard, lambda ~ Gamma(O + 1/2 + 1/2, Y + 1/(2r)) in each band: O
 * leavers in Y rep-months, Jeffreys' half, and a prior worth half a leaver at r, the rate
 * over all tenures. Who is still there adds rep-months and no leaver; who was there before
 * the history starts counts from then on, since those who had left by then may not be in
 * the file.
 */
#ifndef DD_MODEL_TENURE_H
#define DD_MODEL_TENURE_H

#include "dealdice/past.h"

#define DD_TENURE_BANDS 3
#define DD_TENURE_LEAST 5 /* leavers, for the rates to be known */

typedef struct {
    int is_known;                     /* else nothing but the counts is filled */
    size_t leavers;                   /* seen to leave */
    double rep_months;                /* watched */
    double from[DD_TENURE_BANDS];     /* months of tenure, ascending from 0 */
    double shape[DD_TENURE_BANDS];    /* of the posterior of the hazard a month */
    double exposure[DD_TENURE_BANDS]; /* rep-months, prior included */
} dd_tenure;

/** Spans whose start nobody wrote down are left out; one that another of the same rep
 * follows within a week goes on. */
void dd_tenure_fit(dd_tenure *self, const dd_past *past);

/** Posterior mean of the hazard a month in a band. */
double dd_tenure_rate(const dd_tenure *self, size_t band);
/** Its q-quantile. */
double dd_tenure_quantile(const dd_tenure *self, size_t band, double q);

/** First day on which spans and new deals are taken to be complete. */
dd_day dd_tenure_watched_from(const dd_past *past);
/** Last day of a span that goes on through those which follow it; DD_NO_DAY: still there. */
dd_day dd_tenure_last_day(const dd_past *past, const dd_rep *span);
/** Whether a span only goes on from another one of the same rep. */
int dd_tenure_goes_on(const dd_past *past, const dd_rep *span);

#endif
