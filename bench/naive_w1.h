/**
 * @file naive_w1.h
 * W1 as an ordinary C program plays it: GSL's Mersenne Twister, trial by trial, deal by
 * deal, stage by stage. The peer that dealdice is timed against, and checked against.
 */
#ifndef DD_BENCH_NAIVE_W1_H
#define DD_BENCH_NAIVE_W1_H

#include "dealdice/book.h"

#define W1_SEGMENTS 8
#define W1_STAGES 5

/** Competing Weibull dwells of one stage: to the next stage (or Won), and to Lost. */
typedef struct {
    double advance_share;
    double advance_shape, advance_scale; /* scale in days */
    double lost_shape, lost_scale;
} w1_stage;

typedef struct {
    w1_stage stage[W1_SEGMENTS][W1_STAGES];
    double horizon_days;
} w1_rates;

/** won[trials]: the amount won within the horizon, minor units. */
void w1_play_naively(const w1_rates *rates, const dd_book *book, size_t trials,
                     unsigned long seed, int64_t *won);

#endif
