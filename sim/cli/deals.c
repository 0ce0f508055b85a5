/* dealdice deals: every open deal, its chances, and whether it is stuck. */
#include "answers/deals.h"

#include "cli/commands.h"
#include "cli/complain.h"
#include "cli/late.h"
#include "cli/made_by.h"
#include "cli/reject.h"

const dd_command_face dd_deals_face = {
    .name = "deals",
    .arguments = "FUNNEL",
    .says = "every open deal: its chances, when it would be won, whether it is stuck",
    .help
    = "List the open deals with the chance to be won in the period (the first one, as "
      "in forecast), ever, and to be lost; when they would be won if they are; whether "
      "they are stuck; what they are expected to bring, which adds up to the "
      "forecast's open deals. The CRM's own date and probability stand beside. FUNNEL "
      "is a funnel.yaml, or a history CSV alone.\v"
      "Examples:\n"
      "  dealdice deals scenarios/demo/funnel.yaml\n"
      "  dealdice deals scenarios/demo/funnel.yaml --stuck --sort amount --top 10\n"
      "  dealdice deals scenarios/demo/funnel.yaml --owner 陈浩 --handover\n"
      "  dealdice deals scenarios/demo/funnel.yaml --format csv --provenance\n",
    .takes = DD_TAKES_AS_OF | DD_TAKES_DEALS | DD_TAKES_OUTPUT,
    .table = "deals",
};

typedef struct {
    dd_options options;
    dd_funnel funnel;
    dd_history history;
    dd_past past;
    dd_question question;
    dd_model model;
    dd_book book;
    dd_deals deals;
    dd_doc doc;
    dd_notes notes;
} work;

static void
free_work(work *w)
{
    dd_doc_free(&w->doc);
    dd_deals_free(&w->deals);
    dd_book_free(&w->book);
    dd_model_free(&w->model);
    dd_question_free(&w->question);
    dd_past_free(&w->past);
    dd_history_free(&w->history);
    dd_funnel_free(&w->funnel);
    dd_options_free(&w->options);
    dd_notes_free(&w->notes);
}

static dd_status
read_files(work *w, dd_error *err)
{
    dd_status status = dd_funnel_read(&w->funnel, w->options.input, &w->notes, err);
    if (!status)
        status = dd_history_read(&w->history, &w->funnel, &w->notes, err);
    if (!status)
        status = dd_reject(&w->options, &w->history, err);
    if (!status && w->options.as_of == DD_NO_DAY)
        w->options.as_of = w->history.last_day;
    return status;
}

/* What is known and asked. */
static dd_status
prepare(work *w, dd_error *err)
{
    dd_day as_of = w->options.as_of;
    dd_status status = dd_tell_late(&w->notes, &w->history, as_of, err);
    if (!status)
        status = dd_history_as_of(&w->past, &w->history, as_of, &w->notes, err);
    if (!status)
        status = dd_question_init(&w->question, &w->funnel, as_of, &w->options.question,
                                  &w->notes, err);
    if (!status && w->options.seed_given)
        w->question.seed = w->options.question.seed;
    if (!status)
        status = dd_model_fit(&w->model, &w->past, &w->funnel, &w->notes, err);
    if (!status)
        status = dd_model_fit_level(&w->model, &w->past, &w->funnel,
                                    w->question.periods[0].end - as_of, err);
    if (!status)
        status = dd_book_init(&w->book, &w->past, &w->funnel, &w->question, err);
    return status;
}

static dd_status
answer(work *w, const dd_command_line *line, dd_error *err)
{
    const char *currency
        = w->funnel.currency != NULL ? w->funnel.currency : w->history.currency;
    dd_status status = dd_deals_make(&w->deals, &w->past, &w->book, &w->model,
                                     &w->question, currency, err);
    if (!status)
        status
            = dd_deals_choose(&w->deals, &w->options.deals, &w->past, &w->history, err);
    if (!status && dd_doc_init(&w->doc))
        status = dd_error_no_memory(err);
    if (!status)
        status = dd_made_by(&w->doc, line->argc, line->argv, &w->question.seed,
                            &w->funnel, err);
    if (!status)
        dd_deals_describe(&w->deals, &w->notes, &w->doc);
    return status;
}

int
dd_deals_command(const dd_command_line *line)
{
    work w = { 0 };
    dd_error err = { 0 };
    dd_status status = dd_options_read(&w.options, &dd_deals_face, line->argc - 1,
                                       line->argv + 1, &err);
    if (status)
        goto out;
    status = read_files(&w, &err);
    if (status)
        goto out;
    status = prepare(&w, &err);
    if (status)
        goto out;
    status = answer(&w, line, &err);
    if (status)
        goto out;
    status = dd_show(&w.doc, &w.options.show, &err);
out:
    free_work(&w);
    int exit_status = dd_complain(&err, status, dd_deals_face.name);
    dd_error_free(&err);
    return exit_status;
}
