/* dealdice backtest: how far its forecasts could have been trusted in the past. */
#include "answers/backtest.h"

#include "cli/commands.h"
#include "cli/complain.h"
#include "cli/made_by.h"
#include "cli/reject.h"

const dd_command_face dd_backtest_face = {
    .name = "backtest",
    .arguments = "FUNNEL",
    .says = "forecasts as of past days, scored against what came",
    .help
    = "Make the forecasts that would have been made on past days, knowing only "
      "what was known then, and score them against what came: how often the "
      "intervals held, and how much better they were than a weighted pipeline, "
      "the run rate and other ways. FUNNEL is a funnel.yaml, or a history CSV "
      "alone.\v"
      "Examples:\n"
      "  dealdice backtest scenarios/demo/funnel.yaml\n"
      "  dealdice backtest scenarios/demo/funnel.yaml --period month\n"
      "  dealdice backtest scenarios/demo/funnel.yaml --every week --format json\n",
    .takes = DD_TAKES_AS_OF | DD_TAKES_BACKTEST | DD_TAKES_OUTPUT,
    .table = "origins",
};

typedef struct {
    dd_options options;
    dd_funnel funnel;
    dd_history history;
    dd_backtest backtest;
    dd_doc doc;
    dd_notes notes;
} work;

static void
free_work(work *w)
{
    dd_doc_free(&w->doc);
    dd_backtest_free(&w->backtest);
    dd_history_free(&w->history);
    dd_funnel_free(&w->funnel);
    dd_options_free(&w->options);
    dd_notes_free(&w->notes);
}

static dd_status
set_options(dd_backtest_options *options, const work *w, dd_error *err)
{
    const dd_question_options *question = &w->options.question;
    *options = (dd_backtest_options){
        .kind = w->funnel.period,
        .as_of = w->options.as_of != DD_NO_DAY ? w->options.as_of : w->history.last_day,
        .every = w->options.every,
        .from = DD_NO_DAY,
        .to = DD_NO_DAY,
        .trials = (size_t) question->trials,
        .seed = w->options.seed_given ? question->seed : 1,
        .threads = question->threads,
    };
    if (question->period && dd_period_kind_parse(question->period, &options->kind))
        return dd_error_add(err, DD_EUSAGE, NULL, question->period,
                            "year, half, quarter, month or week",
                            "--period is none that can be planned in");
    return DD_OK;
}

static dd_status
prepare(work *w, dd_backtest_options *options, dd_error *err)
{
    dd_status status = dd_funnel_read(&w->funnel, w->options.input, &w->notes, err);
    if (!status)
        status = dd_history_read(&w->history, &w->funnel, &w->notes, err);
    if (!status)
        status = dd_reject(&w->options, &w->history, err);
    return status ? status : set_options(options, w, err);
}

static dd_status
answer(work *w, const dd_command_line *line, const dd_backtest_options *options,
       dd_error *err)
{
    dd_status status = dd_backtest_make(&w->backtest, &w->history, &w->funnel, options,
                                        &w->notes, err);
    if (!status && dd_doc_init(&w->doc))
        status = dd_error_no_memory(err);
    if (!status)
        status = dd_made_by(&w->doc, line->argc, line->argv, &options->seed, &w->funnel,
                            err);
    if (!status)
        dd_backtest_describe(&w->backtest, &w->notes, &w->doc);
    return status;
}

int
dd_backtest_command(const dd_command_line *line)
{
    work w = { 0 };
    dd_error err = { 0 };
    dd_backtest_options options;
    dd_status status = dd_options_read(&w.options, &dd_backtest_face, line->argc - 1,
                                       line->argv + 1, &err);
    if (status)
        goto out;
    status = prepare(&w, &options, &err);
    if (status)
        goto out;
    status = answer(&w, line, &options, &err);
    if (status)
        goto out;
    status = dd_show(&w.doc, &w.options.show, &err);
out:
    free_work(&w);
    int exit_status = dd_complain(&err, status, dd_backtest_face.name);
    dd_error_free(&err);
    return exit_status;
}
