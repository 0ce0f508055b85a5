/**
 * @file plan_solve.h
 * By how much one lever would have to move for the target to be as sure as asked, all
 * else as it is. Source: sim/answers/plan/plan_solve.c.
 *
 * Every setting meets the same luck, so that the chance moves with the lever and not with
 * the draws: the first crossing is found on a grid of steps alike in ratio and halved.
 */
#ifndef DD_ANSWERS_PLAN_SOLVE_H
#define DD_ANSWERS_PLAN_SOLVE_H

#include "dealdice/book.h"
#include "dealdice/model.h"
#include "dealdice/outcomes.h"
#include "dealdice/scenario.h"
#include "engine/roster/roster.h"

/** What the chance is of. */
typedef struct {
    size_t period;
    int64_t amount; /* booked in it; or, with DD_NO_TARGET, */
    int64_t deals;  /* deals won in it after as-of */
} dd_solve_goal;

/** The chance of the goal in futures that were played, and its Monte-Carlo error.
 * @return DD_OK; DD_ENOMEM */
dd_status dd_solve_chance(double *p_target, double *mcse, const dd_outcomes *outcomes,
                          const dd_question *question, const dd_solve_goal *goal,
                          dd_error *err);
/** The same of the goal's own column: bookings of its period, or deals won in it. */
dd_status dd_solve_chance_of(double *p_target, double *mcse, const int64_t *column,
                             size_t trials, const dd_question *question,
                             const dd_solve_goal *goal, dd_error *err);
/** Where it stands in outcomes. */
const int64_t *dd_solve_column(const dd_outcomes *outcomes, const dd_solve_goal *goal);

typedef struct {
    dd_lever_kind lever;
    double
        factor; /* of the lever: 1.2 of the win rate, 0.8 of the cycle; NAN: none does */
    double p_target, p_target_mcse; /* there */
    double furthest;                /* the factor up to which it was looked for */
} dd_solved;

/** "win_rate" -> the lever. @return 0, or -1 for what cannot be solved for */
int dd_solve_lever(const char *word, dd_lever_kind *lever);
/** The words that can, n of them. */
const char *const *dd_solve_words(size_t *n);

/**
 * @param by_rep    reps are played one by one; else deals alone
 * @param question  up to goal->period
 * @return DD_OK; DD_EUSAGE for visits of which nobody knows what comes; DD_EDATA for sums
 *         that could exceed 2^47 minor units; DD_ENOMEM
 */
dd_status dd_plan_solve(dd_solved *self, dd_lever_kind lever,
                        const dd_roster_of *company, int by_rep,
                        const dd_question *question, const dd_solve_goal *goal,
                        dd_error *err);

#endif
