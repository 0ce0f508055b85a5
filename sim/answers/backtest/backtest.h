/**
 * @file backtest.h
 * Forecasts as they would have been made, scored against what came.
 * Sources in sim/answers/backtest: backtest.c (origins), backtest_replay.c (one forecast),
 * backtest_score.c, backtest_summary.c, told in backtest_describe.c. What it says of the
 * model's parts: backtest_tune.h.
 *
 * Every origin is fitted anew from what was known on its day (dd_history_as_of), so
 * that no forecast knows its future, and played as `forecast` would play it then: rep by
 * rep where visits are limited.
 */
#ifndef DD_ANSWERS_BACKTEST_H
#define DD_ANSWERS_BACKTEST_H

#include "answers/backtest/reference.h"
#include "answers/backtest/score.h"
#include "dealdice/doc.h"
#include "dealdice/history.h"
#include "dealdice/simulate.h"

#define DD_BACKTEST_TRIALS 8192
#define DD_BACKTEST_MIN_WINS 30 /* won deals before the first origin */
#define DD_BACKTEST_AHEAD 4     /* periods that are scored */
#define DD_BACKTEST_TARGETS 3   /* at 80, 100 and 120 % of the last period's result */

typedef struct {
    dd_period_kind kind;
    dd_day as_of;    /* the last day to score against */
    int32_t every;   /* days between origins within a period; 0: at its start only */
    dd_day from, to; /* first and last origin; DD_NO_DAY: all there can be */
    size_t trials;   /* 0: DD_BACKTEST_TRIALS */
    uint64_t seed;
    int threads;           /* 0: as many as there are cores */
    const dd_watch *watch; /* told how many past days are over; NULL: nobody watches */
} dd_backtest_options;

/** What of a forecast is scored. */
typedef enum {
    DD_SLOT_ALL,    /* the first period, all of it */
    DD_SLOT_OPEN,   /* its part from deals that were open at the origin */
    DD_SLOT_NEW,    /* its part from deals that came later */
    DD_SLOT_SECOND, /* the period after it, and so on */
    DD_SLOT_THIRD,
    DD_SLOT_FOURTH,
    DD_SLOTS,
} dd_slot;

/** One forecast of one quantity. */
typedef struct {
    int known; /* the period was over by as-of: there is a score */
    int64_t actual;
    dd_score score;
    double said[DD_BACKTEST_TARGETS]; /* P(target); DD_SLOT_ALL only */
    int came[DD_BACKTEST_TARGETS];
    double brier;                  /* mean over them */
    double crps_of[DD_REFERENCES]; /* NAN: the reference had no forecast */
} dd_scored;

typedef struct {
    dd_day as_of;
    dd_period period;
    dd_day end[DD_BACKTEST_AHEAD]; /* of the periods; the first is period.end */
    int fitted;                    /* 0: nothing could be learnt yet */
    size_t known_wins;
    dd_scored scored[DD_SLOTS][DD_WHATS];
} dd_origin;

#define DD_BACKTEST_CHANCES 5 /* fifths of the chances that were said */

/** Over all origins, per slot and quantity. */
typedef struct {
    size_t n;
    double n_effective; /* overlapping forecasts share their future */
    double coverage50, coverage80, coverage90;
    double coverage80_low, coverage80_high; /* binomial 90 % interval on n_effective */
    double crps, pinball10, pinball50, pinball90, brier;
    double skill[DD_REFERENCES]; /* 1 - CRPS / CRPS of the reference; NAN */
    size_t pit[10];              /* deciles: flat when intervals are right */
    /* Chances of targets, by fifths of what was said. */
    size_t chances[DD_BACKTEST_CHANCES];
    double said[DD_BACKTEST_CHANCES], came[DD_BACKTEST_CHANCES]; /* means */
} dd_backtest_summary;

typedef struct {
    size_t n; /* fitted ones */
    dd_origin *origin;
    dd_backtest_summary summary[DD_SLOTS][DD_WHATS];
    int has_amounts;
    int stopped; /* by the watch: origins are those that were whole by then */
} dd_backtest;

/**
 * @param funnel  its beliefs are used, its targets and booked amounts are not
 * @return DD_OK; DD_EDATA when no origin has enough history before and a whole period
 *         behind it; DD_ESTOPPED when the watch stops it before one is whole; DD_ENOMEM
 */
dd_status dd_backtest_make(dd_backtest *self, const dd_history *history,
                           const dd_funnel *funnel, const dd_backtest_options *options,
                           dd_notes *notes, dd_error *err);
void dd_backtest_free(dd_backtest *self);

/** Sum up self->origin into self->summary. */
void dd_backtest_summarise(dd_backtest *self);

/** What the forecasts of this slot are worth, those that overlap sharing their days. */
double dd_backtest_effective(const dd_backtest *self, dd_slot slot);

void dd_backtest_describe(const dd_backtest *self, const dd_notes *notes, dd_doc *doc);

#endif
