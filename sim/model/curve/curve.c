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

/* Doubles that the cells which a stage's bands share are told in. */
static size_t
shares_of(const dd_process *process, size_t s)
{
    return 2 * bands_of(process, s) * process->stage[s].hazard.exits * DD_LANES;
}

static size_t
greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Room for each stage's cells of entrants and of deals half a day old; and of any other. */
static int
place_cells(dd_curve *self, const dd_process *process)
{
    size_t items = 0, shares = 0, most = 0, most_shares = 0;

    for (size_t s = 0; s < self->n_stages; s++) {
        items += 4 * bands_of(process, s);
        shares += 2 * shares_of(process, s);
        most = greater(most, 2 * bands_of(process, s));
        most_shares = greater(most_shares, shares_of(process, s));
    }
    self->stretch = calloc(items + most + 1, sizeof *self->stretch);
    self->by_exit = malloc((shares + most_shares + 1) * sizeof *self->by_exit);
    if (!self->stretch || !self->by_exit)
        return 0;
    dd_dwell_cells next = { 0, self->stretch, self->by_exit };
    for (size_t s = 0; s < 2 * self->n_stages; s++) {
        *(s % 2 ? &self->aged[s / 2] : &self->cells[s / 2]) = next;
        next.item += 2 * bands_of(process, s / 2);
        next.by_exit += shares_of(process, s / 2);
    }
    self->other = next;
    return 1;
}

/* Where the bands and the rates of each stage stand. */
static int
place_stages(dd_curve *self, const dd_process *process)
{
    size_t rates = 0;

    for (size_t s = 0; s < self->n_stages; s++) {
        size_t bands = bands_of(process, s);
        self->first_band[s] = self->bands;
        self->first_rate[s] = rates;
        self->same_as[s] = (size_t) process->stage[s].follows;
        self->bands += bands;
        rates += process->stage[s].hazard.exits * (bands ? bands : 1);
    }
    self->rate = calloc(rates * DD_LANES + 1, sizeof *self->rate);
    return self->rate != NULL;
}

static int
make_bands(dd_curve *self)
{
    size_t n = self->bands, row = n * DD_LANES, weeks = self->days / DD_WEEK + 3;

    self->flow = malloc((row * (self->days + DD_SPARE_DAYS) + 1) * sizeof *self->flow);
    self->flow_by_week = malloc((row * weeks + 1) * sizeof *self->flow_by_week);
    self->hazard = calloc(row + 1, sizeof *self->hazard);
    self->day = calloc(n + 1, sizeof *self->day);
    self->week = calloc(n + 1, sizeof *self->week);
    return self->flow && self->flow_by_week && self->hazard && self->day && self->week;
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
        && place_stages(self, process) && place_cells(self, process) && make_bands(self))
        return DD_OK;
    dd_curve_free(self);
    return dd_error_no_memory(err);
}

static void
free_flows(dd_curve *self)
{
    if (self->borrows)
        return;
    free(self->flow);
    free(self->flow_by_week);
}

void
dd_curve_share(dd_curve *self, dd_curve *with)
{
    free_flows(self);
    self->flow = with->flow;
    self->flow_by_week = with->flow_by_week;
    self->borrows = 1;
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
    free_flows(self);
    free(self->rate);
    free(self->hazard);
    free(self->day);
    free(self->week);
    free(self->stretch);
    free(self->by_exit);
    free(self->known);
    free(self->matrix);
    free(self->inverse);
    memset(self, 0, sizeof *self);
}

/* ---- rates ---- */

/* The last node of a day's width; those of a week's follow. */
static size_t
last_day(const dd_curve *self)
{
    return self->days <= DAILY_END + 1 ? self->days : DAILY_END;
}

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
        if (self->days > last_day(self))
            dd_band_step_make(&self->week[b], hazard, 0.0, DD_WEEK, DD_WEEK);
    }
}

/* ---- a node: the implicit cell at zero ---- */

/* Share of a stage's deals that take an exit at the node itself, or within its cell. */
static double
share_at_node(const dd_curve *self, const dd_stage *view, size_t s, size_t exit,
              size_t stride, size_t l)
{
    const dd_stretch *item = self->cells[s].item;
    const dd_band_step *step = stride == 1 ? self->day : self->week;
    if (view->bands == 0)
        return dd_curve_rate_at(self, view, s, exit, 0)[l];
    if (self->cells[s].n == 0)
        return 0.0;
    if (!item->whole)
        return item->by_exit[2 * exit * DD_LANES + l];
    return item->near[l] * step[self->first_band[s] + item->band].early[l]
           * dd_curve_rate_at(self, view, s, exit, item->band)[l];
}

/*
 * The node itself stands on both sides: W(n) = rhs + known + M W(n), M and the ends that
 * are known from the shares above. Invert I - M, lane by lane.
 */
