#include "engine/field/field_parts.h"

#include "base/rng.h"

#include <math.h>
#include <string.h>

/* ---- where deals are ---- */

static dd_field_list *
list_of_end(dd_field *self, int32_t end)
{
    return &self->moved[end + DD_FIELD_ENDS];
}

/* The calendar day that holds a working day. */
static size_t
day_of(const dd_path_run *run, double work)
{
    size_t low = 0, high = run->days;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (run->work[middle + 1 <= run->days ? middle + 1 : run->days] > work)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void
dd_field_defer(dd_field *self, const dd_life *life, uint32_t seat, int has_returned)
{
    size_t step;

    if (life->start.day > self->lives->run->horizon)
        return;
    step = day_of(self->lives->run, life->start.day) / (size_t) self->crew->step_days;
    step = step < self->steps ? step : self->steps - 1;
    if (self->n_later == self->later_room) {
        self->is_full = 1;
        return;
    }
    self->later[self->n_later]
        = (dd_field_later){ *life, seat, has_returned, self->first_later[step] };
    self->first_later[step] = (int32_t) self->n_later++;
}

void
dd_field_put(dd_field *self, const dd_life *life, uint32_t seat, double work,
             int has_returned)
{
    size_t stage = self->lives->first_stage[life->pipeline] + (size_t) life->start.stage,
           trial = life->start.first_trial;
    dd_field_list *fresh = &self->moved[DD_FIELD_ENDS + stage];
    dd_field_deal *deal;
    dd_field_story *story;
    uint32_t i;

    if (self->n_free == 0 && self->top == self->room) {
        self->is_full = 1;
        return;
    }
    i = self->n_free > 0 ? self->free[--self->n_free] : (uint32_t) self->top++;
    if (life->deal != DD_NEW_DEAL)
        work = -(double) (float) dd_life_start(self->lives, life).age_days;
    deal = &self->deal[i];
    deal->since = work;
    deal->item = dd_life_item(life);
    deal->place = (uint64_t) trial << 32;
    deal->seat = deal->first_seat = seat;
    deal->stage = (uint16_t) stage;
    deal->is_alive = 1;
    deal->book = life->deal;
    story = &self->story[i];
    story->theta = life->theta;
    story->first_generation = self->rep[seat].generation;
    story->lots = story->handovers = 0;
    story->heir = -1;
    story->has_returned = has_returned;
    fresh->who[fresh->n++] = i;
    self->clock[seat].demand += self->visits[stage];
    self->n_shelved += seat == dd_field_shelf(self, trial - self->first);
    self->tally[trial].deals++;
}

/* ---- spells that end ---- */

/* Nothing has ended: when it might at the earliest. */
static void
wait_on(dd_field *self, uint32_t i)
{
    const dd_field_deal *deal = &self->deal[i];
    double advance = deal->advance_at + self->clock[deal->seat].lag;

    dd_field_wait(
        self, i,
        dd_field_cell(self, advance < deal->leave_at ? advance : deal->leave_at));
}

void
dd_field_look(dd_field *self)
{
    int32_t next = self->first_due[self->step];

    self->first_due[self->step] = -1;
    while (next >= 0) {
        uint32_t i = (uint32_t) next;
        dd_field_deal *deal = &self->deal[i];
        next = deal->next;
        if (!deal->is_alive)
            self->free[self->n_free++] = i;
        else if ((deal->advance_at <= self->clock[deal->seat].after)
                 | (deal->leave_at <= self->next_work))
            dd_field_move(self, i, deal);
        else
            wait_on(self, i);
    }
}

/* ---- what becomes of them ---- */

static dd_tally *
tally_of(const dd_field *self, const dd_field_deal *deal)
{
    return &self->tally[dd_field_trial(deal)];
}

/* A deal of the same pipeline that another one bred. */
static dd_life
bred_by(const dd_field *self, const dd_field_deal *deal, uint32_t number, double work)
{
    uint64_t address[3] = { deal->item, UINT64_MAX, number };
    uint64_t item = dd_hash((const char *) address, sizeof address);
    size_t trial = dd_field_trial(deal);
    dd_stream stream = dd_stream_make(self->lives->run->question->seed, DD_RNG_PATH,
                                      item, (uint32_t) trial);
    uint32_t word[4];
    dd_life child;

    dd_stream_words(&stream, DD_RETURN_POSITION, word);
    dd_lives_enter(self->lives, &child, self->pipeline[deal->stage], item, trial, work,
                   dd_uniform53(word[0], word[1]));
    dd_lives_choose(self->lives, &child, 1);
    return child;
}

static void
refer(dd_field *self, const dd_field_deal *deal)
{
    dd_stream stream = dd_field_stream(self, deal);
    uint32_t word[4];
    dd_life child;

    dd_stream_words(&stream, DD_RETURN_POSITION + 1, word);
    if (dd_uniform53(word[0], word[1]) >= self->crew->referral)
        return;
    child = bred_by(self, deal, 1, deal->since);
    dd_field_defer(self, &child, deal->seat, 0);
    tally_of(self, deal)->brought++;
}

static void
win(dd_field *self, uint32_t i, int64_t amount)
{
    const dd_field_deal *deal = &self->deal[i];
    dd_outcomes *out = self->outcomes;
    int is_new = deal->book == DD_NEW_DEAL;
    size_t period = dd_path_run_period(self->lives->run, is_new, deal->since);
    size_t cell = period * out->trials + dd_field_trial(deal);

    if (period < out->periods) {
        (is_new ? out->new_ : out->open)[cell] += amount;
        out->wins[cell]++;
    }
    tally_of(self, deal)->won++;
    tally_of(self, deal)->orphaned
        += deal->seat != deal->first_seat
           || self->rep[deal->seat].generation != self->story[i].first_generation;
    if (self->crew->referral > 0)
        refer(self, deal);
}

/* Back in the pool later; else lost for good. */
static void
lose(dd_field *self, uint32_t i)
{
    const dd_field_deal *deal = &self->deal[i];
    double again = deal->since + self->crew->recycle_days;
    dd_life child;

    if (self->story[i].has_returned || !(again <= self->lives->run->horizon)) {
        tally_of(self, deal)->lost++;
        return;
    }
    child = bred_by(self, deal, 2, again);
    dd_field_defer(self, &child,
                   dd_field_shelf(self, dd_field_trial(deal) - self->first), 1);
    tally_of(self, deal)->recycled++;
}

void
dd_field_drop(dd_field *self, uint32_t i)
{
    dd_field_deal *deal = &self->deal[i];

    deal->since = self->work;
    deal->is_alive = 0; /* freed when its list's turn comes */
    lose(self, i);
}

static void
leave(dd_field *self, uint32_t i)
{
    dd_field_deal *deal = &self->deal[i];

    self->n_shelved
        -= deal->seat == dd_field_shelf(self, dd_field_trial(deal) - self->first);
    deal->is_alive = 0;
    self->free[self->n_free++] = i;
}

static void
settle_wins(dd_field *self, dd_field_list *won)
{
    dd_worth of[DD_SPELLS];
    int64_t amount[DD_SPELLS];

    for (size_t done = 0, n; done < won->n; done += n) {
        const uint32_t *who = won->who + done;
        n = won->n - done < DD_SPELLS ? won->n - done : DD_SPELLS;
        for (size_t k = 0; k < n; k++) {
            const dd_field_deal *deal = &self->deal[who[k]];
            of[k] = (dd_worth){ deal->item, (uint32_t) dd_field_trial(deal), deal->book,
                                self->pipeline[deal->stage] };
        }
        dd_lives_worth(self->lives, of, n, amount);
        for (size_t k = 0; k < n; k++) {
            win(self, who[k], amount[k]);
            leave(self, who[k]);
        }
    }
    won->n = 0;
}

/* Who resolved at once to staying for ever stays where it is. */
static void
park(dd_field *self, dd_field_list *still)
{
    for (size_t k = 0; k < still->n; k++) {
        dd_field_deal *deal = &self->deal[still->who[k]];
        deal->advance_at = deal->leave_at = (double) INFINITY;
    }
    still->n = 0;
}

void
dd_field_settle(dd_field *self)
{
    dd_field_list *lost = list_of_end(self, DD_LOST),
                  *recycled = list_of_end(self, DD_RECYCLED);

    settle_wins(self, list_of_end(self, DD_WON));
    for (size_t k = 0; k < lost->n; k++) {
        lose(self, lost->who[k]);
        leave(self, lost->who[k]);
    }
    for (size_t k = 0; k < recycled->n; k++) {
        tally_of(self, &self->deal[recycled->who[k]])->recycled++;
        leave(self, recycled->who[k]);
    }
    lost->n = recycled->n = 0;
    park(self, list_of_end(self, DD_STILL));
}
