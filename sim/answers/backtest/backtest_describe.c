/* The backtest in keys, and in words and tables over them. */
#include "answers/backtest/backtest.h"

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
    const dd_scored *scored = &origin->scored[DD_SLOT_ALL][what];
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
describe_scores(const dd_backtest_summary *sum, dd_what what, dd_doc *doc,
                dd_doc_node *node)
{
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
}

static void
describe_pit(const dd_backtest_summary *sum, dd_doc *doc, dd_doc_node *node)
{
    dd_doc_node *pit = dd_doc_list(doc, node, "pit");
    for (int i = 0; i < 10; i++)
        dd_doc_count(doc, pit, NULL, (int64_t) sum->pit[i]);
}

static void
describe_summary(const dd_backtest_summary *sum, dd_what what, dd_doc *doc,
                 dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    dd_doc_text(doc, node, "what", what_name[what]);
    describe_scores(sum, what, doc, node);
    dd_doc_number(doc, node, "brier", sum->brier);
    dd_doc_share(doc, node, "skill_weighted", sum->skill[DD_REFERENCE_WEIGHTED]);
    dd_doc_share(doc, node, "skill_run_rate", sum->skill[DD_REFERENCE_RUN_RATE]);
    dd_doc_share(doc, node, "skill_same_week", sum->skill[DD_REFERENCE_SAME_WEEK]);
    dd_doc_share(doc, node, "skill_last_period", sum->skill[DD_REFERENCE_LAST_PERIOD]);
    describe_pit(sum, doc, node);
}

static void
describe_part(const dd_backtest *self, dd_slot slot, dd_what what, dd_doc *doc,
              dd_doc_node *list)
{
    const dd_backtest_summary *sum = &self->summary[slot][what];
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    double came = 0.0, middle = 0.0;
    for (size_t i = 0; i < self->n; i++) {
        came += (double) self->origin[i].scored[slot][what].actual / (double) self->n;
        middle += self->origin[i].scored[slot][what].score.p50 / (double) self->n;
    }
    dd_doc_text(doc, node, "part", slot == DD_SLOT_OPEN ? "open" : "new");
    dd_doc_text(doc, node, "what", what_name[what]);
    put_quantity(doc, node, "mean_p50", middle, what);
    put_quantity(doc, node, "mean_actual", came, what);
    describe_scores(sum, what, doc, node);
    describe_pit(sum, doc, node);
}

static void
describe_later(const dd_backtest *self, dd_slot slot, dd_what what, dd_doc *doc,
               dd_doc_node *list)
{
    const dd_backtest_summary *sum = &self->summary[slot][what];
    dd_doc_node *node;
    if (sum->n == 0)
        return;
    node = dd_doc_object(doc, list, NULL);
    dd_doc_count(doc, node, "ahead", slot - DD_SLOT_SECOND + 2);
    dd_doc_text(doc, node, "what", what_name[what]);
    describe_scores(sum, what, doc, node);
    dd_doc_share(doc, node, "skill_run_rate", sum->skill[DD_REFERENCE_RUN_RATE]);
    dd_doc_share(doc, node, "skill_last_period", sum->skill[DD_REFERENCE_LAST_PERIOD]);
    describe_pit(sum, doc, node);
}

/* Said and came: how often the central ranges held. */
static void
describe_ranges(const dd_backtest_summary *sum, dd_what what, dd_doc *doc,
                dd_doc_node *list)
{
    const double said[] = { 0.5, 0.8, 0.9 };
    const double came[] = { sum->coverage50, sum->coverage80, sum->coverage90 };
    for (int i = 0; i < 3; i++) {
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "what", what_name[what]);
        dd_doc_chance(doc, node, "said", said[i]);
        dd_doc_chance(doc, node, "came", came[i]);
        dd_doc_count(doc, node, "n", (int64_t) sum->n);
    }
}

/* Where what came fell among what was thought possible: fifths of the PIT. */
static void
describe_places(const dd_backtest_summary *sum, dd_what what, dd_doc *doc,
                dd_doc_node *list)
{
    static const char *const place[]
        = { "lowest fifth", "second", "middle", "fourth", "highest fifth" };
    for (int i = 0; i < 5; i++) {
        size_t n = sum->pit[2 * i] + sum->pit[2 * i + 1];
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "what", what_name[what]);
        dd_doc_text(doc, node, "place", place[i]);
        dd_doc_chance(doc, node, "said", 0.2);
        dd_doc_chance(doc, node, "came", (double) n / (double) sum->n);
        dd_doc_count(doc, node, "n", (int64_t) n);
    }
}

/* Chances of targets, by fifths. */
static void
describe_chances(const dd_backtest_summary *sum, dd_what what, dd_doc *doc,
                 dd_doc_node *list)
{
    for (int f = 0; f < DD_BACKTEST_CHANCES; f++) {
        dd_doc_node *node;
        if (sum->chances[f] == 0)
            continue;
        node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "what", what_name[what]);
        dd_doc_chance(doc, node, "said", sum->said[f]);
        dd_doc_chance(doc, node, "came", sum->came[f]);
        dd_doc_count(doc, node, "n", (int64_t) sum->chances[f]);
    }
}

static void
say_answer(const dd_backtest *self, dd_doc *doc, const dd_doc_node *summary)
{
    const dd_backtest_summary *sum = &self->summary[DD_SLOT_ALL][self->has_amounts];
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
show_skill(dd_doc *doc, const dd_doc_node *summary)
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
    dd_doc_table(doc, "Skill: 0 % is as good as the other way, 100 % is perfect",
                 summary, sums, sizeof sums / sizeof *sums);
}

