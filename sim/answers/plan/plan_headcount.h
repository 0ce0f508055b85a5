/**
 * @file plan_headcount.h
 * How many more reps, from a day on, would make the target as sure as asked, all else as
 * it is. Source: sim/answers/plan/plan_headcount.c.
 *
 * Reps are played one by one (engine/field): they ramp, find deals of their own as far as
 * `leads_from` lets them, and take on what others cannot serve where visits are limited.
 * Every number of hires meets the same luck, and the k-th hire is the same one in all of
 * them, so that the chance moves with the number and not with the draws. It goes up as what
 * hires bring on average says, at least twice as far each time, until the target is sure
 * enough, and closes in where normal quantiles of the chances say: to the fewest, but of
 * a large team to within half a per cent of it where the simulation tells no more.
 *
 * Where no rep is in another's way (plan_hires.h) one play tells all numbers up to its own,
 * an eighth of the trials told before how many that should be, and it is to the fewest.
 */
#ifndef DD_ANSWERS_PLAN_HEADCOUNT_H
#define DD_ANSWERS_PLAN_HEADCOUNT_H

#include "answers/plan/plan_solve.h"
#include "engine/roster/roster.h"

#define DD_HEADCOUNT_RUNGS 5
#define DD_HEADCOUNT_RAMP 36 /* months of it that are told */

/** One confidence. */
typedef struct {
    double confidence;
    int64_t hires;                  /* -1: no number is enough */
    double p_target, p_target_mcse; /* with so many; NAN where none is enough */
    char reason[80];                /* why none is; "" */
} dd_headcount_rung;

typedef struct {
    dd_day from;            /* the hires' first day */
    size_t reps_now;        /* at work or known to come */
    size_t trials;          /* of each number of hires */
    int64_t furthest;       /* hires up to which it was looked for */
    dd_rule_source ramp_by; /* DD_BY_NOBODY: hires are whole at once */
    size_t n_ramp;          /* first months that are told */
    double ramp[DD_HEADCOUNT_RAMP];
    size_t n_rungs; /* 0: nobody asked */
    dd_headcount_rung rungs[DD_HEADCOUNT_RUNGS];
    size_t asked; /* the rung of the question's confidence */
} dd_headcount;

/**
 * @param self      n_rungs and their confidences, and from, are filled already
 * @param question  up to goal->period
 * @return DD_OK; DD_EDATA as dd_roster_init; DD_ENOMEM
 */
dd_status dd_plan_headcount(dd_headcount *self, const dd_roster_of *company,
                            const dd_question *question, const dd_solve_goal *goal,
                            dd_error *err);

#endif
