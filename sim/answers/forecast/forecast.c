#include "answers/forecast/forecast.h"

#include "model/amounts.h"
#include "model/clock/clock.h"
#include "model/level/level.h"
#include "model/rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double unknown = (double) NAN;

const char *
dd_forecast_flag(double p_target)
{
    if (p_target < DD_FLAG_RED)
        return "black";
    if (p_target < DD_FLAG_AMBER)
        return "red";
    return p_target < DD_FLAG_GREEN ? "amber" : "green";
}

void
dd_forecast_free(dd_forecast *self)
{
    free(self->currency);
    free(self->periods);
    free(self->stages);
    dd_cash_free(&self->cash);
    free(self->bins.share);
    *self = (dd_forecast){ 0 };
}

/* Mean of a discrete law. */
static double
mean_size(const dd_sizes *sizes)
{
    double sum = 0.0, weight = 0.0;
    for (size_t i = 0; i < sizes->n; i++) {
        sum += sizes->value[i] * sizes->weight[i];
        weight += sizes->weight[i];
    }
    return sum / weight;
}

/* Count the open deals into the stages of one pipeline, which start at `stages`. */
static size_t
count_deals(dd_forecast_stage *stages, int32_t pipeline, const dd_book *book,
            double mean_amount)
{
    size_t without = 0;
    for (size_t i = 0; i < book->n; i++) {
        dd_forecast_stage *stage;
        int known = book->amount[i] != DD_UNKNOWN_AMOUNT;
        if (book->pipeline[i] != pipeline)
            continue;
        stage = &stages[book->stage[i]];
        stage->deals++;
        stage->amount += known ? (double) book->amount[i] : mean_amount;
        without += !known;
    }
    return without;
}

/* The lines of one pipeline, empty or not. */
static dd_status
fill_pipeline(dd_forecast_stage *stages, const dd_model *model, int32_t pipeline,
              const dd_book *book, size_t *without, dd_error *err)
{
    const dd_process *process = &model->process[pipeline];
    dd_rates rates;
    dd_status status = dd_rates_init(&rates, process, err);
    if (status)
        return status;
    dd_rates_mean(&rates);
    *without += count_deals(stages, pipeline, book,
                            mean_size(&model->amounts[pipeline].fresh));
    for (size_t s = 0; s < process->n_stages; s++) {
        stages[s].pipeline = model->n_pipelines > 1 ? process->name : NULL;
        stages[s].name = process->stage_name[s];
        stages[s].win_rate = rates.p_ever[s];
        stages[s].weighted = stages[s].amount * rates.p_ever[s];
    }
    dd_rates_free(&rates);
    return DD_OK;
}

/* In the deals layout a deal stands in its stage or, on earlier days, in "Open": lines
 * of what is not in use there would only puzzle. */
static void
drop_empty(dd_forecast *self)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->n_stages; i++)
        if (self->stages[i].deals > 0)
            self->stages[kept++] = self->stages[i];
    self->n_stages = kept;
}

static dd_status
fill_stages(dd_forecast *self, const dd_past *past, const dd_book *book,
            const dd_model *model, size_t *without, dd_error *err)
{
    size_t n = 0, at = 0;
    for (size_t p = 0; p < model->n_pipelines; p++)
        n += model->process[p].n_stages;
    self->stages = calloc(n + 1, sizeof *self->stages);
    if (self->stages == NULL)
        return dd_error_no_memory(err);
    self->n_stages = n;
    for (size_t p = 0; p < model->n_pipelines; p++) {
        dd_status status
            = fill_pipeline(self->stages + at, model, (int32_t) p, book, without, err);
        if (status)
            return status;
        at += model->process[p].n_stages;
    }
    for (size_t i = 0; i < n; i++) {
        self->open_pipeline += self->stages[i].amount;
        self->weighted_pipeline += self->stages[i].weighted;
    }
    if (past->layout == DD_DEALS)
        drop_empty(self);
    return DD_OK;
}

static void
without_target(dd_forecast_period *period)
{
    period->p_target = period->p_target_mcse = unknown;
    period->attainment = period->gap = period->gap_at_confidence = unknown;
    period->coverage = unknown;
}

