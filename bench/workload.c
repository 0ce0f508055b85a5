#include "workload.h"

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static dd_status
read_all(workload *self, const char *path, const dd_question_options *options,
         dd_notes *notes, dd_error *err)
{
    dd_day as_of = dd_day_from_civil(2026, 12, 31);
    dd_status status = dd_funnel_read(&self->funnel, path, notes, err);

    if (!status)
        status = dd_history_read(&self->history, &self->funnel, notes, err);
    if (!status)
        status = dd_history_as_of(&self->past, &self->history, as_of, notes, err);
    if (!status)
        status = dd_question_init(&self->question, &self->funnel, as_of, options, notes,
                                  err);
    if (!status)
        status = dd_model_fit(&self->model, &self->past, &self->funnel, notes, err);
    if (!status)
        status = dd_book_init(&self->book, &self->past, &self->funnel, &self->question,
                              err);
    return status;
}

int
workload_read(workload *self, const char *path, const char *period, long periods,
              long trials)
{
    dd_question_options options
        = { .period = period, .periods = periods, .trials = trials, .threads = 1 };
    dd_notes notes = { 0 };
    dd_error err = { 0 };
    dd_status status;

    memset(self, 0, sizeof *self);
    options.seed = 1;
    status = read_all(self, path, &options, &notes, &err);
    for (size_t i = 0; i < err.n; i++)
        fprintf(stderr, "bench: %s: %s\n", path, err.items[i].wrong);
    dd_error_free(&err);
    dd_notes_free(&notes);
    return status != DD_OK;
}

void
workload_free(workload *self)
{
    dd_book_free(&self->book);
    dd_model_free(&self->model);
    dd_question_free(&self->question);
    dd_past_free(&self->past);
    dd_history_free(&self->history);
    dd_funnel_free(&self->funnel);
}

int
workload_summarise(const int64_t *won, size_t trials, dd_summary *summary)
{
    dd_ranking ranking;

    if (dd_ranking_init(&ranking, won, trials, 1, NULL))
        return 1;
    *summary = dd_summary_of(&ranking);
    dd_ranking_free(&ranking);
    return 0;
}

/* All periods' quantiles are taken, as an answer would; the first's are told. */
int
workload_play(const workload *self, double *seconds, dd_summary *summary)
{
    dd_outcomes outcomes = { 0 };
    double start = bench_seconds();
    int wrong = dd_simulate(&outcomes, &self->model, &self->book, &self->question, NULL)
                != DD_OK;

    for (size_t p = outcomes.periods; !wrong && p-- > 0;)
        wrong = workload_summarise(outcomes.bookings + p * outcomes.trials,
                                   outcomes.trials, summary);
    *seconds = bench_seconds() - start;
    dd_outcomes_free(&outcomes);
    return wrong;
}
