/* Rules that a team works by, a row each. */
#include "answers/whatif/whatif_team.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NOTHING_LOST "on the same day, nothing is lost by it"

typedef struct {
    const dd_roster *team;
    const char *name; /* of the scenario */
    dd_doc *doc;
    dd_doc_node *list;
} rules;

static const char *
source_words(const dd_roster_rules *day, dd_rule_source by)
{
    switch (by) {
    case DD_BY_SCENARIO:
        return "scenario";
    case DD_BY_PRESET:
        return day->said.preset == DD_PRESET_EXPERT ? "preset expert"
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
    add_row(self, rule, value, source_words(self->team->rules, by));
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
    const dd_team_rules *said = &self->team->rules->said;
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

/* Rows of one day's rules; later days tell what is another than before. */
typedef struct {
    const rules *to;
    const dd_roster_rules *at;
    const dd_crew_rules *crew, *before; /* before: NULL on the first day */
} rules_of_day;

static rules_of_day
day_of(const rules *to, size_t k)
{
    const dd_roster *team = to->team;
    const dd_crew *crew = &team->crew;

    return (rules_of_day){
        to,
        &team->rules[k],
        k > 0 ? &team->changes[k - 1] : &crew->rules,
        k > 1   ? &team->changes[k - 2]
        : k > 0 ? &crew->rules
                : NULL,
    };
}

static const char *
since(const rules_of_day *self, char words[32])
{
    char day[16];

    words[0] = '\0';
    if (self->before != NULL)
        snprintf(words, 32, ", from %s", dd_day_format(self->at->from, day));
    return words;
}

static const char *
by_words(const rules_of_day *self, dd_rule_source by)
{
    return source_words(self->at, by);
}

static dd_rule_source
by(const rules_of_day *self, unsigned rule)
{
    return self->at->said.by_preset & rule ? DD_BY_PRESET : DD_BY_SCENARIO;
}

__attribute__((format(printf, 4, 5))) static void
add_of_day(const rules_of_day *self, const char *rule, dd_rule_source by,
           const char *format, ...)
{
    char value[512], words[32];
    size_t n;
    va_list args;

    va_start(args, format);
    vsnprintf(value, sizeof value - sizeof words, format, args);
    va_end(args);
    n = strlen(value);
    snprintf(value + n, sizeof value - n, "%s", since(self, words));
    add_row(self->to, rule, value, by_words(self, by));
}

/* ---- who comes and goes ---- */

static int
is_same(size_t n, const double *a, size_t n_before, const double *before)
{
    return n == n_before && (n == 0 || memcmp(a, before, n * sizeof *a) == 0);
}

/* Does anybody come who has no ramp of his own? */
static int
anybody_comes(const rules *self)
{
    const dd_roster *team = self->team;
    const dd_team_rules *said = &team->rules->said;
    int comes = isfinite(team->crew.rules.refill_days) != 0;

    for (size_t k = 0; k < team->crew.n_changes; k++)
        comes |= isfinite(team->changes[k].refill_days) != 0;
    for (size_t i = 0; i < said->n_hires; i++)
        comes |= said->hires[i].n_ramp == 0;
    return comes;
}

static void
add_ramp(const rules_of_day *self)
{
    const dd_crew_rules *crew = self->crew, *before = self->before;
    char ramp[256];

    if (!anybody_comes(self->to)
        || (before != NULL
            && is_same(crew->n_ramp, crew->ramp, before->n_ramp, before->ramp)))
        return;
    if (crew->n_ramp > 0)
        add_of_day(self, "ramp of who comes", self->at->ramp_by, "%s",
                   ramp_words(crew->n_ramp, crew->ramp, ramp, sizeof ramp));
    else
        add_of_day(self, "ramp of who comes", DD_BY_NOBODY, "100 %% from the first day");
}

static void
add_attrition(const rules_of_day *self)
{
    const dd_crew_rules *crew = self->crew, *before = self->before;
    dd_rule_source source = by(self, DD_RULE_ATTRITION);
    size_t n = crew->n_attrition;

    if (before != NULL
        && is_same(n, crew->attrition, before->n_attrition, before->attrition)
        && is_same(n, crew->attrition_from, before->n_attrition, before->attrition_from))
        return;
    for (size_t i = 0; i < n; i++) {
        double a_month = crew->attrition[i];
        char from[48] = "";
        if (n > 1)
            snprintf(from, sizeof from, "from month %.4g on ", crew->attrition_from[i]);
        if (a_month > 0 && n == 1)
            add_of_day(self, "attrition", source,
                       "%.3g %% a month (mean tenure %.3g months)", 100 * a_month,
                       1 / a_month);
        else
            add_of_day(self, "attrition", source, "%s%.3g %% a month", from,
                       100 * a_month);
    }
}

static void
add_refill(const rules_of_day *self)
{
    double days = self->crew->refill_days;

    if (isfinite(days) && (self->before == NULL || self->before->refill_days != days))
        add_of_day(self, "refill", by(self, DD_RULE_REFILL), "after %.4g days", days);
}

/* ---- what becomes of deals ---- */

static dd_rule_source
figure_by(const rules_of_day *self, double figure, unsigned rule)
{
    return isnan(figure) ? DD_BY_NOBODY : by(self, rule);
}

/* A wait and odds; each may be told by another. */
static void
add_wait(const rules_of_day *self, const char *rule, double days, dd_rule_source days_by,
         double odds, dd_rule_source odds_by)
{
    char value[112], from[80], words[32];

    snprintf(value, sizeof value, "after %.4g day%s, odds of winning x %.3g%s", days,
             days == 1 ? "" : "s", odds, since(self, words));
    snprintf(from, sizeof from, days_by == odds_by ? "%s" : "days: %s, odds: %s",
             by_words(self, days_by), by_words(self, odds_by));
    add_row(self->to, rule, value, from);
}

static int
is_said(const dd_handover *part)
{
    return part->delay_days != 0 || part->odds != 1;
}

static int
is_another(const dd_handover *part, const dd_handover *before)
{
    return part->delay_days != before->delay_days || part->odds != before->odds;
}

/* Nothing said, nothing is lost and nobody waits. */
static void
add_handover(const rules_of_day *self)
{
    static const char *const parts[DD_PARTS]
        = { "handover, upper", "handover, middle", "handover, lower" };
    const dd_roster *team = self->to->team;
    const dd_team_rules *said = &self->at->said;
    const dd_handover *part = self->crew->handover;
    int goes = dd_crew_has_attrition(&team->crew) || team->n_leavers > 0, any = 0;

    for (int i = 0; i < DD_PARTS; i++)
        any |= self->before != NULL ? is_another(&part[i], &self->before->handover[i])
                                    : is_said(&part[i]);
    for (int i = 0; i < DD_PARTS && any; i++)
        add_wait(self, parts[i], part[i].delay_days,
                 figure_by(self, said->handover[i].delay_days, DD_RULE_DELAY << i),
                 part[i].odds,
                 figure_by(self, said->handover[i].odds, DD_RULE_ODDS << i));
    if (goes && !any && self->before == NULL)
        add_of_day(self, "handover", DD_BY_NOBODY, NOTHING_LOST);
}

static void
add_returns(const rules_of_day *self)
{
    const dd_crew_rules *crew = self->crew, *before = self->before;

    if (isfinite(crew->recycle_days)
        && (before == NULL || before->recycle_days != crew->recycle_days
            || before->recycle_odds != crew->recycle_odds))
        add_wait(self, "recycle", crew->recycle_days, by(self, DD_RULE_RECYCLE),
                 crew->recycle_odds,
                 figure_by(self, self->at->said.recycle_odds, DD_RULE_RECYCLE_ODDS));
    if (before == NULL ? crew->referral > 0 : before->referral != crew->referral)
        add_of_day(self, "referral", DD_BY_SCENARIO, "%.3g new deals for each won",
                   crew->referral);
}

static void
add_rules(const rules *self)
{
    for (size_t k = 0; k < self->team->n_rules; k++) {
        const rules_of_day day = day_of(self, k);
        add_ramp(&day);
        add_attrition(&day);
        add_refill(&day);
        add_handover(&day);
        add_returns(&day);
    }
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
    char start[16];
    rules_of_day day;

    self->team = whatif->grid_team;
    self->name = "grid";
    for (size_t a = 0; a < whatif->grid.n_axes; a++) {
        const dd_grid_axis *axis = &whatif->grid.axis[a];
        if (axis->lever == DD_GRID_HIRE)
            add(self, "hire", DD_BY_NOBODY, "%.0f to %.0f from %s",
                axis->change[0].value, axis->change[axis->n - 1].value,
                dd_day_format(whatif->as_of + 1, start));
    }
    day = day_of(self, 0);
    add_ramp(&day);
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
