#include "model/curve.h"

#include "base/clones.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEEK 7
#define DAILY_END 399 /* the last multiple of seven on the daily grid */
#define SPARE_DAYS 8  /* the last week is solved whole */

static DD_CLONED double *
value_at(const dd_curve *self, size_t stage, size_t day)
{
    return self->value + (stage * (self->days + SPARE_DAYS) + day) * DD_LANES;
}

static DD_CLONED double *
gain_at(const dd_curve *self, size_t band, size_t day)
{
    return self->gain + (band * (self->days + SPARE_DAYS) + day) * DD_LANES;
}

dd_status
dd_curve_init(dd_curve *self, const dd_process *process, size_t horizon_days,
              dd_error *err)
{
    size_t n = process->n_stages, days = horizon_days ? horizon_days : 1;
    size_t room = (days + SPARE_DAYS) * DD_LANES;

    memset(self, 0, sizeof *self);
    self->n_stages = n;
    self->days = days;
    self->first_band = calloc(n, sizeof *self->first_band);
    self->same_as = calloc(n, sizeof *self->same_as);
    self->cells = calloc(n, sizeof *self->cells);
    self->value = calloc(n * room, sizeof *self->value);
    self->matrix = calloc(n * n * DD_LANES, sizeof *self->matrix);
    self->inverse = calloc(n * n * DD_LANES, sizeof *self->inverse);
    int ok = self->first_band && self->same_as && self->cells && self->value
             && self->matrix && self->inverse;
    for (size_t s = 0; ok && s < n; s++) {
        size_t bands = process->stage[s].hazard.bands;
        self->first_band[s] = self->bands;
        self->same_as[s] = (size_t) process->stage[s].follows;
        self->bands += bands;
        self->cells[s].capacity = dd_dwell_cells_most(days + SPARE_DAYS, bands);
        self->cells[s].item = malloc(self->cells[s].capacity * sizeof(dd_cell_weight));
        ok = self->cells[s].item != NULL;
    }
    if (ok) {
        self->gain = calloc(self->bands * room + 1, sizeof *self->gain);
        self->step = calloc(self->bands + 1, sizeof *self->step);
        ok = self->gain && self->step;
    }
    if (ok)
        return DD_OK;
    dd_curve_free(self);
    return dd_error_no_memory(err);
}

void
dd_curve_free(dd_curve *self)
{
    for (size_t s = 0; self->cells && s < self->n_stages; s++)
        free(self->cells[s].item);
    free(self->first_band);
    free(self->same_as);
    free(self->cells);
    free(self->value);
    free(self->gain);
    free(self->step);
    free(self->matrix);
    free(self->inverse);
    memset(self, 0, sizeof *self);
}

static DD_CLONED double
rate_of(const dd_rates *const rates[DD_LANES], int lane, size_t stage, size_t exit,
        size_t band)
{
    const dd_stage *view = &rates[lane]->stage[stage];
    return view->rate[exit * view->bands + band];
}

static void
set_steps(dd_curve *self, const dd_rates *const rates[DD_LANES])
{
    for (size_t s = 0; s < self->n_stages; s++) {
        const dd_stage *view = &rates[0]->stage[s];
        for (size_t b = 0; self->same_as[s] == s && b < view->bands; b++) {
            dd_band_step *step = &self->step[self->first_band[s] + b];
            for (int l = 0; l < DD_LANES; l++) {
                step->total[l] = 0.0;
                for (size_t j = 0; j < view->exits; j++)
                    step->total[l] += rate_of(rates, l, s, j, b);
            }
            dd_band_step_make(step, 1.0);
        }
    }
}

/*
 * The node itself stands on both sides: W(n) = rhs + M W(n), M from the weights of lag 0
 * and from stages that resolve at once. Invert I - M, lane by lane.
 */
static void
invert(dd_curve *self, const dd_rates *const rates[DD_LANES], int l, int with_cells)
{
    size_t n = self->n_stages;
    double *m = self->matrix, column[DD_MAX_STAGES];
    for (size_t c = 0; c < n; c++) {
        memset(m, 0, n * n * sizeof *m);
        for (size_t s = 0; s < n; s++) {
            const dd_stage *view = &rates[l]->stage[s];
            const dd_dwell_cells *cells = &self->cells[s];
            m[s * n + s] = 1.0;
            column[s] = s == c;
            if (self->same_as[s] != s)
                continue;
            for (size_t j = 0; view->bands == 0 && j < view->exits; j++)
                if (view->to[j] >= 0)
                    m[s * n + (size_t) view->to[j]] -= view->rate[j];
            for (size_t i = 0; with_cells && i < cells->n && cells->item[i].lag == 0;
                 i++)
                for (size_t j = 0; j < view->exits; j++)
                    if (view->to[j] >= 0)
                        m[s * n + (size_t) view->to[j]]
                            -= cells->item[i].weight[l]
                               * rate_of(rates, l, s, j, cells->item[i].band);
        }
        dd_solve(m, column, n);
        for (size_t s = 0; s < n; s++)
            self->inverse[(s * n + c) * DD_LANES + (size_t) l] = column[s];
    }
}

