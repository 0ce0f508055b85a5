#include "engine/field/field_parts.h"

#include "base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 1024
#define CELLS 16 /* of the calendar, a step */
#define PER_SEAT (sizeof(dd_field_seats) / sizeof(double *))

/* ---- room ---- */

static void
set_seats(dd_field *self, size_t seats)
{
    double *at = self->of_seats, **array = (double **) &self->seat;

    for (size_t i = 0; i < PER_SEAT; i++)
        array[i] = at + i * seats;
}

int
dd_field_grow(dd_field *self)
{
    size_t open = self->lives->run->book->n * DD_FIELD_TRIALS;
    int changes = self->lives->run->laws.n > 1;

    self->room = self->room > 0 ? 2 * self->room : FIRST_ROOM + open;
    self->later_room = self->room;
    free(self->deal);
    free(self->story);
    free(self->luck);
    free(self->next);
    free(self->free);
    free(self->later);
    self->deal = aligned_alloc(64, self->room * sizeof *self->deal);
    self->story = malloc(self->room * sizeof *self->story);
    self->luck = changes ? malloc(self->room * sizeof *self->luck) : NULL;
    self->next = malloc(self->room * sizeof *self->next);
    self->free = malloc(self->room * sizeof *self->free);
    self->later = malloc(self->later_room * sizeof *self->later);
    return self->deal && self->story && self->next && self->free && self->later
           && (self->luck || !changes);
}

static void
set_pipelines(dd_field *self)
{
    const dd_lives *lives = self->lives;

    for (size_t p = 0; p < lives->run->model->n_pipelines; p++)
        for (size_t s = lives->first_stage[p]; s < lives->first_stage[p + 1]; s++)
            self->pipeline[s] = (uint32_t) p;
}

/* Of the law in force; NULL: the first law's visits hold. */
static const dd_crew_law *
crew_law(const dd_field *self)
{
    size_t law = self->lives->law;

    return law > 0 && law <= self->crew->n_later ? &self->crew->later[law - 1] : NULL;
}

/* What exits of each stage lead to. Visits in multiples of 2^-20. */
static void
set_exits(dd_field *self)
{
    const dd_lives *lives = self->lives;
    const dd_crew_law *law = crew_law(self);
    const double *visits = law ? law->visits : self->crew->visits;

    for (size_t s = 0; s < self->stages; s++)
        self->visits[s] = visits ? rint(visits[s] * 0x1p20) * 0x1p-20 : 0;
    for (size_t s = 0; s < self->stages; s++)
        for (size_t exit = 0; exit < self->most_exits; exit++) {
            size_t at = s * self->most_exits + exit, p = self->pipeline[s], to;
            self->exit[at].number = exit;
            self->exit[at].change = -self->visits[s];
            to = lives->first_stage[p] + exit - DD_FIELD_ENDS;
            if (exit >= DD_FIELD_ENDS && to < lives->first_stage[p + 1]) {
                self->exit[at].number = DD_FIELD_ENDS + to;
                self->exit[at].change += self->visits[to];
            }
            self->exit[at].row = &self->row[self->exit[at].number];
        }
}

/* The end of a step on the working calendar. */
static double
end_of(const dd_field *self, size_t step)
{
    const dd_path_run *run = self->lives->run;

    return step + 1 < self->steps
               ? run->work[(step + 1) * (size_t) self->crew->step_days]
               : run->horizon;
}

static void
set_cells(dd_field *self)
{
    size_t cells = CELLS * self->steps, step = 0;

    self->cells_per_day = (double) cells / self->lives->run->horizon;
    self->last_cell = (double) cells + 1;
    for (size_t c = 0; c <= cells; c++) {
        while (step + 1 < self->steps
               && end_of(self, step) * self->cells_per_day < (double) c)
            step++;
        self->step_of[c] = (int32_t) step;
    }
    self->step_of[cells + 1] = (int32_t) self->steps;
    for (step = 0; step < self->steps; step++)
        self->end[step] = end_of(self, step);
    self->end[self->steps] = (double) INFINITY;
}

/* A week's visits stand on its working days. */
static void
set_worked(dd_field *self)
{
    const dd_crew *crew = self->crew;
    const dd_path_run *run = self->lives->run;
    dd_day first = run->question->as_of + 1;

    for (size_t d = 0; d < run->days; d++) {
        double *worked = &self->worked[d / (size_t) crew->step_days];
        if (!crew->by_workdays)
            *worked += 1;
        else if (dd_workdays_works(crew->workdays, first + (dd_day) d))
            *worked += 7 / DD_WORKDAYS;
    }
}

