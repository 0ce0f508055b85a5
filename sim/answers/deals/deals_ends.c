#include "answers/deals/deals_ends.h"

#include "engine/tables.h"

#include <math.h>
#include <stdlib.h>

static void
set_lost(dd_deals_ends *self, size_t p)
{
    dd_stages_ever(self->rates[p].stage, self->model->process[p].n_stages, DD_LOST,
                   self->lost[p]);
}

static dd_status
init_pipeline(dd_deals_ends *self, size_t p, dd_error *err)
{
    const dd_process *process = &self->model->process[p];
    size_t n = process->n_stages + 1;
    dd_status status = dd_rates_init(&self->rates[p], process, err);
    if (status)
        return status;
    self->lost[p] = calloc(n, sizeof *self->lost[p]);
    self->age[p] = calloc(n * DD_STATIONARY_AGES, sizeof *self->age[p]);
    if (self->lost[p] == NULL || self->age[p] == NULL)
        return dd_error_no_memory(err);
    dd_rates_mean(&self->rates[p]);
    set_lost(self, p);
    for (size_t s = 0; s < process->n_stages; s++)
        dd_stationary_ages(&self->rates[p].stage[s],
                           self->age[p] + s * DD_STATIONARY_AGES);
    return DD_OK;
}

dd_status
dd_deals_ends_init(dd_deals_ends *self, const dd_model *model, dd_error *err)
{
    size_t n = model->n_pipelines;
    dd_status status = DD_OK;
    *self = (dd_deals_ends){ .model = model };
    self->rates = calloc(n + 1, sizeof *self->rates);
    self->lost = calloc(n + 1, sizeof *self->lost);
    self->age = calloc(n + 1, sizeof *self->age);
    if (self->rates == NULL || self->lost == NULL || self->age == NULL)
        status = dd_error_no_memory(err);
    for (size_t p = 0; p < n && !status; p++)
        status = init_pipeline(self, p, err);
    if (status)
        dd_deals_ends_free(self);
    return status;
}

void
dd_deals_ends_free(dd_deals_ends *self)
{
    for (size_t p = 0; self->model != NULL && p < self->model->n_pipelines; p++) {
        if (self->rates != NULL)
            dd_rates_free(&self->rates[p]);
        if (self->lost != NULL)
            free(self->lost[p]);
        if (self->age != NULL)
            free(self->age[p]);
    }
    free(self->rates);
    free(self->lost);
    free(self->age);
    *self = (dd_deals_ends){ 0 };
}

void
dd_deals_ends_draw(dd_deals_ends *self, uint64_t seed, uint32_t block)
{
    for (size_t p = 0; p < self->model->n_pipelines; p++) {
        dd_rates_draw(&self->rates[p], seed, block, (uint32_t) p);
        set_lost(self, p);
    }
}

/* Where those of this age go next decides where they end. */
static void
add_ends(const dd_deals_ends *self, int32_t pipeline, int32_t stage, double age_days,
         double weight, double *won, double *lost)
{
    const dd_rates *rates = &self->rates[pipeline];
    const dd_stage *view = &rates->stage[stage];
    double share[DD_MAX_EXITS];
    dd_stage_shares(view, age_days, share);
    for (size_t j = 0; j < view->exits; j++) {
        int32_t to = view->to[j];
        *won += weight * share[j] * (to >= 0 ? rates->p_ever[to] : to == DD_WON);
        *lost
            += weight * share[j] * (to >= 0 ? self->lost[pipeline][to] : to == DD_LOST);
    }
}

/* The factors' odds move those who win against all others. */
static void
put_odds(double theta, double *won, double *lost)
{
    double sum = 1.0 - *won + theta * *won;
    if (theta == 1.0)
        return;
    *won *= theta / sum;
    *lost /= sum;
}

void
dd_deals_ends_of(const dd_deals_ends *self, int32_t pipeline, int32_t stage,
                 double age_days, const dd_levels *levels, double *won, double *lost)
{
    const double *unknown = self->age[pipeline] + stage * DD_STATIONARY_AGES;
    *won = *lost = 0.0;
    if (!isnan(age_days))
        add_ends(self, pipeline, stage, age_days, 1.0, won, lost);
    for (int k = 0; isnan(age_days) && k < DD_STATIONARY_AGES; k++)
        add_ends(self, pipeline, stage, unknown[k], 1.0 / DD_STATIONARY_AGES, won, lost);
    if (levels)
        put_odds(dd_rates_theta(&self->rates[pipeline], levels), won, lost);
}
