/**
 * @file memory.h
 * How fast the past is forgotten. No single half-life was best on all public data, so
 * several are tried, and of arrivals plain windows beside them, weighted by how well they
 * foretold past windows. Source: sim/model/level/memory.c.
 */
#ifndef DD_MODEL_MEMORY_H
#define DD_MODEL_MEMORY_H

#include <stddef.h>

#define DD_MEMORIES 9      /* of arrivals; [0] is the plain window of 26 weeks */
#define DD_MOVE_MEMORIES 3 /* of moves between stages; [0] is all time */
#define DD_TRACKS 4        /* of the level of wins; [0] does not track: level 1 */

/** Weight of an arrival so many days before as-of, 0..1: all or nothing in the last 26,
 * 13, 8 and 4 weeks, then by half-lives of a fortnight to two years. */
double dd_memory_weight(size_t memory, double days_ago);

/** Weight of a move so many days before as-of, 0..1. */
double dd_move_memory_weight(size_t memory, double days_ago);
/** Its integral over the days between two times: those weigh `near` and `far`.
 * @param memory  not 0, which forgets nothing */
double dd_move_memory_days(size_t memory, double near, double far);

/** Weight of a past window, so many days after its end, in the level of wins. */
double dd_memory_track(size_t track, double days_ago);

#endif
