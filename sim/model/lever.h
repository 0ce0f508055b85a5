/**
 * @file lever.h
 * What a scenario changes in one pipeline's rates. Sources: sim/model/lever.c (rates),
 * sim/model/apply.c (from a scenario to a changed model).
 *
 * Levers act on each set of rates after it was drawn, so that a scenario meets the same
 * draws as its base. Layer by layer, and within a layer in this order: step rates, then
 * win rates of stages by their own exits, both from the last stage to the first, each
 * on top of what came before; then the chance of all deals from their creation; then
 * the cycle. What one draw cannot reach is approached as far as it goes.
 *
 * More effort, larger deals, a shorter cycle and a higher win rate of all lower no total by
 * any period's end, trial by trial. A stage's own rates promise that only as far as the
 * model does: they may prefer an exit that wins oftener, but later, so that fewer have won
 * by a near day (by hand in tests/test_monotone.c).
 */
#ifndef DD_MODEL_LEVER_H
#define DD_MODEL_LEVER_H

#include "dealdice/scenario.h"
#include "model/rates.h"

typedef struct {
    dd_change step_rate, win_rate;
    double cycle; /* factor of every remaining stay there */
} dd_stage_lever;

typedef struct dd_levers {
    size_t n_stages, n_layers;
    dd_stage_lever *stage; /* n_layers x n_stages */
    dd_change *win_rate;   /* per layer: the chance from creation */
    size_t n_moving;       /* layers that change any rate, stay or chance */
} dd_levers;

/** Room for levers that change nothing. @return NULL without memory */
dd_levers *dd_levers_new(size_t n_stages, size_t n_layers);
void dd_levers_free(dd_levers *self);

/** By how much stays in a stage are longer, all layers together. */
double dd_levers_cycle(const dd_levers *self, size_t stage);

/** Change the rates of one layer, all but the cycle; stages that follow another are
 * left to that one. p_ever and odds are set anew. */
void dd_levers_move(const dd_levers *self, size_t layer, dd_rates *rates);

/** Exits forward are taken more often, all others and staying for ever the less. */
void dd_move_step_rate(dd_rates *rates, size_t stage, const dd_change *change);
/** Tilt the stage's own exits to the win rate asked for; sets p_ever as it was before. */
void dd_move_win_rate(dd_rates *rates, size_t stage, const dd_change *change);

/** Chance of a new deal to be won ever, by the stages that new deals enter. */
double dd_chance_from_creation(const dd_rates *rates);
/** Share of those who enter a stage that move on: to a later stage or Won. */
double dd_step_rate(const dd_stage *stage, size_t at);
/** The chances of ever winning between which a stage's own exits can be tilted. */
typedef struct {
    double least, most;
} dd_stage_reach;

dd_stage_reach dd_stage_reach_of(const dd_stage *stages, size_t n_stages, size_t stage);
/** Mean stay in days of those who leave; 0 where it resolves at once. */
double dd_stage_mean_stay(const dd_stage *self);

#endif
