/**
 * @file simulate.h
 * Many trials, in parallel blocks. Sources: sim/engine/simulate.c, sim/engine/player.c.
 */
#ifndef DEALDICE_SIMULATE_H
#define DEALDICE_SIMULATE_H

#include "dealdice/model.h"
#include "dealdice/outcomes.h"

#include <stdatomic.h>

/** Watches a long run; looked at between stretches of trials, never within one. */
struct dd_watch {
    atomic_int *stop; /* set from anywhere, by a signal handler too; NULL: never stops */
    void (*tell)(void *listener, size_t done); /* trials so far, by the thread that began
                                                  the run; NULL: nobody listens */
    void *listener;
};
typedef struct dd_watch dd_watch;

/**
 * Play question->trials trials; the same outcomes for any number of threads.
 *
 * Blocks are taken in groups of DD_LANES, whose curves are solved together. Surplus
 * trials of the last block are dropped. When question->watch stops the run, self holds
 * the first whole blocks of it, maybe none: self->trials tells.
 * @return DD_OK; DD_EDATA for sums that could exceed 2^47 minor units; DD_ENOMEM
 */
dd_status dd_simulate(dd_outcomes *self, const dd_model *model, const dd_book *book,
                      const dd_question *question, dd_error *err);

#endif
