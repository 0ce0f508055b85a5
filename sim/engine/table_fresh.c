#include "engine/table_fresh.h"

#include "base/elementary.h"
#include "engine/cells/new_winners.h"
#include "model/clock/clock.h"
#include "model/effort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static dd_status
spread_arrivals(dd_fresh_maker *self, const dd_rows *rows, dd_error *err)
{
    const dd_law_days *laws = self->laws;
    const dd_clock *clock = laws->model[0]->clock;
    size_t calendar = laws->calendar[laws->n];
    double *work = malloc((2 * calendar + 1) * sizeof *work), *coming = NULL;

    if (!work)
        return dd_error_no_memory(err);
    work[0] = 0.0;
    coming = work + calendar + 1;
    for (size_t d = 0; d < calendar; d++) {
        dd_day day = rows->as_of + (dd_day) d;
        work[d + 1] = work[d] + dd_clock_days(clock, day, day + 1);
        coming[d] = dd_season_at(&clock->coming, day + 1);
    }
    for (size_t k = 0; k < laws->n; k++)
        dd_new_winners_left(self->left + k * self->periods * (self->days + 1),
                            self->days, work, coming, rows->end_days, rows->periods,
                            laws->calendar[k], laws->calendar[k + 1]);
    free(work);
    return DD_OK;
}

dd_status
dd_fresh_maker_init(dd_fresh_maker *self, const dd_rows *rows, dd_error *err)
{
    size_t periods = self->periods, days = self->days;

    self->left = malloc(self->laws->n * periods * (days + 1) * sizeof *self->left);
    self->win = malloc((days + 1) * sizeof *self->win);
    self->mixed = malloc(periods * (days + 1) * sizeof *self->mixed);
    self->before = malloc((days + 1) * sizeof *self->before);
    self->busy = malloc((days + 1) * sizeof *self->busy);
    if (self->left && self->win && self->mixed && self->before && self->busy)
        return spread_arrivals(self, rows, err);
    return dd_error_no_memory(err);
}

void
dd_fresh_maker_free(dd_fresh_maker *self)
{
    free(self->left);
    free(self->win);
    free(self->mixed);
    free(self->before);
    free(self->busy);
    memset(self, 0, sizeof *self);
}

/* One pipeline's, in one lane. */
typedef struct {
    dd_fresh_maker *maker;
    const dd_pipeline_curves *work;
    size_t pipeline, lane;
    dd_tables *tables;
} filling;

/* Chances of the deals that enter a stage under law k, by the days that they have left to
 * the end of a period. */
static void
read_chances(const filling *self, size_t stage, size_t k, size_t period)
{
    const dd_fresh_maker *maker = self->maker;
    const dd_laws *laws = self->work->laws;
    const dd_pipeline_curves *law = laws ? laws->law[k] : self->work;
    double times = dd_rates_fresh(&law->rates[self->lane], stage), value[DD_LANES];
    int changes = laws && k + 1 < maker->laws->n;
    size_t next = changes ? maker->laws->begins[k + 1] : SIZE_MAX;
    size_t end = maker->end_day[period];

    for (size_t day = 0; day <= maker->days; day++) {
        double *win = &maker->win[day];
        dd_curve_at(&law->curve, stage, (double) day, value);
        *win = fmin(times * value[self->lane], 1.0);
        if (end > next && day >= end - next)
            *win = fmin(fmax(*win
                                 + dd_laws_fresh(laws, k, stage, day - (end - next),
                                                 period, self->lane),
                             0.0),
                        1.0);
    }
}

static void
mix(const dd_fresh_maker *self, double share, size_t period)
{
    double *mixed = self->mixed + period * (self->days + 1);
    for (size_t day = 0; day <= self->days; day++)
        mixed[day] += share * self->win[day];
}

/* The market multiplies what a period adds to the hazard of each who came on one day;
 * those with `gap` days less left had what they have at the end of the one before. */
