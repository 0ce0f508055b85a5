/**
 * @file whatif_play.h
 * A scenario's futures beside those of its base. Source: sim/answers/whatif/whatif_play.c.
 */
#ifndef DD_ANSWERS_WHATIF_PLAY_H
#define DD_ANSWERS_WHATIF_PLAY_H

#include "answers/whatif/whatif.h"
#include "engine/field/field.h"

/** What was played. */
typedef struct {
    dd_outcomes outcomes;
    /* Where reps are played, else NULL: */
    dd_roster *team;
    dd_tally *tally; /* per trial */
} dd_whatif_future;

/**
 * @param scenario  NULL: the base
 * @param market    how `leads_from` is read, 0..1; NAN: as scenario or funnel say
 * @return DD_OK; DD_EDATA for a scenario that the model, the book or the team refuses;
 *         DD_ENOMEM. On failure future is freed.
 */
dd_status dd_whatif_play(dd_whatif_future *future, const dd_whatif_base *base,
                         const dd_scenario *scenario, double market, dd_error *err);
void dd_whatif_future_free(dd_whatif_future *self);

/** Whether model, book and team bear with the scenarios; tells all that they do not, but
 * for what only shows once something else is put right. */
dd_status dd_whatif_check(const dd_whatif_base *base, const dd_scenario *scenarios,
                          size_t n, dd_error *err);

/** Bookings of periods [first, last] together less those of `from`, which may be NULL,
 * trial by trial. */
void dd_whatif_subtract(int64_t *difference, const dd_outcomes *of,
                        const dd_outcomes *from, size_t first, size_t last);

/** The same of wins. */
void dd_whatif_subtract_wins(int64_t *difference, const dd_outcomes *of,
                             const dd_outcomes *from, size_t first, size_t last);

/** Whether the target of a period is hit: 1, 0, or -1 where `of` misses what `from` hits;
 * less 0 where from is NULL. */
void dd_whatif_hits(int64_t *change, const dd_outcomes *of, const dd_outcomes *from,
                    size_t period, int64_t target);

/** Of all wins, those that came after the rep who first had the deal had left; NAN without
 * wins or tally, its error NAN below DD_MIN_BLOCKS full blocks. */
void dd_orphaned_share(double *share, double *mcse, const dd_whatif_future *future);

#endif
