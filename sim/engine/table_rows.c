#include "engine/table_rows.h"

#include "base/elementary.h"
#include "engine/cells/new_winners.h"
#include "engine/laws/laws.h"
#include "model/curve/process.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Is there an open deal whose age nobody knows? */
static int
ages_unknown(const dd_rows *rows)
{
    for (size_t r = 0; r < rows->n; r++)
        if (isnan(rows->age_days[r]))
            return 1;
    return 0;
}

/* Ages are those that the past has brought about, whatever levers do from now on. */
static dd_status
set_unknown_ages(dd_pipeline_curves *self, const dd_process *process, dd_error *err)
{
    dd_process past = *process;
    dd_rates rates;
    dd_status status;
    past.levers = NULL;
    status = dd_rates_init(&rates, &past, err);
    if (status)
        return status;
    dd_rates_mean(&rates);
    for (size_t s = 0; s < process->n_stages; s++)
        dd_stationary_ages(&rates.stage[s], self->unknown_age + s * DD_STATIONARY_AGES);
    dd_rates_free(&rates);
    return DD_OK;
}

dd_status
dd_pipeline_curves_init(dd_pipeline_curves *self, const dd_process *process, size_t days,
                        const dd_rows *rows, dd_error *err)
{
    int unknown = ages_unknown(rows);
    dd_status status = dd_curve_init(&self->curve, process, days, err);
    for (int l = 0; !status && l < DD_LANES; l++) {
        status = dd_rates_init(&self->rates[l], process, err);
        self->lane[l] = &self->rates[l];
    }
    self->unknown_age
        = malloc((process->n_stages + 1) * DD_STATIONARY_AGES * sizeof(double));
    if (!status && !self->unknown_age)
        status = dd_error_no_memory(err);
    if (status)
        return status;
    return unknown ? set_unknown_ages(self, process, err) : DD_OK;
}

void
dd_pipeline_curves_free(dd_pipeline_curves *self)
{
    for (int l = 0; l < DD_LANES; l++)
        dd_rates_free(&self->rates[l]);
    dd_curve_free(&self->curve);
    free(self->unknown_age);
    memset(self, 0, sizeof *self);
}

void
dd_stationary_ages(const dd_stage *stage, double age[DD_STATIONARY_AGES])
{
    enum { STEPS = 400 };
    double cumulative[STEPS + 1] = { 0.0 };
    double end
        = stage->bands ? fmax(stage->start[stage->bands] - DD_BEYOND_DAYS, 1.0) : 0.0;
    double width = end / STEPS;
    for (int i = 0; i < STEPS; i++)
        cumulative[i + 1] = cumulative[i] + dd_stage_survival(stage, (i + 0.5) * width);
    for (int k = 0, i = 0; k < DD_STATIONARY_AGES; k++) {
        double want = cumulative[STEPS] * (k + 0.5) / DD_STATIONARY_AGES;
        while (i < STEPS && cumulative[i + 1] < want)
            i++;
        age[k] = (i + 0.5) * width;
    }
}

/* Chances of ever winning in one stage, per lane: of those who reach a band's start, of
 * those who leave within it, and the hazard of leaving there. */
typedef struct {
    const dd_stage *of; /* of lane 0; NULL: none yet */
    double from[(DD_MAX_BANDS + 1) * DD_LANES];
    double leaving[DD_MAX_BANDS * DD_LANES], rate[DD_MAX_BANDS * DD_LANES];
} ever_table;

/* What rows of one pipeline, stage and age share, per lane. */
typedef struct {
    ever_table table; /* of the present row's stage, or of one before */
    double win[DD_MOST_PERIODS * DD_LANES]; /* by the end of each period, without odds */
    double ever[DD_LANES];                  /* at least that of the last period */
    int has_ever;
} base_row;

int
dd_rows_alike(const dd_rows *rows, size_t a, size_t b)
{
    double x = rows->age_days[a], y = rows->age_days[b];
    return rows->pipeline[a] == rows->pipeline[b] && rows->stage[a] == rows->stage[b]
           && (x == y || (isnan(x) && isnan(y)));
}

/* Whose age is unknown is of any of its stage's ages: chances are their means, and on
 * other odds so are odds, since the ages that deals of theta have reached change with it. */
static void
set_win(base_row *self, const dd_rows *rows, size_t r, const dd_pipeline_curves *work,
        const size_t *end_day)
{
    size_t stage = (size_t) rows->stage[r], n = rows->periods * DD_LANES;
    double age = rows->age_days[r], part[DD_MOST_PERIODS * DD_LANES];

    self->has_ever = 0;
    if (!isnan(age)) {
        dd_curve_residual(&work->curve, work->lane, stage,
                          dd_rates_age(work->lane[0], stage, age), end_day,
                          rows->periods, self->win);
        return;
    }
    memset(self->win, 0, n * sizeof *self->win);
    for (int k = 0; k < DD_STATIONARY_AGES; k++) {
        age = work->unknown_age[stage * DD_STATIONARY_AGES + (size_t) k];
        dd_curve_residual(&work->curve, work->lane, stage,
                          dd_rates_age(work->lane[0], stage, age), end_day,
                          rows->periods, part);
        for (size_t i = 0; i < n; i++)
            self->win[i] += part[i] / DD_STATIONARY_AGES;
    }
}

