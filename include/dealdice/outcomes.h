/**
 * @file outcomes.h
 * What happened in each trial. Source: sim/engine/outcomes.c.
 *
 * Columns of int64, a value per trial in trial order, so that sums are exact in any
 * order and quantiles need one column only. Amounts are minor units.
 */
#ifndef DEALDICE_OUTCOMES_H
#define DEALDICE_OUTCOMES_H

#include "dealdice/book.h"

typedef struct {
    size_t first;  /* number of the first trial that is held, from 0 */
    size_t trials; /* how many are held */
    size_t periods;
    int64_t *open;     /* periods x trials: won in the period by deals open at as-of */
    int64_t *new_;     /* periods x trials: won by deals that did not exist at as-of */
    int64_t *wins;     /* periods x trials: deals won, open and new */
    int64_t *bookings; /* periods x trials: booked + open + new */
    double *expected;  /* trials: what the first period would bring on average given the
                          trial's rates and levels, booked left out; NAN unknown */
} dd_outcomes;

dd_status dd_outcomes_init(dd_outcomes *self, size_t periods, size_t trials,
                           dd_error *err);
/** Hold `trials` of them: the first of those held so far, and others yet to be played.
 * @return DD_OK; DD_ENOMEM, never for fewer than before */
dd_status dd_outcomes_resize(dd_outcomes *self, size_t trials, dd_error *err);
void dd_outcomes_free(dd_outcomes *self);

#endif
