#include "dealdice/past.h"

#include <stdlib.h>
#include <string.h>

/* When the spell ended; DD_NO_MOMENT: it goes on. */
static dd_moment
spell_end(const dd_past *later, const dd_past_deal *deal, size_t i)
{
    if (later->spells[i].exit == DD_STILL)
        return DD_NO_MOMENT;
    return i + 1 < deal->first + deal->n ? later->spells[i + 1].entered : deal->closed;
}

/* The deal's spells that had begun. @return 0 when it did not exist */
static int
copy_spells(dd_past *self, dd_past_deal *copy, const dd_past *later,
            const dd_past_deal *deal, dd_moment until)
{
    copy->first = self->n_spells;
    copy->stage = DD_STILL;
    for (size_t i = deal->first; i < deal->first + deal->n; i++) {
        dd_spell spell = later->spells[i];
        dd_moment end = spell_end(later, deal, i);
        if (spell.entered >= until)
            break;
        spell.deal = (uint32_t) self->n_deals;
        if (end == DD_NO_MOMENT || end >= until) {
            spell.exit = DD_STILL;
            spell.dwell_days = (double) (until - spell.entered) / DD_SECONDS_PER_DAY;
        }
        copy->stage = spell.exit == DD_STILL ? spell.stage : spell.exit;
        copy->entered = spell.exit == DD_STILL ? spell.entered : end;
        copy->amount = spell.amount;
        self->spells[self->n_spells++] = spell;
    }
    copy->n = self->n_spells - copy->first;
    return copy->n > 0;
}

static void
copy_deal(dd_past *self, const dd_past *later, const dd_past_deal *deal, dd_moment until)
{
    dd_past_deal copy = *deal;
    if (!copy_spells(self, &copy, later, deal, until))
        return;
    if (copy.stage < 0) {
        copy.amount = deal->amount; /* it had ended: that is final */
    } else {
        copy.closed = DD_NO_MOMENT;
    }
    self->deals[self->n_deals++] = copy;
}

dd_status
dd_past_earlier(dd_past *self, const dd_past *later, dd_day as_of, dd_error *err)
{
    dd_moment until = dd_day_end(as_of);

    *self = *later;
    self->as_of = as_of;
    self->n_deals = self->n_spells = self->n_activities = self->n_reps = 0;
    self->activities = NULL;
    self->reps = NULL;
    self->deals = malloc((later->n_deals + 1) * sizeof *self->deals);
    self->spells = malloc((later->n_spells + 1) * sizeof *self->spells);
    self->arena = NULL; /* pipelines are borrowed from `later` */
    if (!self->deals || !self->spells) {
        dd_past_free(self);
        return dd_error_no_memory(err);
    }
    for (size_t i = 0; i < later->n_deals; i++)
        copy_deal(self, later, &later->deals[i], until);
    return DD_OK;
}