/* What of the node's own value is known beforehand: ends reached within the cell. */
static DD_CLONED void
known_at_node(const dd_curve *self, const dd_rates *const rates[DD_LANES], size_t s,
              int32_t end, int with_cells, double *known)
{
    const dd_stage *view = &rates[0]->stage[s];
    const dd_dwell_cells *cells = &self->cells[s];
    for (int l = 0; l < DD_LANES; l++)
        for (size_t j = 0; j < view->exits; j++) {
            if (view->to[j] != end)
                continue;
            if (view->bands == 0)
                known[l] += rates[l]->stage[s].rate[j];
            for (size_t i = 0; with_cells && i < cells->n && cells->item[i].lag == 0;
                 i++)
                known[l] += cells->item[i].weight[l]
                            * rate_of(rates, l, s, j, cells->item[i].band);
        }
}

/* Sum over earlier nodes; `stride` days a cell. */
static DD_CLONED void
convolve(const dd_curve *self, size_t s, size_t n, size_t stride, double *sum)
{
    const dd_dwell_cells *cells = &self->cells[s];
    size_t row = (self->days + SPARE_DAYS) * DD_LANES;
    const double *gain = self->gain + self->first_band[s] * row;
    double total[DD_LANES] = { 0.0 }; /* to stay in registers */
    for (size_t i = 0; i < cells->n && cells->item[i].lag <= n; i++) {
        const dd_cell_weight *item = &cells->item[i];
        const double *g = gain + item->band * row + (n - item->lag) * stride * DD_LANES;
        const double *weight = item->lag == n ? item->before : item->weight;
        if (item->lag == 0)
            continue;
#pragma omp simd
        for (int l = 0; l < DD_LANES; l++)
            total[l] += weight[l] * g[l];
    }
    for (int l = 0; l < DD_LANES; l++)
        sum[l] += total[l];
}

static DD_CLONED void
set_gains(dd_curve *self, const dd_rates *const rates[DD_LANES], int32_t end, size_t day)
{
    for (size_t s = 0; s < self->n_stages; s++) {
        const dd_stage *view = &rates[0]->stage[s];
        for (size_t b = 0; self->same_as[s] == s && b < view->bands; b++) {
            double *g = gain_at(self, self->first_band[s] + b, day);
            memset(g, 0, DD_LANES * sizeof *g);
            for (size_t j = 0; j < view->exits; j++) {
                const double *w = view->to[j] >= 0
                                      ? value_at(self, (size_t) view->to[j], day)
                                      : NULL;
                if (!w && view->to[j] != end)
                    continue;
                for (int l = 0; l < DD_LANES; l++)
                    g[l] += rate_of(rates, l, s, j, b) * (w ? w[l] : 1.0);
            }
        }
    }
}

static DD_CLONED void
solve_node(dd_curve *self, const dd_rates *const rates[DD_LANES], int32_t end, size_t n,
           size_t stride, int with_cells)
{
    size_t stages = self->n_stages, day = n * stride;
    double rhs[DD_MAX_STAGES * DD_LANES] = { 0.0 };
    for (size_t s = 0; s < stages; s++) {
        if (self->same_as[s] != s)
            continue;
        known_at_node(self, rates, s, end, with_cells, rhs + s * DD_LANES);
        if (with_cells)
            convolve(self, s, n, stride, rhs + s * DD_LANES);
    }
    for (size_t s = 0; s < stages; s++) {
        double *value = value_at(self, s, day);
        memset(value, 0, DD_LANES * sizeof *value);
        for (size_t c = 0; c < stages; c++)
#pragma omp simd
            for (int l = 0; l < DD_LANES; l++)
                value[l] += self->inverse[(self->same_as[s] * stages + c) * DD_LANES
                                          + (size_t) l]
                            * rhs[c * DD_LANES + (size_t) l];
    }
    set_gains(self, rates, end, day);
}

static void
prepare(dd_curve *self, const dd_rates *const rates[DD_LANES], size_t stride,
        size_t cells, int with_cells)
{
    for (size_t s = 0; with_cells && s < self->n_stages; s++) {
        const dd_stage *view = &rates[0]->stage[s];
        if (self->same_as[s] == s)
            dd_dwell_cells_make(&self->cells[s], view->start, view->bands,
                                self->step + self->first_band[s], (double) stride,
                                cells);
    }
    for (int l = 0; l < DD_LANES; l++)
        invert(self, rates, l, with_cells);
}

