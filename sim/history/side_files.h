/**
 * @file side_files.h
 * Reps and activities, once the deals are in their places. Source:
 * sim/history/reps.c, sim/history/activities.c.
 */
#ifndef DD_HISTORY_SIDE_FILES_H
#define DD_HISTORY_SIDE_FILES_H

#include "history/intake.h"
#include "input/side_files.h"

/** Reading one of the files into the history. */
typedef struct {
    dd_intake *intake;
    dd_table owners; /* the history's, by their index */
    size_t room;
} dd_side_intake;

/** Read a file into the history; nothing for a path of NULL. */
dd_status dd_side_take(dd_intake *intake, const char *path, const dd_side_file *file,
                       dd_status (*row)(void *context, const dd_side_row *row));
/** A copy that lives as long as the history, the same for the same word; NULL for NULL. */
dd_status dd_side_keep(dd_side_intake *self, const char *word, const char **kept);
/** Refuse a row of the file being read. */
dd_status dd_side_refuse(dd_side_intake *self, long line, const char *column,
                         const char *value, const char *code, const char *reason);

/**
 * The funnel's reps. Refused: who ends before they start, a quota period that is none, a
 * quota below zero (negative_quota), a span that overlaps an earlier one of the same rep
 * (overlapping_spans).
 */
dd_status dd_reps_read(dd_intake *intake);
/** The funnel's activities. Refused: one of a deal that the history has not
 * (unknown_deal). */
dd_status dd_activities_read(dd_intake *intake);

#endif
