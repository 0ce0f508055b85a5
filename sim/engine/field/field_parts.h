/**
 * @file field_parts.h
 * A stretch of trials in the field: shared by the sources beside it. What they do in one
 * step: field_reps.c (who is there, how fast), field_handover.c, field_prospect.c (deals
 * that reps bring), field_deals.c (what waits, and how it ends), field_spells.c (new
 * spells, in batches of one stage), field_laws.c (levers that start on a day to come).
 *
 * A deal waits in the list of the first step in which its spell could end: that of its
 * leaving, or that of its advancing if its rep's clock ran at full speed from now on. No
 * clock runs faster than the calendar, so nothing ends before its list's turn, whatever
 * happens to the rep; what has not ended by then waits in a later list. Whose spell ends
 * stands in a row of those who begin one in a stage, or who are won or lost; a row of
 * DD_SPELLS is played at once, shorter ones when nothing else is left to do in the step.
 *
 * Where a spell would leave before it could advance at full speed, it leaves. In a quiet
 * field, where nobody leaves and nothing comes back, such a deal is done with as soon as
 * its spell is drawn; only the visits that it asks for until then are kept.
 *
 * Visits that stages ask for are multiples of 2^-20, so that their sums, in doubles, are
 * exact in any order.
 */
#ifndef DD_ENGINE_FIELD_PARTS_H
#define DD_ENGINE_FIELD_PARTS_H

#include "engine/field/field.h"
#include "engine/paths/lives.h"

#include <math.h>

#define DD_FIELD_TRIALS 4 /* played together, so that spells come in batches */

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
    uint32_t generation; /* who follows a leaver is the next one */
    int present, left;   /* left: this morning */
} dd_field_rep;

/** A seat's clock: this step it runs V(t) = t speed + shift, t = V inverse + offset; one
 * that stands never reaches any t: inverse 0, offset INFINITY. */
typedef struct {
    double speed, shift, inverse, offset;
} dd_field_clock;

#define DD_FIELD_NO_LIMIT 1e30 /* visits a week */

/** What is gone through seat after seat each morning (dd_mornings has the words). */
typedef struct {
    double *visits, *demand; /* a week: that it has, that its deals ask for */
    double *fixed, *eager;   /* deals a day brought: fixed + eager x visits left over */
    double *rate;            /* deals brought this step, expected */
    double *sown, *ripe;     /* prospecting done, and due for the next deal */
    double *uneven;          /* 0: the clock runs at full speed since some morning; -1 */
    double *lag;     /* of the clock behind the calendar, at the end of the step */
    double *here;    /* 1: present, 0: not */
    double *turn;    /* day from which any of this changes: comings, ramp */
    uint64_t *key;   /* of the rep's stream ... */
    uint64_t *place; /* ... trial << 32 | position of the next deal he brings */
} dd_field_seats;

/** A deal: one line of the cache, since events come in no order. */
typedef struct {
    double advance_at; /* on its seat's clock */
    double leave_at;   /* on the working calendar */
    uint64_t item;     /* of its stream ... */
    uint64_t place;    /* ... trial << 32 | spells begun */
    uint32_t seat;
    uint32_t advance, leave; /* the exits that they would be, in dd_field.exit */
    uint32_t book;           /* its place there, or DD_NEW_DEAL */
    uint32_t stage;          /* among those of all pipelines */
    uint32_t is_alive;       /* 1, or 2: its rep brought it */
    double since; /* working day on which it entered the stage, its age before */
} dd_field_deal;

/** Who never leaves its stage asks for no visits there. */
static inline int
dd_field_is_stuck(const dd_field_deal *self)
{
    return isinf(self->leave_at) && isinf(self->advance_at);
}

/** What is seldom asked of it, and never in a quiet field. */
typedef struct {
    double theta;
    double resume; /* on the shelf: the day from which an heir may take it */
    uint32_t lots, handovers;
    uint32_t first_seat, first_generation;
    int32_t heir;
    int has_returned;
} dd_field_story;

