/* What of the scenarios has no effect, which nobody would see in a table of figures. */
#include "answers/whatif/whatif_notes.h"

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
        if (one.told == 0 && is_base(self, &self->scenarios[i]))
            one.failed |= dd_notes_add(notes, "no_effect",
                                       "'%s' changes nothing: every trial books what it "
                                       "books in the base",
                                       scenario->name)
                          != DD_OK;
    }
    return one.failed ? dd_error_no_memory(err) : DD_OK;
}
