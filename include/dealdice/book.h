/**
 * @file book.h
 * The open deals as arrays, and what is booked. Source: sim/history/book.c.
 */
#ifndef DEALDICE_BOOK_H
#define DEALDICE_BOOK_H

#include "dealdice/past.h"
#include "dealdice/question.h"

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

#endif
