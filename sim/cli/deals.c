/* dealdice deals: every open deal, its chances, and whether it is stuck. */
#include "answers/deals/deals.h"

#include "cli/company.h"

const dd_command_face dd_deals_face = {
    .name = "deals",
    .arguments = "FUNNEL",
    .says = "every open deal: its chances, when it would be won, whether it is stuck",
    .help
    = "List the open deals with the chance to be won in the period (the first one, as "
      "in forecast), ever, and to be lost; when they would be won if they are; whether "
      "they are stuck; what they are expected to bring, which adds up to the "
      "forecast's open deals, unless visits are limited: each deal is told as if "
      "nobody were short of time. The CRM's own date and probability stand beside. "
      "FUNNEL "
      "is a funnel.yaml, or a history CSV alone.\v"
      "Examples:\n"
      "  dealdice deals scenarios/demo/funnel.yaml\n"
      "  dealdice deals scenarios/demo/funnel.yaml --stuck --sort amount --top 10\n"
      "  dealdice deals scenarios/demo/funnel.yaml --owner 陈浩 --handover\n"
      "  dealdice deals scenarios/demo/funnel.yaml --format csv --provenance\n",
    .takes = DD_TAKES_AS_OF | DD_TAKES_DEALS | DD_TAKES_OUTPUT,
    .table = "deals",
};

static dd_status
answer(dd_company *c, const dd_command_line *line)
{
    dd_deals deals;
    dd_status status = dd_company_note_capacity(c);
    if (!status)
        status = dd_deals_make(&deals, &c->past, &c->book, &c->model, &c->question,
                               dd_company_currency(c), &c->err);
    if (status)
        return status;
    status = dd_deals_choose(&deals, &c->options.deals, &c->past, &c->history, &c->err);
    if (!status)
        status = dd_company_begin(c, line, &c->question.seed);
    if (!status)
        dd_deals_describe(&deals, &c->notes, &c->doc);
    dd_deals_free(&deals);
    return status;
}

int
dd_deals_command(const dd_command_line *line)
{
    dd_company c = { 0 };
    dd_status status = dd_company_prepare(&c, &dd_deals_face, line);
    if (!status)
        status = answer(&c, line);
    if (!status)
        status = dd_show(&c.doc, &c.options.show, &c.err);
    return dd_company_close(&c, &dd_deals_face, status);
}
