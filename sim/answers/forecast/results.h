/**
 * @file results.h
 * What the trials of a run say of each period: all that a forecast asks of them, so
 * that it need not know whether they were kept or only counted. Sources:
 * sim/answers/forecast/results.c, sim/answers/backtest/bins.c, sim/answers/forecast/variance.c.
 */
#ifndef DD_ANSWERS_RESULTS_H
#define DD_ANSWERS_RESULTS_H

#include "answers/forecast/running.h"
#include "answers/forecast/summary.h"
#include "answers/forecast/tally.h"

/** Shares of trials in bins of equal width; the ends hold what lies beyond too. */
typedef struct {
    size_t n;
    double low, step; /* minor units */
    double *share;
} dd_bins;

/** Where the uncertainty of the first period's bookings comes from; adds up to 1. */
typedef struct {
    double deals; /* luck of single deals: E Var(Y | draw, level) */
    double level; /* the market: E_draw Var_level E(Y | draw, level) */
    double rates; /* what history cannot tell: Var_draw E(Y | draw) */
} dd_variance;

/** One period. Amounts in minor units. */
typedef struct {
    dd_summary bookings, open, new_;
    dd_summary wins;                /* deals */
    double p_target, p_target_mcse; /* NAN without target */
    double sure; /* the (1 - confidence) quantile of bookings: what is as good as sure */
} dd_period_result;

typedef struct {
    size_t trials;
    size_t n_periods;
    dd_period_result *periods;
    dd_bins bins;         /* bookings of the first period */
    dd_variance variance; /* NAN below DD_MIN_BLOCKS full blocks, or without any */
} dd_results;

/** Of outcomes that were kept. @return DD_OK; DD_EDATA without a trial; DD_ENOMEM */
dd_status dd_results_of(dd_results *self, const dd_outcomes *outcomes,
                        const dd_question *question, dd_error *err);
void dd_results_free(dd_results *self);

/** The same of outcomes that come stretch by stretch and are only counted: quantiles
 * and edges of bins are as exact as tally.h says, the rest as exact as if kept. */
typedef struct dd_results_counter dd_results_counter;

dd_status dd_results_counter_new(dd_results_counter **self, const dd_question *question,
                                 dd_error *err);
/** All calls but the last with full blocks. */
void dd_results_counter_add(dd_results_counter *self, const dd_outcomes *outcomes);
dd_status dd_results_counter_end(const dd_results_counter *self, dd_results *results,
                                 dd_error *err);
void dd_results_counter_free(dd_results_counter *self);

/** What the shares of the variance are made of, block by block. */
typedef struct {
    double blocks;
    double level;        /* sum of the variances of conditional means within a block */
    dd_moments means;    /* blocks' means of conditional means */
    dd_moments bookings; /* outcomes of full blocks */
} dd_variance_parts;

/** Add the full blocks of n trials. @param expected  as in dd_outcomes */
void dd_variance_add(dd_variance_parts *self, const int64_t *bookings,
                     const double *expected, size_t n);
dd_variance dd_variance_shares(const dd_variance_parts *self);

/**
 * Bins of a round width (1, 2 or 5 times a power of ten) from `low` to `high`, the 0.5 %
 * and the 99.5 % quantile, 8 to 16 of them where outcomes differ; empty at first.
 *
 * @return DD_OK or DD_ENOMEM; free bins->share
 */
dd_status dd_bins_init(dd_bins *self, double low, double high, dd_error *err);
void dd_bins_add(dd_bins *self, int64_t outcome, double share);

#endif