static int
make_room(dd_field *self)
{
    size_t all = self->width, stages = self->stages;

    self->of_seats = malloc(PER_SEAT * all * sizeof *self->of_seats);
    self->clock = aligned_alloc(64, all * sizeof *self->clock);
    self->rep = malloc(all * sizeof *self->rep);
    self->trial_of = malloc(all * sizeof *self->trial_of);
    self->there = malloc(all * sizeof *self->there);
    self->n_there = malloc(DD_FIELD_TRIALS * sizeof *self->n_there);
    self->came_to = malloc(DD_FIELD_TRIALS * sizeof *self->came_to);
    self->brought = malloc(DD_FIELD_TRIALS * sizeof *self->brought);
    self->ripe = malloc(all * sizeof *self->ripe);
    self->slow = malloc(all * sizeof *self->slow);
    self->visits = malloc(stages * sizeof *self->visits);
    self->pipeline = malloc(stages * sizeof *self->pipeline);
    self->exit = malloc(stages * self->most_exits * sizeof *self->exit);
    self->row = calloc(DD_FIELD_ENDS + stages, sizeof *self->row);
    self->end = malloc((self->steps + 1) * sizeof *self->end);
    self->worked = calloc(self->steps, sizeof *self->worked);
    self->done = malloc((self->steps + 2) * all * sizeof *self->done);
    self->first_due = malloc((self->steps + 1) * sizeof *self->first_due);
    self->first_later = malloc(self->steps * sizeof *self->first_later);
    self->step_of = malloc((CELLS * self->steps + 2) * sizeof *self->step_of);
    return self->of_seats && self->rep && self->there && self->n_there && self->came_to
           && self->brought && self->ripe && self->slow && self->visits && self->pipeline
           && self->exit && self->clock && self->trial_of && self->row && self->end
           && self->worked && self->done && self->first_due && self->first_later
           && self->step_of;
}

/* Is there no choice to make for deals that reps bring? */
static void
set_entry(dd_field *self)
{
    const dd_model *model = self->lives->run->model;
    const dd_process *process = &model->process[0];

    self->entry = DD_FIELD_ANY_STAGE;
    for (size_t s = 0; model->n_pipelines == 1 && s < process->n_stages; s++)
        if (process->arrivals.share[s] == 1)
            self->entry = s;
}

static void
set_quiet(dd_field *self)
{
    const dd_crew *crew = self->crew;

    self->is_quiet = !dd_crew_has_attrition(crew) && isinf(crew->rules.recycle_days)
                     && self->lives->run->laws.n == 1;
    for (size_t k = 0; k < crew->n_changes; k++)
        self->is_quiet &= isinf(crew->changes[k].recycle_days);
    for (size_t r = 0; r < crew->n; r++)
        self->is_quiet &= isinf(crew->rep[r].leaves);
}

dd_status
dd_field_init(dd_field *self, dd_lives *lives, const dd_crew *crew, dd_error *err)
{
    const dd_model *model = lives->run->model;
    size_t step = (size_t) crew->step_days, most = 0;

    memset(self, 0, sizeof *self);
    self->lives = lives;
    self->crew = crew;
    self->seats = crew->n + 2;
    self->width = (DD_FIELD_TRIALS * self->seats + 7) / 8 * 8;
    self->steps = (lives->run->days + step - 1) / step;
    self->stages = lives->first_stage[model->n_pipelines];
    for (size_t p = 0; p < model->n_pipelines; p++)
        if (model->process[p].n_stages > most)
            most = model->process[p].n_stages;
    self->most_exits = DD_FIELD_ENDS + most;
    if (!make_room(self) || !dd_field_grow(self))
        return dd_error_no_memory(err);
    set_seats(self, self->width);
    set_pipelines(self);
    set_exits(self);
    set_cells(self);
    set_worked(self);
    set_quiet(self);
    set_entry(self);
    self->is_full = 1; /* nothing is clean yet */
    return DD_OK;
}

