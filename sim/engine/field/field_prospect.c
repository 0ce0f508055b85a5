#include "engine/field/field_parts.h"

#include "base/rng.h"
#include "engine/field/payroll.h"

/* Each is due when another unit exponential of prospecting is done. */
void
dd_field_ripen(dd_field *self, const uint32_t *who, size_t n)
{
    dd_stream key = dd_stream_make(self->lives->run->question->seed, DD_RNG_REP, 0, 0);
    const dd_field_seats seat = self->seat;
    uint64_t item[DD_SPELLS] = { 0 }, place[DD_SPELLS] = { 0 };

    for (size_t done = 0, some; done < n; done += some) {
        dd_chances chances;
        some = n - done < DD_SPELLS ? n - done : DD_SPELLS;
        for (size_t k = 0; k < some; k++) {
            item[k] = seat.key[who[done + k]];
            place[k] = seat.place[who[done + k]];
        }
        dd_kernel_chosen()->chances(key.key, item, place, some, &chances);
        for (size_t k = 0; k < some; k++) {
            seat.ripe[who[done + k]] += (double) chances.wait[k];
            seat.kind[who[done + k]] = chances.second[k];
        }
    }
}

/* When the step's share of prospecting is done. */
static double
ripe_at(const dd_field *self, uint32_t seat)
{
    double over = self->seat.sown[seat] - self->seat.ripe[seat];

    return self->next_work
           - (self->next_work - self->work) * (over / self->seat.rate[seat]);
}

static size_t
pipeline_of(const dd_field *self, uint64_t kind)
{
    if (self->lives->run->model->n_pipelines == 1)
        return 0;
    return dd_lives_pipeline(self->lives, dd_uniform32((uint32_t) (kind >> 32)));
}

/* Deals of every odds: tried until taken. */
static void
bring_any(dd_field *self, const uint32_t *who, size_t n)
{
    const dd_field_seats seat = self->seat;
    dd_life life[DD_SPELLS];

    for (size_t k = 0; k < n; k++)
        dd_lives_enter(self->lives, &life[k], pipeline_of(self, seat.kind[who[k]]),
                       seat.key[who[k]] + (uint32_t) seat.place[who[k]],
                       self->trial_of[who[k]], ripe_at(self, who[k]),
                       dd_uniform32((uint32_t) seat.kind[who[k]]));
    dd_lives_choose(self->lives, life, n);
    for (size_t k = 0; k < n; k++)
        dd_field_put(self, &life[k], who[k], life[k].start.day, 0);
}

/* Deals whose odds are their stage's: the first path is taken. */
static void
bring_plain(dd_field *self, const uint32_t *who, size_t n)
{
    const dd_field_seats seat = self->seat;
    const dd_model *model = self->lives->run->model;

    for (size_t k = 0; k < n; k++) {
        uint32_t s = who[k];
        uint64_t trial = seat.place[s] >> 32;
        size_t p = pipeline_of(self, seat.kind[s]);
        size_t stage
            = self->lives->first_stage[p]
              + (size_t) dd_process_enter(&model->process[p],
                                          ((uint32_t) seat.kind[s] + 0.5) * 0x1p-32);
        self->clock[s].demand += self->visits[stage];
        dd_field_tally(self, trial)->deals++;
        dd_field_begin_spell(self, stage, seat.key[s] + (uint32_t) seat.place[s],
                             trial << 32, ripe_at(self, s), s, -1);
    }
}

static void
bring(dd_field *self, const uint32_t *who, size_t n)
{
    if (self->is_plain)
        bring_plain(self, who, n);
    for (size_t done = 0, some; !self->is_plain && done < n; done += some) {
        some = n - done < DD_SPELLS ? n - done : DD_SPELLS;
        bring_any(self, who + done, some);
    }
    for (size_t k = 0; k < n; k++)
        dd_field_tally(self, self->seat.place[who[k]]++ >> 32)->brought++;
}

/* Whoever has done enough for a deal. */
static size_t
sow(dd_field *self, uint32_t *who)
{
    const dd_field_seats *seat = &self->seat;
    const double days = self->next_day - self->day, most = 1e30;
    const double worked = self->worked[self->step];
    const size_t all = self->trials * self->seats;
    size_t n = 0;

    for (size_t s = 0; s < all; s++) {
        double left = seat->left[s] > 0 ? seat->left[s] : 0;
        left = left < most ? left : most;
        seat->rate[s]
            = seat->here[s] * (days * seat->fixed[s] + worked * seat->eager[s] * left);
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
        bring(self, who, n);
        dd_field_ripen(self, who, n);
        for (size_t k = 0; k < n; k++) {
            uint32_t seat = who[k];
            who[more] = seat;
            more += self->seat.ripe[seat] <= self->seat.sown[seat];
        }
        n = more;
    }
}
