#include "dealdice/funnel.h"

#include "base/money.h"
#include "base/text.h"
#include "input/funnel_parts.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
dd_funnel_init(dd_funnel *self)
{
    memset(self, 0, sizeof(*self));
    self->period = DD_QUARTER;
    self->fiscal_year_starts = 1;
    self->history_starts = DD_NO_DAY;
    self->new_business = 1;
    self->market = (double) NAN;
    self->rates_estimated = 1;
    self->level_estimated = 1;
    self->sample.from = DD_NO_DAY;
    self->sample.to = DD_NO_DAY;
}

static void
free_amounts(dd_period_amount *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(items[i].period);
        free(items[i].group);
    }
    free(items);
}

static void
free_pipelines(dd_pipeline_names *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dd_words stages = { items[i].n_stages, items[i].stages };
        free(items[i].name);
        dd_words_free(&stages);
    }
    free(items);
}

void
dd_funnel_free(dd_funnel *self)
{
    free(self->path);
    free(self->currency);
    dd_data_keys_free(self);
    dd_words_free(&self->won);
    dd_words_free(&self->lost);
    dd_words_free(&self->recycled);
    for (size_t i = 0; i < self->n_columns; i++) {
        free(self->columns[i].known);
        free(self->columns[i].heading);
    }
    free(self->columns);
    free_pipelines(self->pipelines, self->n_pipelines);
    free_amounts(self->targets, self->n_targets);
    free_amounts(self->booked, self->n_booked);
    for (size_t i = 0; i < self->n_stages; i++)
        dd_stage_belief_free(&self->stages[i]);
    free(self->stages);
    dd_effort_keys_free(self);
    dd_sample_truth_free(&self->sample);
    dd_funnel_init(self);
}

