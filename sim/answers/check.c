#include "answers/check.h"

#include <stdlib.h>
#include <string.h>

static void
count_deals(dd_check *self)
{
    for (size_t d = 0; d < self->past->n_deals; d++) {
        const int32_t stage = self->past->deals[d].stage;
        self->open += stage >= 0;
        self->won += stage == DD_WON;
        self->lost += stage == DD_LOST;
        self->recycled += stage == DD_RECYCLED;
    }
}

static size_t
first_stage(const dd_past *past, int32_t pipeline)
{
    size_t first = 0;

    for (int32_t p = 0; p < pipeline; p++)
        first += past->pipelines[p].n_stages;
    return first;
}

/* Counts per stage, pipelines one after another. */
static dd_status
count_stages(dd_check *self)
{
    const dd_past *past = self->past;
    const size_t n = first_stage(past, (int32_t) past->n_pipelines);

    self->stages = calloc(n + 1, sizeof(*self->stages));
    if (!self->stages)
        return DD_ENOMEM;
    for (size_t i = 0; i < past->n_spells; i++) {
        const dd_spell *spell = &past->spells[i];
        dd_check_stage *stage = self->stages + first_stage(past, spell->pipeline);
        stage[spell->stage].entered++;
        stage[spell->stage].left += spell->exit != DD_STILL;
    }
    for (size_t d = 0; d < past->n_deals; d++)
        if (past->deals[d].stage >= 0)
            self->stages[first_stage(past, past->deals[d].pipeline)
                         + (size_t) past->deals[d].stage]
                .open++;
    return DD_OK;
}

static dd_status
add_thin(dd_check *self, const char *what, const char *pipeline, const char *name,
         size_t seen)
{
    dd_thin *thin;

    if (seen >= DD_THIN)
        return DD_OK;
    thin = realloc(self->thin, (self->n_thin + 1) * sizeof(*thin));
    if (!thin)
        return DD_ENOMEM;
    self->thin = thin;
    self->thin[self->n_thin++] = (dd_thin){ what, pipeline, name, seen };
    return DD_OK;
}

/* In the deals layout only Open has a history; the shown stages share it. */
static dd_status
find_thin_stages(dd_check *self)
{
    const dd_past *past = self->past;

    for (size_t p = 0; p < past->n_pipelines; p++) {
        const dd_pipeline *pipeline = &past->pipelines[p];
        const size_t first = first_stage(past, (int32_t) p);
        size_t n = past->layout == DD_DEALS ? 1 : pipeline->n_stages;
        for (size_t s = 0; s < n && s < pipeline->n_stages; s++)
            if (add_thin(self, "stage", pipeline->name, pipeline->stages[s],
                         self->stages[first + s].left))
                return DD_ENOMEM;
    }
    return DD_OK;
}

static dd_status
find_thin_segments(dd_check *self)
{
    const dd_past *past = self->past;
    size_t *ended = calloc(past->segments.n + 1, sizeof(*ended));
    dd_status status = ended ? DD_OK : DD_ENOMEM;

    for (size_t d = 0; ended && d < past->n_deals; d++)
        if (past->deals[d].segment >= 0 && past->deals[d].stage < 0)
            ended[past->deals[d].segment]++;
    for (size_t s = 0; s < past->segments.n && status == DD_OK; s++)
        status = add_thin(self, "segment", NULL, past->segments.items[s], ended[s]);
    free(ended);
    return status;
}

static dd_status
find_thin(dd_check *self)
{
    dd_status status;

    if (self->history->n_deals == 0)
        return DD_OK; /* beliefs are not seen */
    status = add_thin(self, "won deals", NULL, NULL, self->won);
    if (status == DD_OK)
        status = add_thin(self, "lost deals", NULL, NULL, self->lost);
    if (status == DD_OK)
        status = find_thin_stages(self);
    if (status == DD_OK)
        status = find_thin_segments(self);
    return status;
}

dd_status
dd_check_make(dd_check *self, const dd_history *history, const dd_past *past,
              const dd_notes *notes, dd_error *err)
{
    memset(self, 0, sizeof(*self));
    self->history = history;
    self->past = past;
    self->notes = notes;
    count_deals(self);
    if (count_stages(self) || find_thin(self)) {
        dd_check_free(self);
        return dd_error_no_memory(err);
    }
    return DD_OK;
}

void
dd_check_free(dd_check *self)
{
    free(self->stages);
    free(self->thin);
    memset(self, 0, sizeof(*self));
}
