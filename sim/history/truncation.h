/**
 * @file truncation.h
 * Left truncation: whether a history shows only deals that survived until a day.
 * Source: sim/history/truncation.c.
 */
#ifndef DD_HISTORY_TRUNCATION_H
#define DD_HISTORY_TRUNCATION_H

#include "dealdice/past.h"

/**
 * The day from which on a history is complete.
 *
 * F is the first day with a won or lost deal. From F on, closings by age are counted per
 * week of age; under those rates the deals seen before F should have closed so and so
 * often before F. Where more than 12 closings were to be expected and none is there (a
 * chance below e^-12 < 1e-5), the deals that closed were left out of the export.
 * Fewer than 30 closings in all say nothing.
 * @param expected  told the closings to be expected before F; may be NULL
 * @return F, or DD_NO_DAY when nothing speaks for truncation, or without memory
 */
dd_day dd_truncation_day(const dd_past *past, double *expected);

/** Watch each spell from the age it had at the start of the day `starts`. */
void dd_truncation_apply(dd_past *past, dd_day starts);

#endif
