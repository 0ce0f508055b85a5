#include "model/curve/curve.h"

#include "model/curve/curve_lanes.h"
#include "model/curve/curve_places.h"

#include <stdlib.h>
#include <string.h>

#define DAILY_END 399         /* the last multiple of seven on the daily grid */
#define CELLS_MOST 1000000000 /* of a day: more than any law has */

/* ---- room ---- */

/* None where another stage's serve, or nothing is waited for. */
static size_t
bands_of(const dd_process *process, size_t s)
{
    const dd_stage_model *stage = &process->stage[s];
    return stage->at_once || (size_t) stage->follows != s ? 0 : stage->hazard.bands;
}

/* Where the bands, the rates and the stretches of each stage stand. */
static int
place_stages(dd_curve *self, const dd_process *process)
{
    size_t n = self->n_stages, rates = 0, stretches = 0;

    for (size_t s = 0; s < n; s++) {
        size_t bands = bands_of(process, s);
        self->first_band[s] = self->bands;
        self->first_rate[s] = rates;
        self->same_as[s] = (size_t) process->stage[s].follows;
        self->bands += bands;
        rates += process->stage[s].hazard.exits * (bands ? bands : 1);
        if (stretches < 3 * bands)
            stretches = 3 * bands;
    }
    self->rate = calloc(rates * DD_LANES + 1, sizeof *self->rate);
    self->stretch = calloc(6 * self->bands + stretches + 1, sizeof *self->stretch);
    for (size_t s = 0; self->stretch && s < n; s++) {
        self->cells[s].item = self->stretch + stretches + 6 * self->first_band[s];
        self->aged[s].item = self->cells[s].item + 3 * bands_of(process, s);
    }
    return self->rate && self->stretch;
}

static int
make_bands(dd_curve *self)
{
    size_t n = self->bands, row = n * DD_LANES, weeks = self->days / DD_WEEK + 3;

    self->gain = malloc((row * (self->days + DD_SPARE_DAYS) + 1) * sizeof *self->gain);
    self->flow = malloc((row * (self->days + DD_SPARE_DAYS) + 1) * sizeof *self->flow);
    self->flow_by_week = calloc(row * weeks + 1, sizeof *self->flow_by_week);
    self->hazard = calloc(row + 1, sizeof *self->hazard);
    self->day = calloc(n + 1, sizeof *self->day);
    self->week = calloc(n + 1, sizeof *self->week);
    if (!self->gain || !self->flow || !self->flow_by_week || !self->hazard || !self->day
        || !self->week)
        return 0;
    memset(self->flow, 0, row * sizeof *self->flow); /* else written before it is read */
    return 1;
}

dd_status
dd_curve_init(dd_curve *self, const dd_process *process, size_t horizon_days,
              dd_error *err)
{
    size_t n = process->n_stages;

    memset(self, 0, sizeof *self);
    self->n_stages = n;
    self->lanes = dd_curve_lanes_chosen();
    self->days = horizon_days ? horizon_days : 1;
    self->first_band = calloc(n, sizeof *self->first_band);
    self->first_rate = calloc(n, sizeof *self->first_rate);
    self->same_as = calloc(n, sizeof *self->same_as);
    self->cells = calloc(n, sizeof *self->cells);
    self->aged = calloc(n, sizeof *self->aged);
    self->value = calloc(n * dd_curve_row_length(self), sizeof *self->value);
    self->known = calloc(n * DD_LANES, sizeof *self->known);
    self->matrix = calloc(n * n * DD_LANES, sizeof *self->matrix);
    self->inverse = calloc(n * n * DD_LANES, sizeof *self->inverse);
    if (self->first_band && self->first_rate && self->same_as && self->cells
        && self->aged && self->value && self->known && self->matrix && self->inverse
        && place_stages(self, process) && make_bands(self))
        return DD_OK;
    dd_curve_free(self);
    return dd_error_no_memory(err);
}

