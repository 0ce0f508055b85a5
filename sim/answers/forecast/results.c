#include "answers/forecast/results.h"

#include "base/threads.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

static dd_status
make_room(dd_results *self, size_t trials, size_t n_periods, dd_error *err)
{
    *self = (dd_results){ .trials = trials, .n_periods = n_periods };
    self->periods = calloc(n_periods + 1, sizeof *self->periods);
    return self->periods ? DD_OK : dd_error_no_memory(err);
}

void
dd_results_free(dd_results *self)
{
    free(self->periods);
    free(self->bins.share);
    memset(self, 0, sizeof *self);
}

/* ---- outcomes that were kept ---- */

static dd_status
summarise(dd_summary *summary, const int64_t *column, size_t trials, int independent,
          dd_error *err)
{
    dd_ranking ranking;
    dd_status status = dd_ranking_init(&ranking, column, trials, independent, err);

    if (status)
        return status;
    *summary = dd_summary_of(&ranking);
    dd_ranking_free(&ranking);
    return DD_OK;
}

static dd_status
fill_bins(dd_bins *bins, const dd_ranking *ranking, dd_error *err)
{
    dd_status status = dd_bins_init(bins, (double) dd_summary_quantile(ranking, 0.005),
                                    (double) dd_summary_quantile(ranking, 0.995), err);

    for (size_t i = 0; !status && i < ranking->trials; i++)
        dd_bins_add(bins, ranking->sorted[i], 1.0 / (double) ranking->trials);
    return status;
}

static dd_status
fill_bookings(dd_results *self, size_t p, const dd_ranking *ranking,
              const dd_question *question, dd_error *err)
{
    dd_period_result *period = &self->periods[p];

    period->bookings = dd_summary_of(ranking);
    period->sure = (double) dd_summary_quantile(ranking, 1.0 - question->confidence);
    period->p_target = period->p_target_mcse = (double) NAN;
    if (question->target[p] != DD_NO_TARGET) {
        period->p_target = dd_summary_reach(ranking, question->target[p]);
        period->p_target_mcse = dd_summary_reach_mcse(ranking, question->target[p]);
    }
    return p == 0 ? fill_bins(&self->bins, ranking, err) : DD_OK;
}

static dd_status
fill_period(dd_results *self, size_t p, const dd_outcomes *outcomes,
            const dd_question *question, dd_error *err)
{
    int independent = question->rates_fixed && question->level_off;
    size_t n = outcomes->trials;
    dd_ranking ranking;
    dd_status status
        = dd_ranking_init(&ranking, outcomes->bookings + p * n, n, independent, err);

    if (status)
        return status;
    status = fill_bookings(self, p, &ranking, question, err);
    dd_ranking_free(&ranking);
    if (!status)
        status = summarise(&self->periods[p].open, outcomes->open + p * n, n,
                           independent, err);
    if (!status)
        status = summarise(&self->periods[p].new_, outcomes->new_ + p * n, n,
                           independent, err);
    if (!status)
        status = summarise(&self->periods[p].wins, outcomes->wins + p * n, n,
                           independent, err);
    return status;
}

#define MANY \
    ((size_t) 1 << 18) /* outcomes from which on threads bring more than they cost */

/* Periods are summed up beside each other where there is much to sort. */
static dd_status
fill_periods(dd_results *self, const dd_outcomes *outcomes, const dd_question *question,
             dd_error *err)
{
    int many = outcomes->periods * outcomes->trials >= MANY, worst = DD_OK;
    int threads = question->threads > 0 ? question->threads : omp_get_num_procs();
    dd_meeting meeting = DD_MEETING;

#pragma omp parallel num_threads(many ? threads : 1) reduction(max : worst)
    {
#pragma omp for schedule(dynamic) nowait
        for (size_t p = 0; p < outcomes->periods; p++) {
            int status
                = (int) fill_period(self, p, outcomes, question, many ? NULL : err);
            worst = status > worst ? status : worst;
        }
        dd_threads_meet(&meeting);
    }
    dd_threads_rest();
    return many && worst ? dd_error_no_memory(err) : (dd_status) worst;
}

dd_status
dd_results_of(dd_results *self, const dd_outcomes *outcomes, const dd_question *question,
              dd_error *err)
{
    dd_variance_parts parts = { 0 };
    dd_status status = make_room(self, outcomes->trials, outcomes->periods, err);

    if (!status)
        status = fill_periods(self, outcomes, question, err);
    dd_variance_add(&parts, outcomes->bookings, outcomes->expected, outcomes->trials);
    self->variance = dd_variance_shares(&parts);
    if (status)
        dd_results_free(self);
    return status;
}

