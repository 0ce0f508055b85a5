/**
 * @file field_parts.h
 * A stretch of trials in the field: shared by field.c, field_reps.c and field_deals.c.
 */
#ifndef DD_ENGINE_FIELD_PARTS_H
#define DD_ENGINE_FIELD_PARTS_H

#include "engine/field/field.h"
#include "engine/paths/lives.h"

#define DD_FIELD_TRIALS 8 /* played together, so that spells come in batches */

/* Positions of a deal's stream beside those of lives.c and of its spells. */
#define DD_LOT_POSITION (UINT32_C(3) << 30)      /* + n: the n-th rep by lot */
#define DD_HANDOVER_POSITION (UINT32_C(5) << 29) /* + n: the n-th handover */
#define DD_RETURN_POSITION (UINT32_C(11) << 28)  /* back after a loss; referrals */

/** A rep in one trial. Two more stand behind a trial's reps: nobody, who waits for none,
 * and the shelf, where deals wait for an heir. */
typedef struct {
    const dd_crew_rep *known;
    uint64_t key;
    double starts, leaves; /* days, in the morning */
    int32_t heir;
    uint32_t generation;        /* who follows a leaver is the next one */
    int present, left;          /* left: this morning */
    double demand;              /* visits a week that his deals ask for */
    double sown, ripe;          /* prospecting done, and due for the next deal ... */
    double u_stage, u_pipeline; /* ... and what kind that is */
    uint32_t brought;           /* deals */
} dd_field_rep;

/** A deal; what is scanned each morning stands apart. */
typedef struct {
    dd_life life;
    uint64_t item;
    uint32_t number;                      /* spells begun */
    uint32_t first_rep, first_generation; /* seat of who first had it */
    uint32_t lots, handovers;
    int32_t stage, advance_to, leave_to;
    double since;  /* working day on which it entered the stage */
    double resume; /* on the shelf: the day from which an heir may take it */
    int32_t heir;
    int has_returned, is_alive;
} dd_field_deal;

/** A deal that is yet to come. */
typedef struct {
    dd_life life;
    uint32_t seat; /* of the rep whose it will be; the shelf: by lot */
    int has_returned;
    int32_t next; /* of the same step; -1: the last */
} dd_field_later;

typedef struct {
    dd_lives *lives;
    const dd_crew *crew;
    dd_outcomes *outcomes;
    dd_tally *tally;      /* of all trials, or NULL */
    size_t first, trials; /* of the stretch */
    size_t seats;         /* of a trial: reps and two */
    double whole;         /* reps past the ramp that those at work at as-of are worth */
    double own_rate; /* without limit: deals a day that a whole rep brings, at level 1 */

    /* Per seat of the stretch: */
    dd_field_rep *rep;
    double *before, *speed, *after; /* the clock for advancing, this step */
    uint32_t *there; /* per trial: the seats of those present, `seats` each */
    size_t *n_there;
    double *divided; /* per trial: what is left of a visit's worth, this step */

    /* The step: */
    double day, next_day; /* calendar */
    double work, next_work;

    /* Deals. */
    size_t room, top, n_free, n_shelved;
    double *advance_at, *leave_at; /* on the rep's clock; on the working calendar */
    uint32_t *seat;
    dd_field_deal *deal;
    uint32_t *free, *due;
    uint32_t *fresh, *fresh_stage; /* who waits for a spell, in which stage of all */
    uint32_t *by_stage;
    size_t n_due, n_fresh;

    /* Deals to come, per step. */
    size_t steps, n_later, later_room;
    int32_t *first_later;
    dd_field_later *later;
    int failed; /* memory ran out */
} dd_field;

/* ---- field_deals.c ---- */

/** Put a deal into a seat at a working day; its first spell is drawn with the others. */
void dd_field_put(dd_field *self, const dd_life *life, uint32_t seat, double work,
                  int has_returned);
/** Visits a week that a deal asks for. */
double dd_field_visits(const dd_field *self, const dd_field_deal *deal);
/** Draw spells of all that wait for one, stage by stage. */
void dd_field_draw(dd_field *self);
/** The same, and play what ends in this step. */
void dd_field_play(dd_field *self);
/** Those whose spell ends in this step. */
void dd_field_scan(dd_field *self);
void dd_field_end(dd_field *self, uint32_t i, int32_t end, double work);
/** Let a deal come later, by the day on which it starts. */
void dd_field_defer(dd_field *self, const dd_life *life, uint32_t seat,
                    int has_returned);

/* ---- field_reps.c ---- */

/** Fill the seats of the stretch as they are at as-of. */
void dd_field_seat_all(dd_field *self);
/** Who comes, who goes, who takes over; then how fast all are this step. */
void dd_field_morning(dd_field *self);
/** Deals that reps bring this step. */
void dd_field_prospect(dd_field *self);
/** A seat for a deal by lot; the shelf when nobody is there. */
uint32_t dd_field_lot(dd_field *self, size_t trial, uint64_t item, uint32_t lots);

/** The clock of a seat at a working day of this step, and back. */
static inline double
dd_field_clock(const dd_field *self, uint32_t seat, double work)
{
    if (self->speed[seat] == 1)
        return work - (self->work - self->before[seat]);
    return self->before[seat] + (work - self->work) * self->speed[seat];
}

static inline double
dd_field_day_of(const dd_field *self, uint32_t seat, double clock)
{
    if (self->speed[seat] == 1)
        return clock + (self->work - self->before[seat]);
    return self->work + (clock - self->before[seat]) / self->speed[seat];
}

static inline uint32_t
dd_field_nobody(const dd_field *self, size_t lane)
{
    return (uint32_t) (lane * self->seats + self->seats - 2);
}

static inline int
dd_field_is_shelf(const dd_field *self, uint32_t seat)
{
    return seat % self->seats == self->seats - 1;
}

static inline uint32_t
dd_field_shelf(const dd_field *self, size_t lane)
{
    return (uint32_t) (lane * self->seats + self->seats - 1);
}

/* ---- field.c ---- */

dd_status dd_field_init(dd_field *self, dd_lives *lives, const dd_crew *crew,
                        dd_outcomes *outcomes, dd_tally *tally, dd_error *err);
void dd_field_free(dd_field *self);
/** Play a stretch of at most DD_FIELD_TRIALS trials of the block at hand. */
void dd_field_stretch(dd_field *self, size_t first, size_t trials);

#endif
