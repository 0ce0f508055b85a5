/**
 * @file samples.h
 * Every trial as CSV. Source: sim/show/samples.c.
 */
#ifndef DD_SHOW_SAMPLES_H
#define DD_SHOW_SAMPLES_H

#include "dealdice/outcomes.h"

/**
 * Write `trial,period,bookings,open,new,wins`, a row per trial (from 1) and period;
 * amounts in currency units with two decimals.
 *
 * @return DD_OK; DD_EIO; DD_ENOMEM. The file is whole or not there.
 */
dd_status dd_samples_write(const dd_outcomes *outcomes, const dd_question *question,
                           const char *path, dd_error *err);

#endif
