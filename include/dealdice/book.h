/**
 * @file book.h
 * The open deals as arrays, and what is booked. Sources: sim/history/book.c, scenarios in
 * sim/history/book_apply.c.
 */
#ifndef DEALDICE_BOOK_H
#define DEALDICE_BOOK_H

#include "dealdice/past.h"
#include "dealdice/question.h"
#include "dealdice/scenario.h"

/** What a scenario says of one open deal. */
typedef struct {
    dd_change win_rate; /* of its chance of ever winning; DD_CHANGE_NONE: nothing */
    dd_day close;       /* won on that day, if at all; DD_NO_DAY: nothing */
} dd_deal_said;

/** Open deals in the order of the history; owns its arrays, borrows the strings. */
typedef struct {
    size_t n;
    const char **id;
    uint64_t *key;
    int32_t *pipeline;
    int32_t *stage;   /* where it is shown */
    double *age_days; /* in that stage, at the end of as-of; NAN unknown */
    int64_t *amount;  /* minor units, DD_UNKNOWN_AMOUNT */
    int32_t *owner, *segment, *kind, *source;
    int32_t *first_owner;  /* when first seen, as is first_amount (minor units) */
    int64_t *first_amount; /* DD_UNKNOWN_AMOUNT */
    dd_deal_said *said;    /* NULL: nothing of any deal */
    size_t periods;
    int64_t *booked;      /* per period of the question, minor units */
    int64_t *booked_wins; /* per period; 0 where the funnel's `booked:` replaced it */
} dd_book;

/**
 * @param funnel  its `booked:` replaces what the past shows as won
 * @return DD_OK; DD_EDATA for sums beyond 2^47 minor units; DD_ENOMEM
 */
dd_status dd_book_init(dd_book *self, const dd_past *past, const dd_funnel *funnel,
                       const dd_question *question, dd_error *err);
void dd_book_free(dd_book *self);

/**
 * The book under a scenario: lost deals are gone, amounts are as told, and what it says
 * of single deals is noted. A level acts on stated chances as on all others.
 *
 * @param changed  owns its arrays; borrows the strings like `book`
 * @return DD_OK; DD_EDATA for a deal that is not open (with the nearest id) and for a
 *         close date that is over; DD_ENOMEM. On failure changed is freed.
 */
dd_status dd_book_apply(dd_book *changed, const dd_book *book,
                        const dd_scenario *scenario, dd_day as_of, dd_error *err);

#endif
