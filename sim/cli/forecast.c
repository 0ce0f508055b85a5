/* dealdice forecast: what will be booked, and the chance of each target. */
#include "answers/forecast.h"

#include "cli/commands.h"
#include "cli/complain.h"
#include "cli/late.h"
#include "cli/made_by.h"
#include "cli/reject.h"
#include "engine/simulate.h"
#include "show/samples.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

const dd_command_face dd_forecast_face = {
    .name = "forecast",
    .arguments = "FUNNEL",
    .says = "bookings per period, their range, and the chance of each target",
    .help = "Play the future of a pipeline many thousand times, and tell what will be "
            "booked this period and the next ones, how sure that is, and the chance "
            "of each target. FUNNEL is a funnel.yaml, or a history CSV alone.\v"
            "Examples:\n"
            "  dealdice forecast scenarios/demo/funnel.yaml\n"
            "  dealdice forecast scenarios/demo/history.csv --periods 2\n"
            "  dealdice forecast scenarios/demo/funnel.yaml --target 500万\n"
            "  dealdice forecast scenarios/demo/funnel.yaml --period month\n"
            "  dealdice forecast scenarios/demo/funnel.yaml --format json\n",
    .takes = DD_TAKES_AS_OF | DD_TAKES_QUESTION | DD_TAKES_SAMPLES | DD_TAKES_OUTPUT,
    .table = "periods",
};

/* All that a forecast needs, in the order in which it comes to be. */
typedef struct {
    dd_options options;
    dd_funnel funnel;
    dd_history history;
    dd_past past;
    dd_question question;
    dd_model model;
    dd_book book;
    dd_outcomes outcomes;
    dd_forecast forecast;
    dd_doc doc;
    dd_notes notes;
} work;

static void
free_work(work *w)
{
    dd_doc_free(&w->doc);
    dd_forecast_free(&w->forecast);
    dd_outcomes_free(&w->outcomes);
    dd_book_free(&w->book);
    dd_model_free(&w->model);
    dd_question_free(&w->question);
    dd_past_free(&w->past);
    dd_history_free(&w->history);
    dd_funnel_free(&w->funnel);
    dd_options_free(&w->options);
    dd_notes_free(&w->notes);
}

static double
seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* How long it took interests a person, and is none of the answer. */
static void
tell_time(const work *w, double start)
{
    if (!w->options.quiet && isatty(STDERR_FILENO))
        fprintf(stderr, "%zu trials of %zu open deals in %.2f s\n", w->outcomes.trials,
                w->book.n, seconds() - start);
}

static dd_day
as_of(const work *w)
{
    return w->options.as_of != DD_NO_DAY ? w->options.as_of : w->history.last_day;
}

static const char *
currency(const work *w)
{
    return w->funnel.currency != NULL ? w->funnel.currency : w->history.currency;
}

/* From the files to what is known and asked. */
static dd_status
prepare(work *w, dd_error *err)
{
    dd_status status = dd_funnel_read(&w->funnel, w->options.input, &w->notes, err);
    if (!status)
        status = dd_history_read(&w->history, &w->funnel, &w->notes, err);
    if (!status)
        status = dd_reject(&w->options, &w->history, err);
    if (!status)
        status = dd_tell_late(&w->notes, &w->history, as_of(w), err);
    if (!status)
        status = dd_history_as_of(&w->past, &w->history, as_of(w), &w->notes, err);
    if (!status)
        status = dd_question_init(&w->question, &w->funnel, as_of(w),
                                  &w->options.question, &w->notes, err);
    if (!status && w->options.seed_given)
        w->question.seed = w->options.question.seed;
    if (!status)
        status = dd_model_fit(&w->model, &w->past, &w->funnel, &w->notes, err);
    if (!status)
        status = dd_model_fit_level(&w->model, &w->past, &w->funnel,
                                    w->question.periods[0].end - w->question.as_of, err);
    if (!status)
        status = dd_book_init(&w->book, &w->past, &w->funnel, &w->question, err);
    return status;
}

static dd_status
answer(work *w, const dd_command_line *line, dd_error *err)
{
    dd_status status = dd_simulate(&w->outcomes, &w->model, &w->book, &w->question, err);
    if (!status)
        status = dd_forecast_make(&w->forecast, &w->outcomes, &w->past, &w->book,
                                  &w->question, &w->model, currency(w), &w->notes, err);
    if (!status && dd_doc_init(&w->doc))
        status = dd_error_no_memory(err);
    if (!status)
        status = dd_made_by(&w->doc, line->argc, line->argv, &w->question.seed,
                            &w->funnel, err);
    if (!status)
        dd_forecast_describe(&w->forecast, &w->notes, &w->doc);
    return status;
}

static dd_status
show(const work *w, dd_error *err)
{
    dd_status status = DD_OK;
    if (w->options.samples != NULL)
        status = dd_samples_write(&w->outcomes, &w->question, w->options.samples, err);
    if (!status)
        status = dd_show(&w->doc, &w->options.show, err);
    return status;
}

int
dd_forecast_command(const dd_command_line *line)
{
    work w = { 0 };
    dd_error err = { 0 };
    double start = seconds();
    dd_status status = dd_options_read(&w.options, &dd_forecast_face, line->argc - 1,
                                       line->argv + 1, &err);
    if (status)
        goto out;
    status = prepare(&w, &err);
    if (status)
        goto out;
    status = answer(&w, line, &err);
    if (status)
        goto out;
    status = show(&w, &err);
    if (!status)
        tell_time(&w, start);
out:
    free_work(&w);
    int exit_status = dd_complain(&err, status, dd_forecast_face.name);
    dd_error_free(&err);
    return exit_status;
}
