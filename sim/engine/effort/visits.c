#include "engine/effort/visits.h"

#include "base/rng.h"
#include "engine/cells/new_winners.h"
#include "model/clock/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN 0.61803398874989485

static void
fill_days(dd_effort_days *self, const dd_model *model, dd_day as_of)
{
    const dd_effort *effort = model->effort;
    for (size_t d = 0; d < self->days; d++) {
        dd_day day = as_of + 1 + (dd_day) d;
        int over = effort->until != DD_NO_DAY && day > effort->until;
        self->weeks[d] = over ? 0.0 : dd_team_weeks(&effort->team, day);
        self->begins[d]
            = d > 0 ? dd_clock_days(model->clock, as_of, as_of + (dd_day) d) : 0.0;
        if (d == 0 || dd_day_weekday(day) == 0)
            self->first[self->n_weeks++] = d;
    }
    self->begins[self->days]
        = dd_clock_days(model->clock, as_of, as_of + (dd_day) self->days);
    self->first[self->n_weeks] = self->days;
}

dd_status
dd_effort_days_init(dd_effort_days *self, const dd_model *model, dd_day as_of,
                    const double *end_days, size_t periods, dd_error *err)
{
    memset(self, 0, sizeof *self);
    self->days = (size_t) fmax(end_days[periods - 1], 1.0);
    self->periods = periods;
    self->weeks = malloc(self->days * sizeof *self->weeks);
    self->begins = malloc((self->days + 1) * sizeof *self->begins);
    self->first = malloc((self->days + 1) * sizeof *self->first);
    if (!self->weeks || !self->begins || !self->first) {
        dd_effort_days_free(self);
        return dd_error_no_memory(err);
    }
    fill_days(self, model, as_of);
    return DD_OK;
}

void
dd_effort_days_free(dd_effort_days *self)
{
    free(self->weeks);
    free(self->begins);
    free(self->first);
    memset(self, 0, sizeof *self);
}

dd_status
dd_visits_init(dd_visits *self, const dd_effort_days *days, size_t pipelines,
               dd_error *err)
{
    size_t cells = pipelines * days->days * days->periods;

    memset(self, 0, sizeof *self);
    self->days = days;
    self->pipelines = pipelines;
    self->share = calloc(pipelines + 1, sizeof *self->share);
    self->win = calloc(cells + 1, sizeof *self->win);
    self->hazard = calloc(cells + 1, sizeof *self->hazard);
    self->made = calloc(days->days + 1, sizeof *self->made);
    self->winners
        = calloc(pipelines * days->periods * DD_LEVEL_NODES + 1, sizeof(double));
    if (self->share && self->win && self->hazard && self->made && self->winners)
        return DD_OK;
    dd_visits_free(self);
    return dd_error_no_memory(err);
}

void
dd_visits_free(dd_visits *self)
{
    free(self->share);
    free(self->win);
    free(self->hazard);
    free(self->made);
    free(self->winners);
    memset(self, 0, sizeof *self);
}

static double *
cell(const dd_visits *self, double *values, size_t pipeline, size_t day)
{
    return values + (pipeline * self->days->days + day) * self->days->periods;
}

/* A curve between its nodes, t >= 0. */
static double
read_curve(const double *curve, size_t n, double t)
{
    if (t >= (double) n)
        return curve[n];
    size_t i = (size_t) t;
    return curve[i] + (t - (double) i) * (curve[i + 1] - curve[i]);
}

void
dd_visits_set(dd_visits *self, size_t pipeline, size_t first, size_t last,
              const dd_fresh_curves *fresh, double share, const double *end_work,
              const double *times)
{
    const dd_effort_days *days = self->days;
    size_t n = fresh->n;
    self->share[pipeline] = share;
    for (size_t d = first; d < last && d < days->days; d++)
        for (size_t p = 0; p < days->periods; p++) {
            /* Found at some time of the day; on the last one too it may be won. */
            const double *curve = fresh->curve + p * fresh->apart;
            double from = end_work[p] - days->begins[d];
            double to = fmax(end_work[p] - days->begins[d + 1], 0.0);
            double win
                = from <= 0.0
                      ? 0.0
                      : 0.5 * (read_curve(curve, n, from) + read_curve(curve, n, to));
            if (times)
                win = -expm1(times[d * days->periods + p] * log1p(-win));
            cell(self, self->win, pipeline, d)[p] = win;
        }
}

static double
hazard_of(double chance)
{
    return fmin(-log1p(-fmin(chance, 1.0)), DD_SURE_HAZARD);
}

double
dd_visits_hazard(const dd_visits *self, size_t pipeline, size_t day, size_t period,
                 double times)
{
    return hazard_of(times * cell(self, self->win, pipeline, day)[period]);
}

double
dd_visits_hazard_of_any(const dd_visits *self, size_t day, size_t period, double times)
{
    double chance = 0.0;
    for (size_t i = 0; i < self->pipelines; i++)
        chance += self->share[i] * cell(self, self->win, i, day)[period];
    return hazard_of(times * chance);
}

