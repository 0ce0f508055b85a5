/**
 * @file changed_stages.h
 * Stages that were renamed, split or merged while the history ran.
 * Source: sim/history/changed_stages.c.
 */
#ifndef DD_HISTORY_CHANGED_STAGES_H
#define DD_HISTORY_CHANGED_STAGES_H

#include "dealdice/past.h"

/**
 * Warn ("changed_stages") where deals that left a stage, or came new, went to another from
 * one day to the next: a stage appeared between or vanished, or got another name.
 *
 * Of each stage that deals leave, and of their creation, the share that goes to each other
 * stage is followed over the days on which any left. Two stretches of 15 to 60 such days on
 * either side of a day are compared: on one side the share must be a fifth at least, on the
 * other at most a fiftieth, with no slow passage between, and the difference must be six
 * standard errors, days being the units, so that no batch makes a change. Markets that
 * drift or break change how many are won and how soon, not where deals go next; ends are
 * left out for that, and layout DD_DEALS, which has no moves, is passed over.
 * @return DD_OK or DD_ENOMEM
 */
dd_status dd_note_changed_stages(const dd_past *past, dd_notes *notes);

#endif
