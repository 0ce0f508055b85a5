/**
 * @file lone_end.h
 * A last entry far behind all others, which is more often a slip of the pen than news.
 * Source: sim/history/lone_end.c.
 */
#ifndef DD_HISTORY_LONE_END_H
#define DD_HISTORY_LONE_END_H

#include "dealdice/history.h"

/** Warn (`lone_end`) where a few entries alone put the present more than 90 days, and ten
 * times the usual time between two entries, after the one before them. @return DD_OK,
 * DD_ENOMEM */
dd_status dd_note_lone_end(const dd_history *self, dd_notes *notes);

#endif
