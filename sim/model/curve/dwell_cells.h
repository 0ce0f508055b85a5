/**
 * @file dwell_cells.h
 * A dwell law cut into grid cells and age bands: exact mass and first moment of each
 * piece. Source: sim/model/curve/dwell_cells.c.
 *
 * A curve is linear over a cell, so of what leaves within one, mass falls to its earlier
 * node by 1 - moment, to the later by moment, both in units of the cell: with G_b(n) the
 * chance per exposed day that band b brings n cells before the horizon, a piece of cell k
 * adds early G_b(n - k) + late G_b(n - k - 1). Within a band hazards are constant and all
 * whole cells alike but for survival, which falls by one factor from each to the next:
 * their sum is a difference of two values of F_b(n) = early G_b(n) + late G_b(n - 1) +
 * pass F_b(n - 1), F_b(0) = 0. So a law of B bands costs B and not one sum over all
 * its cells. A cell within which bands end is told exit by exit, all its bands together.
 */
#ifndef DD_MODEL_DWELL_CELLS_H
#define DD_MODEL_DWELL_CELLS_H

#include "model/stage.h"

#define DD_LANES 8 /* draws solved together; unused lanes repeat another */

/** A piece of a cell within one band, per lane, given survival to its start. */
typedef struct {
    double pass[DD_LANES]; /* survival through it */
    double early[DD_LANES], late[DD_LANES];
} dd_band_step;

/**
 * @param hazard  per day, of all exits, per lane
 * @param offset  of the piece within its cell, days; @param width  of the piece
 * @param cell    width of the cell
 */
void dd_band_step_make(dd_band_step *step, const double hazard[DD_LANES], double offset,
                       double width, double cell);

/** A law of constant hazards by age band, DD_LANES side by side; borrows all. */
typedef struct {
    size_t bands, exits;
    const double *start;  /* bands + 1 edges */
    const double *hazard; /* bands x DD_LANES, per day, of all exits */
    const double *rate;   /* exits x bands x DD_LANES, per day */
} dd_banded_law;

/**
 * Cells [first, last): whole ones of one band, which add near F_b(n - first) + far
 * F_b(n - last) to the curve at node n >= from; or one cell that bands share, which adds
 * early_j W(n - first) + late_j W(n - last) for each exit j, W being the curve of where it
 * leads. Given survival to their start.
 */
typedef struct {
    size_t first, last, from;
    int whole;
    size_t band;                          /* of whole cells */
    double near[DD_LANES], far[DD_LANES]; /* of whole cells */
    double *by_exit;                      /* else exits x {early, late} x DD_LANES */
    double pass[DD_LANES];                /* survival through all of it */
} dd_stretch;

typedef struct {
    size_t n;
    dd_stretch *item; /* room for 2 a band, by age, ascending */
    double *by_exit;  /* room for bands x exits x 2 x DD_LANES */
} dd_dwell_cells;

/**
 * Cut the law of a deal that has been in the stage for age_days, cell k being ages
 * [age_days + k width, ... + width).
 *
 * @param width   of a cell, days; @param cells  how many at most
 */
void dd_dwell_cells_make(dd_dwell_cells *self, const dd_banded_law *law, double age_days,
                         double width, size_t cells);

/** A stretch of whole cells from its cell `first` on, those before being lived through.
 * @param hazard  of its band */
void dd_stretch_rest(dd_stretch *self, const double hazard[DD_LANES], size_t first,
                     double width);

#endif
