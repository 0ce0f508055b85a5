#include "engine/field/field_parts.h"

#include <math.h>
#include <string.h>

/* A row's spells: what the kernel reads of it yet, and when they end. */
typedef struct {
    float pace[DD_SPELLS], age[DD_SPELLS];
    float advance_spent[DD_SPELLS], leave_spent[DD_SPELLS];
    dd_spell_ends ends;
    dd_spell_dates dates;
} batch;

/* The kernel reads on to a multiple of sixteen: lanes that nobody is in hold a figure. */
static size_t
lanes_read(const dd_field_row *row)
{
    return (row->n + 15) / 16 * 16;
}

static void
read_paces(const dd_field *self, const dd_field_row *row, batch *to)
{
    const dd_paces *pace = self->lives->pace;

    for (size_t k = 0; k < row->n; k++) {
        int is_new = row->deal[k] < 0 || self->deal[row->deal[k]].book == DD_NEW_DEAL;
        to->pace[k]
            = (is_new ? pace->of_new : pace->of_open)[(row->place[k] >> 32) % DD_BLOCK];
    }
    for (size_t k = row->n; k < lanes_read(row); k++)
        to->pace[k] = 1;
}

/* Only open deals' first spells have begun before as-of: they stay on from there. */
static void
read_ages(const dd_risks *risks, dd_field_row *row, batch *to)
{
    for (size_t k = 0; k < row->n; k++) {
        to->age[k] = (float) -row->since[k];
        to->advance_spent[k] = dd_risk_spent(&risks->advance, to->age[k]);
        to->leave_spent[k] = dd_risk_spent(&risks->leave, to->age[k]);
        row->since[k] = 0;
    }
    for (size_t k = row->n; k < lanes_read(row); k++)
        to->age[k] = to->advance_spent[k] = to->leave_spent[k] = 0;
}

static void
draw(const dd_field *self, const dd_risks *risks, dd_field_row *row, batch *to)
{
    dd_stream key = dd_stream_make(self->lives->run->question->seed, DD_RNG_PATH, 0, 0);
    const int is_first = self->step < 0;
    const dd_spells spells = { .n = row->n,
                               .key = { key.key[0], key.key[1] },
                               .item = row->item,
                               .place = row->place,
                               .pace = self->is_even ? NULL : to->pace,
                               .age = is_first ? to->age : NULL,
                               .advance_spent = to->advance_spent,
                               .leave_spent = to->leave_spent,
                               .waits = row->born > 0 };

    if (!self->is_even)
        read_paces(self, row, to);
    if (is_first)
        read_ages(risks, row, to);
    dd_kernel_chosen()->spells(risks, &spells, &to->ends);
}

static void
date(const dd_field *self, const dd_field_row *row, batch *to)
{
    to->dates.n = row->n;
    to->dates.since = row->since;
    to->dates.at = row->at;
    to->dates.cells_per_day = self->cells_per_day;
    to->dates.last_cell = self->last_cell;
    dd_kernel_chosen()->dates(&to->ends, &to->dates);
}

/* When who brought these brings his next one. */
static void
ripen(dd_field *self, const dd_field_row *row, const batch *of)
{
    double *ripe = self->seat.ripe;

    for (size_t k = 0; row->born > 0 && k < row->n; k++)
        if (row->deal[k] < 0)
            ripe[row->seat[k]] += (double) of->ends.wait[k];
}

/* The step that holds a moment of this cell. */
static inline size_t
step_of(const dd_field *self, int32_t cell, double work)
{
    size_t step = (size_t) self->step_of[cell];

    while (self->end[step] < work)
        step++;
    return step;
}

/* Visits are asked for until the end of the step in which a deal leaves. */
static void
be_done(dd_field *self, const dd_field_row *row, const batch *of, size_t stage,
        const uint32_t *who, size_t n)
{
    const size_t width = self->width, steps = self->steps;
    const double visits = self->visits[stage];
    double *done = self->done + width;

    for (size_t j = 0; j < n; j++) {
        uint32_t k = who[j], seat = row->seat[k];
        size_t step = step_of(self, of->dates.cell[k], of->dates.soonest[k]);
        size_t lane = (row->place[k] >> 32) - self->first;
        int32_t ended = step < steps, end = of->ends.leave_to[k] + DD_FIELD_ENDS;
        done[step * width + seat] -= visits;
        self->came_to[lane][end & -ended]++;
        if (!ended && isinf(of->dates.soonest[k]))
            self->seat.demand[seat] -= visits;
        if (row->deal[k] >= 0) {
            self->deal[row->deal[k]].is_alive = 0;
            self->free[self->n_free++] = (uint32_t) row->deal[k];
        }
    }
}