size_t
dd_visits_pipeline(const dd_visits *self, uint32_t word)
{
    double u = dd_uniform32(word);
    size_t i = 0;
    while (i + 1 < self->pipelines && (u -= self->share[i]) >= 0.0)
        i++;
    return i;
}

size_t
dd_visits_week(const dd_effort_days *days, size_t week, size_t day[7])
{
    size_t n = 0;
    for (size_t d = days->first[week]; d < days->first[week + 1]; d++)
        if (days->weeks[d] > 0.0)
            day[n++] = d;
    return n;
}

/* How many visits a week sees: a fraction is one more visit in that share of weeks, each
 * week by a threshold of its own, so that more effort is never fewer visits. */
static size_t
visits_in(const dd_effort_days *days, size_t week, double per_rep_week, dd_day as_of)
{
    double visits = 0.0, threshold;
    for (size_t d = days->first[week]; d < days->first[week + 1]; d++)
        visits += days->weeks[d];
    threshold
        = fmod(0.5 + GOLDEN * ((as_of + 1 + (double) days->first[week]) / 7.0), 1.0);
    visits *= per_rep_week;
    return (size_t) (floor(visits + 1e-9) + (visits - floor(visits + 1e-9) > threshold));
}

/* Each day makes its part of the week's visits as decided for that day: a change within a
 * week leaves the days before it alone. */
static void
share_out(dd_visits *self, const dd_visit_plan *plan, dd_day as_of)
{
    const dd_effort_days *days = self->days;
    for (size_t w = 0, k = 0; w < days->n_weeks; w++) {
        size_t now = visits_in(days, w, plan->per_rep_week[k], as_of);
        for (size_t d = days->first[w]; d < days->first[w + 1]; d++) {
            while (k + 1 < plan->n && plan->first[k + 1] <= d)
                now = visits_in(days, w, plan->per_rep_week[++k], as_of);
            self->made[d] = now;
        }
    }
}

/* Visits of a week on the i-th of its days that see any. */
static size_t
visits_on(size_t visits, size_t open_days, size_t i)
{
    return visits / open_days + (i < visits % open_days);
}

/* Winners by the periods' ends among the visits of a day. */
static void
expect_day(dd_visits *self, size_t day, double visits, double level, size_t node)
{
    size_t periods = self->days->periods;
    for (size_t i = 0; i < self->pipelines; i++) {
        const double *hazard = cell(self, self->hazard, i, day);
        double *sum = self->winners + i * periods * DD_LEVEL_NODES + node;
        for (size_t p = 0; p < periods; p++)
            sum[p * DD_LEVEL_NODES]
                -= self->share[i] * visits * expm1(-level * hazard[p]);
    }
}

static void
expect_at(dd_visits *self, double level, size_t node)
{
    const dd_effort_days *days = self->days;
    size_t day[7];
    for (size_t w = 0; w < days->n_weeks; w++) {
        size_t n = dd_visits_week(days, w, day);
        for (size_t i = 0; i < n; i++)
            expect_day(self, day[i], (double) visits_on(self->made[day[i]], n, i), level,
                       node);
    }
}

static void
fit_expected(dd_visits *self, double low, double high)
{
    size_t cells = self->pipelines * self->days->periods;
    size_t n = dd_chebyshev_nodes(low, high);
    double coefficient[DD_LEVEL_NODES];
    memset(self->winners, 0, cells * DD_LEVEL_NODES * sizeof *self->winners);
    for (size_t k = 0; k < n; k++)
        expect_at(self, exp(dd_chebyshev_node(k, low, high)), k);
    for (size_t i = 0; n > 1 && i < cells; i++) {
        dd_chebyshev_fit(n, self->winners + i * DD_LEVEL_NODES, coefficient);
        memcpy(self->winners + i * DD_LEVEL_NODES, coefficient, sizeof coefficient);
    }
}

/* Hazards of a day's visit by the periods' ends; those of a busier market count more. */
static void
set_hazards(dd_visits *self, const double *market, size_t pipeline, size_t day)
{
    double *hazard = cell(self, self->hazard, pipeline, day);
    double least = 0.0, before = 0.0;
    for (size_t p = 0; p < self->days->periods; p++) {
        double now
            = dd_visits_hazard(self, pipeline, day, p, self->draw.opportunity_of_visit);
        least = market ? least + market[p] * fmax(now - before, 0.0) : fmax(least, now);
        before = fmax(before, now);
        hazard[p] = least;
    }
}

void
dd_visits_decide(dd_visits *self, const dd_visit_plan *plan, dd_day as_of, double low,
                 double high)
{
    for (size_t i = 0; i < self->pipelines; i++)
        for (size_t d = 0; d < self->days->days; d++)
            set_hazards(self, plan->market, i, d);
    share_out(self, plan, as_of);
    fit_expected(self, low, high);
}

double
dd_visits_expect(const dd_visits *self, size_t pipeline, size_t period, double low,
                 double high, double log_level)
{
    const double *coefficient
        = self->winners + (pipeline * self->days->periods + period) * DD_LEVEL_NODES;
    if (low < high)
        return fmax(dd_chebyshev_at(coefficient, low, high, log_level), 0.0);
    return coefficient[0];
}
