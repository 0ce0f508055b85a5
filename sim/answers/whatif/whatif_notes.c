/* What of the scenarios has no effect, which nobody would see in a table of figures. */
#include "answers/whatif/whatif_notes.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    const dd_period *last;
    dd_notes *notes;
    size_t told;
    int failed;
} teller;

/* @param place  without a file where a program made it: nothing is told */
static void
tell_late(teller *self, const dd_place *place, const char *what, dd_day day)
{
    char text[16];

    if (place->file == NULL || day == DD_NO_DAY || day <= self->last->end)
        return;
    self->told++;
    self->failed
        |= dd_notes_add(self->notes, "no_effect",
                        "%s:%ld: %s on %s, after %s, the last period played: no "
                        "effect here (--periods N plays more)",
                        place->file, place->line, what, dd_day_format(day, text),
                        self->last->label)
           != DD_OK;
}

static void
tell_from(teller *self, const dd_scenario_layer *layer)
{
    int has_rules = layer->team != NULL && dd_team_has_rules(layer->team);

    if (layer->from == DD_NO_DAY)
        return;
    if (layer->n_levers > 0 || has_rules) {
        tell_late(self, &layer->from_place,
                  !has_rules            ? "its levers start"
                  : layer->n_levers > 0 ? "its levers and rules start"
                                        : "its rules start",
                  layer->from);
        return;
    }
    self->told++;
    self->failed |= dd_notes_add(self->notes, "no_effect",
                                 "%s:%ld: 'from' starts levers and rules of its file, "
                                 "which has none",
                                 layer->from_place.file, layer->from_place.line)
                    != DD_OK;
}

static void
tell_layer(teller *self, const dd_scenario_layer *layer)
{
    tell_from(self, layer);
    for (size_t i = 0; layer->team != NULL && i < layer->team->n_hires; i++)
        tell_late(self, &layer->team->hires[i].start_place, "these hires start",
                  layer->team->hires[i].start);
    for (size_t i = 0; layer->team != NULL && i < layer->team->n_leaves; i++)
        tell_late(self, &layer->team->leaves[i].date_place, "this rep leaves",
                  layer->team->leaves[i].date);
}

/* ---- rules that nobody meets ---- */

static int
loses_reps(const dd_crew_rules *rules)
{
    int loses = 0;

    for (size_t i = 0; i < rules->n_attrition; i++)
        loses |= rules->attrition[i] > 0;
    return loses;
}

/* From a day on? */
static int
anybody_goes(const dd_roster *team, double day)
{
    int goes = loses_reps(dd_crew_rules_on(&team->crew, day));

    for (size_t k = 0; k < team->crew.n_changes; k++)
        goes |= team->changes[k].from > day && loses_reps(&team->changes[k]);
    for (size_t r = 0; r < team->n_known; r++)
        goes |= isfinite(team->rep[r].leaves) && team->rep[r].leaves >= day;
    return goes;
}

/* Is anybody hired, known to come, or not yet past the ramp? */
static int
anybody_grows(const dd_roster *team)
{
    int grows = team->n_hires > 0;

    for (size_t r = 0; r < team->n_known; r++)
        grows |= dd_crew_ramp(&team->crew, &team->rep[r], team->rep[r].starts, 0) < 1;
    return grows;
}

/* By the scenario itself: what a preset brings along may lie idle. */
static int
says_handover(const dd_team_rules *rules)
{
    int said = 0;

    for (int i = 0; i < DD_PARTS; i++)
        said |= (!isnan(rules->handover[i].delay_days)
                 && !(rules->by_preset & (unsigned) DD_RULE_DELAY << i))
                || (!isnan(rules->handover[i].odds)
                    && !(rules->by_preset & (unsigned) DD_RULE_ODDS << i));
    return said;
}

static int
says_refill(const dd_team_rules *rules)
{
    return !isnan(rules->refill_days) && !(rules->by_preset & DD_RULE_REFILL);
}

static void
tell_idle(teller *self, const char *name, const char *rule, const char *why)
{
    self->told++;
    self->failed |= dd_notes_add(self->notes, "no_effect", "'%s': no effect of %s: %s",
                                 name, rule, why)
                    != DD_OK;
}

/* Does a rule for leavers come when nobody leaves any more? */
static void
tell_of_leavers(teller *self, const dd_roster *team, const char *name, const char *rule,
                int (*says)(const dd_team_rules *))
{
    char why[48] = "nobody leaves", day[16];
    size_t k = 0;

    while (k < team->n_rules && !says(&team->rules[k].said))
        k++;
    if (k == team->n_rules || anybody_goes(team, k > 0 ? team->changes[k - 1].from : 0))
        return;
    if (k > 0)
        snprintf(why, sizeof why, "nobody leaves from %s on",
                 dd_day_format(team->rules[k].from, day));
    tell_idle(self, name, rule, why);
}

static void
tell_rules(teller *self, const dd_roster *team, const char *name)
{
    tell_of_leavers(self, team, name, "handover", says_handover);
    tell_of_leavers(self, team, name, "refill", says_refill);
    if (!isnan(team->rules->said.market) && !anybody_goes(team, 0)
        && !anybody_grows(team))
        tell_idle(self, name, "leads_from", "nobody comes, leaves or ramps up");
}

/* Costs alone tell no net. */
static void
tell_economics(teller *self, const dd_scenario *scenario)
{
    if (isnan(scenario->margin)
        && !(isnan(scenario->rep_month) && isnan(scenario->hire_once)))
        self->failed
            |= dd_notes_add(self->notes, "no_margin",
                            "'%s': economics: without margin neither net nor the day on "
                            "which it has paid back is told",
                            scenario->name)
               != DD_OK;
}

/* Is every trial what it is in the base? */
static int
is_base(const dd_whatif *self, const dd_whatif_scenario *scenario)
{
    int same = 1;
    for (size_t p = 0; p < self->n_periods; p++)
        same &= scenario->periods[p].difference.none
                && scenario->periods[p].wins_change == 0.0;
    return same;
}

dd_status
dd_whatif_note(const dd_whatif *self, const dd_scenario *scenarios, dd_notes *notes,
               dd_error *err)
{
    teller one = { &self->periods[self->n_periods - 1], notes, 0, 0 };

    for (size_t i = 1; i < self->n; i++) {
        const dd_scenario *scenario = &scenarios[i - 1];
        one.told = 0;
        for (size_t l = 0; l < scenario->n_layers; l++)
            tell_layer(&one, &scenario->layers[l]);
        tell_economics(&one, scenario);
        if (self->scenarios[i].team != NULL)
            tell_rules(&one, self->scenarios[i].team, scenario->name);
        if (one.told == 0 && is_base(self, &self->scenarios[i]))
            one.failed |= dd_notes_add(notes, "no_effect",
                                       "'%s' changes nothing: every trial books what it "
                                       "books in the base",
                                       scenario->name)
                          != DD_OK;
    }
    return one.failed ? dd_error_no_memory(err) : DD_OK;
}
