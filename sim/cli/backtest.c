/* dealdice backtest: how far its forecasts could have been trusted in the past. */
#include "answers/backtest/backtest_tune.h"

#include "cli/company.h"

const dd_command_face dd_backtest_face = {
    .name = "backtest",
    .arguments = "FUNNEL",
    .says = "forecasts as of past days, scored against what came",
    .help = "Make the forecasts that would have been made on past days, knowing only "
            "what was known then, and score them against what came: how often the "
            "intervals held, and how much better they were than a weighted pipeline, "
            "the run rate and other ways. Each is the forecast that `dealdice forecast "
            "--as-of` would have made, rep by rep where visits are limited. FUNNEL is a "
            "funnel.yaml, or a history CSV alone.\v"
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

static dd_status
tell_tuning(dd_company *c, const dd_backtest_options *options)
{
    dd_tune tune;
    dd_status status = dd_tune_make(&tune, &c->history, &c->funnel, options, &c->err);
    if (status)
        return status;
    dd_tune_describe(&tune, &c->doc);
    dd_tune_free(&tune);
    return DD_OK;
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
answer(dd_company *c, const dd_command_line *line)
{
    dd_backtest_options options;
    dd_backtest backtest;
    dd_status status = set_options(&options, c);
    if (!status)
        status = note_limits(c);
    if (status)
        return status;
    status = dd_backtest_make(&backtest, &c->history, &c->funnel, &options, &c->notes,
                              &c->err);
    if (status)
        return status;
    status = dd_company_begin(c, line, &options.seed);
    if (!status && c->options.tune)
        status = tell_tuning(c, &options);
    if (!status)
        dd_backtest_describe(&backtest, &c->notes, &c->doc);
    dd_backtest_free(&backtest);
    return status;
}

int
dd_backtest_command(const dd_command_line *line)
{
    dd_company c = { 0 };
    dd_status status = dd_company_read(&c, &dd_backtest_face, line);
    if (!status)
        status = dd_company_reject(&c);
    if (!status)
        status = answer(&c, line);
    if (!status)
        status = dd_show(&c.doc, &c.options.show, &c.err);
    return dd_company_close(&c, &dd_backtest_face, status);
}
