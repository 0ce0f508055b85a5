/* dealdice backtest: how far its forecasts could have been trusted in the past. */
#include "answers/backtest/backtest_tune.h"

#include "cli/company.h"
#include "cli/watch.h"

#include <string.h>

const dd_command_face dd_backtest_face = {
    .name = "backtest",
    .arguments = "FUNNEL",
    .says = "forecasts as of past days, scored against what came",
    .help = "Make the forecasts that would have been made on past days, knowing only "
            "what was known then, and score them against what came: how often the "
            "intervals held, and how much better they were than a weighted pipeline, "
            "the run rate and other ways. Each is the forecast that `dealdice forecast "
            "--as-of` would have made, rep by rep where visits are limited. FUNNEL is a "
            "funnel.yaml, or a history CSV alone.\n\n"
            "Ctrl-C answers with the past days forecast so far.\v"
            "Examples:\n"
            "  dealdice backtest scenarios/demo/funnel.yaml\n"
            "  dealdice backtest scenarios/demo/funnel.yaml --period month\n"
            "  dealdice backtest scenarios/demo/funnel.yaml --every week --format json\n"
            "  dealdice backtest scenarios/demo/funnel.yaml --period month --tune\n",
    .takes = DD_TAKES_AS_OF | DD_TAKES_BACKTEST | DD_TAKES_OUTPUT,
    .table = "origins",
};

static dd_status
set_options(dd_backtest_options *options, dd_company *c)
{
    const dd_question_options *question = &c->options.question;
    *options = (dd_backtest_options){
        .kind = c->funnel.period,
        .as_of = c->as_of,
        .every = c->options.every,
        .from = DD_NO_DAY,
        .to = DD_NO_DAY,
        .trials = (size_t) question->trials,
        .seed = c->options.seed_given ? question->seed : 1,
        .threads = question->threads,
    };
    if (question->period && dd_period_kind_parse(question->period, &options->kind))
        return dd_error_add(&c->err, DD_EUSAGE, NULL, question->period,
                            "year, half, quarter, month or week",
                            "--period is none that can be planned in");
    return DD_OK;
}

/* What was interrupted is left out. @param stopped  set then */
static dd_status
make_tuning(dd_tune *tune, dd_company *c, const dd_backtest_options *options,
            int *stopped)
{
    dd_status status = DD_OK;
    memset(tune, 0, sizeof *tune);
    if (!*stopped)
        status = dd_tune_make(tune, &c->history, &c->funnel, options, &c->err);
    *stopped |= status == DD_ESTOPPED;
    if (!*stopped)
        return status;
    return dd_notes_add(&c->notes, "interrupted",
                        "interrupted: what --tune asks for is left out")
               ? dd_error_no_memory(&c->err)
               : DD_OK;
}

/* Beliefs are those of today: who knows what was decided then? */
static dd_status
note_limits(dd_company *c)
{
    const char *by = c->history.n_reps > 0 ? "the reps who were there then"
                     : c->funnel.team > 0  ? "the reps that team: tells now"
                                           : "the owners of deals seen then";
    if (!dd_roster_is_asked(&c->funnel))
        return DD_OK;
    return dd_notes_add(&c->notes, "capacity",
                        "past days are forecast rep by rep, by %s, with the visits that "
                        "effort: tells now: where others were made then, take the "
                        "scores with care",
                        by);
}

static dd_status
play(dd_company *c, dd_backtest_options *options, dd_backtest *backtest, dd_tune *tune)
{
    dd_run_watch watch;
    dd_status status;
    dd_watch_begin(&watch, &c->question, DD_WATCH_DAYS, c->options.quiet);
    options->watch = c->question.watch;
    status = dd_backtest_make(backtest, &c->history, &c->funnel, options, &c->notes,
                              &c->err);
    if (!status && c->options.tune)
        status = make_tuning(tune, c, options, &backtest->stopped);
    dd_watch_end(&watch);
    return status;
}

/* @param stopped  set where it is of less than was asked for */
static dd_status
answer(dd_company *c, const dd_command_line *line, int *stopped)
{
    dd_backtest_options options;
    dd_backtest backtest = { 0 };
    dd_tune tune = { 0 };
    dd_status status = set_options(&options, c);
    if (!status)
        status = note_limits(c);
    if (!status)
        status = play(c, &options, &backtest, &tune);
    if (!status)
        status = dd_company_begin(c, line, &options.seed);
    if (!status && tune.n > 0)
        dd_tune_describe(&tune, &c->doc);
    if (!status)
        dd_backtest_describe(&backtest, &c->notes, &c->doc);
    *stopped = backtest.stopped;
    dd_tune_free(&tune);
    dd_backtest_free(&backtest);
    return status;
}

int
dd_backtest_command(const dd_command_line *line)
{
    dd_company c = { 0 };
    int stopped = 0;
    dd_status status = dd_company_read(&c, &dd_backtest_face, line);
    if (!status)
        status = dd_company_reject(&c);
    if (!status)
        status = answer(&c, line, &stopped);
    if (!status)
        status = dd_show(&c.doc, &c.options.show, &c.err);
    int exit_status = dd_company_close(&c, &dd_backtest_face, status);
    return exit_status == 0 && stopped ? DD_INTERRUPTED : exit_status;
}
