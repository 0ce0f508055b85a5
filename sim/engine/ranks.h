/**
 * @file ranks.h
 * One run shared by several processes, which MPI calls ranks. Source:
 * sim/engine/ranks.c, which is built with `make MPI=1`; without it there is one rank.
 *
 * Every rank reads and fits the same; they share the trials alone. Rank 0 gets all
 * outcomes and answers; the others say nothing.
 */
#ifndef DD_ENGINE_RANKS_H
#define DD_ENGINE_RANKS_H

#include "engine/player.h"

#ifdef DEALDICE_MPI
/** Once, as the program starts; what it began is ended when the program exits. */
void dd_ranks_begin(int *argc, char ***argv);

/** Number of this process, from 0. */
int dd_ranks_mine(void);

/**
 * Go on together or not at all: to be called by every rank.
 *
 * @return status; where it is DD_OK and another rank's is not, DD_EIO. Only the first
 *         of the ranks that failed keeps its problems in err.
 */
dd_status dd_ranks_together(dd_status status, dd_error *err);

/** What rank 0 decided. */
int dd_ranks_decide(int decision);

/** As dd_player_play, each rank a part; rank 0's outcomes are whole. */
size_t dd_ranks_play(dd_player *player, dd_outcomes *outcomes, size_t from, size_t to);

#else
static inline void
dd_ranks_begin(int *argc, char ***argv)
{
    (void) argc, (void) argv;
}

static inline int
dd_ranks_mine(void)
{
    return 0;
}

static inline dd_status
dd_ranks_together(dd_status status, dd_error *err)
{
    (void) err;
    return status;
}

static inline int
dd_ranks_decide(int decision)
{
    return decision;
}

static inline size_t
dd_ranks_play(dd_player *player, dd_outcomes *outcomes, size_t from, size_t to)
{
    return dd_player_play(player, outcomes, from, to);
}
#endif

#endif
