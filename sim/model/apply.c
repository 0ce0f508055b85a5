#include "model/apply.h"

#include "base/text.h"
#include "model/amounts.h"
#include "model/effort.h"
#include "model/lever.h"
#include "model/settle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Values of the amounts times `times`; weights stay the base's. */
static dd_status
scale_sizes(dd_sizes *self, double times, dd_error *err)
{
    double *value = malloc((self->n + 1) * sizeof *value);
    if (value == NULL)
        return dd_error_no_memory(err);
    for (size_t i = 0; i < self->n; i++)
        value[i] = self->value[i] * times;
    self->value = value;
    return DD_OK;
}

/* The amounts of one pipeline: what won deals, open and to come, bring. */
static dd_status
scale_amounts(dd_amounts *self, const dd_amounts *from, double times, dd_error *err)
{
    dd_status status = DD_OK;
    dd_amounts scaled = { .fresh = from->fresh, .times = from->times * times };
    scaled.ratio = calloc(from->n_stages + 1, sizeof *scaled.ratio);
    if (scaled.ratio == NULL)
        return dd_error_no_memory(err);
    status = scale_sizes(&scaled.fresh, times, err);
    if (status) {
        free(scaled.ratio);
        return status;
    }
    *self = scaled;
    for (size_t s = 0; s < from->n_stages; s++) {
        self->ratio[s] = from->ratio[s];
        status = scale_sizes(&self->ratio[s], times, err);
        if (status)
            return status;
        self->n_stages = s + 1;
    }
    return DD_OK;
}

static void
free_amounts(dd_model *self)
{
    for (size_t p = 0; self->amounts != NULL && p < self->n_pipelines; p++) {
        dd_amounts *amounts = &self->amounts[p];
        for (size_t s = 0; s < amounts->n_stages; s++)
            free(amounts->ratio[s].value);
        if (amounts->ratio != NULL)
            free(amounts->fresh.value);
        free(amounts->ratio);
    }
    free(self->amounts);
}

void
dd_model_free_changes(dd_model *self)
{
    if (self->amounts != self->base->amounts)
        free_amounts(self);
    if (self->effort != self->base->effort)
        free(self->effort);
    for (size_t p = 0; self->process != NULL && p < self->n_pipelines; p++)
        dd_levers_free(self->process[p].levers);
    free(self->process);
    if (self->later != NULL)
        dd_model_free(self->later);
    free(self->later);
    memset(self, 0, sizeof *self);
}

/* ---- what levers name ---- */

/* One lever against one model. */
typedef struct {
    dd_model *changed;
    dd_pipeline_levers *found; /* per pipeline */
    const dd_lever *lever;
    dd_error *err;
} pull;

/* Is it a stage of its own, or does it follow another's rates? */
static int
leads(const dd_process *process, size_t s)
{
    return process->stage[s].follows == (int32_t) s;
}

static dd_status
refuse_name(const pull *self, const char *word, const char *what)
{
    const dd_model *model = self->changed;
    size_t n = 1;
    for (size_t p = 0; p < model->n_pipelines; p++)
        n += model->process[p].n_stages + 1;
    const char **names = calloc(n, sizeof *names), *near;
    char all[256];
    size_t used = 0;
    if (names == NULL)
        return dd_error_no_memory(self->err);
    n = 0;
    for (size_t p = 0; p < model->n_pipelines; p++)
        if (strcmp(what, "pipeline") == 0)
            names[n++] = model->process[p].name;
        else
            for (size_t s = 0; s < model->process[p].n_stages; s++)
                names[n++] = model->process[p].stage_name[s];
    near = dd_did_you_mean(word, names, n);
    for (size_t i = 0; i < n && used < sizeof all; i++)
        used += (size_t) snprintf(all + used, sizeof all - used, "%s%s",
                                  i > 0 ? ", " : "one of ", names[i]);
    free(names);
    return dd_error_add(self->err, DD_EDATA, &self->lever->place, word,
                        near != NULL ? near : all, "unknown %s '%s'", what, word);
}

static dd_status
refuse_follower(const pull *self, const dd_process *process, size_t s)
{
    char right[160];
    snprintf(right, sizeof right, "a change of '%s', or of all",
             process->stage_name[process->stage[s].follows]);
    return dd_error_add(
        self->err, DD_EDATA, &self->lever->place, self->lever->stage, right,
        "the history tells nothing of '%s' by itself: it moves as '%s'",
        process->stage_name[s], process->stage_name[process->stage[s].follows]);
}

static void
put(dd_pipeline_levers *found, size_t s, const dd_lever *lever)
{
    if (lever->kind == DD_LEVER_CYCLE)
        found->cycle[s] = lever;
    else if (lever->kind == DD_LEVER_STEP_RATE)
        found->step_rate[s] = lever;
    else
        found->win_rate[s] = lever;
}

