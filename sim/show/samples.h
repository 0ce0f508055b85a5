/**
 * @file samples.h
 * Every trial as CSV. Source: sim/show/samples.c.
 */
#ifndef DD_SHOW_SAMPLES_H
#define DD_SHOW_SAMPLES_H

#include "dealdice/outcomes.h"
#include "show/output.h"

/** A file of samples under way; zeroed: none. */
typedef struct {
    dd_output output;
    const dd_question *question;
} dd_samples;

/**
 * Begin with the header `trial,period,bookings,open,new,wins`.
 *
 * @param question  borrowed: labels of periods
 * @return DD_OK; DD_EIO; DD_ENOMEM
 */
dd_status dd_samples_open(dd_samples *self, const dd_question *question,
                          const char *path, dd_error *err);

/** A row per trial (from 1) and period; amounts in currency units with two decimals. */
void dd_samples_add(dd_samples *self, const dd_outcomes *outcomes);

/** @return DD_OK; DD_EIO. The file is whole or not there. */
dd_status dd_samples_close(dd_samples *self, dd_error *err);

/** Give up: nothing is left. Safe on a zeroed or closed one. */
void dd_samples_abandon(dd_samples *self);

#endif
