/* The open deals in keys, and in a sentence and a table. */
#include "answers/deals/deals.h"
#include "answers/deals/deals_chances.h"

#include <stdio.h>
#include <string.h>

#define KEYS \
    "deal_id,name,owner,segment,stage,age_days,age_percentile,stuck,amount," \
    "p_won_period,p_won_ever,p_lost,close_p10,close_p50,close_p90,expected," \
    "variance_share,slips,crm_close_date,crm_probability"

static void
describe_line(const dd_deals *self, const dd_deal_line *line, dd_doc *doc,
              dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    dd_doc_text(doc, node, "deal_id", line->id);
    dd_doc_text(doc, node, "name", line->name);
    dd_doc_text(doc, node, "owner", line->owner);
    dd_doc_text(doc, node, "segment", line->segment);
    if (line->pipeline != NULL)
        dd_doc_text(doc, node, "pipeline", line->pipeline);
    dd_doc_text(doc, node, "stage", line->stage);
    if (self->handover)
        dd_doc_text(doc, node, "part", line->part);
    dd_doc_number(doc, node, "age_days", line->age_days);
    dd_doc_chance(doc, node, "age_percentile", line->age_percentile);
    if (line->stuck < 0)
        dd_doc_null(doc, node, "stuck");
    else
        dd_doc_truth(doc, node, "stuck", line->stuck);
    dd_doc_money_exact(doc, node, "amount", line->amount);
    dd_doc_chance(doc, node, "p_won_period", line->p_won_period);
    dd_doc_chance(doc, node, "p_won_ever", line->p_won_ever);
    dd_doc_chance(doc, node, "p_lost", line->p_lost);
    dd_doc_day(doc, node, "close_p10", line->close_p10);
    dd_doc_day(doc, node, "close_p50", line->close_p50);
    dd_doc_day(doc, node, "close_p90", line->close_p90);
    dd_doc_money(doc, node, "expected", line->expected);
    dd_doc_share(doc, node, "variance_share", line->variance_share);
    dd_doc_null(doc, node, "slips"); /* no layout keeps earlier close dates */
    dd_doc_day(doc, node, "crm_close_date", line->crm_close_date);
    dd_doc_chance(doc, node, "crm_probability", line->crm_probability);
}

static const char *
stuck_part(const dd_deals *self)
{
    if (self->stuck == 0)
        return "none of them is stuck";
    if (self->stuck == self->chosen)
        return self->stuck == 1 ? "it is stuck" : "all of them are stuck";
    if (self->amount > 0.0 && self->expected > 0.0)
        return self->stuck == 1
                   ? "1 of them is stuck, worth {stuck_amount}, and should bring "
                     "{stuck_expected} of it"
                   : "{stuck} of them are stuck, worth {stuck_amount}, and should bring "
                     "{stuck_expected} of it";
    return self->stuck == 1 ? "1 of them is stuck" : "{stuck} of them are stuck";
}

/* The answer in one breath. */
static void
say_answer(const dd_deals *self, dd_doc *doc)
{
    char sentence[512], which[64];
    snprintf(which, sizeof which, "%s open deal%s",
             self->chosen < self->n_open ? "{chosen} of {open}" : "{open}",
             self->n_open == 1 ? "" : "s");
    if (self->chosen == 0) {
        dd_doc_say(doc, NULL,
                   self->n_open > 0 ? "None of the {open} open deals is asked for."
                                    : "No deal is open as of {as_of}.");
        return;
    }
    snprintf(sentence, sizeof sentence,
             "{period}: %s%s should bring %s{wins} wins by {period_end}; %s.", which,
             self->amount > 0.0 ? ", worth {amount} in all," : "",
             self->expected > 0.0 ? "{expected} and " : "", stuck_part(self));
    dd_doc_say(doc, NULL, sentence);
}

/* Columns as they are found to be of use. */
typedef struct {
    dd_doc_column column[16];
    signed char fit[16];
    size_t n;
} columns;

static void
add_column(columns *self, const char *heading, const char *cell, signed char fit)
{
    self->column[self->n] = (dd_doc_column){ heading, cell };
    self->fit[self->n++] = fit;
}

/* What the lines printed have: names of their own, days, dates of the CRM's. */
typedef struct {
    int stuck, names, days, crm_dates;
} printed;

static printed
look_at(const dd_deals *self)
{
    printed has = { 0, 0, 0, 0 };
    for (size_t i = 0; i < self->n && (self->top_asked || i < DD_DEALS_PRINTED); i++) {
        const dd_deal_line *line = &self->line[i];
        has.stuck |= line->stuck > 0;
        has.names |= line->name != NULL && strcmp(line->name, line->id) != 0;
        has.days |= line->close_p10 != DD_NO_DAY;
        has.crm_dates |= line->crm_close_date != DD_NO_DAY;
    }
    return has;
}

/* The CRM's date stands against one of ours. */
static void
choose_columns(columns *self, printed has, const char *period)
{
    if (has.stuck)
        add_column(self, "", "{stuck?*}", 0);
    add_column(self, "Deal", "{deal_id}", 0);
    if (has.names)
        add_column(self, "Name", "{name}", -14);
    add_column(self, "Owner", "{owner}", -9);
    add_column(self, "Pipeline", "{pipeline}", -8);
    add_column(self, "Stage", "{stage}", -10);
    add_column(self, "Part", "{part}", 0);
    add_column(self, "Days", "{age_days}", 1);
    add_column(self, "Amount", "{amount}", 0);
    add_column(self, period, "{p_won_period}", 0);
    add_column(self, "Ever", "{p_won_ever}", 2);
    add_column(self, "Expected", "{expected}", 0);
    if (has.crm_dates)
        add_column(self, "Won about", "{close_p50^}", 0);
    else
        add_column(self, "Won between (80 %)", "{close_p10^} – {close_p90^}", 0);
    add_column(self, "CRM: date", "{crm_close_date^}", 0);
    add_column(self, "CRM: chance", "{crm_probability}", 0);
}

