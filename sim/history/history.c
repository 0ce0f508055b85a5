#include "dealdice/history.h"

#include "history/assemble.h"
#include "history/notes.h"
#include "history/side_files.h"

#include <stdlib.h>
#include <string.h>

/* Files of different days by their names are photos of the pipeline; one such file is
 * not. */
static int
are_photos(const dd_words *paths)
{
    int differ = 0;

    for (size_t i = 0; i < paths->n; i++) {
        const dd_day day = dd_layouts_dated(paths->items[i]);
        if (day == DD_NO_DAY)
            return 0;
        differ |= day != dd_layouts_dated(paths->items[0]);
    }
    return differ;
}

static dd_status
read_file(dd_intake *intake, const char *path, int is_photo)
{
    dd_history *history = intake->history;
    dd_row_sink sink;
    dd_file_facts facts = { .rows = 0 };
    dd_status status = dd_intake_open(intake, path, &sink);
    const dd_day photo = is_photo ? dd_layouts_dated(path) : DD_NO_DAY;

    if (status)
        return status;
    status = dd_layouts_read(path, intake->funnel, photo, &sink, &facts, intake->notes,
                             intake->err);
    if (status)
        return status;
    dd_file *file = &history->files[history->n_files - 1];
    file->rows = facts.rows;
    file->encoding = facts.encoding;
    return DD_OK;
}

static dd_status
read_files(dd_intake *intake, dd_history *history, const dd_funnel *funnel, int photos,
           dd_notes *notes, dd_error *err)
{
    dd_status status = dd_intake_init(intake, history, funnel, notes, err);

    for (size_t i = 0; i < funnel->history.n && status == DD_OK; i++)
        status = read_file(intake, funnel->history.items[i], photos);
    return status;
}

/* Files named by days in which no deal stands twice, and whose deals tell when they came:
 * an export in parts, a year to a file, say. */
static int
are_parts(const dd_intake *intake)
{
    const dd_history *history = intake->history;
    size_t dated = 0;

    if (history->layout != DD_SNAPSHOTS || intake->n_rows != history->n_deals)
        return 0;
    for (size_t d = 0; d < history->n_deals; d++)
        dated += history->deals[d].created != DD_NO_MOMENT;
    return dated > 0;
}

static dd_status
assemble(dd_intake *intake)
{
    dd_status status = dd_assemble_deals(intake);

    if (status == DD_OK)
        status = dd_assemble_entries(intake);
    if (status == DD_OK)
        status = dd_assemble_names(intake);
    if (status == DD_OK)
        status = dd_assemble_stages(intake);
    return status;
}

/* Nothing usable is an error that quotes the first refusal: it tells what to mend. */
static dd_status
require_deals(const dd_intake *intake)
{
    const dd_history *history = intake->history;
    dd_place place = { .file = history->n_files ? history->files[0].path : NULL };

    if (history->n_deals > 0 || history->n_files == 0)
        return DD_OK;
    if (history->n_refusals == 0)
        return dd_error_add(intake->err, DD_EDATA, &place, NULL, NULL,
                            "there is no row to be used");
    place.line = history->refusals[0].line;
    place.file = history->files[history->refusals[0].file].path;
    return dd_error_add(intake->err, DD_EDATA, &place, history->refusals[0].value, NULL,
                        "no row can be used, the first because: %s",
                        history->refusals[0].reason);
}

dd_status
dd_history_read(dd_history *self, const dd_funnel *funnel, dd_notes *notes,
                dd_error *err)
{
    dd_intake intake;
    const int photos = are_photos(&funnel->history);
    dd_status status = read_files(&intake, self, funnel, photos, notes, err);

    if (status == DD_OK && photos && are_parts(&intake)) {
        dd_intake_free(&intake);
        dd_history_free(self);
        status = read_files(&intake, self, funnel, 0, notes, err);
    }
    if (status == DD_OK)
        status = require_deals(&intake);
    if (status == DD_OK)
        status = assemble(&intake);
    if (status == DD_OK)
        status = dd_reps_read(&intake);
    if (status == DD_OK)
        status = dd_activities_read(&intake);
    if (status == DD_OK)
        status = dd_history_note(&intake);
    dd_intake_free(&intake);
    if (status)
        dd_history_free(self);
    return status;
}

void
dd_history_free(dd_history *self)
{
    free(self->files);
    free(self->deals);
    free(self->entries);
    free(self->refusals);
    free(self->reps);
    free(self->activities);
    dd_arena_free(self->arena);
    memset(self, 0, sizeof(*self));
}
