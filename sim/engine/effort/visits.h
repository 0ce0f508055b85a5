/**
 * @file visits.h
 * What a visit, an opportunity or a lead of each day to come is worth, and winners among
 * visits that are decided. Sources: sim/engine/effort/visits.c, sim/engine/cells/cells_visits.c.
 *
 * A visit is made for one pipeline. The level acts on it as a whole: an effort that is won
 * by the end of period p with chance q at level 1 is won with 1 - (1 - q)^level. With an
 * own E ~ Exp(1) that is E < level h[p], h = -log(1 - q), so that E tells the period too.
 *
 * A decided visit keeps its E, its pipeline and its amount whatever is changed: trial by
 * trial a higher chance wins it no later. Those of a week go round and round the days on
 * which anyone works, so that more visits are the same ones and some after them: more
 * effort never loses a deal.
 *
 * Random words: visit k of week w has the stream (seed, DD_RNG_VISIT, w << 32 | k, block):
 * its fate as in fates.h, then word 0 of position DD_FATE_POSITIONS + lane for the lane's
 * amount, and at DD_FATE_POSITIONS + DD_BLOCK the pipeline, which trials of a block share.
 */
#ifndef DD_ENGINE_VISITS_H
#define DD_ENGINE_VISITS_H

#include "dealdice/model.h"
#include "dealdice/question.h"
#include "engine/chebyshev.h"
#include "model/effort.h"

/** Greatest -log(1 - chance) of an effort: surer than any draw can tell. */
#define DD_SURE_HAZARD 1e3

/** The days to come, as effort sees them. */
typedef struct {
    size_t days; /* calendar days after as-of to the end of the last period */
    size_t periods;
    double *weeks;  /* days: full reps' weeks worked */
    double *begins; /* days + 1: working time from the end of as-of to their begin */
    size_t n_weeks; /* calendar weeks, from Monday, that hold any of the days */
    size_t *first;  /* n_weeks + 1: their first day */
} dd_effort_days;

/** @param end_days  periods: their ends in calendar days from the end of as-of */
dd_status dd_effort_days_init(dd_effort_days *self, const dd_model *model, dd_day as_of,
                              const double *end_days, size_t periods, dd_error *err);
void dd_effort_days_free(dd_effort_days *self);

/** One posterior draw's visits. */
typedef struct {
    const dd_effort_days *days; /* borrowed; NULL: nobody asks for visits */
    dd_effort_draw draw;
    size_t pipelines;
    double *share;   /* pipelines: of the opportunities; they add to 1 */
    double *win;     /* pipelines x days x periods: chance that an opportunity found that
                      day is won by the period's end, at level 1 */
    double *hazard;  /* the same: -log(1 - r win), ascending; decided ones only */
    size_t *made;    /* days: decided; visit k of its week is made there if k < made and
                        it falls on the day */
    double *winners; /* pipelines x periods x DD_LEVEL_NODES: expected among them by the
                        period's end, over log level as in dd_new_winners */
} dd_visits;

dd_status dd_visits_init(dd_visits *self, const dd_effort_days *days, size_t pipelines,
                         dd_error *err);
void dd_visits_free(dd_visits *self);

/** Curves of a new deal: n + 1 values, its chance to be won so many days after it came. */
typedef struct {
    const double *curve;
    size_t n;
    size_t apart; /* doubles from one period's to the next's; 0: one for all */
} dd_fresh_curves;

/**
 * Set one pipeline's part of `win` for opportunities found on days [first, last).
 *
 * @param share     of the opportunities
 * @param end_work  periods: their ends in working days
 * @param times     days x periods: factors on the hazard of being won; NULL: none
 */
void dd_visits_set(dd_visits *self, size_t pipeline, size_t first, size_t last,
                   const dd_fresh_curves *fresh, double share, const double *end_work,
                   const double *times);

/** -log(1 - times win) of an effort for a pipeline on a day, by a period's end: times is
 * the chance that it becomes an opportunity. */
double dd_visits_hazard(const dd_visits *self, size_t pipeline, size_t day,
                        size_t period, double times);
/** The same of an effort for any of them, by their shares: at level 1. */
double dd_visits_hazard_of_any(const dd_visits *self, size_t day, size_t period,
                               double times);

/** The pipeline that an effort is made for, told by one word. */
size_t dd_visits_pipeline(const dd_visits *self, uint32_t word);

/** The days of a week that see visits. @return how many; visit k falls on the one at k
 * modulo that */
size_t dd_visits_week(const dd_effort_days *days, size_t week, size_t day[7]);

/** How many visits are decided, from which day on. */
typedef struct {
    size_t n;
    const size_t *first;        /* n: days from as-of on, ascending; first[0] = 0 */
    const double *per_rep_week; /* n */
    const double *market; /* periods: multiplies levels there; NULL: nothing does */
} dd_visit_plan;

/** The decided visits, once `win` is set; [low, high] is the range of log levels. */
void dd_visits_decide(dd_visits *self, const dd_visit_plan *plan, dd_day as_of,
                      double low, double high);

/** Cumulative expected winners among decided visits. */
double dd_visits_expect(const dd_visits *self, size_t pipeline, size_t period,
                        double low, double high, double log_level);

#endif
