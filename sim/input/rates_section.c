#include "input/funnel_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_DAYS 36500.0 /* a century: longer than any CRM remembers */
#define N_KEYS(keys) (sizeof(keys) / sizeof((keys)[0]))

void
dd_stage_belief_free(dd_stage_belief *self)
{
    free(self->pipeline);
    free(self->stage);
    for (size_t i = 0; i < self->n_exits; i++)
        free(self->exits[i].to);
    free(self->exits);
}

static void
read_law(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "a law of days such as 'weibull 1.5 30', 'exponential 60', "
                        "'lognormal 20 0.8' or 'fixed 30'";
    const char *text = dd_walk_text(walk, node, right);

    if (text != NULL && dd_value_law(text, DD_UNIT_DAYS, target))
        dd_walk_refuse(walk, &node->place, text, right, "'days' cannot be read");
}

/* {Needs: {share: 50%, days: weibull 1.5 30}, Lost: ...}: shares up to 100 % in all. */
static void
read_exits(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const dd_schema_key keys[] = {
        { .key = "share",
          .kind = DD_KEY_FIGURE,
          .unit = DD_UNIT_SHARE,
          .low = 0,
          .high = 1,
          .right = "a share from 0% to 100%",
          .offset = offsetof(dd_exit_belief, share) },
        { .key = "days",
          .kind = DD_KEY_READ,
          .read = read_law,
          .offset = offsetof(dd_exit_belief, days) },
    };
    dd_stage_belief *self = target;
    double total = 0.0;

    if (!dd_walk_expect(walk, node, DD_YAML_MAP, NULL))
        return;
    self->exits = dd_walk_room(walk, node->n, sizeof(*self->exits));
    if (self->exits == NULL)
        return;
    for (const dd_yaml_node *item = node->first; item != NULL; item = item->next) {
        dd_exit_belief *exit = &self->exits[self->n_exits];
        exit->to = dd_walk_copy(walk, item->key);
        exit->days.kind = DD_LAW_FIXED; /* without days it resolves at once */
        self->n_exits += exit->to != NULL;
        dd_schema_fill(walk, item, keys, N_KEYS(keys), exit);
        if (item->kind == DD_YAML_MAP && dd_yaml_get(item, "share") == NULL)
            dd_walk_refuse(walk, &item->key_place, item->key, "share: 50%",
                           "the exit '%s' has no share", item->key);
        total += exit->share;
    }
    if (total > 1.0 + 1e-9)
        dd_walk_refuse(walk, &node->place, NULL, "shares of at most 100% in all",
                       "the exits of a stage add up to %.6g%%", 100.0 * total);
}

static const dd_schema_key stage_keys[] = {
    { .key = "win_rate",
      .kind = DD_KEY_BELIEF,
      .unit = DD_UNIT_SHARE,
      .low = 0,
      .high = 1,
      .right = "a share from 0% to 100%, or a range such as '10% to 20%'",
      .offset = offsetof(dd_stage_belief, win_rate) },
    { .key = "days",
      .kind = DD_KEY_BELIEF,
      .unit = DD_UNIT_DAYS,
      .low = 0,
      .high = LONGEST_DAYS,
      .right = "days such as 30, or a range such as '20 to 40'",
      .offset = offsetof(dd_stage_belief, days) },
    { .key = "exits", .kind = DD_KEY_READ, .read = read_exits },
};

static void
add_stage(dd_walk *walk, dd_funnel *funnel, const char *pipeline,
          const dd_yaml_node *node)
{
    dd_stage_belief *larger, *self;

    if (node->refused)
        return;
    larger = realloc(funnel->stages, (funnel->n_stages + 1) * sizeof(*larger));
    if (larger == NULL) {
        walk->status = dd_error_no_memory(walk->err);
        return;
    }
    funnel->stages = larger;
    self = &larger[funnel->n_stages++];
    memset(self, 0, sizeof(*self));
    self->pipeline = pipeline != NULL ? dd_walk_copy(walk, pipeline) : NULL;
    self->stage = dd_walk_copy(walk, node->key);
    self->place = node->key_place;
    self->place.file = funnel->path;
    dd_schema_fill(walk, node, stage_keys, N_KEYS(stage_keys), self);
    if (self->n_exits > 0 && (self->win_rate.given || self->days.given))
        dd_walk_refuse(walk, &node->key_place, node->key, "either of them",
                       "'exits' takes the place of 'win_rate' and 'days'");
}

