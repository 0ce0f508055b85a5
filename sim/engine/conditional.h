/**
 * @file conditional.h
 * What a trial would bring on average, given its posterior draw and levels: the part of
 * its outcome that is not the luck of single deals. Source: sim/engine/conditional.c.
 */
#ifndef DD_ENGINE_CONDITIONAL_H
#define DD_ENGINE_CONDITIONAL_H

#include "engine/tables.h"

/** Open deals summed up by row of the tables. */
typedef struct {
    const dd_rows *rows; /* borrowed */
    double *known;       /* rows: sum of amounts that are known, minor units */
    double *unknown;     /* rows: deals without amount */
} dd_row_sums;

dd_status dd_row_sums_init(dd_row_sums *self, const dd_book *book, const dd_rows *rows,
                           dd_error *err);
void dd_row_sums_free(dd_row_sums *self);

/**
 * Expected amount won in the first period by open and new deals, trial by trial: exact
 * but for the interpolation over levels (sim/engine/chebyshev.h).
 *
 * @param mean  DD_BLOCK values, minor units, booked not included
 */
void dd_conditional_means(const dd_row_sums *self, const dd_tables *tables,
                          double mean[DD_BLOCK]);

#endif
