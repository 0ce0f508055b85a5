/**
 * @file plan_quotas.h
 * A target shared out over the reps so that each has the same chance to attain a quota.
 * Sources: sim/answers/plan/plan_quotas.c, and what plays each rep's own future: what is
 * booked and open in that rep's name, and what is to come.
 *
 * plan_quotas_alone.c takes a share of what is to come, as reps brought it lately, shrunk
 * towards the team by as many deals as two weeks bring. Where visits are limited,
 * plan_quotas_limits.c takes each rep's part of the forecast's futures: open deals eat the
 * visits that would find new ones, all reps find as much with what is left, and what comes
 * without a visit falls to those who are there by lot.
 *
 * Quotas are then the outcomes at one and the same chance whose sum is the target; a rep who
 * wins nothing with a greater chance than that has none. Territories are in balance when
 * reps may expect the same.
 */
#ifndef DD_ANSWERS_PLAN_QUOTAS_H
#define DD_ANSWERS_PLAN_QUOTAS_H

#include "dealdice/book.h"
#include "dealdice/model.h"
#include "engine/roster/roster.h"

typedef struct {
    const char *owner; /* borrowed from the history */
    int64_t quota;     /* minor units; all add up to the target */
    double p_attain, p_attain_mcse;
    double expected;   /* minor units in the period, booked with it */
    double balance;    /* expected over the mean of all reps */
    int64_t quota_now; /* of reps.csv, of this kind of period; DD_UNKNOWN_AMOUNT */
    double p_attain_now;
} dd_quota;

typedef struct {
    size_t n;
    dd_quota *items;
    double p_attain; /* the common chance of those who have a quota */
    size_t unowned;  /* open deals that belong to none of them */
} dd_quotas;

/**
 * @param past    whose deals they are, and reps
 * @param target  minor units of the period, above 0
 * @param team    who limits it, of the same model and book; NULL: deals are played alone
 * @return DD_OK; DD_EUSAGE when no owner is known who is still there; DD_EDATA for sums
 *         that could exceed 2^47 minor units; DD_ENOMEM. On failure self is freed
 */
dd_status dd_quotas_make(dd_quotas *self, const dd_model *model, const dd_book *book,
                         const dd_past *past, const dd_question *question, size_t period,
                         int64_t target, const dd_roster *team, dd_error *err);
void dd_quotas_free(dd_quotas *self);

/**
 * The share-out alone: the greatest chance at which outcomes of all reps add up to the
 * target, and what of each stands there, scaled to the target exactly.
 *
 * @param sorted  n columns of trials outcomes, each ascending
 * @param quota   told, n of them
 */
void dd_quotas_share(int64_t *const *sorted, size_t n, size_t trials, int64_t target,
                     int64_t *quota);

#endif
