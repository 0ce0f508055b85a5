/**
 * @file absent_owners.h
 * Owners of open deals whom the file of reps does not have at work. Source:
 * sim/history/absent_owners.c.
 */
#ifndef DD_HISTORY_ABSENT_OWNERS_H
#define DD_HISTORY_ABSENT_OWNERS_H

#include "dealdice/past.h"

/** Warn (`absent_owners`) of open deals whose owners the file of reps does not know, or
 * has gone by as-of: no rep's visits limit such deals, and no leaver hands them over.
 * Nothing where there is no such file. @return DD_OK, DD_ENOMEM */
dd_status dd_note_absent_owners(const dd_past *self, dd_notes *notes);

#endif
