/**
 * @file dated_curve.h
 * Win curves where losses keep another calendar than moves: hazards of age and date.
 * Source: sim/model/curve/dated_curve.c.
 *
 * lambda_j(age, date) = lambda_j(age) c_k(date), c_k the day's speed of the exit's class.
 * With one class a curve over working days serves every date; with two it does not, so
 * the chance V_s(t) that a deal which enters stage s on day t is won by a given day T is
 * solved backward from T: V_s(t) = int S(u; t) sum_j lambda_j(u) c(t + u) V_j(t + u) du.
 * As for plain curves (dwell_cells.h) whole days of a band add up by one recurrence,
 *
 *     F_b(t) = c(t) (early G_b(t) + late G_b(t + 1)) + pass F_b(t + 1),  F_b(T) = 0,
 *
 * weights now being those of day t, and days t1 to t2 of a band bring F_b(t1) - exp(-(H_b(t2)
 * - H_b(t1))) F_b(t2), H_b the hazard summed over days. So it costs days x bands too.
 */
#ifndef DD_MODEL_DATED_CURVE_H
#define DD_MODEL_DATED_CURVE_H

#include "model/curve/dwell_cells.h"
#include "model/rates.h"

/** A piece of a dwell law: whole days [first, last), or a part of the day `first`. */
typedef struct {
    size_t band;
    size_t first, last;
    int whole;
    double offset, width; /* of a part, days */
} dd_dated_piece;

typedef struct {
    size_t n_stages;
    size_t days;                     /* from day 0, as-of's end, to the last end */
    const double *moves, *losses;    /* days: the speed of each; borrowed */
    const dd_rates *rates[DD_LANES]; /* borrowed */
    size_t end[DD_LANES];            /* the day by which to have won; at most days */
    size_t last;                     /* of those */
    size_t *first_band, *first_rate, *first_piece; /* n_stages + 1 */
    dd_dated_piece *piece;                         /* of laws from age 0, by stage */
    double *rate;                                  /* exits x bands x DD_LANES a stage */
    double *moving, *losing; /* bands x DD_LANES: hazards by class */
    double *moved, *lost;    /* days + 1: speeds summed up to a day */
    double *value;           /* n_stages x (days + 2) x DD_LANES: V */
    double *gain, *flow;     /* bands x (days + 2) x DD_LANES: G and F */
} dd_dated_curve;

/** Room for curves of a pipeline over so many days. */
dd_status dd_dated_curve_init(dd_dated_curve *self, const dd_process *process,
                              size_t days, dd_error *err);
void dd_dated_curve_free(dd_dated_curve *self);

/**
 * Solve for wins. Allocates nothing.
 *
 * @param rates   DD_LANES of them, all of one process; the same pointer may repeat
 * @param moves, losses  speeds of each day, kept by pointer
 * @param end     per lane: its last day, 0..days
 */
void dd_dated_curve_solve(dd_dated_curve *self, const dd_rates *const rates[DD_LANES],
                          const double *moves, const double *losses,
                          const size_t end[DD_LANES]);

/** Chance of one that enters the stage at the end of a day (0: as-of) to be won by each
 * lane's end, from the latter on 0. */
void dd_dated_curve_at(const dd_dated_curve *self, size_t stage, size_t day,
                       double out[DD_LANES]);

/** The same for a deal that at as-of has been in the stage for age_days already. */
void dd_dated_curve_residual(const dd_dated_curve *self, size_t stage, double age_days,
                             double out[DD_LANES]);

#endif
