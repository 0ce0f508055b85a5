/* What a scenario earns and costs, in keys, and in words and a table over them. */
#include "answers/whatif/economics.h"

#include <math.h>
#include <stdio.h>

#define MOST_MONTHS 18 /* rows that are still read */

static const double unknown = (double) NAN;

static void
describe_point(const dd_net_point *point, dd_doc *doc, dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    dd_doc_day(doc, node, "end", point->end);
    dd_doc_money(doc, node, "earned", point->earned);
    dd_doc_money(doc, node, "earned_mcse", point->earned_mcse);
    dd_doc_money(doc, node, "cost", point->cost);
    dd_doc_money(doc, node, "cost_mcse", point->cost_mcse);
    dd_difference_describe(&point->net, doc, node, "net");
    dd_doc_chance(doc, node, "p_ahead", point->p_ahead);
    dd_doc_chance(doc, node, "p_ahead_mcse", point->p_ahead_mcse);
}

void
dd_economics_describe(const dd_economics *self, dd_doc *doc, dd_doc_node *scenario)
{
    static const dd_net_point none = { .net = { unknown, unknown, unknown, unknown,
                                                unknown, unknown, unknown, 0 } };
    const dd_net_point *last = self->n > 0 ? &self->points[self->n - 1] : &none;
    int pays = self->n > 0 && self->costs;
    dd_doc_node *node;
    dd_difference_describe(&last->net, doc, scenario, "net");
    node = dd_doc_object(doc, scenario, "pays_back");
    dd_doc_day(doc, node, "p50", pays ? self->pays_back_p50 : DD_NO_DAY);
    dd_doc_day(doc, node, "p80", pays ? self->pays_back_p80 : DD_NO_DAY);
    dd_doc_chance(doc, scenario, "p_paid_back", pays ? last->p_ahead : unknown);
    dd_doc_chance(doc, scenario, "p_paid_back_mcse",
                  pays ? last->p_ahead_mcse : unknown);
    node = dd_doc_list(doc, scenario, "net_by");
    dd_doc_list_keys(doc, node,
                     "end,earned,earned_mcse,cost,cost_mcse,net.mean,net.mcse,net.p10,"
                     "net.p50,net.p90,p_ahead,p_ahead_mcse");
    for (size_t i = 0; i < self->n; i++)
        describe_point(&self->points[i], doc, node);
}

/* ---- text ---- */

static const char *
when(const dd_economics *self)
{
    if (self->pays_back_p50 == DD_NO_DAY)
        return "has not paid back for good by then in half of the futures";
    if (self->pays_back_p80 == DD_NO_DAY)
        return "has paid back for good by {pays_back.p50} in half of the futures, by "
               "the "
               "end in {p_paid_back+-p_paid_back_mcse} of them";
    return "has paid back for good by {pays_back.p50} in half of the futures, by "
           "{pays_back.p80} in 80 % of them";
}

void
dd_economics_show(const dd_economics *self, const char *name, dd_doc *doc,
                  const dd_doc_node *scenario)
{
    static const dd_doc_column columns[] = {
        { "By", "{end}" },
        { "Earned so far", "{earned~earned_mcse}" },
        { "Cost so far", "{cost~cost_mcse}" },
        { "Net so far", "{net.mean+-net.mcse}" },
        { "80 % between", "{net.p10~net.mcse} – {net.p90~net.mcse}" },
        { "Ahead in", "{p_ahead~p_ahead_mcse}" },
    };
    const char *earns = self->by_cash ? "margin on the cash" : "margin on the bookings";
    char sentence[640], title[200];
    size_t last = self->n - 1, step = self->n > MOST_MONTHS ? 3 : 1;
    if (self->n == 0 || !self->costs)
        return;
    snprintf(sentence, sizeof sentence,
             "'{name}' costs {net_by.%zu.cost~net_by.%zu.cost_mcse} by "
             "{net_by.%zu.end}, and the %s it "
             "brings is {net_by.%zu.earned+-net_by.%zu.earned_mcse}: it %s.",
             last, last, last, earns, last, last, when(self));
    dd_doc_say(doc, scenario, sentence);
    snprintf(title, sizeof title, "%.100s: what it earns and costs%s", name,
             step > 1 ? ", every third month" : "");
    dd_doc_table(doc, title, dd_doc_get(scenario, "net_by"), columns,
                 sizeof columns / sizeof *columns);
    dd_doc_table_step(doc, step);
}