void
dd_curve_free(dd_curve *self)
{
    free(self->first_band);
    free(self->first_rate);
    free(self->same_as);
    free(self->cells);
    free(self->aged);
    free(self->value);
    free(self->gain);
    free(self->flow);
    free(self->flow_by_week);
    free(self->rate);
    free(self->hazard);
    free(self->day);
    free(self->week);
    free(self->stretch);
    free(self->known);
    free(self->matrix);
    free(self->inverse);
    memset(self, 0, sizeof *self);
}

/* ---- rates ---- */

/* Rates of all draws side by side. */
static void
set_rates(dd_curve *self, const dd_rates *const rates[DD_LANES])
{
    memset(self->hazard, 0, self->bands * DD_LANES * sizeof *self->hazard);
    for (size_t s = 0; s < self->n_stages; s++) {
        const dd_stage *view = &rates[0]->stage[s];
        size_t n = view->exits * (view->bands ? view->bands : 1);
        double *to = self->rate + self->first_rate[s] * DD_LANES;
        double *hazard = self->hazard + self->first_band[s] * DD_LANES;
        for (size_t i = 0; self->same_as[s] == s && i < n; i++)
            for (size_t l = 0; l < DD_LANES; l++) {
                to[i * DD_LANES + l] = rates[l]->stage[s].rate[i];
                if (view->bands)
                    hazard[i % view->bands * DD_LANES + l] += to[i * DD_LANES + l];
            }
    }
    for (size_t b = 0; b < self->bands; b++) {
        const double *hazard = self->hazard + b * DD_LANES;
        dd_band_step_make(&self->day[b], hazard, 0.0, 1.0, 1.0);
        dd_band_step_make(&self->week[b], hazard, 0.0, DD_WEEK, DD_WEEK);
    }
}

/* ---- a node: the implicit cell at zero ---- */

/* What the node's own gain weighs in a stretch that begins at zero. */
static double
weight_at_node(const dd_curve *self, const dd_stretch *item, size_t first_band,
               size_t stride, int l)
{
    const dd_band_step *step = stride == 1 ? self->day : self->week;
    return item->near[l] * (item->whole ? step[first_band + item->band].early[l] : 1.0);
}

/* Share of a stage's deals that take an exit at the node itself, or within its cell. */
static double
share_at_node(const dd_curve *self, const dd_stage *view, size_t s, size_t exit,
              size_t stride, int l)
{
    const dd_dwell_cells *cells = &self->cells[s];
    double share = view->bands ? 0.0 : dd_curve_rate_at(self, view, s, exit, 0)[l];
    for (size_t i = 0; i < cells->n && cells->item[i].first == 0; i++)
        share += weight_at_node(self, &cells->item[i], self->first_band[s], stride, l)
                 * dd_curve_rate_at(self, view, s, exit, cells->item[i].band)[l];
    return share;
}

/*
 * The node itself stands on both sides: W(n) = rhs + known + M W(n), M and the ends that
 * are known from the shares above. Invert I - M, lane by lane.
 */
static void
invert(dd_curve *self, const dd_rates *rates, int32_t end, size_t stride, int l)
{
    size_t n = self->n_stages;
    double *m = self->matrix, a[DD_MAX_STAGES * DD_MAX_STAGES], column[DD_MAX_STAGES];
    memset(m, 0, n * n * sizeof *m);
    for (size_t s = 0; s < n; s++) {
        const dd_stage *view = &rates->stage[s];
        m[s * n + s] = 1.0;
        self->known[s * DD_LANES + (size_t) l] = 0.0;
        for (size_t j = 0; self->same_as[s] == s && j < view->exits; j++) {
            double share = share_at_node(self, view, s, j, stride, l);
            if (view->to[j] >= 0)
                m[s * n + (size_t) view->to[j]] -= share;
            else if (view->to[j] == end)
                self->known[s * DD_LANES + (size_t) l] += share;
        }
    }
    for (size_t c = 0; c < n; c++) {
        memcpy(a, m, n * n * sizeof *m);
        for (size_t s = 0; s < n; s++)
            column[s] = s == c;
        dd_solve(a, column, n);
        for (size_t s = 0; s < n; s++)
            self->inverse[(s * n + c) * DD_LANES + (size_t) l] = column[s];
    }
}