/* {Contact: {...}} or {Pipeline: {Contact: {...}}}: what is no stage but holds maps. */
static int
is_pipeline(const dd_funnel *funnel, const dd_yaml_node *node)
{
    if (node->kind != DD_YAML_MAP || node->n == 0)
        return 0;
    if (funnel->n_pipelines > 0 && dd_funnel_pipeline(funnel, node->key) != SIZE_MAX)
        return 1;
    for (size_t p = 0; p < funnel->n_pipelines; p++)
        if (dd_pipeline_stage(&funnel->pipelines[p], node->key) != SIZE_MAX)
            return 0;
    for (const dd_yaml_node *item = node->first; item != NULL; item = item->next) {
        if (item->kind != DD_YAML_MAP)
            return 0;
        for (size_t i = 0; i < N_KEYS(stage_keys); i++)
            if (strcmp(item->key, stage_keys[i].key) == 0)
                return 0;
    }
    return 1;
}

static void
read_stage_beliefs(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_funnel *funnel = target;

    if (!dd_walk_expect(walk, node, DD_YAML_MAP, NULL))
        return;
    for (const dd_yaml_node *item = node->first; item != NULL; item = item->next) {
        if (!is_pipeline(funnel, item)) {
            add_stage(walk, funnel, NULL, item);
            continue;
        }
        for (const dd_yaml_node *s = item->first; s != NULL; s = s->next)
            add_stage(walk, funnel, item->key, s);
    }
}

void
dd_read_rates(dd_walk *walk, const dd_yaml_node *node, void *funnel)
{
    static const dd_schema_key keys[] = {
        { .key = "worth",
          .kind = DD_KEY_FIGURE,
          .low = 0,
          .high = 1e6,
          .right = "past deals per stage, such as 30",
          .offset = offsetof(dd_funnel, worth) },
        { .key = "deal_size",
          .kind = DD_KEY_BELIEF,
          .unit = DD_UNIT_MONEY,
          .offset = offsetof(dd_funnel, deal_size) },
        { .key = "new_deals_per_rep_week",
          .kind = DD_KEY_BELIEF,
          .low = 0,
          .high = 1e4,
          .offset = offsetof(dd_funnel, new_deals_per_rep_week) },
        { .key = "stages", .kind = DD_KEY_READ, .read = read_stage_beliefs },
        { .key = "ramp", .kind = DD_KEY_READ, .read = dd_read_ramp },
    };
    dd_schema_fill(walk, node, keys, N_KEYS(keys), funnel);
}

/* ---- what only all beliefs together show ---- */

static double
centre(const dd_belief *belief)
{
    return 0.5 * (belief->low + belief->high);
}

static int
is_about(const dd_stage_belief *belief, const char *pipeline, const char *stage)
{
    return strcmp(belief->stage, stage) == 0
           && (belief->pipeline == NULL || pipeline == NULL
               || strcmp(belief->pipeline, pipeline) == 0);
}

static void
compare_rates(dd_walk *walk, const dd_stage_belief *before, const dd_stage_belief *next)
{
    char read[32];

    if (centre(&next->win_rate) >= centre(&before->win_rate))
        return;
    snprintf(read, sizeof(read), "%.4g%%", 100.0 * centre(&next->win_rate));
    dd_walk_refuse(walk, &next->place, read,
                   "a win rate (share of the stage's deals that end won, however late) "
                   "at least that of the stage before",
                   "win rates fall along the stages: '%s' has %.4g%%, '%s' before it "
                   "%.4g%%",
                   next->stage, 100.0 * centre(&next->win_rate), before->stage,
                   100.0 * centre(&before->win_rate));
}

