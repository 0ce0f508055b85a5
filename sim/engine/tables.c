#include "engine/tables.h"

#include "engine/cells/new_winners.h"
#include "engine/dated.h"
#include "engine/laws/laws.h"
#include "engine/table_rows.h"
#include "model/clock/clock.h"
#include "model/effort.h"
#include "model/curve/process.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct dd_table_maker {
    const dd_model *model;
    const dd_rows *rows;
    uint64_t seed;
    dd_day as_of;
    int rates_fixed, level_off;
    int solved; /* fixed rates: the curves are there already */
    size_t days;
    size_t *end_day;  /* per period, in whole working days from as-of */
    double *end_work; /* the same, in full */
    dd_law_days laws; /* one, but under levers that start later */
    double *left; /* laws x periods x (days + 1): how long deals to come have, by the law
                     under which they come */
    double *win;  /* days + 1: one lane's curve */
    dd_effort_days effort_days;
    dd_dated dated; /* zeroed: losses keep the clock of moves */
    double *mixed;  /* days + 1, under several laws per period: one lane's curve of a new
                      deal, whatever its stage */
    gsl_rng *rng;
    dd_pipeline_curves *work; /* per pipeline */
    dd_tables tables[DD_LANES];
};

static dd_status
init_laws(dd_tables *tables, size_t p, const dd_amounts *amounts, dd_error *err)
{
    dd_status status = dd_size_law_init(&tables->fresh_size[p], &amounts->fresh, err);
    tables->fresh[p].coefficient
        = calloc(tables->periods * DD_LEVEL_NODES, sizeof(double));
    tables->ratio[p] = calloc(amounts->n_stages, sizeof(dd_size_law));
    if (!status && (!tables->fresh[p].coefficient || !tables->ratio[p]))
        status = dd_error_no_memory(err);
    for (size_t s = 0; !status && s < amounts->n_stages; s++)
        status = dd_size_law_init(&tables->ratio[p][s], &amounts->ratio[s], err);
    return status;
}

static dd_status
init_tables(dd_tables *tables, const dd_model *model, const dd_rows *rows, dd_error *err)
{
    size_t n = model->n_pipelines;
    dd_status status = DD_OK;
    tables->periods = rows->periods;
    tables->rows = rows->n;
    tables->pipelines = n;
    tables->hazard = calloc(rows->n * rows->periods + 1, sizeof(double));
    tables->fresh = calloc(n, sizeof *tables->fresh);
    tables->fresh_size = calloc(n, sizeof *tables->fresh_size);
    tables->ratio = calloc(n, sizeof *tables->ratio);
    if (!tables->hazard || !tables->fresh || !tables->fresh_size || !tables->ratio)
        return dd_error_no_memory(err);
    for (size_t p = 0; !status && p < n; p++)
        status = init_laws(tables, p, &model->amounts[p], err);
    return status;
}

static void
free_tables(dd_tables *tables, const dd_model *model)
{
    for (size_t p = 0; p < tables->pipelines; p++) {
        if (tables->fresh)
            free(tables->fresh[p].coefficient);
        if (tables->fresh_size)
            dd_size_law_free(&tables->fresh_size[p]);
        for (size_t s = 0;
             tables->ratio && tables->ratio[p] && s < model->amounts[p].n_stages; s++)
            dd_size_law_free(&tables->ratio[p][s]);
        if (tables->ratio)
            free(tables->ratio[p]);
    }
    dd_visits_free(&tables->visits);
    free(tables->hazard);
    free(tables->fresh);
    free(tables->fresh_size);
    free(tables->ratio);
}

/* How many working days the periods hold; curves are nodes of whole days. */
static void
set_clock(dd_table_maker *self)
{
    const dd_rows *rows = self->rows;
    for (size_t p = 0; p < rows->periods; p++) {
        double days = dd_clock_days(self->model->clock, self->as_of,
                                    self->as_of + (dd_day) rows->end_days[p]);
        self->end_day[p] = (size_t) lround(fmax(days, 1.0));
        self->end_work[p] = (double) self->end_day[p];
        self->days = (size_t) ceil(fmax(days, 1.0));
    }
}