void
dd_field_free(dd_field *self)
{
    free(self->of_seats);
    free(self->clock);
    free(self->rep);
    free(self->trial_of);
    free(self->there);
    free(self->n_there);
    free(self->came_to);
    free(self->brought);
    free(self->ripe);
    free(self->slow);
    free(self->visits);
    free(self->pipeline);
    free(self->exit);
    free(self->deal);
    free(self->story);
    free(self->luck);
    free(self->next);
    free(self->free);
    free(self->row);
    free(self->end);
    free(self->worked);
    free(self->done);
    free(self->first_due);
    free(self->first_later);
    free(self->step_of);
    free(self->later);
    memset(self, 0, sizeof *self);
}

/* ---- a stretch ---- */

static void
set_effort(dd_field *self)
{
    const dd_crew *crew = self->crew;
    const dd_visits *visits = &self->lives->tables->visits;
    const dd_crew_law *law = crew_law(self);
    double mean = crew->visits_per_week;
    int drawn = law ? law->visits_drawn : crew->visits_drawn;

    self->visits_per_week = law ? law->visits_per_week : mean;
    self->new_per_visit = crew->new_per_visit;
    if (visits->days == NULL) /* none are decided */
        return;
    if (drawn)
        self->visits_per_week = visits->draw.per_rep_week
                                * (law && mean > 0 ? law->visits_per_week / mean : 1);
    if (crew->new_drawn)
        self->new_per_visit = visits->draw.opportunity_of_visit;
}

void
dd_field_take_law(dd_field *self)
{
    const dd_paces *pace = self->lives->pace;

    self->is_even = 1;
    for (int i = 0; i < DD_BLOCK; i++)
        self->is_even &= pace->of_open[i] == 1.0f && pace->of_new[i] == 1.0f;
    self->is_plain = dd_lives_are_plain(self->lives);
    set_effort(self);
    if (self->crew->n_later > 0)
        set_exits(self);
}

void
dd_field_begin(dd_field *self)
{
    dd_field_take_law(self);
}

/* Open deals stand there from the start, others come on their day. */
static void
place(void *who, const dd_life *life, int32_t end, double day)
{
    dd_field *self = who;
    dd_life one = *life;
    size_t lane = life->start.first_trial - self->first;
    uint32_t seat = dd_field_nobody(self, lane);

    (void) day;
    one.mark = end == DD_WON;
    if (life->deal == DD_NEW_DEAL) {
        dd_field_defer(self, &one, dd_field_shelf(self, lane), 0);
        return;
    }
    if (self->crew->of_deal[life->deal] >= 0)
        seat = (uint32_t) (lane * self->seats)
               + (uint32_t) self->crew->of_deal[life->deal];
    if (life->wins_on > 0)
        dd_field_put_sure(self, &one, seat);
    else
        dd_field_put(self, &one, seat, 0, DD_FIELD_CAME);
}

static void
clear_outcomes(dd_field *self)
{
    dd_outcomes *out = self->outcomes;

    for (size_t p = 0; p < out->periods; p++) {
        size_t at = p * out->trials + self->first - out->first;
        memset(out->open + at, 0, self->trials * sizeof *out->open);
        memset(out->new_ + at, 0, self->trials * sizeof *out->new_);
        memset(out->wins + at, 0, self->trials * sizeof *out->wins);
    }
    for (size_t row = 0; self->credit && row < self->seats; row++)
        memset(self->credit->won + row * self->credit->trials + self->first - out->first,
               0, self->trials * sizeof *self->credit->won);
    memset(dd_field_tally(self, self->first), 0, self->trials * sizeof *self->tally);
    memset(self->came_to, 0, DD_FIELD_TRIALS * sizeof *self->came_to);
    memset(self->brought, 0, DD_FIELD_TRIALS * sizeof *self->brought);
}

/* The stretch begins by the first law. */
static void
take_first_law(dd_field *self)
{
    if (self->lives->law == 0)
        return;
    dd_lives_take_law(self->lives, 0);
    dd_field_take_law(self);
}

/* What mornings have not taken in: that of the last step, and never. */
static void
forget_done(dd_field *self)
{
    size_t from = self->is_full ? 0 : self->steps;

    memset(self->done + from * self->width, 0,
           (self->steps + 2 - from) * self->width * sizeof *self->done);
}

