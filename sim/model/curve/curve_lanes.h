/**
 * @file curve_lanes.h
 * Inner loops over the lanes of curves, once per instruction set (base/isa.h):
 * curve_body.h is their one source. Sources: sim/model/curve/curve_lanes.c,
 * sim/model/curve/curve_baseline.c, sim/model/curve/curve_avx2.c, sim/model/curve/curve_avx512.c.
 */
#ifndef DD_MODEL_CURVE_LANES_H
#define DD_MODEL_CURVE_LANES_H

#include "model/curve/curve.h"

struct dd_curve_lanes {
    /** Solve node n of a grid of `stride` days, those before it being solved. */
    void (*node)(dd_curve *self, const dd_rates *rates, size_t n, size_t stride);
    /** F_b(n) of all bands from values that are there already; n > 0. */
    void (*flows)(dd_curve *self, const dd_rates *rates, size_t n, size_t stride);
    /** What a stretch of the law of a deal of now, whose cell 0 is the law's cell `now`,
     * adds to every horizon that it lies before; stay: survival to its start, told that
     * to its end. */
    void (*stretch)(const dd_curve *self, const dd_stage *view, const dd_stretch *item,
                    size_t first_band, size_t now, double stay[DD_LANES],
                    const size_t *day, size_t n_days, double *out);
    /** 1 - exp(-level[i] hazard) for n levels; level and hazard not negative. */
    void (*chances)(const double *level, size_t n, double hazard, double *chance);
};

extern const dd_curve_lanes dd_curve_baseline, dd_curve_avx2, dd_curve_avx512;

const dd_curve_lanes *dd_curve_lanes_chosen(void);

#endif
