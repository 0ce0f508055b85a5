#include "answers/plan/plan_quotas_parts.h"

#include "engine/field/field.h"

#include <string.h>

/* A new span of the same rep is the same rep. */
static void
add_up(dd_quotas_work *w, const dd_credit *credit, size_t n, const char *const *name,
       size_t k)
{
    int64_t booked = dd_quotas_booked(w, w->owner[k]);

    w->column[k] = NULL;
    for (size_t r = 0; r < n; r++) {
        int64_t *row = credit->won + r * credit->trials;
        if (name[r] == NULL || strcmp(name[r], w->member[k]->name) != 0)
            continue;
        for (size_t t = 0; t < credit->trials; t++)
            row[t] += w->column[k] ? w->column[k][t] : booked;
        w->column[k] = row;
    }
}

dd_status
dd_quotas_play_limits(dd_quotas_work *w, const dd_crew *crew, const char *const *name)
{
    dd_credit credit = { .period = w->period };
    dd_outcomes outcomes;
    dd_status status = dd_field_credit(&outcomes, &credit, w->model, w->book,
                                       &w->question, crew, w->err);

    if (status)
        return status;
    w->all = credit.won;
    for (size_t k = 0; k < w->n; k++)
        add_up(w, &credit, crew->n, name, k);
    dd_outcomes_free(&outcomes);
    return DD_OK;
}
