/* The one source of the curves' inner loops; the including file defines DD_CURVE_LANES,
 * the identifier. Products are never contracted with sums, so that all sets agree. */
#include "base/elementary.h"
#include "model/curve/curve_lanes.h"
#include "model/curve/curve_places.h"

#include <string.h>

/* G_b of one stage on a day: what its exits lead to, weighted by their rates. */
static inline void
gain_at(const dd_curve *self, const dd_stage *view, size_t s, size_t b, size_t day,
        double gain[DD_LANES])
{
    memset(gain, 0, DD_LANES * sizeof *gain);
    for (size_t j = 0; j < view->exits; j++) {
        const double *beyond = dd_curve_beyond(self, view->to[j], day);
        if (beyond)
            dd_curve_add_times(gain, dd_curve_rate_at(self, view, s, j, b), beyond);
    }
}

/* late G(n - 1) + pass F(n - 1): F(n) but for the node's own gain. */
static inline void
flow_before(const dd_curve *self, const dd_stage *view, size_t s, size_t b, size_t n,
            size_t stride, double flow[DD_LANES])
{
    size_t band = self->first_band[s] + b;
    const dd_band_step *step = &(stride == 1 ? self->day : self->week)[band];
    const double *before = dd_curve_flow_at(self, band, n - 1, stride);
    double gain[DD_LANES];
    gain_at(self, view, s, b, (n - 1) * stride, gain);
#pragma omp simd
    for (int l = 0; l < DD_LANES; l++)
        flow[l] = step->late[l] * gain[l] + step->pass[l] * before[l];
}

/* Of one stage's exits those that count, and the curves they lead to at a node and at the
 * one before. */
typedef struct {
    size_t n;
    const double *rate[DD_MAX_STAGES + 3]; /* of its first band */
    const double *now[DD_MAX_STAGES + 3], *before[DD_MAX_STAGES + 3];
} ways;

static inline void
find_ways(ways *to, const dd_curve *self, const dd_stage *view, size_t s, size_t n,
          size_t stride)
{
    to->n = 0;
    for (size_t j = 0; j < view->exits; j++) {
        const double *now = dd_curve_beyond(self, view->to[j], n * stride);
        if (!now)
            continue;
        to->rate[to->n] = dd_curve_rate_at(self, view, s, j, 0);
        to->now[to->n] = now;
        to->before[to->n++] = dd_curve_beyond(self, view->to[j], (n - 1) * stride);
    }
}

/* F(n) from F(n - 1). */
static inline void
flow(const ways *to, const dd_band_step *step, size_t b, const double before[DD_LANES],
     double after[DD_LANES])
{
    double early[DD_LANES] = { 0.0 }, late[DD_LANES] = { 0.0 };
    for (size_t j = 0; j < to->n; j++) {
        dd_curve_add_times(early, to->rate[j] + b * DD_LANES, to->now[j]);
        dd_curve_add_times(late, to->rate[j] + b * DD_LANES, to->before[j]);
    }
#pragma omp simd
    for (int l = 0; l < DD_LANES; l++)
        after[l] = step->late[l] * late[l] + step->pass[l] * before[l]
                   + step->early[l] * early[l];
}

static void
flows(dd_curve *self, const dd_rates *rates, size_t n, size_t stride)
{
    const dd_band_step *step = stride == 1 ? self->day : self->week;
    for (size_t s = 0; s < self->n_stages; s++) {
        const double *before
            = dd_curve_flow_at(self, self->first_band[s], n - 1, stride);
        double *after = dd_curve_flow_at(self, self->first_band[s], n, stride);
        ways to;
        if (self->same_as[s] != s)
            continue;
        find_ways(&to, self, &rates->stage[s], s, n, stride);
        for (size_t b = 0; b < rates->stage[s].bands; b++)
            flow(&to, &step[self->first_band[s] + b], b, before + b * DD_LANES,
                 after + b * DD_LANES);
    }
}

/* Of whole cells: those that begin at age 0 have the node's own gain to come. */
static inline void
add_whole(const dd_curve *self, const dd_stage *view, const dd_stretch *item, size_t s,
          size_t n, size_t stride, double total[DD_LANES])
{
    size_t band = self->first_band[s] + item->band;
    if (item->first == 0) {
        double known[DD_LANES];
        flow_before(self, view, s, item->band, n, stride, known);
        dd_curve_add_times(total, item->near, known);
    } else
        dd_curve_add_times(total, item->near,
                           dd_curve_flow_at(self, band, n - item->first, stride));
    if (n >= item->last)
        dd_curve_add_times(total, item->far,
                           dd_curve_flow_at(self, band, n - item->last, stride));
}

