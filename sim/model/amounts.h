/**
 * @file amounts.h
 * What a won deal brings. Source: sim/model/amounts.c.
 *
 * A new deal's amount is drawn from those of won deals (size-biased, as it must be);
 * an open deal closes at its amount times a ratio drawn from won deals' final to
 * then-current ratios of that stage. Each posterior draw weighs the observed values by
 * a Bayesian bootstrap (Rubin 1981).
 */
#ifndef DD_MODEL_AMOUNTS_H
#define DD_MODEL_AMOUNTS_H

#include "dealdice/model.h"

#include <gsl/gsl_rng.h>

#define DD_MOST_SIZES 1000 /* won deals that sizes are taken from: prices drift */

/** Distinct values, ascending, with their weights. A believed range becomes the
 * equal-weight quantiles of its log-normal, so that every law is discrete. */
typedef struct {
    size_t n;
    double *value;  /* minor units, or ratios */
    double *weight; /* how often seen */
    int believed;   /* weights are not drawn */
} dd_sizes;

typedef struct dd_amounts {
    dd_sizes fresh; /* amounts of new winners, minor units; n >= 1 */
    size_t n_stages;
    dd_sizes *ratio; /* per stage, n >= 1; one value of 1 where amounts never change */
    double times;    /* by which a scenario has multiplied all of them; else 1 */
} dd_amounts;

/** One draw's law over dd_sizes: value[i] has chance cumulative[i] - cumulative[i-1]. */
typedef struct {
    size_t n;
    const double *value; /* borrowed */
    double *cumulative;  /* n; the last is 1 */
} dd_size_law;

/** Room for a law over these sizes. */
dd_status dd_size_law_init(dd_size_law *self, const dd_sizes *sizes, dd_error *err);
void dd_size_law_free(dd_size_law *self);
/** Weights as seen. */
void dd_size_law_mean(dd_size_law *self, const dd_sizes *sizes);
/** Weights by Bayesian bootstrap: Gamma(count) each, normalised. */
void dd_size_law_draw(dd_size_law *self, const dd_sizes *sizes, const gsl_rng *r);
/** The value at u in (0, 1), by inversion: the first i with u < cumulative[i]. */
double dd_size_law_at(const dd_size_law *self, double u);
double dd_size_law_expect(const dd_size_law *self);

dd_status dd_amounts_fit(dd_amounts *self, const dd_past *past, int32_t pipeline,
                         const dd_funnel *funnel, dd_notes *notes, dd_error *err);
void dd_amounts_free(dd_amounts *self);

#endif
