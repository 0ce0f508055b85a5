#include "engine/paths/pace.h"

#include "engine/paths/risks.h"
#include "model/clock/clock.h"

#include <gsl/gsl_interp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EVEN 3 /* the lane of pace 1; those below it are slower, those above faster */
#define LEAST_RANGE 0.05

struct dd_pace_finder {
    const dd_model *model;
    const dd_rows *rows;
    double *deals;            /* per row: how many */
    size_t days, *end_day;    /* the last working day; the one of each period */
    dd_pipeline_curves *work; /* per pipeline: the block's rates at DD_LANES paces */
    dd_tables tables[DD_LANES];
    gsl_interp *wins_to_pace;
};

/* ---- room ---- */

static dd_status
make_room(dd_pace_finder *self, size_t periods, dd_error *err)
{
    const dd_rows *rows = self->rows;
    size_t n = self->model->n_pipelines;

    self->deals = calloc(rows->n + 1, sizeof *self->deals);
    self->end_day = malloc(periods * sizeof *self->end_day);
    self->work = calloc(n, sizeof *self->work);
    self->wins_to_pace = gsl_interp_alloc(gsl_interp_steffen, DD_LANES);
    if (!self->deals || !self->end_day || !self->work || !self->wins_to_pace)
        return dd_error_no_memory(err);
    for (int l = 0; l < DD_LANES; l++) {
        self->tables[l].hazard = calloc(rows->n * periods + 1, sizeof(double));
        if (!self->tables[l].hazard)
            return dd_error_no_memory(err);
    }
    return DD_OK;
}

dd_status
dd_pace_finder_new(dd_pace_finder **self, const dd_model *model, const dd_book *book,
                   const dd_rows *rows, const dd_question *question, dd_error *err)
{
    dd_pace_finder *finder = calloc(1, sizeof *finder);
    size_t periods = rows->periods;
    dd_status status;

    *self = finder;
    if (!finder)
        return dd_error_no_memory(err);
    finder->model = model;
    finder->rows = rows;
    status = make_room(finder, periods, err);
    for (size_t i = 0; !status && i < book->n; i++)
        finder->deals[rows->of_deal[i]]++;
    for (size_t p = 0; !status && p < periods; p++) {
        double days = dd_clock_days(model->clock, question->as_of,
                                    question->as_of + (dd_day) rows->end_days[p]);
        finder->end_day[p] = (size_t) lround(fmax(days, 1.0));
        finder->days = finder->end_day[p];
    }
    for (size_t p = 0; !status && p < model->n_pipelines; p++)
        status = dd_pipeline_curves_init(&finder->work[p], &model->process[p],
                                         finder->days, rows, err);
    return status;
}

void
dd_pace_finder_free(dd_pace_finder *self)
{
    if (!self)
        return;
    for (size_t p = 0; self->work && p < self->model->n_pipelines; p++)
        dd_pipeline_curves_free(&self->work[p]);
    for (int l = 0; l < DD_LANES; l++)
        free(self->tables[l].hazard);
    if (self->wins_to_pace)
        gsl_interp_free(self->wins_to_pace);
    free(self->deals);
    free(self->end_day);
    free(self->work);
    free(self);
}

/* ---- rates at other paces ---- */

/* Advancing times g, as dd_risks would have it. */
static void
quicken(const dd_stage *stage, int32_t place, double pace, double *rate)
{
    size_t bands = stage->bands > 0 ? stage->bands : 1;
    double advance = 0;

    for (size_t j = 0; j < stage->exits; j++) {
        if (!dd_risks_advances(stage->to[j], place))
            continue;
        for (size_t b = 0; b < bands; b++)
            rate[j * bands + b] *= pace;
        advance += rate[j * bands];
    }
    if (stage->bands == 0) /* shares of a moment: what is in the race stays 1 */
        for (size_t j = 0; j < stage->exits; j++)
            rate[j] /= 1 + advance * (1 - 1 / pace);
}

static void
set_rates(dd_rates *self, const dd_rates *from, double pace)
{
    const dd_process *process = from->process;

    dd_rates_copy(self, from);
    for (size_t s = 0; s < process->n_stages; s++)
        if (process->stage[s].follows == (int32_t) s)
            quicken(&self->stage[s], (int32_t) s, pace,
                    self->rate + (self->stage[s].rate - self->rate));
    dd_stages_ever(self->stage, process->n_stages, DD_WON, self->p_ever);
}

/* ---- expected wins by the end of the last period ---- */

static double
open_wins(const dd_pace_finder *self, int lane, double level)
{
    const dd_rows *rows = self->rows;
    double sum = 0;

    for (size_t r = 0; r < rows->n; r++) {
        double hazard = self->tables[lane].hazard[r * rows->periods + rows->periods - 1];
        sum -= self->deals[r] * expm1(-level * hazard);
    }
    return sum;
}

/* Deals that enter one stage, evenly over the days: a season would weigh the same days on
 * both sides, and g is what makes them equal. */
