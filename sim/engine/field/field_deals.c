#include "engine/field/field_parts.h"

#include "base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- room: grown between steps' events, never given back before the end ---- */

static int
grow(void **array, size_t room, size_t size)
{
    void *more = realloc(*array, room * size);

    if (more != NULL)
        *array = more;
    return more != NULL;
}

static int
grow_deals(dd_field *self)
{
    size_t room = 2 * self->room + 1024;

    if (!grow((void **) &self->advance_at, room, sizeof *self->advance_at)
        || !grow((void **) &self->leave_at, room, sizeof *self->leave_at)
        || !grow((void **) &self->seat, room, sizeof *self->seat)
        || !grow((void **) &self->deal, room, sizeof *self->deal)
        || !grow((void **) &self->free, room, sizeof *self->free)
        || !grow((void **) &self->due, room + 1, sizeof *self->due)
        || !grow((void **) &self->fresh, room, sizeof *self->fresh)
        || !grow((void **) &self->fresh_stage, room, sizeof *self->fresh_stage)
        || !grow((void **) &self->by_stage, room, sizeof *self->by_stage))
        return 0;
    self->room = room;
    return 1;
}

void
dd_field_defer(dd_field *self, const dd_life *life, uint32_t seat, int has_returned)
{
    const dd_path_run *run = self->lives->run;
    double work = life->start.day;
    size_t step = 0, low = 0, high = run->days; /* the calendar day that holds it */

    if (work > run->horizon)
        return;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (run->work[middle + 1 <= run->days ? middle + 1 : run->days] > work)
            high = middle;
        else
            low = middle + 1;
    }
    step = low / (size_t) self->crew->step_days;
    step = step < self->steps ? step : self->steps - 1;
    if (self->n_later == self->later_room) {
        size_t room = 2 * self->later_room + 1024;
        if (!grow((void **) &self->later, room, sizeof *self->later)) {
            self->failed = 1;
            return;
        }
        self->later_room = room;
    }
    self->later[self->n_later]
        = (dd_field_later){ *life, seat, has_returned, self->first_later[step] };
    self->first_later[step] = (int32_t) self->n_later++;
}

/* ---- where deals are ---- */

static size_t
stage_among_all(const dd_field *self, const dd_field_deal *deal)
{
    return self->lives->first_stage[deal->life.pipeline] + (size_t) deal->stage;
}

double
dd_field_visits(const dd_field *self, const dd_field_deal *deal)
{
    return self->crew->visits ? self->crew->visits[stage_among_all(self, deal)] : 0;
}

static void
wait_for_spell(dd_field *self, uint32_t i)
{
    self->fresh[self->n_fresh] = i;
    self->fresh_stage[self->n_fresh++]
        = (uint32_t) stage_among_all(self, &self->deal[i]);
}

static dd_tally *
tally_of(const dd_field *self, const dd_life *life)
{
    return &self->tally[life->start.first_trial];
}

void
dd_field_put(dd_field *self, const dd_life *life, uint32_t seat, double work,
             int has_returned)
{
    uint32_t i;
    dd_field_deal *deal;

    if (self->n_free == 0 && self->top == self->room && !grow_deals(self)) {
        self->failed = 1;
        return;
    }
    i = self->n_free > 0 ? self->free[--self->n_free] : (uint32_t) self->top++;
    deal = &self->deal[i];
    *deal = (dd_field_deal){ .life = *life,
                             .item = dd_life_item(life),
                             .first_rep = seat,
                             .first_generation = self->rep[seat].generation,
                             .stage = life->start.stage,
                             .since = work,
                             .heir = -1,
                             .has_returned = has_returned,
                             .is_alive = 1 };
    self->seat[i] = seat;
    self->advance_at[i] = self->leave_at[i] = (double) INFINITY; /* not yet drawn */
    self->rep[seat].demand += dd_field_visits(self, deal);
    self->n_shelved += (size_t) dd_field_is_shelf(self, seat);
    wait_for_spell(self, i);
    tally_of(self, life)->deals++;
}

/* ---- how they end ---- */

