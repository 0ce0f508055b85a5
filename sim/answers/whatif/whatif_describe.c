/* What-ifs in keys, and in words and tables over them. */
#include "answers/whatif/whatif_team.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void
describe_period(const dd_whatif_period *period, dd_doc *doc, dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL), *cumulative;
    dd_doc_text(doc, node, "label", period->period->label);
    dd_doc_money_exact(doc, node, "target", period->target);
    dd_doc_chance(doc, node, "p_target", period->p_target);
    dd_doc_chance(doc, node, "p_target_mcse", period->p_target_mcse);
    dd_doc_points(doc, node, "p_target_change", period->p_target_change);
    dd_doc_points(doc, node, "p_target_change_mcse", period->p_target_change_mcse);
    dd_doc_number(doc, node, "wins_change", period->wins_change);
    dd_doc_number(doc, node, "wins_change_mcse", period->wins_change_mcse);
    dd_summary_describe(&period->bookings, doc, node, "bookings", dd_doc_money);
    dd_difference_describe(&period->difference, doc, node, "difference");
    dd_doc_chance(doc, node, "p_better", period->difference.p_better);
    dd_doc_chance(doc, node, "p_better_mcse", period->difference.p_better_mcse);
    cumulative = dd_difference_describe(&period->cumulative, doc, node, "cumulative");
    dd_doc_chance(doc, cumulative, "p_better", period->cumulative.p_better);
    dd_doc_chance(doc, cumulative, "p_better_mcse", period->cumulative.p_better_mcse);
    dd_doc_money(doc, cumulative, "bookings", period->total);
    dd_doc_money(doc, cumulative, "bookings_mcse", period->total_mcse);
}

static void
describe_scenario(const dd_whatif *self, const dd_whatif_scenario *scenario, dd_doc *doc,
                  dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL), *periods;
    dd_doc_text(doc, node, "name", scenario->name);
    dd_doc_text(doc, node, "says", scenario->says);
    periods = dd_doc_list(doc, node, "periods");
    for (size_t p = 0; p < self->n_periods; p++)
        describe_period(&scenario->periods[p], doc, periods);
    dd_whatif_describe_team(scenario, doc, node);
    dd_economics_describe(&scenario->economics, doc, node);
}

/* What a lever does, as a person reads it. */
static const char *
lever_words(dd_lever_kind kind)
{
    static const char *const words[DD_LEVERS]
        = { "step rate", "win rate", "cycle", "deal size", "market", "visits", "leads" };
    return words[kind];
}

static void
describe_lever(const dd_whatif_lever *lever, dd_doc *doc, dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    char change[48];
    dd_doc_text(doc, node, "lever", dd_lever_name(lever->lever));
    dd_doc_text(doc, node, "pipeline", lever->pipeline);
    dd_doc_text(doc, node, "stage", lever->stage);
    dd_doc_text(doc, node, "change",
                dd_change_format(&lever->change, lever->lever, change));
    dd_doc_points(doc, node, "p_target_change", lever->p_target_change);
    dd_doc_points(doc, node, "mcse", lever->mcse);
    dd_doc_money(doc, node, "bookings_change", lever->bookings_change);
    dd_doc_money(doc, node, "bookings_change_mcse", lever->bookings_change_mcse);
    dd_doc_number(doc, node, "wins_change", lever->wins_change);
    dd_doc_number(doc, node, "wins_change_mcse", lever->wins_change_mcse);
}

static void
describe_point(const dd_whatif *self, const dd_grid_point *point, dd_doc *doc,
               dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    char change[48];
    for (size_t a = 0; a < self->grid.n_axes; a++)
        dd_doc_text(
            doc, node, dd_grid_axis_name(&self->grid.axis[a]),
            dd_grid_change_format(&self->grid.axis[a], &point->change[a], change));
    dd_doc_chance(doc, node, "p_target", point->p_target);
    dd_doc_chance(doc, node, "p_target_mcse", point->p_target_mcse);
    dd_doc_money(doc, node, "bookings_mean", point->bookings_mean);
    dd_doc_money(doc, node, "bookings_mcse", point->bookings_mcse);
}

/* ---- text ---- */