static void
check_order(dd_walk *walk, const dd_funnel *funnel, const dd_pipeline_names *pipeline)
{
    const dd_stage_belief *before = NULL;

    for (size_t s = 0; s < pipeline->n_stages; s++)
        for (size_t i = 0; i < funnel->n_stages; i++) {
            const dd_stage_belief *belief = &funnel->stages[i];
            if (!belief->win_rate.given
                || !is_about(belief, pipeline->name, pipeline->stages[s]))
                continue;
            if (before != NULL)
                compare_rates(walk, before, belief);
            before = belief;
            break;
        }
}

/* Without `stages:` the beliefs stand in the order in which they are written. */
static void
check_written_order(dd_walk *walk, const dd_funnel *funnel)
{
    const dd_stage_belief *before = NULL;

    for (size_t i = 0; i < funnel->n_stages; i++) {
        const dd_stage_belief *belief = &funnel->stages[i];
        const char *pipeline = belief->pipeline != NULL ? belief->pipeline : "";
        const char *last
            = before == NULL || before->pipeline == NULL ? "" : before->pipeline;
        if (!belief->win_rate.given)
            continue;
        if (before != NULL && strcmp(pipeline, last) == 0)
            compare_rates(walk, before, belief);
        before = belief;
    }
}

/* Names that an exit may lead to: every stage, and the words for the ends. */
static size_t
gather_names(const dd_funnel *funnel, const char *pipeline, int with_ends,
             const char **names)
{
    size_t n = 0;

    for (size_t p = 0; p < funnel->n_pipelines; p++)
        if (pipeline == NULL || strcmp(funnel->pipelines[p].name, pipeline) == 0)
            for (size_t s = 0; s < funnel->pipelines[p].n_stages; s++)
                names[n++] = funnel->pipelines[p].stages[s];
    if (!with_ends)
        return n;
    for (size_t i = 0; i < funnel->won.n; i++)
        names[n++] = funnel->won.items[i];
    for (size_t i = 0; i < funnel->lost.n; i++)
        names[n++] = funnel->lost.items[i];
    names[n++] = "Won";
    names[n++] = "Lost";
    return n;
}

static int
contains(const char *const *names, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], word) == 0)
            return 1;
    return 0;
}

static void
check_names(dd_walk *walk, const dd_funnel *funnel, const dd_stage_belief *belief,
            const char **names)
{
    size_t n = gather_names(funnel, belief->pipeline, 0, names);

    if (!contains(names, n, belief->stage))
        dd_walk_unknown(walk, &belief->place, "stage", belief->stage, names, n);
    n = gather_names(funnel, belief->pipeline, 1, names);
    for (size_t i = 0; i < belief->n_exits; i++)
        if (!contains(names, n, belief->exits[i].to))
            dd_walk_unknown(walk, &belief->place, "stage or end among the exits",
                            belief->exits[i].to, names, n);
}

void
dd_check_rates(dd_walk *walk, const dd_funnel *funnel)
{
    size_t most = funnel->won.n + funnel->lost.n + 2;
    const char **names;

    if (walk->status == DD_ENOMEM)
        return;
    if (funnel->n_pipelines == 0) {
        check_written_order(walk, funnel);
        return;
    }
    for (size_t p = 0; p < funnel->n_pipelines; p++) {
        check_order(walk, funnel, &funnel->pipelines[p]);
        most += funnel->pipelines[p].n_stages;
    }
    names = dd_walk_room(walk, most, sizeof(*names));
    for (size_t i = 0; i < funnel->n_stages && names != NULL; i++)
        check_names(walk, funnel, &funnel->stages[i], names);
    free(names);
}
