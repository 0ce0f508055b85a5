/* What is at risk if reps leave, in keys, and in words and a table over them. */
#include "answers/whatif/leavers.h"

#include <math.h>
#include <stdio.h>

static void
describe_leaver(const dd_leaver *self, dd_doc *doc, dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    dd_doc_text(doc, node, "owner", self->owner);
    dd_doc_count(doc, node, "deals", (int64_t) self->deals);
    dd_doc_money_exact(doc, node, "amount", self->amount);
    dd_doc_money(doc, node, "expected", self->expected);
    dd_doc_money(doc, node, "expected_mcse", self->expected_mcse);
    dd_doc_money(doc, node, "at_risk", self->at_risk);
    dd_doc_money(doc, node, "at_risk_mcse", self->at_risk_mcse);
    dd_doc_share(doc, node, "share",
                 self->expected > 0 ? self->at_risk / self->expected : (double) NAN);
}

dd_doc_node *
dd_leavers_describe(const dd_leavers *self, dd_doc *doc)
{
    dd_doc_node *list = dd_doc_list(doc, doc->root, "leavers");
    dd_doc_list_keys(doc, list,
                     "owner,deals,amount,expected,expected_mcse,at_risk,at_risk_mcse,"
                     "share");
    for (size_t i = 0; i < self->n; i++)
        describe_leaver(&self->items[i], doc, list);
    return list;
}

static void
write_part(char *text, size_t room, const dd_handover *part)
{
    int n = snprintf(text, room, "%g days", part->delay_days);
    if (part->odds < 1)
        snprintf(text + n, room - (size_t) n, " and odds times %g", part->odds);
}

void
dd_leavers_show(const dd_leavers *self, const char *until, dd_doc *doc,
                const dd_doc_node *list)
{
    static const dd_doc_column columns[] = {
        { "Rep", "{owner}" },
        { "Open deals", "{deals}" },
        { "Amount", "{amount}" },
        { "Expected", "{expected~expected_mcse}" },
        { "At risk", "{at_risk~at_risk_mcse}" },
        { "Of it", "{share}" },
    };
    char title[96], sentence[400], date[16], part[DD_PARTS][48];
    if (self->trials == 0)
        return;
    if (self->n == 0) {
        dd_doc_say(doc, NULL,
                   "No open deal belongs to a rep who is there and known by name: "
                   "nobody's leaving puts any at risk.");
        return;
    }
    for (int i = 0; i < DD_PARTS; i++)
        write_part(part[i], sizeof part[i], &self->handover[i]);
    snprintf(title, sizeof title, "At risk by the end of %s if a rep leaves on %s",
             until, dd_day_format(self->date, date));
    dd_doc_table(doc, title, list, columns, sizeof columns / sizeof *columns);
    snprintf(
        sentence, sizeof sentence,
        "A handover is taken to cost a deal in the upper third of its stages %s, in "
        "the middle one %s, in the lower one %s, and whoever takes over to have the "
        "time; what else the rep would have found is not in it. %zu trials each.",
        part[DD_UPPER], part[DD_MIDDLE], part[DD_LOWER], self->trials);
    dd_doc_say(doc, NULL, sentence);
}
