/* Hazards by shorter memories: what was seen lately weighs more. */
#include "model/hazard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a shorter memory has seen is weighed against so many exits at the hazards of all
 * time, band by band, so that a band without news keeps them. */
#define SHRUNK_TO_EXITS 3.0

/** One memory's exposure and exits, band by band. */
typedef struct {
    const dd_hazard *hazard;
    dd_moment now;
    size_t memory;
    double grown[DD_MAX_BANDS + 1]; /* weights of bands' starts over that of age 0 */
    double *exposure, *shape;
} recent;

/* Memories fade by halves: how much a band's start weighs is its age's share of what the
 * spell's first moment does. */
static void
set_grown(recent *self)
{
    for (size_t b = 0; b <= self->hazard->bands; b++)
        self->grown[b] = dd_move_memory_weight(self->memory, -self->hazard->start[b]);
}

/* Exposure is the integral of the memory over each band; the exit, where there is one,
 * weighs what a deal-day at its moment does. */
static void
count_spell(recent *self, const dd_spell *spell)
{
    const dd_hazard *hazard = self->hazard;
    double ago = (double) (self->now - spell->entered) / DD_SECONDS_PER_DAY;
    double low = spell->from_days, to = spell->dwell_days;
    double first = dd_move_memory_weight(self->memory, ago);
    double before = low > 0.0 ? dd_move_memory_weight(self->memory, ago - low) : first;
    double now = before;
    size_t last = 0, exit = 0;
    if (to < low)
        return;
    for (size_t b = 0; b < hazard->bands && hazard->start[b] <= to; b++) {
        int runs_on = hazard->start[b + 1] < to;
        double high = runs_on ? hazard->start[b + 1] : to;
        last = b;
        if (high <= low)
            continue;
        now = runs_on ? first * self->grown[b + 1]
                      : dd_move_memory_weight(self->memory, ago - to);
        self->exposure[b]
            += hazard->tie[b] * dd_move_memory_days(self->memory, now, before);
        low = high;
        before = now;
    }
    while (exit < hazard->exits && hazard->to[exit] != spell->exit)
        exit++;
    if (spell->exit != DD_STILL && exit < hazard->exits)
        self->shape[exit * hazard->bands + last] += now;
}

/* About the posterior of all time, of which no more is taken than there is. */
static void
shrink(recent *self)
{
    const dd_hazard *hazard = self->hazard;
    for (size_t b = 0; b < hazard->bands; b++) {
        double exits = 0.0;
        for (size_t j = 0; j < hazard->exits; j++)
            exits += hazard->shape[j * hazard->bands + b];
        double share = exits > SHRUNK_TO_EXITS ? SHRUNK_TO_EXITS / exits : 1.0;
        self->exposure[b] += share * hazard->exposure[b];
        for (size_t j = 0; j < hazard->exits; j++)
            self->shape[j * hazard->bands + b]
                += share * hazard->shape[j * hazard->bands + b];
    }
}

dd_status
dd_hazard_remember(dd_hazard *self, const dd_spell *const *spells, size_t n,
                   dd_moment now, dd_error *err)
{
    size_t size = self->bands * (1 + self->exits);
    if (self->bands == 0)
        return DD_OK;
    self->recent = calloc((DD_MOVE_MEMORIES - 1) * size, sizeof *self->recent);
    if (!self->recent)
        return dd_error_no_memory(err);
    for (size_t m = 1; m < DD_MOVE_MEMORIES; m++) {
        double *exposure = self->recent + (m - 1) * size;
        recent one = { .hazard = self,
                       .now = now,
                       .memory = m,
                       .exposure = exposure,
                       .shape = exposure + self->bands };
        set_grown(&one);
        for (size_t i = 0; i < n; i++)
            count_spell(&one, spells[i]);
        shrink(&one);
    }
    return DD_OK;
}

dd_hazard
dd_hazard_by(const dd_hazard *self, size_t memory)
{
    dd_hazard view = *self;
    if (memory > 0 && self->recent) {
        view.exposure = self->recent + (memory - 1) * self->bands * (1 + self->exits);
        view.shape = view.exposure + self->bands;
    }
    return view;
}
