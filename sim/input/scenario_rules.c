/* Rules of a team: one layer over another, and what presets stand for. */
#include "dealdice/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double unsaid = (double) NAN;

void
dd_team_rules_init(dd_team_rules *self)
{
    *self = (dd_team_rules){ .refill_days = unsaid,
                             .recycle_days = unsaid,
                             .recycle_odds = unsaid,
                             .referral = unsaid,
                             .market = unsaid };
    for (int i = 0; i < DD_PARTS; i++)
        self->handover[i] = (dd_handover){ unsaid, unsaid };
}

void
dd_team_rules_free(dd_team_rules *self)
{
    for (size_t i = 0; i < self->n_hires; i++) {
        free(self->hires[i].team);
        free(self->hires[i].ramp);
    }
    for (size_t i = 0; i < self->n_leaves; i++) {
        free(self->leaves[i].owner);
        free(self->leaves[i].to);
    }
    free(self->hires);
    free(self->leaves);
    free(self->attrition);
    free(self->ramp);
    dd_team_rules_init(self);
}

dd_status
dd_scenario_hire(dd_scenario *self, int64_t count, dd_day start, dd_error *err)
{
    dd_scenario_layer *layer = &self->layers[self->n_layers - 1];
    dd_hire *grown;

    if (count == 0)
        return DD_OK;
    if (layer->team == NULL) {
        layer->team = malloc(sizeof *layer->team);
        if (layer->team == NULL)
            return dd_error_no_memory(err);
        dd_team_rules_init(layer->team);
    }
    grown = realloc(layer->team->hires, (layer->team->n_hires + 1) * sizeof *grown);
    if (grown == NULL)
        return dd_error_no_memory(err);
    layer->team->hires = grown;
    grown[layer->team->n_hires++] = (dd_hire){ .count = count, .start = start };
    return DD_OK;
}

int
dd_scenario_has_team(const dd_scenario *self)
{
    int has = 0;
    for (size_t i = 0; i < self->n_layers; i++)
        has |= self->layers[i].team != NULL;
    return has;
}

/* ---- presets ---- */

/* What each stands for, by kind of business. Experts sell what takes a year: they stay,
 * take most of a year to learn, are hard to replace, and what they were about to close
 * hangs on them. A field force turns over every six months, learns in two and passes a
 * card on in days; what it loses goes back into the pool (公海). */
typedef struct {
    size_t n_ramp;
    double ramp[12];
    double attrition;
    double refill_days;
    dd_handover handover[DD_PARTS]; /* upper, middle, lower */
    double recycle_days, recycle_odds;
} preset_values;

static const preset_values presets[] = {
    [DD_PRESET_EXPERT] = { .n_ramp = 10,
                           .ramp = { 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9 },
                           .attrition = 0.01,
                           .refill_days = 120,
                           .handover = { { 14, 0.9 }, { 21, 0.75 }, { 30, 0.6 } },
                           .recycle_days = (double) NAN,
                           .recycle_odds = (double) NAN },
    [DD_PRESET_FIELDFORCE] = { .n_ramp = 2,
                               .ramp = { 0.25, 0.75 },
                               .attrition = 1.0 / 6,
                               .refill_days = 28,
                               .handover = { { 7, 0.8 }, { 3, 0.9 }, { 1, 1 } },
                               .recycle_days = 60,
                               .recycle_odds = 0.6 },
};

static void
fill_figure(dd_team_rules *self, double *to, double value, unsigned rule)
{
    if (!isnan(*to) || isnan(value))
        return;
    *to = value;
    self->by_preset |= rule;
}

static void
fill_handover(dd_team_rules *self, const preset_values *preset)
{
    for (int i = 0; i < DD_PARTS; i++) {
        dd_handover *part = &self->handover[i];
        fill_figure(self, &part->delay_days, preset->handover[i].delay_days,
                    DD_RULE_DELAY << i);
        fill_figure(self, &part->odds, preset->handover[i].odds, DD_RULE_ODDS << i);
    }
}

/* What the layer leaves unsaid. */
static dd_status
fill_preset(dd_team_rules *self)
{
    const preset_values *preset = &presets[self->preset];

    if (self->preset == DD_NO_PRESET)
        return DD_OK;
    self->ramp = malloc(sizeof preset->ramp);
    if (self->ramp == NULL)
        return DD_ENOMEM;
    memcpy(self->ramp, preset->ramp, sizeof preset->ramp);
    self->n_ramp = preset->n_ramp;
    self->by_preset |= DD_RULE_RAMP;
    if (self->n_attrition == 0) {
        self->attrition = malloc(sizeof *self->attrition);
        if (self->attrition == NULL)
            return DD_ENOMEM;
        self->attrition[self->n_attrition++] = (dd_attrition){ 0, preset->attrition };
        self->by_preset |= DD_RULE_ATTRITION;
    }
    fill_figure(self, &self->refill_days, preset->refill_days, DD_RULE_REFILL);
    fill_handover(self, preset);
    fill_figure(self, &self->recycle_days, preset->recycle_days, DD_RULE_RECYCLE);
    fill_figure(self, &self->recycle_odds, preset->recycle_odds, DD_RULE_RECYCLE_ODDS);
    return DD_OK;
}

/* ---- one over another ---- */

static void *
copy(const void *from, size_t n, size_t size, int *failed)
{
    void *to;

    if (n == 0)
        return NULL;
    to = malloc(n * size);
    *failed |= to == NULL;
    return to != NULL ? memcpy(to, from, n * size) : NULL;
}

static char *
copy_text(const char *text, int *failed)
{
    return text != NULL ? copy(text, strlen(text) + 1, 1, failed) : NULL;
}

