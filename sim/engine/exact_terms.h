/**
 * @file exact_terms.h
 * The independent terms that a period's bookings are the sum of, their moments and how
 * far the sum can reach. Source: sim/engine/exact_terms.c.
 */
#ifndef DD_ENGINE_EXACT_TERMS_H
#define DD_ENGINE_EXACT_TERMS_H

#include "engine/exact.h"

/** Something that may be won: `times` an amount of `law`, rounded to minor units. */
typedef struct {
    double chance; /* of an open deal to be won; of deals to come: expected winners */
    double times;
    const dd_size_law *law;
    int32_t pipeline, stage; /* where the law comes from: -1, a new deal's */
} dd_term;

typedef struct {
    size_t n_open, n_fresh;
    dd_term *open;  /* sorted, so that equal laws stand together */
    dd_term *fresh; /* one per pipeline with winners to expect */
} dd_terms;

/** Moments and range of a sum of terms, minor units, without booked. */
typedef struct {
    double mean, sd;
    double low, high; /* at most 1e-12 of chance beyond either */
    int bounded;      /* low and high are the least and greatest possible sums */
    int64_t divisor;  /* the greatest that divides every amount; at least 1 */
} dd_reach;

dd_status dd_terms_init(dd_terms *self, const dd_book *book, const dd_rows *rows,
                        const dd_tables *tables, size_t first, size_t last,
                        dd_error *err);
void dd_terms_free(dd_terms *self);
/** @param points  a lattice of this many is fine: low and high are not drawn nearer */
dd_reach dd_terms_reach(const dd_terms *self, size_t points);

/** Amount i of a term, minor units. */
double dd_term_value(const dd_term *self, size_t i);
/** Its chance among the term's amounts. */
double dd_term_weight(const dd_term *self, size_t i);
/** Do two terms have the same amounts? */
int dd_term_alike(const dd_term *a, const dd_term *b);

#endif
