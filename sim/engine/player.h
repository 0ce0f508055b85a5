/**
 * @file player.h
 * Plays any stretch of a question's trials: what a run makes once, and its threads'
 * workspaces. Source: sim/engine/player.c.
 *
 * A trial is a pure function of model, seed and its own number, so stretches may be
 * played in any order, by any number of threads or processes.
 */
#ifndef DD_ENGINE_PLAYER_H
#define DD_ENGINE_PLAYER_H

#include "dealdice/simulate.h"
#include "engine/field/crew.h"

typedef struct dd_player dd_player;

/**
 * @param model, book, question  borrowed until dd_player_free
 * @param crew  likewise; plays rep by rep (engine/field); NULL: deals alone (engine/cells)
 * @return DD_OK; DD_EDATA for sums that could exceed 2^47 minor units; DD_EUSAGE for an
 *         impossible crew; DD_ENOMEM
 */
dd_status dd_player_new(dd_player **self, const dd_model *model, const dd_book *book,
                        const dd_question *question, const dd_crew *crew, dd_error *err);
void dd_player_free(dd_player *self);

/** Trials that are played in one go: a stretch begins at a multiple of it. */
#define DD_STRETCH 1024

/**
 * Play trials [from, to) into `outcomes`, which holds them; `from` is a multiple of
 * DD_STRETCH. question->watch is looked at between stretches.
 *
 * @return the trial up to which all were played: `to`, or less when it was stopped
 */
size_t dd_player_play(dd_player *self, dd_outcomes *outcomes, size_t from, size_t to);

/** All of the question's trials by a crew, or without one.
 * @return as dd_player_new; DD_ESTOPPED when question->watch stops it: nothing is kept */
dd_status dd_player_simulate(dd_outcomes *outcomes, const dd_model *model,
                             const dd_book *book, const dd_question *question,
                             const dd_crew *crew, dd_error *err);

/** Whether memory ran out on the way: then outcomes mean nothing. Only reps may need
 * more of it than there was from the start. */
int dd_player_has_failed(const dd_player *self);

#endif
