/**
 * @file plan_hires.h
 * What every number of hires comes to, from one play with the most of them. Source:
 * sim/answers/plan/plan_hires.c.
 *
 * Where no rep is in another's way a hire adds the deals that he brings and changes nothing
 * else: each deal has a luck of its own, each seat a clock of its own, and the k-th hire of
 * a field is the same one however many come after him. So futures with fewer hires are
 * those with all, less what the others brought: to the cent, in every trial. What reps can
 * be in each other's way about:
 * - deals that fall to those who are there by lot, where visits are limited: one rep more,
 *   and another rep has them and is slower by it. Without limits it is all one who has them,
 *   as long as somebody is there;
 * - leads that more reps only divide, where visits look for them;
 * - comings and goings: a leaver's deals, and lost ones that come back, fall by lot too.
 */
#ifndef DD_ANSWERS_PLAN_HIRES_H
#define DD_ANSWERS_PLAN_HIRES_H

#include "answers/plan/plan_solve.h"
#include "engine/roster/roster.h"

typedef struct {
    size_t n; /* hires that were played */
    size_t trials;
    int64_t
        *with; /* n + 1 columns of trials: bookings of the goal's period, or deals won
                      in it, with 0 to n hires */
} dd_hires;

/** Is no rep of this company in another's way, nor would be a hire? */
int dd_hires_are_apart(const dd_roster *team, const dd_model *model);

/**
 * @param team  of the company with all the hires, who are apart
 * @return as dd_field_simulate; on failure self is freed
 */
dd_status dd_hires_play(dd_hires *self, const dd_roster *team,
                        const dd_roster_of *company, const dd_question *question,
                        const dd_solve_goal *goal, dd_error *err);
void dd_hires_free(dd_hires *self);

/** Futures with so many, at most n. */
static inline const int64_t *
dd_hires_with(const dd_hires *self, size_t hires)
{
    return self->with + hires * self->trials;
}

#endif
