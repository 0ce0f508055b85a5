#include "answers/whatif/whatif_team.h"

#include <math.h>
#include <stdio.h>

void
dd_whatif_describe_team(const dd_whatif_scenario *self, dd_doc *doc,
                        dd_doc_node *scenario)
{
    const double unknown = (double) NAN;
    const dd_whatif_reading none = { unknown, unknown, unknown, unknown, unknown };
    const dd_whatif_reading *other = self->team != NULL ? &self->other : &none;
    dd_doc_node *node;

    dd_doc_share(doc, scenario, "orphaned_share",
                 self->team != NULL ? self->orphaned_share : unknown);
    dd_doc_share(doc, scenario, "orphaned_share_mcse",
                 self->team != NULL ? self->orphaned_share_mcse : unknown);
    node = dd_doc_object(doc, scenario, "other_leads");
    dd_doc_share(doc, node, "market", other->market);
    dd_doc_money(doc, node, "bookings_change", other->bookings_change);
    dd_doc_money(doc, node, "bookings_change_mcse", other->bookings_change_mcse);
    dd_doc_points(doc, node, "p_target_change", other->p_target_change);
    dd_doc_points(doc, node, "p_target_change_mcse", other->p_target_change_mcse);
}

/* ---- text ---- */

/* A CFO asks whether new reps bring leads or share them. */
static void
say_other_leads(const dd_whatif *self, const dd_whatif_scenario *scenario, dd_doc *doc,
                const dd_doc_node *node)
{
    const char *label = self->periods[self->n_periods - 1].label;
    char sentence[640], chance[160] = "";

    if (self->target_period < self->n_periods && scenario->other.p_target_change != 0.0)
        snprintf(chance, sizeof chance,
                 ", and the chance of %s by "
                 "{other_leads.p_target_change+-other_leads.p_target_change_mcse}",
                 self->periods[self->target_period].label);
    snprintf(
        sentence, sizeof sentence,
        "If the new reps of '{name}' %s, bookings to the end of %s change by "
        "{other_leads.bookings_change+-other_leads.bookings_change_mcse} instead%s.",
        scenario->other.market > 0.5
            ? "bring no deals of their own but share those there are"
            : "bring deals of their own",
        label, chance);
    dd_doc_say(doc, node, sentence);
}

void
dd_whatif_show_teams(const dd_whatif *self, dd_doc *doc, const dd_doc_node *scenarios)
{
    static const dd_doc_column columns[] = { { "Scenario", "{scenario}" },
                                             { "Rule", "{rule}" },
                                             { "Value", "{value}" },
                                             { "From", "{from}" } };
    const dd_doc_node *node = scenarios->first;

    if (self->scenarios[0].team == NULL)
        return;
    for (size_t i = 0; i < self->n; i++, node = node->next) {
        const dd_whatif_scenario *one = &self->scenarios[i];
        if (!isnan(one->other.market))
            say_other_leads(self, one, doc, node);
        if (one->orphaned_share > 0)
            dd_doc_say(doc, node,
                       "Of the wins of '{name}' "
                       "{orphaned_share+-orphaned_share_mcse} come after the rep who "
                       "first had the deal has left.");
    }
    dd_doc_table(doc, "How each team works", dd_doc_get(doc->root, "rules"), columns,
                 sizeof columns / sizeof *columns);
    dd_doc_say(
        doc, NULL,
        "Reps are played one by one, in the base too: who comes, who goes and what "
        "they have time for acts on live deals.");
}
