/* The backtest in keys, and in words and tables over them. */
#include "answers/backtest.h"

#include <math.h>
#include <stdio.h>

static const char *const what_name[] = { "wins", "bookings" };

static void
put_quantity(dd_doc *doc, dd_doc_node *node, const char *key, double value, dd_what what)
{
    if (what == DD_WHAT_BOOKINGS)
        dd_doc_money(doc, node, key, value);
    else
        dd_doc_number(doc, node, key, value);
}

static void
describe_origin(const dd_origin *origin, dd_what what, dd_doc *doc, dd_doc_node *list)
{
    const dd_scored *scored = &origin->what[what];
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    dd_doc_day(doc, node, "as_of", origin->as_of);
    dd_doc_text(doc, node, "period", origin->period.label);
    dd_doc_text(doc, node, "what", what_name[what]);
    put_quantity(doc, node, "actual", (double) scored->actual, what);
    put_quantity(doc, node, "p10", scored->score.p10, what);
    put_quantity(doc, node, "p50", scored->score.p50, what);
    put_quantity(doc, node, "p90", scored->score.p90, what);
    dd_doc_number(doc, node, "pit", scored->score.pit);
    put_quantity(doc, node, "crps", scored->score.crps, what);
    dd_doc_text(doc, node, "held",
                dd_score_covered(&scored->score, scored->actual, 0.8) ? "yes"
                : scored->score.pit < 0.5                             ? "too high"
                                                                      : "too low");
}

static void
describe_summary(const dd_backtest_summary *sum, dd_what what, dd_doc *doc,
                 dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    dd_doc_text(doc, node, "what", what_name[what]);
    dd_doc_count(doc, node, "n", (int64_t) sum->n);
    dd_doc_number(doc, node, "n_effective", sum->n_effective);
    dd_doc_chance(doc, node, "coverage50", sum->coverage50);
    dd_doc_chance(doc, node, "coverage80", sum->coverage80);
    dd_doc_chance(doc, node, "coverage80_low", sum->coverage80_low);
    dd_doc_chance(doc, node, "coverage80_high", sum->coverage80_high);
    dd_doc_chance(doc, node, "coverage90", sum->coverage90);
    put_quantity(doc, node, "crps", sum->crps, what);
    put_quantity(doc, node, "pinball10", sum->pinball10, what);
    put_quantity(doc, node, "pinball50", sum->pinball50, what);
    put_quantity(doc, node, "pinball90", sum->pinball90, what);
    dd_doc_number(doc, node, "brier", sum->brier);
    dd_doc_share(doc, node, "skill_weighted", sum->skill[DD_REFERENCE_WEIGHTED]);
    dd_doc_share(doc, node, "skill_run_rate", sum->skill[DD_REFERENCE_RUN_RATE]);
    dd_doc_share(doc, node, "skill_same_week", sum->skill[DD_REFERENCE_SAME_WEEK]);
    dd_doc_share(doc, node, "skill_last_period", sum->skill[DD_REFERENCE_LAST_PERIOD]);
    dd_doc_node *pit = dd_doc_list(doc, node, "pit");
    for (int i = 0; i < 10; i++)
        dd_doc_count(doc, pit, NULL, (int64_t) sum->pit[i]);
}

static void
say_answer(const dd_backtest *self, dd_doc *doc, const dd_doc_node *summary)
{
    const dd_backtest_summary *sum = &self->summary[self->has_amounts];
    const char *verdict = sum->coverage80_low > 0.8 ? "they are wider than need be"
                          : sum->coverage80_high < 0.8
                              ? "they are too narrow: take the ranges with care"
                              : "that fits what 80 % should do";
    char sentence[256];
    snprintf(sentence, sizeof sentence,
             "{n} forecasts made as of past days: the 80 %% interval held "
             "{coverage80} of the time ({coverage80_low} – {coverage80_high} is what "
             "so few forecasts can tell); %s.",
             verdict);
    dd_doc_say(doc, summary, sentence);
}

static void
show_tables(dd_doc *doc, const dd_doc_node *origins, const dd_doc_node *summary)
{
    static const dd_doc_column sums[] = {
        { "Of", "{what}" },
        { "Forecasts", "{n}" },
        { "50 % held", "{coverage50}" },
        { "80 % held", "{coverage80}" },
        { "90 % held", "{coverage90}" },
        { "Skill over weighted pipeline", "{skill_weighted}" },
        { "run rate", "{skill_run_rate}" },
        { "same week", "{skill_same_week}" },
        { "last period", "{skill_last_period}" },
    };
    static const dd_doc_column rows[] = {
        { "As of", "{as_of}" }, { "Period", "{period}" },  { "Of", "{what}" },
        { "P10", "{p10}" },     { "Median", "{p50}" },     { "P90", "{p90}" },
        { "Came", "{actual}" }, { "80 % held", "{held}" },
    };
    dd_doc_table(doc, "Skill: 0 % is as good as the other way, 100 % is perfect",
                 summary, sums, sizeof sums / sizeof *sums);
    dd_doc_table(doc, "Each forecast against what came", origins, rows,
                 sizeof rows / sizeof *rows);
}

void
dd_backtest_describe(const dd_backtest *self, const dd_notes *notes, dd_doc *doc)
{
    int whats = self->has_amounts ? DD_WHATS : 1;
    dd_doc_node *origins = dd_doc_list(doc, doc->root, "origins");
    for (int what = 0; what < whats; what++)
        for (size_t i = 0; i < self->n; i++)
            describe_origin(&self->origin[i], (dd_what) what, doc, origins);
    dd_doc_node *summary = dd_doc_list(doc, doc->root, "summary");
    for (int what = 0; what < whats; what++)
        describe_summary(&self->summary[what], (dd_what) what, doc, summary);
    if (doc->failed)
        return;
    say_answer(self, doc,
               dd_doc_get(doc->root, self->has_amounts ? "summary.1" : "summary.0"));
    show_tables(doc, origins, summary);
    dd_doc_warnings(doc, notes);
}