/** What a spell has spent of its luck: by the time it was so old by the law in force, in
 * unit exponentials. A rep's clock and the calendar count the age of either risk. */
typedef struct {
    double begun; /* its seat's clock at age 0 of advancing */
    float advance_age, advance_spent;
    float leave_age, leave_spent;
    int32_t wins;  /* on its luck, were nothing in its way; told on odds of its own */
    int32_t fixed; /* 1: a scenario says the day on which it is won */
} dd_field_luck;

/** A deal that is yet to come. */
typedef struct {
    dd_life life;
    uint32_t seat; /* of the rep whose it will be; the shelf: by lot */
    uint32_t law;  /* by which its luck was chosen */
    int has_returned;
    const dd_crew_rules *rules; /* by which it was lost, if it has returned */
    int32_t next;               /* of the same step; -1: the last */
} dd_field_later;

/** Who begins a spell in a stage, or has come to an end, and when. */
typedef struct {
    size_t n;
    size_t born; /* how many of them their reps just brought */
    uint64_t item[DD_SPELLS], place[DD_SPELLS];
    double since[DD_SPELLS], at[DD_SPELLS]; /* on the calendar, on the seat's clock */
    uint32_t seat[DD_SPELLS];
    int32_t deal[DD_SPELLS]; /* -1: just brought */
} dd_field_row;

#define DD_FIELD_ANY_STAGE SIZE_MAX
#define DD_FIELD_ENDS 4 /* rows of ends, -DD_STILL first; then those of all stages */

typedef struct {
    dd_field_row *row; /* where it leads */
    size_t number;     /* of that row */
    double change;     /* of demand */
} dd_field_exit;

typedef struct {
    dd_lives *lives;
    const dd_crew *crew;
    dd_outcomes *outcomes; /* hold the trials at hand */
    dd_tally *tally;       /* theirs, from this trial on: */
    size_t tallied;
    dd_credit *credit;    /* NULL: nobody asks who wins */
    size_t first, trials; /* of the stretch */
    size_t seats;         /* of a trial: reps and two */
    size_t width;         /* of the stretch, and up to a multiple of eight */
    size_t stages;        /* of all pipelines */
    double whole;         /* reps past the ramp that those at work at as-of are worth */
    double own_rate; /* without limit: deals a day that a whole rep brings, at level 1 */
    double visits_per_week, new_per_visit; /* as the block has them */

    /* Per seat of the stretch: */
    double *of_seats; /* all arrays of `seat` */
    dd_field_clock *clock;
    dd_field_seats seat;
    dd_field_rep *rep;
    uint32_t *trial_of;
    uint32_t *there; /* per trial: the seats of those present, `seats` each */
    size_t *n_there;
    int32_t (*came_to)[DD_FIELD_ENDS]; /* per trial: deals that were done with as soon as
                                          their spell was drawn, by end, STILL first */
    int32_t *brought;                  /* per trial: deals that reps brought */
    uint32_t *ripe, *slow; /* who brings a deal, whose clock is to be set, this step */
    size_t n_ripe;

    int is_even;      /* hazards of advancing run at pace 1 in all trials of the block */
    int is_plain;     /* nothing touches the odds of deals to come in this block */
    int is_quiet;     /* nobody leaves, nothing comes back */
    size_t entry;     /* the stage that all deals to come enter, or DD_FIELD_ANY_STAGE */
    double next_turn; /* of any seat */

    /* The step: */
    int32_t step;         /* -1: before the first */
    double day, next_day; /* calendar */
    double work, next_work;
    const dd_crew_rules *rules; /* of its morning */

    /* Per stage of all: */
    double *visits;      /* a week that a deal there asks for by the law in force */
    uint32_t *pipeline;  /* whose it is */
    size_t most_exits;   /* ends and stages that an exit may lead to */
    dd_field_exit *exit; /* [stage x most_exits] */

    /* Deals. */
    size_t room, top, n_free, n_shelved;
    dd_field_deal *deal;
    dd_field_story *story;
    dd_field_luck *luck; /* NULL: one law for ever */
    int32_t *next;       /* in its list */
    uint32_t *free;
    dd_field_row *row;

    /* When they are looked at, per step; one more: never again. */
    size_t steps;
    int32_t *first_due, *first_later;
    int32_t *step_of; /* per cell of the working calendar: the first step that may hold
                         a moment of it */
    double cells_per_day, last_cell;
    double *end;    /* per step: its last moment; one more: never */
    double *worked; /* per step: days of a seven days' week that visits are made on */
    double *done;   /* per step and two more, per seat: visits that are asked for no more
                       from that morning on; the last one: never */

    /* Deals to come. */
    size_t n_later, later_room;
    dd_field_later *later;

    int is_full; /* the stretch needs more room than there is */
    int failed;  /* memory ran out */
} dd_field;

