/**
 * @file plan_usual.h
 * What the team does without being asked: usual effort, and what was done so far. and the frame
 * that every plan has. Source: sim/answers/plan/plan_usual.c.
 */
#ifndef DD_ANSWERS_PLAN_USUAL_H
#define DD_ANSWERS_PLAN_USUAL_H

#include "answers/plan/plan.h"

/** Opportunities a week, all pipelines together, that visits bring. */
double dd_plan_usual_opportunities(const dd_model *model);

/** Visits and leads a rep and week as they were lately: decided, counted, or what the
 * opportunities that came must have taken. */
void dd_plan_set_usual(dd_plan *self, const dd_model *model);

/** Visits, leads and opportunities of the period up to as-of. */
void dd_plan_count_done(dd_plan *self, const dd_past *past);

/** The days from as-of on that are planned, and the weeks worked on them. */
void dd_plan_set_weeks(dd_plan *self, const dd_effort *effort, size_t days);
/** The confidences of the ladder, that asked for among them; all else unknown. */
void dd_plan_begin_rungs(dd_plan *self);
/** But for what floating sums leave over. */
double dd_plan_round_up(double x);

#endif
