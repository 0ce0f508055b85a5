#include "answers/whatif/whatif_team.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NOTHING_LOST "on the same day, nothing is lost by it"

/* ---- rules, a row each ---- */

typedef struct {
    const dd_roster *team;
    const char *name; /* of the scenario */
    dd_doc *doc;
    dd_doc_node *list;
} rules;

static const char *
source_words(const rules *self, dd_rule_source by)
{
    switch (by) {
    case DD_BY_SCENARIO:
        return "scenario";
    case DD_BY_PRESET:
        return self->team->rules.preset == DD_PRESET_EXPERT ? "preset expert"
                                                            : "preset fieldforce";
    case DD_BY_FUNNEL:
        return "funnel";
    case DD_BY_REPS:
        return "file of reps";
    case DD_BY_OWNERS:
        return "owners of deals";
    case DD_BY_NOBODY:
        break;
    }
    return "taken so";
}

static void
add_row(const rules *self, const char *rule, const char *value, const char *from)
{
    dd_doc_node *node = dd_doc_object(self->doc, self->list, NULL);
    dd_doc_text(self->doc, node, "scenario", self->name);
    dd_doc_text(self->doc, node, "rule", rule);
    dd_doc_text(self->doc, node, "value", value);
    dd_doc_text(self->doc, node, "from", from);
}

__attribute__((format(printf, 4, 5))) static void
add(const rules *self, const char *rule, dd_rule_source by, const char *format, ...)
{
    char value[512];
    va_list args;

    va_start(args, format);
    vsnprintf(value, sizeof value, format, args);
    va_end(args);
    add_row(self, rule, value, source_words(self, by));
}

/* "0, 25, 50, 100 %": the last one holds on. */
static const char *
ramp_words(size_t n, const double *ramp, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < n && used + 24 < size; i++)
        used += (size_t) snprintf(text + used, size - used, "%s%.3g", i > 0 ? ", " : "",
                                  100 * ramp[i]);
    snprintf(text + used, size - used, " %% by month");
    return text;
}

static void
add_people(const rules *self)
{
    const dd_team_rules *said = &self->team->rules;
    char day[16], ramp[256];

    for (size_t i = 0; i < said->n_hires; i++) {
        const dd_hire *hire = &said->hires[i];
        dd_day_format(hire->start, day);
        add(self, "hire", DD_BY_SCENARIO, "%lld from %s%s%s%s%s",
            (long long) hire->count, day, hire->team != NULL ? " for " : "",
            hire->team != NULL ? hire->team : "", hire->n_ramp > 0 ? ", at " : "",
            hire->n_ramp > 0 ? ramp_words(hire->n_ramp, hire->ramp, ramp, sizeof ramp)
                             : "");
    }
    for (size_t i = 0; i < said->n_leaves; i++) {
        const dd_leave *leave = &said->leaves[i];
        dd_day_format(leave->date, day);
        add(self, "leave", DD_BY_SCENARIO, "%s on %s, to %s", leave->owner, day,
            leave->to != NULL ? leave->to : "those who are there");
    }
}

static void
add_ramp(const rules *self)
{
    const dd_roster *team = self->team;
    int comes = isfinite(team->crew.refill_days) != 0;
    char ramp[256];

    for (size_t i = 0; i < team->rules.n_hires; i++)
        comes |= team->rules.hires[i].n_ramp == 0;
    if (!comes)
        return;
    if (team->crew.n_ramp > 0)
        add(self, "ramp of who comes", team->ramp_by, "%s",
            ramp_words(team->crew.n_ramp, team->crew.ramp, ramp, sizeof ramp));
    else
        add(self, "ramp of who comes", DD_BY_NOBODY, "100 %% from the first day");
}

static void
add_attrition(const rules *self, dd_rule_source by)
{
    const dd_crew *crew = &self->team->crew;

    for (size_t i = 0; i < crew->n_attrition; i++) {
        double a_month = crew->attrition[i];
        char from[48] = "";
        if (crew->n_attrition > 1)
            snprintf(from, sizeof from, "from month %.4g on ", crew->attrition_from[i]);
        if (a_month > 0 && crew->n_attrition == 1)
            add(self, "attrition", by, "%.3g %% a month (mean tenure %.3g months)",
                100 * a_month, 1 / a_month);
        else
            add(self, "attrition", by, "%s%.3g %% a month", from, 100 * a_month);
    }
}

static dd_rule_source
by(const dd_roster *team, unsigned rule)
{
    return team->rules.by_preset & rule ? DD_BY_PRESET : DD_BY_SCENARIO;
}

static dd_rule_source
figure_by(const dd_roster *team, double figure, unsigned rule)
{
    return isnan(figure) ? DD_BY_NOBODY : by(team, rule);
}

/* A wait and odds; each may be told by another. */
static void
add_wait(const rules *self, const char *rule, double days, dd_rule_source days_by,
         double odds, dd_rule_source odds_by)
{
    char value[80], from[80];

    snprintf(value, sizeof value, "after %.4g day%s, odds of winning x %.3g", days,
             days == 1 ? "" : "s", odds);
    snprintf(from, sizeof from, days_by == odds_by ? "%s" : "days: %s, odds: %s",
             source_words(self, days_by), source_words(self, odds_by));
    add_row(self, rule, value, from);
}

