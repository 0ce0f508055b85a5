/**
 * @file plan_quotas_parts.h
 * Quotas in the making: shared by plan_quotas.c (who has one, and how much) and what plays
 * each rep's future: plan_quotas_alone.c, plan_quotas_limits.c.
 */
#ifndef DD_ANSWERS_PLAN_QUOTAS_PARTS_H
#define DD_ANSWERS_PLAN_QUOTAS_PARTS_H

#include "answers/forecast/summary.h"
#include "answers/plan/plan_quotas.h"
#include "model/effort.h"

typedef struct {
    const dd_model *model;
    const dd_book *book;
    const dd_past *past;
    dd_question question; /* up to the period */
    size_t period;
    size_t n; /* members of the team who are somebody */
    const dd_member **member;
    int32_t *owner;      /* of each; -1: no deal is theirs */
    double *share;       /* of what is to come; deals alone */
    int64_t *all;        /* what is played, and ... */
    int64_t **column;    /* ... where in it bookings of each in the period stand */
    dd_ranking *ranking; /* of these */
    dd_error *err;
} dd_quotas_work;

/** Weeks of a full rep that a member works in what is left of the period. */
double dd_quotas_weeks(const dd_quotas_work *self, const dd_member *member);
/** Booked in the period by an owner already, minor units; 0 for -1. */
int64_t dd_quotas_booked(const dd_quotas_work *self, int32_t owner);

/** Fill `all` and `column`: deal by deal, as if visits were enough for all; each rep plays
 * alone, with a share of what is to come. @return as dd_quotas_make */
dd_status dd_quotas_play_alone(dd_quotas_work *self);
/** Likewise rep by rep, in the futures of the forecast. @return as dd_quotas_make */
dd_status dd_quotas_play_limits(dd_quotas_work *self, const dd_crew *crew,
                                const char *const *name);

#endif
