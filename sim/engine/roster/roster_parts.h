/** @file roster_parts.h The parts of a roster: shared by roster.c and roster_people.c. */
#ifndef DD_ENGINE_ROSTER_PARTS_H
#define DD_ENGINE_ROSTER_PARTS_H

#include "engine/roster/roster.h"

/** Who is there, who comes, who goes; self->rules are read already. */
dd_status dd_roster_people(dd_roster *self, const dd_roster_of *of, dd_error *err);

#endif
