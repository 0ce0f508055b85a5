/**
 * @file exit_day.h
 * When stays ended, as they were written down.
 */
#ifndef DD_HISTORY_EXIT_DAY_H
#define DD_HISTORY_EXIT_DAY_H

#include "dealdice/past.h"

/** The day on which a stay ended: that of the deal's next entry, as written. */
static inline dd_day
dd_exit_day(const dd_past *past, const dd_spell *spell)
{
    const dd_past_deal *deal = &past->deals[spell->deal];
    const size_t next = (size_t) (spell - past->spells) + 1;

    return dd_moment_day(next < deal->first + deal->n ? past->spells[next].entered
                                                      : deal->closed);
}

/** Whether a stay ended, and was watched then: not before the history begins. */
static inline int
dd_exit_watched(const dd_spell *spell)
{
    return spell->exit != DD_STILL && spell->from_days < spell->dwell_days;
}

#endif
