/* Which factor carries how much, in a sentence. */
#include "model/factors/factors.h"

#include "model/curve/process.h"

#include <math.h>

#define LEAST_EXITS 20 /* of a level that is worth naming */

static const char *
name_of(const dd_past *past, dd_factor_kind kind, size_t level)
{
    static const char *const band[DD_AMOUNT_BANDS]
        = { "the smallest quarter", "the second quarter", "the third quarter",
            "the largest quarter" };
    const dd_names *names[]
        = { &past->owners, &past->segments, &past->kinds, &past->sources };

    return kind == DD_BY_AMOUNT ? band[level] : names[kind]->items[level];
}

static dd_status
note_factor(const dd_factor *self, dd_factor_kind kind, const char *pipeline,
            const dd_past *past, dd_notes *notes)
{
    const dd_odds *low = NULL, *high = NULL;

    for (size_t i = 0; i < self->n; i++) {
        const dd_odds *level = &self->level[i];
        if (level->exits < LEAST_EXITS)
            continue;
        low = !low || level->mean < low->mean ? level : low;
        high = !high || level->mean > high->mean ? level : high;
    }
    if (!low || low == high)
        return DD_OK;
    return dd_notes_add(
        notes, "odds_differ",
        "deals of '%s' win on different odds by %s: from %.2f times those "
        "of the average deal ('%s') to %.2f times ('%s')",
        pipeline, dd_factor_name(kind), exp(low->mean),
        name_of(past, kind, (size_t) (low - self->level)), exp(high->mean),
        name_of(past, kind, (size_t) (high - self->level)));
}

dd_status
dd_factors_note(const dd_process *process, const dd_past *past, dd_notes *notes)
{
    dd_status status = DD_OK;

    for (int k = 0; !status && k < DD_FACTORS; k++)
        status = note_factor(&process->factors.factor[k], (dd_factor_kind) k,
                             process->name, past, notes);
    return status;
}
