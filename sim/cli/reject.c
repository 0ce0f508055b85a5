#include "cli/reject.h"

#include "show/rejects.h"

static dd_status
refuse_all(const dd_history *history, dd_error *err)
{
    dd_place place = { 0 };
    size_t n = 0;
    for (size_t f = 0; f < history->n_files; f++)
        n += history->files[f].refused;
    if (n == 0)
        return DD_OK;
    const dd_refusal *first = &history->refusals[0];
    place.file = history->files[first->file].path;
    place.line = first->line;
    return dd_error_add(err, DD_EDATA, &place, first->value, NULL,
                        "rows refused under --strict: %zu, the first because: %s", n,
                        first->reason);
}

dd_status
dd_reject(const dd_options *options, const dd_history *history, dd_error *err)
{
    dd_status status = DD_OK;
    if (options->rejects != NULL)
        status = dd_rejects_write(history, options->rejects, err);
    if (!status && options->strict)
        status = refuse_all(history, err);
    return status;
}
