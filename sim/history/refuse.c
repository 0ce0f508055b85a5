#include "base/text.h"
#include "history/intake.h"

#include <stdio.h>
#include <string.h>

#define KEPT_VALUE 200 /* bytes of a refused cell */

/* Reasons repeat, so they are kept once; a value is kept as often as it is refused. */
static dd_status
keep_text(dd_intake *self, const char *text, const char **kept)
{
    int32_t number;

    *kept = NULL;
    if (!text)
        return DD_OK;
    number = dd_table_add(&self->texts, self->history->arena, text);
    if (number < 0)
        return dd_error_no_memory(self->err);
    *kept = self->texts.items[number];
    return DD_OK;
}

/* A cell of a million characters is known by its first ones. */
static dd_status
keep_value(dd_intake *self, const char *value, const char **kept)
{
    char cut[KEPT_VALUE + 8];
    size_t n = value ? strlen(value) : 0;

    if (n <= KEPT_VALUE)
        return keep_text(self, value, kept);
    snprintf(cut, sizeof(cut), "%.*s…", (int) dd_utf8_valid(value, KEPT_VALUE), value);
    return keep_text(self, cut, kept);
}

static dd_refusal_count *
count_of(dd_intake *self, const char *code)
{
    void *items = self->counts;

    for (size_t i = 0; i < self->n_counts; i++)
        if (strcmp(self->counts[i].code, code) == 0)
            return &self->counts[i];
    if (dd_intake_room(&items, &self->counts_room, self->n_counts,
                       sizeof(*self->counts)))
        return NULL;
    self->counts = items;
    self->counts[self->n_counts] = (dd_refusal_count){ .n = 0 };
    return &self->counts[self->n_counts];
}

/* A code's first refusal opens its count. */
static dd_status
count(dd_intake *self, int32_t file, const dd_row_refusal *refusal)
{
    const char *code = refusal->code ? refusal->code : "refused";
    dd_refusal_count *counted = count_of(self, code);

    if (!counted)
        return dd_error_no_memory(self->err);
    if (counted->n == 0) {
        if (keep_text(self, code, &counted->code)
            || keep_text(self, refusal->reason, &counted->reason))
            return DD_ENOMEM;
        counted->file = file;
        counted->line = refusal->line;
        self->n_counts++;
    }
    counted->n++;
    return DD_OK;
}

dd_status
dd_intake_refuse(dd_intake *self, int32_t file, const dd_row_refusal *refusal)
{
    dd_history *history = self->history;
    dd_refusal kept = { .file = file, .line = refusal->line };
    void *items = history->refusals;

    if (count(self, file, refusal))
        return DD_ENOMEM;
    history->files[file].refused++;
    if (history->n_refusals >= DD_MAX_REFUSALS)
        return DD_OK;
    if (keep_text(self, refusal->column, &kept.column)
        || keep_value(self, refusal->value, &kept.value)
        || keep_text(self, refusal->reason, &kept.reason)
        || keep_text(self, refusal->code, &kept.code))
        return DD_ENOMEM;
    if (dd_intake_room(&items, &self->refusals_room, history->n_refusals, sizeof(kept)))
        return dd_error_no_memory(self->err);
    history->refusals = items;
    history->refusals[history->n_refusals++] = kept;
    return DD_OK;
}

#define SHOWN_VALUE 60 /* bytes: a longer cell is told by its place alone */

/* What stood in the cell, where the reason does not say it: ", read '2025-02-30'". */
static void
describe_value(const dd_intake *self, const dd_refusal_count *of, char *text, size_t n)
{
    const dd_history *history = self->history;

    text[0] = '\0';
    for (size_t i = 0; i < history->n_refusals; i++) {
        const dd_refusal *r = &history->refusals[i];
        if (r->file != of->file || r->line != of->line
            || strcmp(r->reason, of->reason) != 0)
            continue;
        if (r->value && strlen(r->value) <= SHOWN_VALUE
            && !dd_text_says(r->reason, r->value))
            snprintf(text, n, ", read '%s'", r->value);
        return;
    }
}

dd_status
dd_intake_note_refusals(const dd_intake *self)
{
    for (size_t i = 0; self->notes && i < self->n_counts; i++) {
        const dd_refusal_count *c = &self->counts[i];
        const char *path = self->history->files[c->file].path;
        char value[SHOWN_VALUE + 16];
        dd_status status;
        describe_value(self, c, value, sizeof(value));
        status = c->n == 1
                     ? dd_notes_add(self->notes, c->code, "1 row refused: %s:%ld: %s%s",
                                    path, c->line, c->reason, value)
                     : dd_notes_add(self->notes, c->code,
                                    "%zu rows refused, the first of them "
                                    "%s:%ld: %s%s",
                                    c->n, path, c->line, c->reason, value);
        if (status)
            return dd_error_no_memory(self->err);
    }
    return DD_OK;
}
