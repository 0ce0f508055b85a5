/**
 * @file gaps.h
 * What is not known of deals, in sentences. Source: sim/history/gaps.c.
 */
#ifndef DD_HISTORY_GAPS_H
#define DD_HISTORY_GAPS_H

#include "dealdice/past.h"

/** One warning per kind of gap, with how many deals have it.
 * @param vanished  deals that left the photos without an end
 * @param unseen    deals that no photo showed open */
dd_status dd_note_gaps(const dd_past *past, size_t vanished, size_t unseen,
                       dd_notes *notes);

#endif