/* Said against came: bars that should end at their marks. Of the bookings, where there
 * are amounts: those rows stand first. */
static void
show_reliability(const dd_backtest *self, dd_doc *doc)
{
    static const dd_doc_column ranges[]
        = { { "Range", "{said}" }, { "held", "{came}" }, { "", "{came#30@said}" } };
    static const dd_doc_column places[]
        = { { "What came lay in its forecast's", "{place}" },
            { "", "{came}" },
            { "", "{came#30@said}" } };
    static const dd_doc_column chances[] = { { "Chance said", "{said}" },
                                             { "came true", "{came}" },
                                             { "of", "{n}" },
                                             { "", "{came#30@said}" } };
    const dd_backtest_summary *sum = &self->summary[DD_SLOT_ALL][self->has_amounts];
    size_t fifths = 0;
    for (int f = 0; f < DD_BACKTEST_CHANCES; f++)
        fifths += sum->chances[f] > 0;
    dd_doc_table(doc, "Said and came: a bar should end at its mark",
                 dd_doc_get(doc->root, "ranges"), ranges, 3);
    dd_doc_table_rows(doc, 3);
    dd_doc_table(doc, NULL, dd_doc_get(doc->root, "places"), places, 3);
    dd_doc_table_rows(doc, 5);
    dd_doc_table(doc, NULL, dd_doc_get(doc->root, "chances"), chances, 4);
    dd_doc_table_rows(doc, fifths);
}

static void
show_parts(dd_doc *doc)
{
    static const dd_doc_column parts[] = {
        { "From deals", "{part}" },      { "Of", "{what}" },
        { "Median", "{mean_p50}" },      { "Came", "{mean_actual}" },
        { "50 % held", "{coverage50}" }, { "80 % held", "{coverage80}" },
        { "90 % held", "{coverage90}" },
    };
    static const dd_doc_column later[] = {
        { "Period ahead", "{ahead}" },
        { "Of", "{what}" },
        { "Forecasts", "{n}" },
        { "worth", "{n_effective}" },
        { "50 % held", "{coverage50}" },
        { "80 % held", "{coverage80}" },
        { "90 % held", "{coverage90}" },
        { "Skill over run rate", "{skill_run_rate}" },
        { "last period", "{skill_last_period}" },
    };
    dd_doc_table(doc, "Open at the time, and new since: mean of the forecasts",
                 dd_doc_get(doc->root, "parts"), parts, sizeof parts / sizeof *parts);
    dd_doc_table(doc, "Later periods (overlapping forecasts are worth fewer)",
                 dd_doc_get(doc->root, "ahead"), later, sizeof later / sizeof *later);
}

static void
show_origins(dd_doc *doc)
{
    static const dd_doc_column rows[] = {
        { "As of", "{as_of}" }, { "Period", "{period}" },  { "Of", "{what}" },
        { "P10", "{p10}" },     { "Median", "{p50}" },     { "P90", "{p90}" },
        { "Came", "{actual}" }, { "80 % held", "{held}" },
    };
    dd_doc_table(doc, "Each forecast against what came",
                 dd_doc_get(doc->root, "origins"), rows, sizeof rows / sizeof *rows);
}

typedef void describe_list(const dd_backtest_summary *sum, dd_what what, dd_doc *doc,
                           dd_doc_node *list);

/* The first period's reliability under a key; bookings first, where there are amounts. */
static void
describe_reliability(const dd_backtest *self, const char *key, describe_list *describe,
                     dd_doc *doc)
{
    dd_doc_node *list = dd_doc_list(doc, doc->root, key);
    for (int what = self->has_amounts; what >= 0; what--)
        describe(&self->summary[DD_SLOT_ALL][what], (dd_what) what, doc, list);
}

static void
describe_all(const dd_backtest *self, dd_doc *doc)
{
    int whats = self->has_amounts ? DD_WHATS : 1;
    dd_doc_node *origins = dd_doc_list(doc, doc->root, "origins");
    for (int what = 0; what < whats; what++)
        for (size_t i = 0; i < self->n; i++)
            describe_origin(&self->origin[i], (dd_what) what, doc, origins);
    dd_doc_node *summary = dd_doc_list(doc, doc->root, "summary");
    for (int what = 0; what < whats; what++)
        describe_summary(&self->summary[DD_SLOT_ALL][what], (dd_what) what, doc,
                         summary);
    describe_reliability(self, "ranges", describe_ranges, doc);
    describe_reliability(self, "places", describe_places, doc);
    describe_reliability(self, "chances", describe_chances, doc);
    dd_doc_node *parts = dd_doc_list(doc, doc->root, "parts");
    for (int what = 0; what < whats; what++)
        for (int slot = DD_SLOT_OPEN; slot <= DD_SLOT_NEW; slot++)
            describe_part(self, (dd_slot) slot, (dd_what) what, doc, parts);
    dd_doc_node *ahead = dd_doc_list(doc, doc->root, "ahead");
    for (int what = 0; what < whats; what++)
        for (int slot = DD_SLOT_SECOND; slot < DD_SLOTS; slot++)
            describe_later(self, (dd_slot) slot, (dd_what) what, doc, ahead);
}

void
dd_backtest_describe(const dd_backtest *self, const dd_notes *notes, dd_doc *doc)
{
    describe_all(self, doc);
    if (doc->failed)
        return;
    say_answer(self, doc,
               dd_doc_get(doc->root, self->has_amounts ? "summary.1" : "summary.0"));
    show_skill(doc, dd_doc_get(doc->root, "summary"));
    show_reliability(self, doc);
    show_parts(doc);
    show_origins(doc);
    dd_doc_warnings(doc, notes);
}
