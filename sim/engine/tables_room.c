/* Room for the tables of one draw. */
#include "engine/tables.h"

#include <stdlib.h>

static dd_status
init_laws(dd_tables *tables, size_t p, const dd_amounts *amounts, dd_error *err)
{
    dd_status status = dd_size_law_init(&tables->fresh_size[p], &amounts->fresh, err);
    tables->fresh[p].coefficient
        = calloc(tables->periods * DD_LEVEL_NODES, sizeof(double));
    tables->ratio[p] = calloc(amounts->n_stages, sizeof(dd_size_law));
    if (!status && (!tables->fresh[p].coefficient || !tables->ratio[p]))
        status = dd_error_no_memory(err);
    for (size_t s = 0; !status && s < amounts->n_stages; s++)
        status = dd_size_law_init(&tables->ratio[p][s], &amounts->ratio[s], err);
    return status;
}

dd_status
dd_tables_init(dd_tables *tables, const dd_model *model, const dd_rows *rows,
               dd_error *err)
{
    size_t n = model->n_pipelines;
    dd_status status = DD_OK;
    tables->periods = rows->periods;
    tables->rows = rows->n;
    tables->pipelines = n;
    tables->hazard = calloc(rows->n * rows->periods + 1, sizeof(double));
    tables->fresh = calloc(n, sizeof *tables->fresh);
    tables->fresh_size = calloc(n, sizeof *tables->fresh_size);
    tables->ratio = calloc(n, sizeof *tables->ratio);
    if (!tables->hazard || !tables->fresh || !tables->fresh_size || !tables->ratio)
        return dd_error_no_memory(err);
    for (size_t p = 0; !status && p < n; p++)
        status = init_laws(tables, p, &model->amounts[p], err);
    return status;
}

void
dd_tables_free(dd_tables *tables, const dd_model *model)
{
    for (size_t p = 0; p < tables->pipelines; p++) {
        if (tables->fresh)
            free(tables->fresh[p].coefficient);
        if (tables->fresh_size)
            dd_size_law_free(&tables->fresh_size[p]);
        for (size_t s = 0;
             tables->ratio && tables->ratio[p] && s < model->amounts[p].n_stages; s++)
            dd_size_law_free(&tables->ratio[p][s]);
        if (tables->ratio)
            free(tables->ratio[p]);
    }
    dd_visits_free(&tables->visits);
    free(tables->hazard);
    free(tables->fresh);
    free(tables->fresh_size);
    free(tables->ratio);
}
