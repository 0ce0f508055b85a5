/**
 * @file cells_parts.h
 * The parts of a block; see cells.h for what they mean.
 */
#ifndef DD_ENGINE_CELLS_PARTS_H
#define DD_ENGINE_CELLS_PARTS_H

#include "engine/cells/cells.h"

/** Open deals into sums->open and sums->wins, both zeroed before. */
void dd_cells_open(const dd_rows *rows, const dd_tables *tables, uint64_t seed,
                   uint32_t block, dd_block_sums *sums);
/** Winners to come, added to sums->new_ and sums->wins. */
void dd_cells_new(const dd_tables *tables, uint64_t seed, uint32_t block,
                  dd_block_sums *sums);
/** Winners among decided visits, added likewise; tables->visits must have days. */
void dd_cells_visits(const dd_tables *tables, uint64_t seed, uint32_t block,
                     dd_block_sums *sums);

#endif
