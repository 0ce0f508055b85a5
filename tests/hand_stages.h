/**
 * @file hand_stages.h
 * A process of hand-made stages, whose rates are given rather than learnt, for tests of
 * curves.
 */
#ifndef DD_TESTS_HAND_STAGES_H
#define DD_TESTS_HAND_STAGES_H

#include "check.h"
#include "model/curve/curve.h"
#include "model/curve/dated_curve.h"

/** Zeroed is none. Stages are borrowed: their hazards and rates are the test's. */
typedef struct {
    dd_process process;
    dd_stage_model model[4];
    dd_rates rates;
    const dd_rates *lane[DD_LANES]; /* all the same */
    dd_curve curve;                 /* the test's to solve, like dated */
    dd_dated_curve dated;
} hand_stages;

/** @param rate  exits x bands; without bands, of a stage that is left at once, exits */
static inline void
hand_stage(hand_stages *self, size_t stage, dd_hazard hazard, double *rate)
{
    dd_stage_model *model = &self->model[stage];

    model->hazard = hazard;
    model->follows = (int32_t) stage;
    model->basis = DD_STATED;
    model->stated = rate;
    model->at_once = hazard.bands == 0;
}

/** The rates of the first n stages, in all lanes. */
static inline void
hand_stages_ready(hand_stages *self, size_t n)
{
    self->process.n_stages = n;
    self->process.stage = self->model;
    self->process.arrivals.fixed_per_week = 0.0;
    assert_int_equal(dd_rates_init(&self->rates, &self->process, NULL), DD_OK);
    dd_rates_mean(&self->rates);
    for (size_t l = 0; l < DD_LANES; l++)
        self->lane[l] = &self->rates;
}

static inline void
hand_stages_free(hand_stages *self)
{
    dd_curve_free(&self->curve);
    dd_dated_curve_free(&self->dated);
    dd_rates_free(&self->rates);
}

#endif
