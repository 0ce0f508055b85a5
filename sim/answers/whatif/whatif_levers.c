/* The tornado: what a tenth of every lever brings. */
#include "answers/whatif/whatif_play.h"

#include "model/effort.h"
#include "model/lever.h"

#include <math.h>
#include <stdlib.h>

#define TENTH 1.1
#define SHORTER 0.9

/* A lever that is to be pulled, beside the outcomes that it is measured against. */
typedef struct {
    const dd_whatif_base *base;
    const dd_outcomes *of_base;
    size_t target_period;
    int64_t *column; /* a value per trial */
    dd_error *err;
} measure;

static int
compare_levers(const void *a, const void *b)
{
    const dd_whatif_lever *x = a, *y = b;
    if (x->bookings_change != y->bookings_change)
        return x->bookings_change < y->bookings_change ? 1 : -1;
    if (x->wins_change != y->wins_change)
        return x->wins_change < y->wins_change ? 1 : -1;
    return (int) x->lever - (int) y->lever;
}

/* As far as the rate can grow; NONE where it cannot. */
static dd_change
up_to(double now, double most)
{
    dd_change change = { DD_CHANGE_TIMES, TENTH };
    if (now <= 0.0 || most <= now * (1.0 + 1e-6))
        return (dd_change){ DD_CHANGE_NONE, 0.0 };
    if (TENTH * now > most)
        change.value = most / now;
    return change;
}

static dd_change
change_of(dd_lever_kind kind, const dd_rates *rates, size_t s)
{
    size_t n = rates->process->n_stages;
    if (kind == DD_LEVER_STEP_RATE)
        return up_to(dd_step_rate(&rates->stage[s], s), 1.0);
    if (kind == DD_LEVER_WIN_RATE)
        return up_to(rates->p_ever[s], dd_stage_reach_of(rates->stage, n, s).most);
    if (rates->stage[s].bands == 0)
        return (dd_change){ DD_CHANGE_NONE, 0.0 };
    return (dd_change){ DD_CHANGE_TIMES, SHORTER };
}

static void
add(dd_whatif *self, dd_lever_kind kind, const char *pipeline, const char *stage,
    dd_change change)
{
    if (change.kind != DD_CHANGE_NONE)
        self->levers[self->n_levers++] = (dd_whatif_lever){
            .lever = kind, .pipeline = pipeline, .stage = stage, .change = change
        };
}

/* What all pipelines can reach: one of them that wins nothing has no say. */
static dd_change
least_of(dd_change a, dd_change b)
{
    return b.kind != DD_CHANGE_NONE && b.value < a.value ? b : a;
}

/* The levers of one pipeline's stages; and how far the chance of all deals can grow. */
static dd_status
list_stages(dd_whatif *self, const dd_model *model, size_t p, dd_change *all,
            dd_error *err)
{
    static const dd_lever_kind kinds[]
        = { DD_LEVER_STEP_RATE, DD_LEVER_WIN_RATE, DD_LEVER_CYCLE };
    const dd_process *process = &model->process[p];
    const char *pipeline = model->n_pipelines > 1 ? process->name : NULL;
    dd_rates rates;
    dd_status status = dd_rates_init(&rates, process, err);
    if (status)
        return status;
    dd_rates_mean(&rates);
    *all = least_of(*all, up_to(dd_chance_from_creation(&rates), 1.0 - 1e-6));
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t s = 0; s < process->n_stages; s++)
            if (process->stage[s].follows == (int32_t) s)
                add(self, kinds[k], pipeline, process->stage_name[s],
                    change_of(kinds[k], &rates, s));
    dd_rates_free(&rates);
    return DD_OK;
}

static dd_status
list_levers(dd_whatif *self, const dd_model *model, dd_error *err)
{
    const dd_change tenth = { DD_CHANGE_TIMES, TENTH },
                    shorter = { DD_CHANGE_TIMES, SHORTER };
    dd_change all = tenth;
    dd_status status = DD_OK;
    size_t n = 5;
    for (size_t p = 0; p < model->n_pipelines; p++)
        n += 3 * model->process[p].n_stages;
    self->levers = calloc(n, sizeof *self->levers);
    if (self->levers == NULL)
        return dd_error_no_memory(err);
    for (size_t p = 0; p < model->n_pipelines && !status; p++)
        status = list_stages(self, model, p, &all, err);
    add(self, DD_LEVER_WIN_RATE, NULL, NULL, all);
    add(self, DD_LEVER_CYCLE, NULL, NULL, shorter);
    add(self, DD_LEVER_DEAL_SIZE, NULL, NULL, tenth);
    add(self, DD_LEVER_MARKET, NULL, NULL, tenth);
    if (dd_chance_is_known(&model->effort->opportunity_of_visit))
        add(self, DD_LEVER_VISITS, NULL, NULL, tenth);
    return status;
}

static dd_status
take_measure(const measure *self, const dd_outcomes *of, dd_whatif_lever *lever)
{
    const dd_question *question = self->base->question;
    dd_difference change;
    dd_status status;
    dd_whatif_subtract(self->column, of, self->of_base, 0, question->n_periods - 1);
    status = dd_difference_of(&change, self->column, question, of->trials, self->err);
    lever->bookings_change = change.mean;
    lever->bookings_change_mcse = change.mcse;
    if (!status) {
        dd_whatif_subtract_wins(self->column, of, self->of_base, 0,
                                question->n_periods - 1);
        status
            = dd_difference_of(&change, self->column, question, of->trials, self->err);
        lever->wins_change = change.mean;
        lever->wins_change_mcse = change.mcse;
    }
    lever->p_target_change = lever->mcse = (double) NAN;
    if (status || self->target_period == question->n_periods)
        return status;
    dd_whatif_hits(self->column, of, self->of_base, self->target_period,
                   question->target[self->target_period]);
    status = dd_difference_of(&change, self->column, question, of->trials, self->err);
    lever->p_target_change = change.mean;
    lever->mcse = change.mcse;
    return status;
}

static dd_status
pull(const measure *self, dd_whatif_lever *lever)
{
    dd_scenario scenario;
    dd_whatif_future future = { 0 };
    dd_status status = dd_scenario_init(&scenario, "lever", self->err);
    if (status)
        return status;
    status = dd_scenario_add(&scenario, lever->lever, lever->pipeline, lever->stage,
                             lever->change, self->err);
    if (!status)
        status = dd_whatif_play(&future, self->base, &scenario, (double) NAN, self->err);
    if (!status)
        status = take_measure(self, &future.outcomes, lever);
    dd_whatif_future_free(&future);
    dd_scenario_free(&scenario);
    return status;
}

dd_status
dd_whatif_pull_levers(dd_whatif *self, const dd_whatif_base *base, dd_error *err)
{
    dd_whatif_future of_base = { 0 };
    measure with = { base, &of_base.outcomes, self->target_period, NULL, err };
    dd_status status = list_levers(self, base->model, err);
    if (!status)
        status = dd_whatif_play(&of_base, base, NULL, (double) NAN, err);
    if (!status
        && !(with.column = malloc((of_base.outcomes.trials + 1) * sizeof *with.column)))
        status = dd_error_no_memory(err);
    for (size_t i = 0; i < self->n_levers && !status; i++)
        status = pull(&with, &self->levers[i]);
    if (!status)
        qsort(self->levers, self->n_levers, sizeof *self->levers, compare_levers);
    free(with.column);
    dd_whatif_future_free(&of_base);
    self->stopped |= status == DD_ESTOPPED;
    if (self->stopped)
        self->n_levers = 0;
    return self->stopped ? DD_OK : status;
}
