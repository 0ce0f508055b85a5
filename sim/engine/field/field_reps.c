#include "engine/field/field_parts.h"

#include "base/rng.h"
#include "engine/field/payroll.h"

#include <math.h>
#include <string.h>

static double
leaving(const dd_field *self, const dd_field_rep *rep, size_t trial, double known)
{
    if (!dd_crew_has_attrition(self->crew))
        return known;
    return dd_rep_leaves(self->crew, self->lives->run->question->seed, trial, rep->key,
                         rep->starts, known);
}

/* Reps at work at as-of bring what the model says between them. */
static void
set_own_rate(dd_field *self)
{
    const dd_crew *crew = self->crew;

    self->whole = 0;
    for (size_t r = 0; r < crew->n; r++)
        if (crew->rep[r].starts < 0)
            self->whole += dd_crew_ramp(crew, &crew->rep[r], crew->rep[r].starts, 0);
    self->own_rate = self->whole > 0 ? (1 - crew->market) / self->whole : 0;
}

/* All that stand idle: they come with the first morning, or are nobody and the shelf. */
static void
clear_seats(dd_field *self)
{
    dd_field_seats *seat = &self->seat;

    for (size_t s = 0; s < self->width; s++) {
        self->clock[s] = (dd_field_clock){ .offset = (double) INFINITY };
        seat->here[s] = seat->fixed[s] = seat->eager[s] = seat->sown[s] = 0;
        seat->demand[s] = seat->rate[s] = seat->lag[s] = 0;
        seat->visits[s] = DD_FIELD_NO_LIMIT;
        seat->ripe[s] = seat->turn[s] = (double) INFINITY;
        seat->uneven[s] = -1;
    }
}

static uint64_t
first_place(const dd_field *self, uint32_t seat)
{
    return (uint64_t) self->trial_of[seat] << 32 | DD_REP_BROUGHT;
}

void
dd_field_seat_all(dd_field *self)
{
    uint32_t *who = self->ripe;
    size_t n = 0;

    set_own_rate(self);
    clear_seats(self);
    self->next_turn = -(double) INFINITY;
    for (size_t lane = 0; lane < self->trials; lane++) {
        for (size_t r = 0; r < self->crew->n; r++) {
            const dd_crew_rep *known = &self->crew->rep[r];
            uint32_t seat = (uint32_t) (lane * self->seats + r);
            dd_field_rep *rep = &self->rep[seat];
            *rep = (dd_field_rep){ .known = known,
                                   .key = known->key,
                                   .starts = known->starts,
                                   .heir = known->heir };
            rep->leaves = leaving(self, rep, self->first + lane, known->leaves);
            self->seat.turn[seat] = rep->starts;
            self->seat.ripe[seat] = 0;
            self->seat.key[seat] = rep->key;
            self->seat.place[seat] = first_place(self, seat);
            who[n++] = seat;
        }
        self->rep[dd_field_nobody(self, lane)] = (dd_field_rep){ .present = 1 };
        self->rep[dd_field_shelf(self, lane)] = (dd_field_rep){ .present = 0 };
        self->seat.here[dd_field_nobody(self, lane)] = 1;
        self->n_there[lane] = 0;
    }
    dd_field_ripen(self, who, n);
}

/* ---- comings and goings ---- */

/* The place is taken by another one, who starts from nothing. */
static void
follow(dd_field *self, uint32_t seat)
{
    dd_field_rep *rep = &self->rep[seat];

    rep->present = 0;
    rep->left = 1;
    rep->generation++;
    rep->starts = rep->leaves + dd_crew_rules_on(self->crew, rep->leaves)->refill_days;
    if (!isfinite(rep->starts))
        return;
    rep->key = dd_rep_follower(rep->key, rep->generation);
    self->seat.key[seat] = rep->key;
    self->seat.place[seat] = first_place(self, seat);
    rep->leaves = leaving(self, rep, self->trial_of[seat], (double) INFINITY);
    self->seat.sown[seat] = self->seat.ripe[seat] = 0;
    dd_field_ripen(self, &seat, 1);
}

static int
come_and_go(dd_field *self, uint32_t seat)
{
    dd_field_rep *rep = &self->rep[seat];
    int changed = 0;

    for (int more = 1; more;) {
        more = 0;
        if (rep->present && rep->leaves <= self->day) {
            follow(self, seat);
            more = changed = 1;
        } else if (!rep->present && rep->starts <= self->day) {
            rep->present = 1;
            more = changed = 1;
        }
    }
    return changed;
}

static double
ramp_of(const dd_field *self, const dd_field_rep *rep)
{
    return dd_crew_ramp(self->crew, rep->generation == 0 ? rep->known : NULL,
                        rep->starts, self->day);
}

/* The ramp's next step; it may be looked for a morning too soon. */
static double
ramp_turns(const dd_field *self, const dd_field_rep *rep)
{
    double month = floor((self->day - rep->starts) / DD_MONTH_DAYS) + 1;
    int own = rep->generation == 0 && rep->known->n_ramp > 0;
    size_t n
        = own ? rep->known->n_ramp : dd_crew_rules_on(self->crew, rep->starts)->n_ramp;

    if (month >= (double) n)
        return (double) INFINITY;
    return rep->starts + month * DD_MONTH_DAYS;
}

