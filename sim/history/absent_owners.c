#include "history/absent_owners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_TOLD 5 /* owners, one by one */

/* The last day of the last span of a name. @return 0: there is none */
static int
last_day_of(const dd_past *self, const char *name, dd_day *last)
{
    int known = 0;

    *last = DD_NO_DAY;
    for (size_t i = 0; i < self->n_reps; i++) {
        const dd_rep *rep = &self->reps[i];
        if (strcmp(rep->name, name) != 0)
            continue;
        if (!known || rep->end == DD_NO_DAY || (*last != DD_NO_DAY && rep->end > *last))
            *last = rep->end;
        known = 1;
    }
    return known;
}

static int
is_at_work(const dd_past *self, const char *name)
{
    dd_day last;

    return last_day_of(self, name, &last) && (last == DD_NO_DAY || last > self->as_of);
}

/* "李雷 (2 deals, not in the file)". @return bytes, 0 where there is no room */
static size_t
tell_owner(const dd_past *self, const char *before, const char *name, size_t deals,
           char *text, size_t size)
{
    char until[48] = "not in the file", day[16];
    dd_day last;

    if (last_day_of(self, name, &last))
        snprintf(until, sizeof until, "until %s", dd_day_format(last, day));
    int n = snprintf(text, size, "%s%s (%zu deal%s, %s)", before, name, deals,
                     deals == 1 ? "" : "s", until);
    if (n > 0 && (size_t) n < size)
        return (size_t) n;
    *text = '\0';
    return 0;
}

static size_t *
count_absent(const dd_past *self, size_t *all)
{
    size_t *deals = calloc(self->owners.n + 1, sizeof *deals);

    *all = 0;
    for (size_t d = 0; deals && d < self->n_deals; d++)
        if (self->deals[d].stage >= 0 && self->deals[d].owner >= 0)
            deals[self->deals[d].owner]++;
    for (size_t o = 0; deals && o < self->owners.n; o++) {
        if (deals[o] > 0 && is_at_work(self, self->owners.items[o]))
            deals[o] = 0;
        *all += deals[o];
    }
    return deals;
}

dd_status
dd_note_absent_owners(const dd_past *self, dd_notes *notes)
{
    char text[768] = " ", others[48] = "";
    size_t all = 0, owners = 0, told = 0, used = 1;
    size_t *deals = self->n_reps > 0 ? count_absent(self, &all) : NULL;
    dd_status status = self->n_reps > 0 && !deals ? DD_ENOMEM : DD_OK;

    for (size_t o = 0; deals && o < self->owners.n; o++) {
        size_t n = 0;
        if (deals[o] > 0 && told < MOST_TOLD)
            n = tell_owner(self, told > 0 ? ", " : "", self->owners.items[o], deals[o],
                           text + used, sizeof text - used);
        owners += deals[o] > 0;
        told += n > 0;
        used += n;
    }
    if (owners > told)
        snprintf(others, sizeof others, " and %zu others", owners - told);
    if (owners > 0)
        status
            = dd_notes_add(notes, "absent_owners",
                           "%zu open deal%s of owners whom the file of reps does not "
                           "have at work:%s%s; nobody's visits limit them, and nobody "
                           "hands them over",
                           all, all == 1 ? "" : "s", text, others);
    free(deals);
    return status;
}
