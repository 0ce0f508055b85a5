/**
 * @file placement.h
 * From numbers of words to places in a pipeline's list of stages, while that list is
 * being made. Source: sim/history/stages.c, sim/history/shown.c.
 */
#ifndef DD_HISTORY_PLACEMENT_H
#define DD_HISTORY_PLACEMENT_H

#include "history/intake.h"

typedef struct {
    size_t n_numbers;
    int32_t *place; /* n_pipelines x n_numbers; -1: not a stage of that pipeline */
} dd_placement;

/** The stage's place in its pipeline: the next free one when it is new there. */
int32_t dd_place_stage(dd_placement *self, dd_history *history, int32_t pipeline,
                       int32_t number);

/** Know the words of believed stages; without any history, make their pipelines. */
dd_status dd_believed_pipelines(dd_intake *self);

/** Give places to the stages in which the deals layout shows open deals: first Open,
 * then the believed ones in the order of the beliefs, then those whose deals have no
 * creation date yet, then the others by the mean of the CRM's own chances if all have
 * them, else in order of appearance. */
dd_status dd_place_shown(dd_intake *self, dd_placement *places);

#endif