static void
show_period(dd_doc *doc, const char *label, size_t p, const dd_doc_node *scenarios)
{
    char title[64], cell[7][160];
    const char *const formats[7] = {
        "{periods.%zu.bookings.mean~periods.%zu.bookings.mean_mcse}",
        "{periods.%zu.bookings.p10~periods.%zu.bookings.mean_mcse} – ",
        "{periods.%zu.bookings.p90~periods.%zu.bookings.mean_mcse}",
        "{periods.%zu.p_target~periods.%zu.p_target_mcse}",
        "{periods.%zu.p_target_change+-periods.%zu.p_target_change_mcse}",
        "{periods.%zu.difference.mean+-periods.%zu.difference.mcse}",
        "{periods.%zu.p_better~periods.%zu.p_better_mcse}",
    };
    for (size_t i = 0; i < 7; i++)
        snprintf(cell[i], sizeof cell[i], formats[i], p, p);
    char range[320];
    snprintf(range, sizeof range, "%s%s", cell[1], cell[2]);
    const dd_doc_column columns[] = {
        { "Scenario", "{name}" },  { "Expected", cell[0] },
        { "80 % between", range }, { "Chance of target", cell[3] },
        { "Change", cell[4] },     { "More than base", cell[5] },
        { "Better in", cell[6] },
    };
    snprintf(title, sizeof title, "%s", label);
    dd_doc_table(doc, title, scenarios, columns, sizeof columns / sizeof *columns);
}

static void
show_total(const dd_whatif *self, dd_doc *doc, const dd_doc_node *scenarios)
{
    char title[96], cell[5][192];
    const char *const formats[5] = {
        "{periods.%zu.cumulative.mean+-periods.%zu.cumulative.mcse}",
        "{periods.%zu.cumulative.p10~periods.%zu.cumulative.mcse} – ",
        "{periods.%zu.cumulative.p90~periods.%zu.cumulative.mcse}",
        "{periods.%zu.cumulative.p_better~periods.%zu.cumulative.p_better_mcse}",
        "{periods.%zu.cumulative.bookings~periods.%zu.cumulative.bookings_mcse}",
    };
    size_t last = self->n_periods - 1;
    for (size_t i = 0; i < 5; i++)
        snprintf(cell[i], sizeof cell[i], formats[i], last, last);
    char range[384];
    snprintf(range, sizeof range, "%s%s", cell[1], cell[2]);
    const dd_doc_column columns[] = {
        { "Scenario", "{name}" },      { "Expected", cell[4] },
        { "More than base", cell[0] }, { "80 % between", range },
        { "Better in", cell[3] },      { "Net", "{net.mean~net.mcse}" },
    };
    snprintf(title, sizeof title, "%s to %s together", self->periods[0].label,
             self->periods[last].label);
    dd_doc_table(doc, title, scenarios, columns, sizeof columns / sizeof *columns);
}

/* Does any scenario change a trial of the period? */
static int
is_changed(const dd_whatif *self, size_t p)
{
    int changed = 0;
    for (size_t i = 1; i < self->n; i++)
        changed |= !self->scenarios[i].periods[p].difference.none;
    return changed;
}

/* The first period with a target of which there is something to tell; n_periods: none, or
 * none that a scenario reaches. */
static size_t
find_told(const dd_whatif *self)
{
    size_t p = self->target_period;
    while (self->n > 1 && p < self->n_periods
           && (self->scenarios[0].periods[p].target == DD_NO_TARGET
               || !is_changed(self, p)))
        p++;
    return p;
}

/* What a scenario brings: to the told target's chance, or without one to bookings. */
static double
gain_of(const dd_whatif *self, size_t i, size_t p)
{
    size_t last = self->n_periods - 1;
    return p <= last ? self->scenarios[i].periods[p].p_target_change
                     : self->scenarios[i].periods[last].cumulative.mean;
}

