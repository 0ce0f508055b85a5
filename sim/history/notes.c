#include "history/notes.h"

#include <stdio.h>
#include <string.h>

#define MOST_WORDS 40 /* of activities that are told one by one */

static const char *
layout_says(dd_layout layout)
{
    static const char *const says[] = {
        [DD_EVENTS] = "events: a row per stage entry",
        [DD_DEALS] = "deals: a row per deal",
        [DD_SNAPSHOTS] = "snapshots: photos of the pipeline, a row per deal",
    };

    return says[layout];
}

static int
is_history(const dd_file *file)
{
    return strcmp(file->layout, "reps") != 0 && strcmp(file->layout, "activities") != 0;
}

static dd_status
note_files(const dd_intake *self)
{
    const dd_history *history = self->history;

    for (size_t f = 0; f < history->n_files; f++)
        if (is_history(&history->files[f])
            && dd_notes_add(self->notes, "read_layout", "%s is read as %s",
                            history->files[f].path, layout_says(history->layout)))
            return DD_ENOMEM;
    return DD_OK;
}

/* What a word of the activities counts as, once each. */
static dd_status
note_activities(const dd_intake *self)
{
    static const char *const as[] = { "visits", "leads", "neither visits nor leads" };
    const dd_history *history = self->history;
    const char *told[MOST_WORDS];
    size_t n = 0;

    for (size_t i = 0; i < history->n_activities && n < MOST_WORDS; i++) {
        const dd_activity *activity = &history->activities[i];
        size_t t = 0;
        while (t < n && told[t] != activity->word)
            t++;
        if (t < n)
            continue;
        told[n++] = activity->word;
        if (dd_notes_add(self->notes, "read_activity", "'%s' counts as %s",
                         activity->word, as[activity->kind]))
            return DD_ENOMEM;
    }
    return DD_OK;
}

/* "Contact, Needs, Proposal", cut when it is too long to be read. */
static void
join_stages(const dd_pipeline *pipeline, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t s = 0; s < pipeline->n_stages; s++) {
        int n = snprintf(text + used, size - used, "%s%s", s ? ", " : "",
                         pipeline->stages[s]);
        if (n < 0 || (size_t) n >= size - used) {
            snprintf(text + used, size - used, "%s", "");
            return;
        }
        used += (size_t) n;
    }
}

static dd_status
note_order(const dd_intake *self)
{
    const dd_history *history = self->history;
    char stages[1024];

    if (self->funnel->n_pipelines > 0)
        return DD_OK;
    for (size_t p = 0; p < history->n_pipelines; p++) {
        join_stages(&history->pipelines[p], stages, sizeof(stages));
        if (dd_notes_add(self->notes, "read_stages", "stages of %s, in the order %s: %s",
                         history->pipelines[p].name,
                         history->n_deals == 0 ? "of the beliefs"
                         : history->layout == DD_DEALS
                             ? "inferred from the open deals (their chances, or how "
                               "young they are)"
                             : "inferred from how deals move",
                         stages))
            return DD_ENOMEM;
    }
    return DD_OK;
}

/* In the deals layout creation and end of one day are no riddle. */
static dd_status
note_same_moment(const dd_intake *self)
{
    if (self->same_moment == 0 || self->history->layout == DD_DEALS)
        return DD_OK;
    return dd_notes_add(self->notes, "read_same_moment",
                        "rows at the same moment as the deal's row before, in another "
                        "stage: %zu; they stand in the order of the file",
                        self->same_moment);
}

static dd_status
note_ends(const dd_intake *self)
{
    for (size_t i = 0; i < self->stage_words.n; i++) {
        int32_t end = self->words[i].end;
        if (end == DD_STILL)
            continue;
        if (dd_notes_add(self->notes, "read_words", "'%s' is read as %s",
                         self->stage_words.items[i],
                         end == DD_WON    ? "won"
                         : end == DD_LOST ? "lost"
                                          : "recycled"))
            return DD_ENOMEM;
    }
    return DD_OK;
}

dd_status
dd_history_note(const dd_intake *self)
{
    if (!self->notes)
        return DD_OK;
    if (note_files(self) || note_order(self) || note_ends(self) || note_same_moment(self)
        || note_activities(self) || dd_intake_note_currencies(self))
        return dd_error_no_memory(self->err);
    return dd_intake_note_refusals(self);
}
