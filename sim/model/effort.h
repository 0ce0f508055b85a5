/**
 * @file effort.h
 * Visits and leads: how many are usual, and what comes of one. Source:
 * sim/model/effort.c; who is there to make them in sim/model/team.c.
 *
 * A lead becomes a visit with chance `visit_of_lead`, a visit an opportunity with chance
 * `opportunity_of_visit`: Beta posteriors (beta-binomial) of what activities show, under
 * the funnel's beliefs. A visit that concerns a deal which existed the day before is no
 * search for new ones and left out of both.
 *
 * Effort is decided where the funnel says `visits_per_rep_week`: so many visits are made
 * whatever the market does, each wins by the end of a period with chance
 * 1 - (1 - r W(T - t))^level. Deals that no visit causes still arrive beside them:
 * the share `uncaused` of the arrivals counted.
 */
#ifndef DD_MODEL_EFFORT_H
#define DD_MODEL_EFFORT_H

#include "dealdice/past.h"
#include "model/team.h"

#include <gsl/gsl_rng.h>

/** A chance: a Beta(hits, misses), or known for sure (misses < 0). */
typedef struct {
    double hits, misses;
    double sure; /* the chance where it is certain; NAN: nothing is known of it */
} dd_chance;

typedef struct dd_effort {
    dd_chance opportunity_of_visit, visit_of_lead;
    dd_belief per_rep_week; /* visits; given: decided */
    double factor;          /* on the visits made, 1: as they are; a lever's */
    int planned;            /* visits are to be found out: none are made as yet */
    double usual_per_week;  /* visits of all lately, by activities; NAN unknown */
    double uncaused;        /* share of the arrivals that no visit causes, 0..1 */
    dd_day until;    /* last day on which decided visits are made; DD_NO_DAY: all */
    size_t n_stages; /* visits that deals take, stage by stage */
    dd_stage_visits *stages; /* owned; places are not kept */
    dd_team team;
} dd_effort;

/** What one posterior draw takes effort to bring. */
typedef struct {
    double opportunity_of_visit, visit_of_lead; /* NAN unknown */
    double per_rep_week;                        /* decided visits; NAN: none decided */
} dd_effort_draw;

/**
 * Learn from the activities of the last 26 weeks, under the funnel's beliefs.
 *
 * @param per_week  opportunities that arrive a week as counted or believed, 0 none
 * @param notes     told what contradicts itself
 * @return DD_OK; DD_EDATA for visits of a stage that is not there; DD_ENOMEM
 */
dd_status dd_effort_fit(dd_effort *self, const dd_past *past, const dd_funnel *funnel,
                        double per_week, dd_notes *notes, dd_error *err);
void dd_effort_free(dd_effort *self);

/** Are visits decided, so that forecasts play them one by one? */
int dd_effort_is_decided(const dd_effort *self);
/** Is it known at all what comes of a visit? */
int dd_chance_is_known(const dd_chance *self);
/** Posterior mean; NAN unknown. */
double dd_chance_mean(const dd_chance *self);

/** Posterior means. */
dd_effort_draw dd_effort_mean(const dd_effort *self);
/** One draw. Takes the same number of words whatever the factor. */
dd_effort_draw dd_effort_draw_from(const dd_effort *self, const gsl_rng *r);

/** What is left of the arrivals counted: all, and more or fewer under a lever on visits;
 * where visits are decided or planned, those that none causes. */
double dd_effort_arrivals(const dd_effort *self);

#endif