/* ---- field_deals.c ---- */

typedef enum { DD_FIELD_CAME, DD_FIELD_CAME_BACK, DD_FIELD_BROUGHT } dd_field_coming;

/** Put a deal into a seat at a working day; brought: by the rep who has the seat. */
void dd_field_put(dd_field *self, const dd_life *life, uint32_t seat, double work,
                  dd_field_coming how);
/** Put one into a seat that is won on a day, whoever serves it. */
void dd_field_put_sure(dd_field *self, const dd_life *life, uint32_t seat);
/** Play the step of those that wait for it, until nothing is left of it. */
void dd_field_play(dd_field *self);
/** Let a deal wait until it might end at the earliest, from a step on. */
void dd_field_wait_on(dd_field *self, uint32_t i, int32_t from);
/** A deal is lost while it waits in a list. */
void dd_field_drop(dd_field *self, uint32_t i);
/** Let a deal come later, by the day on which it starts. */
void dd_field_defer(dd_field *self, const dd_life *life, uint32_t seat,
                    int has_returned);

/* ---- field_spells.c ---- */

/** Draw the spells of a stage's row; it is empty then. */
void dd_field_draw(dd_field *self, size_t stage);

/* ---- field_reps.c ---- */

/** Fill the seats of the stretch as they are at as-of. */
void dd_field_seat_all(dd_field *self);
/** Who comes, who goes, who takes over; then how fast all are this step. */
void dd_field_morning(dd_field *self);
/** A seat for a deal by lot; the shelf when nobody is there. */
uint32_t dd_field_lot(dd_field *self, size_t trial, uint64_t item, uint32_t lots);

/* ---- field_handover.c ---- */

/** Chance of ever winning for a spell of this age, as of its stage's rates. */
double dd_field_chance(const dd_rates *rates, size_t stage, double age_days);

/** Leavers' deals go to the shelf. */
void dd_field_hand_over(dd_field *self);
/** From the shelf to heirs, where they are there. */
void dd_field_clear_shelf(dd_field *self);

/* ---- field_prospect.c ---- */

/** When these seats bring their first deal. */
void dd_field_ripen(dd_field *self, const uint32_t *seat, size_t n);
/** Deals that reps bring this step. */
void dd_field_prospect(dd_field *self);

/* ---- field_laws.c ---- */

/** Spells of a row have begun on a stretch of luck that is whole; `age` of each, in days,
 * which is 0 but before the first step. */
void dd_field_remember(dd_field *self, const dd_field_row *row, const float *age,
                       const uint32_t *who, size_t n);
/** The law that begins with this step, if one does: deals under way go on by it. */
void dd_field_change_law(dd_field *self);
/** What multiplies the amounts of deals of a pipeline that are won by the law in force. */
double dd_field_size(const dd_field *self, size_t pipeline);

/* ---- the same everywhere ---- */