static void
weigh_market(dd_fresh_maker *self, size_t period)
{
    const double *market = self->laws->market;
    size_t gap = period > 0 ? self->end_day[period] - self->end_day[period - 1]
                            : self->days + 1;

    for (size_t day = self->days + 1; day-- > 0;) {
        double now = dd_minus_log1m(fmin(self->win[day], 1.0 - 1e-12));
        double before = day >= gap ? self->before[day - gap] : 0.0;
        double busy = day >= gap ? self->busy[day - gap] : 0.0;
        self->before[day] = now;
        self->busy[day] = busy + market[period] * fmax(now - before, 0.0);
        self->win[day] = -expm1(-self->busy[day]);
    }
}

/* Deals a calendar day that enter a stage by themselves under law k. */
static double
arrivals_under(const filling *self, size_t k, size_t stage)
{
    const dd_law_days *laws = self->maker->laws;
    const dd_rates *rates = &self->work->rates[self->lane];
    double per_day = rates->per_day * rates->process->arrivals.share[stage]
                     * dd_effort_arrivals(laws->model[k]->effort);
    return laws->market ? per_day * laws->model[k]->market : per_day;
}

static const double *
times_of(const filling *self, size_t stage)
{
    const dd_dated *dated = self->maker->dated;
    return dated->fresh ? dd_dated_fresh(dated, self->pipeline, stage) : NULL;
}

/* One stage's, period by period: each has curves of its own. */
static void
fill_periods(const filling *self, size_t k, size_t stage, double per_day)
{
    dd_fresh_maker *maker = self->maker;
    const double *left = maker->left + k * maker->periods * (maker->days + 1);

    for (size_t p = 0; p < maker->periods; p++) {
        read_chances(self, stage, k, p);
        mix(maker, self->work->rates[0].process->arrivals.share[stage], p);
        if (per_day <= 0.0)
            continue;
        if (maker->laws->market)
            weigh_market(maker, p);
        dd_new_winners_add_period(&self->tables->fresh[self->pipeline], maker->win,
                                  maker->days, per_day, left, p, times_of(self, stage));
    }
}

/* Winners among the deals that come under law k, and the curves of such deals. */
static void
fill_under(const filling *self, size_t k)
{
    dd_fresh_maker *maker = self->maker;
    const dd_process *process = self->work->rates[0].process;

    memset(maker->mixed, 0, maker->periods * (maker->days + 1) * sizeof(double));
    for (size_t s = 0; s < process->n_stages; s++) {
        double per_day = arrivals_under(self, k, s);
        if (per_day <= 0.0 && !self->tables->visits.days)
            continue;
        if (maker->laws->n > 1) {
            fill_periods(self, k, s, per_day);
            continue;
        }
        read_chances(self, s, k, 0);
        mix(maker, process->arrivals.share[s], 0);
        if (per_day > 0.0)
            dd_new_winners_add(&self->tables->fresh[self->pipeline], maker->win,
                               maker->days, per_day, maker->left, maker->periods,
                               times_of(self, s));
    }
}

void
dd_fresh_fill(dd_fresh_maker *self, const dd_pipeline_curves *work, size_t pipeline,
              size_t lane, double share, dd_tables *tables)
{
    const dd_law_days *laws = self->laws;
    const filling one = { self, work, pipeline, lane, tables };
    const dd_fresh_curves curves
        = { self->mixed, self->days, laws->n > 1 ? self->days + 1 : 0 };
    dd_new_winners *fresh = &tables->fresh[pipeline];

    memset(fresh->coefficient, 0, self->periods * DD_LEVEL_NODES * sizeof(double));
    dd_new_winners_range(fresh, tables->level_wins);
    for (size_t k = 0; k < laws->n; k++) {
        fill_under(&one, k);
        if (tables->visits.days)
            dd_visits_set(&tables->visits, pipeline, laws->calendar[k],
                          laws->calendar[k + 1], &curves, share, self->end_work,
                          dd_dated_visit(self->dated, pipeline));
    }
}