/* Calendar days from as-of on which a law begins; after the last one: the end. */
static size_t
law_begins(const dd_table_maker *self, size_t k)
{
    const dd_rows *rows = self->rows;
    return k < self->laws.n ? self->laws.calendar[k]
                            : (size_t) rows->end_days[rows->periods - 1];
}

static dd_status
spread_arrivals(dd_table_maker *self, dd_error *err)
{
    const dd_rows *rows = self->rows;
    size_t calendar = law_begins(self, self->laws.n);
    size_t cells = rows->periods * (self->days + 1);
    double *work = malloc((calendar + 1) * sizeof *work);

    self->left = malloc(self->laws.n * cells * sizeof *self->left);
    if (work && self->left) {
        work[0] = 0.0;
        for (size_t d = 0; d < calendar; d++) {
            dd_day day = self->as_of + (dd_day) d;
            work[d + 1] = work[d] + dd_clock_days(self->model->clock, day, day + 1);
        }
        for (size_t k = 0; k < self->laws.n; k++)
            dd_new_winners_left(self->left + k * cells, self->days, work, rows->end_days,
                                rows->periods, law_begins(self, k),
                                law_begins(self, k + 1));
    }
    free(work);
    return work && self->left ? DD_OK : dd_error_no_memory(err);
}

static dd_status
init_laws_to_come(dd_table_maker *self, size_t p, dd_error *err)
{
    if (!dd_laws_differ(&self->laws, p))
        return DD_OK;
    return dd_laws_new(&self->work[p].laws, &self->laws, p, self->rows, self->end_day,
                       &self->work[p], err);
}

static void
share_room(dd_table_maker *self)
{
    size_t most = 0, n = self->model->n_pipelines;

    for (size_t p = 1; p < n; p++)
        if (self->work[p].curve.bands > self->work[most].curve.bands)
            most = p;
    for (size_t p = 0; p < n; p++)
        if (p != most)
            dd_curve_share(&self->work[p].curve, &self->work[most].curve);
}

static dd_status
init_maker(dd_table_maker *self, dd_error *err)
{
    const dd_rows *rows = self->rows;
    size_t n = self->model->n_pipelines, periods = rows->periods;
    dd_stream none = dd_stream_make(0, DD_RNG_DRAW, 0, 0);
    dd_status status = DD_OK;

    self->end_day = malloc(periods * sizeof *self->end_day);
    self->end_work = malloc(periods * sizeof *self->end_work);
    if (!self->end_day || !self->end_work)
        return dd_error_no_memory(err);
    set_clock(self);
    status = dd_law_days_init(&self->laws, self->model, self->as_of,
                              (size_t) rows->end_days[periods - 1], err);
    if (status)
        return status;
    self->win = malloc((self->days + 1) * sizeof *self->win);
    self->mixed = malloc(periods * (self->days + 1) * sizeof *self->mixed);
    self->rng = dd_rng_gsl(&none);
    self->work = calloc(n, sizeof *self->work);
    if (!self->win || !self->mixed || !self->rng || !self->work)
        return dd_error_no_memory(err);
    status = spread_arrivals(self, err);
    for (size_t p = 0; !status && p < n; p++)
        status = dd_pipeline_curves_init(&self->work[p], &self->model->process[p],
                                         self->days, rows, err);
    if (!status)
        share_room(self);
    for (size_t p = 0; !status && p < n; p++)
        status = init_laws_to_come(self, p, err);
    for (int l = 0; !status && l < DD_LANES; l++)
        status = init_tables(&self->tables[l], self->model, rows, err);
    return status;
}

/* Visits, where they are decided or planned. */
static dd_status
init_visits(dd_table_maker *self, const dd_question *question, dd_error *err)
{
    const dd_effort *effort = self->model->effort;
    dd_status status;
    if (!dd_effort_is_decided(effort) && !effort->planned)
        return DD_OK;
    status = dd_effort_days_init(&self->effort_days, self->model, question, err);
    for (int l = 0; !status && l < DD_LANES; l++)
        status = dd_visits_init(&self->tables[l].visits, &self->effort_days,
                                self->model->n_pipelines, err);
    return status;
}

