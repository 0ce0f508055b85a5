/* The plan in keys, and in the order in which a sales leader asks: what to do a rep and
 * week, then how sure that is, then what it rests on. */
#include "answers/plan.h"

#include <math.h>
#include <stdio.h>

#define MOST_PLAUSIBLE 5.0 /* times what usually comes in */

static const char *const unit_keys[] = { "deals", "opportunities", "visits", "leads" };

static void
put_count(dd_doc *doc, dd_doc_node *node, const char *key, double count)
{
    if (isnan(count))
        dd_doc_null(doc, node, key);
    else
        dd_doc_count(doc, node, key, llround(count));
}

static void
describe_rung(const dd_plan_rung *rung, dd_doc *doc, dd_doc_node *list)
{
    dd_doc_node *node = dd_doc_object(doc, list, NULL);
    double on_open = isnan(rung->visits_open) ? 0.0 : rung->visits_open;
    char key[48];
    dd_doc_share(doc, node, "confidence", rung->confidence);
    dd_doc_ratio(doc, node, "effort", rung->effort);
    for (int u = 0; u < DD_EFFORT_UNITS; u++) {
        put_count(doc, node, unit_keys[u],
                  rung->need[u] + (u == DD_IN_VISITS ? on_open : 0.0));
        snprintf(key, sizeof key, "%s_mcse", unit_keys[u]);
        dd_doc_number(doc, node, key, rung->mcse[u]);
    }
    put_count(doc, node, "visits_new", rung->need[DD_IN_VISITS]);
    put_count(doc, node, "visits_open", rung->visits_open);
    put_count(doc, node, "visits_per_rep_week", rung->visits_per_rep_week);
    put_count(doc, node, "leads_per_rep_week", rung->leads_per_rep_week);
    dd_doc_text(doc, node, "reason", rung->reason);
}

static void
describe_reps(const dd_plan *self, dd_doc *doc)
{
    dd_doc_node *list = dd_doc_list(doc, doc->root, "by_rep");
    for (size_t i = 0; i < self->n_reps; i++) {
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "owner", self->reps[i].owner);
        put_count(doc, node, "visits_per_week", self->reps[i].visits_per_week);
        put_count(doc, node, "leads_per_week", self->reps[i].leads_per_week);
    }
}

static dd_doc_node *
describe_coverage(const dd_plan *self, dd_doc *doc)
{
    dd_doc_node *list = dd_doc_list(doc, doc->root, "by_segment");
    for (size_t i = 0; i < self->n_coverage; i++) {
        const dd_plan_coverage *coverage = &self->coverage[i];
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "name", coverage->name ? coverage->name : "all");
        dd_doc_ratio(doc, node, "coverage", coverage->coverage);
        dd_doc_ratio(doc, node, "coverage_average", coverage->average);
        dd_doc_ratio(doc, node, "now", coverage->now);
    }
    return list;
}

static dd_doc_node *
describe_reach(const dd_plan *self, dd_doc *doc)
{
    dd_doc_node *list = dd_doc_list(doc, doc->root, "reach");
    for (size_t i = 0; i < 3 && self->unit; i++) {
        const dd_plan_reach *reach = &self->reach[i];
        dd_doc_node *node = dd_doc_object(doc, list, NULL);
        dd_doc_text(doc, node, "unit", self->unit);
        dd_doc_share(doc, node, "share", reach->share);
        dd_doc_number(doc, node, "per_rep_week", reach->per_rep_week);
        put_count(doc, node, "in_all", reach->in_all);
        dd_doc_chance(doc, node, "p_target", reach->p_target);
        dd_doc_chance(doc, node, "p_target_mcse", reach->p_target_mcse);
    }
    return list;
}

static void
describe_all(const dd_plan *self, dd_doc *doc)
{
    dd_doc_node *root = doc->root, *done;
    dd_doc_text(doc, root, "period", self->period.label);
    dd_doc_money_exact(doc, root, "target", self->target);
    if (self->target_deals > 0)
        dd_doc_count(doc, root, "target_deals", self->target_deals);
    else
        dd_doc_null(doc, root, "target_deals");
    dd_doc_chance(doc, root, "p_hit_now", self->p_hit_now);
    dd_doc_chance(doc, root, "p_hit_now_mcse", self->p_hit_now_mcse);
    dd_doc_chance(doc, root, "p_without_effort", self->p_idle);
    dd_doc_money_exact(doc, root, "booked", self->booked);
    dd_doc_count(doc, root, "won", self->booked_wins);
    dd_doc_money(doc, root, "by_itself", self->open);
    dd_doc_day(doc, root, "last_useful_day", self->last_useful_day);
    dd_doc_number(doc, root, "rep_weeks", self->rep_weeks);
    dd_doc_number(doc, root, "usual_visits_per_rep_week", self->usual_visits);
    done = dd_doc_object(doc, root, "done");
    put_count(doc, done, "visits", self->done_visits);
    put_count(doc, done, "leads", self->done_leads);
    put_count(doc, done, "opportunities", self->done_opportunities);
}

