#include "history/intake.h"

#include <stdio.h>

static int
is_noon(dd_moment at)
{
    return at - (dd_day_end(dd_moment_day(at)) - DD_SECONDS_PER_DAY)
           == DD_SECONDS_PER_DAY / 2;
}

/* The end of a closed deal. On the day of creation a date alone, which stands for its
 * noon, does not contradict a creation in the afternoon. */
static dd_moment
end_of(const dd_row *row)
{
    dd_moment end = row->closed_at != DD_NO_MOMENT ? row->closed_at : row->close_date;
    dd_moment created = row->created_at;

    if (end != DD_NO_MOMENT && created != DD_NO_MOMENT && end < created
        && dd_moment_day(end) == dd_moment_day(created)
        && (is_noon(end) || is_noon(created)))
        return created;
    return end;
}

static dd_status
refuse_end(dd_intake *self, const dd_row *row, dd_moment end)
{
    char closed[16], created[16], reason[128];
    dd_row_refusal refusal = {
        .line = row->line,
        .column = row->closed_at != DD_NO_MOMENT ? "closed_at" : "close_date",
        .code = "no_end",
        .reason = "a closed deal without a closing date",
    };

    if (end != DD_NO_MOMENT) {
        dd_day_format(dd_moment_day(end), closed);
        dd_day_format(dd_moment_day(row->created_at), created);
        snprintf(reason, sizeof(reason),
                 "closing before creation: closed %s, created %s", closed, created);
        refusal.value = closed;
        refusal.code = "closed_before_created";
        refusal.reason = reason;
    }
    return dd_intake_refuse(self, self->file, &refusal);
}

static dd_status
refuse_twin(dd_intake *self, const dd_row *row, uint32_t deal)
{
    const dd_intake_when *first = &self->spans[deal].earliest;
    char reason[512];
    const dd_row_refusal refusal = {
        .line = row->line,
        .column = "deal_id",
        .value = row->deal_id,
        .code = "duplicate_id",
        .reason = reason,
    };

    snprintf(reason, sizeof(reason), "deal '%.200s' is already at %.200s:%ld",
             row->deal_id, self->history->files[first->file].path, first->line);
    return dd_intake_refuse(self, self->file, &refusal);
}

/* Creation in stage Open and the end, as far as they are known. */
static dd_status
add_life(dd_intake *self, const dd_row *row, const dd_intake_row *life, int32_t stage,
         dd_moment end)
{
    dd_intake_row added = *life;
    dd_status status = DD_OK;

    if (row->created_at != DD_NO_MOMENT) {
        added.entry.at = row->created_at;
        added.entry.stage = 0;
        added.entry.amount = row->amount;
        status = dd_intake_add_row(self, &added);
    }
    if (status || stage >= 0)
        return status;
    added.entry.at = end;
    added.entry.stage = stage;
    added.entry.amount
        = row->amount_won != DD_UNKNOWN_AMOUNT ? row->amount_won : row->amount;
    return dd_intake_add_row(self, &added);
}

/* The deal's own line, once everything about it has been found usable. */
static dd_status
add_deal(dd_intake *self, const dd_row *row, int32_t pipeline, int32_t stage,
         dd_moment end)
{
    dd_intake_row life = {
        .entry = { .file = self->file, .line = row->line },
        .pipeline = pipeline,
    };
    dd_deal *deal;
    int fresh;

    if (dd_intake_deal(self, row->deal_id, &life.deal, &fresh))
        return DD_ENOMEM;
    if (!fresh)
        return refuse_twin(self, row, life.deal);
    if (dd_intake_owner(self, row, &life.entry.owner)
        || dd_intake_describe(self, life.deal, row, row->created_at, pipeline))
        return DD_ENOMEM;
    deal = &self->history->deals[life.deal];
    deal->stage_now = stage;
    deal->amount_now = row->amount;
    deal->owner_now = life.entry.owner;
    return add_life(self, row, &life, stage, end);
}

dd_status
dd_intake_whole_deal(dd_intake *self, const dd_row *row)
{
    const dd_intake_word *word;
    int32_t pipeline, stage;
    int refused = 0;
    dd_moment end = end_of(row);
    dd_status status = dd_intake_stage(self, row->stage, &word);

    if (status)
        return status;
    status = dd_intake_pipeline(self, row, &pipeline, &refused);
    if (status || refused)
        return status;
    stage = word->end;
    if (stage != DD_STILL
        && (end == DD_NO_MOMENT
            || (row->created_at != DD_NO_MOMENT && end < row->created_at)))
        return refuse_end(self, row, end);
    if (stage == DD_STILL) {
        status = dd_intake_place(self, row, word, pipeline, &stage, &refused);
        if (status || refused)
            return status;
        stage++; /* stage 0 is Open */
    }
    return add_deal(self, row, pipeline, stage, end);
}