/* Days between weekly nodes. */
static void
fill_week(double *node)
{
    for (int d = 1; d < WEEK; d++)
        for (int l = 0; l < DD_LANES; l++)
            node[d * DD_LANES + l]
                = node[l] + d * (node[WEEK * DD_LANES + l] - node[l]) / WEEK;
}

static void
fill_weeks(dd_curve *self, size_t day)
{
    for (size_t s = 0; s < self->n_stages; s++)
        fill_week(value_at(self, s, day));
    for (size_t b = 0; b < self->bands; b++)
        fill_week(gain_at(self, b, day));
}

DD_CLONES void
dd_curve_solve(dd_curve *self, const dd_rates *const rates[DD_LANES], int32_t end)
{
    size_t daily = self->days <= DAILY_END + 1 ? self->days : DAILY_END;

    set_steps(self, rates);
    prepare(self, rates, 1, 0, 0);
    solve_node(self, rates, end, 0, 1, 0);
    prepare(self, rates, 1, daily, 1);
    for (size_t n = 1; n <= daily; n++)
        solve_node(self, rates, end, n, 1, 1);
    if (daily == self->days)
        return;
    size_t weeks = (self->days + WEEK - 1) / WEEK;
    prepare(self, rates, WEEK, weeks, 1);
    for (size_t n = DAILY_END / WEEK + 1; n <= weeks; n++) {
        solve_node(self, rates, end, n, WEEK, 1);
        fill_weeks(self, (n - 1) * WEEK);
    }
}

void
dd_curve_at(const dd_curve *self, size_t stage, double t, double out[DD_LANES])
{
    double at = fmin(fmax(t, 0.0), (double) self->days);
    size_t day = (size_t) at;
    const double *value = value_at(self, stage, day);
    for (int l = 0; l < DD_LANES; l++)
        out[l] = value[l] + (at - (double) day) * (value[DD_LANES + l] - value[l]);
}

/* What a piece of the dwell law adds to every horizon that it lies before. */
static DD_CLONED void
add_piece(const dd_curve *self, size_t band, const dd_band_step *step, double offset,
          const double stay[DD_LANES], size_t cell, const size_t *day, size_t n_days,
          double *out)
{
    double early[DD_LANES], late[DD_LANES];
#pragma omp simd
    for (int l = 0; l < DD_LANES; l++) {
        late[l] = stay[l] * (offset * step->mass[l] + step->moment[l]);
        early[l] = stay[l] * step->mass[l] - late[l];
    }
    for (size_t i = n_days; i-- > 0 && day[i] > cell;) {
        const double *g = gain_at(self, band, day[i] - cell - 1);
        double *to = out + i * DD_LANES;
#pragma omp simd
        for (int l = 0; l < DD_LANES; l++)
            to[l] += early[l] * g[DD_LANES + l] + late[l] * g[l];
    }
}

static void
residual_at_once(const dd_curve *self, size_t stage, const size_t *day, size_t n_days,
                 double *out)
{
    for (size_t i = 0; i < n_days; i++)
        memcpy(out + i * DD_LANES, value_at(self, stage, day[i]),
               DD_LANES * sizeof *out);
}

DD_CLONES void
dd_curve_residual(const dd_curve *self, const dd_rates *const rates[DD_LANES],
                  size_t stage, double age_days, const size_t *day, size_t n_days,
                  double *out)
{
    size_t own = self->same_as[stage], first = self->first_band[own], b = 0;
    const dd_stage *view = &rates[0]->stage[own];
    dd_band_step shorter;
    double stay[DD_LANES];

    if (view->bands == 0) {
        residual_at_once(self, own, day, n_days, out);
        return;
    }
    memset(out, 0, n_days * DD_LANES * sizeof *out);
    for (int l = 0; l < DD_LANES; l++)
        stay[l] = 1.0;
    while (b < view->bands && view->start[b + 1] <= age_days)
        b++;
    for (size_t k = 0; k < day[n_days - 1] && b < view->bands; k++) {
        double from = age_days + (double) k, end = from + 1.0, at = from;
        while (b < view->bands && at < end) {
            double to = fmin(end, view->start[b + 1]);
            const dd_band_step *part = &self->step[first + b];
            if (to - at < 1.0 - 1e-9) {
                shorter = *part;
                dd_band_step_make(&shorter, to - at);
                part = &shorter;
            }
            add_piece(self, first + b, part, at - from, stay, k, day, n_days, out);
#pragma omp simd
            for (int l = 0; l < DD_LANES; l++)
                stay[l] *= part->pass[l];
            at = to;
            b += to >= view->start[b + 1];
        }
    }
}
