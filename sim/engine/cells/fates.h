/**
 * @file fates.h
 * In which period each trial of a block wins a deal: with an own E = -log(1 - u) it is won
 * by the end of period p when E < level hazard[p]. What is sure is sorted out in lanes, the
 * rest decided one by one. Source: sim/engine/cells/fates.c.
 *
 * Words of the deal's stream (lane = trial within the block; places within a batch of 16
 * positions as in kernel.h): with q = lane % 64 / 4, w = 2 (lane / 64) + lane % 4 / 2, the
 * upper half of the lane's word is half lane % 2 (0 the lower) of word w at position q, its
 * lower half the same at 16 + q, read only when the upper one does not decide.
 */
#ifndef DD_ENGINE_FATES_H
#define DD_ENGINE_FATES_H

#include "engine/cells/cells.h"

#define DD_FATE_POSITIONS 32 /* of a deal's stream that its fate may read */

/** What fates in one block have in common. */
typedef struct {
    const dd_kernel *kernel;
    dd_round_keys keys;        /* of the streams */
    dd_products *products;     /* borrowed, as is limit */
    double by_level[DD_BLOCK]; /* 1 / level of wins */
    size_t periods;
    uint16_t *limit; /* periods x DD_BLOCK: of the present hazards */
} dd_fates;

/** @param seed, purpose  of the deals' streams
 * @param level  of wins, per lane */
void dd_fates_start(dd_fates *self, dd_block_sums *sums, uint64_t seed,
                    dd_rng_purpose purpose, const double level[DD_BLOCK]);

/** Prepare for deals of these hazards, ascending. */
void dd_fates_limits(dd_fates *self, const double *hazard, size_t periods);

/**
 * Decide one deal by the hazards that were prepared.
 *
 * @param won  told, per period: who wins in it
 * @return who wins in any
 */
dd_lane_set dd_fates_of(const dd_fates *self, const dd_stream *stream,
                        const double *hazard, dd_lane_set *won);

/** The first period by whose end a lane wins, exactly; periods: none. */
size_t dd_fates_lane(const dd_fates *self, const dd_stream *stream, const double *hazard,
                     uint32_t lane);

#endif
