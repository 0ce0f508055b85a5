/**
 * @file risks.h
 * The competing risks of one stage in a form that is inverted without a branch: to
 * advance (Won, or a later stage) and to leave otherwise (Lost, Recycled, back).
 * Source: sim/engine/paths/risks.c; many spells at once: engine/paths/risks_body.h.
 *
 * Cause-specific hazards make the same spells as independent waiting times of which the
 * first counts (Kalbfleisch & Prentice 2002, ch. 8): each risk spends a unit exponential
 * of its own cumulative hazard. So a market's level or a rep's load can slow advancing
 * while leaving runs on, and a deal keeps its luck.
 */
#ifndef DD_ENGINE_RISKS_H
#define DD_ENGINE_RISKS_H

#include "model/ever.h"
#include "model/hazard.h"
#include "model/stage.h"

#include <stdint.h>

/** One risk, band by band. Bands beyond the last are never reached. */
typedef struct {
    float hazard[DD_MAX_BANDS]; /* cumulative where a band begins; [0] = 0 */
    float age[DD_MAX_BANDS];    /* days there */
    float days[DD_MAX_BANDS];   /* per unit of hazard */
    float total;                /* who is given more than this never leaves by it */
    uint32_t exits;
    int32_t to[DD_MAX_EXITS];
    float below[DD_MAX_EXITS][DD_MAX_BANDS]; /* chance of exits 0..j, given the band */
} dd_risk;

typedef struct {
    dd_risk advance, leave;
} dd_risks;

/** Is this exit of the stage at `place` an advance? */
int dd_risks_advances(int32_t to, int32_t place);

/**
 * @param stage  its rates must stay within floats; bands = 0 makes it resolve within
 *               about 1e-12 days, who never leaves then stepping to DD_STILL
 * @param place  of the stage in its pipeline: to later ones and to Won is an advance
 */
void dd_risks_make(dd_risks *self, const dd_stage *stage, int32_t place);

/** Hazard of one risk that a spell of this age has behind it. */
float dd_risk_spent(const dd_risk *self, float age_days);

/** Many spells of one stage at once, struct of arrays. */
typedef struct {
    size_t n;              /* how many, at most DD_SPELLS; up to a multiple of sixteen
                              the arrays are read beyond */
    uint32_t key[2];       /* of the stream: seed and purpose */
    const uint64_t *item;  /* n, as of dd_stream */
    const uint64_t *place; /* n: block << 32 | word position */
    const float *pace;     /* n: how fast hazards of advancing run, above 0; NULL: 1 */
    const float *age;      /* n: days already spent; NULL: 0, and no hazard either */
    const float *advance_spent, *leave_spent; /* n: dd_risk_spent */
    int waits;                                /* are their waits asked for? */
} dd_spells;

#define DD_SPELLS 64 /* at once */

/** How each would end: INFINITY days where it never would. */
typedef struct {
    float advance_days[DD_SPELLS], leave_days[DD_SPELLS]; /* further stay */
    int32_t advance_to[DD_SPELLS], leave_to[DD_SPELLS];
    float days[DD_SPELLS]; /* the nearer of the two ... */
    int32_t to[DD_SPELLS]; /* ... and where it leads, DD_STILL: nowhere */
    float wait[DD_SPELLS]; /* a unit exponential, by word 3; told where asked for */
} dd_spell_ends;

#define DD_SLACK 16 /* lanes beyond the last one that a kernel may write */

/** Paths of one stage move on by the end of a spell: most of those who move, to one stage,
 * where they stand in their order; who is done, or goes elsewhere, is named. */
typedef struct {
    size_t n;            /* at most DD_SPELLS; read up to a multiple of sixteen */
    double horizon_days; /* who would end beyond it stays */
    int32_t onward;      /* the stage that most go to */
    const uint64_t *item, *place; /* n: as of dd_spells ... */
    const double *from;           /* ... days on which they began ... */
    const uint32_t *who;          /* ... the caller's */
    /* Told: */
    size_t n_on, n_others;
    uint64_t *on_item, *on_place; /* of those who go on, one place further, with slack */
    double *on_day;
    uint32_t *on_who;
    double day[DD_SPELLS]; /* n: on which they ended ... */
    int32_t to[DD_SPELLS]; /* ... and where it leads: DD_STILL beyond the horizon */
    uint32_t other[DD_SPELLS + DD_SLACK]; /* lanes of the others */
} dd_moves;

/** When spells end: advances by clocks no faster than the calendar. */
typedef struct {
    size_t n;            /* at most DD_SPELLS; read up to a multiple of eight */
    const double *since; /* n: moments on which they began ... */
    const double *at;    /* ... and those clocks then */
    double cells_per_day, last_cell; /* of the calendar */
    /* Told: */
    double advance_at[DD_SPELLS]; /* on its clock */
    double leave_at[DD_SPELLS];   /* on the calendar */
    double soonest[DD_SPELLS];    /* no earlier end is possible ... */
    int32_t cell[DD_SPELLS];      /* ... and its cell */
    int32_t leaves[DD_SPELLS];    /* 1: it leaves even at full speed, or is there for
                                     ever; 0 */
} dd_spell_dates;

/** Four words of each place: as many as there are spells at once. */
typedef struct {
    uint64_t first[DD_SPELLS], second[DD_SPELLS]; /* words 0 and 1, 2 and 3 */
    float wait[DD_SPELLS];                        /* a unit exponential, by word 3 */
} dd_chances;

/** A morning of reps: what deals leave of their visits, and what that brings; struct of
 * arrays. */
typedef struct {
    size_t n;                    /* reps, a multiple of eight */
    double days, worked;         /* average ones of arrivals until the next morning; days
                                    on which visits are made */
    const double *visits;        /* a week: that each has */
    double *demand;              /* a week: that his deals ask for, once done ... */
    double *done;                /* ... is added, below 0; 0 from now on */
    const double *fixed, *eager; /* deals a day: fixed; + eager x what is left of visits,
                                    on days worked */
    const double *ripe;          /* prospecting due for the next deal */
    const double *uneven;        /* below 0: the clock is to be set, whatever is left */
    /* Told: */
    double *rate, *sown;     /* deals brought until the next morning, and so far */
    uint32_t *slow, *brings; /* whose clocks are to be set, too little being left; who
                                has sown what is due: n at most */
    size_t n_slow, n_brings;
} dd_mornings;

#endif
