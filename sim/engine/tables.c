#include "engine/tables.h"

#include "engine/cells/new_winners.h"
#include "engine/dated.h"
#include "engine/table_fresh.h"
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
    int solved;             /* fixed rates: the curves are there already, ... */
    size_t moves[DD_LANES]; /* ... of moves so remembered, ... */
    int remembers;          /* ... where any memory tells of its own */
    size_t days;
    size_t *end_day;  /* per period, in whole working days from as-of */
    double *end_work; /* the same, in full */
    dd_fresh_maker fresh;
    double *per_rep_week; /* laws: visits decided, of one lane */
    dd_law_days laws;     /* one, but under levers that start later */
    dd_effort_days effort_days;
    dd_dated dated; /* zeroed: losses keep the clock of moves */
    gsl_rng *rng;
    dd_pipeline_curves *work; /* per pipeline */
    dd_tables tables[DD_LANES];
};

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
    status = dd_law_days_init(&self->laws, self->model, rows, err);
    if (status)
        return status;
    self->fresh = (dd_fresh_maker){ .laws = &self->laws,
                                    .dated = &self->dated,
                                    .periods = periods,
                                    .days = self->days,
                                    .end_day = self->end_day,
                                    .end_work = self->end_work };
    self->per_rep_week = malloc(self->laws.n * sizeof *self->per_rep_week);
    self->rng = dd_rng_gsl(&none);
    self->work = calloc(n, sizeof *self->work);
    if (!self->per_rep_week || !self->rng || !self->work)
        return dd_error_no_memory(err);
    status = dd_fresh_maker_init(&self->fresh, rows, err);
    for (size_t p = 0; !status && p < n; p++)
        status = dd_pipeline_curves_init(&self->work[p], &self->model->process[p],
                                         self->days, rows, err);
    if (!status)
        share_room(self);
    for (size_t p = 0; !status && p < n; p++)
        status = init_laws_to_come(self, p, err);
    for (int l = 0; !status && l < DD_LANES; l++) {
        status = dd_tables_init(&self->tables[l], self->model, rows, err);
        self->tables[l].size = self->laws.size;
    }
    return status;
}

/* Visits, where they are decided or planned. */
static dd_status
init_visits(dd_table_maker *self, dd_error *err)
{
    const dd_effort *effort = self->model->effort;
    dd_status status;
    if (!dd_effort_is_decided(effort) && !effort->planned)
        return DD_OK;
    status = dd_effort_days_init(&self->effort_days, self->model, self->as_of,
                                 self->rows->end_days, self->rows->periods, err);
    for (int l = 0; !status && l < DD_LANES; l++)
        status = dd_visits_init(&self->tables[l].visits, &self->effort_days,
                                self->model->n_pipelines, err);
    return status;
}

static dd_status
init_dated(dd_table_maker *self, dd_error *err)
{
    const dd_dated_ground ground
        = { self->model,   self->rows,   self->work,      self->days,
            self->end_day, self->laws.n, self->fresh.left };
    return dd_dated_init(&self->dated, &ground, self->effort_days.days > 0, err);
}