static dd_status
init_dated(dd_table_maker *self, dd_error *err)
{
    const dd_dated_ground ground = { self->model,   self->rows,   self->work, self->days,
                                     self->end_day, self->laws.n, self->left };
    return dd_dated_init(&self->dated, &ground, self->effort_days.days > 0, err);
}

dd_status
dd_table_maker_new(dd_table_maker **self, const dd_model *model, const dd_rows *rows,
                   const dd_question *question, dd_error *err)
{
    dd_table_maker *maker = calloc(1, sizeof *maker);
    dd_status status;

    *self = NULL;
    if (!maker)
        return dd_error_no_memory(err);
    if (rows->periods > DD_MOST_PERIODS) {
        free(maker);
        return dd_error_add(err, DD_EDATA, NULL, NULL, "64 at most", "%zu periods",
                            rows->periods);
    }
    maker->model = model;
    maker->rows = rows;
    maker->seed = question->seed;
    maker->as_of = question->as_of;
    maker->rates_fixed = question->rates_fixed || model->rates_fixed;
    maker->level_off = question->level_off || model->level_off;
    status = init_maker(maker, err);
    if (!status)
        status = init_visits(maker, question, err);
    if (!status && model->clock->apart)
        status = init_dated(maker, err);
    if (status)
        dd_table_maker_free(maker);
    else
        *self = maker;
    return status;
}

void
dd_table_maker_free(dd_table_maker *self)
{
    if (!self)
        return;
    for (size_t p = 0; self->work && p < self->model->n_pipelines; p++) {
        dd_laws_free(self->work[p].laws);
        dd_pipeline_curves_free(&self->work[p]);
    }
    dd_law_days_free(&self->laws);
    dd_dated_free(&self->dated);
    for (int l = 0; l < DD_LANES; l++)
        free_tables(&self->tables[l], self->model);
    if (self->rng)
        gsl_rng_free(self->rng);
    free(self->end_day);
    free(self->end_work);
    free(self->left);
    free(self->win);
    free(self->mixed);
    dd_effort_days_free(&self->effort_days);
    free(self->work);
    free(self);
}

static void
seek(dd_table_maker *self, uint32_t block, uint64_t item)
{
    dd_stream stream = dd_stream_make(self->seed, DD_RNG_DRAW, item, block);
    dd_rng_gsl_seek(self->rng, &stream);
}

/* Draw streams beside those of stages (pipeline << 32 | stage + 1). */
#define ITEM_SPREAD UINT32_MAX
#define ITEM_FRESH (UINT32_MAX - 1)
#define ITEM_EFFORT (UINT32_MAX - 8)
#define ITEM_RATIO (UINT32_C(1) << 16)

static void
draw_sizes(dd_table_maker *self, dd_tables *tables, uint32_t block)
{
    for (size_t p = 0; p < tables->pipelines; p++) {
        const dd_amounts *amounts = &self->model->amounts[p];
        if (self->rates_fixed)
            dd_size_law_mean(&tables->fresh_size[p], &amounts->fresh);
        else {
            seek(self, block, (uint64_t) p << 32 | ITEM_FRESH);
            dd_size_law_draw(&tables->fresh_size[p], &amounts->fresh, self->rng);
        }
        for (size_t s = 0; s < amounts->n_stages; s++) {
            if (self->rates_fixed) {
                dd_size_law_mean(&tables->ratio[p][s], &amounts->ratio[s]);
                continue;
            }
            seek(self, block, (uint64_t) p << 32 | (ITEM_RATIO + s));
            dd_size_law_draw(&tables->ratio[p][s], &amounts->ratio[s], self->rng);
        }
    }
}

/* The spread comes first: the memory of arrivals goes with it. */
static void
draw_spread(dd_table_maker *self, dd_tables *tables, uint32_t block)
{
    tables->spread = (dd_spread){ .wins_mean = 1.0 };
    if (!self->level_off) {
        seek(self, block, ITEM_SPREAD);
        tables->spread = dd_spread_draw(self->model->level, self->rng);
    }
}

