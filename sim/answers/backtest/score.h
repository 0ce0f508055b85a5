/**
 * @file score.h
 * How good a probabilistic forecast was, once it is known what came.
 * Source: sim/answers/backtest/score.c. Scores are of samples: any forecast that can be drawn
 * from can be scored. References: Gneiting & Raftery 2007; Czado, Gneiting & Held 2009.
 */
#ifndef DD_ANSWERS_SCORE_H
#define DD_ANSWERS_SCORE_H

#include <stddef.h>
#include <stdint.h>

/** One forecast against what came. */
typedef struct {
    double crps; /* E|X - y| - E|X - X'|/2, in the unit of the samples */
    double pit;  /* share below y, plus `u` of the share equal to y */
    double p05, p10, p25, p50, p75, p90, p95; /* quantiles of the samples */
    double pinball10, pinball50, pinball90;   /* quantile losses */
} dd_score;

/**
 * @param sample  n >= 1 of them, ascending
 * @param u       uniform in (0, 1) that breaks ties of the PIT, so that counts too are
 *                uniform under a true forecast
 */
dd_score dd_score_make(const int64_t *sample, size_t n, int64_t actual, double u);

/** Whether the central interval of this coverage (0.5, 0.8, 0.9) held the actual. */
int dd_score_covered(const dd_score *self, int64_t actual, double coverage);

/** Squared distance of the chance of reaching `target` from what came, 0..1. */
double dd_score_brier(const int64_t *sample, size_t n, int64_t actual, int64_t target);

/** The smallest sample x with share(X <= x) >= q. */
int64_t dd_score_quantile(const int64_t *sample, size_t n, double q);

#endif
