#include "engine/field/field_parts.h"

#include "base/rng.h"
#include "engine/field/payroll.h"

#include <math.h>

static double
leaving(const dd_field *self, const dd_field_rep *rep, size_t trial, double known)
{
    return dd_rep_leaves(self->crew, self->lives->run->question->seed, trial, rep->key,
                         rep->starts, known);
}

/* Due when another unit exponential of prospecting is done. */
static void
ripen(const dd_field *self, dd_field_rep *rep, size_t trial)
{
    dd_stream stream = dd_rep_stream(self->lives->run->question->seed, trial, rep->key);
    uint32_t word[4];

    dd_stream_words(&stream, DD_REP_BROUGHT + rep->brought, word);
    rep->ripe -= log(dd_uniform53(word[0], word[1]));
    rep->u_stage = dd_uniform32(word[2]);
    rep->u_pipeline = dd_uniform32(word[3]);
}

static void
seat_rep(dd_field *self, dd_field_rep *rep, const dd_crew_rep *known, size_t trial)
{
    *rep = (dd_field_rep){
        .known = known, .key = known->key, .starts = known->starts, .heir = known->heir
    };
    rep->leaves = leaving(self, rep, trial, known->leaves);
    ripen(self, rep, trial);
}

/* Reps at work at as-of bring what the model says between them. */
static void
set_own_rate(dd_field *self)
{
    const dd_crew *crew = self->crew;

    self->whole = 0;
    for (size_t r = 0; r < crew->n; r++)
        if (crew->rep[r].starts <= 0)
            self->whole += dd_crew_ramp(crew, &crew->rep[r], -crew->rep[r].starts);
    self->own_rate = self->whole > 0 ? (1 - crew->market) / self->whole : 0;
}

void
dd_field_seat_all(dd_field *self)
{
    set_own_rate(self);
    for (size_t lane = 0; lane < self->trials; lane++) {
        size_t at = lane * self->seats;
        for (size_t r = 0; r < self->crew->n; r++)
            seat_rep(self, &self->rep[at + r], &self->crew->rep[r], self->first + lane);
        self->rep[dd_field_nobody(self, lane)] = (dd_field_rep){ .present = 1 };
        self->rep[dd_field_shelf(self, lane)] = (dd_field_rep){ .present = 0 };
        self->n_there[lane] = 0;
    }
    for (size_t seat = 0; seat < self->trials * self->seats; seat++)
        self->before[seat] = self->after[seat] = self->speed[seat] = 0;
}

/* ---- comings and goings ---- */

/* The place is taken by another one, who starts from nothing. */
static void
follow(dd_field *self, dd_field_rep *rep, size_t trial)
{
    rep->present = 0;
    rep->left = 1;
    rep->generation++;
    rep->starts = rep->leaves + self->crew->refill_days;
    if (!isfinite(rep->starts))
        return;
    rep->key = dd_rep_follower(rep->key, rep->generation);
    rep->brought = 0;
    rep->sown = rep->ripe = 0;
    rep->leaves = leaving(self, rep, trial, (double) INFINITY);
    ripen(self, rep, trial);
}

static int
come_and_go(dd_field *self, dd_field_rep *rep, size_t trial)
{
    int changed = 0;

    rep->left = 0;
    for (int more = 1; more;) {
        more = 0;
        if (rep->present && rep->leaves <= self->day) {
            follow(self, rep, trial);
            more = changed = 1;
        } else if (!rep->present && rep->starts <= self->day) {
            rep->present = 1;
            more = changed = 1;
        }
    }
    return changed;
}

static void
list_there(dd_field *self, size_t lane)
{
    uint32_t at = (uint32_t) (lane * self->seats);
    uint32_t *there = self->there + at;

    self->n_there[lane] = 0;
    for (uint32_t r = 0; r < self->crew->n; r++)
        if (self->rep[at + r].present)
            there[self->n_there[lane]++] = at + r;
}

