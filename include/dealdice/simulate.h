/**
 * @file simulate.h
 * Many trials, in parallel blocks. Source: sim/engine/simulate.c.
 */
#ifndef DEALDICE_SIMULATE_H
#define DEALDICE_SIMULATE_H

#include "dealdice/model.h"
#include "dealdice/outcomes.h"

/**
 * Play question->trials trials; the same outcomes for any number of threads.
 *
 * Blocks are taken in groups of DD_LANES, whose curves are solved together. Surplus
 * trials of the last block are dropped.
 * @return DD_OK; DD_EDATA for sums that could exceed 2^47 minor units; DD_ENOMEM
 */
dd_status dd_simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
                      const dd_question *question, dd_error *err);

#endif