static inline void
add_shared(const dd_curve *self, const dd_stage *view, const dd_stretch *item, size_t n,
           size_t stride, double total[DD_LANES])
{
    for (size_t j = 0; j < view->exits; j++) {
        const double *early = item->by_exit + 2 * j * DD_LANES;
        const double *at
            = dd_curve_beyond(self, view->to[j], (n - item->first) * stride);
        if (!at)
            continue;
        if (item->first > 0)
            dd_curve_add_times(total, early, at);
        dd_curve_add_times(
            total, early + DD_LANES,
            dd_curve_beyond(self, view->to[j], (n - item->last) * stride));
    }
}

/* Sum over earlier nodes. */
static void
convolve(const dd_curve *self, const dd_stage *view, size_t s, size_t n, size_t stride,
         double *sum)
{
    const dd_dwell_cells *cells = &self->cells[s];
    double total[DD_LANES] = { 0.0 }; /* to stay in registers */
    for (size_t i = 0; i < cells->n && cells->item[i].from <= n; i++)
        if (cells->item[i].whole)
            add_whole(self, view, &cells->item[i], s, n, stride, total);
        else
            add_shared(self, view, &cells->item[i], n, stride, total);
    for (int l = 0; l < DD_LANES; l++)
        sum[l] += total[l];
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
node(dd_curve *self, const dd_rates *rates, size_t n, size_t stride)
{
    size_t stages = self->n_stages;
    double rhs[DD_MAX_STAGES * DD_LANES];

    memcpy(rhs, self->known, stages * DD_LANES * sizeof *rhs);
    for (size_t s = 0; s < stages; s++)
        if (self->same_as[s] == s) {
            convolve(self, &rates->stage[s], s, n, stride, rhs + s * DD_LANES);
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
    if (n > 0)
        flows(self, rates, n, stride);
}

/* Of the days from the last one back, those that lie beyond the item. */
static inline void
stretch_whole(const dd_curve *self, const dd_stretch *item, size_t band, size_t now,
              const double stay[DD_LANES], const size_t *day, size_t n_days, double *out)
{
    double near[DD_LANES], far[DD_LANES];
    for (int l = 0; l < DD_LANES; l++) {
        near[l] = stay[l] * item->near[l];
        far[l] = stay[l] * item->far[l];
    }
    for (size_t i = n_days; i-- > 0 && day[i] + now >= item->from;) {
        size_t n = day[i] + now;
        dd_curve_add_times(out + i * DD_LANES, near,
                           dd_curve_flow_at(self, band, n - item->first, 1));
        if (n >= item->last)
            dd_curve_add_times(out + i * DD_LANES, far,
                               dd_curve_flow_at(self, band, n - item->last, 1));
    }
}

static inline void
stretch_shared(const dd_curve *self, int32_t to, const double *by_exit,
               const dd_stretch *item, size_t now, const double stay[DD_LANES],
               const size_t *day, size_t n_days, double *out)
{
    double early[DD_LANES], late[DD_LANES];
    for (int l = 0; l < DD_LANES; l++) {
        early[l] = stay[l] * by_exit[l];
        late[l] = stay[l] * by_exit[DD_LANES + l];
    }
    for (size_t i = n_days; i-- > 0 && day[i] + now >= item->from;) {
        size_t n = day[i] + now;
        dd_curve_add_times(out + i * DD_LANES, early,
                           dd_curve_beyond(self, to, n - item->first));
        dd_curve_add_times(out + i * DD_LANES, late,
                           dd_curve_beyond(self, to, n - item->last));
    }
}

static void
stretch(const dd_curve *self, const dd_stage *view, const dd_stretch *item,
        size_t first_band, size_t now, double stay[DD_LANES], const size_t *day,
        size_t n_days, double *out)
{
    if (item->whole)
        stretch_whole(self, item, first_band + item->band, now, stay, day, n_days, out);
    for (size_t j = 0; !item->whole && j < view->exits; j++)
        if (view->to[j] >= 0 || view->to[j] == self->end)
            stretch_shared(self, view->to[j], item->by_exit + 2 * j * DD_LANES, item,
                           now, stay, day, n_days, out);
    for (int l = 0; l < DD_LANES; l++)
        stay[l] *= item->pass[l];
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

const dd_curve_lanes DD_CURVE_LANES = { node, flows, stretch, chances };
