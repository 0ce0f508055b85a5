/**
 * @file said.h
 * What a scenario says of single deals, for whoever plays their paths. Source:
 * sim/engine/paths/said.c.
 */
#ifndef DD_ENGINE_SAID_H
#define DD_ENGINE_SAID_H

#include "engine/paths/lives.h"

/** Odds on which a deal is ever won with the chance that is said, instead of its own
 * (theta); 0: it never is, or a winning path would be looked for too long. */
double dd_said_odds(const dd_lives *self, const dd_life *life, const dd_deal_said *said);

/** Without a path: the working day on which it is won by the block's table; 0: on none. */
double dd_said_day(const dd_lives *self, const dd_life *life, const dd_deal_said *said);

#endif
