/* dealdice forecast: what will be booked, and the chance of each target. */
#include "answers/forecast/forecast.h"

#include "answers/forecast/trials.h"
#include "cli/company.h"
#include "cli/watch.h"
#include "engine/ranks.h"
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
            "of each target. FUNNEL is a funnel.yaml, or a history CSV alone.\n\n"
            "Ctrl-C answers with the trials played so far. Beyond 4.2 million trials x "
            "periods outcomes are counted rather than kept: memory grows no more, and "
            "quantiles are off by at most 0.0008 % of themselves.\v"
            "Examples:\n"
            "  dealdice forecast scenarios/demo/funnel.yaml\n"
            "  dealdice forecast scenarios/demo/history.csv --periods 2\n"
            "  dealdice forecast scenarios/demo/funnel.yaml --target 500万\n"
            "  dealdice forecast scenarios/demo/funnel.yaml --period month\n"
            "  dealdice forecast scenarios/demo/funnel.yaml --precision 0.5%\n"
            "  dealdice forecast scenarios/demo/funnel.yaml --format json\n",
    .takes = DD_TAKES_AS_OF | DD_TAKES_QUESTION | DD_TAKES_SAMPLES | DD_TAKES_LONG_RUNS
             | DD_TAKES_OUTPUT,
    .table = "periods",
};

static double
seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* How long it took interests a person, and is none of the answer. */
static void
tell_time(const dd_company *c, size_t trials, double start)
{
    if (!c->options.quiet && isatty(STDERR_FILENO))
        fprintf(stderr, "%zu trials of %zu open deals in %.2f s\n", trials, c->book.n,
                seconds() - start);
}

static dd_status
prepare(dd_company *c, const dd_command_line *line, dd_samples *samples)
{
    dd_status status = dd_company_prepare(c, &dd_forecast_face, line);
    if (!status)
        status = dd_company_note_capacity(c);
    if (!status && c->options.samples != NULL && dd_ranks_mine() == 0)
        status = dd_samples_open(samples, &c->question, c->options.samples, &c->err);
    return dd_ranks_together(status, &c->err);
}

static dd_status
take_samples(void *taker, const dd_outcomes *stretch, dd_error *err)
{
    (void) err; /* what cannot be written is told as the file is closed */
    dd_samples_add(taker, stretch);
    return DD_OK;
}

static dd_status
play(dd_company *c, dd_samples *samples, dd_results *results)
{
    dd_run_watch watch;
    dd_trials_how how = { .crew = dd_company_crew(c),
                          .take = samples->output.file != NULL ? take_samples : NULL,
                          .taker = samples };
    dd_watch_begin(&watch, &c->question, DD_WATCH_TRIALS,
                   c->options.quiet || dd_ranks_mine() > 0);
    dd_status status = dd_trials_play(results, &c->model, &c->book, &c->question, &how,
                                      &c->notes, &c->err);
    dd_watch_end(&watch);
    if (!status && results->trials > 0 && how.take != NULL)
        status = dd_samples_close(samples, &c->err);
    if (!status && results->trials == 0 && dd_ranks_mine() == 0)
        fputs("dealdice: interrupted before the first trials were played\n", stderr);
    return status;
}

static dd_status
answer(dd_company *c, const dd_command_line *line, const dd_results *results)
{
    dd_forecast forecast;
    dd_question question = c->question; /* of what was played, maybe interrupted */
    dd_status status
        = dd_forecast_make(&forecast, results, &c->past, &c->book, &c->question,
                           &c->model, dd_company_currency(c), &c->notes, &c->err);
    if (status)
        return status;
    question.trials = results->trials;
    status = dd_cash_make(&forecast.cash, &c->model, &c->book, &c->past, &c->funnel,
                          &question, dd_company_crew(c), &c->err);
    if (!status)
        status = dd_company_begin(c, line, &c->question.seed);
    if (!status)
        dd_forecast_describe(&forecast, &c->notes, &c->doc);
    dd_forecast_free(&forecast);
    return status ? status : dd_show(&c->doc, &c->options.show, &c->err);
}

int
dd_forecast_command(const dd_command_line *line)
{
    dd_company c = { 0 };
    dd_samples samples = { 0 };
    dd_results results = { 0 };
    double start = seconds();
    dd_status status = prepare(&c, line, &samples);
    if (!status)
        status = play(&c, &samples, &results);
    if (!status && results.trials > 0)
        status = answer(&c, line, &results);
    if (!status && results.trials > 0)
        tell_time(&c, results.trials, start);
    dd_samples_abandon(&samples);
    dd_results_free(&results);
    int exit_status = dd_company_close(&c, &dd_forecast_face, status);
    return exit_status == 0 && dd_watch_interrupted() ? DD_INTERRUPTED : exit_status;
}
