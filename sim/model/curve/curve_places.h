/**
 * @file curve_places.h
 * Where the values of a curve stand in memory; of sim/model/curve/curve.c, which solves it, and
 * sim/model/curve/curve_residual.c, which reads it.
 */
#ifndef DD_MODEL_CURVE_PLACES_H
#define DD_MODEL_CURVE_PLACES_H

#include "model/curve/curve.h"

#define DD_WEEK 7
#define DD_SPARE_DAYS 8 /* the last week is solved whole */
#define DD_HALF_A_DAY 0.5

static inline size_t
dd_curve_row_length(const dd_curve *self)
{
    return (self->days + DD_SPARE_DAYS) * DD_LANES;
}

static inline double *
dd_curve_value_at(const dd_curve *self, size_t stage, size_t day)
{
    return self->value + stage * dd_curve_row_length(self) + day * DD_LANES;
}

/* Of a grid of `stride` days a cell; all bands of a cell together, so that what is written
 * node by node lies in a row. */
static inline double *
dd_curve_flow_at(const dd_curve *self, size_t band, size_t cell, size_t stride)
{
    return (stride == 1 ? self->flow : self->flow_by_week)
           + (cell * self->bands + band) * DD_LANES;
}

static inline void
dd_curve_add_times(double sum[DD_LANES], const double weight[DD_LANES],
                   const double row[DD_LANES])
{
#pragma omp simd
    for (int l = 0; l < DD_LANES; l++)
        sum[l] += weight[l] * row[l];
}

/* The curve of where an exit leads, on a day; NULL: to an end that does not count. */
static inline const double *
dd_curve_beyond(const dd_curve *self, int32_t to, size_t day)
{
    static const double certain[DD_LANES] = { 1, 1, 1, 1, 1, 1, 1, 1 };
    if (to >= 0)
        return dd_curve_value_at(self, (size_t) to, day);
    return to == self->end ? certain : NULL;
}

/* Of an exit and age band; with a stage that resolves at once, a share. */
static inline const double *
dd_curve_rate_at(const dd_curve *self, const dd_stage *view, size_t stage, size_t exit,
                 size_t band)
{
    return self->rate
           + (self->first_rate[stage] + exit * (view->bands ? view->bands : 1) + band)
                 * DD_LANES;
}

/* Of a stage that does not resolve at once. */
static inline dd_banded_law
dd_curve_law(const dd_curve *self, const dd_stage *view, size_t stage)
{
    return (dd_banded_law){ view->bands, view->exits, view->start,
                            self->hazard + self->first_band[stage] * DD_LANES,
                            self->rate + self->first_rate[stage] * DD_LANES };
}

#endif
