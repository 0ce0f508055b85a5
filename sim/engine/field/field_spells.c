#include "engine/field/field_parts.h"

#include <math.h>
#include <string.h>

/* A batch of one stage, copied side by side: what the kernel reads, and their clocks. */
typedef struct {
    uint32_t who[DD_SPELLS];
    uint64_t item[DD_SPELLS], place[DD_SPELLS];
    float pace[DD_SPELLS], age[DD_SPELLS];
    float advance_spent[DD_SPELLS], leave_spent[DD_SPELLS];
    double since[DD_SPELLS], speed[DD_SPELLS], shift[DD_SPELLS], after[DD_SPELLS],
        lag[DD_SPELLS];
    double advance_at[DD_SPELLS], leave_at[DD_SPELLS];
    int32_t cell[DD_SPELLS];
} batch;

/* A loop of stages that resolve at once and never end. */
static int
is_endless(dd_field *self, dd_field_deal *deal)
{
    if ((uint32_t) deal->place < DD_MOST_SPELLS)
        return 0;
    deal->advance_at = deal->leave_at = (double) INFINITY;
    self->clock[deal->seat].demand -= self->visits[deal->stage];
    return 1;
}

/* The stage's last ones to wait, so that others may be queued meanwhile. */
static size_t
gather(dd_field *self, size_t stage, batch *to)
{
    dd_field_list *fresh = &self->moved[DD_FIELD_ENDS + stage];
    size_t k = 0;

    while (fresh->n > 0 && k < DD_SPELLS) {
        uint32_t i = fresh->who[--fresh->n];
        dd_field_deal *deal = &self->deal[i];
        const dd_field_clock *clock = &self->clock[deal->seat];
        deal->stage = (uint16_t) stage;
        if (is_endless(self, deal))
            continue;
        to->who[k] = i;
        to->item[k] = deal->item;
        to->place[k] = deal->place++;
        to->since[k] = deal->since;
        to->speed[k] = clock->speed;
        to->shift[k] = clock->shift;
        to->after[k] = clock->after;
        to->lag[k] = clock->lag;
        k++;
    }
    return k;
}

static void
gather_paces(const dd_field *self, batch *to, size_t n)
{
    for (size_t k = 0; k < n; k++)
        to->pace[k] = self->lives->pace[(to->place[k] >> 32) % DD_BLOCK];
}

/* Only open deals' first spells have begun before as-of: they stay on from there. */
static void
gather_ages(const dd_field *self, size_t stage, batch *to, size_t n)
{
    const dd_risks *risks = &self->lives->risks[stage];

    for (size_t k = 0; k < n; k++) {
        to->age[k] = (float) -to->since[k];
        to->advance_spent[k] = dd_risk_spent(&risks->advance, to->age[k]);
        to->leave_spent[k] = dd_risk_spent(&risks->leave, to->age[k]);
        to->since[k] = 0;
    }
}

/* When both risks are due, and from which cell of the calendar on one of them may be. */
static void
date(const dd_field *self, const dd_spell_ends *ends, batch *of)
{
    const double cells = self->cells_per_day, last = self->last_cell;

    for (size_t k = 0; k < DD_SPELLS; k++) {
        double advance = of->since[k] * of->speed[k] + of->shift[k]
                         + (double) ends->advance_days[k],
               leave = of->since[k] + (double) ends->leave_days[k],
               soonest = advance + of->lag[k];
        of->advance_at[k] = advance;
        of->leave_at[k] = leave;
        soonest = (soonest < leave ? soonest : leave) * cells;
        of->cell[k] = (int32_t) (soonest < last ? soonest : last);
    }
}

/* Back to the deals. What ends in this step is told as due; the list that it is put into
 * too is never read. */
static size_t
scatter(dd_field *self, const dd_spell_ends *ends, const batch *of, size_t n,
        uint32_t due[DD_SPELLS])
{
    size_t n_due = 0;

    for (size_t k = 0; k < n; k++) {
        uint32_t i = of->who[k];
        dd_field_deal *deal = &self->deal[i];
        int is_due
            = (of->advance_at[k] <= of->after[k]) | (of->leave_at[k] <= self->next_work);
        deal->advance_at = of->advance_at[k];
        deal->leave_at = of->leave_at[k];
        deal->advance_to = (int16_t) ends->advance_to[k];
        deal->leave_to = (int16_t) ends->leave_to[k];
        if (dd_field_is_stuck(deal))
            self->clock[deal->seat].demand -= self->visits[deal->stage];
        due[n_due] = i;
        n_due += (size_t) is_due;
        dd_field_wait(self, i, is_due ? (int32_t) self->last_cell : of->cell[k]);
    }
    return n_due;
}

static void
draw_stage(dd_field *self, size_t stage, batch *room)
{
    dd_stream key = dd_stream_make(self->lives->run->question->seed, DD_RNG_PATH, 0, 0);
    const int is_first = self->step < 0;
    const dd_spells spells = { .key = { key.key[0], key.key[1] },
                               .item = room->item,
                               .place = room->place,
                               .pace = self->is_even ? NULL : room->pace,
                               .age = is_first ? room->age : NULL,
                               .advance_spent = room->advance_spent,
                               .leave_spent = room->leave_spent };

    while (self->moved[DD_FIELD_ENDS + stage].n > 0) {
        uint32_t due[DD_SPELLS];
        dd_spell_ends ends;
        size_t n = gather(self, stage, room), n_due;
        if (!self->is_even)
            gather_paces(self, room, n);
        if (is_first)
            gather_ages(self, stage, room, n);
        dd_kernel_chosen()->spells(&self->lives->risks[stage], &spells, &ends);
        date(self, &ends, room);
        n_due = scatter(self, &ends, room, n, due);
        for (size_t k = 0; k < n_due; k++)
            dd_field_move(self, due[k], &self->deal[due[k]]);
    }
}

void
dd_field_draw(dd_field *self)
{
    batch room;
    int more;

    memset(&room, 0, sizeof room);
    for (size_t k = 0; k < DD_SPELLS; k++)
        room.pace[k] = 1;
    do {
        more = 0;
        for (size_t s = 0; s < self->stages; s++)
            if (self->moved[DD_FIELD_ENDS + s].n > 0) {
                draw_stage(self, s, &room);
                more = 1;
            }
    } while (more);
}
