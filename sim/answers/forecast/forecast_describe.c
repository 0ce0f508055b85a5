/* The forecast in keys, and in words, tables and bars over them. */
#include "answers/forecast/forecast.h"

#include <math.h>
#include <stdio.h>

#define STALE 0.67 /* of the weighted pipeline: what open deals bring, if less */

/* D of the output: what a quantity may become. */
static void
describe_period(const dd_forecast *self, const dd_forecast_period *period, dd_doc *doc,
                dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    dd_doc_text(doc, node, "label", period->period.label);
    dd_doc_day(doc, node, "start", period->period.start);
    dd_doc_day(doc, node, "end", period->period.end);
    dd_doc_money_exact(doc, node, "booked", period->booked);
    dd_doc_money_exact(doc, node, "target", period->target);
    dd_doc_chance(doc, node, "p_target", period->p_target);
    dd_doc_chance(doc, node, "p_target_mcse", period->p_target_mcse);
    dd_doc_share(doc, node, "attainment", period->attainment);
    dd_doc_money(doc, node, "gap", period->gap);
    dd_doc_money(doc, node, "gap_at_confidence", period->gap_at_confidence);
    dd_doc_flag(doc, node, "flag", period->flag);
    dd_doc_money(doc, node, "weighted_pipeline", self->weighted_pipeline);
    dd_doc_money(doc, node, "open_pipeline", self->open_pipeline);
    dd_doc_ratio(doc, node, "coverage", period->coverage);
    dd_summary_describe(&period->bookings, doc, node, "bookings", dd_doc_money);
    dd_summary_describe(&period->open, doc, node, "open", dd_doc_money);
    dd_summary_describe(&period->new_, doc, node, "new", dd_doc_money);
    dd_summary_describe(&period->wins, doc, node, "wins", dd_doc_number);
    dd_doc_count(doc, node, "booked_wins", period->booked_wins);
    if (self->cash.n_periods > 0)
        dd_summary_describe(&self->cash.periods[period - self->periods], doc, node,
                            "cash", dd_doc_money);
}

static void
describe_stage(const dd_forecast_stage *stage, dd_doc *doc, dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    if (stage->pipeline != NULL)
        dd_doc_text(doc, node, "pipeline", stage->pipeline);
    dd_doc_text(doc, node, "name", stage->name);
    dd_doc_count(doc, node, "deals", (int64_t) stage->deals);
    dd_doc_money(doc, node, "amount", stage->amount);
    dd_doc_chance(doc, node, "win_rate", stage->win_rate);
    dd_doc_money(doc, node, "weighted", stage->weighted);
}

/* What is missing at the confidence asked for, as a sentence either way. */
static const char *
gap_sentence(const dd_forecast *self)
{
    double gap = self->periods[0].gap_at_confidence;
    if (isnan(gap))
        return "";
    return gap > 0.0 ? " For %g %% confidence {gap_at_confidence~bookings.mean_mcse} "
                       "more would be needed."
                     : " It is reached at %g %% confidence.";
}

/* The answer in one breath: the chance first, then the range. */
static void
say_answer(const dd_forecast *self, dd_doc *doc, const dd_doc_node *first)
{
    char sentence[512], gap[128];
    int target = self->periods[0].target != DD_NO_TARGET;
    snprintf(gap, sizeof gap, gap_sentence(self), 100.0 * self->confidence);
    snprintf(sentence, sizeof sentence,
             "{label}: %sBooked {booked}; expect {bookings.mean~bookings.mean_mcse}, "
             "80 %% between {bookings.p10~bookings.mean_mcse} and "
             "{bookings.p90~bookings.mean_mcse}.%s",
             target ? "{p_target+-p_target_mcse} chance of {target}. " : "", gap);
    dd_doc_say(doc, first, sentence);
}

static void
say_flags(const dd_forecast *self, dd_doc *doc)
{
    int targets = 0;
    char sentence[128];

    for (size_t p = 0; p < self->n_periods; p++)
        targets |= self->periods[p].target != DD_NO_TARGET;
    if (!targets)
        return;
    snprintf(
        sentence, sizeof sentence,
        "Flag: green from a chance of %.0f %%, amber from %.0f %%, red from %.0f %%, "
        "else black.",
        100.0 * DD_FLAG_GREEN, 100.0 * DD_FLAG_AMBER, 100.0 * DD_FLAG_RED);
    dd_doc_say(doc, NULL, sentence);
}

