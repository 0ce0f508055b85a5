/* The plan in the order in which a sales leader asks: what to do a rep and week, then how
 * sure that is, then what it rests on. */
#include "answers/plan/plan_words.h"

#include <math.h>
#include <stdio.h>

#define MOST_PLAUSIBLE 5.0 /* times what usually comes in */
#define LEAST_PART 0.05    /* of what is still to book: open deals that bring less */

/* Parts of {visits}, as written they add up to it. */
#define VISITS_NEW "{visits_new~visits_mcse=visits_new+visits_open}"
#define VISITS_OPEN "{visits_open~visits_mcse=visits_new+visits_open}"

static const char *
goal_words(const dd_plan *self)
{
    return self->target_deals > 0 ? "{target_deals} deals" : "{target}";
}

static int
is_met(const dd_plan *self)
{
    return self->target_deals > 0 ? self->booked_wins >= self->target_deals
                                  : self->booked >= self->target;
}

static void
say_now(const dd_plan *self, dd_doc *doc)
{
    char sentence[512];
    if (is_met(self))
        snprintf(sentence, sizeof sentence,
                 "{period}: the target of %s is met, %s already: nothing more is "
                 "needed.",
                 goal_words(self),
                 self->target_deals > 0 ? "{won} won" : "{booked} booked");
    else
        snprintf(sentence, sizeof sentence,
                 "{period}: as things go, {p_hit_now+-p_hit_now_mcse} chance of %s; "
                 "without anything new from now on, {p_without_effort}.",
                 goal_words(self));
    dd_doc_say(doc, doc->root, sentence);
}

/* Does any rung tell of visits on deals, beside those for new ones? */
static int
has_visits_on_deals(const dd_plan *self)
{
    int has = 0;
    for (size_t i = 0; i < self->n_rungs; i++)
        has |= !isnan(self->rungs[i].visits_open);
    return has;
}

/* Sure enough with nobody doing anything more. */
static int
needs_nothing(const dd_plan *self, const dd_plan_rung *rung)
{
    return self->by_rep ? rung->visits_per_rep_week <= 0.0
                        : rung->need[DD_IN_OPPORTUNITIES] <= 0.0;
}

/* The one line to take away. */
static void
say_task(const dd_plan *self, dd_doc *doc, const dd_doc_node *rung)
{
    const dd_plan_rung *asked = &self->rungs[self->asked];
    char sentence[512], until[48] = "", day[16];
    if (self->last_day != DD_NO_DAY)
        snprintf(until, sizeof until, " up to %s", dd_day_format(self->last_day, day));
    if (asked->reason)
        snprintf(sentence, sizeof sentence, "No effort makes it {confidence} sure: %s.",
                 asked->reason);
    else if (needs_nothing(self, asked))
        snprintf(sentence, sizeof sentence,
                 self->by_rep ? "It is {confidence} sure without any visit."
                              : "It is {confidence} sure without any new opportunity.");
    else if (isnan(asked->visits_per_rep_week))
        snprintf(sentence, sizeof sentence,
                 "To be {confidence} sure: {opportunities~opportunities_mcse} new "
                 "opportunities%s.",
                 until);
    else
        snprintf(sentence, sizeof sentence,
                 "To be {confidence} sure: {visits_per_rep_week} visits%s a rep and "
                 "week%s, {visits~visits_mcse} in all%s%s.",
                 isnan(asked->visits_open) ? " for new deals" : "", until,
                 isnan(asked->visits_open) ? ""
                                           : ", " VISITS_NEW
                                             " for new deals and " VISITS_OPEN
                                             " on deals by stage",
                 isnan(asked->leads_per_rep_week)
                     ? ""
                     : "; or, counted in leads, {leads_per_rep_week} a rep and week");
    dd_doc_say(doc, rung, sentence);
}

static void
say_usual(const dd_plan *self, dd_doc *doc, const dd_doc_node *rung)
{
    const dd_plan_rung *asked = &self->rungs[self->asked];
    if (asked->reason || needs_nothing(self, asked))
        return;
    if (!isnan(self->usual_visits) && !isnan(asked->visits_per_rep_week))
        dd_doc_say(
            doc, doc->root,
            self->by_rep
                ? "It is {usual_visits_per_rep_week} a rep and week as usual."
                : "For new deals it is {usual_visits_per_rep_week} a rep and week as "
                  "usual.");
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
    const dd_plan_rung *asked = &self->rungs[self->asked];
    if (self->last_day == DD_NO_DAY)
        return;
    if (!asked->reason && !needs_nothing(self, asked))
        dd_doc_say(doc, doc->root,
                   "Until then the team works {rep_weeks} weeks of a full rep.");
    if (self->by_rep && self->last_useful_day == DD_NO_DAY)
        dd_doc_say(doc, doc->root, "Only visits on deals still help {period}.");
    else if (self->by_rep && self->last_useful_day < self->period.end)
        dd_doc_say(doc, doc->root,
                   "New deals found after {last_useful_day} have less than a tenth of "
                   "the best week's chance to be won by the end of {period}: from then "
                   "on it is visits on deals that help it.");
    else if (self->last_useful_day < self->period.end)
        dd_doc_say(doc, doc->root,
                   "What is begun after {last_useful_day} has less than a tenth of the "
                   "best week's chance to be won by the end of {period}.");
}

