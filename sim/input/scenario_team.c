/* The keys of a scenario file that change the team. */
#include "input/funnel_parts.h"

#include "base/text.h"
#include "dealdice/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_KEYS(keys) (sizeof(keys) / sizeof((keys)[0]))
#define MOST_HIRES 10000
#define LONGEST_WAIT 3650.0
#define LEAST_ODDS 0.01
#define MOST_MONTHS 1200.0

/* The first key of the file is where the team's change begins. */
static void
mention(dd_team_rules *self, const dd_yaml_node *node)
{
    if (self->place.line == 0 || node->key_place.line < self->place.line)
        self->place = node->key_place;
}

void
dd_read_preset(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const char *const words[] = { "expert", "fieldforce" };
    dd_team_rules *self = target;
    const char *text = dd_walk_text(walk, node, "expert or fieldforce");

    mention(self, node);
    if (text == NULL)
        return;
    if (strcmp(text, words[0]) == 0)
        self->preset = DD_PRESET_EXPERT;
    else if (strcmp(text, words[1]) == 0)
        self->preset = DD_PRESET_FIELDFORCE;
    else
        dd_walk_unknown(walk, &node->place, "preset", text, words, N_KEYS(words));
}

/* ---- hires and leavers ---- */

static void
read_hire_ramp(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_hire *self = target;
    dd_read_shares(walk, node, &self->ramp, &self->n_ramp);
}

static void
read_hire(dd_walk *walk, const dd_yaml_node *node, dd_hire *self)
{
    static const dd_schema_key keys[] = {
        { .key = "count",
          .kind = DD_KEY_WHOLE,
          .low = 1,
          .high = MOST_HIRES,
          .right = "a number of reps such as 5",
          .offset = offsetof(dd_hire, count) },
        { .key = "start",
          .kind = DD_KEY_DAY,
          .right = "a day such as 2027-01-04",
          .offset = offsetof(dd_hire, start) },
        { .key = "team", .kind = DD_KEY_TEXT, .offset = offsetof(dd_hire, team) },
        { .key = "ramp", .kind = DD_KEY_READ, .read = read_hire_ramp },
    };
    const dd_yaml_node *start, *team;

    *self = (dd_hire){ .count = 1, .start = DD_NO_DAY };
    dd_schema_fill(walk, node, keys, N_KEYS(keys), self);
    if (node->kind != DD_YAML_MAP)
        return;
    start = dd_yaml_get(node, "start");
    team = dd_yaml_get(node, "team");
    if (start == NULL)
        dd_walk_refuse(walk, &node->place, NULL, "{count: 5, start: 2027-01-04}, say",
                       "a hire has no start");
    self->start_place = start != NULL ? start->place : node->place;
    self->team_place = team != NULL ? team->place : node->place;
}

void
dd_read_hire(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_team_rules *self = target;

    mention(self, node);
    if (!dd_walk_expect(walk, node, DD_YAML_LIST,
                        "a list such as [{count: 5, start: 2027-01-04}]"))
        return;
    self->hires = dd_walk_room(walk, node->n, sizeof(*self->hires));
    for (const dd_yaml_node *item = node->first; item != NULL && self->hires != NULL;
         item = item->next)
        read_hire(walk, item, &self->hires[self->n_hires++]);
}

static void
read_leave(dd_walk *walk, const dd_yaml_node *node, dd_leave *self)
{
    static const dd_schema_key keys[] = {
        { .key = "owner", .kind = DD_KEY_TEXT, .offset = offsetof(dd_leave, owner) },
        { .key = "date",
          .kind = DD_KEY_DAY,
          .right = "a day such as 2027-02-01",
          .offset = offsetof(dd_leave, date) },
        { .key = "to", .kind = DD_KEY_TEXT, .offset = offsetof(dd_leave, to) },
    };
    const dd_yaml_node *date, *to;

    *self = (dd_leave){ .date = DD_NO_DAY, .place = node->place };
    dd_schema_fill(walk, node, keys, N_KEYS(keys), self);
    if (node->kind != DD_YAML_MAP)
        return;
    if (dd_yaml_get(node, "owner") == NULL)
        dd_walk_refuse(walk, &node->place, NULL,
                       "{owner: 李雷, date: 2027-02-01, to: 韩梅梅}, say",
                       "a leaver has no name");
    else
        self->place = dd_yaml_get(node, "owner")->place;
    date = dd_yaml_get(node, "date");
    to = dd_yaml_get(node, "to");
    if (date == NULL)
        dd_walk_refuse(walk, &node->place, NULL,
                       "{owner: 李雷, date: 2027-02-01, to: 韩梅梅}, say",
                       "a leaver has no date");
    self->date_place = date != NULL ? date->place : node->place;
    self->to_place = to != NULL ? to->place : node->place;
}

