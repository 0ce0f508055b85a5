/**
 * @file stage.h
 * One stage with its rates known: hazard form and mixture form. Source: sim/model/stage.c.
 *
 * Mixture form: a share pi_j takes exit j after a dwell of law f_j; pi_stuck never
 * leaves; S(t) = pi_stuck + sum_j pi_j S_j(t). Hazard form: lambda_j(t) =
 * pi_j f_j(t) / S(t). Histories are counted in hazard form, people think in mixture form.
 */
#ifndef DD_MODEL_STAGE_H
#define DD_MODEL_STAGE_H

#include "dealdice/funnel.h"

#include <stddef.h>

/** A stage whose rates are known (one posterior draw, or the means); borrows all. */
typedef struct {
    size_t bands;        /* 0: resolves at once, with `share` */
    const double *start; /* bands + 1 ages, days */
    size_t exits;
    const int32_t *to;  /* a stage, DD_WON, DD_LOST, DD_RECYCLED */
    const double *rate; /* exits x bands, per deal-day; with bands = 0: exits shares */
} dd_stage;

/** Chance to be still there at `age` (1 before 0 is left; 0 when it resolves at once). */
double dd_stage_survival(const dd_stage *self, double age_days);
/** Chance to stay for so many days more at `age`. */
double dd_stage_stay(const dd_stage *self, double age_days, double days);
/** share[exits] of those of this age who will leave by each exit; the rest is stuck. */
void dd_stage_shares(const dd_stage *self, double age_days, double *share);
/** Chance to have left by `exit` at age t (cumulative incidence). */
double dd_stage_incidence(const dd_stage *self, size_t exit, double age_days);
/** Age by which a fraction q of *those who leave* has left, days. */
double dd_stage_dwell_quantile(const dd_stage *self, double q);

/**
 * Play one spell by inversion (so that paired runs stay paired).
 *
 * @param age    already spent there, days
 * @param u_dwell, u_exit  uniforms in (0, 1)
 * @param dwell_days  told the further stay; INFINITY when stuck
 * @return the exit taken, index in `to`; -1 when stuck
 */
int dd_stage_play(const dd_stage *self, double age_days, double u_dwell, double u_exit,
                  double *dwell_days);

/** Laws of mixture form, as beliefs and made-up companies state them. */
double dd_law_survival(const dd_law *self, double days);
double dd_law_mean(const dd_law *self);
/** Days that a fraction u has not exceeded. */
double dd_law_quantile(const dd_law *self, double u);

#endif
