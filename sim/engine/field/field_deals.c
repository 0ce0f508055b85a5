#include "engine/field/field_parts.h"

#include "base/rng.h"

#include <math.h>
#include <string.h>

/* ---- where deals are ---- */

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
        = (dd_field_later){ *life,        seat,        (uint32_t) self->lives->law,
                            has_returned, self->rules, self->first_later[step] };
    self->first_later[step] = (int32_t) self->n_later++;
}

/* Into a place; DD_NEW_DEAL when there is none. */
static uint32_t
seat_deal(dd_field *self, const dd_life *life, uint32_t seat, dd_field_coming how,
          size_t stage)
{
    size_t trial = life->start.first_trial;
    uint32_t i = dd_field_slot(self);
    dd_field_deal *deal;

    if (i == DD_NEW_DEAL)
        return i;
    deal = &self->deal[i];
    deal->item = dd_life_item(life);
    deal->place = (uint64_t) trial << 32;
    deal->seat = seat;
    deal->is_alive = 1 + (how == DD_FIELD_BROUGHT);
    deal->book = life->deal;
    self->story[i] = (dd_field_story){ .theta = life->theta,
                                       .first_seat = seat,
                                       .first_generation = self->rep[seat].generation,
                                       .heir = -1,
                                       .has_returned = how == DD_FIELD_CAME_BACK };
    if (self->luck)
        self->luck[i] = (dd_field_luck){ .wins = (int32_t) life->mark,
                                         .fixed = life->wins_on > 0 };
    self->seat.demand[seat] += self->visits[stage];
    self->n_shelved += (size_t) dd_field_is_shelf(self, seat);
    dd_field_tally(self, trial)->deals++;
    return i;
}

static size_t
stage_of(const dd_field *self, const dd_life *life)
{
    return self->lives->first_stage[life->pipeline] + (size_t) life->start.stage;
}

void
dd_field_put(dd_field *self, const dd_life *life, uint32_t seat, double work,
             dd_field_coming how)
{
    size_t stage = stage_of(self, life);
    uint32_t i = seat_deal(self, life, seat, how, stage);
    double at = 0;

    if (i == DD_NEW_DEAL)
        return;
    if (life->deal != DD_NEW_DEAL)
        work = -(double) (float) dd_life_start(self->lives, life).age_days;
    else
        at = dd_field_at(self, seat, work);
    dd_field_begin_spell(self, stage, self->deal[i].item, self->deal[i].place, work, at,
                         seat, (int32_t) i);
}

void
dd_field_put_sure(dd_field *self, const dd_life *life, uint32_t seat)
{
    size_t stage = stage_of(self, life), step;
    uint32_t i = seat_deal(self, life, seat, DD_FIELD_CAME, stage);
    dd_field_deal *deal;

    if (i == DD_NEW_DEAL)
        return;
    deal = &self->deal[i];
    deal->advance_at = (double) INFINITY;
    deal->leave_at = life->wins_on;
    deal->since = 0;
    deal->advance = deal->leave
        = (uint32_t) (stage * self->most_exits + DD_FIELD_ENDS) + (uint32_t) DD_WON;
    deal->stage = (uint32_t) stage;
    step = (size_t) self->step_of[dd_field_cell(self, life->wins_on)];
    while (self->end[step] < life->wins_on)
        step++;
    dd_field_wait(self, i, (int32_t) step);
}

/* ---- what becomes of them ---- */