void
dd_read_leave(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_team_rules *self = target;

    mention(self, node);
    if (!dd_walk_expect(walk, node, DD_YAML_LIST,
                        "a list such as [{owner: 李雷, date: 2027-02-01}]"))
        return;
    self->leaves = dd_walk_room(walk, node->n, sizeof(*self->leaves));
    for (const dd_yaml_node *item = node->first; item != NULL && self->leaves != NULL;
         item = item->next)
        read_leave(walk, item, &self->leaves[self->n_leaves++]);
}

/* ---- attrition ---- */

/* "3% a month", "36% a year": leavers per head and month. @return 0 or -1 */
static int
read_rate(const char *text, double *a_month)
{
    size_t n = strcspn(text, " \t");
    const char *rest = text + n;

    if (dd_value_read(text, n, DD_UNIT_SHARE, a_month) || *a_month < 0)
        return -1;
    rest += strspn(rest, " \t");
    if (strcmp(rest, "a year") == 0)
        *a_month /= 12;
    else if (strcmp(rest, "a month") != 0)
        return -1;
    return 0;
}

static int
take_rate(dd_walk *walk, const dd_yaml_node *node, double *a_month)
{
    const char *right = "leavers per head such as '3% a month' or '36% a year'";
    const char *text = dd_walk_text(walk, node, right);

    if (text == NULL)
        return 0;
    if (read_rate(text, a_month)) {
        dd_walk_refuse(walk, &node->place, text, right, "attrition cannot be read");
        return 0;
    }
    if (*a_month <= 1)
        return 1;
    dd_walk_refuse(walk, &node->place, text, "at most 100% a month",
                   "attrition is out of range");
    return 0;
}

/* "0-6" or "6-": months of tenure; `to` is INFINITY where it has no end. */
static int
read_months(const char *text, double *from, double *to)
{
    size_t n = strcspn(text, "-");

    if (text[n] == '\0' || dd_number_parse(text, n, from))
        return -1;
    *to = (double) INFINITY;
    if (text[n + 1] != '\0' && dd_number_parse(text + n + 1, strlen(text + n + 1), to))
        return -1;
    return *from >= 0 && *from <= MOST_MONTHS && *to > *from ? 0 : -1;
}

/* Each goes on where the one before ends; the first begins with tenure, the last is for
 * ever. */
static void
read_by_tenure(dd_walk *walk, const dd_yaml_node *node, dd_team_rules *self)
{
    const char *right = "months of tenure that follow one another to the end, such as "
                        "{0-6: 8% a month, 6-: 2% a month}";
    double end = 0;

    for (const dd_yaml_node *item = node->first; item != NULL; item = item->next) {
        dd_attrition *step = &self->attrition[self->n_attrition];
        double from, to;
        if (item->refused)
            return;
        if (read_months(item->key, &from, &to) || from != end) {
            dd_walk_refuse(walk, &item->key_place, item->key, right,
                           "months of tenure cannot be right");
            return;
        }
        step->from_month = from;
        end = to;
        self->n_attrition += (size_t) take_rate(walk, item, &step->a_month);
    }
    if (isfinite(end))
        dd_walk_refuse(walk, &node->place, NULL, right,
                       "attrition does not say what comes after month %g", end);
}

