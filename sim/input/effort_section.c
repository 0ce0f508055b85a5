#include "input/funnel_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_VISITS 1e4 /* a rep's week, an opportunity, a stage */
#define LONGEST_WAIT 3650.0

/* {Proposal: 2, Negotiation: 1} */
static void
read_visits_per_stage(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "visits such as 2";
    dd_effort_belief *self = target;

    if (!dd_walk_expect(walk, node, DD_YAML_MAP, "a map such as {Proposal: 2}"))
        return;
    self->stages = dd_walk_room(walk, node->n, sizeof(*self->stages));
    for (const dd_yaml_node *item = node->first; item != NULL && self->stages != NULL;
         item = item->next) {
        dd_stage_visits *stage = &self->stages[self->n_stages];
        const char *text = dd_walk_text(walk, item, right);
        if (text == NULL)
            continue;
        if (dd_value_read(text, strlen(text), DD_UNIT_NUMBER, &stage->visits)
            || stage->visits < 0 || stage->visits > MOST_VISITS) {
            dd_walk_refuse(walk, &item->place, text, right,
                           "the visits of a stage cannot be read");
            continue;
        }
        stage->stage = dd_walk_copy(walk, item->key);
        stage->place = item->key_place;
        self->n_stages += stage->stage != NULL;
    }
}

/* With none decided nobody looks for deals or moves any, and no plan could do with more. */
static void
refuse_no_visits(dd_walk *walk, const dd_yaml_node *node, const dd_effort_belief *self)
{
    const dd_belief *visits = &self->visits_per_rep_week;
    const dd_yaml_node *item;
    if (!visits->given || visits->high > 0.0)
        return;
    item = dd_yaml_get(node, "visits_per_rep_week");
    dd_walk_refuse(
        walk, &item->place, item->text,
        "visits such as 12; without 'visits_per_rep_week' deals come as lately",
        "reps who make no visits cannot be planned with");
}

void
dd_read_effort(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const dd_schema_key keys[] = {
        { .key = "visits_per_rep_week",
          .kind = DD_KEY_BELIEF,
          .low = 0,
          .high = MOST_VISITS,
          .right = "visits such as 12, or a range such as '10 to 15'",
          .offset = offsetof(dd_effort_belief, visits_per_rep_week) },
        { .key = "visits_per_opportunity",
          .kind = DD_KEY_BELIEF,
          .low = 1,
          .high = MOST_VISITS,
          .right = "visits such as 10, or a range such as '8 to 12', at least 1",
          .offset = offsetof(dd_effort_belief, visits_per_opportunity) },
        { .key = "leads_per_visit",
          .kind = DD_KEY_BELIEF,
          .low = 1,
          .high = MOST_VISITS,
          .right = "leads such as 5, or a range such as '4 to 6', at least 1",
          .offset = offsetof(dd_effort_belief, leads_per_visit) },
        { .key = "visits_per_stage",
          .kind = DD_KEY_READ,
          .read = read_visits_per_stage },
    };
    dd_schema_fill(walk, node, keys, sizeof(keys) / sizeof(keys[0]), target);
    refuse_no_visits(walk, node, target);
}

void
dd_check_effort(dd_walk *walk, const dd_funnel *funnel)
{
    const char **names;
    size_t most = 0, n = 0;

    for (size_t p = 0; p < funnel->n_pipelines; p++)
        most += funnel->pipelines[p].n_stages;
    if (walk->status == DD_ENOMEM || most == 0 || funnel->effort.n_stages == 0)
        return;
    names = dd_walk_room(walk, most, sizeof(*names));
    for (size_t p = 0; p < funnel->n_pipelines && names != NULL; p++)
        for (size_t s = 0; s < funnel->pipelines[p].n_stages; s++)
            names[n++] = funnel->pipelines[p].stages[s];
    for (size_t i = 0; i < funnel->effort.n_stages && names != NULL; i++) {
        const dd_stage_visits *stage = &funnel->effort.stages[i];
        size_t k = 0;
        while (k < n && strcmp(names[k], stage->stage) != 0)
            k++;
        if (k == n)
            dd_walk_unknown(walk, &stage->place, "stage", stage->stage, names, n);
    }
    free(names);
}

