/**
 * @file plan.h
 * What has to be done to reach a target, and how sure that makes it. Sources:
 * sim/answers/plan/plan.c, sim/answers/plan/plan_describe.c, sim/answers/plan/plan_words.c.
 */
#ifndef DD_ANSWERS_PLAN_H
#define DD_ANSWERS_PLAN_H

#include "answers/plan/plan_headcount.h"
#include "answers/plan/plan_moves.h"
#include "answers/plan/plan_quotas.h"
#include "answers/plan/plan_solve.h"
#include "answers/forecast/summary.h"
#include "dealdice/doc.h"
#include "engine/effort/needed.h"

/** What is asked beside the question. */
typedef struct {
    size_t period; /* of the question */
    int64_t deals; /* deals to be won in it instead of its target; 0: the target */
    double visits; /* a rep and week, to be turned round; 0: not asked */
    double leads;  /* the same in leads */
    int moves;     /* tell what to do first; not for deals */
    int quotas;    /* share the target out over the reps */
    int solve;     /* tell how far `lever` would have to move */
    dd_lever_kind lever;
    int by_rep;              /* reps are played one by one: visits are limited */
    int headcount;           /* tell how many hires it takes, ... */
    dd_day hire_from;        /* ... who start on that day */
    const dd_funnel *funnel; /* read where reps are played; borrowed */
} dd_plan_ask;

/** One confidence. NAN: beyond reach, or nothing is known of that unit. */
typedef struct {
    double confidence;
    double need[DD_EFFORT_UNITS], mcse[DD_EFFORT_UNITS];
    double visits_open; /* expected on deals: those open now, and the opportunities of
                           this rung as they are found; NAN: no stage takes any */
    double effort;      /* times what is usual */
    double visits_per_rep_week; /* on deals too; rounded up */
    double leads_per_rep_week;
    const char *reason; /* why not; NULL: it is reached */
} dd_plan_rung;

/** The same effort for one rep, by the days worked and the ramp; rounded up. */
typedef struct {
    const char *owner; /* borrowed from the history */
    double visits_per_week, leads_per_week;
} dd_plan_rep;

/** Pipeline that what is still to book takes, as a multiple of it; NAN unknown. */
typedef struct {
    const char *name; /* a segment, borrowed from the history; NULL: all deals */
    size_t deals;     /* open now */
    double now;       /* open pipeline there is */
    double average;   /* 1 over the share of its amount that is won in the period */
    double coverage;  /* for the confidence asked for */
} dd_plan_coverage;

/** How far so much effort leads. */
typedef struct {
    double share; /* of what was asked: 0.8, 1, 1.2 */
    double per_rep_week, in_all;
    double p_target, p_target_mcse;
} dd_plan_reach;

typedef struct {
    dd_day as_of;
    char *currency; /* NULL unknown */
    size_t trials;
    double confidence;
    dd_period period;
    int64_t target;       /* minor units, DD_NO_TARGET: deals */
    int64_t target_deals; /* 0: an amount */
    int64_t booked, booked_wins;
    int by_rep; /* visits are all of a rep's, open deals first; else those for new deals */
    double p_hit_now, p_hit_now_mcse; /* as things go */
    double p_idle;                    /* without any new effort from now on */
    double open;                      /* minor units, mean of what comes by itself */
    dd_day last_useful_day;     /* of a search; DD_NO_DAY: too late, or nobody works */
    dd_day first_day, last_day; /* of the visits that are told; likewise */
    double weeks;               /* working weeks in between */
    double rep_weeks;           /* full reps' weeks in between */
    double usual_visits, usual_leads; /* a rep and week; NAN unknown */
    int period_began;                 /* there is something done so far */
    double done_visits, done_leads, done_opportunities; /* in the period; NAN unknown */
    size_t n_rungs;
    dd_plan_rung rungs[5];
    size_t asked; /* the rung of the question's confidence */
    size_t n_reps;
    dd_plan_rep *reps;
    size_t n_coverage; /* 0: nothing is left to book, or deals are counted */
    dd_plan_coverage *coverage;
    dd_quotas quotas; /* none unless asked for */
    int has_moves;    /* moves were asked for */
    dd_moves moves;
    int has_solved; /* solved was asked for */
    dd_solved solved;
    dd_headcount headcount; /* without rungs unless asked for */
    const char *unit;       /* "visits" or "leads": what was turned round; NULL */
    dd_plan_reach reach[3];
} dd_plan;

/**
 * @param past      what was done so far
 * @param currency  copied; NULL unknown
 * @param notes     told what is unknown
 * @return DD_OK; DD_EUSAGE when nothing is known of the unit that is turned round, or
 *         nobody could have a quota;
 *         DD_EDATA for sums that could exceed 2^47 minor units; DD_ENOMEM. On failure
 *         self is freed
 */
dd_status dd_plan_make(dd_plan *self, const dd_plan_ask *ask, const dd_model *model,
                       const dd_book *book, const dd_past *past,
                       const dd_question *question, const char *currency,
                       dd_notes *notes, dd_error *err);
void dd_plan_free(dd_plan *self);

void dd_plan_describe(const dd_plan *self, const dd_notes *notes, dd_doc *doc);

#endif