/* Booked, open and new add up to what is expected, also as written. */
#define PART "~bookings.mean_mcse=booked+open.mean+new.mean"

static void
show_periods(const dd_forecast *self, dd_doc *doc, const dd_doc_node *periods)
{
    static const dd_doc_column columns[] = {
        { "Period", "{label}" },
        { "Booked", "{booked" PART "}" },
        { "+ open deals", "{open.mean" PART "}" },
        { "+ new deals", "{new.mean" PART "}" },
        { "= expected", "{bookings.mean~bookings.mean_mcse}" },
        { "80 % between",
          "{bookings.p10~bookings.mean_mcse} – {bookings.p90~bookings.mean_mcse}" },
        { "Wins", "{wins.mean~wins.mean_mcse}" },
        { "Cash in", "{cash.mean~cash.mean_mcse}" },
        { "Target", "{target}" },
        { "Chance", "{p_target~p_target_mcse}" },
        { "Flag", "{flag}" },
    };
    dd_doc_table(doc, NULL, periods, columns, sizeof columns / sizeof *columns);
    if (self->periods[0].booked_wins > 0)
        dd_doc_say(doc, periods->first,
                   self->periods[0].booked_wins == 1
                       ? "Wins are those to come: 1 deal is booked in {label} already."
                       : "Wins are those to come: {booked_wins} deals are booked in "
                         "{label} already.");
    say_flags(self, doc);
}

/* A stage's win rate takes every deal for an average one: where deals have stood long it
 * promises what will not come. */
static void
say_stale(const dd_forecast *self, dd_doc *doc)
{
    double open = 0.0;
    dd_doc_node *node;
    for (size_t p = 0; p < self->n_periods; p++)
        open += self->periods[p].open.mean;
    if (!(open < STALE * self->weighted_pipeline))
        return;
    node = dd_doc_object(doc, doc->root, "by_age");
    dd_doc_money(doc, node, "open", open);
    dd_doc_text(doc, node, "to", self->periods[self->n_periods - 1].period.label);
    dd_doc_say(doc, node,
               "A win rate takes every deal of its stage for an average one; by their "
               "ages they bring {open} to the end of {to}. `dealdice deals --stuck` "
               "lists those that have stood too long.");
}

static void
show_stages(const dd_forecast *self, dd_doc *doc, const dd_doc_node *stages,
            const dd_doc_node *first)
{
    static const dd_doc_column columns[] = {
        { "Pipeline", "{pipeline}" }, { "Stage", "{name}" },
        { "Deals", "{deals}" },       { "Amount", "{amount}" },
        { "Win rate", "{win_rate}" }, { "Weighted", "{weighted}" },
    };
    double gap = self->periods[0].gap, coverage = self->periods[0].coverage;
    if (stages->first == NULL)
        return;
    dd_doc_table(doc, "Open deals by stage; win rate and weighted however late", stages,
                 columns, sizeof columns / sizeof *columns);
    dd_doc_say(doc, first, "In all {open_pipeline} open, {weighted_pipeline} weighted.");
    if (gap > 0.0)
        dd_doc_say(doc, first,
                   "Booked and weighted, however late, make {attainment} of the "
                   "target: {gap} is missing.");
    else if (gap <= 0.0)
        dd_doc_say(doc, first,
                   "Booked and weighted, however late, make {attainment} of the "
                   "target.");
    if (coverage > 0.0)
        dd_doc_say(doc, first, "Open deals are {coverage} what is still to book.");
    say_stale(self, doc);
}

static void
show_bins(const dd_forecast *self, dd_doc *doc)
{
    char title[64];
    const dd_forecast_period *first = &self->periods[0];
    if (self->bins.n < 2)
        return;
    snprintf(title, sizeof title, "Bookings of %s, share of trials",
             first->period.label);
    dd_doc_histogram(doc, title, self->bins.low, self->bins.step, self->bins.share,
                     self->bins.n);
    dd_doc_histogram_mark(doc, first->bookings.p10, "P10");
    dd_doc_histogram_mark(doc, first->bookings.p50, "median");
    dd_doc_histogram_mark(doc, first->bookings.p90, "P90");
    if (first->target != DD_NO_TARGET)
        dd_doc_histogram_mark(doc, (double) first->target, "target");
}

static void
say_basis(const dd_forecast *self, dd_doc *doc)
{
    dd_doc_say(doc, NULL,
               self->currency != NULL
                   ? "As of {as_of}, amounts in {currency}, {trials} trials."
                   : "As of {as_of}, {trials} trials.");
    for (size_t p = 0; p < self->n_periods; p++)
        if (self->periods[p].target != DD_NO_TARGET)
            return;
    dd_doc_say(doc, NULL, "No target is set: --target AMOUNT tells its chance.");
}

