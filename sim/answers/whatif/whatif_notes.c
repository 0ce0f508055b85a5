/* What of the scenarios has no effect, which nobody would see in a table of figures. */
#include "answers/whatif/whatif_notes.h"

#include <math.h>

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
tell_levers(teller *self, const dd_scenario_layer *layer)
{
    if (layer->from == DD_NO_DAY)
        return;
    if (layer->n_levers > 0) {
        tell_late(self, &layer->from_place, "its levers start", layer->from);
        return;
    }
    self->told++;
    self->failed |= dd_notes_add(self->notes, "no_effect",
                                 "%s:%ld: 'from' starts the levers of its file, which "
                                 "has none",
                                 layer->from_place.file, layer->from_place.line)
                    != DD_OK;
}

static void
tell_layer(teller *self, const dd_scenario_layer *layer)
{
    tell_levers(self, layer);
    for (size_t i = 0; layer->team != NULL && i < layer->team->n_hires; i++)
        tell_late(self, &layer->team->hires[i].start_place, "these hires start",
                  layer->team->hires[i].start);
    for (size_t i = 0; layer->team != NULL && i < layer->team->n_leaves; i++)
        tell_late(self, &layer->team->leaves[i].date_place, "this rep leaves",
                  layer->team->leaves[i].date);
}

/* ---- rules that nobody meets ---- */

static int
anybody_goes(const dd_roster *team)
{
    int goes = team->n_leavers > 0;

    for (size_t i = 0; i < team->crew.n_attrition; i++)
        goes |= team->crew.attrition[i] > 0;
    for (size_t r = 0; r < team->n_known; r++)
        goes |= isfinite(team->rep[r].leaves) != 0;
    return goes;
}

/* Is anybody hired, known to come, or not yet past the ramp? */
static int
anybody_grows(const dd_roster *team)
{
    int grows = team->n_hires > 0;

    for (size_t r = 0; r < team->n_known; r++)
        grows |= dd_crew_ramp(&team->crew, &team->rep[r], -team->rep[r].starts) < 1;
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

static void
tell_idle(teller *self, const char *name, const char *rule, const char *why)
{
    self->told++;
    self->failed |= dd_notes_add(self->notes, "no_effect", "'%s': no effect of %s: %s",
                                 name, rule, why)
                    != DD_OK;
}

static void
tell_rules(teller *self, const dd_roster *team, const char *name)
{
    const dd_team_rules *rules = &team->rules;
    int goes = anybody_goes(team);

    if (!goes && says_handover(rules))
        tell_idle(self, name, "handover", "nobody leaves");
    if (!goes && !isnan(rules->refill_days) && !(rules->by_preset & DD_RULE_REFILL))
        tell_idle(self, name, "refill", "nobody leaves");
    if (!goes && !isnan(rules->market) && !anybody_grows(team))
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