static void
say_best(const dd_whatif *self, dd_doc *doc, const dd_doc_node *scenarios)
{
    size_t best = 1, p = find_told(self), last = self->n_periods - 1;
    const char *who = self->n > 2 ? "Of these, '{name}' does best" : "With '{name}'";
    char sentence[320], path[32];
    for (size_t i = 2; i < self->n; i++)
        if (gain_of(self, i, p) > gain_of(self, best, p))
            best = i;
    snprintf(path, sizeof path, "%zu", best);
    if (p <= last)
        snprintf(sentence, sizeof sentence,
                 "%s: {periods.%zu.p_target~periods.%zu.p_target_mcse}, a "
                 "change of {periods.%zu.p_target_change+-periods.%zu."
                 "p_target_change_mcse}.",
                 who, p, p, p, p);
    else
        snprintf(sentence, sizeof sentence,
                 "%s%s bookings change by {periods.%zu.cumulative.mean+-periods."
                 "%zu.cumulative.mcse} by the end of {periods.%zu.label}.",
                 who, self->n > 2 ? ":" : "", last, last, last);
    dd_doc_say(doc, dd_doc_get(scenarios, path), sentence);
}

static void
say_answer(const dd_whatif *self, dd_doc *doc, const dd_doc_node *scenarios)
{
    char sentence[256];
    size_t p = find_told(self);
    if (p < self->n_periods) {
        snprintf(sentence, sizeof sentence,
                 "{periods.%zu.label}: as things stand a chance of "
                 "{periods.%zu.p_target+-periods.%zu.p_target_mcse} of "
                 "{periods.%zu.target}.",
                 p, p, p, p);
        dd_doc_say(doc, scenarios->first, sentence);
    }
    if (self->n > 1)
        say_best(self, doc, scenarios);
}

static void
show_money(const dd_whatif *self, dd_doc *doc, const dd_doc_node *scenarios)
{
    const dd_doc_node *node = scenarios->first;
    for (size_t i = 0; i < self->n && node != NULL; i++, node = node->next)
        dd_economics_show(&self->scenarios[i].economics, self->scenarios[i].name, doc,
                          node);
}

static void
show_scenarios(const dd_whatif *self, dd_doc *doc, const dd_doc_node *scenarios)
{
    size_t told = find_told(self);
    if (self->n == 1 || told == 0 || is_changed(self, 0))
        show_period(doc, self->periods[0].label, 0, scenarios);
    if (told > 0 && told < self->n_periods)
        show_period(doc, self->periods[told].label, told, scenarios);
    if (self->n > 1 && self->n_periods > 1)
        show_total(self, doc, scenarios);
    show_money(self, doc, scenarios);
    for (const dd_doc_node *node = scenarios->first; node != NULL; node = node->next)
        if (dd_doc_get(node, "says") != NULL
            && dd_doc_get(node, "says")->kind == DD_DOC_TEXT)
            dd_doc_say(doc, node, "{name}: {says}.");
}

/* A leak is one among several stages. */
static int
has_stages(const dd_whatif *self)
{
    const char *stage = NULL;
    int several = 0;
    for (size_t i = 0; i < self->n_levers; i++) {
        const char *other = self->levers[i].stage;
        several |= stage != NULL && other != NULL && strcmp(stage, other) != 0;
        stage = other != NULL ? other : stage;
    }
    return several;
}

/* The stage whose deals moving on better would bring most. */
static void
say_leak(const dd_whatif *self, dd_doc *doc, const dd_doc_node *levers)
{
    const dd_doc_node *node = levers->first;
    char sentence[320];
    size_t i = 0;
    while (
        i < self->n_levers
        && (self->levers[i].stage == NULL || self->levers[i].lever == DD_LEVER_CYCLE)) {
        node = node->next;
        i++;
    }
    if (i == self->n_levers || !(self->levers[i].wins_change > 0.0) || !has_stages(self))
        return;
    snprintf(sentence, sizeof sentence,
             "The leak to fix first is {stage}: its %s {change} brings %s by the end of "
             "%s.",
             lever_words(self->levers[i].lever),
             self->levers[i].bookings_change > 0.0
                 ? "{bookings_change+-bookings_change_mcse}"
                 : "{wins_change+-wins_change_mcse} wins",
             self->periods[self->n_periods - 1].label);
    dd_doc_say(doc, node, sentence);
}

