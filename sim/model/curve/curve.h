/**
 * @file curve.h
 * Win and lost curves: the chance that a deal entering a stage has ended by t.
 * Sources: sim/model/curve/curve.c, sim/model/curve/curve_residual.c; the cells of a dwell law in
 * sim/model/curve/dwell_cells.c.
 *
 * Solves the Markov renewal equation W_s(t) = sum_j int_0^t pi_j f_j(u) W_j(t-u) du on
 * a grid of one day to 400 days and of seven beyond. Each cell carries its exact mass
 * and first moment, W is linear between nodes, and the cell at zero is solved
 * implicitly, so that stages of one minute cost nothing. In hazard form the integrand is
 * S(u) sum_j lambda_j(u) W_j(t-u): within a band only G_b = sum_j lambda_jb W_j matters,
 * so that the cost does not grow with the exits; and whole cells of a band add up by one
 * recurrence (dwell_cells.h), so that it grows with days x bands and not with days x
 * days. Several posterior draws are solved at once, in lanes.
 */
#ifndef DD_MODEL_CURVE_H
#define DD_MODEL_CURVE_H

#include "model/curve/dwell_cells.h"
#include "model/rates.h"

typedef struct dd_curve_lanes dd_curve_lanes;

typedef struct {
    const dd_curve_lanes *lanes; /* inner loops */
    size_t n_stages;
    size_t days;        /* curves reach from day 0 to this day */
    size_t bands;       /* of all stages together */
    size_t *first_band; /* n_stages: where a stage's bands start */
    size_t *first_rate; /* n_stages: where a stage's rates start */
    size_t *same_as;    /* n_stages: the stage whose rates it shares, itself mostly */
    double *value; /* n_stages x (days + 8) x DD_LANES: chance to have ended by day */
    double *flow;  /* (days + 8) x bands x DD_LANES: F_b by day */
    int borrows;   /* these two are another curve's */
    double *flow_by_week;     /* (weeks + 3) x bands x DD_LANES: F_b of weekly cells */
    double *rate;             /* per stage exits x bands x DD_LANES */
    double *hazard;           /* bands x DD_LANES: of all exits */
    dd_band_step *day, *week; /* bands: a whole cell within a band */
    dd_dwell_cells *cells;    /* n_stages: a law's cells, weighted by survival */
    dd_dwell_cells *aged;     /* n_stages: cells of a deal half a day old */
    dd_dwell_cells other;     /* those of a deal of any other age */
    dd_stretch *stretch;      /* what these three point into */
    double *by_exit;          /* and of cells that bands share */
    int32_t end;              /* what it was solved for */
    double *known;            /* n_stages x DD_LANES: ends within the cell at zero */
    const double *source; /* n_stages x (days + 8) x DD_LANES: what staying on is worth;
                             borrowed while dd_curve_solve_worth runs */
    double *matrix, *inverse; /* workspace of that cell */
} dd_curve;

/** Room for curves of a pipeline up to horizon_days. */
dd_status dd_curve_init(dd_curve *self, const dd_process *process, size_t horizon_days,
                        dd_error *err);
void dd_curve_free(dd_curve *self);
/** Give up the room of what dd_curve_residual reads for that of another curve, of no fewer
 * days and bands, which must outlive it: each may be asked until the other is solved. */
void dd_curve_share(dd_curve *self, dd_curve *with);

/**
 * Solve for one end. Allocates nothing.
 *
 * @param rates  DD_LANES of them, all of one process; the same pointer may repeat
 * @param end    DD_WON, DD_LOST or DD_RECYCLED
 */
void dd_curve_solve(dd_curve *self, const dd_rates *const rates[DD_LANES], int32_t end);

/**
 * What a deal that enters a stage is worth t days before a day to come, when being in
 * stage s on that day, not having left it since it entered, brings source(s, t) weighted
 * by the chance to stay so long: V_s(t) = source_s(t) + sum_j int_0^t pi_j f_j(u)
 * V_j(t-u) du. Read as the curves are.
 *
 * @param source  n_stages x (days + 8) x DD_LANES, of stages that follow another unread
 */
void dd_curve_solve_worth(dd_curve *self, const dd_rates *const rates[DD_LANES],
                          const double *source);

/** Chance to have ended t days after entering the stage, per lane; 0 <= t <= days. */
void dd_curve_at(const dd_curve *self, size_t stage, double t, double out[DD_LANES]);

/**
 * The same for a deal that has been in the stage for age_days already: the first dwell
 * is conditioned on being longer. To be asked with the rates it was solved for.
 *
 * @param day  n_days horizons, ascending, 1 <= day <= days
 * @param out  n_days x DD_LANES
 */
void dd_curve_residual(const dd_curve *self, const dd_rates *const rates[DD_LANES],
                       size_t stage, double age_days, const size_t *day, size_t n_days,
                       double *out);

#endif