/* W where hazards are `times` as much, period by period. */
static void
put_right(base_row *self, size_t periods, const double *times)
{
    for (size_t p = 0; p < periods; p++)
        for (int l = 0; l < DD_LANES; l++) {
            double *win = &self->win[p * DD_LANES + (size_t) l];
            double hazard = times[p] * dd_minus_log1m(*win < 1.0 ? *win : 1.0 - 1e-16);
            *win = dd_decay_of(hazard < 700.0 ? hazard : 700.0).leave;
        }
}

static double
ever_by_exit(const dd_rates *rates, const dd_stage *stage, size_t exit)
{
    int32_t to = stage->to[exit];
    return to >= 0 ? rates->p_ever[to] : to == DD_WON;
}

/* From the last band back. Who resolves at once stands in a band of its own. */
static void
make_ever(ever_table *self, const dd_pipeline_curves *work, size_t s)
{
    size_t bands = work->rates[0].stage[s].bands;

    self->of = &work->rates[0].stage[s];
    for (size_t l = 0; l < DD_LANES; l++) {
        const dd_stage *stage = &work->rates[l].stage[s];
        double next = 0.0;
        for (size_t j = 0; bands == 0 && j < stage->exits; j++)
            next += stage->rate[j] * ever_by_exit(&work->rates[l], stage, j);
        self->from[bands * DD_LANES + l] = next;
        for (size_t b = bands; b-- > 0;) {
            size_t i = b * DD_LANES + l;
            double rate = 0.0, won = 0.0;
            for (size_t j = 0; j < stage->exits; j++) {
                rate += stage->rate[j * bands + b];
                won += stage->rate[j * bands + b]
                       * ever_by_exit(&work->rates[l], stage, j);
            }
            double hazard = rate * (stage->start[b + 1] - stage->start[b]);
            dd_decay decay = dd_decay_of(hazard < 700.0 ? hazard : 700.0);
            self->rate[i] = rate;
            self->leaving[i] = rate > 0.0 ? won / rate : 0.0;
            self->from[i] = next = decay.leave * self->leaving[i] + decay.stay * next;
        }
    }
}

/* Add to sum[] `weight` times the chance of those who are `age` days old. */
static void
add_ever(const ever_table *self, double age, double weight, double sum[DD_LANES])
{
    size_t b = 0, bands = self->of->bands;

    while (b < bands && age >= self->of->start[b + 1])
        b++;
    for (size_t l = 0; l < DD_LANES && b < bands; l++) {
        size_t i = b * DD_LANES + l;
        double hazard = self->rate[i] * (self->of->start[b + 1] - age);
        dd_decay decay = dd_decay_of(hazard < 700.0 ? hazard : 700.0);
        sum[l] += weight
                  * (decay.leave * self->leaving[i]
                     + decay.stay * self->from[i + DD_LANES]);
    }
    for (size_t l = 0; l < DD_LANES && b == bands; l++)
        sum[l] += weight * self->from[b * DD_LANES + l];
}

/* The curve is solved on a grid: what it brings in the last period is part of ever. */
static void
set_ever(base_row *self, const dd_rows *rows, size_t r, const dd_pipeline_curves *work)
{
    const double *last = self->win + (rows->periods - 1) * DD_LANES;
    const dd_rates *rates = &work->rates[0];
    size_t s = (size_t) rows->stage[r];
    double ever[DD_LANES] = { 0.0 };

    if (self->table.of != &rates->stage[s])
        make_ever(&self->table, work, s);
    if (!isnan(rows->age_days[r]))
        add_ever(&self->table, dd_rates_age(rates, s, rows->age_days[r]), 1.0, ever);
    for (size_t k = 0; isnan(rows->age_days[r]) && k < DD_STATIONARY_AGES; k++)
        add_ever(&self->table,
                 dd_rates_age(rates, s, work->unknown_age[s * DD_STATIONARY_AGES + k]),
                 1.0 / DD_STATIONARY_AGES, ever);
    for (int l = 0; l < DD_LANES; l++)
        self->ever[l] = fmin(fmax(ever[l], last[l]), 1.0);
    self->has_ever = 1;
}

/* W on other odds: theta W / (1 - c + theta c). */
static double
win_of(double win, double ever, double theta)
{
    double w = win > 0.0 ? win : 0.0;

    if (theta != 1.0)
        w = theta * w / (1.0 - ever + theta * ever);
    return w < 1.0 ? w : 1.0;
}