uint32_t
dd_field_lot(dd_field *self, size_t trial, uint64_t item, uint32_t lots)
{
    size_t lane = trial - self->first;
    dd_stream stream = dd_stream_make(self->lives->run->question->seed, DD_RNG_PATH,
                                      item, (uint32_t) trial);
    uint32_t word[4];

    if (self->n_there[lane] == 0)
        return dd_field_shelf(self, lane);
    dd_stream_words(&stream, DD_LOT_POSITION + lots, word);
    return self
        ->there[lane * self->seats
                + (size_t) (dd_uniform32(word[0]) * (double) self->n_there[lane])];
}

/* ---- handing over ---- */

static const dd_handover *
handover_of(const dd_field *self, const dd_field_deal *deal)
{
    const dd_process *process = &self->lives->run->model->process[deal->life.pipeline];
    size_t part = 3 * (size_t) deal->stage / process->n_stages;

    return &self->crew->handover[part];
}

/* Of ever winning, for a spell of this age; a lever's stretch is in the stage already. */
static double
chance_of(const dd_rates *rates, size_t stage, double age_days)
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
is_lost_by_it(const dd_field *self, const dd_field_deal *deal, double odds)
{
    const dd_lives *lives = self->lives;
    const dd_rates *rates
        = dd_table_maker_rates(lives->maker, deal->life.pipeline, lives->lane);
    double c;
    dd_stream stream = dd_stream_make(lives->run->question->seed, DD_RNG_PATH,
                                      deal->item, deal->life.start.first_trial);
    uint32_t word[4];

    if (odds == 1)
        return 0;
    c = chance_of(rates, (size_t) deal->stage, fmax(self->work - deal->since, 0));
    c = dd_on_odds(c, deal->life.theta);
    dd_stream_words(&stream, DD_HANDOVER_POSITION + deal->handovers, word);
    return dd_uniform53(word[0], word[1]) >= odds / (1 - c + odds * c);
}

/* From the shelf to an heir, if one is there. */
static int
take_over(dd_field *self, uint32_t i)
{
    dd_field_deal *deal = &self->deal[i];
    size_t trial = deal->life.start.first_trial, lane = trial - self->first;
    uint32_t seat = (uint32_t) (lane * self->seats) + (uint32_t) deal->heir;
    double left = self->advance_at[i];

    if (deal->heir < 0 || !self->rep[seat].present)
        seat = dd_field_lot(self, trial, deal->item, deal->lots++);
    if (seat == dd_field_shelf(self, lane))
        return 0;
    if (deal->first_rep == dd_field_shelf(self, lane)) {
        deal->first_rep = seat;
        deal->first_generation = self->rep[seat].generation;
    }
    self->seat[i] = seat;
    self->advance_at[i] = self->before[seat] + left;
    self->n_shelved--;
    return 1;
}

/* Deals on the shelf keep what is left of their spell. */
static void
shelve(dd_field *self, uint32_t i)
{
    dd_field_deal *deal = &self->deal[i];
    uint32_t from = self->seat[i];
    const dd_handover *rule = handover_of(self, deal);

    if (is_lost_by_it(self, deal, rule->odds)) {
        dd_field_end(self, i, DD_LOST, self->work);
        return;
    }
    deal->handovers++;
    deal->heir = self->rep[from].heir;
    deal->resume = self->day + rule->delay_days;
    self->advance_at[i] -= self->before[from];
    self->seat[i] = dd_field_shelf(self, deal->life.start.first_trial - self->first);
    self->n_shelved++;
}

static void
hand_over(dd_field *self)
{
    for (uint32_t i = 0; i < self->top; i++)
        if (self->deal[i].is_alive && self->rep[self->seat[i]].left)
            shelve(self, i);
    for (size_t seat = 0; seat < self->trials * self->seats; seat++)
        if (self->rep[seat].left) {
            self->rep[seat].demand = 0;
            self->rep[seat].heir = -1;
        }
}

static void
clear_shelf(dd_field *self)
{
    for (uint32_t i = 0; i < self->top && self->n_shelved > 0; i++) {
        dd_field_deal *deal = &self->deal[i];
        if (deal->is_alive && dd_field_is_shelf(self, self->seat[i])
            && deal->resume <= self->day && take_over(self, i))
            self->rep[self->seat[i]].demand += dd_field_visits(self, deal);
    }
}