static void
say_evidence(const dd_forecast *self, int64_t months, dd_doc_node *basis, dd_doc *doc)
{
    const char *new_deals = self->periods[0].new_.mean > 0
                                ? " and new deals by about {arrivals_spread}"
                                : "";
    char text[300], windows[200] = "";
    if (self->windows > 0)
        snprintf(windows, sizeof windows,
                 "; in {windows} earlier stretch%s, the level of wins strayed by about "
                 "{spread}%s from what was expected",
                 self->windows == 1 ? "" : "es", new_deals);
    snprintf(text, sizeof text, "It rests on {wins} won deals over {months} month%s%s.",
             months == 1 ? "" : "s", windows);
    dd_doc_say(doc, basis, text);
}

/* Which month brings most new deals, and which fewest. */
static void
say_season(const dd_season *season, dd_doc_node *basis, dd_doc *doc)
{
    static const char *const name[]
        = { "January", "February", "March",     "April",   "May",      "June",
            "July",    "August",   "September", "October", "November", "December" };
    int low = 0, high = 0;
    char text[256];
    dd_doc_node *list = dd_doc_list(doc, basis, "season");
    for (int m = 0; m < 12 && season->runs; m++) {
        dd_doc_number(doc, list, NULL, season->month[m]);
        low = season->month[m] < season->month[low] ? m : low;
        high = season->month[m] > season->month[high] ? m : high;
    }
    if (!season->runs)
        return;
    snprintf(
        text, sizeof text,
        "New deals have a season: in %s %.0f %% of an average month's are expected, "
        "in %s %.0f %%.",
        name[low], 100.0 * season->month[low], name[high], 100.0 * season->month[high]);
    dd_doc_say(doc, basis, text);
}

/* Where the width comes from: not told where reps are played, nor by few trials. */
static void
say_variance(const dd_forecast *self, dd_doc *doc)
{
    dd_doc_node *node;
    if (isnan(self->variance.deals))
        return;
    node = dd_doc_object(doc, doc->root, "variance");
    dd_doc_share(doc, node, "deals", self->variance.deals);
    dd_doc_share(doc, node, "level", self->variance.level);
    dd_doc_share(doc, node, "rates", self->variance.rates);
    dd_doc_say(doc, node,
               "Its uncertainty: {deals} the luck of single deals, {level} how busy the "
               "market will be, {rates} what history cannot tell about the rates.");
}

/* What the answer rests on. */
static void
say_rests(const dd_forecast *self, dd_doc *doc)
{
    int64_t months = lround(fmax(self->history_days / 30.44, 1.0));
    dd_doc_node *basis = dd_doc_object(doc, doc->root, "basis");
    dd_doc_count(doc, basis, "wins", (int64_t) self->wins);
    dd_doc_count(doc, basis, "months", months);
    dd_doc_count(doc, basis, "windows", (int64_t) self->windows);
    dd_doc_share(doc, basis, "spread", self->spread);
    dd_doc_share(doc, basis, "arrivals_spread", self->arrivals_spread);
    if (self->wins > 1) /* fewer are told among what is thin */
        say_evidence(self, months, basis, doc);
    say_season(&self->season, basis, doc);
}

void
dd_forecast_describe(const dd_forecast *self, const dd_notes *notes, dd_doc *doc)
{
    dd_doc_node *periods, *stages;
    dd_doc_day(doc, doc->root, "as_of", self->as_of);
    dd_doc_text(doc, doc->root, "currency", self->currency);
    dd_doc_count(doc, doc->root, "trials", (int64_t) self->trials);
    dd_doc_warnings(doc, notes);
    periods = dd_doc_list(doc, doc->root, "periods");
    for (size_t i = 0; i < self->n_periods; i++)
        describe_period(self, &self->periods[i], doc, periods);
    stages = dd_doc_list(doc, doc->root, "stages");
    for (size_t i = 0; i < self->n_stages; i++)
        describe_stage(&self->stages[i], doc, stages);
    if (doc->failed)
        return;
    say_answer(self, doc, periods->first);
    show_periods(self, doc, periods);
    show_stages(self, doc, stages, periods->first);
    show_bins(self, doc);
    say_variance(self, doc);
    say_rests(self, doc);
    say_basis(self, doc);
}
