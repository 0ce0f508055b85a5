/**
 * @file paths.h
 * Spells one by one, at level 1: the plain way to play a future. Sources:
 * sim/engine/paths.c, sim/engine/paths_simulate.c.
 */
#ifndef DD_ENGINE_PATHS_H
#define DD_ENGINE_PATHS_H

#include "dealdice/outcomes.h"
#include "engine/tables.h"
#include "model/rates.h"

/** One step of a deal's life, told to a listener. */
typedef struct {
    double day;    /* days from the start of the deal's path */
    int32_t stage; /* entered: a stage, DD_WON, DD_LOST, DD_RECYCLED */
} dd_step;

/**
 * Follow one deal from a stage and age to its end, or until horizon_days.
 *
 * @param stages   n of them, hazard form
 * @param stream   its own random numbers, read from word 0
 * @param steps    room for `capacity` steps; may be NULL with capacity 0
 * @param n_steps  told how many were taken (more than capacity are not stored)
 * @param end_day  told when it ended; INFINITY when it did not by the horizon
 * @return DD_WON, DD_LOST, DD_RECYCLED, or DD_STILL
 */
int32_t dd_path_play(const dd_stage *stages, int32_t stage, double age_days,
                     double horizon_days, const dd_stream *stream, dd_step *steps,
                     size_t capacity, size_t *n_steps, double *end_day);

/** Trials by paths, with the model's mean rates or one draw per block; level 1. */
dd_status dd_paths_simulate(dd_outcomes *self, const dd_model *model,
                            const dd_book *book, const dd_question *question,
                            dd_error *err);

#endif