/* ---- in words ---- */

static const char *
goal_words(const dd_plan *self)
{
    return self->target_deals > 0 ? "{target_deals} deals" : "{target}";
}

static void
say_now(const dd_plan *self, dd_doc *doc)
{
    char sentence[512];
    int met = self->target_deals > 0 ? self->booked_wins >= self->target_deals
                                     : self->booked >= self->target;
    if (met)
        snprintf(sentence, sizeof sentence,
                 "{period}: the target of %s is met: %s already.", goal_words(self),
                 self->target_deals > 0 ? "{won} won" : "{booked} booked");
    else
        snprintf(sentence, sizeof sentence,
                 "{period}: as things go, {p_hit_now+-p_hit_now_mcse} chance of %s; "
                 "without anything new from now on, {p_without_effort}.",
                 goal_words(self));
    dd_doc_say(doc, doc->root, sentence);
}

/* The one line to take away. */
static void
say_task(const dd_plan *self, dd_doc *doc, const dd_doc_node *rung)
{
    const dd_plan_rung *asked = &self->rungs[self->asked];
    char sentence[512], until[48] = "", day[16];
    double opportunities = asked->need[DD_IN_OPPORTUNITIES];
    if (self->last_useful_day != DD_NO_DAY)
        snprintf(until, sizeof until, " up to %s",
                 dd_day_format(self->last_useful_day, day));
    if (asked->reason)
        snprintf(sentence, sizeof sentence, "No effort makes it {confidence} sure: %s.",
                 asked->reason);
    else if (opportunities <= 0.0)
        snprintf(sentence, sizeof sentence,
                 "It is {confidence} sure without any new opportunity.");
    else if (isnan(asked->visits_per_rep_week))
        snprintf(sentence, sizeof sentence,
                 "To be {confidence} sure: {opportunities~opportunities_mcse} new "
                 "opportunities%s.",
                 until);
    else
        snprintf(sentence, sizeof sentence,
                 "To be {confidence} sure: {visits_per_rep_week} visits%s a rep and "
                 "week%s, {visits_new~visits_mcse} in all%s%s.",
                 isnan(asked->visits_open) ? " for new deals" : "", until,
                 isnan(asked->visits_open)
                     ? ""
                     : " for new deals and {visits_open} on deals by stage",
                 isnan(asked->leads_per_rep_week)
                     ? ""
                     : "; or, counted in leads, {leads_per_rep_week} a rep and week");
    dd_doc_say(doc, rung, sentence);
}

static void
say_usual(const dd_plan *self, dd_doc *doc, const dd_doc_node *rung)
{
    const dd_plan_rung *asked = &self->rungs[self->asked];
    if (asked->reason || !(asked->need[DD_IN_OPPORTUNITIES] > 0.0))
        return;
    if (!isnan(self->usual_visits) && !isnan(asked->need[DD_IN_VISITS]))
        dd_doc_say(
            doc, doc->root,
            "For new deals it is {usual_visits_per_rep_week} a rep and week as usual.");
    if (asked->effort > MOST_PLAUSIBLE)
        dd_doc_say(doc, rung,
                   "That is {effort} what usually comes in, more than a team can turn "
                   "up: what is open must do it, or a later period.");
    else if (!isnan(asked->effort))
        dd_doc_say(doc, rung, "New opportunities: {effort} what usually comes in.");
}

static void
say_time(const dd_plan *self, dd_doc *doc)
{
    if (self->last_useful_day == DD_NO_DAY)
        return;
    dd_doc_say(doc, doc->root,
               "Until then the team works {rep_weeks} weeks of a full rep.");
    if (self->last_useful_day < self->period.end)
        dd_doc_say(doc, doc->root,
                   "What is begun later has less than a tenth of the best week's chance "
                   "to be won by the end of {period}.");
}

static void
show_ladder(dd_doc *doc, const dd_doc_node *rungs)
{
    static const dd_doc_column columns[] = {
        { "Sure", "{confidence}" },
        { "Deals", "{deals}" },
        { "Opportunities", "{opportunities~opportunities_mcse}" },
        { "Visits", "{visits_new~visits_mcse}" },
        { "on deals", "{visits_open}" },
        { "Leads", "{leads~leads_mcse}" },
        { "Visits/rep/week", "{visits_per_rep_week}" },
        { "Leads/rep/week", "{leads_per_rep_week}" },
        { "Why not", "{reason}" },
    };
    dd_doc_table(doc, "Needed beside what is booked, open or comes by itself", rungs,
                 columns, sizeof columns / sizeof *columns);
    dd_doc_say(doc, NULL,
               "Each column decides its own unit, so many leads or so many visits, "
               "whatever comes of them: one is not the other times a rate. Averages "
               "multiplied back would be enough in every other future only.");
}