static void
spread_levels(dd_table_maker *self, dd_tables *tables, uint32_t block)
{
    if (!self->level_off)
        dd_level_block(&tables->spread, self->seed, block, tables->level_wins,
                       tables->level_arrivals);
    for (int i = 0; self->level_off && i < DD_BLOCK; i++)
        tables->level_wins[i] = tables->level_arrivals[i] = 1.0;
    for (int i = 0; i < DD_BLOCK; i++) {
        tables->level_wins[i] *= self->model->market;
        tables->level_arrivals[i] *= self->model->market;
    }
}

/* A law's rates and curves. Laws draw alike: what differs is their levers. */
static void
draw_law(dd_table_maker *self, size_t p, uint32_t first_block, dd_pipeline_curves *law)
{
    for (int l = 0; l < DD_LANES; l++) {
        law->rates[l].memory = self->tables[l].spread.memory;
        law->rates[l].moves = self->tables[l].spread.moves;
        if (self->rates_fixed)
            dd_rates_mean(&law->rates[l]);
        else
            dd_rates_draw(&law->rates[l], self->seed, first_block + (uint32_t) l,
                          (uint32_t) p);
    }
    dd_curve_solve(&law->curve, law->lane, DD_WON);
}

static void
draw_rates(dd_table_maker *self, size_t p, uint32_t first_block)
{
    dd_laws *laws = self->work[p].laws;

    draw_law(self, p, first_block, &self->work[p]);
    for (size_t k = 1; laws && k < self->laws.n; k++)
        draw_law(self, p, first_block, laws->law[k]);
    if (laws)
        dd_laws_solve(laws);
}

/* What a pipeline's share of the opportunities is: that of what arrives by itself. */
static double
pipeline_share(const dd_table_maker *self, size_t p, int l)
{
    size_t n = self->model->n_pipelines;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += self->work[i].rates[l].per_day;
    return sum > 0.0 ? self->work[p].rates[l].per_day / sum : 1.0 / (double) n;
}

static void
fill_visits(dd_table_maker *self, int l, uint32_t block)
{
    dd_tables *tables = &self->tables[l];
    const dd_effort *effort = self->model->effort;
    if (!tables->visits.days)
        return;
    tables->visits.draw = dd_effort_mean(effort);
    if (!self->rates_fixed) {
        seek(self, block, ITEM_EFFORT);
        tables->visits.draw = dd_effort_draw_from(effort, self->rng);
    }
    if (dd_effort_is_decided(effort))
        dd_visits_decide(&tables->visits, self->as_of, tables->fresh[0].low,
                         tables->fresh[0].high);
}

/* Chances of the deals that enter a stage under law k, by the days that they have left to
 * the end of a period, into win. */
static void
read_fresh(const dd_table_maker *self, size_t p, int l, size_t stage, size_t k,
           size_t period)
{
    const dd_laws *laws = self->work[p].laws;
    const dd_pipeline_curves *law = laws ? laws->law[k] : &self->work[p];
    double times = dd_rates_fresh(&law->rates[l], stage), value[DD_LANES];
    size_t next = laws && k + 1 < self->laws.n ? self->laws.begins[k + 1] : SIZE_MAX;

    for (size_t day = 0; day <= self->days; day++) {
        dd_curve_at(&law->curve, stage, (double) day, value);
        self->win[day] = fmin(times * value[l], 1.0);
        if (self->end_day[period] > next && day >= self->end_day[period] - next)
            self->win[day]
                = fmin(fmax(self->win[day]
                                + dd_laws_fresh(laws, k, stage,
                                                day - (self->end_day[period] - next),
                                                period, (size_t) l),
                            0.0),
                       1.0);
    }
}

static void
mix(dd_table_maker *self, double share, size_t period)
{
    double *mixed = self->mixed + period * (self->days + 1);
    for (size_t day = 0; day <= self->days; day++)
        mixed[day] += share * self->win[day];
}

