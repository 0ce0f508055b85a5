#include "engine/field/field_parts.h"

#include "base/rng.h"
#include "engine/field/payroll.h"

/* Each deal is due when another unit exponential of prospecting is done: the first one's
 * is drawn from the rep's stream, that of those that follow from the stream of the deal
 * before. */
static void
add_waits(dd_field *self, dd_rng_purpose purpose, const uint32_t *who,
          const uint64_t item[DD_SPELLS], const uint64_t place[DD_SPELLS], size_t n)
{
    dd_stream key = dd_stream_make(self->lives->run->question->seed, purpose, 0, 0);
    dd_chances chances;

    dd_kernel_chosen()->chances(key.key, item, place, n, &chances);
    for (size_t k = 0; k < n; k++)
        self->seat.ripe[who[k]] += (double) chances.wait[k];
}

void
dd_field_ripen(dd_field *self, const uint32_t *who, size_t n)
{
    uint64_t item[DD_SPELLS] = { 0 }, place[DD_SPELLS] = { 0 };

    for (size_t done = 0, some; done < n; done += some) {
        some = n - done < DD_SPELLS ? n - done : DD_SPELLS;
        for (size_t k = 0; k < some; k++) {
            item[k] = self->seat.key[who[done + k]];
            place[k] = self->seat.place[who[done + k]];
        }
        add_waits(self, DD_RNG_REP, who + done, item, place, some);
    }
}

/* When the step's share of prospecting is done. */
static inline double
ripe_at(const dd_field *self, uint32_t seat)
{
    double over = self->seat.sown[seat] - self->seat.ripe[seat];

    return self->next_work
           - (self->next_work - self->work) * (over / self->seat.rate[seat]);
}

/* ---- of what kind they are ---- */

typedef struct {
    size_t pipeline[DD_SPELLS];
    double u[DD_SPELLS]; /* by which each enters a stage */
} kinds;

static void
draw_kinds(const dd_field *self, const uint32_t *who, size_t n, kinds *to)
{
    dd_stream key = dd_stream_make(self->lives->run->question->seed, DD_RNG_REP, 0, 0);
    uint64_t item[DD_SPELLS] = { 0 }, place[DD_SPELLS] = { 0 };
    dd_chances chances;

    for (size_t k = 0; k < n; k++) {
        item[k] = self->seat.key[who[k]];
        place[k] = self->seat.place[who[k]];
    }
    dd_kernel_chosen()->chances(key.key, item, place, n, &chances);
    for (size_t k = 0; k < n; k++) {
        to->u[k] = dd_uniform32((uint32_t) chances.first[k]);
        to->pipeline[k] = dd_lives_pipeline(
            self->lives, dd_uniform32((uint32_t) (chances.first[k] >> 32)));
    }
}

/* ---- into their seats ---- */

/* Deals of every odds: tried until taken. */
static void
bring_any(dd_field *self, const uint32_t *who, const kinds *of, size_t n)
{
    const dd_field_seats seat = self->seat;
    uint64_t item[DD_SPELLS] = { 0 }, place[DD_SPELLS] = { 0 };
    dd_life life[DD_SPELLS];

    for (size_t k = 0; k < n; k++) {
        item[k] = seat.key[who[k]] + (uint32_t) seat.place[who[k]];
        place[k] = seat.place[who[k]] >> 32 << 32;
        dd_lives_enter(self->lives, &life[k], of->pipeline[k], item[k],
                       self->trial_of[who[k]], ripe_at(self, who[k]), of->u[k]);
    }
    dd_lives_choose(self->lives, life, n);
    for (size_t k = 0; k < n; k++)
        dd_field_put(self, &life[k], who[k], life[k].start.day, DD_FIELD_BROUGHT);
    add_waits(self, DD_RNG_PATH, who, item, place, n);
    for (size_t k = 0; k < n; k++) {
        dd_field_tally(self, place[k] >> 32)->brought++;
        seat.place[who[k]]++;
    }
}

/* Deals whose odds are their stage's: the first path is taken. */
static inline void
bring_plain(dd_field *self, uint32_t s, size_t stage)
{
    const dd_field_seats *seat = &self->seat;
    const uint64_t place = seat->place[s]++;
    const double day = ripe_at(self, s);

    seat->demand[s] += self->visits[stage];
    self->brought[(place >> 32) - self->first]++;
    dd_field_begin_spell(self, stage, seat->key[s] + (uint32_t) place, place >> 32 << 32,
                         day, dd_field_at(self, s, day), s, -1);
}

static void
bring_kinds(dd_field *self, const uint32_t *who, size_t n)
{
    kinds of;

    draw_kinds(self, who, n, &of);
    if (!self->is_plain)
        bring_any(self, who, &of, n);
    for (size_t k = 0; self->is_plain && k < n; k++) {
        const dd_process *process = &self->lives->run->model->process[of.pipeline[k]];
        bring_plain(self, who[k],
                    self->lives->first_stage[of.pipeline[k]]
                        + (size_t) dd_process_enter(process, of.u[k]));
    }
}

static void
bring(dd_field *self, const uint32_t *who, size_t n)
{
    if (self->is_plain && self->entry != DD_FIELD_ANY_STAGE) {
        for (size_t k = 0; k < n; k++)
            bring_plain(self, who[k], self->entry);
        return;
    }
    for (size_t done = 0; done < n; done += DD_SPELLS)
        bring_kinds(self, who + done, n - done < DD_SPELLS ? n - done : DD_SPELLS);
}

/* Rows of those just brought are played, so that it is known when the next one is due. */
static void
play_born(dd_field *self)
{
    for (size_t stage = 0; stage < self->stages; stage++)
        if (self->row[DD_FIELD_ENDS + stage].born > 0)
            dd_field_draw(self, stage);
}

void
dd_field_prospect(dd_field *self)
{
    uint32_t *who = self->ripe;
    size_t n = self->n_ripe;

    while (n > 0 && !self->is_full) {
        size_t more = 0;
        bring(self, who, n);
        play_born(self);
        for (size_t k = 0; k < n; k++) {
            uint32_t seat = who[k];
            who[more] = seat;
            more += self->seat.ripe[seat] <= self->seat.sown[seat];
        }
        n = more;
    }
}
