/**
 * @file level.h
 * How busy the market is against normal: one level of wins and one of arrivals a
 * trial, common to all deals. Source: sim/model/level.c.
 */
#ifndef DD_MODEL_LEVEL_H
#define DD_MODEL_LEVEL_H

#include "base/rng.h"
#include "dealdice/question.h"

/** Spread of the levels in one posterior draw. */
typedef struct {
    double wins; /* log-normal sd of the level of wins, 0..1 */
    double arrivals;
    double correlation; /* of their logarithms, -0.9..0.9 */
} dd_spread;

/** Half-t3(0.2) cut to [0, 1] for both, N(0.3, 0.3^2) cut to +-0.9 for the correlation. */
dd_spread dd_spread_draw(const gsl_rng *r);

/**
 * The levels of a block's trials, mean 1 each: z_w and z_2 stratified over the block,
 * u_lane = (pi(lane) + U)/128, pi a random permutation from the block's own stream;
 * z_a = rho z_w + sqrt(1 - rho^2) z_2 (Latin hypercube).
 */
void dd_level_block(const dd_spread *spread, uint64_t seed, uint32_t block,
                    double wins[DD_BLOCK], double arrivals[DD_BLOCK]);

#endif
