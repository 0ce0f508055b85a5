/**
 * @file whatif_team.h
 * How each scenario's team works, in keys and words. Sources:
 * sim/answers/whatif/whatif_team.c, and for the rules sim/answers/whatif/whatif_rules.c.
 */
#ifndef DD_ANSWERS_WHATIF_TEAM_H
#define DD_ANSWERS_WHATIF_TEAM_H

#include "answers/whatif/whatif.h"

/** Keys orphaned_share, orphaned_share_mcse and other_leads of a scenario. */
void dd_whatif_describe_team(const dd_whatif_scenario *self, dd_doc *doc,
                             dd_doc_node *scenario);
/** root.rules: every rule that a team works by, its value and who says so. */
void dd_whatif_describe_rules(const dd_whatif *self, dd_doc *doc);
/** The rules as a table, and what leavers and other sources of leads would change. */
void dd_whatif_show_teams(const dd_whatif *self, dd_doc *doc,
                          const dd_doc_node *scenarios);

#endif