static dd_tally *
tally_of(const dd_field *self, const dd_field_deal *deal)
{
    return dd_field_tally(self, dd_field_trial(deal));
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
refer(dd_field *self, const dd_field_deal *deal, double work)
{
    dd_stream stream = dd_field_stream(self, deal);
    uint32_t word[4];
    dd_life child;

    dd_stream_words(&stream, DD_RETURN_POSITION + 1, word);
    if (dd_uniform53(word[0], word[1]) >= self->rules->referral)
        return;
    child = bred_by(self, deal, 1, work);
    dd_field_defer(self, &child, deal->seat, 0);
    tally_of(self, deal)->brought++;
}

static void
win(dd_field *self, uint32_t i, double work, int64_t amount)
{
    const dd_field_deal *deal = &self->deal[i];
    const dd_field_story *story = &self->story[i];
    dd_outcomes *out = self->outcomes;
    int is_new = deal->book == DD_NEW_DEAL;
    size_t period = dd_path_run_period(self->lives->run, is_new, work);
    size_t cell = period * out->trials + dd_field_trial(deal) - out->first;

    if (period < out->periods) {
        (is_new ? out->new_ : out->open)[cell] += amount;
        out->wins[cell]++;
    }
    tally_of(self, deal)->won++;
    tally_of(self, deal)->open_first += !is_new && period == 0;
    if (!self->is_quiet)
        tally_of(self, deal)->orphaned
            += deal->seat != story->first_seat
               || self->rep[deal->seat].generation != story->first_generation;
    if (self->rules->referral > 0)
        refer(self, deal, work);
}

/* Back in the pool later; else lost for good. */
static void
lose(dd_field *self, uint32_t i, double work)
{
    const dd_field_deal *deal = &self->deal[i];
    double again = work + self->rules->recycle_days;
    dd_life child;

    if (!(again <= self->lives->run->horizon) || self->story[i].has_returned) {
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

    deal->is_alive = 0; /* freed when its list's turn comes */
    deal->advance_at = deal->leave_at = (double) INFINITY;
    lose(self, i, self->work);
}

static void
leave(dd_field *self, uint32_t i)
{
    self->n_shelved -= (size_t) dd_field_is_shelf(self, self->deal[i].seat);
    self->deal[i].is_alive = 0;
    self->free[self->n_free++] = i;
}

/* By the law in force. */
static void
size_wins(const dd_field *self, const dd_field_row *row, int64_t *amount)
{
    for (size_t k = 0; k < row->n; k++)
        amount[k] = dd_round_minor(
            (double) amount[k]
            * dd_field_size(self, self->pipeline[self->deal[row->deal[k]].stage]));
}

/* To the seats that have them. */
static void
credit_wins(dd_field *self, const dd_field_row *row, const int64_t *amount)
{
    dd_credit *credit = self->credit;

    for (size_t k = 0; k < row->n; k++) {
        const dd_field_deal *deal = &self->deal[row->deal[k]];
        size_t period = dd_path_run_period(self->lives->run, deal->book == DD_NEW_DEAL,
                                           row->since[k]);
        size_t cell = deal->seat % self->seats * credit->trials + dd_field_trial(deal)
                      - self->outcomes->first;
        if (period == credit->period && (!credit->brought || deal->is_alive == 2))
            credit->won[cell] += credit->count ? 1 : amount[k];
    }
}

static void
settle_wins(dd_field *self, const dd_field_row *row)
{
    dd_worth of[DD_SPELLS];
    int64_t amount[DD_SPELLS];

    for (size_t k = 0; k < row->n; k++) {
        const dd_field_deal *deal = &self->deal[row->deal[k]];
        of[k] = (dd_worth){ deal->item, (uint32_t) dd_field_trial(deal), deal->book,
                            self->pipeline[deal->stage] };
    }
    dd_lives_worth(self->lives, of, row->n, amount);
    if (self->lives->law > 0)
        size_wins(self, row, amount);
    if (self->credit)
        credit_wins(self, row, amount);
    for (size_t k = 0; k < row->n; k++) {
        win(self, (uint32_t) row->deal[k], row->since[k], amount[k]);
        leave(self, (uint32_t) row->deal[k]);
    }
}

/* Won, lost, recycled: all that came to this end. Who resolved at once to staying for ever
 * stays where it is. */
static void
settle(dd_field *self, int32_t end)
{
    dd_field_row *row = &self->row[end + DD_FIELD_ENDS];

    if (end == DD_WON)
        settle_wins(self, row);
    for (size_t k = 0; end != DD_WON && k < row->n; k++) {
        uint32_t i = (uint32_t) row->deal[k];
        dd_field_deal *deal = &self->deal[i];
        if (end == DD_STILL) {
            deal->advance_at = deal->leave_at = (double) INFINITY;
            continue;
        }
        if (end == DD_LOST)
            lose(self, i, row->since[k]);
        else
            tally_of(self, deal)->recycled++;
        leave(self, i);
    }
    row->n = 0;
}

/* ---- spells that end ---- */

static void
play_row(dd_field *self, size_t row)
{
    if (row < DD_FIELD_ENDS)
        settle(self, (int32_t) row - DD_FIELD_ENDS);
    else
        dd_field_draw(self, row - DD_FIELD_ENDS);
}

/* Its spell ends in this step: by the nearer of the two, on the working calendar; without
 * a branch, since every other guess would be wrong. */
static inline void
move(dd_field *self, uint32_t i, const dd_field_deal *deal, double day, int advances)
{
    const uint32_t which
        = deal->leave ^ ((deal->leave ^ deal->advance) & -(uint32_t) advances);
    const dd_field_exit *exit = &self->exit[which];
    const double work[2] = { deal->leave_at, day };
    const uint32_t seat = deal->seat;
    dd_field_row *row = exit->row;
    size_t n = row->n++;

    row->item[n] = deal->item;
    row->place[n] = deal->place;
    row->since[n] = work[advances];
    row->at[n] = deal->advance_at;
    if (!advances)
        row->at[n] = dd_field_at(self, seat, deal->leave_at);
    row->seat[n] = seat;
    row->deal[n] = (int32_t) i;
    self->seat.demand[seat] += exit->change;
    if (n + 1 == DD_SPELLS)
        play_row(self, exit->number);
}

void
dd_field_wait_on(dd_field *self, uint32_t i, int32_t from)
{
    const dd_field_deal *deal = &self->deal[i];
    double advance = deal->advance_at + self->seat.lag[deal->seat];
    double soonest = advance < deal->leave_at ? advance : deal->leave_at;
    int32_t step = self->step_of[dd_field_cell(self, soonest)];

    dd_field_wait(self, i, step > from ? step : from);
}

/* Nothing has ended in this step. */
static void
wait_on(dd_field *self, uint32_t i)
{
    if (self->deal[i].is_alive)
        dd_field_wait_on(self, i, self->step + 1);
    else
        self->free[self->n_free++] = i;
}

/* All that wait for this step; the list grows while it is gone through. */
static void
look(dd_field *self)
{
    const dd_field_deal *deals = self->deal;
    const dd_field_clock *clocks = self->clock;
    const int32_t *nexts = self->next;
    const double end = self->next_work;
    int32_t *first = &self->first_due[self->step];

    while (*first >= 0) {
        int32_t next = *first;
        *first = -1;
        while (next >= 0) {
            const uint32_t i = (uint32_t) next;
            const dd_field_deal *deal = &deals[i];
            const dd_field_clock *clock = &clocks[deal->seat];
            const double day = deal->advance_at * clock->inverse + clock->offset;
            const int advances = (day <= end) & (day <= deal->leave_at);
            next = nexts[i];
            if (advances | (deal->leave_at <= end))
                move(self, i, deal, day, advances);
            else
                wait_on(self, i);
        }
    }
}

void
dd_field_play(dd_field *self)
{
    size_t row = DD_FIELD_ENDS;

    while (row < DD_FIELD_ENDS + self->stages) {
        if (self->step >= 0)
            look(self);
        row = DD_FIELD_ENDS;
        while (row < DD_FIELD_ENDS + self->stages && self->row[row].n == 0)
            row++;
        if (row < DD_FIELD_ENDS + self->stages)
            play_row(self, row);
    }
    for (row = 0; row < DD_FIELD_ENDS; row++)
        if (self->row[row].n > 0)
            play_row(self, row);
}
