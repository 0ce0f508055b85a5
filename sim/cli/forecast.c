/* dealdice forecast: what will be booked, and the chance of each target. */
#include "answers/forecast.h"

#include "cli/company.h"
#include "dealdice/simulate.h"
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
prepare(dd_company *c, const dd_command_line *line)
{
    dd_status status = dd_company_read(c, &dd_forecast_face, line);
    if (!status)
        status = dd_company_reject(c);
    if (!status)
        status = dd_company_know(c);
    return status ? status : dd_company_fit(c);
}

static dd_status
answer(dd_company *c, const dd_command_line *line, const dd_outcomes *outcomes)
{
    dd_forecast forecast;
    dd_status status
        = dd_forecast_make(&forecast, outcomes, &c->past, &c->book, &c->question,
                           &c->model, dd_company_currency(c), &c->notes, &c->err);
    if (status)
        return status;
    status = dd_company_begin(c, line, &c->question.seed);
    if (!status)
        dd_forecast_describe(&forecast, &c->notes, &c->doc);
    dd_forecast_free(&forecast);
    return status;
}

static dd_status
show(dd_company *c, const dd_outcomes *outcomes)
{
    dd_status status = DD_OK;
    if (c->options.samples != NULL)
        status = dd_samples_write(outcomes, &c->question, c->options.samples, &c->err);
    return status ? status : dd_show(&c->doc, &c->options.show, &c->err);
}

int
dd_forecast_command(const dd_command_line *line)
{
    dd_company c = { 0 };
    dd_outcomes outcomes = { 0 };
    double start = seconds();
    dd_status status = prepare(&c, line);
    if (status)
        goto out;
    status = dd_simulate(&outcomes, &c.model, &c.book, &c.question, &c.err);
    if (status)
        goto out;
    status = answer(&c, line, &outcomes);
    if (status)
        goto out;
    status = show(&c, &outcomes);
    if (!status)
        tell_time(&c, outcomes.trials, start);
out:
    dd_outcomes_free(&outcomes);
    return dd_company_close(&c, &dd_forecast_face, status);
}