/* Beliefs alone are the same by every memory. */
static int
remembers(const dd_model *model)
{
    for (; model; model = model->later)
        for (size_t p = 0; p < model->n_pipelines; p++)
            for (size_t s = 0; s < model->process[p].n_stages; s++)
                if (model->process[p].stage[s].hazard.recent)
                    return 1;
    return 0;
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
    maker->remembers = remembers(model);
    status = init_maker(maker, err);
    if (!status)
        status = init_visits(maker, err);
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
        dd_tables_free(&self->tables[l], self->model);
    if (self->rng)
        gsl_rng_free(self->rng);
    free(self->end_day);
    free(self->end_work);
    dd_fresh_maker_free(&self->fresh);
    free(self->per_rep_week);
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
    /* One that changes is in hazards and arrivals. */
    double market = self->laws.market ? 1.0 : self->model->market;
    if (!self->level_off)
        dd_level_block(&tables->spread, self->seed, block, tables->level_wins,
                       tables->level_arrivals);
    for (int i = 0; self->level_off && i < DD_BLOCK; i++)
        tables->level_wins[i] = tables->level_arrivals[i] = 1.0;
    for (int i = 0; i < DD_BLOCK; i++) {
        tables->level_wins[i] *= market;
        tables->level_arrivals[i] *= market;
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

static double
draw_per_rep_week(dd_table_maker *self, const dd_effort *effort, uint32_t block,
                  dd_effort_draw *draw)
{
    *draw = dd_effort_mean(effort);
    if (!self->rates_fixed) {
        seek(self, block, ITEM_EFFORT);
        *draw = dd_effort_draw_from(effort, self->rng);
    }
    return draw->per_rep_week;
}

static void
fill_visits(dd_table_maker *self, int l, uint32_t block)
{
    dd_tables *tables = &self->tables[l];
    dd_visit_plan plan
        = { self->laws.n, self->laws.calendar, self->per_rep_week, self->laws.market };
    dd_effort_draw draw;
    if (!tables->visits.days)
        return;
    for (size_t k = self->laws.n; k-- > 0;)
        self->per_rep_week[k]
            = draw_per_rep_week(self, self->laws.model[k]->effort, block, &draw);
    tables->visits.draw = draw;
    if (dd_effort_is_decided(self->model->effort))
        dd_visits_decide(&tables->visits, &plan, self->as_of, tables->fresh[0].low,
                         tables->fresh[0].high);
}

/* A busier market counts more of what a period adds to the rows' hazards. */
static void
weigh_market(const dd_table_maker *self, dd_tables *tables)
{
    for (size_t r = 0; self->laws.market && r < tables->rows; r++) {
        double *hazard = tables->hazard + r * tables->periods, before = 0.0, sum = 0.0;
        for (size_t p = 0; p < tables->periods; p++) {
            double now = hazard[p];
            if (now > before && self->laws.market[p] > 0.0)
                sum += self->laws.market[p] * (now - before); /* INFINITY: it is sure */
            hazard[p] = sum;
            before = now;
        }
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

/* Fixed rates are means by what moves are remembered, which a block's level decides: an
 * earlier batch's curves do only where it had the same. */
static int
has_curves(dd_table_maker *self)
{
    int has = self->rates_fixed && self->solved;
    for (int l = 0; l < DD_LANES; l++) {
        has &= !self->remembers || self->moves[l] == self->tables[l].spread.moves;
        self->moves[l] = self->tables[l].spread.moves;
    }
    return has;
}

const dd_tables *
dd_table_maker_run(dd_table_maker *self, uint32_t first_block)
{
    if (self->solved && self->rates_fixed && self->level_off)
        return self->tables; /* nothing is drawn: all blocks have the same */
    for (int l = 0; l < DD_LANES; l++)
        draw_spread(self, &self->tables[l], first_block + (uint32_t) l);
    if (!has_curves(self)) {
        draw_pipelines(self, first_block);
        for (int l = 0; l < DD_LANES; l++)
            weigh_market(self, &self->tables[l]);
        self->solved = 1;
    }
    for (int l = 0; l < DD_LANES; l++) {
        draw_sizes(self, &self->tables[l], first_block + (uint32_t) l);
        spread_levels(self, &self->tables[l], first_block + (uint32_t) l);
        for (size_t p = 0; p < self->model->n_pipelines; p++)
            dd_fresh_fill(&self->fresh, &self->work[p], p, (size_t) l,
                          pipeline_share(self, p, l), &self->tables[l]);
        fill_visits(self, l, first_block + (uint32_t) l);
    }
    return self->tables;
}

const dd_rates *
dd_table_maker_rates(const dd_table_maker *self, size_t pipeline, size_t lane)
{
    return &self->work[pipeline].rates[lane];
}

const dd_rates *
dd_table_maker_law_rates(const dd_table_maker *self, size_t law, size_t pipeline,
                         size_t lane)
{
    const dd_pipeline_curves *work = &self->work[pipeline];

    return law > 0 && work->laws ? &work->laws->law[law]->rates[lane]
                                 : &work->rates[lane];
}
