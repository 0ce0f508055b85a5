/**
 * @file known_effort.h
 * Reps and activities as known on a day. Source: sim/history/known_effort.c.
 */
#ifndef DD_HISTORY_KNOWN_EFFORT_H
#define DD_HISTORY_KNOWN_EFFORT_H

#include "dealdice/past.h"

/**
 * Copy what was known by past->as_of.
 *
 * @param present  nothing in the history comes later: plans for reps are known too
 * @return DD_OK or DD_ENOMEM
 */
dd_status dd_known_effort(dd_past *past, const dd_history *history, int present);

#endif