static void
set_up(dd_field *self, size_t first, size_t trials)
{
    self->first = first;
    self->trials = trials;
    self->top = self->n_free = self->n_later = self->n_shelved = 0;
    self->step = -1;
    self->day = self->next_day = self->work = 0;
    self->next_work = -1; /* nothing is due yet */
    self->rules = &self->crew->rules;
    for (size_t s = 0; s < self->steps; s++)
        self->first_due[s] = self->first_later[s] = -1;
    for (size_t s = 0; s < self->width; s++)
        self->trial_of[s] = (uint32_t) (first + s / self->seats);
    for (size_t i = 0; i < DD_FIELD_ENDS + self->stages; i++)
        self->row[i].n = self->row[i].born = 0;
    forget_done(self);
    take_first_law(self);
    self->is_full = 0;
    clear_outcomes(self);
    dd_field_seat_all(self);
    dd_lives_turn(self->lives, first, trials);
    dd_lives_play(self->lives, self->crew->market, place, self);
    dd_field_play(self);
}

/* A deal that is back has a part of a new one's odds: the rest is lost at once. */
static int
is_gone(const dd_field *self, const dd_field_later *later)
{
    const dd_life *life = &later->life;
    const dd_lives *lives = self->lives;
    const dd_rates *rates = dd_lives_rates(lives, life->pipeline);
    double odds = later->rules->recycle_odds;
    double c = dd_on_odds(rates->p_ever[life->start.stage], life->theta);
    dd_stream stream = dd_stream_make(lives->run->question->seed, DD_RNG_PATH,
                                      dd_life_item(life), life->start.first_trial);
    uint32_t word[4];

    dd_stream_words(&stream, DD_RETURN_POSITION + 2, word);
    return dd_uniform53(word[0], word[1]) >= odds / (1 - c + odds * c);
}

static void
come(dd_field *self, dd_field_later *later)
{
    const dd_life *life = &later->life;
    size_t trial = life->start.first_trial;
    uint32_t seat = later->seat;

    if (later->law != self->lives->law)
        dd_lives_renew(self->lives, &later->life);
    if (later->has_returned && is_gone(self, later)) {
        dd_field_tally(self, trial)->deals++;
        dd_field_tally(self, trial)->lost++;
        return;
    }
    if (!self->rep[seat].present)
        seat = dd_field_lot(self, trial, dd_life_item(life), 0);
    dd_field_put(self, life, seat, life->start.day,
                 later->has_returned ? DD_FIELD_CAME_BACK : DD_FIELD_CAME);
}

/* All that come in this step, and what they breed. */
static void
come_and_play(dd_field *self)
{
    do {
        int32_t next = self->first_later[self->step];
        self->first_later[self->step] = -1;
        while (next >= 0) {
            dd_field_later *later = &self->later[next];
            next = later->next;
            come(self, later);
        }
        dd_field_play(self);
    } while (self->first_later[self->step] >= 0 && !self->is_full);
}

static void
add_up(dd_field *self)
{
    for (size_t lane = 0; lane < self->trials; lane++) {
        dd_tally *tally = dd_field_tally(self, self->first + lane);
        const int32_t *came_to = self->came_to[lane];
        tally->deals += self->brought[lane];
        tally->brought += self->brought[lane];
        tally->open += came_to[0];
        tally->lost += came_to[DD_FIELD_ENDS + DD_LOST];
        tally->recycled += came_to[DD_FIELD_ENDS + DD_RECYCLED];
    }
    for (size_t i = 0; i < self->top; i++)
        if (self->deal[i].is_alive)
            dd_field_tally(self, dd_field_trial(&self->deal[i]))->open++;
}

int
dd_field_stretch(dd_field *self, size_t first, size_t trials)
{
    const dd_path_run *run = self->lives->run;
    size_t width = (size_t) self->crew->step_days;

    set_up(self, first, trials);
    for (size_t step = 0; step < self->steps && !self->is_full; step++) {
        size_t day = step * width, end = day + width;
        self->step = (int32_t) step;
        self->day = (double) day;
        self->next_day = (double) (end < run->days ? end : run->days);
        self->work = run->work[day];
        self->next_work = end_of(self, step);
        self->rules = dd_crew_rules_on(self->crew, self->day);
        dd_field_change_law(self);
        dd_field_morning(self);
        dd_field_prospect(self);
        come_and_play(self);
    }
    if (self->is_full)
        return 0;
    add_up(self);
    return 1;
}
