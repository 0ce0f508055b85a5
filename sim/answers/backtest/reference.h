/**
 * @file reference.h
 * What people forecast with today, so that a backtest can tell what dealdice adds.
 * Source: sim/answers/backtest/reference.c. Each knows the past of the origin only.
 */
#ifndef DD_ANSWERS_REFERENCE_H
#define DD_ANSWERS_REFERENCE_H

#include "dealdice/past.h"
#include "dealdice/question.h"

typedef enum {
    DD_REFERENCE_WEIGHTED,    /* booked + sum of open amounts x their stage's win rate */
    DD_REFERENCE_RUN_RATE,    /* booked + weeks drawn from the last eight */
    DD_REFERENCE_SAME_WEEK,   /* booked + pipeline x conversions from this week on */
    DD_REFERENCE_LAST_PERIOD, /* the last period again, for the days that are left */
    DD_REFERENCES,
} dd_reference_kind;

typedef enum { DD_WHAT_WINS, DD_WHAT_BOOKINGS, DD_WHATS } dd_what;

#define DD_REFERENCE_DRAWS 1000

/** A reference's forecast of one quantity: n samples, ascending; n = 0: it has none. */
typedef struct {
    size_t n;
    int64_t sample[DD_REFERENCE_DRAWS];
} dd_reference;

/** Wins, or minor units won, in the days [from, to], as the past knows them. */
int64_t dd_reference_won(const dd_past *past, dd_what what, dd_day from, dd_day to);

/**
 * A period that starts later than the day after as_of has no weighted pipeline and no
 * conversion: what is open now is not all that will bring it.
 *
 * @param period  the one to forecast; days up to as_of are known
 * @param fiscal_start  month 1..12 in which years start: finds the periods before
 */
void dd_reference_make(dd_reference *self, dd_reference_kind kind, const dd_past *past,
                       const dd_period *period, int fiscal_start, dd_what what,
                       uint64_t seed);

#endif
