/**
 * @file assemble.h
 * From rows in any order to deals with entries in order of time.
 * Source: sim/history/assemble.c (entries), photos.c (snapshots), deal_order.c, names.c,
 * stages.c.
 */
#ifndef DD_HISTORY_ASSEMBLE_H
#define DD_HISTORY_ASSEMBLE_H

#include "history/intake.h"

/** Deals in the order of the lines of their earliest rows: a file that is written
 * newest first must not order them by what came later. */
dd_status dd_assemble_deals(dd_intake *self);

/**
 * Sort the rows into history->entries, and find the first and last day and the recording
 * unit. Refuses rows of a deal after its end, and rows that name another pipeline than
 * the deal's first, and a deal's second row on one photo. Releases the rows.
 */
dd_status dd_assemble_entries(dd_intake *self);

/**
 * Find the days of the photos and date what changed between two of them: when the CRM says
 * it, else in the middle; creation likewise. What the first photo shows undated counts
 * from it.
 * @return DD_OK or DD_ENOMEM
 */
dd_status dd_date_photos(dd_intake *self);

/** Owners, segments, kinds, sources and (unless the funnel lists them) pipelines: in
 * order of first use; what only refused rows named is dropped. */
dd_status dd_assemble_names(dd_intake *self);

/** Pipelines and their stages in order; entries and deals get final stage numbers. */
dd_status dd_assemble_stages(dd_intake *self);

#endif
