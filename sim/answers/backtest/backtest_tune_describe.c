/* What was tried and what follows, in keys, words and a table. */
#include "answers/backtest/backtest_tune.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *
say_verdict(const dd_variant *variant)
{
    return variant->verdict == DD_TUNE_PAYS    ? "stays: it pays"
           : variant->verdict == DD_TUNE_HARMS ? "off: better without"
                                               : "stays: no clear difference";
}

static void
describe_variant(const dd_tune *self, const dd_variant *variant, dd_doc *doc,
                 dd_doc_node *list)
{
    int what = variant->backtest.has_amounts;
    const dd_backtest *whole = &self->variant[0].backtest;
    int spread = variant->parts.spread > 0.0 && strcmp(variant->name, "spread") == 0;
    char name[40];
    dd_doc_node *node = dd_doc_object(doc, list, NULL);

    if (spread)
        snprintf(name, sizeof name, "spread × %g", variant->parts.spread);
    else
        snprintf(name, sizeof name, "%s%s",
                 strcmp(variant->name, "together") == 0 ? "" : "without ",
                 variant->name);
    dd_doc_text(doc, node, "variant", name);
    dd_doc_count(doc, node, "n", (int64_t) whole->n);
    dd_doc_share(doc, node, "change", variant->change);
    dd_doc_share(doc, node, "change_se", variant->se);
    dd_doc_share(doc, node, "later_change", variant->later);
    dd_doc_share(doc, node, "later_change_se", variant->later_se);
    dd_doc_chance(doc, node, "coverage80",
                  variant->backtest.summary[DD_SLOT_ALL][what].coverage80);
    dd_doc_chance(doc, node, "coverage80_whole",
                  whole->summary[DD_SLOT_ALL][what].coverage80);
    if (!spread && strcmp(variant->name, "together") != 0)
        dd_doc_text(doc, node, "verdict", say_verdict(variant));
    else
        dd_doc_null(doc, node, "verdict");
}

static void
say_result(const dd_tune *self, const dd_doc_node *node, dd_doc *doc)
{
    int nothing = self->found.off == 0 && !(self->found.spread > 0.0);
    double effective = dd_backtest_effective(&self->variant[0].backtest, DD_SLOT_ALL);
    if (effective < DD_TUNE_LEAST_N)
        dd_doc_say(doc, node,
                   "{n} forecasts, worth {n_effective} independent ones, are too few to "
                   "judge parts of the model: all of them stay. For a funnel file:");
    else if (nothing)
        dd_doc_say(doc, node,
                   "By {n} past forecasts no part of the model is better left out: all "
                   "of them stay. For a funnel file:");
    else
        dd_doc_say(
            doc, node,
            "By {n} past forecasts this line in a funnel file makes the model better, "
            "its error changing by {together}:");
    dd_doc_say(doc, node, "{model}");
}

static void
show_variants(dd_doc *doc, const dd_doc_node *list)
{
    static const dd_doc_column columns[] = {
        { "The model", "{variant}" },
        { "its error grows by", "{change+-change_se}" },
        { "in later periods", "{later_change+-later_change_se}" },
        { "80 % held", "{coverage80}" },
        { "whole model", "{coverage80_whole}" },
        { "So", "{verdict}" },
    };
    dd_doc_table(doc,
                 "Each part left out, and spreads scaled: CRPS in the same forecasts",
                 list, columns, sizeof columns / sizeof *columns);
}

void
dd_tune_describe(const dd_tune *self, dd_doc *doc)
{
    char line[160];
    dd_doc_node *node = dd_doc_object(doc, doc->root, "tune");
    dd_tune_line(&self->found, line);
    dd_doc_text(doc, node, "model", line);
    dd_doc_count(doc, node, "n", (int64_t) self->variant[0].backtest.n);
    dd_doc_number(doc, node, "n_effective",
                  dd_backtest_effective(&self->variant[0].backtest, DD_SLOT_ALL));
    dd_doc_share(doc, node, "together",
                 self->together ? self->variant[self->together].change : (double) NAN);
    dd_doc_share(doc, node, "spread_chosen_before", self->spread_change);
    dd_doc_share(doc, node, "spread_chosen_before_se", self->spread_se);
    dd_doc_node *list = dd_doc_list(doc, doc->root, "variants");
    for (size_t v = 1; v < self->n; v++)
        describe_variant(self, &self->variant[v], doc, list);
    if (doc->failed)
        return;
    say_result(self, node, doc);
    show_variants(doc, list);
    dd_doc_say(doc, node,
               "Had the spread been chosen before each forecast by those before it, the "
               "error would have grown by "
               "{spread_chosen_before+-spread_chosen_before_se}.");
}