static void
invert(dd_curve *self, const dd_rates *rates, size_t stride, size_t l)
{
    size_t n = self->n_stages;
    double *m = self->matrix, a[DD_MAX_STAGES * DD_MAX_STAGES], column[DD_MAX_STAGES];
    memset(m, 0, n * n * sizeof *m);
    for (size_t s = 0; s < n; s++) {
        const dd_stage *view = &rates->stage[s];
        m[s * n + s] = 1.0;
        self->known[s * DD_LANES + l] = 0.0;
        for (size_t j = 0; self->same_as[s] == s && j < view->exits; j++) {
            double share = share_at_node(self, view, s, j, stride, l);
            if (view->to[j] >= 0)
                m[s * n + (size_t) view->to[j]] -= share;
            else if (view->to[j] == self->end)
                self->known[s * DD_LANES + l] += share;
        }
    }
    for (size_t c = 0; c < n; c++) {
        memcpy(a, m, n * n * sizeof *m);
        for (size_t s = 0; s < n; s++)
            column[s] = s == c;
        dd_solve(a, column, n);
        for (size_t s = 0; s < n; s++)
            self->inverse[(s * n + c) * DD_LANES + l] = column[s];
    }
}

/* From given survival to each stretch to from age 0. */
static void
weigh(dd_dwell_cells *cells, size_t exits)
{
    double stay[DD_LANES];
    for (int l = 0; l < DD_LANES; l++)
        stay[l] = 1.0;
    for (size_t i = 0; i < cells->n; i++) {
        dd_stretch *item = &cells->item[i];
        for (size_t j = 0; !item->whole && j < 2 * exits * DD_LANES; j++)
            item->by_exit[j] *= stay[j % DD_LANES];
        for (int l = 0; l < DD_LANES; l++) {
            item->near[l] *= stay[l];
            item->far[l] *= stay[l];
            stay[l] *= item->pass[l];
        }
    }
}

/* For so many cells of `stride` days; none: only what resolves at once. */
static void
prepare(dd_curve *self, const dd_rates *rates, size_t stride, size_t cells)
{
    for (size_t s = 0; s < self->n_stages; s++) {
        const dd_stage *view = &rates->stage[s];
        const dd_banded_law law = dd_curve_law(self, view, s);
        self->cells[s].n = 0;
        if (self->same_as[s] != s)
            continue;
        dd_dwell_cells_make(&self->cells[s], &law, 0.0, (double) stride, cells);
        weigh(&self->cells[s], view->exits);
    }
    for (size_t l = 0; l < DD_LANES; l++)
        invert(self, rates, stride, l);
}

/* ---- node after node ---- */

/* Days between weekly nodes; from one day to the next it is `row` values. */
static void
fill_week(double *node)
{
    for (int d = 1; d < DD_WEEK; d++)
        for (int l = 0; l < DD_LANES; l++)
            node[d * DD_LANES + l]
                = node[l] + d * (node[DD_WEEK * DD_LANES + l] - node[l]) / DD_WEEK;
}

static void
fill_weeks(dd_curve *self, const dd_rates *rates, size_t day)
{
    for (size_t s = 0; s < self->n_stages; s++)
        fill_week(dd_curve_value_at(self, s, day));
    for (size_t d = day + 1; d <= day + DD_WEEK; d++)
        self->lanes->flows(self, rates, d, 1);
}

static void
solve_weeks(dd_curve *self, const dd_rates *rates)
{
    size_t weeks = (self->days + DD_WEEK - 1) / DD_WEEK;

    memset(self->flow_by_week, 0, self->bands * DD_LANES * sizeof *self->flow_by_week);
    prepare(self, rates, DD_WEEK, weeks);
    for (size_t n = 1; n <= weeks; n++) {
        if (n <= DAILY_END / DD_WEEK) {
            self->lanes->flows(self, rates, n, DD_WEEK);
            continue;
        }
        self->lanes->node(self, rates, n, DD_WEEK);
        fill_weeks(self, rates, (n - 1) * DD_WEEK);
    }
}

static void
solve(dd_curve *self, const dd_rates *const rates[DD_LANES], int32_t end)
{
    size_t daily = last_day(self);

    self->end = end;
    set_rates(self, rates);
    memset(self->flow, 0, self->bands * DD_LANES * sizeof *self->flow); /* F_b(0) = 0 */
    prepare(self, rates[0], 1, 0);
    self->lanes->node(self, rates[0], 0, 1);
    prepare(self, rates[0], 1, daily);
    for (size_t n = 1; n <= daily; n++)
        self->lanes->node(self, rates[0], n, 1);
    if (daily < self->days)
        solve_weeks(self, rates[0]);
    for (size_t s = 0; s < self->n_stages; s++) {
        const dd_banded_law law = dd_curve_law(self, &rates[0]->stage[s], s);
        if (self->same_as[s] == s)
            dd_dwell_cells_make(&self->aged[s], &law, DD_HALF_A_DAY, 1.0, CELLS_MOST);
    }
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