/* A deal of the same pipeline that another one bred. */
static dd_life
bred_by(const dd_field *self, const dd_field_deal *deal, uint32_t number, double work)
{
    const dd_life *life = &deal->life;
    uint64_t address[3] = { deal->item, UINT64_MAX, number };
    uint64_t item = dd_hash((const char *) address, sizeof address);
    dd_stream stream = dd_stream_make(self->lives->run->question->seed, DD_RNG_PATH,
                                      item, life->start.first_trial);
    uint32_t word[4];
    dd_life child;

    dd_stream_words(&stream, DD_RETURN_POSITION, word);
    child = dd_lives_enter(self->lives, life->pipeline, item, life->start.first_trial,
                           work, dd_uniform53(word[0], word[1]));
    dd_lives_choose(self->lives, &child);
    return child;
}

/* A uniform of the deal's own. */
static double
uniform_of(const dd_field *self, const dd_field_deal *deal, uint32_t position)
{
    dd_stream stream = dd_stream_make(self->lives->run->question->seed, DD_RNG_PATH,
                                      deal->item, deal->life.start.first_trial);
    uint32_t word[4];

    dd_stream_words(&stream, position, word);
    return dd_uniform53(word[0], word[1]);
}

static void
win(dd_field *self, uint32_t i, double work)
{
    const dd_field_deal *deal = &self->deal[i];
    const dd_life *life = &deal->life;
    dd_outcomes *out = self->outcomes;
    int is_new = life->deal == DD_NEW_DEAL;
    size_t period = dd_path_run_period(self->lives->run, is_new, work);
    size_t cell = period * out->trials + life->start.first_trial;

    if (period < out->periods) {
        (is_new ? out->new_ : out->open)[cell] += dd_life_amount(self->lives, life);
        out->wins[cell]++;
    }
    tally_of(self, life)->won++;
    tally_of(self, life)->orphaned
        += self->seat[i] != deal->first_rep
           || self->rep[self->seat[i]].generation != deal->first_generation;
    if (self->crew->referral > 0
        && uniform_of(self, deal, DD_RETURN_POSITION + 1) < self->crew->referral) {
        dd_life child = bred_by(self, deal, 1, work);
        dd_field_defer(self, &child, self->seat[i], 0);
        tally_of(self, life)->brought++;
    }
}

/* Back in the pool later; else lost for good. */
static void
lose(dd_field *self, uint32_t i, double work)
{
    const dd_field_deal *deal = &self->deal[i];
    double again = work + self->crew->recycle_days;

    if (deal->has_returned || !(again <= self->lives->run->horizon)) {
        tally_of(self, &deal->life)->lost++;
        return;
    }
    dd_life child = bred_by(self, deal, 2, again);
    dd_field_defer(self, &child,
                   dd_field_shelf(self, deal->life.start.first_trial - self->first), 1);
    tally_of(self, &deal->life)->recycled++;
}

void
dd_field_end(dd_field *self, uint32_t i, int32_t end, double work)
{
    dd_field_deal *deal = &self->deal[i];

    if (end == DD_WON)
        win(self, i, work);
    else if (end == DD_LOST)
        lose(self, i, work);
    else
        tally_of(self, &deal->life)->recycled++;
    self->rep[self->seat[i]].demand -= dd_field_visits(self, deal);
    self->n_shelved -= (size_t) dd_field_is_shelf(self, self->seat[i]);
    deal->is_alive = 0;
    self->advance_at[i] = self->leave_at[i] = (double) INFINITY;
    self->free[self->n_free++] = i;
}

/* ---- spells, in batches of one stage ---- */

typedef struct {
    uint64_t item[DD_SPELLS], place[DD_SPELLS];
    float pace[DD_SPELLS], age[DD_SPELLS];
    float advance_spent[DD_SPELLS], leave_spent[DD_SPELLS];
} batch;

/* Only its first spell may have begun before as-of. */
static void
add_spell(const dd_field *self, batch *to, size_t k, uint32_t i)
{
    dd_field_deal *deal = &self->deal[i];
    const dd_risks *risks = &self->lives->risks[stage_among_all(self, deal)];
    uint32_t trial = deal->life.start.first_trial;
    float age = 0;

    if (deal->number == 0 && deal->life.deal != DD_NEW_DEAL)
        age = (float) dd_life_start(self->lives, &deal->life).age_days;
    to->item[k] = deal->item;
    to->place[k] = (uint64_t) trial << 32 | deal->number++;
    to->pace[k] = self->lives->pace[trial % DD_BLOCK];
    to->age[k] = age;
    to->advance_spent[k] = dd_risk_spent(&risks->advance, age);
    to->leave_spent[k] = dd_risk_spent(&risks->leave, age);
}

