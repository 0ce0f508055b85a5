/**
 * @file naive.h
 * The workloads as an ordinary C program plays them: GSL's Mersenne Twister, trial by
 * trial, deal by deal, stage by stage. The peer that dealdice is timed against, and
 * checked against.
 */
#ifndef DD_BENCH_NAIVE_H
#define DD_BENCH_NAIVE_H

#include "dealdice/book.h"
#include "dealdice/funnel.h"
#include "engine/field/field.h"
#include "engine/paths/risks.h"

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

/** The funnel's own words for what the model was fitted to: `exits` per stage.
 * @return 0; 1 when they are not of W1's shape */
int naive_rates(w1_rates *rates, const dd_funnel *funnel, double horizon_days);

/** won[trials]: the amount won within the horizon, minor units. */
void naive_w1(const w1_rates *rates, const dd_book *book, size_t trials,
              unsigned long seed, int64_t *won);

/**
 * Deals to come: Poisson arrivals a rep and week, each played through segment 0's stages,
 * its amount one of n values.
 *
 * @param end_days periods of them; won[trials * periods]: per trial and period
 * @return how many deals were played
 */
double naive_w2(const w1_rates *rates, size_t reps, double per_rep_week,
                const double *end_days, size_t periods, const double *value, size_t n,
                size_t trials, unsigned long seed, int64_t *won);

/** Of so many deals that enter the first stage of a segment, how many are won within the
 * horizon, when Weibull times to advance and to be lost compete in each stage (latent
 * times, as R's multi-state packages play them; shares are not read). */
size_t naive_f1(const w1_rates *rates, size_t segment, size_t deals, unsigned long seed);

/** Reps who are alike, past their ramp, who prospect with what is left. */
typedef struct {
    size_t reps;
    double visits_per_week;
    const double *visits; /* per stage: visits a week that a deal asks for */
    double new_per_visit;
} naive_crew;

/** W3, for so many days: deals and won of tally[trials] are set. Each
 * of the W1_STAGES stages has one way on and one way out. */
void naive_w3(const dd_risks *stages, const naive_crew *crew, double days, size_t trials,
              unsigned long seed, dd_tally *tally);

#endif
