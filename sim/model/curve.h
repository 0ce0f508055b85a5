/**
 * @file curve.h
 * Win and lost curves: the chance that a deal entering a stage has ended by t.
 * Source: sim/model/curve.c.
 *
 * Solves the Markov renewal equation W_s(t) = sum_j int_0^t pi_j f_j(u) W_j(t-u) du on
 * a grid of one day to 400 days and of seven beyond. Each cell carries its exact mass
 * and first moment, W is linear between nodes, and the cell at zero is solved
 * implicitly, so that stages of one minute cost nothing. Several posterior draws are
 * solved at once, in lanes.
 */
#ifndef DD_MODEL_CURVE_H
#define DD_MODEL_CURVE_H

#include "model/rates.h"

#define DD_LANES 8 /* draws solved together; unused lanes repeat the last */

typedef struct {
    size_t n_stages;
    size_t nodes;   /* grid points, day[0] = 0 */
    double *day;    /* nodes */
    double *value;  /* n_stages x nodes x DD_LANES: chance to have ended by day */
    double *inner;  /* workspace, see curve.c */
    size_t inner_size;
} dd_curve;

/** Room for curves up to horizon_days of a pipeline. */
dd_status dd_curve_init(dd_curve *self, const dd_process *process, int32_t horizon_days,
                        dd_error *err);
void dd_curve_free(dd_curve *self);

/**
 * Solve for one end.
 *
 * @param rates  DD_LANES of them, all of one process; the same pointer may repeat
 * @param end    DD_WON, DD_LOST or DD_RECYCLED
 */
void dd_curve_solve(dd_curve *self, const dd_rates *const rates[DD_LANES], int32_t end);

/** Value at t days for a deal entering stage s now, per lane. */
void dd_curve_at(const dd_curve *self, size_t stage, double t, double out[DD_LANES]);

/**
 * The same for a deal that has been in the stage for age_days already: the first dwell
 * is conditioned on being longer. Meaningful after dd_curve_solve with the same rates.
 *
 * @param t  n_t horizons in days, ascending, 0 < t
 * @param out  n_t x DD_LANES
 */
void dd_curve_residual(const dd_curve *self, const dd_rates *const rates[DD_LANES],
                       size_t stage, double age_days, const double *t, size_t n_t,
                       double *out);

#endif
