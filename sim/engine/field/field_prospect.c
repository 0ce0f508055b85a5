#include "engine/field/field_parts.h"

#include "base/rng.h"
#include "engine/field/payroll.h"

/* Each is due when another unit exponential of prospecting is done. */
void
dd_field_ripen(dd_field *self, const uint32_t *who, size_t n)
{
    dd_stream key = dd_stream_make(self->lives->run->question->seed, DD_RNG_REP, 0, 0);
    uint64_t item[DD_SPELLS] = { 0 }, place[DD_SPELLS] = { 0 };

    for (size_t done = 0, some; done < n; done += some) {
        dd_chances chances;
        some = n - done < DD_SPELLS ? n - done : DD_SPELLS;
        for (size_t k = 0; k < some; k++) {
            uint32_t seat = who[done + k];
            const dd_field_rep *rep = &self->rep[seat];
            item[k] = rep->key;
            place[k] = (uint64_t) (self->trial_of[seat]) << 32
                       | (DD_REP_BROUGHT + rep->brought);
        }
        dd_kernel_chosen()->chances(key.key, item, place, &chances);
        for (size_t k = 0; k < some; k++) {
            uint32_t seat = who[done + k];
            self->seat.ripe[seat] += (double) chances.wait[k];
            self->rep[seat].kind = chances.second[k];
        }
    }
}

/* A deal that a rep brings, when the step's share of prospecting is done. */
static void
bring(dd_field *self, uint32_t seat, dd_life *life)
{
    dd_field_rep *rep = &self->rep[seat];
    size_t trial = self->trial_of[seat], pipeline = 0;
    double grown = self->seat.rate[seat],
           share = 1 - (self->seat.sown[seat] - self->seat.ripe[seat]) / grown,
           work = self->work + (self->next_work - self->work) * share;

    if (self->lives->run->model->n_pipelines > 1)
        pipeline
            = dd_lives_pipeline(self->lives, dd_uniform32((uint32_t) (rep->kind >> 32)));
    self->tally[trial].brought++;
    dd_lives_enter(self->lives, life, pipeline, rep->key + 1 + rep->brought++, trial,
                   work, dd_uniform32((uint32_t) rep->kind));
}

static void
bring_all(dd_field *self, const uint32_t *who, size_t n)
{
    dd_life life[DD_SPELLS];

    for (size_t done = 0, some; done < n && !self->is_full; done += some) {
        some = n - done < DD_SPELLS ? n - done : DD_SPELLS;
        for (size_t k = 0; k < some; k++)
            bring(self, who[done + k], &life[k]);
        dd_lives_choose(self->lives, life, some);
        for (size_t k = 0; k < some; k++)
            dd_field_put(self, &life[k], who[done + k], life[k].start.day, 0);
    }
}

/* Whoever has done enough for a deal. */
static size_t
sow(dd_field *self, uint32_t *who)
{
    const dd_field_seats *seat = &self->seat;
    const double days = self->next_day - self->day, most = 1e30;
    const size_t all = self->trials * self->seats;
    size_t n = 0;

    for (size_t s = 0; s < all; s++) {
        double visits = self->clock[s].visits;
        double left = (visits < most ? visits : most) - self->clock[s].demand;
        left = left > 0 ? left : 0;
        seat->rate[s] = seat->here[s] * days * (seat->fixed[s] + seat->eager[s] * left);
        seat->sown[s] += seat->rate[s];
    }
    for (size_t s = 0; s < all; s++) {
        who[n] = (uint32_t) s;
        n += (seat->ripe[s] <= seat->sown[s]) & (seat->rate[s] > 0);
    }
    return n;
}

void
dd_field_prospect(dd_field *self)
{
    uint32_t *who = self->ripe;
    size_t n = sow(self, who);

    while (n > 0 && !self->is_full) {
        size_t more = 0;
        bring_all(self, who, n);
        dd_field_ripen(self, who, n);
        for (size_t k = 0; k < n; k++) {
            uint32_t seat = who[k];
            who[more] = seat;
            more += self->seat.ripe[seat] <= self->seat.sown[seat];
        }
        n = more;
    }
}