size_t
dd_funnel_pipeline(const dd_funnel *self, const char *name)
{
    for (size_t i = 0; i < self->n_pipelines; i++)
        if (strcmp(self->pipelines[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

size_t
dd_pipeline_stage(const dd_pipeline_names *self, const char *stage)
{
    for (size_t i = 0; i < self->n_stages; i++)
        if (strcmp(self->stages[i], stage) == 0)
            return i;
    return SIZE_MAX;
}

static void
read_currency(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "a three-letter code such as CNY";
    const char *text = dd_walk_text(walk, node, right);
    size_t n = 0;

    if (text == NULL)
        return;
    while (isupper((unsigned char) text[n]))
        n++;
    if (n == 3 && text[n] == '\0')
        *(char **) target = dd_walk_copy(walk, text);
    else
        dd_walk_refuse(walk, &node->place, text, right, "'currency' cannot be read");
}

static void
read_period(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    const char *right = "year, half, quarter, month or week";
    const char *text = dd_walk_text(walk, node, right);

    if (text != NULL && dd_period_kind_parse(text, target))
        dd_walk_refuse(walk, &node->place, text, right, "'period' cannot be read");
}

static void
read_columns(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_funnel *self = target;

    if (!dd_walk_expect(walk, node, DD_YAML_MAP, NULL))
        return;
    self->columns = dd_walk_room(walk, node->n, sizeof(*self->columns));
    if (self->columns == NULL)
        return;
    for (const dd_yaml_node *item = node->first; item != NULL; item = item->next) {
        const char *heading = dd_walk_text(walk, item, "the heading in the file");
        dd_column_name *column = &self->columns[self->n_columns];
        if (heading == NULL)
            continue;
        column->known = dd_walk_copy(walk, item->key);
        column->heading = dd_walk_copy(walk, heading);
        column->place = item->key_place;
        column->place.file = self->path;
        self->n_columns++;
    }
}

/* One pipeline's stages in order; each once, and none that is also an end. */
static void
read_pipeline(dd_walk *walk, const dd_yaml_node *node, const char *name,
              dd_pipeline_names *self)
{
    dd_words words = { 0 };
    const dd_yaml_node *item;

    self->name = dd_walk_copy(walk, name);
    if (!dd_walk_expect(walk, node, DD_YAML_LIST, "a list of stages in their order"))
        return;
    if (node->n == 0)
        dd_walk_refuse(walk, &node->place, NULL, "at least one stage",
                       "there is no stage");
    item = node->first;
    dd_walk_words(walk, node, &words);
    self->n_stages = words.n;
    self->stages = words.items;
    for (size_t i = 0; i < words.n && words.n == node->n; i++, item = item->next) {
        dd_pipeline_names before = { NULL, i, words.items };
        if (dd_pipeline_stage(&before, words.items[i]) != SIZE_MAX)
            dd_walk_refuse(walk, &item->place, words.items[i], NULL,
                           "the stage '%s' is written twice", words.items[i]);
    }
}

static void
read_stages(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_funnel *self = target;
    int several = node->kind == DD_YAML_MAP;

    if (!several
        && !dd_walk_expect(walk, node, DD_YAML_LIST,
                           "a list of stages, or a map of pipelines to lists"))
        return;
    self->pipelines
        = dd_walk_room(walk, several ? node->n : 1, sizeof(*self->pipelines));
    if (self->pipelines == NULL)
        return;
    if (!several) {
        self->n_pipelines = 1;
        read_pipeline(walk, node, "", &self->pipelines[0]);
        return;
    }
    for (const dd_yaml_node *item = node->first; item != NULL; item = item->next)
        read_pipeline(walk, item, item->key, &self->pipelines[self->n_pipelines++]);
}

/* One amount of a period; groups other than all belong to a later version. */
static void
read_amount(dd_walk *walk, const dd_yaml_node *node, dd_period_amount *self,
            const dd_yaml_node *period, const char *file)
{
    const char *right = "an amount such as 500万";
    const char *text;
    double minor;

    if (node != period && strcmp(node->key, "all") != 0) {
        dd_walk_refuse(walk, &node->key_place, node->key, "all",
                       "figures for a group are not served by this version");
        return;
    }
    text = dd_walk_text(walk, node, right);
    if (text == NULL)
        return;
    if (dd_value_read(text, strlen(text), DD_UNIT_MONEY, &minor)) {
        dd_walk_refuse(walk, &node->place, text, right, "the amount cannot be read");
        return;
    }
    if (minor < 0)
        dd_walk_refuse(walk, &node->place, text, right, "the amount is below zero");
    self->period = dd_walk_copy(walk, period->key);
    self->amount = (int64_t) minor;
    self->place = period->key_place;
    self->place.file = file;
}

/* {2026Q4: 500万} or {2026Q4: {all: 500万}}; labels are checked once the start of the
 * fiscal year is known. */
static void
read_amounts(dd_walk *walk, const dd_yaml_node *node, dd_period_amount **items,
             size_t *n, const char *file)
{
    if (!dd_walk_expect(walk, node, DD_YAML_MAP, "a map such as {2026Q4: 500万}"))
        return;
    *items = dd_walk_room(walk, node->n, sizeof(**items));
    for (const dd_yaml_node *item = node->first; item != NULL && *items != NULL;
         item = item->next) {
        if (item->refused)
            continue;
        if (item->kind != DD_YAML_MAP) {
            read_amount(walk, item, &(*items)[*n], item, file);
        } else {
            for (const dd_yaml_node *g = item->first; g != NULL; g = g->next)
                read_amount(walk, g, &(*items)[*n], item, file);
        }
        if ((*items)[*n].period != NULL)
            (*n)++;
    }
}

static void
read_targets(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_funnel *self = target;
    read_amounts(walk, node, &self->targets, &self->n_targets, self->path);
}

static void
read_booked(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    dd_funnel *self = target;
    read_amounts(walk, node, &self->booked, &self->n_booked, self->path);
}

static void
read_uncertainty(dd_walk *walk, const dd_yaml_node *node, void *target)
{
    static const dd_schema_key keys[] = {
        { .key = "rates",
          .kind = DD_KEY_CHOICE,
          .right = "fixed|estimated",
          .offset = offsetof(dd_funnel, rates_estimated) },
        { .key = "level",
          .kind = DD_KEY_CHOICE,
          .right = "off|estimated",
          .offset = offsetof(dd_funnel, level_estimated) },
    };
    dd_schema_fill(walk, node, keys, sizeof(keys) / sizeof(keys[0]), target);
}

/* Stages come before rates, which name them. */
static const dd_schema_key funnel_keys[] = {
    { .key = "history",
      .kind = DD_KEY_READ,
      .read = dd_read_history,
      .offset = offsetof(dd_funnel, history) },
    { .key = "reps",
      .kind = DD_KEY_READ,
      .read = dd_read_path,
      .offset = offsetof(dd_funnel, reps) },
    { .key = "activities",
      .kind = DD_KEY_READ,
      .read = dd_read_path,
      .offset = offsetof(dd_funnel, activities) },
    { .key = "currency",
      .kind = DD_KEY_READ,
      .read = read_currency,
      .offset = offsetof(dd_funnel, currency) },
    { .key = "holidays",
      .kind = DD_KEY_READ,
      .read = dd_read_holidays_name,
      .offset = offsetof(dd_funnel, holidays) },
    { .key = "fx", .kind = DD_KEY_READ, .read = dd_read_fx },
    { .key = "timezone", .kind = DD_KEY_READ, .read = dd_read_timezone },
    { .key = "activity_names", .kind = DD_KEY_READ, .read = dd_read_activity_names },
    { .key = "period",
      .kind = DD_KEY_READ,
      .read = read_period,
      .offset = offsetof(dd_funnel, period) },
    { .key = "fiscal_year_starts",
      .kind = DD_KEY_INT,
      .low = 1,
      .high = 12,
      .right = "a month from 1 to 12",
      .offset = offsetof(dd_funnel, fiscal_year_starts) },
    { .key = "columns", .kind = DD_KEY_READ, .read = read_columns },
    { .key = "stages", .kind = DD_KEY_READ, .read = read_stages },
    { .key = "won", .kind = DD_KEY_TEXTS, .offset = offsetof(dd_funnel, won) },
    { .key = "lost", .kind = DD_KEY_TEXTS, .offset = offsetof(dd_funnel, lost) },
    { .key = "recycled", .kind = DD_KEY_TEXTS, .offset = offsetof(dd_funnel, recycled) },
    { .key = "history_starts",
      .kind = DD_KEY_DAY,
      .offset = offsetof(dd_funnel, history_starts) },
    { .key = "targets", .kind = DD_KEY_READ, .read = read_targets },
    { .key = "booked", .kind = DD_KEY_READ, .read = read_booked },
    { .key = "team",
      .kind = DD_KEY_WHOLE,
      .low = 1,
      .high = 1e6,
      .offset = offsetof(dd_funnel, team) },
    { .key = "rates", .kind = DD_KEY_READ, .read = dd_read_rates },
    { .key = "new_business",
      .kind = DD_KEY_CHOICE,
      .right = "off|estimated",
      .offset = offsetof(dd_funnel, new_business) },
    { .key = "uncertainty", .kind = DD_KEY_READ, .read = read_uncertainty },
    { .key = "sample",
      .kind = DD_KEY_READ,
      .read = dd_read_sample,
      .offset = offsetof(dd_funnel, sample) },
    { .key = "effort",
      .kind = DD_KEY_READ,
      .read = dd_read_effort,
      .offset = offsetof(dd_funnel, effort) },
    { .key = "leads_from",
      .kind = DD_KEY_READ,
      .read = dd_read_leads_from,
      .offset = offsetof(dd_funnel, market) },
    { .key = "collect", .kind = DD_KEY_READ, .read = dd_read_collect },
    { .key = "model",
      .kind = DD_KEY_READ,
      .read = dd_read_model,
      .offset = offsetof(dd_funnel, parts) },
};

static void
check_labels(dd_walk *walk, const dd_funnel *self, const dd_period_amount *items,
             size_t n)
{
    dd_period period;

    for (size_t i = 0; i < n; i++)
        if (dd_period_parse(items[i].period, self->fiscal_year_starts, &period))
            dd_walk_refuse(walk, &items[i].place, items[i].period,
                           self->fiscal_year_starts == 1
                               ? "a period such as 2026Q4, 2026-12 or 2026-W47"
                               : "a period such as FY2027Q1 (the fiscal year is named "
                                 "by the year in which it ends), 2026-12 or 2026-W47",
                           "this is no period");
}

static void
check_twice(dd_walk *walk, const dd_yaml_node *node, const dd_words *ends,
            const dd_words *others, const char *end, const char *other)
{
    for (size_t i = 0; i < ends->n; i++)
        for (size_t j = 0; j < others->n; j++)
            if (strcmp(ends->items[i], others->items[j]) == 0)
                dd_walk_refuse(walk, &node->place, ends->items[i], NULL,
                               "'%s' stands for %s and for %s", ends->items[i], end,
                               other);
}

/* A word cannot mean two things: a stage and an end, or two ends. */
static void
check_ends(dd_walk *walk, const dd_yaml_node *root, const dd_funnel *self)
{
    const dd_yaml_node *stages = dd_yaml_get(root, "stages");
    const dd_yaml_node *lost = dd_yaml_get(root, "lost");
    const dd_yaml_node *recycled = dd_yaml_get(root, "recycled");
    const dd_words *ends[] = { &self->won, &self->lost, &self->recycled };

    check_twice(walk, lost, &self->won, &self->lost, "won", "lost");
    check_twice(walk, recycled, &self->won, &self->recycled, "won", "recycled");
    check_twice(walk, recycled, &self->lost, &self->recycled, "lost", "recycled");
    for (size_t p = 0; p < self->n_pipelines; p++)
        for (size_t e = 0; e < 3; e++)
            for (size_t i = 0; i < ends[e]->n; i++)
                if (dd_pipeline_stage(&self->pipelines[p], ends[e]->items[i])
                    != SIZE_MAX)
                    dd_walk_refuse(walk, &stages->place, ends[e]->items[i], NULL,
                                   "'%s' is a stage and an end", ends[e]->items[i]);
}

static int
is_yaml(const char *path)
{
    size_t n = strlen(path);
    return (n > 5 && strcasecmp(path + n - 5, ".yaml") == 0)
           || (n > 4 && strcasecmp(path + n - 4, ".yml") == 0);
}

static dd_status
take_history_alone(dd_funnel *self, const char *path, dd_error *err)
{
    self->history.items = calloc(1, sizeof(char *));
    if (self->history.items == NULL)
        return dd_error_no_memory(err);
    self->history.items[0] = strdup(path);
    if (self->history.items[0] == NULL)
        return dd_error_no_memory(err);
    self->history.n = 1;
    return DD_OK;
}

static dd_status
take_yaml(dd_funnel *self, const char *path, dd_error *err)
{
    dd_yaml doc;
    dd_walk walk;
    dd_status read;

    dd_walk_start(&walk, err);
    self->path = strdup(path);
    if (self->path == NULL)
        return dd_error_no_memory(err);
    read = dd_yaml_read(&doc, path, err);
    if (doc.root != NULL && read != DD_ENOMEM) {
        dd_schema_fill(&walk, doc.root, funnel_keys,
                       sizeof(funnel_keys) / sizeof(funnel_keys[0]), self);
        check_labels(&walk, self, self->targets, self->n_targets);
        check_labels(&walk, self, self->booked, self->n_booked);
        check_ends(&walk, doc.root, self);
        dd_check_fx(&walk, doc.root, self);
        dd_check_rates(&walk, self);
        dd_check_effort(&walk, self);
    }
    dd_walk_end(&walk);
    dd_yaml_free(&doc);
    return walk.status == DD_OK || read == DD_ENOMEM ? read : walk.status;
}

dd_status
dd_funnel_read(dd_funnel *self, const char *path, dd_notes *notes, dd_error *err)
{
    dd_status status;

    dd_funnel_init(self);
    status = is_yaml(path) ? take_yaml(self, path, err)
                           : take_history_alone(self, path, err);
    if (status == DD_OK)
        status = dd_read_holidays(self, err);
    if (status == DD_OK)
        status = dd_open_folders(self, notes, err);
    if (status)
        dd_funnel_free(self);
    return status;
}
