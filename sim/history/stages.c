#include "history/assemble.h"

#include "history/order.h"
#include "history/placement.h"

#include <stdlib.h>
#include <string.h>

#define OPEN_STAGE "Open"

/* Lists that the funnel gives; the deals layout puts Open before them. */
static dd_status
take_given(dd_intake *self)
{
    dd_history *history = self->history;
    const dd_funnel *funnel = self->funnel;
    const size_t open = history->layout == DD_DEALS;

    history->n_pipelines = history->n_pipelines_given = funnel->n_pipelines;
    history->pipelines = dd_arena_alloc(
        history->arena, funnel->n_pipelines * sizeof(*history->pipelines));
    if (!history->pipelines)
        return DD_ENOMEM;
    for (size_t p = 0; p < funnel->n_pipelines; p++) {
        const dd_pipeline_names *list = &funnel->pipelines[p];
        const char *name = list->name && *list->name ? list->name : "Pipeline";
        const size_t n = open + list->n_stages;
        dd_pipeline *made = &history->pipelines[p];
        *made = (dd_pipeline){ .n_stages = n, .n_given = n };
        made->name = dd_arena_copy(history->arena, name, strlen(name));
        made->stages = dd_arena_alloc(history->arena, (n + 1) * sizeof(*made->stages));
        if (!made->name || !made->stages)
            return DD_ENOMEM;
        made->stages[0] = OPEN_STAGE;
        for (size_t s = 0; s < list->n_stages; s++) {
            made->stages[open + s] = dd_arena_copy(history->arena, list->stages[s],
                                                   strlen(list->stages[s]));
            if (!made->stages[open + s])
                return DD_ENOMEM;
        }
    }
    return DD_OK;
}

static int
placement_init(dd_placement *self, const dd_intake *intake)
{
    const size_t n = intake->history->n_pipelines * intake->stage_keys.n;

    self->n_numbers = intake->stage_keys.n;
    self->place = malloc((n + 1) * sizeof(*self->place));
    if (!self->place)
        return -1;
    for (size_t i = 0; i < n; i++)
        self->place[i] = -1;
    return 0;
}

int32_t
dd_place_stage(dd_placement *self, dd_history *history, int32_t pipeline, int32_t number)
{
    int32_t *place = &self->place[(size_t) pipeline * self->n_numbers + (size_t) number];

    if (*place < 0)
        *place = (int32_t) history->pipelines[pipeline].n_stages++;
    return *place;
}

/* Fill each pipeline's list of names from the places given out. */
static dd_status
name_stages(dd_intake *self, const dd_placement *places)
{
    dd_history *history = self->history;

    for (size_t p = 0; p < history->n_pipelines; p++) {
        dd_pipeline *pipeline = &history->pipelines[p];
        const int32_t *place = places->place + p * places->n_numbers;
        pipeline->stages = dd_arena_alloc(
            history->arena, (pipeline->n_stages + 1) * sizeof(*pipeline->stages));
        if (!pipeline->stages)
            return DD_ENOMEM;
        pipeline->stages[0] = OPEN_STAGE;
        for (size_t number = 0; number < places->n_numbers; number++)
            if (place[number] >= 0)
                pipeline->stages[place[number]] = self->labels[number];
    }
    return DD_OK;
}

static void
place_entries(dd_intake *self, dd_placement *places)
{
    dd_history *history = self->history;

    for (size_t d = 0; d < history->n_deals; d++) {
        const dd_deal *deal = &history->deals[d];
        dd_entry *entry = history->entries + deal->first;
        for (size_t i = 0; i < deal->n; i++)
            if (entry[i].stage >= 0)
                entry[i].stage
                    = dd_place_stage(places, history, deal->pipeline, entry[i].stage);
    }
}

/* Put one pipeline's stages and the entries of its deals into the order found. */
static dd_status
apply_order(dd_history *history, const dd_stage_order *orders)
{
    for (size_t p = 0; p < history->n_pipelines; p++) {
        dd_pipeline *pipeline = &history->pipelines[p];
        const char **sorted
            = dd_arena_alloc(history->arena, (pipeline->n_stages + 1) * sizeof(*sorted));
        if (!sorted)
            return DD_ENOMEM;
        for (size_t i = 0; i < orders[p].n; i++)
            sorted[i] = pipeline->stages[orders[p].order[i]];
        pipeline->stages = sorted;
    }
    for (size_t d = 0; d < history->n_deals; d++) {
        const dd_deal *deal = &history->deals[d];
        dd_entry *entry = history->entries + deal->first;
        for (size_t i = 0; i < deal->n; i++)
            if (entry[i].stage >= 0)
                entry[i].stage = orders[deal->pipeline].place[entry[i].stage];
    }
    return DD_OK;
}

static dd_status
infer_from_entries(dd_intake *self, dd_placement *places)
{
    dd_history *history = self->history;
    dd_stage_order *orders = calloc(history->n_pipelines + 1, sizeof(*orders));
    dd_status status = orders ? DD_OK : DD_ENOMEM;

    place_entries(self, places);
    if (status == DD_OK)
        status = name_stages(self, places);
    if (status == DD_OK)
        status = dd_stage_orders(orders, history, INT64_MAX, NULL);
    if (status == DD_OK)
        status = apply_order(history, orders);
    dd_stage_orders_free(orders, history->n_pipelines);
    free(orders);
    return status;
}

/* Where entries end is where deals stand now, unless each deal has but one row. */
static void
find_present(dd_history *history)
{
    for (size_t d = 0; d < history->n_deals; d++) {
        dd_deal *deal = &history->deals[d];
        const dd_entry *entry = history->entries + deal->first;
        for (size_t i = 0; i < deal->n; i++) {
            deal->stage_now = entry[i].stage;
            if (entry[i].owner >= 0)
                deal->owner_now = entry[i].owner;
            if (entry[i].amount != DD_UNKNOWN_AMOUNT)
                deal->amount_now = entry[i].amount;
        }
    }
}

static dd_status
infer(dd_intake *self)
{
    dd_placement places;
    dd_status status = dd_believed_pipelines(self);

    if (status)
        return status;
    if (placement_init(&places, self))
        return DD_ENOMEM;
    if (self->history->layout == DD_DEALS || self->history->n_files == 0) {
        status = dd_place_shown(self, &places);
        if (status == DD_OK)
            status = name_stages(self, &places);
    } else {
        status = infer_from_entries(self, &places);
    }
    free(places.place);
    return status;
}

dd_status
dd_assemble_stages(dd_intake *self)
{
    dd_status status = self->funnel->n_pipelines > 0 ? take_given(self) : infer(self);

    if (status == DD_ENOMEM)
        return dd_error_no_memory(self->err);
    if (status == DD_OK && self->history->layout != DD_DEALS)
        find_present(self->history);
    return status;
}
