#include "cli/late.h"

dd_status
dd_tell_late(dd_notes *notes, const dd_history *history, dd_day as_of, dd_error *err)
{
    char last[16], asked[16];
    if (as_of <= history->last_day || history->last_day == DD_NO_DAY)
        return DD_OK;
    if (dd_notes_add(notes, "as_of_after_data",
                     "the data end on %s: that nothing happened from then to %s is "
                     "taken for a fact",
                     dd_day_format(history->last_day, last),
                     dd_day_format(as_of, asked)))
        return dd_error_no_memory(err);
    return DD_OK;
}
