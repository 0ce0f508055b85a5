/**
 * @file exact.h
 * No sampling: the distribution of a period's bookings at level 1 with known rates.
 * Source: sim/engine/exact.c.
 *
 * One lattice of at most 2^16 points to mean + 10 sd: exact where all amounts fit it,
 * else each amount is split between its two neighbours so that means are kept. Open
 * deals are a product, new winners a compound Poisson; one FFT.
 */
#ifndef DD_ENGINE_EXACT_H
#define DD_ENGINE_EXACT_H

#include "dealdice/book.h"
#include "engine/tables.h"

typedef struct {
    size_t n;        /* lattice points */
    double step;     /* minor units between them */
    double *chance;  /* n */
    double mean, sd; /* minor units; of the unsplit law, from moments */
    double added_sd; /* bound on the sd that splitting adds; 0: the lattice is exact */
} dd_exact;

/**
 * Distribution of bookings over the periods [first, last] together (booked included).
 *
 * @param tables  one draw (usually the means) at level 1
 */
dd_status dd_exact_total(dd_exact *self, const dd_book *book, const dd_rows *rows,
                         const dd_tables *tables, size_t first, size_t last,
                         dd_error *err);
void dd_exact_free(dd_exact *self);
/** Chance of bookings >= amount. */
double dd_exact_reach(const dd_exact *self, int64_t amount);
/** Smallest lattice amount x with P(Y <= x) >= q. */
double dd_exact_quantile(const dd_exact *self, double q);

#endif