void
dd_read_shares(dd_walk *walk, const dd_yaml_node *node, double **ramp, size_t *n)
{
    const char *right = "a share from 0% to 100%, not below the month before";
    double before = 0.0;

    if (!dd_walk_expect(walk, node, DD_YAML_LIST,
                        "a list of shares, a month each, such as [0, 50%, 100%]"))
        return;
    if (node->n == 0)
        dd_walk_refuse(walk, &node->place, NULL,
                       "a month each, such as [0, 50%], or [100%] for none",
                       "the ramp has no steps");
    *ramp = dd_walk_room(walk, node->n, sizeof(**ramp));
    for (const dd_yaml_node *item = node->first; item != NULL && *ramp != NULL;
         item = item->next) {
        const char *text = dd_walk_text(walk, item, right);
        double share;
        if (text == NULL)
            continue;
        if (dd_value_read(text, strlen(text), DD_UNIT_SHARE, &share) || share < before
            || share > 1.0) {
            dd_walk_refuse(walk, &item->place, text, right,
                           "a step of the ramp cannot be right");
            continue;
        }
        (*ramp)[(*n)++] = before = share;
    }
}

void
dd_read_ramp(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_funnel *self = target;
    dd_read_shares(walk, node, &self->ramp, &self->n_ramp);
}

void
dd_read_leads_from(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "reps, market, or the market's share such as 60%";
    const char *text = dd_walk_text(walk, node, right);
    double share;

    if (text == NULL)
        return;
    if (strcmp(text, "reps") == 0)
        share = 0.0;
    else if (strcmp(text, "market") == 0)
        share = 1.0;
    else if (dd_value_read(text, strlen(text), DD_UNIT_SHARE, &share) || share < 0.0
             || share > 1.0) {
        dd_walk_refuse(walk, &node->place, text, right, "'leads_from' cannot be read");
        return;
    }
    *(double *) target = share;
}

/* {share: 70%, after: 60 days} */
static void
read_instalment(dd_walk *walk, const dd_yaml_node *node, dd_instalment *self)
{
    static const dd_schema_key keys[] = {
        { .key = "share",
          .kind = DD_KEY_FIGURE,
          .unit = DD_UNIT_SHARE,
          .low = 0,
          .high = 1,
          .right = "a share from 0% to 100%",
          .offset = offsetof(dd_instalment, share) },
        { .key = "after",
          .kind = DD_KEY_FIGURE,
          .unit = DD_UNIT_DAYS,
          .low = 0,
          .high = LONGEST_WAIT,
          .right = "days such as 60, '60 days' or '8 weeks'",
          .offset = offsetof(dd_instalment, days) },
    };
    dd_schema_fill(walk, node, keys, sizeof(keys) / sizeof(keys[0]), self);
    self->days = round(self->days);
    if (node->kind == DD_YAML_MAP && dd_yaml_get(node, "share") == NULL)
        dd_walk_refuse(walk, &node->place, NULL, "{share: 30%, after: 60 days}",
                       "an instalment has no share");
}

void
dd_read_collect(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_funnel *self = target;
    double total = 0.0;

    if (!dd_walk_expect(walk, node, DD_YAML_LIST,
                        "a list of instalments such as {share: 30%, after: 60 days}"))
        return;
    self->collect = dd_walk_room(walk, node->n, sizeof(*self->collect));
    for (const dd_yaml_node *item = node->first; item != NULL && self->collect != NULL;
         item = item->next) {
        dd_instalment *instalment = &self->collect[self->n_collect++];
        read_instalment(walk, item, instalment);
        total += instalment->share;
    }
    if (fabs(total - 1.0) > 1e-9)
        dd_walk_refuse(walk, &node->place, NULL, "100% in all",
                       "the instalments of 'collect' add up to %.6g%%", 100.0 * total);
}

void
dd_effort_keys_free(dd_funnel *self)
{
    for (size_t i = 0; i < self->effort.n_stages; i++)
        free(self->effort.stages[i].stage);
    free(self->effort.stages);
    free(self->ramp);
    free(self->collect);
}