static int
visits_bring(const dd_crew *crew)
{
    return isfinite(crew->visits_per_week) && !isnan(crew->new_per_visit);
}

/* What holds until the next turn. */
static void
set_means(dd_field *self, size_t s)
{
    const dd_crew *crew = self->crew;
    const dd_field_rep *rep = &self->rep[s];
    dd_field_seats *seat = &self->seat;
    double ramp = ramp_of(self, rep);

    seat->here[s] = rep->present;
    seat->fixed[s] = seat->eager[s] = 0;
    seat->uneven[s] = -1;
    seat->turn[s] = rep->starts;
    if (!rep->present)
        return;
    seat->turn[s] = fmin(rep->leaves, ramp_turns(self, rep));
    if (isfinite(crew->visits_per_week))
        seat->visits[s] = self->visits_per_week * ramp;
    if (!visits_bring(crew))
        seat->fixed[s]
            = self->own_rate * ramp * dd_lives_per_day(self->lives, self->trial_of[s]);
}

/* What a visit brings, a day of a week of them. What more reps only divide is as much for
 * all together as at as-of. */
static void
set_eager(dd_field *self, size_t lane)
{
    const uint32_t *there = self->there + lane * self->seats;
    double whole = 0, left = 1, share = self->crew->divided;

    if (!visits_bring(self->crew))
        return;
    for (size_t i = 0; share > 0 && i < self->n_there[lane]; i++)
        whole += ramp_of(self, &self->rep[there[i]]);
    if (whole > 0)
        left = 1 - share + share * self->whole / whole;
    for (size_t i = 0; i < self->n_there[lane]; i++)
        self->seat.eager[there[i]] = self->new_per_visit * left / 7;
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

static size_t
whose_turn(const dd_field *self, uint32_t *who)
{
    size_t n = 0;

    for (uint32_t s = 0; self->next_turn <= self->day && s < self->trials * self->seats;
         s++) {
        who[n] = s;
        n += self->seat.turn[s] <= self->day;
    }
    return n;
}

static void
set_next_turn(dd_field *self)
{
    self->next_turn = (double) INFINITY;
    for (size_t s = 0; s < self->trials * self->seats; s++)
        self->next_turn = fmin(self->next_turn, self->seat.turn[s]);
}

/* Those whose turn it is. @return whether anybody left */
static int
take_turns(dd_field *self)
{
    uint32_t *who = self->ripe;
    size_t n = whose_turn(self, who);
    int left = 0, changed = 0;

    for (size_t k = 0; k < n; k++) {
        size_t lane = who[k] / self->seats;
        changed |= come_and_go(self, who[k]);
        set_means(self, who[k]);
        left |= self->rep[who[k]].left;
        if (k + 1 < n && who[k + 1] / self->seats == lane)
            continue;
        if (changed)
            list_there(self, lane);
        set_eager(self, lane);
        changed = 0;
    }
    if (n > 0)
        set_next_turn(self);
    return left;
}

static void
forget_leavers(dd_field *self)
{
    for (size_t s = 0; s < self->trials * self->seats; s++)
        self->rep[s].left = 0;
}

/* ---- how fast ---- */

/* Clocks at full speed stay exactly as far behind as they were. */
static void
set_speed(dd_field *self, uint32_t s)
{
    const double work = self->work, next = self->next_work;
    const double visits = self->seat.visits[s], demand = self->seat.demand[s];
    double *lag = &self->seat.lag[s], now = work - *lag;
    double speed = self->seat.here[s] * (demand > visits ? visits / demand : 1);
    dd_field_clock *clock = &self->clock[s];

    self->seat.uneven[s] = speed == 1 ? 0 : -1;
    clock->speed = speed;
    clock->shift = speed == 1 ? -*lag : now - work * speed;
    clock->inverse = speed > 0 ? 1 / speed : 0;
    clock->offset = speed > 0 ? work - now * clock->inverse : (double) INFINITY;
    if (speed == 1)
        clock->offset = *lag;
    else
        *lag = next - (now + (next - work) * speed);
}

/* What is asked for and left, who brings deals, and the clocks that do not run on. */
static void
start_day(dd_field *self)
{
    const dd_field_seats *seat = &self->seat;
    const double *coming = self->lives->run->coming;
    dd_mornings of
        = { .n = self->width,
            .days = coming[(size_t) self->next_day] - coming[(size_t) self->day],
            .worked = self->worked[self->step],
            .visits = seat->visits,
            .demand = seat->demand,
            .done = self->done + (size_t) self->step * self->width,
            .fixed = seat->fixed,
            .eager = seat->eager,
            .ripe = seat->ripe,
            .uneven = seat->uneven,
            .rate = seat->rate,
            .sown = seat->sown,
            .slow = self->slow,
            .brings = self->ripe };

    dd_kernel_chosen()->mornings(&of);
    for (size_t k = 0; k < of.n_slow; k++)
        set_speed(self, of.slow[k]);
    self->n_ripe = of.n_brings;
}

void
dd_field_morning(dd_field *self)
{
    if (take_turns(self)) {
        dd_field_hand_over(self);
        forget_leavers(self);
    }
    if (self->n_shelved > 0)
        dd_field_clear_shelf(self);
    start_day(self);
}