static void
show_reps(const dd_plan *self, dd_doc *doc)
{
    static const dd_doc_column columns[] = {
        { "Rep", "{owner}" },
        { "Visits a week", "{visits_per_week}" },
        { "Leads a week", "{leads_per_week}" },
    };
    char title[64];
    const dd_plan_rung *asked = &self->rungs[self->asked];
    if (asked->reason || isnan(asked->need[DD_IN_VISITS]))
        return;
    snprintf(title, sizeof title, "Rep by rep, to be %g %% sure",
             100.0 * self->confidence);
    dd_doc_table(doc, title, dd_doc_get(doc->root, "by_rep"), columns,
                 sizeof columns / sizeof *columns);
}

static void
show_reach(const dd_plan *self, dd_doc *doc, const dd_doc_node *reach)
{
    static const dd_doc_column visits[] = {
        { "Visits a rep and week", "{per_rep_week}" },
        { "In all", "{in_all}" },
        { "Chance", "{p_target+-p_target_mcse}" },
    };
    static const dd_doc_column leads[] = {
        { "Leads a rep and week", "{per_rep_week}" },
        { "In all", "{in_all}" },
        { "Chance", "{p_target+-p_target_mcse}" },
    };
    if (self->unit)
        dd_doc_table(doc, "What so much reaches, and a fifth less or more", reach,
                     self->unit[0] == 'v' ? visits : leads, 3);
}

/* Of one group a sentence, of several a table. */
static void
show_coverage(const dd_plan *self, dd_doc *doc, const dd_doc_node *list)
{
    char sure[48], title[192];
    const dd_doc_column columns[] = {
        { "Deals like those of", "{name}" },
        { "On average", "{coverage_average}" },
        { sure, "{coverage}" },
        { "Open now", "{now}" },
    };
    snprintf(sure, sizeof sure, "%g %% sure", 100.0 * self->confidence);
    if (self->n_coverage > 1) {
        snprintf(
            title, sizeof title,
            "Open pipeline over what is still to book, if it alone had to bring it");
        dd_doc_table(doc, title, list, columns, sizeof columns / sizeof *columns);
    } else if (self->n_coverage == 1) {
        snprintf(title, sizeof title,
                 "Open pipeline alone would have to be {coverage_average} what is still "
                 "to book on average, {coverage} to be %s; it is {now}.",
                 sure);
        dd_doc_say(doc, list->first, title);
    }
}

static void
say_done(const dd_plan *self, dd_doc *doc)
{
    if (!self->period_began)
        return;
    dd_doc_say(doc, doc->root,
               "So far in {period}: {booked} booked, {won} deals won, "
               "{done.opportunities} new opportunities.");
    if (!isnan(self->done_visits))
        dd_doc_say(doc, doc->root, "Visits made in it: {done.visits}.");
}

void
dd_plan_describe(const dd_plan *self, const dd_notes *notes, dd_doc *doc)
{
    dd_doc_node *rungs, *reach, *coverage;
    const dd_doc_node *asked;
    char path[32];

    dd_doc_day(doc, doc->root, "as_of", self->as_of);
    dd_doc_text(doc, doc->root, "currency", self->currency);
    dd_doc_count(doc, doc->root, "trials", (int64_t) self->trials);
    dd_doc_warnings(doc, notes);
    describe_all(self, doc);
    rungs = dd_doc_list(doc, doc->root, "ladder");
    for (size_t i = 0; i < self->n_rungs; i++)
        describe_rung(&self->rungs[i], doc, rungs);
    describe_reps(self, doc);
    coverage = describe_coverage(self, doc);
    reach = describe_reach(self, doc);
    if (doc->failed)
        return;
    snprintf(path, sizeof path, "ladder.%zu", self->asked);
    asked = dd_doc_get(doc->root, path);
    say_now(self, doc);
    say_task(self, doc, asked);
    say_usual(self, doc, asked);
    say_time(self, doc);
    show_reach(self, doc, reach);
    show_ladder(doc, rungs);
    show_reps(self, doc);
    show_coverage(self, doc, coverage);
    say_done(self, doc);
    dd_doc_say(doc, NULL,
               self->currency != NULL
                   ? "As of {as_of}, amounts in {currency}, {trials} trials."
                   : "As of {as_of}, {trials} trials.");
}