/* One that its rep brought. */
static int32_t
be_born(dd_field *self, dd_field_row *row, size_t k)
{
    uint32_t i = dd_field_slot(self), seat = row->seat[k];
    dd_field_deal *deal;

    if (i == DD_NEW_DEAL)
        return -1;
    deal = &self->deal[i];
    deal->item = row->item[k];
    deal->seat = seat;
    deal->is_alive = 2;
    deal->book = DD_NEW_DEAL;
    if (self->luck)
        self->luck[i] = (dd_field_luck){ 0 };
    if (!self->is_quiet) /* nobody will ask */
        self->story[i]
            = (dd_field_story){ .theta = 1,
                                .heir = -1,
                                .first_seat = seat,
                                .first_generation = self->rep[seat].generation };
    return row->deal[k] = (int32_t) i;
}

/* It stays until all is over; those that never leave, or pass through stages without an
 * end, ask for no visits. */
static void
stay(dd_field *self, uint32_t i)
{
    dd_field_deal *deal = &self->deal[i];

    if ((uint32_t) deal->place > DD_MOST_SPELLS)
        deal->advance_at = deal->leave_at = (double) INFINITY;
    if (dd_field_is_stuck(deal))
        self->seat.demand[deal->seat] -= self->visits[deal->stage];
    dd_field_wait(self, i, (int32_t) self->steps);
}

static void
go_on(dd_field *self, dd_field_row *row, const batch *of, size_t stage,
      const uint32_t *who, size_t n)
{
    const dd_spell_dates *dates = &of->dates;
    const uint32_t exits = (uint32_t) (stage * self->most_exits + DD_FIELD_ENDS);
    const int32_t now = self->step, last = (int32_t) self->steps - 1;
    const int32_t *step_of = self->step_of;
    dd_field_deal *deals = self->deal;

    for (size_t j = 0; j < n; j++) {
        const uint32_t k = who[j];
        const int32_t i = row->deal[k] >= 0 ? row->deal[k] : be_born(self, row, k);
        const int32_t step = step_of[dates->cell[k]];
        dd_field_deal *deal;
        if (i < 0)
            return;
        deal = &deals[i];
        deal->advance_at = dates->advance_at[k];
        deal->leave_at = dates->leave_at[k];
        deal->place = row->place[k] + 1;
        deal->advance = exits + (uint32_t) of->ends.advance_to[k];
        deal->leave = exits + (uint32_t) of->ends.leave_to[k];
        deal->stage = (uint32_t) stage;
        deal->since = now < 0 ? -(double) of->age[k] : row->since[k];
        if ((step > last) | ((uint32_t) row->place[k] == DD_MOST_SPELLS))
            stay(self, (uint32_t) i);
        else
            dd_field_wait(self, (uint32_t) i, step > now ? step : now);
    }
}

/* May those who are sure to leave be forgotten at once? */
static int
forgets(const dd_field *self, const dd_risks *risks)
{
    int yes = self->is_quiet && self->n_shelved == 0;

    for (uint32_t j = 0; j < risks->leave.exits; j++)
        yes &= risks->leave.to[j] == DD_LOST || risks->leave.to[j] == DD_RECYCLED;
    return yes;
}

void
dd_field_draw(dd_field *self, size_t stage)
{
    const dd_risks *risks = &self->lives->risks[stage];
    dd_field_row *row = &self->row[DD_FIELD_ENDS + stage];
    const int32_t may = forgets(self, risks);
    uint32_t over[DD_SPELLS], on[DD_SPELLS];
    size_t n_over = 0;
    batch of;

    draw(self, risks, row, &of);
    date(self, row, &of);
    ripen(self, row, &of);
    for (size_t k = 0; k < row->n; k++) {
        over[n_over] = on[k - n_over] = (uint32_t) k;
        n_over += (uint32_t) (of.dates.leaves[k] & may);
    }
    be_done(self, row, &of, stage, over, n_over);
    go_on(self, row, &of, stage, on, row->n - n_over);
    if (self->luck && !self->is_full)
        dd_field_remember(self, row, self->step < 0 ? of.age : NULL, on,
                          row->n - n_over);
    row->n = row->born = 0;
}
