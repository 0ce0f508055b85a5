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
} dd_spells;

#define DD_SPELLS 64 /* at once */

/** How each would end: INFINITY days where it never would. */
typedef struct {
    float advance_days[DD_SPELLS], leave_days[DD_SPELLS]; /* further stay */
    int32_t advance_to[DD_SPELLS], leave_to[DD_SPELLS];
    float days[DD_SPELLS]; /* the nearer of the two ... */
    int32_t to[DD_SPELLS]; /* ... and where it leads, DD_STILL: nowhere */
} dd_spell_ends;

/** When spells end by clocks that run V(t) = t speed + shift this step and are `lag`
 * behind the calendar at its end. */
typedef struct {
    size_t n;            /* at most DD_SPELLS */
    const double *since; /* n: moments on which they began */
    double speed[DD_SPELLS], shift[DD_SPELLS], lag[DD_SPELLS];
    double cells_per_day, last_cell; /* of the calendar */
    /* Told: */
    double advance_at[DD_SPELLS]; /* on its clock */
    double leave_at[DD_SPELLS];   /* on the calendar */
    double soonest[DD_SPELLS];    /* no earlier end is possible ... */
    int32_t cell[DD_SPELLS];      /* ... and its cell */
    uint64_t
        leaves[DD_SPELLS]; /* 1: it leaves even at full speed, or is there for ever */
} dd_spell_dates;

/** Four words of each place: as many as there are spells at once. */
typedef struct {
    uint64_t first[DD_SPELLS], second[DD_SPELLS]; /* words 0 and 1, 2 and 3 */
    float wait[DD_SPELLS];                        /* a unit exponential, by word 0 */
} dd_chances;

#endif
