/**
 * @file ever.h
 * Ultimate chances by linear algebra, and stages made to win more or less.
 * Source: sim/model/ever.c, sim/model/tilt.c.
 */
#ifndef DD_MODEL_EVER_H
#define DD_MODEL_EVER_H

#include "model/stage.h"

#define DD_MAX_STAGES 64 /* of one pipeline: linear systems live on the stack */
#define DD_MAX_EXITS (DD_MAX_STAGES + 4)

/** Solve the n x n system a x = b in place; x in b, a is spoilt. A row that is all zero
 * (a loop that nobody leaves) gives 0. */
void dd_solve(double *a, double *b, size_t n);

/** p[n_stages]: chance of ever ending in `end` from age 0, (I - P)^-1 w. */
void dd_stages_ever(const dd_stage *stages, size_t n_stages, int32_t end, double *p);

/** The same when `held` is an end of its own, of value `held_value`. */
void dd_stages_ever_holding(const dd_stage *stages, size_t n_stages, int32_t end,
                            size_t held, double held_value, double *p);

/**
 * Multiply the exits' shares by k, which must keep their sum at 1 at most; dwell laws
 * given the exit unchanged: the mass of every exit within every band is exact.
 *
 * @param rate  the rates that the stage points at, rewritten
 * @param k     per exit
 */
void dd_stage_reweigh(const dd_stage *stage, double *rate, const double *k);

/**
 * Change one stage's own exits so that its chance of ever winning becomes p: exit
 * shares go to pi_j k_j / sum_i pi_i k_i with k_j = 1 - p_j + theta p_j, dwell laws
 * given the exit unchanged at the edges of every band.
 *
 * @param rate  the rates that stages[stage] points at, rewritten
 * @param p     in (0, 1); what cannot be reached is approached as far as it goes
 */
void dd_stage_tilt(const dd_stage *stages, size_t n_stages, size_t stage, double *rate,
                   double p);

#endif