static void
take_spell(dd_field *self, uint32_t i, const batch *from, const dd_spell_ends *ends,
           size_t k)
{
    dd_field_deal *deal = &self->deal[i];
    uint32_t seat = self->seat[i];

    self->advance_at[i]
        = dd_field_clock(self, seat, deal->since) + (double) ends->advance_days[k];
    self->leave_at[i] = deal->since + (double) ends->leave_days[k];
    deal->advance_to = ends->advance_to[k];
    deal->leave_to = ends->leave_to[k];
    deal->since -= (double) from->age[k];
    self->due[self->n_due] = i;
    self->n_due += (self->advance_at[i] <= self->after[seat])
                   | (self->leave_at[i] <= self->next_work);
}

static void
draw_stage(dd_field *self, size_t stage, const uint32_t *who, size_t n)
{
    const dd_risks *risks = &self->lives->risks[stage];
    dd_stream key = dd_stream_make(self->lives->run->question->seed, DD_RNG_PATH, 0, 0);
    batch room;
    const dd_spells spells = { .key = { key.key[0], key.key[1] },
                               .item = room.item,
                               .place = room.place,
                               .pace = room.pace,
                               .age = room.age,
                               .advance_spent = room.advance_spent,
                               .leave_spent = room.leave_spent };

    memset(&room, 0, sizeof room);
    for (size_t k = 0; k < DD_SPELLS; k++)
        room.pace[k] = 1;
    for (; n > 0;) {
        dd_spell_ends ends;
        size_t some = n < DD_SPELLS ? n : DD_SPELLS;
        for (size_t k = 0; k < some; k++)
            add_spell(self, &room, k, who[k]);
        dd_kernel_chosen()->spells(risks, &spells, &ends);
        for (size_t k = 0; k < some; k++)
            take_spell(self, who[k], &room, &ends, k);
        who += some;
        n -= some;
    }
}

void
dd_field_draw(dd_field *self)
{
    size_t stages = self->lives->first_stage[self->lives->run->model->n_pipelines];
    size_t done = 0;

    for (size_t s = 0; s < stages && done < self->n_fresh; s++) {
        size_t n = 0;
        for (size_t k = 0; k < self->n_fresh; k++) {
            self->by_stage[n] = self->fresh[k];
            n += self->fresh_stage[k] == s;
        }
        if (n > 0)
            draw_stage(self, s, self->by_stage, n);
        done += n;
    }
    self->n_fresh = 0;
}

/* ---- the step ---- */

/* One spell ends: by the nearer of the two, on the working calendar. */
static void
move(dd_field *self, uint32_t i)
{
    dd_field_deal *deal = &self->deal[i];
    uint32_t seat = self->seat[i];
    double advance = self->advance_at[i] <= self->after[seat]
                         ? dd_field_day_of(self, seat, self->advance_at[i])
                         : (double) INFINITY;
    int advances = advance <= self->leave_at[i];
    double work = advances ? advance : self->leave_at[i];
    int32_t to = advances ? deal->advance_to : deal->leave_to;

    if (to == DD_STILL) { /* it resolved at once, to staying for ever */
        self->advance_at[i] = self->leave_at[i] = (double) INFINITY;
        return;
    }
    if (to < 0) {
        dd_field_end(self, i, to, work);
        return;
    }
    self->rep[seat].demand -= dd_field_visits(self, deal);
    deal->stage = to;
    deal->since = work;
    self->rep[seat].demand += dd_field_visits(self, deal);
    if (deal->number < DD_MOST_SPELLS)
        wait_for_spell(self, i);
    else
        self->advance_at[i] = self->leave_at[i] = (double) INFINITY;
}

void
dd_field_scan(dd_field *self)
{
    const double *advance_at = self->advance_at, *leave_at = self->leave_at;

    for (size_t i = 0; i < self->top; i++) {
        self->due[self->n_due] = (uint32_t) i;
        self->n_due += (advance_at[i] <= self->after[self->seat[i]])
                       | (leave_at[i] <= self->next_work);
    }
}

void
dd_field_play(dd_field *self)
{
    dd_field_draw(self);
    while (self->n_due > 0) {
        for (size_t k = 0; k < self->n_due; k++)
            move(self, self->due[k]);
        self->n_due = 0;
        dd_field_draw(self);
    }
}
