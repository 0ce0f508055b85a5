/**
 * @file backtest_tune.h
 * Which parts of the model earn their place for this company: the same past forecasts
 * with and without each, paired. Sources: sim/answers/backtest/backtest_tune.c (the forecasts),
 * sim/answers/backtest/backtest_verdict.c (what follows), told in
 * sim/answers/backtest/backtest_tune_describe.c.
 *
 * An origin is fitted once; its variants share the fit, the futures' luck and what came,
 * so that small differences show. Losses are CRPS over the mean CRPS of the whole model,
 * wins and (where there are amounts) bookings alike.
 */
#ifndef DD_ANSWERS_BACKTEST_TUNE_H
#define DD_ANSWERS_BACKTEST_TUNE_H

#include "answers/backtest/backtest.h"

#define DD_TUNE_TRIALS 4096
#define DD_TUNE_TRIALS_OF_REPS 2048 /* where reps are played, which takes longer */
#define DD_TUNE_MOST 16             /* variants */
#define DD_TUNE_SURE 1.645  /* standard errors by which a part must do harm to go */
#define DD_TUNE_LEAST_N 6.0 /* effective forecasts below which nothing is changed */

typedef enum {
    DD_TUNE_PAYS,    /* without it the error is clearly larger */
    DD_TUNE_UNCLEAR, /* no difference that so few forecasts could show: it stays */
    DD_TUNE_HARMS,   /* without it the error is clearly smaller: off */
} dd_tune_verdict;

/** The model with something else about it. */
typedef struct {
    const char
        *name; /* the part that is off, "spread", "together"; NULL: the whole model */
    dd_parts parts;
    dd_backtest backtest;   /* scores of whole periods, no parts, no references */
    double change, se;      /* of the loss in the first period against the whole model */
    double later, later_se; /* in the periods after it; NAN: none are over */
    dd_tune_verdict verdict;
} dd_variant;

typedef struct {
    size_t n;
    dd_variant variant[DD_TUNE_MOST]; /* [0] the whole model */
    dd_parts found;                   /* what `model:` should say */
    /* The spread chosen before each origin from what was over by then, against 1: change
     * of the loss over the origins that had any to choose from; NAN: too few. */
    double spread_change, spread_se;
    int together; /* index of the variant with all that was found; 0: nothing was */
} dd_tune;

/**
 * @param funnel   its `model:` is not looked at: parts are judged against all of them
 * @param options  trials of 0: as above
 * @return as dd_backtest_make; DD_ESTOPPED when the watch stops it: nothing is kept
 */
dd_status dd_tune_make(dd_tune *self, const dd_history *history, const dd_funnel *funnel,
                       const dd_backtest_options *options, dd_error *err);
void dd_tune_free(dd_tune *self);

/** Losses of all variants against the first's, and verdicts on those that name a part. */
void dd_tune_judge(dd_tune *self);
/** What is found of the verdicts and of the spreads tried: self->found. */
void dd_tune_conclude(dd_tune *self);

/** "model: {clock: off}", ready for a funnel file. */
void dd_tune_line(const dd_parts *parts, char line[160]);

void dd_tune_describe(const dd_tune *self, dd_doc *doc);

#endif
