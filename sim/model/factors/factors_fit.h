/**
 * @file factors_fit.h
 * Factors from the exits of one past, right or wrong. Source: sim/model/factors/factors_fit.c.
 */
#ifndef DD_MODEL_FACTORS_FIT_H
#define DD_MODEL_FACTORS_FIT_H

#include "model/curve/process.h"

/**
 * As dd_factors_fit, but without asking whether they would have paid.
 *
 * @param least_evidence  log of how much likelier the exits must be when the levels of a
 *                        factor differ, or it is left out
 */
dd_status dd_factors_learn(dd_factors *self, const dd_process *process,
                           const dd_past *past, int32_t pipeline, double least_evidence,
                           dd_error *err);

#endif
