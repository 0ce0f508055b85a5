/* The one source of the curves' inner loops; the including file defines DD_CURVE_LANES,
 * the identifier. Products are never contracted with sums, so that all sets agree. */
#include "base/elementary.h"
#include "model/curve_lanes.h"
#include "model/curve_places.h"

#include <string.h>

/* F(n) but for the node's own gain. */
static void
begin_flow(dd_curve *self, size_t band, size_t n, size_t stride)
{
    const dd_band_step *step = &(stride == 1 ? self->day : self->week)[band];
    const double *before = dd_curve_gain_at(self, band, (n - 1) * stride);
    double *flow = dd_curve_flow_at(self, band, n, stride);
#pragma omp simd
    for (int l = 0; l < DD_LANES; l++)
        flow[l] = step->late[l] * before[l] + step->pass[l] * flow[l - DD_LANES];
}

static void
end_flow(dd_curve *self, size_t band, size_t n, size_t stride)
{
    const dd_band_step *step = &(stride == 1 ? self->day : self->week)[band];
    const double *gain = dd_curve_gain_at(self, band, n * stride);
    double *flow = dd_curve_flow_at(self, band, n, stride);
#pragma omp simd
    for (int l = 0; l < DD_LANES; l++)
        flow[l] += step->early[l] * gain[l];
}

static void
flow(dd_curve *self, size_t band, size_t n, size_t stride)
{
    begin_flow(self, band, n, stride);
    end_flow(self, band, n, stride);
}

/* Sum over earlier nodes. */
static void
convolve(const dd_curve *self, size_t s, size_t n, size_t stride, double *sum)
{
    const dd_dwell_cells *cells = &self->cells[s];
    double total[DD_LANES] = { 0.0 }; /* to stay in registers */
    size_t band = self->first_band[s];
    for (size_t i = 0; i < cells->n && cells->item[i].from <= n; i++) {
        const dd_stretch *item = &cells->item[i];
        dd_curve_add_times(
            total, item->near,
            dd_curve_row_before(self, item, band, n, item->first, stride));
        if (n >= item->last)
            dd_curve_add_times(
                total, item->far,
                dd_curve_row_before(self, item, band, n, item->last, stride));
    }
    for (int l = 0; l < DD_LANES; l++)
        sum[l] += total[l];
}

static void
set_gains(dd_curve *self, const dd_rates *rates, int32_t end, size_t s, size_t day)
{
    const dd_stage *view = &rates->stage[s];
    for (size_t b = 0; b < view->bands; b++) {
        double *g = dd_curve_gain_at(self, self->first_band[s] + b, day);
        memset(g, 0, DD_LANES * sizeof *g);
        for (size_t j = 0; j < view->exits; j++) {
            const double *rate = dd_curve_rate_at(self, view, s, j, b);
            if (view->to[j] >= 0)
                dd_curve_add_times(g, rate,
                                   dd_curve_value_at(self, (size_t) view->to[j], day));
            else if (view->to[j] == end)
                for (int l = 0; l < DD_LANES; l++)
                    g[l] += rate[l];
        }
    }
}

static void
begin_node(dd_curve *self, size_t n, size_t stride)
{
    for (size_t b = 0; n > 0 && b < self->bands; b++) {
        memset(dd_curve_gain_at(self, b, n * stride), 0, DD_LANES * sizeof(double));
        begin_flow(self, b, n, stride);
    }
}

static void
node(dd_curve *self, const dd_rates *rates, int32_t end, size_t n, size_t stride)
{
    size_t stages = self->n_stages;
    double rhs[DD_MAX_STAGES * DD_LANES];

    begin_node(self, n, stride);
    memcpy(rhs, self->known, stages * DD_LANES * sizeof *rhs);
    for (size_t s = 0; s < stages; s++)
        if (self->same_as[s] == s)
            convolve(self, s, n, stride, rhs + s * DD_LANES);
    for (size_t s = 0; s < stages; s++) {
        double *value = dd_curve_value_at(self, s, n * stride);
        memset(value, 0, DD_LANES * sizeof *value);
        for (size_t c = 0; c < stages; c++)
            dd_curve_add_times(
                value, self->inverse + (self->same_as[s] * stages + c) * DD_LANES,
                rhs + c * DD_LANES);
    }
    for (size_t s = 0; s < stages; s++)
        if (self->same_as[s] == s)
            set_gains(self, rates, end, s, n * stride);
    for (size_t b = 0; n > 0 && b < self->bands; b++)
        end_flow(self, b, n, stride);
}

/* What a stretch of the law of a deal of now, whose cell 0 is the law's cell `now`, adds
 * to every horizon that it lies before. */
static void
stretch(const dd_curve *self, const dd_stretch *item, size_t first_band, size_t now,
        double stay[DD_LANES], const size_t *day, size_t n_days, double *out)
{
    double near[DD_LANES], far[DD_LANES];
    for (int l = 0; l < DD_LANES; l++) {
        near[l] = stay[l] * item->near[l];
        far[l] = stay[l] * item->far[l];
        stay[l] *= item->pass[l];
    }
    for (size_t i = n_days; i-- > 0 && day[i] + now >= item->from;) {
        size_t n = day[i] + now;
        dd_curve_add_times(
            out + i * DD_LANES, near,
            dd_curve_row_before(self, item, first_band, n, item->first, 1));
        if (n >= item->last)
            dd_curve_add_times(
                out + i * DD_LANES, far,
                dd_curve_row_before(self, item, first_band, n, item->last, 1));
    }
}

static void
chances(const double *level, size_t n, double hazard, double *chance)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double x = level[i] * hazard;
        chance[i] = dd_decay_of(x < 700.0 ? x : 700.0).leave;
    }
}

const dd_curve_lanes DD_CURVE_LANES = { node, flow, stretch, chances };
