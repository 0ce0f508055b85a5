/**
 * @file plan_moves.h
 * What to do first: the open deals on which the target hangs most, and the levers a tenth
 * of which brings most. Source: sim/answers/plan/plan_moves.c.
 *
 * A deal that is won in the period with chance p carries p (1 - p) d^2 of the variance of
 * hitting the target, d being the difference that winning it makes to the chance. Deals are
 * played won and lost, levers pulled one by one, all under the luck of things as they go.
 */
#ifndef DD_ANSWERS_PLAN_MOVES_H
#define DD_ANSWERS_PLAN_MOVES_H

#include "answers/whatif/whatif.h"

#define DD_MOVES_DEALS 5
#define DD_MOVES_LEVERS 5

typedef struct {
    size_t deal; /* of the book */
    const char *id, *name, *owner,
        *stage;     /* borrowed; NULL unknown, but for id, stage */
    int64_t amount; /* minor units */
    double p_won;   /* in the period, at mean rates */
    double p_target_won, p_target_won_mcse; /* changes of the chance of the target */
    double p_target_lost, p_target_lost_mcse;
} dd_move_deal;

typedef struct {
    double p_now;
    size_t n_deals, n_levers;
    dd_move_deal deals[DD_MOVES_DEALS];      /* the one that decides most first */
    dd_whatif_lever levers[DD_MOVES_LEVERS]; /* names borrowed from the model */
} dd_moves;

/**
 * @param by_rep    reps are played one by one, in fewer trials; else deals alone
 * @param question  ends with the period, which has a target
 * @return DD_OK; DD_EDATA for sums that could exceed 2^47 minor units; DD_ENOMEM
 */
dd_status dd_moves_make(dd_moves *self, const dd_roster_of *company, int by_rep,
                        const dd_question *question, dd_error *err);

#endif