static int
is_beyond_reach(const dd_plan *self)
{
    int beyond = 1;
    for (size_t i = 0; i < self->n_rungs; i++)
        beyond &= self->rungs[i].reason != NULL;
    return beyond;
}

static void
show_ladder(const dd_plan *self, dd_doc *doc, const dd_doc_node *rungs)
{
    /* Where deals take none all visits are for new ones: one column tells. */
    const dd_doc_column columns[] = {
        { "Sure", "{confidence}" },
        { "Deals", "{deals}" },
        { "Opportunities", "{opportunities~opportunities_mcse}" },
        { "Visits", "{visits~visits_mcse}" },
        { "for new", has_visits_on_deals(self) ? VISITS_NEW : "{visits_open}" },
        { "on deals", VISITS_OPEN },
        { "Leads", "{leads~leads_mcse}" },
        { "Visits/rep/week", "{visits_per_rep_week}" },
        { "Leads/rep/week", "{leads_per_rep_week}" },
        { "Why not", "{reason}" },
    };
    dd_doc_table(doc,
                 self->by_rep ? "Needed, with reps played one by one: open deals take "
                                "their visits first"
                              : "Needed beside what is booked, open or comes by itself",
                 rungs, columns, sizeof columns / sizeof *columns);
    if (is_beyond_reach(self))
        return;
    dd_doc_say(
        doc, NULL,
        self->by_rep
            ? "Visits decide. What they find, what open deals take of them and "
              "the leads behind them are averages."
            : "Each column decides its own unit, so many leads or so many visits, "
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

/* Of all deals together. */
static void
say_coverage(const dd_plan *self, const char *sure, dd_doc *doc,
             const dd_doc_node *coverage)
{
    char sentence[192];
    if (self->coverage[0].deals > 0 && !(self->coverage[0].now > 0.0)) {
        dd_doc_say(doc, doc->root,
                   "The open deals are worth nothing: no amount of such deals would be "
                   "enough.");
        return;
    }
    if (isnan(self->coverage[0].average)) {
        dd_doc_say(
            doc, doc->root,
            "Open pipeline alone could not bring it, however large: what is begun "
            "now is won after the end of {period}.");
        return;
    }
    snprintf(sentence, sizeof sentence,
             "Open pipeline alone would have to be {coverage_average} what is still to "
             "book on average, {coverage} to be %s; %s.",
             sure, self->coverage[0].deals > 0 ? "it is {now}" : "none is open now");
    dd_doc_say(doc, coverage, sentence);
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
    if (self->n_coverage > 0 && self->coverage[0].now > 0.0
        && !(self->coverage[0].now / self->coverage[0].average > LEAST_PART)) {
        dd_doc_say(doc, doc->root,
                   self->last_useful_day == DD_NO_DAY
                       ? "Hardly any of what is open now is won in {period}."
                       : "Hardly any of what is open now is won in {period}: it takes "
                         "new deals.");
    } else if (self->n_coverage > 1) {
        snprintf(
            title, sizeof title,
            "Open pipeline over what is still to book, if it alone had to bring it");
        dd_doc_table(doc, title, list, columns, sizeof columns / sizeof *columns);
    } else if (self->n_coverage == 1) {
        say_coverage(self, sure, doc, list->first);
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

static void
say_solved(const dd_plan *self, dd_doc *doc)
{
    static const char *const of[DD_LEVERS] = {
        [DD_LEVER_VISITS] = "the visits",
        [DD_LEVER_WIN_RATE] = "the chance of every deal",
        [DD_LEVER_CYCLE] = "the days that deals still take",
        [DD_LEVER_DEAL_SIZE] = "what won deals bring",
    };
    const dd_solved *solved = &self->solved;
    char sentence[256], sure[32];
    if (!self->has_solved)
        return;
    snprintf(sure, sizeof sure, "%g %%", 100.0 * self->confidence);
    if (isnan(solved->factor))
        snprintf(sentence, sizeof sentence,
                 "All else as it is, not even {furthest} %s makes it %s sure.",
                 of[solved->lever], sure);
    else if (fabs(solved->factor - 1.0) < 1e-9)
        snprintf(sentence, sizeof sentence,
                 "As things go it is %s sure: %s need not change.", sure,
                 of[solved->lever]);
    else
        snprintf(sentence, sizeof sentence,
                 "All else as it is, {factor} %s makes it {p_target} sure.",
                 of[solved->lever]);
    dd_doc_say(doc, dd_doc_get(doc->root, "solve"), sentence);
}

/* Deals and levers stand in one list; a table of each. */
static void
show_moves(const dd_plan *self, dd_doc *doc)
{
    static const dd_doc_column columns[] = {
        { "What", "{what}" },
        { "Owner", "{owner}" },
        { "Pipeline", "{pipeline}" },
        { "Stage", "{stage}" },
        { "Change", "{change}" },
        { "Amount", "{amount}" },
        { "Is won", "{p_won}" },
        { "Chance then", "{p_target~mcse}" },
        { "by", "{p_target_change~mcse}" },
        { "if lost", "{p_target_lost~lost_mcse}" },
    };
    static const signed char fit[] = { -20, -9, -8, -10, 0, 0, 0, 0, 0, 0 };
    if (!self->has_moves)
        return;
    if (self->moves.n_deals + self->moves.n_levers == 0)
        dd_doc_say(doc, doc->root,
                   "No single open deal and no tenth of a lever moves the chance of "
                   "{target} by more than the simulation can tell.");
    else
        dd_doc_table(doc,
                     "What to do first: the deals that decide most, and what a tenth "
                     "of a lever brings",
                     dd_doc_get(doc->root, "moves"), columns,
                     sizeof columns / sizeof *columns);
    if (self->moves.n_deals + self->moves.n_levers > 0)
        dd_doc_table_fit(doc, fit);
}

/* Whole at once, or after so many months. */
static void
write_ramp(char *text, size_t room, const dd_headcount *self)
{
    size_t whole = 0;
    while (whole < self->n_ramp && self->ramp[whole] < 1.0)
        whole++;
    if (whole == 0)
        snprintf(text, room, "whole from the first day");
    else
        snprintf(text, room, "whole after %zu months as the %s %s", whole,
                 self->ramp_by == DD_BY_REPS ? "file of reps" : "funnel",
                 self->ramp_by == DD_BY_REPS ? "shows" : "says");
}

static void
show_headcount(const dd_plan *self, dd_doc *doc)
{
    static const dd_doc_column columns[] = {
        { "Confidence", "{confidence}" },
        { "Hires", "{hires}" },
        { "Chance with them", "{p_target~p_target_mcse}" },
        { "Why not", "{reason}" },
    };
    const dd_headcount *headcount = &self->headcount;
    const dd_doc_node *solve = dd_doc_get(doc->root, "solve");
    char sentence[320], ramp[80], path[32];
    if (headcount->n_rungs == 0)
        return;
    write_ramp(ramp, sizeof ramp, headcount);
    snprintf(path, sizeof path, "ladder.%zu", headcount->asked);
    if (headcount->rungs[headcount->asked].hires >= 0)
        snprintf(
            sentence, sizeof sentence,
            "All else as it is, {%s.hires} more reps from {from} beside the "
            "{reps_now} there are, %s, make it {%s.p_target+-%s.p_target_mcse} sure.",
            path, ramp, path, path);
    else
        snprintf(sentence, sizeof sentence,
                 "No number of reps hired on {from}, %s, makes it {%s.confidence} sure: "
                 "{%s.reason}.",
                 ramp, path, path);
    dd_doc_say(doc, solve, sentence);
    dd_doc_table(doc, "Hires that make it so sure", dd_doc_get(solve, "ladder"), columns,
                 sizeof columns / sizeof *columns);
}

static void
show_quotas(const dd_plan *self, dd_doc *doc)
{
    static const dd_doc_column columns[] = {
        { "Rep", "{owner}" },
        { "Quota", "{quota}" },
        { "Chance", "{p_attain~p_attain_mcse}" },
        { "Expected", "{expected}" },
        { "Of the mean", "{balance}" },
        { "Quota now", "{quota_now}" },
        { "its chance", "{p_attain_now}" },
    };
    char text[160];
    if (self->quotas.n == 0)
        return;
    snprintf(text, sizeof text, "Quotas of equal chance that add up to the target");
    dd_doc_table(doc, text, dd_doc_get(doc->root, "quotas"), columns,
                 sizeof columns / sizeof *columns);
    if (self->quotas.unowned > 0) {
        snprintf(text, sizeof text,
                 "%zu open deals belong to none of them and are in nobody's chance.",
                 self->quotas.unowned);
        dd_doc_say(doc, doc->root, text);
    }
}

void
dd_plan_say(const dd_plan *self, dd_doc *doc, const dd_doc_node *asked)
{
    say_now(self, doc);
    if (is_met(self)) {
        show_quotas(self, doc);
        say_done(self, doc);
        return;
    }
    say_task(self, doc, asked);
    say_usual(self, doc, asked);
    say_time(self, doc);
    say_solved(self, doc);
    show_moves(self, doc);
    show_headcount(self, doc);
    show_reach(self, doc, dd_doc_get(doc->root, "reach"));
    show_ladder(self, doc, dd_doc_get(doc->root, "ladder"));
    show_reps(self, doc);
    show_quotas(self, doc);
    show_coverage(self, doc, dd_doc_get(doc->root, "by_segment"));
    say_done(self, doc);
}