/* From given survival to each stretch to from age 0. */
static void
weigh(dd_dwell_cells *cells)
{
    double stay[DD_LANES];
    for (int l = 0; l < DD_LANES; l++)
        stay[l] = 1.0;
    for (size_t i = 0; i < cells->n; i++)
        for (int l = 0; l < DD_LANES; l++) {
            cells->item[i].near[l] *= stay[l];
            cells->item[i].far[l] *= stay[l];
            stay[l] *= cells->item[i].pass[l];
        }
}

/* For so many cells of `stride` days; none: only what resolves at once. */
static void
prepare(dd_curve *self, const dd_rates *rates, int32_t end, size_t stride, size_t cells)
{
    for (size_t s = 0; s < self->n_stages; s++) {
        const dd_stage *view = &rates->stage[s];
        self->cells[s].n = 0;
        if (self->same_as[s] != s)
            continue;
        dd_dwell_cells_make(&self->cells[s], view->start, view->bands,
                            self->hazard + self->first_band[s] * DD_LANES, 0.0,
                            (double) stride, cells);
        weigh(&self->cells[s]);
    }
    for (int l = 0; l < DD_LANES; l++)
        invert(self, rates, end, stride, l);
}

/* ---- node after node ---- */

/* Days between weekly nodes; from one day to the next it is `row` values. */
static void
fill_week(double *node, size_t row)
{
    for (size_t d = 1; d < DD_WEEK; d++)
        for (int l = 0; l < DD_LANES; l++)
            node[d * row + (size_t) l]
                = node[l]
                  + (double) d * (node[DD_WEEK * row + (size_t) l] - node[l]) / DD_WEEK;
}

static void
fill_weeks(dd_curve *self, size_t day)
{
    for (size_t s = 0; s < self->n_stages; s++)
        fill_week(dd_curve_value_at(self, s, day), DD_LANES);
    for (size_t b = 0; b < self->bands; b++) {
        fill_week(dd_curve_gain_at(self, b, day), self->bands * DD_LANES);
        for (size_t d = day + 1; d <= day + DD_WEEK; d++)
            self->lanes->flow(self, b, d, 1);
    }
}

static void
solve_weeks(dd_curve *self, const dd_rates *rates, int32_t end)
{
    size_t weeks = (self->days + DD_WEEK - 1) / DD_WEEK;

    prepare(self, rates, end, DD_WEEK, weeks);
    for (size_t n = 1; n <= weeks; n++) {
        if (n > DAILY_END / DD_WEEK) {
            self->lanes->node(self, rates, end, n, DD_WEEK);
            fill_weeks(self, (n - 1) * DD_WEEK);
            continue;
        }
        for (size_t b = 0; b < self->bands; b++)
            self->lanes->flow(self, b, n, DD_WEEK);
    }
}

static void
solve(dd_curve *self, const dd_rates *const rates[DD_LANES], int32_t end)
{
    size_t daily = self->days <= DAILY_END + 1 ? self->days : DAILY_END;

    set_rates(self, rates);
    prepare(self, rates[0], end, 1, 0);
    self->lanes->node(self, rates[0], end, 0, 1);
    prepare(self, rates[0], end, 1, daily);
    for (size_t n = 1; n <= daily; n++)
        self->lanes->node(self, rates[0], end, n, 1);
    if (daily < self->days)
        solve_weeks(self, rates[0], end);
    for (size_t s = 0; s < self->n_stages; s++)
        if (self->same_as[s] == s)
            dd_dwell_cells_make(&self->aged[s], rates[0]->stage[s].start,
                                rates[0]->stage[s].bands,
                                self->hazard + self->first_band[s] * DD_LANES,
                                DD_HALF_A_DAY, 1.0, CELLS_MOST);
}

void
dd_curve_solve(dd_curve *self, const dd_rates *const rates[DD_LANES], int32_t end)
{
    self->source = NULL;
    solve(self, rates, end);
}

void
dd_curve_solve_worth(dd_curve *self, const dd_rates *const rates[DD_LANES],
                     const double *source)
{
    self->source = source;
    solve(self, rates, DD_STILL); /* where no exit leads: ends are worth nothing */
    self->source = NULL;
}