/* ---- how fast ---- */

static double
ramp_of(const dd_field *self, const dd_field_rep *rep)
{
    return dd_crew_ramp(self->crew, rep->known, self->day - rep->starts);
}

static double
visits_there_are(const dd_field *self, const dd_field_rep *rep)
{
    return self->crew->visits_per_week * ramp_of(self, rep);
}

/* What more reps only divide is as much for all together as at as-of. */
static void
set_divided(dd_field *self, size_t lane)
{
    double whole = 0;

    self->divided[lane] = 1;
    if (self->crew->divided == 0)
        return;
    for (size_t i = 0; i < self->n_there[lane]; i++)
        whole += ramp_of(self, &self->rep[self->there[lane * self->seats + i]]);
    if (whole > 0)
        self->divided[lane]
            = 1 - self->crew->divided + self->crew->divided * self->whole / whole;
}

static void
set_speed(dd_field *self, size_t seat)
{
    const dd_field_rep *rep = &self->rep[seat];
    double visits = (double) INFINITY, width = self->next_work - self->work;

    if (rep->present && seat % self->seats < self->crew->n
        && isfinite(self->crew->visits_per_week))
        visits = visits_there_are(self, rep);
    self->speed[seat] = !rep->present          ? 0
                        : rep->demand > visits ? visits / rep->demand
                                               : 1;
    self->after[seat]
        = self->speed[seat] > 0 ? self->before[seat] + width * self->speed[seat] : -1;
}

void
dd_field_morning(dd_field *self)
{
    int left = 0;

    for (size_t lane = 0; lane < self->trials; lane++) {
        int changed = 0;
        for (size_t r = 0; r < self->crew->n; r++) {
            dd_field_rep *rep = &self->rep[lane * self->seats + r];
            changed |= come_and_go(self, rep, self->first + lane);
            left |= rep->left;
        }
        if (changed)
            list_there(self, lane);
    }
    for (size_t seat = 0; seat < self->trials * self->seats; seat++)
        self->before[seat] = fmax(self->after[seat], self->before[seat]);
    if (left)
        hand_over(self);
    clear_shelf(self);
    for (size_t seat = 0; seat < self->trials * self->seats; seat++)
        set_speed(self, seat);
    for (size_t lane = 0; lane < self->trials; lane++)
        set_divided(self, lane);
}

/* ---- new deals ---- */

/* Deals a calendar day that a rep brings at present. */
static double
brings(const dd_field *self, size_t seat)
{
    const dd_field_rep *rep = &self->rep[seat];
    const dd_crew *crew = self->crew;
    size_t trial = self->first + seat / self->seats;
    double worth = crew->new_per_visit * self->divided[seat / self->seats];

    if (isfinite(crew->visits_per_week) && !isnan(worth))
        return worth * fmax(visits_there_are(self, rep) - rep->demand, 0) / 7;
    return self->own_rate * ramp_of(self, rep) * dd_lives_per_day(self->lives, trial);
}

static void
bring(dd_field *self, size_t seat, double work)
{
    dd_field_rep *rep = &self->rep[seat];
    size_t trial = self->first + seat / self->seats;
    dd_life life
        = dd_lives_enter(self->lives, dd_lives_pipeline(self->lives, rep->u_pipeline),
                         rep->key + 1 + rep->brought, trial, work, rep->u_stage);

    dd_lives_choose(self->lives, &life);
    dd_field_put(self, &life, (uint32_t) seat, work, 0);
    self->tally[trial].brought++;
    rep->brought++;
    ripen(self, rep, trial);
}

void
dd_field_prospect(dd_field *self)
{
    double days = self->next_day - self->day, width = self->next_work - self->work;

    for (size_t seat = 0; seat < self->trials * self->seats; seat++) {
        dd_field_rep *rep = &self->rep[seat];
        double before = rep->sown, rate;
        if (!rep->present || seat % self->seats >= self->crew->n)
            continue;
        rate = brings(self, seat) * days;
        rep->sown += rate;
        while (rep->ripe <= rep->sown && !self->failed)
            bring(self, seat, self->work + width * (rep->ripe - before) / rate);
    }
}
