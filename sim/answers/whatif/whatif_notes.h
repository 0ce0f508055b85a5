/**
 * @file whatif_notes.h
 * What of the scenarios has no effect. Source: sim/answers/whatif/whatif_notes.c.
 */
#ifndef DD_ANSWERS_WHATIF_NOTES_H
#define DD_ANSWERS_WHATIF_NOTES_H

#include "answers/whatif/whatif.h"

/**
 * Tell (`no_effect`) of levers, rules, hires and leavers that come after the last
 * period, of a `from:` without levers and rules, of rules that nobody meets (a hand-over
 * where nobody leaves), and of a scenario that changes no trial; and of costs without a
 * margin (`no_margin`).
 * @param scenarios  those of dd_whatif_make
 * @return DD_OK, DD_ENOMEM
 */
dd_status dd_whatif_note(const dd_whatif *self, const dd_scenario *scenarios,
                         dd_notes *notes, dd_error *err);

#endif