/* Deals a calendar day that enter a stage by themselves under law k. */
static double
arrivals_under(const dd_table_maker *self, size_t p, int l, size_t k, size_t stage)
{
    return self->work[p].rates[l].per_day * self->model->process[p].arrivals.share[stage]
           * dd_effort_arrivals(self->laws.model[k]->effort);
}

/* Winners among the deals that come under law k, and the curves of such deals. */
static void
fill_under(dd_table_maker *self, size_t p, int l, size_t k)
{
    const double *share = self->model->process[p].arrivals.share;
    size_t periods = self->rows->periods, cells = periods * (self->days + 1);
    const double *left = self->left + k * cells;
    dd_new_winners *fresh = &self->tables[l].fresh[p];

    memset(self->mixed, 0, cells * sizeof *self->mixed);
    for (size_t s = 0; s < self->work[p].curve.n_stages; s++) {
        double per_day = arrivals_under(self, p, l, k, s);
        const double *times
            = self->dated.fresh ? dd_dated_fresh(&self->dated, p, s) : NULL;
        if (per_day <= 0.0 && !self->effort_days.days)
            continue;
        if (self->laws.n == 1) {
            read_fresh(self, p, l, s, k, 0);
            mix(self, share[s], 0);
            if (per_day > 0.0)
                dd_new_winners_add(fresh, self->win, self->days, per_day, left, periods,
                                   times);
            continue;
        }
        for (size_t q = 0; q < periods; q++) {
            read_fresh(self, p, l, s, k, q);
            mix(self, share[s], q);
            if (per_day > 0.0)
                dd_new_winners_add_period(fresh, self->win, self->days, per_day, left, q,
                                          times);
        }
    }
}

static void
fill_new_winners(dd_table_maker *self, size_t p, int l)
{
    dd_new_winners *fresh = &self->tables[l].fresh[p];
    dd_fresh_curves curves
        = { self->mixed, self->days, self->laws.n > 1 ? self->days + 1 : 0 };

    memset(fresh->coefficient, 0, self->rows->periods * DD_LEVEL_NODES * sizeof(double));
    dd_new_winners_range(fresh, self->tables[l].level_wins);
    for (size_t k = 0; k < self->laws.n; k++) {
        fill_under(self, p, l, k);
        if (self->effort_days.days)
            dd_visits_set(&self->tables[l].visits, p, law_begins(self, k),
                          law_begins(self, k + 1), &curves, pipeline_share(self, p, l),
                          self->end_work, dd_dated_visit(&self->dated, p));
    }
}

/* Pipelines share a room for curves: rows are read before the next one is solved. */
static void
draw_pipelines(dd_table_maker *self, uint32_t first_block)
{
    const dd_rows *rows = self->rows;
    size_t r = 0;

    for (size_t p = 0; p < self->model->n_pipelines; p++) {
        draw_rates(self, p, first_block);
        if (r < rows->n && (size_t) rows->pipeline[r] == p)
            r = dd_table_rows_fill(rows, r, &self->work[p], self->end_day,
                                   self->dated.row, self->tables);
    }
}

const dd_tables *
dd_table_maker_run(dd_table_maker *self, uint32_t first_block)
{
    for (int l = 0; l < DD_LANES; l++)
        draw_spread(self, &self->tables[l], first_block + (uint32_t) l);
    if (!self->rates_fixed || !self->solved) {
        draw_pipelines(self, first_block);
        self->solved = 1;
    }
    for (int l = 0; l < DD_LANES; l++) {
        draw_sizes(self, &self->tables[l], first_block + (uint32_t) l);
        spread_levels(self, &self->tables[l], first_block + (uint32_t) l);
        for (size_t p = 0; p < self->model->n_pipelines; p++)
            fill_new_winners(self, p, l);
        fill_visits(self, l, first_block + (uint32_t) l);
    }
    return self->tables;
}

const dd_rates *
dd_table_maker_rates(const dd_table_maker *self, size_t pipeline, size_t lane)
{
    return &self->work[pipeline].rates[lane];
}