/* Nothing said, nothing is lost and nobody waits. */
static void
add_handover(const rules *self)
{
    static const char *const parts[DD_PARTS]
        = { "handover, upper", "handover, middle", "handover, lower" };
    const dd_roster *team = self->team;
    const dd_crew *crew = &team->crew;
    int goes = crew->n_attrition > 0 || team->n_leavers > 0, said = 0;

    for (int i = 0; i < DD_PARTS; i++)
        said |= crew->handover[i].delay_days != 0 || crew->handover[i].odds != 1;
    for (int i = 0; i < DD_PARTS && said; i++)
        add_wait(self, parts[i], crew->handover[i].delay_days,
                 figure_by(team, team->rules.handover[i].delay_days, DD_RULE_DELAY << i),
                 crew->handover[i].odds,
                 figure_by(team, team->rules.handover[i].odds, DD_RULE_ODDS << i));
    if (goes && !said)
        add(self, "handover", DD_BY_NOBODY, NOTHING_LOST);
}

static void
add_rules(const rules *self)
{
    const dd_roster *team = self->team;
    const dd_crew *crew = &team->crew;

    add_ramp(self);
    add_attrition(self, by(team, DD_RULE_ATTRITION));
    if (isfinite(crew->refill_days))
        add(self, "refill", by(team, DD_RULE_REFILL), "after %.4g days",
            crew->refill_days);
    add_handover(self);
    if (isfinite(crew->recycle_days))
        add_wait(self, "recycle", crew->recycle_days, by(team, DD_RULE_RECYCLE),
                 crew->recycle_odds,
                 figure_by(team, team->rules.recycle_odds, DD_RULE_RECYCLE_ODDS));
    if (crew->referral > 0)
        add(self, "referral", DD_BY_SCENARIO, "%.3g new deals for each won",
            crew->referral);
}

static void
add_leads(const rules *self)
{
    const dd_roster *team = self->team;

    if (team->market == 0)
        add(self, "leads_from", team->market_by, "reps: each brings deals of their own");
    else if (team->market == 1)
        add(self, "leads_from", team->market_by,
            "market: more reps share as many deals");
    else
        add(self, "leads_from", team->market_by,
            "%.3g %% from the market, which more reps only divide", 100 * team->market);
}

/* Those of a scenario that are the base's go without saying. */
static void
add_visits(const rules *self, const dd_roster *base)
{
    const dd_crew *crew = &self->team->crew;
    const char *first = dd_roster_is_limited(self->team) ? ", open deals first" : "";
    double before = base->crew.visits_per_week;
    char day[16];

    if (isfinite(crew->visits_per_week)
        && (self->team == base || crew->visits_per_week != before))
        add(self, "visits", self->team == base ? DD_BY_FUNNEL : DD_BY_SCENARIO,
            "%.4g a rep and week%s", crew->visits_per_week, first);
    before = crew->visits_per_week;
    for (size_t i = 0; i < crew->n_later; i++) {
        double visits = crew->later[i].visits_per_week;
        if (isfinite(visits) && visits != before)
            add(self, "visits", DD_BY_SCENARIO, "%.4g a rep and week from %s%s", visits,
                dd_day_format(self->team->later_from[i], day), first);
        before = visits;
    }
}

/* Its hires start all at once and differ in nothing but their number. */
static void
add_grid(rules *self, const dd_whatif *whatif)
{
    char day[16];

    self->team = whatif->grid_team;
    self->name = "grid";
    for (size_t a = 0; a < whatif->grid.n_axes; a++) {
        const dd_grid_axis *axis = &whatif->grid.axis[a];
        if (axis->lever == DD_GRID_HIRE)
            add(self, "hire", DD_BY_NOBODY, "%.0f to %.0f from %s",
                axis->change[0].value, axis->change[axis->n - 1].value,
                dd_day_format(whatif->as_of + 1, day));
    }
    add_ramp(self);
}

/* "5, and 1 to come, of whom 2 leave by 2027-06-30": as the file of reps knows. */
static void
add_known(const rules *self, const dd_whatif *whatif)
{
    const dd_day last = whatif->periods[whatif->n_periods - 1].end;
    const dd_roster *team = self->team;
    size_t to_come = 0, leave = 0;
    char come[40] = "", go[48] = "", day[16];

    for (size_t r = 0; r < team->n_known; r++) {
        const double starts = team->rep[r].starts, leaves = team->rep[r].leaves;
        to_come += starts > 0;
        leave += leaves <= last - whatif->as_of;
    }
    if (to_come > 0)
        snprintf(come, sizeof come, ", and %zu to come", to_come);
    if (leave > 0)
        snprintf(go, sizeof go, "; %zu leave by %s", leave, dd_day_format(last, day));
    add(self, "reps", team->known_by, "%zu%s%s", team->n_known - to_come, come, go);
    if (leave > 0)
        add(self, "handover", DD_BY_NOBODY, NOTHING_LOST);
}

void
dd_whatif_describe_rules(const dd_whatif *self, dd_doc *doc)
{
    rules one = { .doc = doc, .list = dd_doc_list(doc, doc->root, "rules") };

    dd_doc_list_keys(doc, one.list, "scenario,rule,value,from");
    for (size_t i = 0; i < self->n; i++) {
        one.team = self->scenarios[i].team;
        one.name = self->scenarios[i].name;
        if (one.team == NULL)
            continue;
        if (i == 0)
            add_known(&one, self);
        add_people(&one);
        add_rules(&one);
        if (i == 0 || one.team->market_by == DD_BY_SCENARIO)
            add_leads(&one);
        add_visits(&one, self->scenarios[0].team);
    }
    if (self->grid_team != NULL)
        add_grid(&one, self);
}

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