/* The lever's part in one pipeline; told whether its stage is there. */
static dd_status
find_stages(const pull *self, size_t p, int *there)
{
    const dd_process *process = &self->changed->process[p];
    const dd_lever *lever = self->lever;
    if (lever->stage == NULL && lever->kind == DD_LEVER_WIN_RATE)
        self->found[p].all = lever;
    for (size_t s = 0; s < process->n_stages; s++) {
        if (lever->stage == NULL && leads(process, s)
            && lever->kind != DD_LEVER_WIN_RATE)
            put(&self->found[p], s, lever);
        if (lever->stage == NULL || strcmp(process->stage_name[s], lever->stage) != 0)
            continue;
        *there = 1;
        if (!leads(process, s))
            return refuse_follower(self, process, s);
        put(&self->found[p], s, lever);
    }
    return DD_OK;
}

static dd_status
find_lever(const pull *self)
{
    const dd_lever *lever = self->lever;
    const dd_model *model = self->changed;
    int pipeline = lever->pipeline == NULL, stage = lever->stage == NULL;
    dd_status status = DD_OK;
    for (size_t p = 0; p < model->n_pipelines && !status; p++) {
        if (lever->pipeline != NULL
            && strcmp(model->process[p].name, lever->pipeline) != 0)
            continue;
        pipeline = 1;
        status = find_stages(self, p, &stage);
    }
    if (!status && !pipeline)
        return refuse_name(self, lever->pipeline, "pipeline");
    if (!status && !stage)
        return refuse_name(self, lever->stage, "stage");
    return status;
}

/* ---- common to all pipelines ---- */

static double
size_factor(const dd_change *change, const dd_sizes *sizes)
{
    double sum = 0.0, weight = 0.0;
    for (size_t i = 0; i < sizes->n; i++) {
        sum += sizes->value[i] * sizes->weight[i];
        weight += sizes->weight[i];
    }
    if (change->kind == DD_CHANGE_TIMES)
        return change->value;
    return sum > 0.0 ? change->value * weight / sum : 1.0;
}

static dd_status
pull_deal_size(const pull *self)
{
    dd_model *changed = self->changed;
    dd_amounts *scaled = calloc(changed->n_pipelines + 1, sizeof *scaled);
    const dd_amounts *from = changed->amounts;
    dd_model former = *changed; /* a layer below may have scaled them already */
    dd_status status = DD_OK;
    if (scaled == NULL)
        return dd_error_no_memory(self->err);
    changed->amounts = scaled;
    for (size_t p = 0; p < changed->n_pipelines && !status; p++)
        status = scale_amounts(&scaled[p], &from[p],
                               size_factor(&self->lever->change, &from[p].fresh),
                               self->err);
    if (former.amounts != changed->base->amounts)
        free_amounts(&former);
    return status;
}

/* An effort of its own beside the base's, whose lists it borrows. */
static dd_status
own_effort(dd_model *changed, dd_error *err)
{
    dd_effort *effort;
    if (changed->effort != changed->base->effort)
        return DD_OK;
    effort = malloc(sizeof *effort);
    if (effort == NULL)
        return dd_error_no_memory(err);
    *effort = *changed->effort;
    changed->effort = effort;
    return DD_OK;
}

static dd_status
pull_visits(const pull *self)
{
    const dd_lever *lever = self->lever;
    const dd_effort *now = self->changed->effort;
    dd_status status;
    if (!dd_chance_is_known(&now->opportunity_of_visit))
        return dd_error_add(self->err, DD_EDATA, &lever->place, NULL,
                            "activities, or `effort:` in the funnel file",
                            "nothing tells what comes of a visit");
    if (lever->change.kind == DD_CHANGE_TO && !dd_effort_is_decided(now))
        return dd_error_add(self->err, DD_EDATA, &lever->place, NULL,
                            "a change such as +10%, or `effort: "
                            "{visits_per_rep_week: 12}` in the funnel file",
                            "the funnel does not decide how many visits are made");
    status = own_effort(self->changed, self->err);
    if (status)
        return status;
    if (lever->change.kind == DD_CHANGE_TIMES)
        self->changed->effort->factor *= lever->change.value;
    else {
        self->changed->effort->factor = 1.0;
        self->changed->effort->per_rep_week
            = (dd_belief){ 1, lever->change.value, lever->change.value };
    }
    return DD_OK;
}