/* Set the bookings against the target. */
static void
with_target(dd_forecast_period *period, const dd_forecast *self,
            const dd_period_result *result)
{
    double target = (double) period->target, booked = (double) period->booked;
    double left = target - booked;
    period->p_target = result->p_target;
    period->p_target_mcse = left > 0.0 ? result->p_target_mcse : 0.0;
    period->flag = dd_forecast_flag(period->p_target);
    period->gap = left - self->weighted_pipeline;
    period->attainment = (booked + self->weighted_pipeline) / target;
    period->gap_at_confidence = target - result->sure;
    period->coverage = left > 0.0 ? self->open_pipeline / left : unknown;
}

static void
fill_period(dd_forecast *self, size_t p, const dd_period_result *result,
            const dd_book *book, const dd_question *question)
{
    dd_forecast_period *period = &self->periods[p];
    period->period = question->periods[p];
    period->booked = book->booked[p];
    period->booked_wins = book->booked_wins[p];
    period->target = question->target[p];
    period->bookings = result->bookings;
    period->open = result->open;
    period->new_ = result->new_;
    period->wins = result->wins;
    if (period->target == DD_NO_TARGET)
        without_target(period);
    else
        with_target(period, self, result);
}

static dd_status
copy_bins(dd_bins *self, const dd_bins *bins, dd_error *err)
{
    *self = *bins;
    self->share = malloc((bins->n + 1) * sizeof *self->share);
    if (self->share == NULL)
        return dd_error_no_memory(err);
    memcpy(self->share, bins->share, bins->n * sizeof *self->share);
    return DD_OK;
}

static dd_status
tell(const dd_forecast *self, size_t without, dd_notes *notes)
{
    dd_status status = DD_OK;
    if (without > 0)
        status = dd_notes_add(notes, "open_without_amount",
                              "open deals without an amount that the stage table counts "
                              "with the mean of new deals: %zu",
                              without);
    return status ? status
                  : dd_summary_note_few(self->periods[0].bookings.mean_mcse,
                                        self->trials, notes);
}

static dd_status
fill(dd_forecast *self, const dd_results *results, const dd_past *past,
     const dd_book *book, const dd_question *question, const dd_model *model,
     dd_notes *notes, dd_error *err)
{
    size_t without = 0;
    dd_status status = fill_stages(self, past, book, model, &without, err);
    if (status)
        return status;
    self->periods = calloc(question->n_periods, sizeof *self->periods);
    if (self->periods == NULL)
        return dd_error_no_memory(err);
    self->n_periods = question->n_periods;
    for (size_t p = 0; p < self->n_periods; p++)
        fill_period(self, p, &results->periods[p], book, question);
    status = copy_bins(&self->bins, &results->bins, err);
    if (!status && tell(self, without, notes))
        status = dd_error_no_memory(err);
    return status;
}

/* What the interval rests on. */
static void
set_basis(dd_forecast *self, const dd_results *results, const dd_past *past,
          const dd_model *model)
{
    dd_day from = past->starts != DD_NO_DAY && past->starts > past->first_day
                      ? past->starts
                      : past->first_day;
    self->variance = results->variance;
    self->wins = model->wins;
    self->history_days = past->as_of - from + 1;
    self->windows = model->level_off ? 0 : model->level->windows;
    self->spread = model->level_off ? 0.0 : model->level->wins_spread;
    self->arrivals_spread = model->level_off ? 0.0 : model->level->arrivals_spread;
    self->season = model->clock->coming;
}

static dd_status
tell_shift(const dd_model *model, dd_notes *notes)
{
    if (model->level_off || !dd_level_has_shifted(model->level))
        return DD_OK;
    return dd_notes_add(
        notes, "level_shift",
        "wins lately ran at %.0f %% of what earlier history lets expect: "
        "the forecast starts from there; see what changed",
        100.0 * model->level->present);
}

dd_status
dd_forecast_make(dd_forecast *self, const dd_results *results, const dd_past *past,
                 const dd_book *book, const dd_question *question, const dd_model *model,
                 const char *currency, dd_notes *notes, dd_error *err)
{
    dd_status status = DD_OK;
    *self = (dd_forecast){ .as_of = question->as_of,
                           .trials = results->trials,
                           .confidence = question->confidence };
    if (currency != NULL && (self->currency = strdup(currency)) == NULL)
        status = dd_error_no_memory(err);
    if (!status)
        status = fill(self, results, past, book, question, model, notes, err);
    if (!status)
        set_basis(self, results, past, model);
    if (!status && tell_shift(model, notes))
        status = dd_error_no_memory(err);
    if (status)
        dd_forecast_free(self);
    return status;
}
