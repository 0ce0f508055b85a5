/**
 * @file cash.h
 * When the money comes in: cash per period, which follows bookings by the instalments of
 * the funnel's `collect:`. Source: sim/answers/forecast/cash.c.
 *
 * A deal won on day t pays instalment k on day t + k days. Trials are played over shorter
 * periods that also end so many days before each period's end: then all that is won in
 * one of them pays each of its instalments in one period, and cash is as exact as
 * bookings are. The deals won are the very ones of the forecast.
 */
#ifndef DD_ANSWERS_CASH_H
#define DD_ANSWERS_CASH_H

#include "answers/forecast/summary.h"
#include "dealdice/book.h"
#include "dealdice/model.h"
#include "engine/field/crew.h"

typedef struct {
    size_t n_periods;
    dd_summary *periods; /* cash in each, minor units; n_periods 0: nobody asked */
} dd_cash;

/**
 * Cash of deals won before and after as-of. What the funnel says is `booked:` pays as the
 * deals of the history do that it replaces, or as if won on as-of where there are none.
 *
 * @param question  trials are played anew
 * @param crew      as in the forecast: whose reps are played; NULL: deals alone
 * @return DD_OK, also without `collect:`; DD_EDATA when instalments cut the periods into
 *         more than 64; DD_ENOMEM. On failure self is freed
 */
dd_status dd_cash_make(dd_cash *self, const dd_model *model, const dd_book *book,
                       const dd_past *past, const dd_funnel *funnel,
                       const dd_question *question, const dd_crew *crew, dd_error *err);
void dd_cash_free(dd_cash *self);

/**
 * Cash of one trial from what it books in each of the shorter periods.
 *
 * @param end       shorter_n ends of theirs, ascending days
 * @param bookings  minor units won in each
 * @param cash      question->n_periods sums that are added to; what is paid later is left
 *                  out
 */
void dd_cash_pay(const dd_funnel *funnel, const dd_question *question, const dd_day *end,
                 size_t shorter_n, const int64_t *bookings, int64_t *cash);

#endif
