/**
 * @file values.h
 * Figures as people write them in funnel and scenario files. Source: sim/input/values.c.
 */
#ifndef DD_INPUT_VALUES_H
#define DD_INPUT_VALUES_H

#include "dealdice/funnel.h"

/** What a figure counts. */
typedef enum {
    DD_UNIT_NUMBER, /* 1.5 */
    DD_UNIT_SHARE,  /* 30% or 0.3 -> 0.3 */
    DD_UNIT_DAYS,   /* 60, 60 days, 8 weeks, 60天 -> 60, 56 */
    DD_UNIT_MONEY,  /* 8万 -> minor units, 8000000 */
} dd_unit;

/** Read n bytes as one figure. @return 0, or -1 */
int dd_value_read(const char *text, size_t n, dd_unit unit, double *out);

/** Read "8万" (fixed) or "8万 to 30万" (a 90 % range, low < high).
 * @return 0; -1 for what is none; -2 for a range that runs backwards */
int dd_value_belief(const char *text, dd_unit unit, dd_belief *out);

/**
 * Read a law: "exponential MEAN", "weibull SHAPE SCALE", "lognormal MEDIAN LOGSD",
 * "fixed VALUE"; a figure alone is the mean of an exponential. MEAN, SCALE, MEDIAN and
 * VALUE count `unit`.
 *
 * @return 0, or -1 also for a mean, shape, scale or median that is not above zero
 */
int dd_value_law(const char *text, dd_unit unit, dd_law *out);

/** What would be right, for messages: "a share such as 30%". */
const char *dd_unit_example(dd_unit unit);

#endif