/* -log(1 - W), never falling from one period to the next.
 * @param add  what laws to come make different; NULL: nothing */
static void
fill_row(const base_row *base, const double theta[DD_LANES], size_t periods, size_t r,
         const double *add, dd_tables *tables)
{
    double chance[DD_LANES], hazard[DD_LANES], least[DD_LANES] = { 0.0 };

    for (size_t p = 0; p < periods; p++) {
        const double *win = base->win + p * DD_LANES;
        for (int l = 0; l < DD_LANES; l++)
            chance[l] = win_of(win[l], base->ever[l], theta[l]);
        for (int l = 0; add && l < DD_LANES; l++)
            chance[l] = fmin(fmax(chance[l] + add[p * DD_LANES + l], 0.0), 1.0);
        for (int l = 0; l < DD_LANES; l++)
            hazard[l] = dd_minus_log1m(chance[l]);
        for (int l = 0; l < DD_LANES; l++) {
            double now = chance[l] < 1.0 ? hazard[l] : (double) INFINITY;
            least[l] = now > least[l] ? now : least[l];
            tables[l].hazard[r * periods + p] = least[l];
        }
    }
}

/* A chance of ever winning is reached on odds of its own; a deal so old that the rates
 * give it none takes the curve of one that has just come. */
static double
win_on_odds(double win, double ever, double wanted, double fresh_win, double fresh_ever)
{
    if (ever > 1e-9)
        return wanted * fmin(win / ever, 1.0);
    return fresh_ever > 0.0 ? wanted * fmin(fresh_win / fresh_ever, 1.0) : 0.0;
}

/* What a scenario says of one deal holds over its curve, and over a lever's odds. */
static void
fill_said(const base_row *base, const double theta[DD_LANES], const dd_rows *rows,
          size_t r, const dd_pipeline_curves *work, const size_t *end_day,
          const double *add, dd_tables *tables)
{
    const dd_deal_said *said = rows->said[r];
    size_t stage = (size_t) rows->stage[r], periods = rows->periods;
    double fresh[DD_MOST_PERIODS * DD_LANES];

    dd_curve_residual(&work->curve, work->lane, stage, 0.0, end_day, periods, fresh);
    for (size_t l = 0; l < DD_LANES; l++) {
        double ever = dd_on_odds(base->ever[l], theta[l]), least = 0.0;
        double now = base->ever[l] > 1e-9 ? ever / base->ever[l] : 1.0;
        double all = base->ever[l], wanted;
        if (add) { /* the share of ever that is won by then, of the whole curve */
            ever += add[periods * DD_LANES + l];
            all = ever;
        }
        wanted = fmin(fmax(dd_change_apply(&said->win_rate, ever), 0.0), 1.0);
        for (size_t p = 0; p < periods; p++) {
            size_t i = p * DD_LANES + l;
            double part = add ? now * base->win[i] + add[i] : base->win[i];
            double win
                = win_on_odds(part, all, wanted, fresh[i], work->rates[l].p_ever[stage]);
            if (said->close != DD_NO_DAY)
                win = said->close - rows->as_of <= rows->end_days[p] ? wanted : 0.0;
            least = fmax(-log1p(-fmin(win, 1.0)), least);
            tables[l].hazard[r * periods + p] = least;
        }
    }
}

/* One row, its base read. */
static void
fill(base_row *base, const dd_rows *rows, size_t r, const dd_pipeline_curves *line,
     const size_t *end_day, dd_tables *tables)
{
    double theta[DD_LANES], add[(DD_MOST_PERIODS + 1) * DD_LANES];
    const double *later = line->laws ? add : NULL;
    int moved = rows->said[r] || later;

    for (int l = 0; l < DD_LANES; l++) {
        theta[l] = dd_rates_theta(&line->rates[l], &rows->levels[r]);
        moved = moved || theta[l] != 1.0;
    }
    if (moved && !base->has_ever)
        set_ever(base, rows, r, line);
    if (later)
        dd_laws_row(line->laws, r, theta, base->ever, add);
    if (rows->said[r])
        fill_said(base, theta, rows, r, line, end_day, later, tables);
    else
        fill_row(base, theta, rows->periods, r, later, tables);
}

size_t
dd_table_rows_fill(const dd_rows *rows, size_t first, const dd_pipeline_curves *work,
                   const size_t *end_day, const double *times, dd_tables *tables)
{
    base_row base;
    size_t r = first;

    base.table.of = NULL;
    base.has_ever = 0;
    for (; r < rows->n && rows->pipeline[r] == rows->pipeline[first]; r++) {
        if (r == first || !dd_rows_alike(rows, r - 1, r)) {
            set_win(&base, rows, r, work, end_day);
            if (times)
                put_right(&base, rows->periods, times + r * rows->periods);
        }
        fill(&base, rows, r, work, end_day, tables);
    }
    return r;
}