/* ---- outcomes that are counted ---- */

typedef struct {
    dd_tally bookings, open, new_, wins;
} period_tally;

struct dd_results_counter {
    double sure_at; /* 1 - confidence */
    size_t trials, n_periods;
    period_tally *periods;
    dd_variance_parts variance;
};

static dd_status
tally_period(period_tally *self, const dd_question *question, size_t p, dd_error *err)
{
    int independent = question->rates_fixed && question->level_off;
    dd_status status
        = dd_tally_init(&self->bookings, question->target[p], independent, err);

    if (!status)
        status = dd_tally_init(&self->open, DD_NO_TARGET, independent, err);
    if (!status)
        status = dd_tally_init(&self->new_, DD_NO_TARGET, independent, err);
    if (!status)
        status = dd_tally_init(&self->wins, DD_NO_TARGET, independent, err);
    return status;
}

dd_status
dd_results_counter_new(dd_results_counter **made, const dd_question *question,
                       dd_error *err)
{
    dd_status status = DD_OK;
    dd_results_counter *self = calloc(1, sizeof *self);

    *made = self;
    if (!self)
        return dd_error_no_memory(err);
    self->sure_at = 1.0 - question->confidence;
    self->periods = calloc(question->n_periods + 1, sizeof *self->periods);
    if (!self->periods)
        status = dd_error_no_memory(err);
    for (size_t p = 0; p < question->n_periods && !status; p++, self->n_periods++)
        status = tally_period(&self->periods[p], question, p, err);
    if (status) {
        dd_results_counter_free(self);
        *made = NULL;
    }
    return status;
}

void
dd_results_counter_free(dd_results_counter *self)
{
    if (!self)
        return;
    for (size_t p = 0; p < self->n_periods; p++) {
        dd_tally_free(&self->periods[p].bookings);
        dd_tally_free(&self->periods[p].open);
        dd_tally_free(&self->periods[p].new_);
        dd_tally_free(&self->periods[p].wins);
    }
    free(self->periods);
    free(self);
}

void
dd_results_counter_add(dd_results_counter *self, const dd_outcomes *outcomes)
{
    size_t n = outcomes->trials;

    for (size_t p = 0; p < self->n_periods; p++) {
        dd_tally_add(&self->periods[p].bookings, outcomes->bookings + p * n, n);
        dd_tally_add(&self->periods[p].open, outcomes->open + p * n, n);
        dd_tally_add(&self->periods[p].new_, outcomes->new_ + p * n, n);
        dd_tally_add(&self->periods[p].wins, outcomes->wins + p * n, n);
    }
    dd_variance_add(&self->variance, outcomes->bookings, outcomes->expected, n);
    self->trials += n;
}

static void
end_period(const period_tally *self, double sure_at, dd_period_result *period)
{
    const dd_running *running = &self->bookings.running;

    period->bookings = dd_tally_summary(&self->bookings);
    period->open = dd_tally_summary(&self->open);
    period->new_ = dd_tally_summary(&self->new_);
    period->wins = dd_tally_summary(&self->wins);
    period->sure = (double) dd_tally_quantile(&self->bookings, sure_at);
    period->p_target = period->p_target_mcse = (double) NAN;
    if (running->target != DD_NO_TARGET) {
        period->p_target = dd_running_reach(running);
        period->p_target_mcse = dd_running_reach_mcse(running);
    }
}

static void
bin_bucket(void *arg, int64_t outcome, size_t n)
{
    dd_results *results = arg;
    dd_bins_add(&results->bins, outcome, (double) n / (double) results->trials);
}

dd_status
dd_results_counter_end(const dd_results_counter *self, dd_results *results,
                       dd_error *err)
{
    const dd_tally *first = &self->periods[0].bookings;
    dd_status status = make_room(results, self->trials, self->n_periods, err);

    if (!status && self->trials == 0)
        status = dd_error_add(err, DD_EDATA, NULL, NULL, "one trial or more",
                              "no trial to summarise");
    for (size_t p = 0; p < self->n_periods && !status; p++)
        end_period(&self->periods[p], self->sure_at, &results->periods[p]);
    if (!status)
        status = dd_bins_init(&results->bins, (double) dd_tally_quantile(first, 0.005),
                              (double) dd_tally_quantile(first, 0.995), err);
    if (!status)
        dd_tally_each(first, bin_bucket, results);
    results->variance = dd_variance_shares(&self->variance);
    if (status)
        dd_results_free(results);
    return status;
}
