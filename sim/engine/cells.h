/**
 * @file cells.h
 * A block of trials by cells: in which period is a deal won, if at all. Source:
 * sim/engine/cells.c.
 *
 * Open deal: with E = -log(1 - u) it is won by the end of period p when
 * E < level_wins * hazard[row, p] (the level acts as W -> 1 - (1 - W)^level).
 * Deals to come: winners are the points E_1 < E_2 < ... of one unit-rate Poisson process
 * per pipeline and trial, winner k falling into the first period whose cumulative
 * expected number of winners exceeds E_k: exact for any level, and monotone in it.
 */
#ifndef DD_ENGINE_CELLS_H
#define DD_ENGINE_CELLS_H

#include "dealdice/outcomes.h"
#include "engine/tables.h"

/** Sums of one block, 128 trials: [period * DD_BLOCK + trial]; wins ride in bits 48... */
typedef struct {
    size_t periods;
    int64_t *open; /* amount | wins << 48 */
    int64_t *new_;
} dd_block_sums;

/** Play one block. Allocates nothing, locks nothing, cannot fail. */
void dd_cells_block(const dd_book *book, const dd_rows *rows, const dd_tables *tables,
                    uint64_t seed, uint32_t block, dd_block_sums *sums);

#endif
