/**
 * @file model.h
 * All that was learnt of a company: posteriors of hazards, arrivals, amounts, level.
 * Source: sim/model/model.c. Keeps no pointer to past or history, except borrowed
 * names of pipelines and stages (the history must outlive it).
 */
#ifndef DEALDICE_MODEL_H
#define DEALDICE_MODEL_H

#include "dealdice/past.h"
#include "dealdice/scenario.h"

struct dd_process;
struct dd_amounts;
struct dd_level;
struct dd_clock;
struct dd_effort;

typedef struct dd_model {
    size_t n_pipelines;
    struct dd_process *process; /* one per pipeline: stages, hazards, arrivals */
    struct dd_amounts *amounts; /* one per pipeline */
    struct dd_level *level;     /* common to all pipelines, as is the clock */
    struct dd_clock *clock;
    struct dd_effort *effort; /* visits, leads and the team that makes them */
    int rates_fixed;          /* the funnel's uncertainty */
    int level_off;
    size_t wins;   /* won deals that it rests on */
    double market; /* multiplies every trial's levels: 1 but in scenarios */
    const struct dd_model
        *base;              /* changed from it, and borrows what did not change; NULL */
    dd_day from;            /* the first day on which a changed one holds */
    struct dd_model *later; /* takes over on its own `from`, everything that acts by
                               then included; owned; NULL: none does */
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
 * Learn the clock and the season of arrivals, and from windows of the past how far markets
 * stray from what was expected, where they stand now, and how fast arrivals are to be
 * forgotten. Once a model. Without it the level has its prior spread, and all days and
 * months are alike; so it is, too, when the funnel turns the level off.
 *
 * @param past    the one that the model was fitted to
 * @param period  the first that is forecast, which holds the day after as-of: windows lie
 *                in the periods before it as the days ahead do in this one
 */
dd_status dd_model_fit_level(dd_model *self, const dd_past *past,
                             const dd_funnel *funnel, const dd_period *period,
                             dd_error *err);
/**
 * The level anew under other parts of it (DD_PART_LEVEL, _TRACKING, _MEMORIES and the
 * spread), from the windows that dd_model_fit_level saw: no fit is repeated.
 */
void dd_model_take_parts(dd_model *self, const dd_parts *parts);
void dd_model_free(dd_model *self);

/**
 * The model under a scenario. Posterior draws keep their addresses, so that model and
 * changed model meet the same luck. Single deals are the book's: dd_book_apply.
 *
 * @param model  borrowed for as long as the changed one lives
 * @param as_of  of the question. Each layer acts from its `from` on: where one starts
 *               later than the day after as-of, changed->later is the model from then on
 * @return DD_OK; DD_EDATA for a stage that is not there (with the nearest name), for a
 *         stage that takes its rates from another, for a rate that cannot be reached
 *         (with the largest change that can), and for a `from` up to as-of; DD_ENOMEM.
 *         On failure changed is freed.
 */
dd_status dd_model_apply(dd_model *changed, const dd_model *model,
                         const dd_scenario *scenario, dd_day as_of, dd_error *err);

#endif
