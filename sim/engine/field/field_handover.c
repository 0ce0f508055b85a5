#include "engine/field/field_parts.h"

#include "base/rng.h"

#include <math.h>

static const dd_handover *
handover_of(const dd_field *self, const dd_field_deal *deal)
{
    uint32_t pipeline = self->pipeline[deal->stage];
    size_t stage = deal->stage - self->lives->first_stage[pipeline];
    size_t part = 3 * stage / self->lives->run->model->process[pipeline].n_stages;

    return &self->rules->handover[part];
}

/* A lever's stretch is in the stage already. */
double
dd_field_chance(const dd_rates *rates, size_t stage, double age_days)
{
    const dd_stage *view = &rates->stage[stage];
    double share[DD_MAX_EXITS], chance = 0;

    dd_stage_shares(view, age_days, share);
    for (size_t j = 0; j < view->exits; j++)
        if (view->to[j] >= 0)
            chance += share[j] * rates->p_ever[view->to[j]];
        else if (view->to[j] == DD_WON)
            chance += share[j];
    return chance;
}

/* What is lost by it: with chance c of ever winning, o c / (1 - c + o c) is left of c. */
static int
is_lost_by_it(const dd_field *self, uint32_t i, double odds)
{
    const dd_field_deal *deal = &self->deal[i];
    size_t stage = deal->stage - self->lives->first_stage[self->pipeline[deal->stage]];
    dd_stream stream = dd_field_stream(self, deal);
    uint32_t word[4];
    double c;

    if (odds == 1)
        return 0;
    c = dd_field_chance(dd_field_rates(self, deal), stage,
                        fmax(self->work - deal->since, 0));
    c = dd_on_odds(c, self->story[i].theta);
    dd_stream_words(&stream, DD_HANDOVER_POSITION + self->story[i].handovers, word);
    return dd_uniform53(word[0], word[1]) >= odds / (1 - c + odds * c);
}

/* Deals on the shelf keep what is left of their spell: its clock stands at 0. */
static void
shelve(dd_field *self, uint32_t i)
{
    dd_field_deal *deal = &self->deal[i];
    dd_field_story *story = &self->story[i];
    const dd_handover *rule = handover_of(self, deal);

    if (is_lost_by_it(self, i, rule->odds)) {
        dd_field_drop(self, i);
        return;
    }
    story->handovers++;
    story->heir = self->rep[deal->seat].heir;
    story->resume = self->day + rule->delay_days;
    dd_field_shift_clock(self, i, -(self->work - self->seat.lag[deal->seat]));
    deal->seat = dd_field_shelf(self, dd_field_trial(deal) - self->first);
    self->n_shelved++;
}

void
dd_field_hand_over(dd_field *self)
{
    for (uint32_t i = 0; i < self->top; i++)
        if (self->deal[i].is_alive && self->rep[self->deal[i].seat].left)
            shelve(self, i);
    for (size_t seat = 0; seat < self->trials * self->seats; seat++)
        if (self->rep[seat].left) {
            self->seat.demand[seat] = 0;
            self->rep[seat].heir = -1;
        }
}

/* To an heir, if one is there. */
static void
take_over(dd_field *self, uint32_t i)
{
    dd_field_deal *deal = &self->deal[i];
    dd_field_story *story = &self->story[i];
    size_t trial = dd_field_trial(deal), lane = trial - self->first;
    uint32_t seat = (uint32_t) (lane * self->seats) + (uint32_t) story->heir;

    if (story->heir < 0 || !self->rep[seat].present)
        seat = dd_field_lot(self, trial, deal->item, story->lots++);
    if (seat == dd_field_shelf(self, lane))
        return;
    if (story->first_seat == dd_field_shelf(self, lane)) {
        story->first_seat = seat;
        story->first_generation = self->rep[seat].generation;
    }
    deal->seat = seat;
    dd_field_shift_clock(self, i, self->work - self->seat.lag[seat]);
    if (!dd_field_is_stuck(deal))
        self->seat.demand[seat] += self->visits[deal->stage];
    self->n_shelved--;
}

void
dd_field_clear_shelf(dd_field *self)
{
    for (uint32_t i = 0; i < self->top && self->n_shelved > 0; i++) {
        const dd_field_deal *deal = &self->deal[i];
        if (deal->is_alive
            && deal->seat == dd_field_shelf(self, dd_field_trial(deal) - self->first)
            && self->story[i].resume <= self->day)
            take_over(self, i);
    }
}
