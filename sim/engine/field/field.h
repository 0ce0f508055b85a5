/**
 * @file field.h
 * Paths with reps: a crew's limited visits, comings and goings act on live deals.
 * Sources in sim/engine/field: field_simulate.c, field.c (a stretch of trials, step by
 * step) and those that field_parts.h names.
 *
 * Each rep has a clock for advancing of his own, which stands at V; a deal advances when
 * it reaches what its spell was given, V on entry plus the further stay, and leaves
 * otherwise when the calendar does. So a change of speed touches no deal. Nothing limiting
 * and all deals from the market, outcomes are those of dd_paths_simulate to the byte:
 * each deal has the same luck.
 */
#ifndef DD_ENGINE_FIELD_H
#define DD_ENGINE_FIELD_H

#include "dealdice/outcomes.h"
#include "engine/field/crew.h"

/** What became of the deals of a trial: deals = won + lost + recycled + open. */
typedef struct {
    int32_t deals;                     /* open at as-of, arrived, and come back */
    int32_t won, lost, recycled, open; /* recycled: by the model's own exit, or due back
                                          by the end of the last period */
    int32_t orphaned;                  /* won after the rep who first had it had left */
    int32_t brought;                   /* by visits and referrals, not by the market */
    int32_t open_first; /* won in the first period by deals open at as-of */
} dd_tally;

/** What each rep wins in one period. Rows of a trial add up to what its outcomes have there,
 * open and new_ together, or to its wins. Deals are credited to who has them when they are
 * won, a leaver's to his heir, and a follower's to the place. */
typedef struct {
    size_t period;
    int count;   /* 1: deals are counted, instead of minor units */
    int brought; /* 1: only deals that this rep brought himself */
    size_t
        rows; /* told: the crew's reps; behind them nobody's deals, and those that wait
                      for an heir */
    size_t trials; /* told */
    int64_t *won;  /* told: rows x trials */
} dd_credit;

/** Plays any stretch of a question's trials, as dd_player does (engine/player.h). */
typedef struct dd_field_player dd_field_player;

/**
 * @param model, book, question, crew  borrowed until dd_field_player_free
 * @param threads                      that may play at once
 * @return as dd_field_simulate
 */
dd_status dd_field_player_new(dd_field_player **self, const dd_model *model,
                              const dd_book *book, const dd_question *question,
                              const dd_crew *crew, size_t threads, dd_error *err);
void dd_field_player_free(dd_field_player *self);

/**
 * Play trials [from, to) of one stretch into `outcomes`, which hold them.
 *
 * @param thread  whose means are used: no two threads' the same
 * @param tally   of to - from trials, or NULL
 * @return 1; 0 when memory ran out
 */
int dd_field_player_run(dd_field_player *self, size_t thread, dd_outcomes *outcomes,
                        dd_tally *tally, size_t from, size_t to);

/**
 * Play question->trials trials; the same for any number of threads.
 *
 * @param tally  trials of them, or NULL
 * @return DD_OK; DD_EUSAGE for an impossible crew; DD_EDATA for sums that could exceed
 *         2^47 minor units; DD_ESTOPPED when question->watch stops it: nothing is kept;
 *         DD_ENOMEM
 */
dd_status dd_field_simulate(dd_outcomes *self, dd_tally *tally, const dd_model *model,
                            const dd_book *book, const dd_question *question,
                            const dd_crew *crew, dd_error *err);

/** The same futures to the byte, and who wins in them.
 * @param credit  period, count and brought are filled; 8 bytes a rep and trial
 * @return as dd_field_simulate; on failure both are freed */
dd_status dd_field_credit(dd_outcomes *self, dd_credit *credit, const dd_model *model,
                          const dd_book *book, const dd_question *question,
                          const dd_crew *crew, dd_error *err);
void dd_credit_free(dd_credit *self);

#endif
