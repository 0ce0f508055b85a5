/**
 * @file cycle.h
 * How long deals took that were won. Source: sim/history/cycle.c.
 */
#ifndef DD_HISTORY_CYCLE_H
#define DD_HISTORY_CYCLE_H

#include "dealdice/past.h"

/** Days from creation by which a share q of the won deals was won; NAN where none was whose
 * creation is known. @return DD_OK or DD_ENOMEM */
dd_status dd_past_cycle(const dd_past *past, double q, double *days, dd_error *err);

#endif
