/**
 * @file paths.h
 * Spells one by one. Sources: sim/engine/paths/paths.c, sim/engine/paths/paths_batch.c,
 * sim/engine/paths/paths_simulate.c.
 *
 * A spell takes one position of the deal's stream: a word for advancing, one for leaving
 * otherwise, one for which of the exits it is. One deal alone and many in a batch play
 * the same paths to the bit, under any instruction set.
 */
#ifndef DD_ENGINE_PATHS_H
#define DD_ENGINE_PATHS_H

#include "dealdice/model.h"
#include "dealdice/outcomes.h"
#include "engine/cells/kernel.h"
#include "engine/paths/risks.h"

/** A loop of stages that resolve at once and never end is left after so many spells. */
#define DD_MOST_SPELLS 10000

/** One step of a deal's life, told to a listener. */
typedef struct {
    double day;    /* days from the start of the deal's path */
    int32_t stage; /* entered: a stage, DD_WON, DD_LOST, DD_RECYCLED */
} dd_step;

/**
 * Follow one deal from a stage and age to its end, or until horizon_days.
 *
 * @param risks    per stage: dd_risks_make
 * @param stream   its own random numbers, read from word 0
 * @param steps    room for `capacity` steps; may be NULL with capacity 0
 * @param n_steps  told how many were taken (more than capacity are not stored)
 * @param end_day  told when it ended; INFINITY when it did not by the horizon
 * @return DD_WON, DD_LOST, DD_RECYCLED, or DD_STILL
 */
int32_t dd_path_play(const dd_risks *risks, int32_t stage, double age_days,
                     double horizon_days, const dd_stream *stream, dd_step *steps,
                     size_t capacity, size_t *n_steps, double *end_day);

/** Where a deal's paths start. */
typedef struct {
    uint64_t item;        /* of their streams: the deal's key */
    uint32_t first_trial; /* block of the first one's stream; the others follow */
    int32_t stage;
    double day, age_days;
} dd_path_start;

/** Those who stand in a stage, in any order, struct of arrays with slack. */
typedef struct {
    size_t n;
    uint64_t *item, *place; /* of the next spell, as of dd_spells */
    double *day;            /* on which it begins */
    uint32_t *who;          /* the path */
} dd_queue;

/** Many paths of one pipeline at once, struct of arrays; room is made once. */
typedef struct {
    const dd_risks *risks; /* borrowed: n_stages of them */
    size_t n_stages, room, n;
    uint32_t key[2];
    int plain; /* all of age 0 and pace 1: what follows is not set */
    float *pace, *age, *advance_spent, *leave_spent;
    double *day;     /* after play: of the end, beyond the horizon if still open */
    int32_t *stage;  /* after play: DD_WON, ..., or where it still is */
    dd_queue *queue; /* 2 n_stages */
} dd_paths;

dd_status dd_paths_init(dd_paths *self, size_t n_stages, size_t room, dd_error *err);
void dd_paths_free(dd_paths *self);
/** Begin a new batch of this seed and purpose. */
void dd_paths_clear(dd_paths *self, const dd_risks *risks, uint64_t seed,
                    dd_rng_purpose purpose);
/**
 * Add a deal's paths in n trials, one after another; not more than there is room for.
 *
 * @param pace  n: how fast hazards of advancing run, above 0; NULL: 1, as they are
 */
void dd_paths_add(dd_paths *self, const dd_path_start *start, const float *pace,
                  size_t n);
/** Add a path that begins a later spell of its stream.
 * @param place  of that spell, as of dd_spells; @param pace  one */
void dd_paths_resume(dd_paths *self, int32_t stage, uint64_t item, uint64_t place,
                     const float *pace);
/** Play all to their ends or to the horizon, days on the same scale as their starts'. */
void dd_paths_play(dd_paths *self, double horizon_days);

/**
 * Trials by paths: dd_simulate's model, draws and levels. Under a level hazards of
 * advancing run at a pace (engine/paths/pace.h); visits that are decided are not played.
 */
dd_status dd_paths_simulate(dd_outcomes *self, const dd_model *model,
                            const dd_book *book, const dd_question *question,
                            dd_error *err);

#endif
