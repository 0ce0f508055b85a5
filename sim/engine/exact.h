/**
 * @file exact.h
 * No sampling: the distribution of a period's bookings at level 1 with known rates.
 * Sources: sim/engine/exact.c, sim/engine/exact_terms.c.
 *
 * One lattice of at most 2^16 points, so wide that less than 1e-12 of chance lies beyond
 * (Chernoff's bound; "mean + 10 sd" would cut off a rare large deal): exact where all
 * amounts fit it, else each amount is split between its two neighbours so that means are
 * kept. Open deals are a product, new winners a compound Poisson; one FFT, or, where the
 * lattice is small and nothing is to come, one convolution after another, which keeps
 * even the smallest chances to full relative accuracy.
 */
#ifndef DD_ENGINE_EXACT_H
#define DD_ENGINE_EXACT_H

#include "dealdice/book.h"
#include "engine/tables.h"

typedef struct {
    size_t n;        /* lattice points */
    double origin;   /* minor units at the first */
    double step;     /* minor units between them */
    double *chance;  /* n */
    double mean, sd; /* minor units; of the unsplit law, from moments */
    double added_sd; /* the sd that splitting adds; 0: the lattice is exact */
    double clipped;  /* what rounding had made negative and was taken as 0, in sum */
} dd_exact;

/**
 * Distribution of bookings over the periods [first, last] together (booked included).
 *
 * @param tables  one draw (usually the means); its levels are not read, nor a size that
 *                levers change on the way
 * @return DD_OK; DD_ENOMEM. On failure self is freed
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
