/**
 * @file rates.h
 * The rates of one pipeline: posterior means, or one plausible set of them.
 * Source: sim/model/rates.c.
 */
#ifndef DD_MODEL_RATES_H
#define DD_MODEL_RATES_H

#include "model/curve/process.h"

typedef struct {
    const dd_process *process; /* borrowed */
    size_t n;                  /* doubles in rate */
    double *rate;              /* of all stages, exits x bands each */
    dd_stage *stage; /* n_stages, pointing into rate; a stage that follows another
                         points at that one's */
    double *p_ever;  /* n_stages: chance of ever winning from age 0 */
    size_t memory;   /* by which arrivals are drawn; set by the caller, 0 at first */
    size_t moves;    /* memory by which hazards are drawn; likewise */
    double per_day;  /* new deals a day */
    double *start; /* bands' edges of all stages, as long as the cycle lever makes them;
                        NULL without levers */
    gsl_rng *rng;  /* for draws */
    double odds;   /* multiplies the odds of all deals, open and to come: a lever's; set
                    to 1 by dd_rates_mean and dd_rates_draw */
    double *log_odds; /* of the factors' levels; at the end the common ones */
    double
        *theta; /* per kind of deals alike to the factors: its odds, `odds` left out */
} dd_rates;

/** Room for the rates of one pipeline; the process must outlive it. */
dd_status dd_rates_init(dd_rates *self, const dd_process *process, dd_error *err);
void dd_rates_free(dd_rates *self);
/** Become alike to another of the same process; streams of draws are its own. */
void dd_rates_copy(dd_rates *self, const dd_rates *from);

/** Posterior means; beliefs at their centres. */
void dd_rates_mean(dd_rates *self);

/** The posterior draw of a block. Streams of its own per pipeline and stage, so that a
 * change to one stage leaves the others' draws alone. Allocates nothing. */
void dd_rates_draw(dd_rates *self, uint64_t seed, uint32_t block, uint32_t pipeline);

/** A stage's own doubles within self->rate. */
double *dd_rates_own(dd_rates *self, size_t stage);

/** An age as of the stage's present rates: longer or shorter stays are counted from age 0
 * on, though only what remains of the open ones is stretched. */
double dd_rates_age(const dd_rates *self, size_t stage, double age_days);

/** Chance of ever winning for a deal of this stage and age: by the shares left then. */
double dd_rates_ever(const dd_rates *self, size_t stage, double age_days);

/** Odds of ever winning of a deal with these levels, against those of its stage and age;
 * exactly 1 without factors and levers. */
double dd_rates_theta(const dd_rates *self, const dd_levels *levels);

/** What factors and levers multiply the win curve of the average deal to come by, when it
 * enters a stage: the mean of theta / (1 - p + theta p) over the kinds of deals that
 * arrived of late. Exactly 1 without factors and levers. */
double dd_rates_fresh(const dd_rates *self, size_t stage);

#endif
