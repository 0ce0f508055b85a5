#include "history/known_effort.h"

#include <stdlib.h>

/* Did the deal exist before that day, as far as was known by as-of? */
static int
existed(const dd_history *history, int32_t number, dd_day day, dd_day as_of)
{
    const dd_deal *deal = number >= 0 ? &history->deals[number] : NULL;
    const dd_entry *first = deal && deal->n > 0 ? &history->entries[deal->first] : NULL;

    return first && first->known < dd_day_end(as_of) && dd_moment_day(first->at) < day;
}

static int32_t
known_owner(const dd_past *past, int32_t owner)
{
    return owner >= 0 && (size_t) owner < past->owners.n ? owner : -1;
}

static void
copy_activities(dd_past *past, const dd_history *history)
{
    for (size_t i = 0; i < history->n_activities; i++) {
        const dd_activity *from = &history->activities[i];
        if (from->day > past->as_of)
            continue;
        past->activities[past->n_activities++]
            = (dd_past_activity){ from->day, from->kind, known_owner(past, from->owner),
                                  existed(history, from->deal, from->day, past->as_of),
                                  from->count };
    }
}

static void
copy_reps(dd_past *past, const dd_history *history, int present)
{
    for (size_t i = 0; i < history->n_reps; i++) {
        dd_rep rep = history->reps[i];
        if (!present && rep.start != DD_NO_DAY && rep.start > past->as_of)
            continue;
        if (!present && rep.end != DD_NO_DAY && rep.end > past->as_of)
            rep.end = DD_NO_DAY;
        rep.owner = known_owner(past, rep.owner);
        past->reps[past->n_reps++] = rep;
    }
}

dd_status
dd_known_effort(dd_past *past, const dd_history *history, int present)
{
    past->activities = malloc((history->n_activities + 1) * sizeof(*past->activities));
    past->reps = malloc((history->n_reps + 1) * sizeof(*past->reps));
    if (!past->activities || !past->reps)
        return DD_ENOMEM;
    copy_activities(past, history);
    copy_reps(past, history, present);
    return DD_OK;
}
