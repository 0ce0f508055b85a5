#include "input/funnel_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_KEYS(keys) (sizeof(keys) / sizeof((keys)[0]))

void
dd_sample_truth_free(dd_sample_truth *self)
{
    for (size_t i = 0; i < self->n_reps; i++) {
        free(self->reps[i].owner);
        free(self->reps[i].team);
    }
    for (size_t i = 0; i < self->n_segments; i++)
        free(self->segments[i].name);
    free(self->reps);
    free(self->segments);
    free(self->layout);
    free(self->names);
    memset(self, 0, sizeof(*self));
}

static void
read_seed(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const dd_schema_key key[] = {
        { .key = "seed", .kind = DD_KEY_WHOLE, .low = 0, .high = 9.0e18 },
    };
    dd_yaml_node alone = *node;
    dd_yaml_node map = { .kind = DD_YAML_MAP, .n = 1, .first = &alone };
    int64_t value = 0;

    alone.next = NULL;
    dd_schema_fill(walk, &map, key, 1, &value);
    *(uint64_t *) target = (uint64_t) value;
}

static void
read_reps(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const dd_schema_key keys[] = {
        { .key = "owner",
          .kind = DD_KEY_TEXT,
          .offset = offsetof(dd_sample_rep, owner) },
        { .key = "team", .kind = DD_KEY_TEXT, .offset = offsetof(dd_sample_rep, team) },
    };
    dd_sample_truth *self = target;

    if (!dd_walk_expect(walk, node, DD_YAML_LIST,
                        "a list such as [{owner: Li Lei, team: East}]"))
        return;
    self->reps = dd_walk_room(walk, node->n, sizeof(*self->reps));
    for (const dd_yaml_node *item = node->first; item != NULL && self->reps != NULL;
         item = item->next) {
        dd_sample_rep *rep = &self->reps[self->n_reps++];
        dd_schema_fill(walk, item, keys, N_KEYS(keys), rep);
        if (item->kind == DD_YAML_MAP && dd_yaml_get(item, "owner") == NULL)
            dd_walk_refuse(walk, &item->place, NULL, "owner: a name",
                           "a rep has no owner");
    }
}

static void
read_segments(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_sample_truth *self = target;
    double total = 0.0;

    if (!dd_walk_expect(walk, node, DD_YAML_MAP, "a map such as {A: 60%, B: 40%}"))
        return;
    self->segments = dd_walk_room(walk, node->n, sizeof(*self->segments));
    for (const dd_yaml_node *item = node->first; item != NULL && self->segments != NULL;
         item = item->next) {
        const char *right = "a share such as 60%";
        const char *text = dd_walk_text(walk, item, right);
        dd_share *share = &self->segments[self->n_segments];
        if (text == NULL)
            continue;
        if (dd_value_read(text, strlen(text), DD_UNIT_SHARE, &share->share)
            || share->share < 0.0)
            dd_walk_refuse(walk, &item->place, text, right, "the share cannot be read");
        share->name = dd_walk_copy(walk, item->key);
        self->n_segments++;
        total += share->share;
    }
    if (fabs(total - 1.0) > 1e-9)
        dd_walk_refuse(walk, &node->place, NULL, "100%", "the segments add up to %.6g%%",
                       100.0 * total);
}

static void
read_amount_law(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "a law of amounts such as 'lognormal 12万 0.8'";
    const char *text = dd_walk_text(walk, node, right);
    dd_law law;

    if (text == NULL)
        return;
    if (dd_value_law(text, DD_UNIT_MONEY, &law) || law.kind != DD_LAW_LOGNORMAL)
        dd_walk_refuse(walk, &node->place, text, right, "'amount' cannot be read");
    else
        *(dd_law *) target = law;
}

/* One of a few words, kept as a word. */
static void
read_word(dd_walk *walk, const dd_yaml_node *node, const char *const *words, size_t n,
          char **target)
{
    const char *text = dd_walk_text(walk, node, words[0]);

    for (size_t i = 0; i < n && text != NULL; i++)
        if (strcmp(text, words[i]) == 0) {
            *target = dd_walk_copy(walk, text);
            return;
        }
    if (text != NULL)
        dd_walk_unknown(walk, &node->place, node->key, text, words, n);
}

static void
read_layout(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const char *const words[] = { "events", "deals" };

    if (node->text != NULL && strcmp(node->text, "snapshots") == 0)
        dd_walk_refuse(walk, &node->place, node->text, "events or deals",
                       "the layout 'snapshots' is not served by this version");
    else
        read_word(walk, node, words, 2, target);
}

static void
read_names(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const char *const words[] = { "en", "zh", "both" };
    read_word(walk, node, words, 3, target);
}

static const dd_schema_key sample_keys[] = {
    { .key = "seed",
      .kind = DD_KEY_READ,
      .read = read_seed,
      .offset = offsetof(dd_sample_truth, seed) },
    { .key = "from", .kind = DD_KEY_DAY, .offset = offsetof(dd_sample_truth, from) },
    { .key = "to", .kind = DD_KEY_DAY, .offset = offsetof(dd_sample_truth, to) },
    { .key = "layout",
      .kind = DD_KEY_READ,
      .read = read_layout,
      .offset = offsetof(dd_sample_truth, layout) },
    { .key = "new_deals_per_rep_week",
      .kind = DD_KEY_FIGURE,
      .low = 0,
      .high = 1e4,
      .offset = offsetof(dd_sample_truth, new_deals_per_rep_week) },
    { .key = "reps", .kind = DD_KEY_READ, .read = read_reps },
    { .key = "segments", .kind = DD_KEY_READ, .read = read_segments },
    { .key = "amount",
      .kind = DD_KEY_READ,
      .read = read_amount_law,
      .offset = offsetof(dd_sample_truth, amount) },
    { .key = "names",
      .kind = DD_KEY_READ,
      .read = read_names,
      .offset = offsetof(dd_sample_truth, names) },
};

void
dd_read_sample(dd_walk *walk, const dd_yaml_node *node, void *truth)
{
    static const char *const needed[]
        = { "from", "to", "new_deals_per_rep_week", "reps", "amount" };
    dd_sample_truth *self = truth;

    self->given = 1;
    self->seed = 1;
    if (!dd_walk_expect(walk, node, DD_YAML_MAP, NULL))
        return;
    dd_schema_fill(walk, node, sample_keys, N_KEYS(sample_keys), self);
    for (size_t i = 0; i < N_KEYS(needed); i++)
        if (dd_yaml_get(node, needed[i]) == NULL)
            dd_walk_refuse(walk, &node->key_place, NULL, needed[i],
                           "'sample' says no '%s'", needed[i]);
    if (self->from != DD_NO_DAY && self->to != DD_NO_DAY && self->to < self->from)
        dd_walk_refuse(walk, &node->key_place, NULL, "a 'to' after 'from'",
                       "'sample' ends before it begins");
}
