/**
 * @file hazard.h
 * Piecewise-exponential competing risks of one stage: Gamma posteriors of the exit
 * hazards per age band (Friedman 1982; Kalbfleisch & Prentice 2002, ch. 8).
 * Source: sim/model/hazard.c, bands chosen in sim/model/bands.c, shorter memories in
 * sim/model/level/hazard_memory.c.
 */
#ifndef DD_MODEL_HAZARD_H
#define DD_MODEL_HAZARD_H

#include "dealdice/past.h"

#include "model/level/memory.h"

#include <gsl/gsl_rng.h>

#define DD_MAX_BANDS 16
#define DD_BEYOND_DAYS \
    400.0 /* who is older than the oldest ever seen plus this is stuck */

/** Posterior of one stage: Gamma(shape, exposure) per exit and age band. */
typedef struct {
    size_t bands;     /* number of age bands; 0: nothing known of this stage */
    double *start;    /* bands + 1 ages in days: start[0] = 0, start[bands] = A, the age
                         from which nobody leaves any more */
    double *exposure; /* deal-days at risk per band, prior included */
    size_t exits;     /* number of distinct exits */
    int32_t *to;      /* where each leads: a stage, DD_WON, DD_LOST, DD_RECYCLED */
    double *shape;    /* exits x bands: prior exits plus observed, [exit * bands + b] */
    double observed;  /* exits observed, all causes and bands */
    size_t beyond; /* the first band of ages that nobody has reached yet, where hazards
                      fell before; 0: none, the last band runs on */
    double held;   /* what was left of the hazard in the last band before, 0..1 */
    int no_loss_seen; /* Lost is there by its prior alone */
    double *tie;      /* bands: what ties multiplied the exposure seen by */
    double *recent; /* by DD_MOVE_MEMORIES - 1 memories: bands of exposure, then exits x
                         bands of shape; NULL: the past is forgotten by none */
} dd_hazard;

/** What is believed of a stage before its spells are counted, in mixture form. */
typedef struct {
    double worth; /* strength in deals, above 0 */
    size_t exits;
    const int32_t *to;
    const double *share; /* of each exit; what is missing to 1 never leaves */
    const dd_law *law;   /* dwell law of each exit, days */
} dd_hazard_prior;

/**
 * Count spells into bands and add the prior.
 *
 * @param spells  n of them, all of one stage; censored ones (DD_STILL) add exposure
 *                but no exit; from_days > 0 count from that age on (left truncation)
 * @param unit_days  recording unit of dwells: 1 for dates, 1/86400 for seconds
 * @param prior   NULL: one deal at a constant rate per exit
 * @return DD_OK; DD_EDATA for a negative or non-finite dwell; DD_ENOMEM
 */
dd_status dd_hazard_fit(dd_hazard *self, const dd_spell *const *spells, size_t n,
                        double unit_days, const dd_hazard_prior *prior, dd_error *err);
void dd_hazard_free(dd_hazard *self);

/**
 * Count the spells again as shorter memories weigh them, about the posterior of all time.
 *
 * @param now  as-of's end, from which the past is forgotten
 * @return DD_OK; DD_ENOMEM
 */
dd_status dd_hazard_remember(dd_hazard *self, const dd_spell *const *spells, size_t n,
                             dd_moment now, dd_error *err);
/** The posterior by one memory, 0: of all time; a view that owns nothing. */
dd_hazard dd_hazard_by(const dd_hazard *self, size_t memory);

/** Posterior means, rate[exits x bands] in exits per deal-day. */
void dd_hazard_mean(const dd_hazard *self, double *rate);
/** Draw rate[exits x bands] from the posterior. */
void dd_hazard_draw(const dd_hazard *self, const gsl_rng *r, double *rate);

/** An age band that ties decide: nearly all its exits share one recorded dwell. */
typedef struct {
    size_t bands, most;
    double start[DD_MAX_BANDS + 1];
    int tied[DD_MAX_BANDS];
} dd_bands;

/**
 * At most `most` bands, of DD_MAX_BANDS with edges at weighted quantiles of the exit ages; a dwell
 * that many share is a band of its own, one recording unit wide; the last ends at `end`.
 *
 * @param exit_age  n ages at exit, ascending
 * @param weight    n of them, above 0: see dd_exit_weights
 * @param tail_apart  whether ages beyond the last exit are a band of their own
 */
void dd_bands_choose(dd_bands *self, const double *exit_age, const double *weight,
                     size_t n, double unit_days, double end, int tail_apart,
                     size_t most);

#endif
