/** @file roster_parts.h The parts of a roster: shared by the sources beside it. */
#ifndef DD_ENGINE_ROSTER_PARTS_H
#define DD_ENGINE_ROSTER_PARTS_H

#include "engine/roster/roster.h"

/** What a scenario says from the first day on and later, and the crew's rules by it.
 * @return DD_OK; DD_EDATA for `leads_from` that starts later; DD_ENOMEM */
dd_status dd_roster_rules_read(dd_roster *self, const dd_roster_of *of,
                               const dd_scenario *scenario, dd_error *err);
void dd_roster_rules_free(dd_roster *self);

/** Who is there, who comes, who goes; self->rules are read already. */
dd_status dd_roster_people(dd_roster *self, const dd_roster_of *of, dd_error *err);

#endif
