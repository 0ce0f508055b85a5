/**
 * @file backtest_replay.h
 * One forecast of a backtest, from its past to its scores. Sources:
 * sim/answers/backtest/backtest_replay.c, sim/answers/backtest/backtest_score.c.
 */
#ifndef DD_ANSWERS_BACKTEST_REPLAY_H
#define DD_ANSWERS_BACKTEST_REPLAY_H

#include "answers/backtest/backtest.h"
#include "dealdice/book.h"
#include "dealdice/model.h"
#include "engine/field/field.h"

/** All that the origins share; read-only while they run. */
typedef struct {
    const dd_history *history;
    dd_funnel funnel; /* without targets and booked; borrows all else */
    const dd_backtest_options *options;
    dd_past now;    /* what came, as known at the end */
    dd_watch watch; /* of each forecast: nobody listens, but it can be stopped */
} dd_replay_ground;

/** One origin's forecast; zeroed is none. */
typedef struct {
    dd_past past;
    dd_question question;
    dd_model model;
    dd_book book;
    dd_outcomes outcomes;
    /* What tells wins of open deals from those of others, where parts are played: */
    dd_outcomes
        fresh;       /* deals alone: the same futures' first period without open deals */
    dd_tally *tally; /* reps: per trial */
} dd_replay;

/** All but `now`, which is zeroed. Borrows what it is told. */
dd_replay_ground dd_replay_ground_of(const dd_history *history, const dd_funnel *funnel,
                                     const dd_backtest_options *options);

/**
 * Learn what could be known on origin->as_of.
 * @return DD_EDATA when too little could be learnt by then
 */
dd_status dd_replay_fit(dd_replay *self, dd_origin *origin,
                        const dd_replay_ground *ground, dd_error *err);
/** Learn anew from the same past, under other parts of the model. */
dd_status dd_replay_learn(dd_replay *self, const dd_funnel *funnel, dd_error *err);
/** Play the futures as `forecast` would: rep by rep where visits are limited.
 * @param parts  so that open deals and others can be scored apart */
dd_status dd_replay_play(dd_replay *self, const dd_replay_ground *ground, int parts,
                         dd_error *err);
/** Forget the futures, to play others. */
void dd_replay_forget(dd_replay *self);
void dd_replay_free(dd_replay *self);

/** Score what was played: whole periods, and parts where they were played. */
dd_status dd_replay_score(const dd_replay *self, dd_origin *origin,
                          const dd_replay_ground *ground, dd_error *err);
/** The references' scores of the same. @param reference  workspace */
void dd_replay_references(const dd_replay *self, dd_origin *origin,
                          const dd_replay_ground *ground, dd_reference *reference);

/** Origins: the day before every period, and every so many days within it.
 * @return them, to be freed; NULL without memory */
dd_origin *dd_replay_origins(const dd_replay_ground *ground, size_t *n);
/** Origins by which nothing could be learnt are left out. */
void dd_replay_drop_unfitted(dd_backtest *self);
/** Whether any won deal has an amount, so that bookings are worth scoring. */
int dd_replay_has_amounts(const dd_past *now);
/** @return DD_EDATA without any origin */
dd_status dd_replay_need_some(const dd_backtest *self, dd_period_kind kind,
                              dd_error *err);

#endif