static double
new_wins(const dd_pace_finder *self, const dd_pipeline_curves *work, size_t stage,
         int lane, double level)
{
    double times = dd_rates_fresh(&work->rates[lane], stage), sum = 0;

    for (size_t day = 0; day <= self->days; day++) {
        double win[DD_LANES], share = day == 0 || day == self->days ? 0.5 : 1.0;
        dd_curve_at(&work->curve, stage, (double) day, win);
        sum -= share * expm1(level * log1p(-fmin(times * win[lane], 1.0)));
    }
    return sum;
}

static double
all_new_wins(const dd_pace_finder *self, int lane, double level)
{
    double sum = 0;

    for (size_t p = 0; p < self->model->n_pipelines; p++) {
        const dd_pipeline_curves *work = &self->work[p];
        const double *share = self->model->process[p].arrivals.share;
        for (size_t s = 0; s < work->curve.n_stages; s++)
            if (work->rates[lane].per_day * share[s] > 0)
                sum += work->rates[lane].per_day * share[s]
                       * new_wins(self, work, s, lane, level);
    }
    return sum;
}

/* ---- the block ---- */

static void
range_of(const double level[DD_BLOCK], double *low, double *high)
{
    *low = *high = log(level[0]);
    for (int i = 1; i < DD_BLOCK; i++) {
        *low = fmin(*low, log(level[i]));
        *high = fmax(*high, log(level[i]));
    }
}

/* Paces of the lanes: those of levels below 1 lie nearer to 1 than the levels, those of
 * levels above may lie far beyond, where the chance to lose is what limits wins. */
static void
choose_paces(double x[DD_LANES], double low, double high)
{
    double down = 1.2 * fmin(low, -LEAST_RANGE), up = 2.5 * fmax(high, LEAST_RANGE);

    for (int l = 0; l < DD_LANES; l++)
        x[l] = l <= EVEN ? down * (EVEN - l) / EVEN
                         : up * (l - EVEN) / (DD_LANES - 1 - EVEN);
}

static void
solve(dd_pace_finder *self, const dd_table_maker *maker, size_t law, size_t lane,
      const double x[DD_LANES])
{
    for (size_t p = 0; p < self->model->n_pipelines; p++) {
        dd_pipeline_curves *work = &self->work[p];
        for (int l = 0; l < DD_LANES; l++)
            set_rates(&work->rates[l], dd_table_maker_law_rates(maker, law, p, lane),
                      exp(x[l]));
        dd_curve_solve(&work->curve, work->lane, DD_WON);
    }
    for (size_t r = 0; r < self->rows->n;)
        r = dd_table_rows_fill(self->rows, r, &self->work[self->rows->pipeline[r]],
                               self->end_day, NULL, self->tables);
}

typedef double wins_of(const dd_pace_finder *self, int lane, double level);

/* Where more pace brings no more wins the table ends. @return points left */
static int
tabulate(const dd_pace_finder *self, wins_of *wins, double y[DD_LANES])
{
    int n = 0;

    for (; n < DD_LANES; n++) {
        y[n] = log(fmax(wins(self, n, 1), 1e-300));
        if (n > 0 && y[n] <= y[n - 1])
            break;
    }
    return n;
}

/* The pace of each trial at which deals of a kind win what they would under its level. */
static void
match(dd_pace_finder *self, wins_of *wins, const double x[DD_LANES],
      const double level[DD_BLOCK], double low, double high, float pace[DD_BLOCK])
{
    double y[DD_LANES], coefficient[DD_LEVEL_NODES], target[DD_LEVEL_NODES];
    size_t nodes = dd_chebyshev_nodes(low, high);

    if (tabulate(self, wins, y) < DD_LANES)
        return; /* nobody can win */
    for (size_t i = 0; i < nodes; i++)
        target[i] = log(wins(self, EVEN, exp(dd_chebyshev_node(i, low, high))));
    dd_chebyshev_fit(nodes, target, coefficient);
    gsl_interp_init(self->wins_to_pace, y, x, DD_LANES);
    for (int i = 0; i < DD_BLOCK; i++) {
        double wanted = dd_chebyshev_at(coefficient, low, high, log(level[i]));
        wanted = fmin(fmax(wanted, y[0]), y[DD_LANES - 1]);
        pace[i] = (float) exp(gsl_interp_eval(self->wins_to_pace, y, x, wanted, NULL));
    }
}

void
dd_pace_find(dd_pace_finder *self, const dd_table_maker *maker, size_t law, size_t lane,
             const double level[DD_BLOCK], dd_paces *pace)
{
    double x[DD_LANES], low, high;

    range_of(level, &low, &high);
    for (int i = 0; i < DD_BLOCK; i++)
        pace->of_open[i] = pace->of_new[i] = 1;
    if (low >= high && low == 0)
        return;
    choose_paces(x, low, high);
    solve(self, maker, law, lane, x);
    low -= 1e-9;
    high += 1e-9;
    match(self, open_wins, x, level, low, high, pace->of_open);
    match(self, all_new_wins, x, level, low, high, pace->of_new);
}
