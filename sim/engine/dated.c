#include "engine/dated.h"

#include "base/elementary.h"
#include "engine/cells/new_winners.h"
#include "model/clock/clock.h"
#include "model/curve/dated_curve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_CHANCE 1e-12 /* what is rarer is left as it is */

/** One pipeline's workspace. */
typedef struct {
    dd_dated *to;
    const dd_dated_ground *ground;
    size_t pipeline, days; /* of the calendar */
    double *speed;         /* days of moves, days of losses */
    dd_pipeline_curves *plain;
    const dd_rates *lane[DD_LANES]; /* the mean rates, again and again */
    dd_dated_curve curve;
    double *mixed; /* visits: plain curve of a deal to come, whatever its stage */
} look;

static double
hazard_of(double win)
{
    return win < 1.0 ? dd_minus_log1m(win) : -log(LEAST_CHANCE);
}

static double
times(double dated, double plain)
{
    return plain > LEAST_CHANCE && dated > LEAST_CHANCE
               ? hazard_of(dated) / hazard_of(plain)
               : 1.0;
}

static double *
fresh_at(const dd_dated *self, size_t pipeline, size_t stage)
{
    return self->fresh + (pipeline * self->stages + stage) * self->periods;
}

static double *
visit_at(const dd_dated *self, size_t pipeline)
{
    return self->visit + pipeline * self->days * self->periods;
}

const double *
dd_dated_fresh(const dd_dated *self, size_t pipeline, size_t stage)
{
    return fresh_at(self, pipeline, stage);
}

const double *
dd_dated_visit(const dd_dated *self, size_t pipeline)
{
    return self->days ? visit_at(self, pipeline) : NULL;
}

/* ---- deals that are open ---- */

static void
add_residual(const look *self, size_t stage, double age, double dated[DD_LANES],
             double *plain)
{
    const dd_rows *rows = self->ground->rows;
    double part[DD_LANES], parts[DD_MOST_PERIODS * DD_LANES];
    age = dd_rates_age(self->lane[0], stage, age);
    dd_dated_curve_residual(&self->curve, stage, age, part);
    dd_curve_residual(&self->plain->curve, self->lane, stage, age, self->ground->end_day,
                      rows->periods, parts);
    for (int l = 0; l < DD_LANES; l++)
        dated[l] += part[l];
    for (size_t p = 0; p < rows->periods; p++)
        plain[p] += parts[p * DD_LANES];
}

/* Periods [first, first + n), whose ends the lanes have. */
static void
set_row(const look *self, size_t r, size_t first, size_t n)
{
    const dd_rows *rows = self->ground->rows;
    size_t stage = (size_t) rows->stage[r];
    double dated[DD_LANES] = { 0.0 }, plain[DD_MOST_PERIODS] = { 0.0 }, ages = 1.0;

    if (isnan(rows->age_days[r]))
        ages = DD_STATIONARY_AGES;
    for (int k = 0; k < (int) ages; k++)
        add_residual(
            self, stage,
            ages > 1.0
                ? self->plain->unknown_age[stage * DD_STATIONARY_AGES + (size_t) k]
                : rows->age_days[r],
            dated, plain);
    for (size_t i = 0; i < n; i++)
        self->to->row[r * rows->periods + first + i]
            = times(dated[i] / ages, plain[first + i] / ages);
}

static void
set_rows(const look *self, size_t first, size_t n)
{
    const dd_rows *rows = self->ground->rows;
    for (size_t r = 0; r < rows->n; r++)
        if (rows->pipeline[r] == (int32_t) self->pipeline) {
            if (r > 0 && dd_rows_alike(rows, r - 1, r))
                memcpy(self->to->row + r * rows->periods + first,
                       self->to->row + (r - 1) * rows->periods + first,
                       n * sizeof *self->to->row);
            else
                set_row(self, r, first, n);
        }
}

/* ---- deals to come ---- */

/* Those of one day come at any time of it. */
static void
arrived(const look *self, size_t stage, size_t day, double win[DD_LANES])
{
    double later[DD_LANES];
    dd_dated_curve_at(&self->curve, stage, day, win);
    dd_dated_curve_at(&self->curve, stage, day + 1, later);
    for (int l = 0; l < DD_LANES; l++)
        win[l] = 0.5 * (win[l] + later[l]);
}

static double
plain_winners(const look *self, size_t stage, size_t period)
{
    size_t days = self->ground->working + 1;
    double win[DD_LANES], sum = 0.0;
    for (size_t d = 0; d < days; d++) {
        double left = 0.0;
        for (size_t k = 0; k < self->ground->laws; k++)
            left += self->ground
                        ->left[(k * self->ground->rows->periods + period) * days + d];
        dd_curve_at(&self->plain->curve, stage, (double) d, win);
        sum += left * win[0];
    }
    return sum;
}

