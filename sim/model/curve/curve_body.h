/* The one source of the curves' inner loops; the including file defines DD_CURVE_LANES,
 * the identifier. Products are never contracted with sums, so that all sets agree. */
#include "base/elementary.h"
#include "model/curve/curve_lanes.h"
#include "model/curve/curve_places.h"

#include <string.h>

/* late G(n - 1) + pass F(n - 1): F(n) but for the node's own gain. */
static void
flow_before(const dd_curve *self, size_t band, size_t n, size_t stride,
            double flow[DD_LANES])
{
    const dd_band_step *step = &(stride == 1 ? self->day : self->week)[band];
    const double *gain = dd_curve_gain_at(self, band, (n - 1) * stride);
    const double *before = dd_curve_flow_at(self, band, n - 1, stride);
#pragma omp simd
    for (int l = 0; l < DD_LANES; l++)
        flow[l] = step->late[l] * gain[l] + step->pass[l] * before[l];
}

static void
flow(dd_curve *self, size_t band, size_t n, size_t stride)
{
    const dd_band_step *step = &(stride == 1 ? self->day : self->week)[band];
    double now[DD_LANES];
    flow_before(self, band, n, stride, now);
    dd_curve_add_times(now, step->early, dd_curve_gain_at(self, band, n * stride));
    memcpy(dd_curve_flow_at(self, band, n, stride), now, sizeof now);
}

/* What a stretch brings that begins at age 0, whose own gain is not known yet. */
static void
add_first(const dd_curve *self, const dd_stretch *item, size_t first_band, size_t n,
          size_t stride, double total[DD_LANES])
{
    double known[DD_LANES];
    if (item->whole) {
        flow_before(self, first_band + item->band, n, stride, known);
        dd_curve_add_times(total, item->near, known);
    }
    if (n >= item->last)
        dd_curve_add_times(
            total, item->far,
            dd_curve_row_before(self, item, first_band, n, item->last, stride));
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
        if (item->first == 0) {
            add_first(self, item, band, n, stride, total);
            continue;
        }
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
set_gain(dd_curve *self, const dd_stage *view, int32_t end, size_t s, size_t b,
         size_t day)
{
    double gain[DD_LANES] = { 0.0 };
    for (size_t j = 0; j < view->exits; j++) {
        const double *rate = dd_curve_rate_at(self, view, s, j, b);
        if (view->to[j] >= 0)
            dd_curve_add_times(gain, rate,
                               dd_curve_value_at(self, (size_t) view->to[j], day));
        else if (view->to[j] == end)
            for (int l = 0; l < DD_LANES; l++)
                gain[l] += rate[l];
    }
    memcpy(dd_curve_gain_at(self, self->first_band[s] + b, day), gain, sizeof gain);
}

/* Of those who have stayed since they entered, n cells before. */
static void
add_source(const dd_curve *self, size_t s, size_t day, double *sum)
{
    const double *source = self->source + s * dd_curve_row_length(self) + day * DD_LANES;
    for (int l = 0; l < DD_LANES; l++)
        sum[l] += source[l];
}

static void
node(dd_curve *self, const dd_rates *rates, int32_t end, size_t n, size_t stride)
{
    size_t stages = self->n_stages;
    double rhs[DD_MAX_STAGES * DD_LANES];

    memcpy(rhs, self->known, stages * DD_LANES * sizeof *rhs);
    for (size_t s = 0; s < stages; s++)
        if (self->same_as[s] == s) {
            convolve(self, s, n, stride, rhs + s * DD_LANES);
            if (self->source)
                add_source(self, s, n * stride, rhs + s * DD_LANES);
        }
    for (size_t s = 0; s < stages; s++) {
        const double *inverse = self->inverse + self->same_as[s] * stages * DD_LANES;
        double value[DD_LANES] = { 0.0 };
        for (size_t c = 0; c < stages; c++)
            dd_curve_add_times(value, inverse + c * DD_LANES, rhs + c * DD_LANES);
        memcpy(dd_curve_value_at(self, s, n * stride), value, sizeof value);
    }
    for (size_t s = 0; s < stages; s++)
        for (size_t b = 0; self->same_as[s] == s && b < rates->stage[s].bands; b++) {
            set_gain(self, &rates->stage[s], end, s, b, n * stride);
            if (n > 0)
                flow(self, self->first_band[s] + b, n, stride);
        }
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
