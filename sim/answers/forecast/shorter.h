/**
 * @file shorter.h
 * The periods of a question cut into shorter ones: the same deals are won in the same
 * trials, and it is told more nearly when. Source: sim/answers/forecast/shorter.c.
 */
#ifndef DD_ANSWERS_SHORTER_H
#define DD_ANSWERS_SHORTER_H

#include "dealdice/book.h"

#define DD_MOST_SHORTER 64 /* what one table can be asked for */

typedef struct {
    size_t n;
    dd_day end[DD_MOST_SHORTER];       /* theirs, ascending */
    dd_period period[DD_MOST_SHORTER]; /* the first begins after as-of */
    int64_t target[DD_MOST_SHORTER];   /* none */
    int64_t nothing[DD_MOST_SHORTER];  /* booked */
} dd_shorter;

/**
 * Cut at the periods' ends, and so many days before each as an instalment takes to be
 * paid: then what is won in one shorter period pays each instalment in one period.
 *
 * @return DD_OK; DD_EDATA for more than DD_MOST_SHORTER
 */
dd_status dd_shorter_cut(dd_shorter *self, const dd_funnel *funnel,
                         const dd_question *question, dd_error *err);
/** Cut at the periods' ends only: they are what they were, less what is over. */
void dd_shorter_periods(dd_shorter *self, const dd_question *question);
/** Cut at the periods' ends and at those of months, if there is room for them all;
 * @return whether there is. */
int dd_shorter_months(dd_shorter *self, const dd_question *question);

/** The question over the shorter periods, which it borrows. */
dd_question dd_shorter_question(dd_shorter *self, const dd_question *question);
/** The book over them, without what is booked; borrows both. */
dd_book dd_shorter_book(dd_shorter *self, const dd_book *book);

#endif
