/**
 * @file plan_limits.h
 * What a target takes where open deals eat visits that would look for new ones. Source:
 * sim/answers/plan/plan_limits.c.
 *
 * There a visit more is time for a deal or for a search, and one pass cannot tell how many
 * a trial needs: futures are played rep by rep (engine/field) at so many visits a rep and
 * week, the same luck each time, until the number is found that makes the target as sure
 * as asked.
 */
#ifndef DD_ANSWERS_PLAN_LIMITS_H
#define DD_ANSWERS_PLAN_LIMITS_H

#include "answers/plan/plan_solve.h"
#include "engine/roster/roster.h"

#define DD_LIMITS_MOST_POINTS 64

/** So many visits a full rep and week, to the end of the period, and what comes of them. */
typedef struct {
    double visits;
    double p_target, mcse;
    double brought;      /* new deals that they find, on average */
    double brought_mcse; /* of a number that was searched for */
} dd_limits_point;

typedef struct {
    const dd_roster *team; /* as things go */
    const dd_model *model;
    const dd_book *book;
    dd_question question; /* up to the period */
    const dd_solve_goal *goal;
    size_t n;
    dd_limits_point point[DD_LIMITS_MOST_POINTS]; /* played, by ascending visits */
} dd_limits;

/** Borrows all but the question, of which fewer trials may be played. */
void dd_limits_init(dd_limits *self, const dd_roster *team, const dd_model *model,
                    const dd_book *book, const dd_question *question,
                    const dd_solve_goal *goal);

/** Play so many visits a rep and week. @return DD_OK; DD_EDATA for sums that could exceed
 * 2^47 minor units; DD_ENOMEM */
dd_status dd_limits_play(dd_limits *self, double visits, dd_limits_point *at,
                         dd_error *err);

/** Nobody looks for new deals, open ones have all visits.
 * @param reached  mean of what is booked in the period, minor units */
dd_status dd_limits_idle(dd_limits *self, double *p_target, double *reached,
                         dd_error *err);

/**
 * The visits that make the target so sure.
 *
 * @param at    visits NAN: eight times as many as now would not be enough; mcse is that
 *              of the visits, and brought_mcse that of what so many bring
 * @return as dd_limits_play
 */
dd_status dd_limits_find(dd_limits *self, double confidence, dd_limits_point *at,
                         dd_error *err);

#endif
