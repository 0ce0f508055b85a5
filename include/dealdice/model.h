/**
 * @file model.h
 * All that was learnt of a company: posteriors of hazards, arrivals, amounts, level.
 * Source: sim/model/model.c. Keeps no pointer to past or history, except borrowed
 * names of pipelines and stages (the history must outlive it).
 */
#ifndef DEALDICE_MODEL_H
#define DEALDICE_MODEL_H

#include "dealdice/past.h"

struct dd_process;
struct dd_amounts;
struct dd_level;
struct dd_clock;
struct dd_effort;

typedef struct {
    size_t n_pipelines;
    struct dd_process *process; /* one per pipeline: stages, hazards, arrivals */
    struct dd_amounts *amounts; /* one per pipeline */
    struct dd_level *level;     /* common to all pipelines, as is the clock */
    struct dd_clock *clock;
    struct dd_effort *effort; /* visits, leads and the team that makes them */
    int rates_fixed;          /* the funnel's uncertainty */
    int level_off;
    size_t wins; /* won deals that it rests on */
} dd_model;

/**
 * Learn from the past, under the funnel's beliefs.
 *
 * @param notes  told what is thin, never seen, believed or ignored
 * @return DD_OK; DD_EDATA when neither history nor beliefs say how deals move (no won
 *         deal ever and no `rates:`), or when beliefs are impossible; DD_ENOMEM
 */
dd_status dd_model_fit(dd_model *self, const dd_past *past, const dd_funnel *funnel,
                       dd_notes *notes, dd_error *err);
/**
 * Learn from past windows of `days` each how far markets stray from what was expected,
 * where they stand now, and how fast arrivals are to be forgotten. Without it the level
 * has its prior spread. Does nothing when the funnel turns the level off.
 *
 * @param past  the one that the model was fitted to
 * @param days  length of a window, at least 1: dd_level_days
 */
dd_status dd_model_fit_level(dd_model *self, const dd_past *past,
                             const dd_funnel *funnel, int32_t days, dd_error *err);
/**
 * The level anew under other parts of it (DD_PART_LEVEL, _TRACKING, _MEMORIES and the
 * spread), from the windows that dd_model_fit_level saw: no fit is repeated.
 */
void dd_model_take_parts(dd_model *self, const dd_parts *parts);
void dd_model_free(dd_model *self);

#endif
