#include "model/tenure.h"

#include <string.h>

#define GAP_DAYS 7 /* between spans of one stay: a change of team, a holiday */

dd_day
dd_tenure_watched_from(const dd_past *past)
{
    return past->starts != DD_NO_DAY && past->starts > past->first_day ? past->starts
                                                                       : past->first_day;
}

static int
follows(const dd_rep *later, const dd_rep *span)
{
    return later != span && span->end != DD_NO_DAY && later->start != DD_NO_DAY
           && later->start > span->end && later->start <= span->end + GAP_DAYS
           && strcmp(later->name, span->name) == 0;
}

static const dd_rep *
next_of(const dd_past *past, const dd_rep *span)
{
    for (size_t i = 0; i < past->n_reps; i++)
        if (follows(&past->reps[i], span))
            return &past->reps[i];
    return NULL;
}

int
dd_tenure_goes_on(const dd_past *past, const dd_rep *span)
{
    for (size_t i = 0; i < past->n_reps; i++)
        if (follows(span, &past->reps[i]))
            return 1;
    return 0;
}

dd_day
dd_tenure_last_day(const dd_past *past, const dd_rep *span)
{
    const dd_rep *next;

    while ((next = next_of(past, span)) != NULL)
        span = next;
    return span->end;
}
