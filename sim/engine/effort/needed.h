/**
 * @file needed.h
 * Required effort in one pass: how many leads, visits, opportunities or won deals each
 * trial takes until the target of a period is reached. Sources, in
 * sim/engine/effort: needed.c, needed_lane.c; without sampling where that can be,
 * needed_law.c.
 *
 * Efforts stand in a fixed order of low discrepancy over the days up to the last useful
 * one, as the team works on them (van der Corput's, 4096 to a round). With Lambda(n) the
 * sum of h_v = -log(1 - q_v) over the first n of them, q_v the chance of effort v at
 * level 1, the next winner after effort m is the first n with level Lambda(n) >=
 * level Lambda(m) + Exp(1): exact for any chances, level and draw, with one table of
 * Lambda a draw. The first winner at which booked + open + new reaches the target is what
 * this trial needed; its quantile q over trials is the effort at confidence q.
 *
 * Each unit decides its own efforts in its own pass: n leads are n leads, whatever comes
 * of them. The deals won are those of the pass of opportunities.
 */
#ifndef DD_ENGINE_NEEDED_H
#define DD_ENGINE_NEEDED_H

#include "dealdice/book.h"
#include "dealdice/model.h"
#include "engine/effort/coverage.h"

/** No effort is enough. */
#define DD_NEVER INT64_C(1000000000000)

typedef enum {
    DD_IN_DEALS,
    DD_IN_OPPORTUNITIES,
    DD_IN_VISITS,
    DD_IN_LEADS,
    DD_EFFORT_UNITS,
} dd_effort_unit;

/** What is to be reached. */
typedef struct {
    size_t period;      /* of the question; its last one */
    int64_t amount;     /* minor units booked in it; or, with amount DD_NO_TARGET, */
    int64_t deals;      /* deals won in it */
    size_t useful_days; /* efforts are made on the first so many days after as-of */
} dd_goal;

/** The law of what is needed: by[i] is the chance that i efforts are enough. */
typedef struct {
    size_t n;   /* from n efforts on it is sure, up to rounding */
    double *by; /* ascending; NULL: only trials tell */
} dd_need_law;

void dd_need_law_free(dd_need_law *self);
/** The fewest efforts that are enough with chance q < 1; DD_NEVER. */
int64_t dd_need_law_quantile(const dd_need_law *self, double q);
/** Chance that so many are enough. */
double dd_need_law_reach(const dd_need_law *self, int64_t efforts);

typedef struct {
    size_t trials;
    /* Per unit: trials of what is needed beside all that comes by itself, 0: nothing,
     * DD_NEVER. NULL where nothing is known of the unit. */
    int64_t *need[DD_EFFORT_UNITS];
    dd_need_law law[DD_EFFORT_UNITS]; /* where luck is that of efforts alone */
    double *reached; /* trials: amount or deals reached without any effort */
} dd_needed;

/**
 * Days on which an effort still helps: up to the end of the last week in which its
 * chance, by mean rates, is at least a tenth of the best week's.
 *
 * @param model   its effort must be planned
 * @param days    told; 0: no effort can help any more
 * @return DD_OK; DD_ENOMEM
 */
dd_status dd_useful_days(size_t *days, const dd_model *model, const dd_book *book,
                         const dd_question *question, size_t period, dd_error *err);

/**
 * Play question->trials trials; the same for any number of threads.
 *
 * @param model     its effort must be planned, so that only what no visit causes arrives
 * @param coverage  told what pipeline is needed besides, over the same trials; may be NULL
 * @return DD_OK; DD_EDATA for sums that could exceed 2^47 minor units; DD_ENOMEM
 */
dd_status dd_needed_play(dd_needed *self, const dd_model *model, const dd_book *book,
                         const dd_question *question, const dd_goal *goal,
                         dd_coverage *coverage, dd_error *err);
void dd_needed_free(dd_needed *self);

#endif