static inline uint32_t
dd_field_nobody(const dd_field *self, size_t lane)
{
    return (uint32_t) (lane * self->seats + self->seats - 2);
}

static inline uint32_t
dd_field_shelf(const dd_field *self, size_t lane)
{
    return (uint32_t) (lane * self->seats + self->seats - 1);
}

static inline size_t
dd_field_trial(const dd_field_deal *deal)
{
    return (size_t) (deal->place >> 32);
}

static inline dd_tally *
dd_field_tally(const dd_field *self, size_t trial)
{
    return &self->tally[trial - self->tallied];
}

/** A deal's own stream. */
static inline dd_stream
dd_field_stream(const dd_field *self, const dd_field_deal *deal)
{
    return dd_stream_make(self->lives->run->question->seed, DD_RNG_PATH, deal->item,
                          (uint32_t) dd_field_trial(deal));
}

static inline const dd_rates *
dd_field_rates(const dd_field *self, const dd_field_deal *deal)
{
    return dd_lives_rates(self->lives, self->pipeline[deal->stage]);
}

/** A deal's clock is set forward. */
static inline void
dd_field_shift_clock(dd_field *self, uint32_t i, double by)
{
    self->deal[i].advance_at += by;
    if (self->luck)
        self->luck[i].begun += by;
}

/** Where a seat's clock stands at a moment of this step. */
static inline double
dd_field_at(const dd_field *self, uint32_t seat, double work)
{
    return work * self->clock[seat].speed + self->clock[seat].shift;
}

/** The cell of a working day. */
static inline int32_t
dd_field_cell(const dd_field *self, double work)
{
    double cell = work * self->cells_per_day;

    return (int32_t) (cell < self->last_cell ? cell : self->last_cell);
}

/** Let it wait for a step. */
static inline void
dd_field_wait(dd_field *self, uint32_t i, int32_t step)
{
    self->next[i] = self->first_due[step];
    self->first_due[step] = (int32_t) i;
}

/** A place in the free ones; DD_NEW_DEAL when there is none, and the stretch is full. */
static inline uint32_t
dd_field_slot(dd_field *self)
{
    if (self->n_free > 0)
        return self->free[--self->n_free];
    if (self->top < self->room)
        return (uint32_t) self->top++;
    self->is_full = 1;
    return DD_NEW_DEAL;
}

static inline int
dd_field_is_shelf(const dd_field *self, uint32_t seat)
{
    return seat % self->seats == self->seats - 1;
}

/** Who begins a spell in a stage: since when on the calendar, at what on his clock. */
static inline void
dd_field_begin_spell(dd_field *self, size_t stage, uint64_t item, uint64_t place,
                     double since, double at, uint32_t seat, int32_t deal)
{
    dd_field_row *row = &self->row[DD_FIELD_ENDS + stage];
    size_t n = row->n++;

    row->item[n] = item;
    row->place[n] = place;
    row->since[n] = since;
    row->at[n] = at;
    row->seat[n] = seat;
    row->deal[n] = deal;
    row->born += deal < 0;
    if (n + 1 == DD_SPELLS)
        dd_field_draw(self, stage);
}

/* ---- field.c ---- */

/** Outcomes and tally are told before a stretch is played. */
dd_status dd_field_init(dd_field *self, dd_lives *lives, const dd_crew *crew,
                        dd_error *err);
void dd_field_free(dd_field *self);
/** Turn to the block that lives have turned to. */
void dd_field_begin(dd_field *self);
/** What the law in force has to say of all: effort, visits of stages, whose luck is even. */
void dd_field_take_law(dd_field *self);
/** Play a stretch of at most DD_FIELD_TRIALS trials of the block at hand, from nothing.
 * @return 1; 0 when it needs more room and is to be played again */
int dd_field_stretch(dd_field *self, size_t first, size_t trials);
/** Twice the room. @return 1; 0 without memory */
int dd_field_grow(dd_field *self);

#endif
