/**
 * @file process.h
 * How deals of one pipeline move: what is known of its stages and of arrivals.
 * Source: sim/model/curve/process.c, beliefs in sim/model/belief.c, arrivals in
 * sim/model/arrivals.c.
 */
#ifndef DD_MODEL_PROCESS_H
#define DD_MODEL_PROCESS_H

#include "dealdice/model.h"
#include "model/clock/season.h"
#include "model/ever.h"
#include "model/factors/factors.h"
#include "model/hazard.h"
#include "model/level/memory.h"

/** What a stage's rates rest on. */
typedef enum {
    DD_LEARNT,   /* spells, perhaps under a prior: hazards are drawn from their Gammas */
    DD_BELIEVED, /* win_rate and days alone: a chance and a mean stay are drawn */
    DD_STATED,   /* `exits` as stated: never moved by history, never drawn */
    DD_TILTED, /* as Open moves, on odds that give the chance the CRM states (win_rate) */
} dd_basis;

/** What is known of one stage. */
typedef struct {
    dd_basis basis;
    dd_hazard hazard;    /* learnt: posterior; else geometry and exits only */
    int32_t follows;     /* the stage whose rates it takes: itself, or Open */
    int at_once;         /* resolves in the first instant after as-of */
    dd_belief win_rate;  /* ever winning from here; not given: learnt */
    dd_belief days;      /* mean stay */
    double worth;        /* of the beliefs in deals; 0: single figures hold exactly */
    double *stated;      /* DD_STATED: the rates, exits x bands */
    size_t entered, won; /* spells seen; those that ended Won */
} dd_stage_model;

/** Arrivals of new deals: Gamma(shape, weeks) by each memory, entering stages in the
 * shares seen. */
typedef struct {
    double shape[DD_MEMORIES]; /* deals counted + 1/2, prior included; 0: none */
    double weeks[DD_MEMORIES];
    double memory_chance[DD_MEMORIES]; /* how far each is trusted, sums to 1 */
    double fixed_per_week;             /* a single believed figure; else NAN */
    double *share;                     /* per stage, sums to 1 */
} dd_arrivals;

typedef struct dd_process {
    const char *name;
    size_t n_stages;
    const char *const *stage_name; /* borrowed */
    dd_stage_model *stage;
    dd_arrivals arrivals;
    dd_factors factors;       /* none until dd_factors_fit */
    struct dd_levers *levers; /* of a scenario; NULL: none */
} dd_process;

/**
 * Learn one pipeline.
 *
 * @return DD_OK; DD_EDATA for more than DD_MAX_STAGES stages, a belief about a stage
 *         that is not there, a stay without any chance to go with it; DD_ENOMEM
 */
dd_status dd_process_fit(dd_process *self, const dd_past *past, int32_t pipeline,
                         const dd_funnel *funnel, dd_notes *notes, dd_error *err);
void dd_process_free(dd_process *self);

/** Arrivals of the last 26 weeks, or of all there are, under the funnel's belief.
 * Expects self->share with room for the stages. */
void dd_arrivals_fit(dd_arrivals *self, const dd_past *past, int32_t pipeline,
                     size_t n_stages, int32_t believed_entry, const dd_funnel *funnel);

/** Reps whom a belief of new deals a rep and week is meant for: those of the file of reps who
 * are at work on as-of, or all who are to come where nobody is; without a file `team:`; else
 * one. */
double dd_arrivals_heads(const dd_past *past, const dd_funnel *funnel);
/** The first day from which on all arrivals were written down. */
dd_day dd_arrivals_first_day(const dd_past *past);
/** Deals that arrived up to as-of and the days they took, as each memory weighs them.
 * @param season  days count as average ones by it; NULL: all alike */
void dd_arrivals_count(const dd_past *past, int32_t pipeline, const dd_season *season,
                       double n[DD_MEMORIES], double days[DD_MEMORIES]);
/** Weeks become those of an average month: what is fitted to days that were all alike is
 * corrected once. */
void dd_arrivals_take_season(dd_arrivals *self, const dd_past *past, int32_t pipeline,
                             const dd_season *season);

/* Beliefs (sim/model/belief.c). */
/** The figure in the middle of a belief: of a range, the mean of its ends. */
double dd_belief_centre(const dd_belief *self);
int dd_belief_is_fixed(const dd_belief *self, double worth);
/** Deals that a belief about a chance is worth: by `worth`, else by its width. */
double dd_belief_chance_worth(const dd_belief *self, double worth);
double dd_belief_draw_chance(const dd_belief *self, double worth, const gsl_rng *r);
/** Draw a mean stay or a size: log-normal by its width, Gamma by its worth. */
double dd_belief_draw_mean(const dd_belief *self, double worth, const gsl_rng *r);

#endif