void
dd_read_attrition(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_team_rules *self = target;

    mention(self, node);
    self->attrition = dd_walk_room(walk, node->n, sizeof(*self->attrition));
    if (self->attrition == NULL)
        return;
    if (node->kind == DD_YAML_MAP)
        read_by_tenure(walk, node, self);
    else
        self->n_attrition = (size_t) take_rate(walk, node, &self->attrition[0].a_month);
}

/* ---- what follows ---- */

#define DAYS_KEY(word, field, type) \
    { \
        .key = word, .kind = DD_KEY_FIGURE, .unit = DD_UNIT_DAYS, .low = 0, \
        .high = LONGEST_WAIT, .right = "days such as 60, '60 days' or '8 weeks'", \
        .offset = offsetof(type, field) \
    }
#define ODDS_KEY(word, field, type) \
    { \
        .key = word, .kind = DD_KEY_FIGURE, .low = LEAST_ODDS, .high = 1, \
        .right = "times the odds of winning, such as 0.7", \
        .offset = offsetof(type, field) \
    }

static void
need(dd_walk *walk, const dd_yaml_node *node, const char *key, const char *right)
{
    if (node->kind == DD_YAML_MAP && dd_yaml_get(node, key) == NULL)
        dd_walk_refuse(walk, &node->place, NULL, right, "'%s' has no '%s'", node->key,
                       key);
}

void
dd_read_refill(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const dd_schema_key keys[]
        = { DAYS_KEY("after", refill_days, dd_team_rules) };

    mention(target, node);
    dd_schema_fill(walk, node, keys, N_KEYS(keys), target);
    need(walk, node, "after", "{after: 8 weeks}, say");
}

static void
read_part(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const dd_schema_key keys[] = { DAYS_KEY("delay", delay_days, dd_handover),
                                          ODDS_KEY("odds", odds, dd_handover) };
    dd_schema_fill(walk, node, keys, N_KEYS(keys), target);
}

void
dd_read_handover(dd_walk *walk, const dd_yaml_node *node, void *target)
{
#define PART_KEY(word, part) \
    { \
        .key = word, .kind = DD_KEY_READ, .read = read_part, \
        .offset = offsetof(dd_team_rules, handover[part]) \
    }
    static const dd_schema_key keys[]
        = { PART_KEY("lower", DD_LOWER), PART_KEY("middle", DD_MIDDLE),
            PART_KEY("upper", DD_UPPER) };

    mention(target, node);
    dd_schema_fill(walk, node, keys, N_KEYS(keys), target);
}

void
dd_read_recycle(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const dd_schema_key keys[]
        = { DAYS_KEY("after", recycle_days, dd_team_rules),
            ODDS_KEY("odds", recycle_odds, dd_team_rules) };

    mention(target, node);
    dd_schema_fill(walk, node, keys, N_KEYS(keys), target);
    need(walk, node, "after", "{after: 60 days, odds: 0.6}, say");
}

void
dd_read_referral(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "new deals per won one such as 0.2, at most 1";
    const char *text = dd_walk_text(walk, node, right);
    double share;

    mention(target, node);
    if (text == NULL)
        return;
    if (dd_value_read(text, strlen(text), DD_UNIT_SHARE, &share) || share < 0
        || share > 1)
        dd_walk_refuse(walk, &node->place, text, right, "'referral' cannot be right");
    else
        ((dd_team_rules *) target)->referral = share;
}

void
dd_read_team_leads(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    mention(target, node);
    dd_read_leads_from(walk, node, &((dd_team_rules *) target)->market);
}

void
dd_keep_team(dd_walk *walk, dd_team_rules *team, dd_scenario_layer *layer)
{
    if (team->place.line > 0)
        layer->team = dd_walk_room(walk, 1, sizeof *layer->team);
    if (layer->team == NULL) {
        dd_team_rules_free(team);
        return;
    }
    team->place.file = layer->path;
    for (size_t i = 0; i < team->n_hires; i++)
        team->hires[i].start_place.file = team->hires[i].team_place.file = layer->path;
    for (size_t i = 0; i < team->n_leaves; i++)
        team->leaves[i].place.file = team->leaves[i].date_place.file
            = team->leaves[i].to_place.file = layer->path;
    *layer->team = *team;
}
