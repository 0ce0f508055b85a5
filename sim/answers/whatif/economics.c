#include "answers/whatif/economics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
dd_economics_free(dd_economics *self)
{
    free(self->points);
    *self = (dd_economics){ 0 };
}

typedef struct {
    const dd_question *question;
    const dd_books_of *of, *base;
    double margin, rep_month, hire_once; /* 0: not said */
    /* Per trial, from as-of to the point at hand: */
    int64_t *income, *days, *hires;
    int64_t *column;
    uint32_t *ahead_from; /* the first point from which on net stays at 0 or above */
    dd_error *err;
} work;

static double
said(double figure)
{
    return isnan(figure) ? 0.0 : figure;
}

static dd_status
begin(work *w)
{
    size_t trials = w->question->trials;
    w->income = calloc(trials + 1, sizeof *w->income);
    w->days = calloc(trials + 1, sizeof *w->days);
    w->hires = calloc(trials + 1, sizeof *w->hires);
    w->column = calloc(trials + 1, sizeof *w->column);
    w->ahead_from = calloc(trials + 1, sizeof *w->ahead_from);
    return w->income && w->days && w->hires && w->column && w->ahead_from
               ? DD_OK
               : dd_error_no_memory(w->err);
}

static void
end(work *w)
{
    free(w->income);
    free(w->days);
    free(w->hires);
    free(w->column);
    free(w->ahead_from);
}

/* One point further: sums of whole units, each rounded once. */
static void
add_point(work *w, size_t i)
{
    size_t n = w->question->trials;
    const dd_payroll *of = w->of->payroll, *base = w->base->payroll;
    for (size_t t = 0; t < n; t++) {
        size_t at = i * n + t;
        w->income[t] += w->of->income[at] - w->base->income[at];
        if (of && base) {
            w->days[t] += of->days[at] - base->days[at];
            w->hires[t] += of->hires[at] - base->hires[at];
        }
    }
}

static int64_t
earned_in(const work *w, size_t t)
{
    return llround(w->margin * (double) w->income[t]);
}

static int64_t
cost_in(const work *w, size_t t)
{
    return llround(w->rep_month * (double) w->days[t] / DD_MONTH_DAYS
                   + w->hire_once * (double) w->hires[t]);
}

static int64_t
net_in(const work *w, size_t t)
{
    return earned_in(w, t) - cost_in(w, t);
}

static int64_t
is_ahead_in(const work *w, size_t t)
{
    return net_in(w, t) >= 0;
}

static dd_status
over_trials(work *w, dd_difference *all, int64_t (*in)(const work *w, size_t t))
{
    size_t n = w->question->trials;
    for (size_t t = 0; t < n; t++)
        w->column[t] = in(w, t);
    return dd_difference_of(all, w->column, w->question, n, w->err);
}

static dd_status
sum_up(work *w, dd_net_point *point)
{
    dd_difference earned, cost, ahead;
    dd_status status = over_trials(w, &earned, earned_in);
    if (!status)
        status = over_trials(w, &cost, cost_in);
    if (!status)
        status = over_trials(w, &point->net, net_in);
    if (!status)
        status = over_trials(w, &ahead, is_ahead_in);
    if (status)
        return status;
    point->earned = earned.mean;
    point->earned_mcse = earned.mcse;
    point->cost = cost.mean;
    point->cost_mcse = cost.mcse;
    int has_begun = cost.mean != 0 || earned.mean != 0;
    point->p_ahead = has_begun ? ahead.p_better : (double) NAN;
    point->p_ahead_mcse = has_begun ? ahead.p_better_mcse : (double) NAN;
    return DD_OK;
}

/* The end by which so many trials have paid back, from the first one that costs on. */
static dd_day
paid_by(const work *w, const dd_economics *self, size_t first, double share)
{
    size_t n = w->question->trials;
    for (size_t i = first; i < self->n; i++) {
        size_t paid = 0;
        for (size_t t = 0; t < n; t++)
            paid += w->ahead_from[t] <= i;
        if ((double) paid >= share * (double) n)
            return self->points[i].end;
    }
    return DD_NO_DAY;
}

static dd_status
fill(dd_economics *self, work *w)
{
    dd_status status = DD_OK;
    size_t first = self->n;
    for (size_t i = 0; i < self->n && !status; i++) {
        dd_net_point *point = &self->points[i];
        *point = (dd_net_point){ .end = w->question->periods[i].end };
        add_point(w, i);
        status = sum_up(w, point);
        for (size_t t = 0; t < w->question->trials; t++)
            if (net_in(w, t) < 0)
                w->ahead_from[t] = (uint32_t) i + 1;
        if (point->cost > 0.0 && first == self->n)
            first = i;
    }
    self->costs = first < self->n;
    self->pays_back_p50 = paid_by(w, self, first, 0.5);
    self->pays_back_p80 = paid_by(w, self, first, 0.8);
    return status;
}

dd_status
dd_economics_make(dd_economics *self, const dd_scenario *scenario,
                  const dd_question *question, const dd_books_of *of,
                  const dd_books_of *base, dd_error *err)
{
    work w = { .question = question,
               .of = of,
               .base = base,
               .margin = scenario->margin,
               .rep_month = said(scenario->rep_month),
               .hire_once = said(scenario->hire_once),
               .err = err };
    dd_status status = DD_OK;
    *self = (dd_economics){ .pays_back_p50 = DD_NO_DAY, .pays_back_p80 = DD_NO_DAY };
    if (isnan(scenario->margin))
        return DD_OK;
    self->n = question->n_periods;
    self->points = calloc(self->n, sizeof *self->points);
    if (self->points == NULL)
        status = dd_error_no_memory(err);
    if (!status)
        status = begin(&w);
    if (!status)
        status = fill(self, &w);
    end(&w);
    if (status)
        dd_economics_free(self);
    return status;
}
