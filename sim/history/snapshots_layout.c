#include "history/intake.h"

/* When the deal came to where the photo shows it, if the CRM says so: its end, or its
 * entry into the stage. A moment after the photo is a plan. */
static dd_moment
told_moment(const dd_row *row, int32_t stage)
{
    dd_moment told = row->entered_at;

    if (stage < 0)
        told = row->closed_at != DD_NO_MOMENT ? row->closed_at : row->close_date;
    if (told == DD_NO_MOMENT || dd_moment_day(told) > dd_moment_day(row->at))
        return DD_NO_MOMENT;
    return told < row->at ? told : row->at;
}

dd_status
dd_intake_photo(dd_intake *self, const dd_row *row)
{
    const dd_intake_word *word;
    dd_intake_row added = {
        .entry = { .known = row->at, .file = self->file, .line = row->line },
    };
    dd_entry *entry = &added.entry;
    int refused = 0, fresh;
    dd_status status = dd_intake_stage(self, row->stage, &word);

    if (status)
        return status;
    status = dd_intake_pipeline(self, row, &added.pipeline, &refused);
    if (status || refused)
        return status;
    entry->stage = word->end;
    if (word->end == DD_STILL)
        status
            = dd_intake_place(self, row, word, added.pipeline, &entry->stage, &refused);
    if (status || refused)
        return status;
    entry->at = told_moment(row, entry->stage);
    entry->amount = entry->stage < 0 && row->amount_won != DD_UNKNOWN_AMOUNT
                        ? row->amount_won
                        : row->amount;
    if (dd_intake_owner(self, row, &entry->owner)
        || dd_intake_deal(self, row->deal_id, &added.deal, &fresh)
        || dd_intake_describe(self, added.deal, row, row->at, added.pipeline))
        return DD_ENOMEM;
    return dd_intake_add_row(self, &added);
}
