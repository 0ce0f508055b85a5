/**
 * @file plan_by_rep.h
 * The ladder where visits are limited. Source: sim/answers/plan/plan_by_rep.c.
 *
 * A rung is so many visits a full rep and week, to the end of the period. What they find
 * and the leads that they take are averages; deals are not told.
 */
#ifndef DD_ANSWERS_PLAN_BY_REP_H
#define DD_ANSWERS_PLAN_BY_REP_H

#include "answers/plan/plan.h"
#include "answers/plan/plan_limits.h"

/** Fill weeks, rungs, what comes without new deals, and what `visits` reach.
 * @return DD_OK; DD_EUSAGE for leads turned round; as dd_limits_play */
dd_status dd_plan_by_rep(dd_plan *self, const dd_plan_ask *ask, dd_limits *limits,
                         dd_error *err);

#endif
