/**
 * @file memory.h
 * How fast the past is forgotten. No single half-life was best on all public data, so
 * several are tried and weighted by how well they foretold past windows.
 * Source: sim/model/memory.c.
 */
#ifndef DD_MODEL_MEMORY_H
#define DD_MODEL_MEMORY_H

#include <stddef.h>

#define DD_MEMORIES 6 /* of arrivals; [0] is the plain window of 26 weeks */
#define DD_TRACKS 4   /* of the level of wins; [0] does not track: level 1 */

/** Weight of an arrival so many days before as-of, 0..1. */
double dd_memory_weight(size_t memory, double days_ago);

/**
 * The level by a way of tracking: an exponentially weighted mean of past log ratios,
 * shrunk to 0 as by one window at it.
 * @param log_ratio  n of them, oldest first
 */
double dd_memory_track(size_t track, const double *log_ratio, size_t n);

#endif
