#include "history/placement.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Pipelines named by the beliefs, or one without a name. */
static dd_status
make_pipelines(dd_intake *self)
{
    dd_history *history = self->history;
    const dd_funnel *funnel = self->funnel;

    history->pipelines = dd_arena_alloc(
        history->arena, (funnel->n_stages + 1) * sizeof(*history->pipelines));
    if (!history->pipelines)
        return DD_ENOMEM;
    for (size_t b = 0; b < funnel->n_stages; b++) {
        const char *name = funnel->stages[b].pipeline;
        size_t p = 0;
        while (name && p < history->n_pipelines
               && !dd_same_word(history->pipelines[p].name, name))
            p++;
        if (!name || p < history->n_pipelines)
            continue;
        name = dd_arena_copy(history->arena, name, strlen(name));
        if (!name)
            return DD_ENOMEM;
        history->pipelines[history->n_pipelines++] = (dd_pipeline){ .name = name };
    }
    if (history->n_pipelines == 0)
        history->pipelines[history->n_pipelines++] = (dd_pipeline){ .name = "Pipeline" };
    history->n_pipelines_given = history->n_pipelines;
    return DD_OK;
}

dd_status
dd_believed_pipelines(dd_intake *self)
{
    const dd_intake_word *word;

    if (self->history->layout != DD_DEALS && self->history->n_files > 0)
        return DD_OK;
    for (size_t b = 0; b < self->funnel->n_stages; b++) {
        dd_status status = dd_intake_stage(self, self->funnel->stages[b].stage, &word);
        if (status)
            return status;
    }
    return self->history->n_files == 0 ? make_pipelines(self) : DD_OK;
}

static dd_status
place_beliefs(dd_intake *self, dd_placement *places, size_t p)
{
    dd_pipeline *pipeline = &self->history->pipelines[p];

    for (size_t b = 0; b < self->funnel->n_stages; b++) {
        const dd_stage_belief *belief = &self->funnel->stages[b];
        const dd_intake_word *word;
        dd_status status;
        if (belief->pipeline && !dd_same_word(belief->pipeline, pipeline->name))
            continue;
        status = dd_intake_stage(self, belief->stage, &word);
        if (status)
            return status;
        if (word->end == DD_STILL)
            dd_place_stage(places, self->history, (int32_t) p, word->number);
    }
    pipeline->n_given = pipeline->n_stages;
    return DD_OK;
}

/** A stage as the open deals of one pipeline show it. */
typedef struct {
    int32_t number;
    size_t deals, undated, with_chance;
    double chances;  /* the CRM's own, summed */
    dd_moment young; /* a quarter of its deals were created after that */
} shown_stage;

/** How stages are told apart: by what every one of them has. */
typedef enum { BY_NOTHING, BY_AGE, BY_CHANCE } shown_order;

/* Stages in order of appearance; index: of each by its number, -1 not shown. */
static size_t
gather(const dd_history *history, int32_t pipeline, shown_stage *shown, int32_t *index)
{
    size_t n = 0;

    for (size_t d = 0; d < history->n_deals; d++) {
        const dd_deal *deal = &history->deals[d];
        int32_t number = deal->stage_now - 1;
        if (deal->pipeline != pipeline || number < 0)
            continue;
        if (index[number] < 0) {
            shown[n] = (shown_stage){ .number = number };
            index[number] = (int32_t) n++;
        }
        shown_stage *stage = &shown[index[number]];
        stage->deals++;
        stage->undated += deal->n == 0;
        if (isnan(deal->probability))
            continue;
        stage->with_chance++;
        stage->chances += deal->probability;
    }
    return n;
}

static int
latest_first(const void *a, const void *b)
{
    const dd_moment x = *(const dd_moment *) a, y = *(const dd_moment *) b;

    return (x < y) - (x > y);
}

/* Who stands further on has come a longer way; the youngest tell it, for old deals lie
 * about everywhere. @param room  a moment for each deal */
static void
find_youth(const dd_history *history, int32_t pipeline, shown_stage *stage,
           dd_moment *room)
{
    size_t n = 0;

    for (size_t d = 0; d < history->n_deals; d++) {
        const dd_deal *deal = &history->deals[d];
        if (deal->pipeline == pipeline && deal->stage_now - 1 == stage->number
            && deal->created != DD_NO_MOMENT)
            room[n++] = deal->created;
    }
    qsort(room, n, sizeof(*room), latest_first);
    stage->young = n > 0 ? room[(n - 1) / 4] : DD_NO_MOMENT;
}

/* Deals without a creation date have not begun. */
static int
not_begun(const shown_stage *stage)
{
    return 2 * stage->undated > stage->deals;
}

static int
stands_before(const shown_stage *a, const shown_stage *b, shown_order by)
{
    if (not_begun(a) != not_begun(b))
        return not_begun(a);
    if (by == BY_AGE)
        return a->young > b->young;
    return by == BY_CHANCE
           && a->chances / (double) a->with_chance
                  < b->chances / (double) b->with_chance;
}

/* Stages whose deals have not begun, then by mean chance when every stage has one, else by
 * age likewise; a stable sort, so ties stay as they appear. */
static void
sort_shown(shown_stage *shown, size_t n)
{
    int chances = 1, ages = 1;

    for (size_t i = 0; i < n; i++) {
        chances = chances && shown[i].with_chance > 0;
        ages = ages && shown[i].young != DD_NO_MOMENT;
    }
    for (size_t i = 1; i < n; i++) {
        shown_stage stage = shown[i];
        size_t j = i;
        for (; j > 0
               && stands_before(&stage, &shown[j - 1],
                                chances ? BY_CHANCE
                                : ages  ? BY_AGE
                                        : BY_NOTHING);
             j--)
            shown[j] = shown[j - 1];
        shown[j] = stage;
    }
}

static dd_status
place_pipeline(dd_intake *self, dd_placement *places, size_t p, shown_stage *shown,
               int32_t *index, dd_moment *room)
{
    dd_history *history = self->history;
    dd_status status;
    size_t n;

    history->pipelines[p].n_stages = history->layout == DD_DEALS;
    status = place_beliefs(self, places, p);
    if (status)
        return status;
    for (size_t i = 0; i < places->n_numbers; i++)
        index[i] = -1;
    n = gather(history, (int32_t) p, shown, index);
    for (size_t i = 0; i < n; i++)
        find_youth(history, (int32_t) p, &shown[i], room);
    sort_shown(shown, n);
    for (size_t i = 0; i < n; i++)
        dd_place_stage(places, history, (int32_t) p, shown[i].number);
    return DD_OK;
}

dd_status
dd_place_shown(dd_intake *self, dd_placement *places)
{
    dd_history *history = self->history;
    shown_stage *shown = malloc((places->n_numbers + 1) * sizeof(*shown));
    int32_t *index = malloc((places->n_numbers + 1) * sizeof(*index));
    dd_moment *room = malloc((history->n_deals + 1) * sizeof(*room));
    dd_status status = shown && index && room ? DD_OK : DD_ENOMEM;

    for (size_t p = 0; p < history->n_pipelines && status == DD_OK; p++)
        status = place_pipeline(self, places, p, shown, index, room);
    for (size_t d = 0; d < history->n_deals && status == DD_OK; d++) {
        dd_deal *deal = &history->deals[d];
        if (deal->stage_now > 0)
            deal->stage_now
                = dd_place_stage(places, history, deal->pipeline, deal->stage_now - 1);
    }
    free(shown);
    free(index);
    free(room);
    return status;
}
