/**
 * @file notes.h
 * What reading decided, in sentences. Source: sim/history/notes.c.
 *
 * Codes that begin with "read_" only tell what was done; the others are warnings.
 */
#ifndef DD_HISTORY_NOTES_H
#define DD_HISTORY_NOTES_H

#include "history/intake.h"

dd_status dd_history_note(const dd_intake *self);

#endif
