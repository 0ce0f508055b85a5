/* dealdice check: what was read and decided, and what is too thin to trust. */
#include "answers/check.h"

#include "cli/commands.h"
#include "cli/complain.h"
#include "cli/made_by.h"
#include "cli/reject.h"

const dd_command_face dd_check_face = {
    .name = "check",
    .arguments = "FUNNEL",
    .says = "what was read and decided, refused rows, what is too thin to trust",
    .help = "Read a funnel file and its history, and tell what was found in them: "
            "layout, columns, stages and their order, dates, refused rows with the "
            "reason. FUNNEL is a funnel.yaml, or a history CSV alone.\v"
            "Examples:\n"
            "  dealdice check scenarios/demo/funnel.yaml\n"
            "  dealdice check scenarios/demo/history.csv --format json\n",
    .takes = DD_TAKES_AS_OF | DD_TAKES_OUTPUT,
    .table = "files",
};

typedef struct {
    dd_options options;
    dd_funnel funnel;
    dd_history history;
    dd_past past;
    dd_check check;
    dd_doc doc;
    dd_notes notes;
} work;

static void
free_work(work *w)
{
    dd_doc_free(&w->doc);
    dd_check_free(&w->check);
    dd_past_free(&w->past);
    dd_history_free(&w->history);
    dd_funnel_free(&w->funnel);
    dd_options_free(&w->options);
    dd_notes_free(&w->notes);
}

static dd_status
prepare(work *w, dd_error *err)
{
    dd_status status = dd_funnel_read(&w->funnel, w->options.input, &w->notes, err);
    dd_day as_of = w->options.as_of;
    if (!status)
        status = dd_history_read(&w->history, &w->funnel, &w->notes, err);
    if (as_of == DD_NO_DAY)
        as_of = w->history.last_day;
    if (!status)
        status = dd_history_as_of(&w->past, &w->history, as_of, &w->notes, err);
    return status;
}

static dd_status
answer(work *w, const dd_command_line *line, dd_error *err)
{
    dd_status status = dd_check_make(&w->check, &w->history, &w->past, &w->notes, err);
    if (!status && dd_doc_init(&w->doc))
        status = dd_error_no_memory(err);
    if (!status)
        status = dd_made_by(&w->doc, line->argc, line->argv, NULL, &w->funnel, err);
    if (!status)
        dd_check_describe(&w->check, &w->doc);
    return status;
}

int
dd_check_command(const dd_command_line *line)
{
    work w = { 0 };
    dd_error err = { 0 };
    dd_status status = dd_options_read(&w.options, &dd_check_face, line->argc - 1,
                                       line->argv + 1, &err);
    if (status)
        goto out;
    status = prepare(&w, &err);
    if (status)
        goto out;
    status = answer(&w, line, &err);
    if (status)
        goto out;
    status = dd_show(&w.doc, &w.options.show, &err);
    if (status)
        goto out;
    status = dd_reject(&w.options, &w.history, &err);
out:
    free_work(&w);
    int exit_status = dd_complain(&err, status, dd_check_face.name);
    dd_error_free(&err);
    return exit_status;
}
