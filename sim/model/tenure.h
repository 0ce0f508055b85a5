/**
 * @file tenure.h
 * Spans of the file of reps joined to stays: one that another of the same rep follows
 * within a week, as where he changes the team, goes on. Source: sim/model/tenure.c.
 */
#ifndef DD_MODEL_TENURE_H
#define DD_MODEL_TENURE_H

#include "dealdice/past.h"

/** First day on which spans and new deals are taken to be complete. */
dd_day dd_tenure_watched_from(const dd_past *past);
/** Last day of a span that goes on through those which follow it; DD_NO_DAY: still there. */
dd_day dd_tenure_last_day(const dd_past *past, const dd_rep *span);
/** Whether a span only goes on from another one of the same rep. */
int dd_tenure_goes_on(const dd_past *past, const dd_rep *span);

#endif
