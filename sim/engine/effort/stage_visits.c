#include "engine/effort/stage_visits.h"

#include "base/rng.h"
#include "engine/paths/paths.h"
#include "engine/paths/risks.h"
#include "model/rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PATHS 262144 /* of all open deals together, some of each */
#define MOST_OF_A_DEAL 512
#define PATHS_OF_NEW 16384
#define MOST_STEPS 64
#define NOBODY \
    0 /* seed and block of these streams: expectations, the same for any seed */

/* One pipeline's stages. */
typedef struct {
    size_t n_stages;
    dd_risks *risks;
    double *visits;     /* as a deal enters each */
    double *stationary; /* n_stages x DD_STATIONARY_AGES */
} pipeline;

static void
pipeline_free(pipeline *self)
{
    free(self->risks);
    free(self->visits);
    free(self->stationary);
}

static dd_status
pipeline_init(pipeline *self, const dd_model *model, const dd_process *process,
              dd_error *err)
{
    dd_rates rates;
    dd_status status = dd_rates_init(&rates, process, err);
    size_t n = process->n_stages;
    if (status)
        return status;
    self->n_stages = n;
    self->risks = malloc((n + 1) * sizeof *self->risks);
    self->visits = calloc(n + 1, sizeof *self->visits);
    self->stationary = malloc((n + 1) * DD_STATIONARY_AGES * sizeof(double));
    if (!self->risks || !self->visits || !self->stationary)
        status = dd_error_no_memory(err);
    dd_rates_mean(&rates);
    for (size_t s = 0; s < n && !status; s++) {
        dd_risks_make(&self->risks[s], &rates.stage[s], (int32_t) s);
        dd_stationary_ages(&rates.stage[s], self->stationary + s * DD_STATIONARY_AGES);
        for (size_t i = 0; i < model->effort->n_stages; i++)
            if (strcmp(model->effort->stages[i].stage, process->stage_name[s]) == 0)
                self->visits[s] = model->effort->stages[i].visits;
    }
    dd_rates_free(&rates);
    return status;
}

/* Visits on one path from a stage and age, within so many days. */
static double
count_visits(const pipeline *self, int32_t stage, double age, double days, uint64_t item,
             uint32_t path)
{
    dd_stream stream = dd_stream_make(NOBODY, DD_RNG_PATH, item, path);
    dd_step steps[MOST_STEPS];
    double end, visits = 0.0;
    size_t n;
    dd_path_play(self->risks, stage, age, days, &stream, steps, MOST_STEPS, &n, &end);
    for (size_t i = 0; i < n && i < MOST_STEPS; i++)
        if (steps[i].stage >= 0 && steps[i].day <= days)
            visits += self->visits[steps[i].stage];
    return visits;
}

static double
visits_of_open(const pipeline *pipelines, const dd_book *book, double days)
{
    size_t paths = book->n > 0 ? PATHS / book->n + 1 : 1;
    double sum = 0.0;
    paths = paths < MOST_OF_A_DEAL ? paths : MOST_OF_A_DEAL;
    for (size_t i = 0; i < book->n; i++) {
        const pipeline *p = &pipelines[book->pipeline[i]];
        const double *ages
            = p->stationary + (size_t) book->stage[i] * DD_STATIONARY_AGES;
        for (uint32_t k = 0; k < paths; k++) {
            double age = book->age_days[i];
            if (isnan(age))
                age = ages[k % DD_STATIONARY_AGES];
            sum += count_visits(p, book->stage[i], age, days, book->key[i], k)
                   / (double) paths;
        }
    }
    return sum;
}

/* The day at a share of the team's work, 0 the start. */
static double
day_at(const dd_model *model, dd_day as_of, size_t days, double share)
{
    double all = 0.0, sum = 0.0;
    for (size_t d = 1; d <= days; d++)
        all += dd_team_weeks(&model->effort->team, as_of + (dd_day) d);
    for (size_t d = 1; d <= days; d++) {
        sum += dd_team_weeks(&model->effort->team, as_of + (dd_day) d);
        if (sum > share * all)
            return (double) d - 0.5;
    }
    return (double) days;
}

/* Entering a first stage takes its visits, too. */
static double
visits_of_new(const pipeline *self, const dd_process *process, const dd_model *model,
              dd_day as_of, size_t days)
{
    enum { TIMES = 32 };
    double sum = 0.0;
    for (size_t s = 0; s < self->n_stages; s++)
        for (int t = 0; t < TIMES && process->arrivals.share[s] > 0.0; t++) {
            double left = (double) days - day_at(model, as_of, days, (t + 0.5) / TIMES);
            double one = self->visits[s];
            for (uint32_t k = 0; k < PATHS_OF_NEW / TIMES; k++)
                one += count_visits(self, (int32_t) s, 0.0, left,
                                    (uint64_t) s << 8 | (uint64_t) t, k)
                       / (PATHS_OF_NEW / TIMES);
            sum += process->arrivals.share[s] * one / TIMES;
        }
    return sum;
}

static void
expect_all(dd_stage_visits_taken *taken, const pipeline *pipelines,
           const dd_model *model, const dd_book *book, dd_day as_of, size_t days)
{
    double all = 0.0, sum = 0.0;
    taken->open = visits_of_open(pipelines, book, (double) days);
    for (size_t p = 0; p < model->n_pipelines; p++) {
        const dd_arrivals *arrivals = &model->process[p].arrivals;
        double share
            = arrivals->weeks[0] > 0.0 ? arrivals->shape[0] / arrivals->weeks[0] : 0.0;
        if (isfinite(arrivals->fixed_per_week))
            share = arrivals->fixed_per_week;
        share = fmax(share, 1e-9); /* nothing counted: alike */
        all += share;
        sum += share
               * visits_of_new(&pipelines[p], &model->process[p], model, as_of, days);
    }
    taken->per_opportunity = sum / all;
}

dd_status
dd_stage_visits_expect(dd_stage_visits_taken *taken, const dd_model *model,
                       const dd_book *book, dd_day as_of, size_t days, dd_error *err)
{
    pipeline *pipelines;
    dd_status status = DD_OK;

    *taken = (dd_stage_visits_taken){ 0.0, 0.0 };
    if (model->effort->n_stages == 0 || days == 0)
        return DD_OK;
    pipelines = calloc(model->n_pipelines + 1, sizeof *pipelines);
    if (!pipelines)
        return dd_error_no_memory(err);
    for (size_t p = 0; p < model->n_pipelines && !status; p++)
        status = pipeline_init(&pipelines[p], model, &model->process[p], err);
    if (!status)
        expect_all(taken, pipelines, model, book, as_of, days);
    for (size_t p = 0; p < model->n_pipelines; p++)
        pipeline_free(&pipelines[p]);
    free(pipelines);
    return status;
}
