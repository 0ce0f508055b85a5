/**
 * @file pace.h
 * How fast hazards of advancing run in a trial's market. Source: sim/engine/paths/pace.c.
 *
 * A level l of wins turns a deal's chance W to be won by t into 1 - (1 - W)^l. Paths
 * cannot: they multiply the hazards of advancing by g(l), which is chosen so that deals are
 * expected to win as much by the end of the last period as under the level; g(1) = 1. Deals
 * to come, whose whole way must fit in, answer more to their pace than deals that are nearly
 * there: each kind has a g of its own, or a market's luck would go to the one and lack at the
 * other. Single periods then agree nearly: means within 2 %, spreads within 10 %, on the demo
 * and maven_crm, against the level itself.
 * A market that changes on a day to come changes paces then, as if it had been so all along.
 * Whoever is about to win feels that less than a level: of what a change moves by the end
 * paths show nine tenths, of what it moves in the period in which it falls a half to three
 * quarters (demo, +30 % and -20 % in the middle of a quarter).
 */
#ifndef DD_ENGINE_PACE_H
#define DD_ENGINE_PACE_H

#include "engine/table_rows.h"

/** Per trial: of the deals that are open at as-of, and of those to come. */
typedef struct {
    float of_open[DD_BLOCK], of_new[DD_BLOCK];
} dd_paces;

typedef struct dd_pace_finder dd_pace_finder; /* one per thread */

/** @param rows  of the book, whatever is said of single deals: all others keep their luck */
dd_status dd_pace_finder_new(dd_pace_finder **self, const dd_model *model,
                             const dd_book *book, const dd_rows *rows,
                             const dd_question *question, dd_error *err);
void dd_pace_finder_free(dd_pace_finder *self);

/**
 * Find g for each trial of a block. Allocates nothing.
 *
 * @param maker, law, lane  whose rates are the block's, as if the law held at once
 * @param level  of wins, per trial
 */
void dd_pace_find(dd_pace_finder *self, const dd_table_maker *maker, size_t law,
                  size_t lane, const double level[DD_BLOCK], dd_paces *pace);

#endif