static void
set_fresh(const look *self, size_t stage, size_t first, size_t n)
{
    double *factor = fresh_at(self->to, self->pipeline, stage) + first;
    double sum[DD_LANES] = { 0.0 }, win[DD_LANES];
    for (size_t day = 0; day < self->curve.last; day++) {
        double coming = dd_season_at(&self->ground->model->clock->coming,
                                     self->ground->rows->as_of + (dd_day) day + 1);
        arrived(self, stage, day, win);
        for (int l = 0; l < DD_LANES; l++)
            sum[l] += coming * win[l];
    }
    for (size_t i = 0; i < n; i++) {
        double plain = plain_winners(self, stage, first + i);
        factor[i] = plain > LEAST_CHANCE ? sum[i] / plain : 1.0;
    }
}

/* The mean deal to come, found on a day: whatever stage it enters. */
static void
set_visits(const look *self, size_t first, size_t n)
{
    const dd_rows *rows = self->ground->rows;
    const double *share = self->ground->model->process[self->pipeline].arrivals.share;
    double work = 0.0;
    for (size_t day = 0; day < self->days; day++) {
        double dated[DD_LANES] = { 0.0 }, win[DD_LANES],
               mid = work + 0.5 * self->speed[day];
        for (size_t s = 0; s < self->curve.n_stages && day < self->curve.last; s++) {
            arrived(self, s, day, win);
            for (int l = 0; l < DD_LANES; l++)
                dated[l] += share[s] * win[l];
        }
        work += self->speed[day];
        for (size_t i = 0; i < n; i++) {
            double left = (double) self->ground->end_day[first + i] - mid, plain = 0.0;
            for (size_t s = 0; s < self->curve.n_stages && left > 0.0; s++) {
                dd_curve_at(&self->plain->curve, s, left, win);
                plain += share[s] * win[0];
            }
            visit_at(self->to, self->pipeline)[day * rows->periods + first + i]
                = times(dated[i], plain);
        }
    }
}

/* ---- pipelines ---- */

static void
set_periods(look *self, size_t first)
{
    const dd_rows *rows = self->ground->rows;
    size_t n = rows->periods - first < DD_LANES ? rows->periods - first : DD_LANES;
    size_t end[DD_LANES];
    for (size_t l = 0; l < DD_LANES; l++)
        end[l] = (size_t) rows->end_days[first + (l < n ? l : n - 1)];
    dd_dated_curve_solve(&self->curve, self->lane, self->speed, self->speed + self->days,
                         end);
    set_rows(self, first, n);
    for (size_t s = 0; s < self->curve.n_stages; s++)
        set_fresh(self, s, first, n);
    if (self->to->days)
        set_visits(self, first, n);
}

static dd_status
set_pipeline(look *self, size_t pipeline, dd_error *err)
{
    const dd_process *process = &self->ground->model->process[pipeline];
    dd_status status = dd_dated_curve_init(&self->curve, process, self->days, err);
    if (status)
        return status;
    self->pipeline = pipeline;
    self->plain = &self->ground->work[pipeline];
    dd_rates_mean(&self->plain->rates[0]);
    for (int l = 0; l < DD_LANES; l++)
        self->lane[l] = &self->plain->rates[0];
    dd_curve_solve(&self->plain->curve, self->lane, DD_WON);
    for (size_t first = 0; first < self->ground->rows->periods; first += DD_LANES)
        set_periods(self, first);
    dd_dated_curve_free(&self->curve);
    return DD_OK;
}

static int
make_room(dd_dated *self, const dd_dated_ground *ground, size_t days)
{
    size_t pipelines = ground->model->n_pipelines;
    self->periods = ground->rows->periods;
    for (size_t p = 0; p < pipelines; p++)
        if (self->stages < ground->model->process[p].n_stages)
            self->stages = ground->model->process[p].n_stages;
    self->days = days;
    self->row = malloc((ground->rows->n * self->periods + 1) * sizeof *self->row);
    self->fresh
        = malloc((pipelines * self->stages * self->periods + 1) * sizeof *self->fresh);
    self->visit = malloc((pipelines * days * self->periods + 1) * sizeof *self->visit);
    return self->row && self->fresh && self->visit;
}

dd_status
dd_dated_init(dd_dated *self, const dd_dated_ground *ground, int visits, dd_error *err)
{
    const dd_rows *rows = ground->rows;
    look work = { .to = self, .ground = ground };
    dd_status status = DD_OK;

    memset(self, 0, sizeof *self);
    work.days = (size_t) rows->end_days[rows->periods - 1];
    work.speed = malloc((2 * work.days + 1) * sizeof *work.speed);
    if (!work.speed || !make_room(self, ground, visits ? work.days : 0))
        status = dd_error_no_memory(err);
    for (int k = 0; !status && k < DD_CLOCK_CLASSES; k++)
        dd_clock_speeds(ground->model->clock, (dd_clock_class) k, rows->as_of, work.days,
                        work.speed + (size_t) k * work.days);
    for (size_t p = 0; !status && p < ground->model->n_pipelines; p++)
        status = set_pipeline(&work, p, err);
    free(work.speed);
    if (status)
        dd_dated_free(self);
    return status;
}

void
dd_dated_free(dd_dated *self)
{
    free(self->row);
    free(self->fresh);
    free(self->visit);
    memset(self, 0, sizeof *self);
}