static dd_status
pull_lever(const pull *self)
{
    switch (self->lever->kind) {
    case DD_LEVER_DEAL_SIZE:
        return pull_deal_size(self);
    case DD_LEVER_MARKET:
        self->changed->market *= self->lever->change.value;
        return DD_OK;
    case DD_LEVER_VISITS:
    case DD_LEVER_LEADS:
        return pull_visits(self);
    default:
        return find_lever(self);
    }
}

static dd_status
check_from(const dd_scenario_layer *layer, dd_day as_of, dd_error *err)
{
    char from[16], known[16];
    if (layer->from == DD_NO_DAY || layer->from > as_of)
        return DD_OK;
    dd_day_format(layer->from, from);
    return dd_error_add(
        err, DD_EDATA, &layer->from_place, from, "a day after as-of",
        "levers and rules cannot start on %s: the past is known up to %s", from,
        dd_day_format(as_of, known));
}

static dd_status
begin(dd_model *changed, const dd_model *model, size_t layers, dd_error *err)
{
    *changed = *model;
    changed->base = model;
    changed->process = calloc(model->n_pipelines + 1, sizeof *changed->process);
    if (changed->process == NULL)
        return dd_error_no_memory(err);
    for (size_t p = 0; p < model->n_pipelines; p++) {
        changed->process[p] = model->process[p];
        changed->process[p].levers = dd_levers_new(model->process[p].n_stages, layers);
        if (changed->process[p].levers == NULL)
            return dd_error_no_memory(err);
        changed->process[p].levers->n_layers = 0; /* as yet */
    }
    return DD_OK;
}

/* Those of all stages come first, so that a stage's own word holds over them. */
static dd_status
apply_layer(dd_model *changed, const dd_scenario_layer *layer, dd_error *err)
{
    dd_pipeline_levers *found = calloc(changed->n_pipelines + 1, sizeof *found);
    dd_status status = found != NULL ? DD_OK : dd_error_no_memory(err);
    for (int named = 0; named < 2; named++)
        for (size_t i = 0; i < layer->n_levers && status != DD_ENOMEM; i++) {
            pull one = { changed, found, &layer->levers[i], err };
            dd_status pulled
                = (layer->levers[i].stage != NULL) == named ? pull_lever(&one) : DD_OK;
            status = pulled ? pulled : status; /* all that is wrong with a layer */
        }
    for (size_t p = 0; p < changed->n_pipelines && !status; p++)
        status = dd_levers_settle(&changed->process[p], &found[p], err);
    free(found);
    return status;
}

/* Without levers there is nothing to start. */
static dd_day
starts(const dd_scenario_layer *layer, dd_day as_of)
{
    return layer->from == DD_NO_DAY || layer->n_levers == 0 ? as_of + 1 : layer->from;
}

/* With what acts by a day. */
static dd_status
apply_by(dd_model *changed, const dd_model *model, const dd_scenario *scenario,
         dd_day as_of, dd_day day, dd_error *err)
{
    dd_status status = begin(changed, model, scenario->n_layers, err);
    changed->from = day;
    for (size_t l = 0; l < scenario->n_layers && !status; l++)
        if (starts(&scenario->layers[l], as_of) <= day)
            status = apply_layer(changed, &scenario->layers[l], err);
    return status;
}

/* The next day on which a layer starts; DD_NO_DAY: none does. */
static dd_day
next_start(const dd_scenario *scenario, dd_day as_of, dd_day after)
{
    dd_day next = DD_NO_DAY;
    for (size_t l = 0; l < scenario->n_layers; l++) {
        dd_day day = starts(&scenario->layers[l], as_of);
        if (day > after && (next == DD_NO_DAY || day < next))
            next = day;
    }
    return next;
}

/* Day after day on which levers start. */
static dd_status
apply_later(dd_model *changed, const dd_scenario *scenario, dd_day as_of, dd_error *err)
{
    const dd_model *model = changed->base;
    dd_status status = DD_OK;
    dd_day day = changed->from;
    while (!status && (day = next_start(scenario, as_of, day)) != DD_NO_DAY) {
        changed->later = calloc(1, sizeof *changed->later);
        if (changed->later == NULL)
            return dd_error_no_memory(err);
        changed = changed->later;
        status = apply_by(changed, model, scenario, as_of, day, err);
    }
    return status;
}

dd_status
dd_model_apply(dd_model *changed, const dd_model *model, const dd_scenario *scenario,
               dd_day as_of, dd_error *err)
{
    dd_status status = DD_OK;
    *changed = (dd_model){ 0 };
    for (size_t l = 0; l < scenario->n_layers && !status; l++)
        status = check_from(&scenario->layers[l], as_of, err);
    if (!status)
        status = apply_by(changed, model, scenario, as_of, as_of + 1, err);
    if (!status)
        status = apply_later(changed, scenario, as_of, err);
    if (status)
        dd_model_free(changed);
    return status;
}
