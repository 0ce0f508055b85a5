/* dealdice check: what was read and decided, and what is too thin to trust. */
#include "answers/check.h"

#include "cli/company.h"

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

/* Beliefs say the same on any day; a forecast has to know on which it stands. */
static int
is_belief(const dd_company *c)
{
    return c->history.n_deals == 0 && c->funnel.n_stages > 0;
}

static dd_status
answer(dd_company *c, const dd_command_line *line)
{
    dd_check check;
    dd_status status = dd_check_make(&check, &c->history, &c->past, &c->notes, &c->err);
    if (status)
        return status;
    check.any_day = is_belief(c) && c->options.as_of == DD_NO_DAY;
    status = dd_company_begin(c, line, NULL);
    if (!status)
        dd_check_describe(&check, &c->doc);
    dd_check_free(&check);
    return status;
}

int
dd_check_command(const dd_command_line *line)
{
    dd_company c = { 0 };
    dd_status status = dd_company_read(&c, &dd_check_face, line);
    if (!status && is_belief(&c) && c.as_of == DD_NO_DAY)
        c.as_of = 0;
    if (!status)
        status = dd_company_know(&c);
    if (!status)
        status = answer(&c, line);
    if (!status)
        status = dd_show(&c.doc, &c.options.show, &c.err);
    if (!status) /* last: what was refused is shown before --strict objects to it */
        status = dd_company_reject(&c);
    return dd_company_close(&c, &dd_check_face, status);
}
