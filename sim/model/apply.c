#include "model/apply.h"

#include "base/text.h"
#include "model/amounts.h"
#include "model/effort.h"
#include "model/lever.h"

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
    dd_amounts scaled = { .fresh = from->fresh };
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
    memset(self, 0, sizeof *self);
}

/* ---- what levers name ---- */

/* The levers of one layer that act on one pipeline; NULL where there is none. */
typedef struct {
    const dd_lever *all; /* win_rate of all deals */
    const dd_lever *step_rate[DD_MAX_STAGES], *win_rate[DD_MAX_STAGES];
    const dd_lever *cycle[DD_MAX_STAGES];
} pipeline_levers;

/* One lever against one model. */
typedef struct {
    dd_model *changed;
    pipeline_levers *found; /* per pipeline */
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
put(pipeline_levers *found, size_t s, const dd_lever *lever)
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

/* ---- what levers can reach, by mean rates ---- */

/* The change of its own kind that goes as far as can be, rounded towards none. */
static void
write_limit(const dd_change *change, double now, double limit, char text[64])
{
    int up = limit > now;
    double most = limit, thousandths;
    const char *unit = "%", *form = "at %s %.1f%s";
    if (change->kind == DD_CHANGE_TIMES && now > 0.0)
        most = limit / now - 1.0;
    else if (change->kind == DD_CHANGE_POINTS) {
        most = limit - now;
        unit = "pp";
    }
    if (change->kind != DD_CHANGE_TO)
        form = "at %s %+.1f%s";
    thousandths = up ? floor(1000.0 * most + 1e-9) : ceil(1000.0 * most - 1e-9);
    snprintf(text, 64, form, up ? "most" : "least", thousandths / 10.0, unit);
}

static dd_status
check_reach(const dd_lever *lever, const char *of, double now, dd_stage_reach reach,
            dd_error *err)
{
    const char *what = lever->kind == DD_LEVER_STEP_RATE ? "step rate" : "win rate";
    double wanted = dd_change_apply(&lever->change, now);
    double limit = wanted > now ? reach.most : reach.least;
    char right[64], asked[48];
    if (wanted >= reach.least * (1.0 - 1e-9) - 1e-12
        && wanted <= reach.most * (1.0 + 1e-9))
        return DD_OK;
    write_limit(&lever->change, now, limit, right);
    return dd_error_add(err, DD_EDATA, &lever->place, NULL, right,
                        "the %s of %s is %.1f %%: %s is %s than can be", what, of,
                        100.0 * now,
                        dd_change_format(&lever->change, lever->kind, asked),
                        wanted > now ? "more" : "less");
}

static dd_status
settle_step_rate(const dd_lever *lever, dd_rates *rates, size_t s, dd_stage_lever *into,
                 dd_error *err)
{
    double now = dd_step_rate(&rates->stage[s], s);
    char of[128];
    dd_status status;
    snprintf(of, sizeof of, "'%s'", rates->process->stage_name[s]);
    status = check_reach(lever, of, now, (dd_stage_reach){ 0.0, now > 0.0 }, err);
    into->step_rate = lever->change;
    if (!status)
        dd_move_step_rate(rates, s, &lever->change);
    return status;
}

static dd_status
settle_win_rate(const dd_lever *lever, dd_rates *rates, size_t s, dd_stage_lever *into,
                dd_error *err)
{
    size_t n = rates->process->n_stages;
    char of[128];
    dd_status status;
    snprintf(of, sizeof of, "'%s'", rates->process->stage_name[s]);
    dd_stages_ever(rates->stage, n, DD_WON, rates->p_ever);
    status = check_reach(lever, of, rates->p_ever[s],
                         dd_stage_reach_of(rates->stage, n, s), err);
    into->win_rate = lever->change;
    if (!status)
        dd_move_win_rate(rates, s, &lever->change);
    return status;
}

static double
cycle_factor(const dd_change *change, const dd_stage *stage)
{
    double stay = dd_stage_mean_stay(stage);
    if (change->kind == DD_CHANGE_TIMES)
        return change->value;
    return stay > 0.0 ? change->value / stay : 1.0;
}

/* In the order in which dd_levers_move will do it with every draw. */
static dd_status
settle(const pipeline_levers *found, dd_rates *rates, dd_stage_lever *into,
       dd_change *all, dd_error *err)
{
    size_t n = rates->process->n_stages;
    dd_status status = DD_OK;
    for (size_t s = n; s-- > 0 && !status;)
        if (found->step_rate[s] != NULL)
            status = settle_step_rate(found->step_rate[s], rates, s, &into[s], err);
    for (size_t s = n; s-- > 0 && !status;)
        if (found->win_rate[s] != NULL)
            status = settle_win_rate(found->win_rate[s], rates, s, &into[s], err);
    dd_stages_ever(rates->stage, n, DD_WON, rates->p_ever);
    if (found->all != NULL && !status) {
        status = check_reach(found->all, "new deals", dd_chance_from_creation(rates),
                             (dd_stage_reach){ 0.0, 1.0 - 1e-6 }, err);
        *all = found->all->change;
    }
    for (size_t s = 0; s < n && !status; s++)
        if (found->cycle[s] != NULL)
            into[s].cycle = cycle_factor(&found->cycle[s]->change, &rates->stage[s]);
    return status;
}

/* The next layer of one pipeline's levers. */
static dd_status
add_levers(const dd_process *process, const pipeline_levers *found, dd_error *err)
{
    dd_levers *levers = process->levers;
    dd_stage_lever *into = levers->stage + levers->n_layers * levers->n_stages;
    dd_rates rates;
    dd_status status = dd_rates_init(&rates, process, err);
    if (status)
        return status;
    dd_rates_mean(&rates);
    status = settle(found, &rates, into, &levers->win_rate[levers->n_layers], err);
    dd_rates_free(&rates);
    for (size_t s = 0; s < levers->n_stages; s++)
        levers->moves |= found->step_rate[s] != NULL || found->win_rate[s] != NULL
                         || found->cycle[s] != NULL;
    levers->n_layers++;
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
    dd_day first = as_of + 1;
    if (layer->from == DD_NO_DAY || layer->from == first)
        return DD_OK;
    dd_day_format(layer->from, from);
    if (layer->from < first)
        return dd_error_add(err, DD_EDATA, &layer->from_place, from, "a day after as-of",
                            "levers cannot start on %s: the past is known up to %s",
                            from, dd_day_format(as_of, known));
    return dd_error_add(err, DD_EDATA, &layer->from_place, from,
                        dd_day_format(first, known),
                        "levers that start later than the day after as-of are not "
                        "served by this version");
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
    pipeline_levers *found = calloc(changed->n_pipelines + 1, sizeof *found);
    dd_status status = found != NULL ? DD_OK : dd_error_no_memory(err);
    for (int named = 0; named < 2; named++)
        for (size_t i = 0; i < layer->n_levers && !status; i++) {
            pull one = { changed, found, &layer->levers[i], err };
            if ((layer->levers[i].stage != NULL) == named)
                status = pull_lever(&one);
        }
    for (size_t p = 0; p < changed->n_pipelines && !status; p++)
        status = add_levers(&changed->process[p], &found[p], err);
    free(found);
    return status;
}

dd_status
dd_model_apply(dd_model *changed, const dd_model *model, const dd_scenario *scenario,
               dd_day as_of, dd_error *err)
{
    dd_status status = begin(changed, model, scenario->n_layers, err);
    for (size_t l = 0; l < scenario->n_layers && !status; l++) {
        status = check_from(&scenario->layers[l], as_of, err);
        if (!status)
            status = apply_layer(changed, &scenario->layers[l], err);
    }
    if (status)
        dd_model_free(changed);
    return status;
}