static void
show_levers(const dd_whatif *self, dd_doc *doc, const dd_doc_node *levers)
{
    char bookings[48], chance[48];
    const dd_doc_column columns[] = {
        { "Lever", "{lever}" },
        { "Pipeline", "{pipeline}" },
        { "Stage", "{stage}" },
        { "Change", "{change}" },
        { bookings, "{bookings_change+-bookings_change_mcse}" },
        { "Wins", "{wins_change+-wins_change_mcse}" },
        { chance, "{p_target_change+-mcse}" },
    };
    size_t last = self->n_periods - 1;
    snprintf(bookings, sizeof bookings, "Bookings to %s", self->periods[last].label);
    snprintf(
        chance, sizeof chance, "Chance of %s",
        self->periods[self->target_period < last ? self->target_period : last].label);
    say_leak(self, doc, levers);
    dd_doc_table(doc, "What a tenth of every lever brings", levers, columns,
                 sizeof columns / sizeof *columns);
}

static void
show_grid(const dd_whatif *self, dd_doc *doc, const dd_doc_node *grid)
{
    char cell[DD_GRID_MOST_AXES][32], bookings[48], chance[48];
    size_t last = self->n_periods - 1;
    dd_doc_column columns[DD_GRID_MOST_AXES + 2];
    size_t n = 0;
    for (; n < self->grid.n_axes; n++) {
        const char *name = dd_grid_axis_name(&self->grid.axis[n]);
        snprintf(cell[n], sizeof cell[n], "{%s}", name);
        columns[n] = (dd_doc_column){ name, cell[n] };
    }
    snprintf(bookings, sizeof bookings, "Bookings to %s", self->periods[last].label);
    snprintf(
        chance, sizeof chance, "Chance of %s",
        self->periods[self->target_period < last ? self->target_period : last].label);
    columns[n++] = (dd_doc_column){ bookings, "{bookings_mean~bookings_mcse}" };
    columns[n++] = (dd_doc_column){ chance, "{p_target~p_target_mcse}" };
    dd_doc_table(doc, "Every combination", grid, columns, n);
}

void
dd_whatif_describe(const dd_whatif *self, const dd_notes *notes, dd_doc *doc)
{
    dd_doc_node *scenarios, *levers, *leavers, *grid;
    dd_doc_day(doc, doc->root, "as_of", self->as_of);
    dd_doc_text(doc, doc->root, "currency", self->currency);
    dd_doc_count(doc, doc->root, "trials", (int64_t) self->trials);
    dd_doc_warnings(doc, notes);
    scenarios = dd_doc_list(doc, doc->root, "scenarios");
    dd_doc_list_rows(scenarios, "periods");
    for (size_t i = 0; i < self->n; i++)
        describe_scenario(self, &self->scenarios[i], doc, scenarios);
    dd_whatif_describe_rules(self, doc);
    levers = dd_doc_list(doc, doc->root, "levers");
    dd_doc_list_keys(doc, levers,
                     "lever,pipeline,stage,change,p_target_change,mcse,bookings_change,"
                     "bookings_change_mcse,wins_change,wins_change_mcse");
    for (size_t i = 0; i < self->n_levers; i++)
        describe_lever(&self->levers[i], doc, levers);
    leavers = dd_leavers_describe(&self->leavers, doc);
    grid = dd_doc_list(doc, doc->root, "grid");
    dd_doc_list_keys(doc, grid, "p_target,p_target_mcse,bookings_mean,bookings_mcse");
    for (size_t i = 0; i < self->n_points; i++)
        describe_point(self, &self->points[i], doc, grid);
    if (doc->failed)
        return;
    say_answer(self, doc, scenarios);
    show_scenarios(self, doc, scenarios);
    dd_whatif_show_teams(self, doc, scenarios);
    if (self->n_levers > 0)
        show_levers(self, doc, levers);
    dd_leavers_show(&self->leavers, self->periods[self->n_periods - 1].label, doc,
                    leavers);
    if (self->n_points > 0)
        show_grid(self, doc, grid);
    dd_doc_say(doc, NULL,
               self->currency != NULL
                   ? "As of {as_of}, amounts in {currency}, {trials} trials, the same "
                     "luck in every scenario."
                   : "As of {as_of}, {trials} trials, the same luck in every scenario.");
}