static void
show_lines(const dd_deals *self, dd_doc *doc, const dd_doc_node *list)
{
    char period[48];
    columns chosen = { .n = 0 };
    snprintf(period, sizeof period, "In %s", self->period.label);
    choose_columns(&chosen, look_at(self), period);
    dd_doc_table(doc, NULL, list, chosen.column, chosen.n);
    dd_doc_table_fit(doc, chosen.fit);
    if (self->top_asked)
        return;
    dd_doc_table_rows(doc, DD_DEALS_PRINTED);
    if (self->n > DD_DEALS_PRINTED) {
        char more[128];
        snprintf(more, sizeof more,
                 "The first %d of {chosen}; --top N prints more, --format csv all "
                 "deals and columns.",
                 DD_DEALS_PRINTED);
        dd_doc_say(doc, NULL, more);
    }
}

/* Which of the stuck deals are worth a call. */
static void
say_stuck(const dd_deals *self, dd_doc *doc)
{
    const size_t alive = self->stuck - self->faded;
    char others[80] = "", sentence[320];

    if (self->faded == 0)
        return;
    if (alive > 0)
        snprintf(others, sizeof others, "; the other %zu may be worth a call", alive);
    snprintf(sentence, sizeof sentence,
             "{faded} stuck deal%s%s %s less than %.0f %% left ever to be won, and %s "
             "better closed than counted%s.",
             self->faded == 1 ? "" : "s",
             self->faded_amount > 0.0 ? ", worth {faded_amount}," : "",
             self->faded == 1 ? "has" : "have", 100.0 * DD_FADED_CHANCE,
             self->faded == 1 ? "is" : "are", others);
    dd_doc_say(doc, NULL, sentence);
}

/* "12-11 – –": a dash for a day needs a word, as a day without a year does. */
static void
say_days(const dd_deals *self, dd_doc *doc)
{
    char sentence[128], day[16];
    size_t n = 0;

    const printed has = look_at(self);
    if (has.days || has.crm_dates)
        dd_doc_say(doc, NULL, "A day without its year is the next such day.");
    if (has.crm_dates) {
        dd_doc_say(doc, NULL,
                   "Won about: where a deal is won, it is as likely before as after.");
        return;
    }
    for (size_t i = 0; i < self->n && (self->top_asked || i < DD_DEALS_PRINTED); i++)
        n += self->line[i].close_p10 != DD_NO_DAY
             && self->line[i].close_p90 == DD_NO_DAY;
    if (n == 0)
        return;
    snprintf(sentence, sizeof sentence,
             "A window without an end lasts beyond %s, as far as is looked ahead.",
             dd_day_format(self->as_of + DD_WINDOW_DAYS, day));
    dd_doc_say(doc, NULL, sentence);
}

static void
say_basis(const dd_deals *self, dd_doc *doc)
{
    char stuck[320];
    say_days(self, doc);
    if (self->stuck > 0) {
        snprintf(stuck, sizeof stuck,
                 "Stuck (*): older than %.0f %% of the deals that got this far, and the "
                 "chance to be won has fallen below %s of what it was on entering the "
                 "stage.",
                 100.0 * DD_STUCK_AGE, "half");
        dd_doc_say(doc, NULL, stuck);
    }
    if (self->handover)
        dd_doc_say(doc, NULL,
                   "In the order of handing over: the lower part of the funnel first, "
                   "for its deals suffer most from waiting; within a part by what is "
                   "expected.");
    dd_doc_say(doc, NULL,
               self->currency != NULL
                   ? "As of {as_of}, amounts in {currency}; chances however busy the "
                     "market turns out, as in the forecast."
                   : "As of {as_of}; chances however busy the market turns out, as in "
                     "the forecast.");
}

void
dd_deals_describe(const dd_deals *self, const dd_notes *notes, dd_doc *doc)
{
    dd_doc_node *list;
    dd_doc_day(doc, doc->root, "as_of", self->as_of);
    dd_doc_text(doc, doc->root, "currency", self->currency);
    dd_doc_count(doc, doc->root, "trials", (int64_t) self->trials);
    dd_doc_warnings(doc, notes);
    dd_doc_text(doc, doc->root, "period", self->period.label);
    dd_doc_day(doc, doc->root, "period_end", self->period.end);
    dd_doc_count(doc, doc->root, "open", (int64_t) self->n_open);
    dd_doc_count(doc, doc->root, "chosen", (int64_t) self->chosen);
    dd_doc_money(doc, doc->root, "amount", self->amount);
    dd_doc_money(doc, doc->root, "expected", self->expected);
    dd_doc_number(doc, doc->root, "wins", self->wins);
    dd_doc_count(doc, doc->root, "stuck", (int64_t) self->stuck);
    dd_doc_money(doc, doc->root, "stuck_amount", self->stuck_amount);
    dd_doc_money(doc, doc->root, "stuck_expected", self->stuck_expected);
    dd_doc_count(doc, doc->root, "faded", (int64_t) self->faded);
    dd_doc_money(doc, doc->root, "faded_amount", self->faded_amount);
    list = dd_doc_list(doc, doc->root, "deals");
    dd_doc_list_keys(doc, list, KEYS);
    for (size_t i = 0; i < self->n; i++)
        describe_line(self, &self->line[i], doc, list);
    if (doc->failed)
        return;
    say_answer(self, doc);
    say_stuck(self, doc);
    show_lines(self, doc, list);
    say_basis(self, doc);
}