/* Hires and leavers of both. */
static int
add_people(dd_team_rules *self, const dd_team_rules *over)
{
    int failed = 0;
    dd_hire *hires
        = realloc(self->hires, (self->n_hires + over->n_hires + 1) * sizeof *hires);
    dd_leave *leaves
        = realloc(self->leaves, (self->n_leaves + over->n_leaves + 1) * sizeof *leaves);

    self->hires = hires != NULL ? hires : self->hires;
    self->leaves = leaves != NULL ? leaves : self->leaves;
    if (hires == NULL || leaves == NULL)
        return -1;
    for (size_t i = 0; i < over->n_hires; i++) {
        dd_hire *hire = &hires[self->n_hires++];
        *hire = over->hires[i];
        hire->team = copy_text(hire->team, &failed);
        hire->ramp = copy(hire->ramp, hire->n_ramp, sizeof *hire->ramp, &failed);
    }
    for (size_t i = 0; i < over->n_leaves; i++) {
        dd_leave *leave = &leaves[self->n_leaves++];
        *leave = over->leaves[i];
        leave->owner = copy_text(leave->owner, &failed);
        leave->to = copy_text(leave->to, &failed);
    }
    return failed ? -1 : 0;
}

/* A figure of the upper layer holds. @return whether it says one */
static int
take_figure(double *to, double value)
{
    if (isnan(value))
        return 0;
    *to = value;
    return 1;
}

/* @return whether there is a table; failed where memory ran out */
static int
take_table(void **to, size_t *n, const void *from, size_t n_from, size_t size,
           int *failed)
{
    if (n_from == 0)
        return 0;
    free(*to);
    *to = copy(from, n_from, size, failed);
    *n = *to != NULL ? n_from : 0;
    return 1;
}

static void
mark(dd_team_rules *self, const dd_team_rules *over, unsigned rule, int said)
{
    if (said)
        self->by_preset = (self->by_preset & ~rule) | (over->by_preset & rule);
}

static dd_status
lay_over(dd_team_rules *self, const dd_team_rules *over)
{
    int failed = add_people(self, over) != 0;

    mark(self, over, DD_RULE_RAMP,
         take_table((void **) &self->ramp, &self->n_ramp, over->ramp, over->n_ramp,
                    sizeof *over->ramp, &failed));
    mark(self, over, DD_RULE_ATTRITION,
         take_table((void **) &self->attrition, &self->n_attrition, over->attrition,
                    over->n_attrition, sizeof *over->attrition, &failed));
    mark(self, over, DD_RULE_REFILL, take_figure(&self->refill_days, over->refill_days));
    for (int i = 0; i < DD_PARTS; i++) {
        mark(self, over, DD_RULE_DELAY << i,
             take_figure(&self->handover[i].delay_days, over->handover[i].delay_days));
        mark(self, over, DD_RULE_ODDS << i,
             take_figure(&self->handover[i].odds, over->handover[i].odds));
    }
    mark(self, over, DD_RULE_RECYCLE,
         take_figure(&self->recycle_days, over->recycle_days));
    mark(self, over, DD_RULE_RECYCLE_ODDS,
         take_figure(&self->recycle_odds, over->recycle_odds));
    take_figure(&self->referral, over->referral);
    take_figure(&self->market, over->market);
    self->preset = over->preset != DD_NO_PRESET ? over->preset : self->preset;
    self->place = self->place.line == 0 ? over->place : self->place;
    return failed ? DD_ENOMEM : DD_OK;
}

/* One layer, its preset filled in. */
static dd_status
add_layer(dd_team_rules *self, const dd_team_rules *layer)
{
    dd_team_rules filled;
    dd_status status;

    dd_team_rules_init(&filled);
    status = lay_over(&filled, layer);
    if (!status)
        status = fill_preset(&filled);
    if (!status)
        status = lay_over(self, &filled);
    dd_team_rules_free(&filled);
    return status;
}

/* Before its day a layer has hires and leavers alone. */
static dd_status
add_before(dd_team_rules *self, const dd_team_rules *layer)
{
    self->place = self->place.line == 0 ? layer->place : self->place;
    return add_people(self, layer) ? DD_ENOMEM : DD_OK;
}

dd_status
dd_scenario_rules(dd_team_rules *rules, const dd_scenario *self, dd_day day,
                  dd_error *err)
{
    dd_status status = DD_OK;

    dd_team_rules_init(rules);
    for (size_t i = 0; i < self->n_layers && !status; i++) {
        const dd_scenario_layer *layer = &self->layers[i];
        if (layer->team == NULL)
            continue;
        if (layer->from == DD_NO_DAY || layer->from <= day)
            status = add_layer(rules, layer->team);
        else
            status = add_before(rules, layer->team);
    }
    if (status)
        dd_team_rules_free(rules);
    return status ? dd_error_no_memory(err) : DD_OK;
}

/* ---- from when ---- */

int
dd_team_has_rules(const dd_team_rules *team)
{
    int said = team->n_attrition > 0 || team->preset != DD_NO_PRESET
               || !isnan(team->refill_days) || !isnan(team->recycle_days)
               || !isnan(team->recycle_odds) || !isnan(team->referral)
               || !isnan(team->market);
    for (int i = 0; i < DD_PARTS; i++)
        said |= !isnan(team->handover[i].delay_days) || !isnan(team->handover[i].odds);
    return said;
}

dd_day
dd_scenario_rules_change(const dd_scenario *self, dd_day after)
{
    dd_day next = DD_NO_DAY;

    for (size_t i = 0; i < self->n_layers; i++) {
        const dd_scenario_layer *layer = &self->layers[i];
        int starts = layer->from != DD_NO_DAY && layer->from > after
                     && layer->team != NULL && dd_team_has_rules(layer->team);
        if (starts && (next == DD_NO_DAY || layer->from < next))
            next = layer->from;
    }
    return next;
}
