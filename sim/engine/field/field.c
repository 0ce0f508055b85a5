#include "engine/field/field_parts.h"

#include "base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

dd_status
dd_field_init(dd_field *self, dd_lives *lives, const dd_crew *crew,
              dd_outcomes *outcomes, dd_tally *tally, dd_error *err)
{
    size_t step = (size_t) crew->step_days, seats = crew->n + 2,
           all = DD_FIELD_TRIALS * seats;

    memset(self, 0, sizeof *self);
    self->lives = lives;
    self->crew = crew;
    self->outcomes = outcomes;
    self->tally = tally;
    self->seats = seats;
    self->steps = (lives->run->days + step - 1) / step;
    self->rep = malloc(all * sizeof *self->rep);
    self->before = malloc(all * sizeof *self->before);
    self->speed = malloc(all * sizeof *self->speed);
    self->after = malloc(all * sizeof *self->after);
    self->there = malloc(all * sizeof *self->there);
    self->n_there = malloc(DD_FIELD_TRIALS * sizeof *self->n_there);
    self->divided = malloc(DD_FIELD_TRIALS * sizeof *self->divided);
    self->first_later = malloc(self->steps * sizeof *self->first_later);
    if (self->rep && self->before && self->speed && self->after && self->there
        && self->n_there && self->divided && self->first_later)
        return DD_OK;
    return dd_error_no_memory(err);
}

void
dd_field_free(dd_field *self)
{
    free(self->rep);
    free(self->before);
    free(self->speed);
    free(self->after);
    free(self->there);
    free(self->n_there);
    free(self->divided);
    free(self->advance_at);
    free(self->leave_at);
    free(self->seat);
    free(self->deal);
    free(self->free);
    free(self->due);
    free(self->fresh);
    free(self->fresh_stage);
    free(self->by_stage);
    free(self->first_later);
    free(self->later);
    memset(self, 0, sizeof *self);
}

/* Open deals stand there from the start, others come on their day. */
static void
place(void *who, const dd_life *life, int32_t end, double day)
{
    dd_field *self = who;
    size_t lane = life->start.first_trial - self->first;
    uint32_t seat = dd_field_shelf(self, lane);

    (void) end;
    (void) day;
    if (life->deal == DD_NEW_DEAL) {
        dd_field_defer(self, life, seat, 0);
        return;
    }
    seat = dd_field_nobody(self, lane);
    if (self->crew->of_deal[life->deal] >= 0)
        seat = (uint32_t) (lane * self->seats)
               + (uint32_t) self->crew->of_deal[life->deal];
    dd_field_put(self, life, seat, 0, 0);
}

static void
set_up(dd_field *self, size_t first, size_t trials)
{
    self->first = first;
    self->trials = trials;
    self->top = self->n_free = self->n_due = self->n_fresh = self->n_later
        = self->n_shelved = 0;
    self->day = self->next_day = self->work = self->next_work = 0;
    for (size_t s = 0; s < self->steps; s++)
        self->first_later[s] = -1;
    dd_field_seat_all(self);
    dd_lives_turn(self->lives, first, trials);
    dd_lives_play(self->lives, self->crew->market, place, self);
    dd_field_draw(self);
    self->n_due = 0; /* they will be found */
}

/* A deal that is back has a part of a new one's odds: the rest is lost at once. */
static int
is_gone(const dd_field *self, const dd_life *life)
{
    const dd_lives *lives = self->lives;
    const dd_rates *rates
        = dd_table_maker_rates(lives->maker, life->pipeline, lives->lane);
    double odds = self->crew->recycle_odds;
    double c = dd_on_odds(rates->p_ever[life->start.stage], life->theta);
    dd_stream stream = dd_stream_make(lives->run->question->seed, DD_RNG_PATH,
                                      dd_life_item(life), life->start.first_trial);
    uint32_t word[4];

    dd_stream_words(&stream, DD_RETURN_POSITION + 2, word);
    return dd_uniform53(word[0], word[1]) >= odds / (1 - c + odds * c);
}

static void
come(dd_field *self, const dd_field_later *later)
{
    const dd_life *life = &later->life;
    size_t trial = life->start.first_trial;
    uint32_t seat = later->seat;

    if (later->has_returned && is_gone(self, life)) {
        self->tally[trial].deals++;
        self->tally[trial].lost++;
        return;
    }
    if (!self->rep[seat].present)
        seat = dd_field_lot(self, trial, dd_life_item(life), 0);
    dd_field_put(self, life, seat, life->start.day, later->has_returned);
}

/* All that come in this step, and what they breed. */
static void
come_and_play(dd_field *self, size_t step)
{
    dd_field_scan(self);
    do {
        int32_t next = self->first_later[step];
        self->first_later[step] = -1;
        while (next >= 0) {
            dd_field_later later = self->later[next];
            next = later.next;
            come(self, &later);
        }
        dd_field_play(self);
    } while (self->first_later[step] >= 0 && !self->failed);
}

static void
count_open(dd_field *self)
{
    for (size_t i = 0; i < self->top; i++)
        if (self->deal[i].is_alive)
            self->tally[self->deal[i].life.start.first_trial].open++;
}

void
dd_field_stretch(dd_field *self, size_t first, size_t trials)
{
    const dd_path_run *run = self->lives->run;
    size_t width = (size_t) self->crew->step_days;

    set_up(self, first, trials);
    for (size_t step = 0; step < self->steps && !self->failed; step++) {
        size_t day = step * width, end = day + width;
        end = end < run->days ? end : run->days;
        self->day = (double) day;
        self->next_day = (double) end;
        self->work = run->work[day];
        self->next_work = step + 1 < self->steps ? run->work[end] : run->horizon;
        dd_field_morning(self);
        dd_field_prospect(self);
        come_and_play(self, step);
    }
    count_open(self);
}
