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
 * its cells.
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

/**
 * Cells [first, last) within one band; what they add to the curve at node n >= from is
 * near row(n - first) + far row(n - last), of row F_b for whole cells, of row G_b for a
 * part of one cell. Given survival to their start.
 */
typedef struct {
    size_t band;
    size_t first, last, from;
    int whole;
    double near[DD_LANES], far[DD_LANES];
    double pass[DD_LANES]; /* survival through all of it */
} dd_stretch;

typedef struct {
    size_t n;
    dd_stretch *item; /* 3 per band at most, by age, ascending */
} dd_dwell_cells;

/**
 * Cut the law of a deal that has been in the stage for age_days, cell k being ages
 * [age_days + k width, ... + width).
 *
 * @param start   bands + 1 edges; @param hazard  bands x DD_LANES, per day
 * @param width   of a cell, days; @param cells  how many at most
 */
void dd_dwell_cells_make(dd_dwell_cells *self, const double *start, size_t bands,
                         const double *hazard, double age_days, double width,
                         size_t cells);

/** A stretch of whole cells from its cell `first` on, those before being lived through.
 * @param hazard  of its band */
void dd_stretch_rest(dd_stretch *self, const double hazard[DD_LANES], size_t first,
                     double width);

#endif
