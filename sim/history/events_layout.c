#include "history/intake.h"

/* An ended deal's own amount stands before the estimate. */
static int64_t
amount_of(const dd_row *row, int32_t stage)
{
    if (stage < 0 && row->amount_won != DD_UNKNOWN_AMOUNT)
        return row->amount_won;
    return row->amount;
}

dd_status
dd_intake_event(dd_intake *self, const dd_row *row)
{
    const dd_intake_word *word;
    dd_intake_row added = {
        .entry = { .at = row->at, .file = self->file, .line = row->line },
    };
    int refused = 0, fresh;
    dd_status status = dd_intake_stage(self, row->stage, &word);

    if (status)
        return status;
    status = dd_intake_pipeline(self, row, &added.pipeline, &refused);
    if (status || refused)
        return status;
    added.entry.stage = word->end;
    if (word->end == DD_STILL)
        status = dd_intake_place(self, row, word, added.pipeline, &added.entry.stage,
                                 &refused);
    if (status || refused)
        return status;
    added.entry.amount = amount_of(row, added.entry.stage);
    if (dd_intake_owner(self, row, &added.entry.owner)
        || dd_intake_deal(self, row->deal_id, &added.deal, &fresh)
        || dd_intake_describe(self, added.deal, row, row->at, added.pipeline))
        return DD_ENOMEM;
    return dd_intake_add_row(self, &added);
}
