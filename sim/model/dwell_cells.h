/**
 * @file dwell_cells.h
 * A dwell law cut into grid cells and age bands: exact mass and first moment of each
 * piece. Source: sim/model/dwell_cells.c.
 */
#ifndef DD_MODEL_DWELL_CELLS_H
#define DD_MODEL_DWELL_CELLS_H

#include "model/stage.h"

#define DD_LANES 8 /* draws solved together; unused lanes repeat another */

/** Survival through a piece of a band, per lane, and what it weighs. */
typedef struct {
    double total[DD_LANES];  /* hazard of all exits, per day */
    double pass[DD_LANES];   /* exp(-total w) */
    double mass[DD_LANES];   /* int_0^w exp(-total u) du */
    double moment[DD_LANES]; /* int_0^w u exp(-total u) du */
} dd_band_step;

/** @param total  hazard per lane; already in step->total */
void dd_band_step_make(dd_band_step *step, double width_days);

/** One weight of the convolution: W(n) += weight * G_band(n - lag); at lag n itself only
 * `before`, the part of the cell that ends there. */
typedef struct {
    size_t lag;  /* in cells */
    size_t band; /* within the stage */
    double weight[DD_LANES];
    double before[DD_LANES];
} dd_cell_weight;

typedef struct {
    size_t n, capacity;
    dd_cell_weight *item; /* by lag, ascending */
} dd_dwell_cells;

/** Most weights that `cells` cells and `bands` bands can need. */
size_t dd_dwell_cells_most(size_t cells, size_t bands);

/**
 * Cut the law of a deal that enters the stage at age 0.
 *
 * @param start  bands + 1 edges; @param step  bands, with `total` set
 * @param width  of a cell, days; @param cells  how many
 */
void dd_dwell_cells_make(dd_dwell_cells *self, const double *start, size_t bands,
                         const dd_band_step *step, double width, size_t cells);

#endif
